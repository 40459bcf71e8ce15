"""What the demo city does on the floor of responsibilities, once its records are written: one function an area."""

from __future__ import annotations

from datetime import date

from .city import City
from .duties_lived import duties_lived
from .duty_lists import duty_lists
from .inspections import inspections
from .problems import problems
from .talks import hold_talks


def live_responsibilities(city: City, begins: date) -> None:
    """Duty lists, problems, inspections and talks of the city from ``begins`` to ``city.as_of``, through the verbs."""
    duty_lists(city, begins)
    duties_lived(city, begins)
    hold_talks(city, begins)
    problems(city, begins)
    inspections(city, begins)

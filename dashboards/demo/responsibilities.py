"""What the demo city does on the floor of responsibilities, once its records are written: one function an area."""

from __future__ import annotations

from datetime import date

from .city import City
from .duty_lists import duty_lists


def live_responsibilities(city: City, begins: date) -> None:
    """Duty lists, problems, inspections and talks of the city from ``begins`` to ``city.as_of``, through the verbs."""
    duty_lists(city, begins)

"""What says what is missing: the sources named in ``settings.REMINDER_SOURCES``.

A source stands on a higher floor and is reached by its dotted path alone. To add one, write a class like this and name
it in the settings.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from django.conf import settings
from django.db.models import Exists
from django.utils.module_loading import import_string

from .models import Key, Wanted


class Source(Protocol):
    """One kind of thing that people are reminded of."""

    name: str

    def missing(self, today: date) -> list[Wanted]:
        """Every line that is wanted on ``today``, materialised, in at most ten queries at any size.

        At most one line a subject and recipient: the latest step that its ladder has reached.
        """

    def still_wanted(self, keys: Iterable[Key], today: date) -> set[Key]:
        """Those of ``keys`` whose thing is still to be said to its recipient, at whichever step; asked when sending."""

    def still_open(self) -> Exists | None:
        """A condition on ``Reminder`` rows of this source (their subjects are keys): what they ask for is still to be done.

        It is counted on every page, within one query. None where only ``reconcile`` can tell.
        """

    def verb(self, is_late: bool) -> str:
        """What the button beside a line says: 记录, 补记, 安排."""


def all_sources() -> list[Source]:
    """The sources of this installation, in the order of the settings."""
    return [import_string(path)() for path in settings.REMINDER_SOURCES]


def wanted_among(keys: Iterable[Key], lines: Iterable[Wanted]) -> set[Key]:
    """Those of ``keys`` of which one of ``lines`` still speaks, at whichever step."""
    things = {line.thing for line in lines}
    return {key for key in keys if (key[0], key[2]) in things}

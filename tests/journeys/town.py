"""Run as a program: fills the database in $SANLI_VAR with the cast of the tests and a few months of life.

The browser journeys start the real WSGI application on it, in a process of its own, so the clock is the real one and
everything is dated around today.
"""

from __future__ import annotations

import os
from datetime import date, timedelta

import django


def build() -> None:
    """The cast, what is owed this period and the one before, and last month's theme party day."""
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    for command in ("load_posts", "load_article", "load_rulebook"):
        call_command(command, verbosity=0)
    from organisations.models import Person
    from programmes.opening import open_periods
    from tests import conftest, make

    organs = conftest._organs()
    people = conftest._people(organs)
    conftest._posts(organs, people)
    today = timezone.localdate()
    last_month = today.replace(day=1) - timedelta(days=1)
    open_periods(date(last_month.year, last_month.month, 1))
    open_periods(today)
    first = organs["first"]
    roll = tuple(Person.objects.under(first, last_month).party_members().order_by("pk").values_list("pk", flat=True))
    make.activity(first, "theme-party-day", on=last_month, by=people["secretary"], roll=roll, place="三楼党员活动室")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    build()

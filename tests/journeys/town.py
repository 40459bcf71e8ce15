"""Run as a program: fills the database in $SANLI_VAR with the cast of the tests and a few months of life.

The browser journeys start the real WSGI application on it, in a process of its own, so the clock is the real one and
everything is dated around today.
"""

from __future__ import annotations

import json
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django


def build() -> None:
    """The cast, what is owed this period and the one before, and last month's theme party day;
    a request that waits, a remark, and the digests of the morning."""
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
    record = make.activity(
        first, "theme-party-day", on=last_month, by=people["secretary"], roll=roll, place="三楼党员活动室"
    )
    waiting = _ask(organs["second"], people["other_secretary"], today)
    _remark(people["secretary"])
    _send_digests(today)
    _write_keys(organs | people | {"record": record, "waiting": waiting})


def _ask(where: Any, by: Any, today: date) -> Any:
    """A request that waits for the answer of the organ's office."""
    from django.utils import timezone

    from programmes.exempting import ask, askable

    row = askable(by, today).exclude(code="theme-party-day-monthly").first()
    words = {"cause": "away", "reason": "支部全员在外集中办公"}
    return ask(where, row, until=row.ends_on, by=by, now=timezone.now(), **words)


def _remark(by: Any) -> None:
    from organisations.models import Feedback

    Feedback.objects.create(person=by, text="名单能不能按党小组分开列？", page="/activities/log/")


def _send_digests(today: date) -> None:
    """The digests of the last working day, as the beat sent them that morning."""
    from reminders import digesting
    from reminders.workdays import WorkCalendar
    from tests import make

    day, calendar = today, WorkCalendar.around(today)
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    morning = make.moment(day, 8, 30)
    digesting.reconcile(morning)
    digesting.deliver(morning)


def _write_keys(named: dict[str, Any]) -> None:
    """Name → pk of what the journeys have to find by its address."""
    from programmes.models import Programme, Requirement

    rule = Requirement.objects.get(code="theme-party-day-monthly")
    keys = {name: row.pk for name, row in named.items()}
    keys |= {"programme": Programme.objects.earliest("pk").pk, "requirement": rule.pk}
    Path(os.environ["SANLI_VAR"], "keys.json").write_text(json.dumps(keys))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    build()

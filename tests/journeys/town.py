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
    """The cast, what is owed this period and the one before, last month's record and today's, what waits, this morning's digests."""
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    for command in ("load_posts", "load_article", "load_rulebook", "load_inspections", "load_bank", "load_quiz_bank"):
        call_command(command, verbosity=0)
    from organisations.models import Person
    from programmes.opening import open_periods
    from tests import conftest, make
    from tests.activities import files
    from tests.activities.files import hung

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
    joint = make.activity(
        organs["water_branch"], "party-lecture", on=today, by=people["stranger"], partners=(organs["second"],)
    )
    hung(record, people["secretary"])
    hung(record, people["secretary"], "讲稿.pdf", files.pdf())
    waits = _leave_waiting(organs, people, today)
    addresses = _leave_responsibilities(organs | people)
    _send_digests(today)
    posts = {f"{name}_post": people[name].appointments.earliest("pk") for name in ("recorder", "leader")}
    waits |= _leave_import(organs, people, today)
    _write_keys(organs | people | posts | waits | {"record": record, "joint": joint}, addresses)


def _leave_waiting(organs: dict[str, Any], people: dict[str, Any], today: date) -> dict[str, Any]:
    """A request that waits for the answer of the organ's office, one that the committee granted, a remark, a draft, a file being made."""
    from uuid import UUID

    from django.utils import timezone

    from activities.models import Draft
    from organisations.models import Export, Feedback
    from programmes.exempting import decide

    granted = _ask(organs["water_branch"], people["stranger"], today)
    decide(granted, granted=True, answer="", by=people["gongwei"], now=timezone.now())
    typed = {"payload": {"title": ["谈话要点"]}, "updated_at": timezone.now()}
    roster = {"source": "people", "extension": "xlsx", "file_name": "花名册.xlsx", "asked_at": timezone.now()}
    return {
        "waiting": _ask(organs["second"], people["other_secretary"], today),
        "granted": granted,
        "remark": Feedback.objects.create(person=people["secretary"], text="名单能不能按党小组分开列？"),
        "export": Export.objects.create(person=people["secretary"], **roster),
        "draft": Draft.objects.create(person=people["recorder"], token=UUID(int=7), **typed),
    }


def _leave_import(organs: dict[str, Any], people: dict[str, Any], today: date) -> dict[str, Any]:
    """A roster on its way into the organ, with a row of each verdict, and one that was imported."""
    from django.utils import timezone

    from organisations.models import ImportBatch, ImportState, Verdict

    now = timezone.now()
    into = {"organisation": organs["finance"], "by": people["office"], "since": today, "received_at": now}
    column = {"samples": ["许清"], "note": "已认出", "forbidden": False}
    columns = [
        column | {"index": 0, "letter": "A", "title": "姓名", "field": "name"},
        column | {"index": 1, "letter": "B", "title": "所属支部", "field": "branch"},
        {"index": 2, "letter": "C", "title": "身份证号", "samples": [], "field": "", "note": "不收", "forbidden": True},
    ]
    places = [{"text": "二支部", "rows": 1, "organisation": organs["second"].pk, "sure": False}]
    seen = {"subject": "people", "file_name": "花名册.xlsx", "columns": columns, "places": places, "total": 6}
    roster = ImportBatch.objects.create(state=ImportState.READY, **seen, **into)
    changes = [{"field": "category", "label": "人员类别", "old": "预备党员", "new": "正式党员"}]
    cells = {"name": "许清", "branch": "二支部"}
    for number, verdict in enumerate(Verdict.values, 2):
        who = {"target": people["member"].pk, "candidates": [people["member"].pk, people["leader"].pk]}
        roster.rows.create(
            number=number, verdict=verdict, cells=cells, values=cells, why="同名", changes=changes, **who
        )
    written = ImportBatch.objects.create(state=ImportState.DONE, written_at=now, counts={"written": 0}, **seen, **into)
    return {"roster": roster, "written": written}


def _ask(where: Any, by: Any, today: date) -> Any:
    """Ask for good that something else than the theme party day does not apply."""
    from django.utils import timezone

    from programmes.exempting import ask, askable

    row = askable(by, today).exclude(code="theme-party-day-monthly").first()
    return ask(where, row, until=None, cause="away", reason="支部全员在外集中办公", by=by, now=timezone.now())


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


def _leave_responsibilities(cast: dict[str, Any]) -> dict[str, list[Any]]:
    """What the floor of responsibilities has in the access test: route → what its address takes."""
    from tests.conftest import City
    from tests.contract.test_access import BUILT_WHEN_ASKED

    city, addresses = City(**cast), {}
    for build in BUILT_WHEN_ASKED.values():
        addresses |= build(city)
    return addresses


def _write_keys(named: dict[str, Any], addresses: dict[str, list[Any]]) -> None:
    """Name → pk of what the journeys have to find by its address; and for routes what theirs take."""
    from programmes.models import Programme, Requirement

    rule = Requirement.objects.get(code="theme-party-day-monthly")
    keys = {name: row.pk for name, row in named.items()} | {"draft": named["draft"].token}
    keys |= {"addresses": addresses, "programme": Programme.objects.earliest("pk").pk, "requirement": rule.pk}
    Path(os.environ["SANLI_VAR"], "keys.json").write_text(json.dumps(keys, default=str))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    build()

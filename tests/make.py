"""Building blocks for tests: everything is made through the product's own verbs."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

from django.utils import timezone

from activities.entries import AgendaLine, Entry
from activities.models import Activity
from activities.recording import record
from organisations.appointing import appoint, transfer
from organisations.models import Category, Organisation, Person, Post
from organisations.tree import plant
from programmes.models import ActivityKind, Obligation

LONG_AGO = date(2020, 1, 1)


def moment(day: date, hour: int = 10, minute: int = 2) -> datetime:
    """An aware moment of that day in Asia/Shanghai."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def organisation(name: str, level: str, parent: Organisation | None, **fields: Any) -> Organisation:
    """An organisation founded long ago."""
    founded_on = fields.pop("founded_on", LONG_AGO)
    return plant(
        name=name,
        level=level,
        parent=parent,
        founded_on=founded_on,
        today=fields.pop("today", LONG_AGO),
        tell=fields.pop("tell", False),
        **fields,
    )


def person(
    name: str,
    where: Organisation | None = None,
    *,
    login: str | None = None,
    category: str = Category.FULL_MEMBER,
    since: date = LONG_AGO,
    **fields: Any,
) -> Person:
    """Somebody on the roster; with ``login`` he may sign in (password: the same text twice, his own)."""
    someone = Person.objects.enrol(name, category=category, **fields)
    if where is not None:
        transfer(someone, to=where, on=since, today=since, tell=False)
    if login:
        someone.grant_access(login, login * 2, initial=False)
    return someone


def holds(
    someone: Person, post: str, where: Organisation, *, since: date = LONG_AGO, until: date | None = None
) -> Person:
    """Appoint ``someone``."""
    appoint(someone, Post.objects.get(code=post), where, since=since, until=until, today=since, tell=False)
    return someone


def kind(code: str) -> ActivityKind:
    """A kind by its code."""
    return ActivityKind.objects.get(code=code)


def entry(where: Organisation, *kinds: str, on: date, **fields: Any) -> Entry:
    """A valid entry: an hour and a half, one agenda item."""
    values: dict[str, Any] = {
        "title": f"{on.month}月{kind(kinds[0]).name}",
        "starts_at": time(14, 0),
        "ends_at": time(15, 30),
        "place": "党员活动室",
        "content": "学习讨论。",
        "agenda": (AgendaLine("传达学习重要讲话精神", "", True),),
    }
    return Entry(organisation=where, kinds=tuple(kind(code) for code in kinds), held_on=on, **(values | fields))


def activity(
    where: Organisation, *kinds: str, on: date, by: Person, today: date | None = None, **fields: Any
) -> Activity:
    """A recorded activity, saved at 10:02 of ``today`` (default: its own day)."""
    today = today or on
    return record(entry(where, *kinds, on=on, **fields), key=uuid4(), by=by, now=moment(today), today=today)


def obligation(where: Organisation, code: str, period: str) -> Obligation:
    """The row of that organisation, requirement code and period."""
    return Obligation.objects.get(organisation=where, code=code, period=period)

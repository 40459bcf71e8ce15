"""What the log form fills in by itself, and how it keeps its hands off what somebody has typed.

Beside each field that was filled in stands a hidden ``prefilled-<field>`` with what it was filled with. As long as both are
equal the field is untouched and follows the kinds, the host and the day; once they differ it belongs to whoever typed it.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils.datastructures import MultiValueDict

from organisations.models import Category, Organisation
from programmes.models import ActivityKind, Programme
from programmes.models.programme import agenda_lines
from programmes.titles import fill_title

from .forms.agenda import AgendaRow, as_text, read_rows, write_rows
from .forms.offer import Offer
from .forms.roll import read_pks, write_pks
from .models import Activity

Raw = MultiValueDict[str, str]

MARK = "prefilled-"
USUAL_START = time(14, 0)
# Enough to find the last of a yearly kind among a busy branch's records (each row is one kind of one record).
RECENT = 150
# A longer roll than this is no roll that anybody goes through name by name.
LONGEST_ROLL = 200


class Habits:
    """How the host has done it before: the places it used and the hours of the last activity of such a kind. One query."""

    def __init__(self, host: Organisation | None, kinds: list[ActivityKind]) -> None:
        self.places: list[str] = []
        self.last: tuple[str, time | None, time | None] | None = None
        if host is None:
            return
        rows = Activity.objects.standing().filter(organisation=host).latest_first()
        wanted = {kind.pk for kind in kinds}
        for place, starts_at, ends_at, kind in rows.values_list("place", "starts_at", "ends_at", "kinds")[:RECENT]:
            if place and place not in self.places:
                self.places.append(place)
            if self.last is None and kind in wanted:
                self.last = (place, starts_at, ends_at)

    def hours(self, kinds: list[ActivityKind]) -> tuple[time | None, time | None]:
        """Start and end as last time, or two o'clock and the usual length of the longest kind."""
        if self.last is not None and self.last[1] is not None:
            return self.last[1], self.last[2]
        if not kinds:
            return None, None
        ends = datetime.combine(date.min, USUAL_START) + timedelta(minutes=max(kind.minutes for kind in kinds))
        return USUAL_START, ends.time() if ends.date() == date.min else None


def title_of(kinds: list[ActivityKind], day: date) -> str:
    """The titles of the kinds, filled in and joined: 11月主题党日暨第四季度党课."""
    return "暨".join(fill_title(kind.title or kind.name, day) for kind in kinds)


def agenda_of(kinds: list[ActivityKind]) -> list[AgendaRow]:
    """The agendas of the kinds one after the other, the 第一议题 first and nothing twice."""
    lines = {line["title"]: AgendaRow(**line) for kind in kinds for line in agenda_lines(kind) if line["title"]}
    return sorted(lines.values(), key=lambda row: not row.first_topic)


def _programme_of(offer: Offer) -> Programme | None:
    """The programme of the first kind that has one: its edition that runs on the day."""
    codes = [kind.programme.code for kind in offer.chosen_kinds if kind.programme is not None]
    running = {programme.code: programme for programme in reversed(offer.programmes)} if codes else {}
    return next((running[code] for code in codes if code in running), None)


def values(offer: Offer, habits: Habits) -> dict[str, str]:
    """What each single field would be filled with now."""
    kinds, expected = offer.chosen_kinds, offer.expected
    starts_at, ends_at = habits.hours(kinds)
    chair = next((person.pk for person in offer.people.values() if person.heads), "")
    programme = _programme_of(offer)
    voters = sum(person.category == Category.FULL_MEMBER for person in expected)
    return {
        "title": title_of(kinds, offer.day),
        "starts_at": f"{starts_at:%H:%M}" if starts_at else "",
        "ends_at": f"{ends_at:%H:%M}" if ends_at else "",
        "place": habits.last[0] if habits.last else "",
        "chair": str(chair),
        "recorder": str(offer.by.pk),
        "programme": str(programme.pk) if programme else "",
        "headcount": "on" if any(kind.headcount for kind in kinds) or len(expected) > LONGEST_ROLL else "",
        "expected": str(len(expected) or ""),
        "voters_due": str(voters or ""),
        "voters_present": str(voters or ""),
    }


def fill(raw: Raw, offer: Offer, habits: Habits) -> None:
    """Put into ``raw`` whatever nobody has touched: single fields, agenda and roll.

    Of a record that is being corrected only what a changed kind, host or day asks for: the roll and those with a vote.
    """
    fresh = values(offer, habits)
    if offer.activity is not None:
        fresh = {name: fresh[name] for name in ("voters_due", "voters_present")}
    else:
        _fill_agenda(raw, agenda_of(offer.chosen_kinds))
    for name, value in fresh.items():
        _fill_one(raw, name, value)
    _fill_roll(raw, offer)


def _untouched(raw: Raw, name: str, current: str) -> bool:
    """Nothing was ever there, or still is what was filled in."""
    mark = MARK + name
    return current == raw.get(mark, "") if mark in raw else not current


def _fill_one(raw: Raw, name: str, value: str) -> None:
    if _untouched(raw, name, raw.get(name, "")):
        raw[name] = value
        raw[MARK + name] = value


def _fill_agenda(raw: Raw, rows: list[AgendaRow]) -> None:
    current = read_rows(raw)
    if _untouched(raw, "agenda", as_text(current) if current else ""):
        write_rows(raw, rows)
        raw[MARK + "agenda"] = as_text(rows) if rows else ""


def _fill_roll(raw: Raw, offer: Offer) -> None:
    """The roll follows who is expected; whom somebody added or took off stays added or off."""
    expected = [] if len(offer.expected) > LONGEST_ROLL else [person.pk for person in offer.expected]
    was, now = read_pks(raw.get(MARK + "roll", "")), read_pks(raw.get("roll", ""))
    added = [pk for pk in now if pk not in was and pk in offer.people]
    removed = set(was) - set(now)
    kept = {pk for pk in expected if pk not in removed} | set(added)
    raw["roll"] = write_pks([pk for pk in offer.people if pk in kept])
    raw[MARK + "roll"] = write_pks(expected)

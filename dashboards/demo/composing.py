"""From host, kinds and day to a whole record: words, agenda, roll with absences, votes, guests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from activities.entries import Absence, AgendaLine, Entry, Votes
from organisations.models import Category, Person
from programmes.models import ActivityKind, Expected, Programme

from . import texts
from .hosts import Host
from .rhythm import OUTINGS

# More than this many are counted, not called by name.
LONGEST_ROLL = 60
ABSENCES = (
    ("trip", "赴省里参加培训"),
    ("trip", ""),
    ("trip", "下基层调研"),
    ("leave", ""),
    ("leave", "会后由组长讲要点"),
    ("leave", "住院"),
    ("duty", "窗口值班"),
    ("duty", ""),
    ("other", "参加子女家长会"),
)
STARTS = (time(9, 0), time(9, 30), time(14, 0), time(14, 0), time(14, 30), time(15, 0))
CLOSING_TIME = time(18, 30)


@dataclass(frozen=True)
class Plan:
    """What is to be held: by whom, of what kinds, when, with whom."""

    host: Host
    kinds: tuple[ActivityKind, ...]
    day: date
    partners: tuple[Host, ...] = ()
    is_planned: bool = False

    @property
    def hosts(self) -> tuple[Host, ...]:
        """Host and partners."""
        return (self.host, *self.partners)


class Composer:
    """Writes entries. ``programmes`` are code and year → row."""

    def __init__(self, programmes: dict[tuple[str, int], Programme]) -> None:
        self.programmes = programmes

    def entry(self, plan: Plan, random: Random) -> Entry:
        """The record of ``plan``; only what is known beforehand where it is still to come."""
        kind = plan.kinds[0]
        roll = _roll(plan, random)
        counted = kind.headcount or len(roll) > LONGEST_ROLL
        absences = {} if counted or kind.expected == Expected.OPEN else _absences(roll, random)
        chair = plan.host.chair(plan.day)
        came = [person for person in roll if person.pk not in absences]
        names = [chair.name] + [person.name for person in came if person is not chair]
        # A party day spent outside is described by where it was spent.
        spoken_of = plan.kinds[-1] if plan.kinds[-1].code in OUTINGS else kind
        words = texts.write(spoken_of, plan.day, random, names, len(came))
        starts_at, ends_at = _times(kind, random)
        entry = Entry(
            organisation=plan.host.organisation,
            kinds=plan.kinds,
            partners=tuple(host.organisation for host in plan.partners),
            programme=self._programme(kind, plan.day),
            title=words.title,
            held_on=plan.day,
            starts_at=starts_at,
            ends_at=ends_at,
            place=words.place,
            chair=chair,
            recorder=plan.host.recorder(plan.day),
            agenda=_agenda(plan.kinds, words, names, random),
        )
        return entry if plan.is_planned else _held(entry, words, roll, absences, counted, random)

    def _programme(self, kind: ActivityKind, day: date) -> Programme | None:
        """The programme that the kind stands in, of the year of the day."""
        return self.programmes.get((kind.programme.code, day.year)) if kind.programme else None


def _held(
    entry: Entry, words: texts.Words, roll: list[Person], absences: dict[int, Absence], counted: bool, random: Random
) -> Entry:
    """``entry`` with what is known only afterwards."""
    guests = "\n".join(texts.guest(random) for _ in range(random.choices((0, 1, 2), (92, 6, 2))[0]))
    entry = replace(entry, content=words.content, decisions=words.decisions, guests=guests)
    if counted:
        came = max(1, round(len(roll) * random.uniform(0.86, 1)))
        by_number = entry.kinds[0].expected == Expected.OPEN
        return replace(entry, headcount=True, expected=None if by_number else len(roll), present=came)
    entry = replace(entry, roll=tuple(person.pk for person in roll), absences=absences)
    return replace(entry, votes=_votes(entry, roll, random))


def _roll(plan: Plan, random: Random) -> list[Person]:
    """Host and partners by every kind: the union, in roster order. Contests and lectures draw a crowd."""
    if plan.kinds[0].headcount:
        return plan.host.members[: random.randint(18, 90)]
    people = {
        person.pk: person
        for host in plan.hosts
        for kind in plan.kinds
        for person in host.expected(kind, plan.day, random)
    }
    return [people[pk] for pk in sorted(people)]


def _absences(roll: list[Person], random: Random) -> dict[int, Absence]:
    """About one in twenty does not come; somebody always does."""
    absent = [person for person in roll[1:] if random.random() < 0.055]
    return {person.pk: Absence(*random.choice(ABSENCES)) for person in absent}


def _times(kind: ActivityKind, random: Random) -> tuple[time, time]:
    """Beginning and end, within office hours."""
    start = time(9, 0) if kind.minutes > 180 else random.choice(STARTS)
    minutes = max(20, kind.minutes + random.choice((-20, -10, 0, 0, 10, 20)))
    end = (datetime.combine(date.min, start) + timedelta(minutes=minutes)).time()
    return start, min(end, CLOSING_TIME)


def _agenda(
    kinds: tuple[ActivityKind, ...], words: texts.Words, names: list[str], random: Random
) -> tuple[AgendaLine, ...]:
    """The agenda of the first kind, the first topic said by name, then what each further kind adds."""
    lines = []
    for kind in kinds:
        for item in kind.agenda:
            if not item.get("first_topic"):
                speaker = random.choice(names) if random.random() < 0.4 else ""
                lines.append(AgendaLine(item["title"], speaker))
            elif kind is kinds[0]:
                lines.append(AgendaLine(f"学习{words.learn}", names[0], True))
    return tuple(lines)


def _votes(entry: Entry, roll: list[Person], random: Random) -> Votes | None:
    """A vote where a kind has one, and most such meetings hold one: only full members have a vote."""
    voters = [person for person in roll if person.category == Category.FULL_MEMBER]
    if not voters or not any(kind.has_vote for kind in entry.kinds) or random.random() < 0.3:
        return None
    present = sum(1 for person in voters if person.pk not in entry.absences)
    no, abstained = random.choices(((0, 0), (0, 1), (1, 0)), (80, 15, 5))[0] if present > 3 else (0, 0)
    return Votes(due=len(voters), present=present, yes=present - no - abstained, no=no, abstained=abstained)

"""What the records say to the questions of an inspection: an answer with its fact, or where to look on the spot.

All of it is about the year so far and the organisation itself: a branch with its groups; an organ's 党组 with its 机关党委,
not the branches below. A question costs no query of its own: the records are read once for all of them.

- Obligations (parameter: code): 没做到 where one is overdue; 做到 where what has fallen due, or was held before, is done;
  不适用 where none is owed, or none is due yet.
- First topic: x of the y meetings whose kind has one on its agenda. 没做到 where none had; between none and all it is looked at.
- Term: 没做到 once it is over. Terms below: the same of all branches of an organ.
- Votes: 没做到 where at one of them less than half of those with a vote were there.
- Duties, problems: 没做到 where one has passed its day. 不适用 where there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, Q

from activities.models import Activity, AgendaItem
from documents.gbt9704 import written_date
from organisations import scoping
from organisations.models import Level, Organisation
from programmes.models import ActivityKind, Obligation
from programmes.models.obligation import ExemptionMark
from programmes.models.programme import agenda_lines
from programmes.periods import Cadence, Period, period_of

from .models import Assignment, CheckVerdict, InspectionItem, Problem, ProblemState

YES, NO, NOT_APPLICABLE = CheckVerdict.YES, CheckVerdict.NO, CheckVerdict.NOT_APPLICABLE
LONGEST = 200
NAMED = 6


@dataclass(frozen=True)
class Answer:
    """What the records say. Without a verdict the fact only says where to look."""

    verdict: str
    fact: str = ""


UNKNOWN = Answer("")


def answers(items: Iterable[InspectionItem], organisation: Organisation, day: date) -> dict[int, Answer]:
    """By item: what the records of ``organisation`` say on ``day``. A handful of queries, however many items."""
    records = Records(organisation, day)
    return {item.pk: _shortened(SOURCES[item.source](records, item.parameter)) for item in items if _known(item)}


def _known(item: InspectionItem) -> bool:
    return item.source in SOURCES


def _shortened(answer: Answer) -> Answer:
    return answer if len(answer.fact) <= LONGEST else Answer(answer.verdict, f"{answer.fact[: LONGEST - 1]}…")


class Records:
    """The records of one organisation in the year so far, each sort read when it is first asked for."""

    def __init__(self, organisation: Organisation, day: date) -> None:
        self.organisation, self.day = organisation, day
        self.year = period_of(day, Cadence.YEAR)

    def own(self, field: str = "organisation") -> Q:
        """Condition: the organisation in ``field`` is the inspected one, or a part of it."""
        if self.organisation.level == Level.BRANCH:
            return scoping.under(self.organisation.path, f"{field}__path")
        committee = {f"{field}__parent": self.organisation, f"{field}__level": Level.ORGAN_COMMITTEE}
        return Q(**{field: self.organisation}) | Q(**committee)

    @cached_property
    def obligations(self) -> dict[str, list[Obligation]]:
        """By code: what has begun and falls due this year, in order of time."""
        rows = Obligation.objects.filter(
            self.own(), due_on__gte=self.year.starts_on, due_on__lt=self.year.ends_on, starts_on__lte=self.day
        )
        found: dict[str, list[Obligation]] = {}
        for row in rows.select_related("organisation").order_by("organisation__path", "starts_on", "pk"):
            found.setdefault(row.code, []).append(row)
        return found

    @cached_property
    def activities(self) -> list[Activity]:
        """What was held this year, newest first, with ``is_meeting`` (its kind has a first topic) and ``is_marked``."""
        kinds = [
            kind.pk for kind in ActivityKind.objects.all() if any(line["first_topic"] for line in agenda_lines(kind))
        ]
        of_kind = Activity.kinds.through.objects.filter(activity=OuterRef("pk"), activitykind__in=kinds)
        marked = AgendaItem.objects.filter(activity=OuterRef("pk"), first_topic=True)
        held = Activity.objects.counted().held_in(self.year).filter(self.own(), held_on__lte=self.day)
        rows = held.annotate(is_meeting=Exists(of_kind), is_marked=Exists(marked)).latest_first()
        return list(rows.only("organisation", "title", "held_on", "voters_due", "voters_present"))

    @cached_property
    def meetings(self) -> list[Activity]:
        """Those with a first topic on the agenda of their kind."""
        return [row for row in self.activities if row.is_meeting]  # type: ignore[attr-defined]

    @cached_property
    def duties(self) -> tuple[int, int]:
        """How many duties stand, and how many of them have a measure past its day."""
        sums = Assignment.objects.standing().filter(self.own())
        found = sums.aggregate(all=Count("pk"), late=Count("pk", filter=Q(first_due_on__lt=self.day)))
        return found["all"], found["late"]

    @cached_property
    def problems(self) -> list[Problem]:
        """What is to be solved here, or was struck off this year."""
        recent = ~Q(state=ProblemState.CLOSED) | Q(closed_on__gte=self.year.starts_on)
        return list(Problem.objects.filter(self.own("solved_at"), recent).order_by("closed_on", "pk"))

    @cached_property
    def terms_below(self) -> list[tuple[str, date | None]]:
        """Name and end of term of every branch of the organ."""
        branches = Organisation.objects.under(self.organisation).open_on(self.day).filter(level=Level.BRANCH)
        return [(branch.name, branch.term_ends_on()) for branch in branches.in_tree_order()]


def obligations(records: Records, code: str) -> Answer:
    """Whether what the requirement asks for is done."""
    rows = records.obligations.get(code, [])
    counted = [row for row in rows if row.exemption_state == ExemptionMark.NONE]
    overdue = [row for row in counted if row.done < row.needed and row.due_on < records.day]
    settled = [row for row in counted if row.done >= row.needed]
    if overdue:
        lacking = "没有记录，也没有不适用" if not any(row.done for row in overdue) else "次数不够"
        return Answer(NO, _by_place(overdue, rows) + lacking)
    if settled:
        return Answer(YES, _held(settled, rows))
    if counted:
        return Answer(NOT_APPLICABLE, f"今年的还没有到期，{written_date(counted[0].due_on)}前办")
    if any(row.exemption_state == ExemptionMark.ASKED for row in rows):
        return Answer("", "申请了不适用，还没有答复")
    return Answer(NOT_APPLICABLE, "今年批准了不适用" if rows else "按要求，这里不用办")


def _held(settled: list[Obligation], rows: list[Obligation]) -> str:
    """1 至 10月各 1 次，其中 1 次是补办的，5月不适用."""
    numbers = {row.done for row in settled}
    late = sum(row.late for row in settled)
    asked = [row for row in rows if row.exemption_state == ExemptionMark.ASKED]
    exempt = [row for row in rows if row.exemption_state not in (ExemptionMark.NONE, ExemptionMark.ASKED)]
    how_many = f"各 {numbers.pop()} 次" if len(numbers) == 1 else f"共 {sum(row.done for row in settled)} 次"
    parts = [_by_place(settled, rows) + how_many]
    parts += [f"其中 {late} 次是补办的"] if late else []
    parts += [f"{_by_place(exempt, rows)}不适用"] if exempt else []
    parts += [f"{_by_place(asked, rows)}申请了不适用，还没有答复"] if asked else []
    return "，".join(parts)


def _by_place(some: list[Obligation], rows: list[Obligation]) -> str:
    """6月、8月; where several organisations owe it, each with its name."""
    names = {row.organisation_id for row in rows}
    parts = []
    for place, group in groupby(some, key=lambda row: row.organisation):
        spans = _spans([row.span for row in group])
        parts.append(f"{place.name}{spans}" if len(names) > 1 else spans)
    shown = "，".join(parts[:NAMED])
    return f"{shown}等 {len(parts)} 个组织" if len(parts) > NAMED else shown


def _spans(periods: list[Period]) -> str:
    """1 至 4月、6月; 第一季度至第三季度."""
    runs: list[list[Period]] = []
    for period in periods:
        if runs and runs[-1][-1].ends_on == period.starts_on:
            runs[-1].append(period)
        else:
            runs.append([period])
    words = [_run(run[0], run[-1]) for run in runs]
    return "、".join(words[:NAMED]) + (f"等 {len(periods)} 期" if len(words) > NAMED else "")


def _run(first: Period, last: Period) -> str:
    if first == last:
        return first.label
    return f"{first.index} 至 {last.label}" if first.cadence is Cadence.MONTH else f"{first.label}至{last.label}"


def first_topic(records: Records, parameter: str) -> Answer:
    """Whether meetings began with the first topic."""
    held = len(records.meetings)
    marked = sum(row.is_marked for row in records.meetings)  # type: ignore[attr-defined]
    if not held:
        return Answer(NOT_APPLICABLE, "今年还没有开过列第一议题的会议")
    if marked == held:
        return Answer(YES, f"今年 {held} 次会议，次次列了第一议题")
    return Answer("" if marked else NO, f"今年 {held} 次会议，{marked} 次列了第一议题")


def minutes(records: Records, parameter: str) -> Answer:
    """Which two meetings to look at: the latest of the organisation itself, else those of its parts."""
    own = [row for row in records.meetings if row.organisation_id == records.organisation.pk]
    named = [f"{row.held_on.month}月{row.held_on.day}日“{row.title[:30]}”" for row in (own or records.meetings)[:2]]
    return Answer("", "、".join(named)) if named else UNKNOWN


def votes(records: Records, parameter: str) -> Answer:
    """Whether at least half of those with a vote were there."""
    voted = [row for row in records.activities if row.vote_quorate is not None]
    short = [row for row in voted if not row.vote_quorate]
    if short:
        told = [
            f"{row.held_on.month}月{row.held_on.day}日应到会有表决权 {row.voters_due} 人，实到 {row.voters_present} 人"
            for row in short[:2]
        ]
        return Answer(NO, "；".join(told) + (f"；这样的共 {len(short)} 次" if len(short) > len(told) else ""))
    return Answer(YES, f"今年表决 {len(voted)} 次，到会都过半数") if voted else Answer(NOT_APPLICABLE, "今年没有表决过")


def term(records: Records, parameter: str) -> Answer:
    """Whether the term runs."""
    ends = records.organisation.term_ends_on()
    if ends is None:
        return Answer("", "没有填本届起止日期")
    if ends <= records.day:
        days = (records.day - ends).days
        return Answer(NO, f"{written_date(ends)}届满，" + (f"已过 {days} 天" if days else "就是今天"))
    return Answer(YES, f"本届到{written_date(ends)}")


def terms_below(records: Records, parameter: str) -> Answer:
    """Whether the terms of all branches run."""
    known = [(name, ends) for name, ends in records.terms_below if ends is not None]
    over = [name for name, ends in known if ends <= records.day]
    if over:
        more = f"等 {len(over)} 个" if len(over) > NAMED else ""
        return Answer(NO, f"过了届满日的：{'、'.join(over[:NAMED])}{more}")
    if not known:
        return Answer("", "没有填届期") if records.terms_below else Answer(NOT_APPLICABLE, "没有党支部")
    unknown = len(records.terms_below) - len(known)
    return Answer(YES, f"{len(known)} 个党支部都在任期内" + (f"，{unknown} 个没有填届期" if unknown else ""))


def duties(records: Records, parameter: str) -> Answer:
    """Whether a measure of the duty lists has passed its day."""
    number, late = records.duties
    if not number:
        return Answer(NOT_APPLICABLE, "没有承担责任清单里的责任")
    return Answer(NO if late else YES, f"承担 {number} 项责任，" + (f"{late} 项有措施过了期" if late else "没有过期的"))


def problems(records: Records, parameter: str) -> Answer:
    """Whether a problem has passed its day."""
    open_ones = [row for row in records.problems if row.state != ProblemState.CLOSED]
    working = (ProblemState.FOUND, ProblemState.CLAIMED, ProblemState.WORKING)
    late = [row for row in open_ones if row.state in working and row.due_on < records.day]
    if not records.problems:
        return Answer(NOT_APPLICABLE, "问题清单里没有要办的")
    told = f"在办 {len(open_ones)} 件，今年销号 {len(records.problems) - len(open_ones)} 件"
    return Answer(NO, f"{told}，{len(late)} 件过了期") if late else Answer(YES, f"{told}，没有过期的")


def duties_and_problems(records: Records, parameter: str) -> Answer:
    """Both in one question."""
    both = (duties(records, parameter), problems(records, parameter))
    said = [one for one in both if one.verdict != NOT_APPLICABLE]
    if not said:
        return Answer(NOT_APPLICABLE, "两张清单里都没有要办的")
    return Answer(NO if any(one.verdict == NO for one in said) else YES, "；".join(one.fact for one in said))


def closed_problem(records: Records, parameter: str) -> Answer:
    """Which problem that was struck off to look at: the latest. By its number: not everybody may read its title."""
    closed = [row for row in records.problems if row.state == ProblemState.CLOSED]
    return Answer("", f"问题清单{closed[-1].label}") if closed else Answer(NOT_APPLICABLE, "今年没有销号的问题")


SOURCES: dict[str, Callable[[Records, str], Answer]] = {
    "obligations": obligations,
    "first-topic": first_topic,
    "minutes": minutes,
    "votes": votes,
    "term": term,
    "terms-below": terms_below,
    "duties": duties,
    "problems": problems,
    "duties-and-problems": duties_and_problems,
    "closed-problem": closed_problem,
}

"""One inspection: the form on the spot, what was found, its notice, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Q
from django.forms import BoundField

from organisations import scoping
from organisations.models import Person
from organisations.permissions import Act
from reminders.workdays import WorkCalendar

from .answering import UNKNOWN, Answer, answers
from .forms.inspections import NoticeForm, VisitForm
from .inspecting import Seen, drafted, drafted_opening, may_conduct
from .models import Check, CheckVerdict, Finding, Inspection, InspectionItem, ProblemState
from .models.inspection import full_place
from .notices import closing_of, number_of, sentence_of, title_of


@dataclass(frozen=True)
class Line:
    """One question with what the records say, and its two fields."""

    number: int
    item: InspectionItem
    answer: Answer
    verdict: BoundField
    fact: BoundField

    @property
    def current(self) -> str:
        """What is ticked."""
        return str(self.verdict.value() or "")

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to look at: the records say so, nobody says otherwise, and it is no 没做到."""
        wrong = self.verdict.errors or self.fact.errors
        return not wrong and self.current == self.answer.verdict and self.current != CheckVerdict.NO

    @property
    def differs(self) -> str:
        """What the records say, where something else is ticked."""
        other = self.answer.verdict and self.current and self.answer.verdict != self.current
        return CheckVerdict(self.answer.verdict).label if other else ""


@dataclass(frozen=True)
class Difference:
    """What stands, and what was typed here, about one question that somebody else has saved otherwise."""

    question: str
    stands: str
    typed: str


@dataclass(frozen=True)
class DraftPoint:
    """A point of the notice as it would read."""

    text: str
    due_on: date


class InspectionPage:
    """What every state of an inspection shows. The caller has fetched it by ``visible_to``."""

    def __init__(self, inspection: Inspection, reader: Person, today: date) -> None:
        self.inspection, self.reader, self.today = inspection, reader, today

    @cached_property
    def may_conduct(self) -> bool:
        """Whether the reader fills it in and issues its notice."""
        return may_conduct(self.inspection, self.reader, self.today)

    @cached_property
    def place(self) -> str:
        """第五党支部, for those who read of several organs with the name of what it stands under."""
        organisation = self.inspection.organisation
        if organisation.parent and scoping.everywhere(self.reader, Act.SEE, self.today):
            return full_place(organisation)
        return organisation.name

    @cached_property
    def inspectors(self) -> str:
        """梁允中、白简."""
        return "、".join(person.name for person in self.inspection.inspectors.all())

    @cached_property
    def previous(self) -> Inspection | None:
        """The visit before this one, with the number of its ``points`` and how many of them are ``open_points``."""
        before = Inspection.objects.visited().filter(organisation=self.inspection.organisation)
        unsolved = Q(findings__isnull=False) & ~Q(findings__problem__state=ProblemState.CLOSED)
        rows = before.exclude(pk=self.inspection.pk).filter(visited_on__lte=self.inspection.visited_on or self.today)
        counts = {"points": Count("findings"), "open_points": Count("findings", filter=unsolved)}
        return rows.annotate(**counts).order_by("-visited_on", "-pk").first()

    @cached_property
    def checks(self) -> list[Check]:
        """What was found."""
        return list(self.inspection.checks.select_related("item"))

    @cached_property
    def groups(self) -> list[tuple[str, list[Check]]]:
        """What was found, the 没做到 first."""
        words = [(CheckVerdict.NO, "没做到"), (CheckVerdict.YES, "做到"), (CheckVerdict.NOT_APPLICABLE, "不适用")]
        found = [(word, [check for check in self.checks if check.verdict == verdict]) for verdict, word in words]
        return [(word, checks) for word, checks in found if checks]

    @cached_property
    def findings(self) -> list[Finding]:
        """What has to be put right, with its problem."""
        return list(self.inspection.findings.select_related("problem"))

    @property
    def sentences(self) -> list[tuple[Finding, str]]:
        """The points of the notice."""
        return [(finding, sentence_of(finding)) for finding in self.findings]

    @property
    def notice(self) -> dict[str, str]:
        """Title, number and closing sentence of the notice."""
        row = self.inspection
        return {"title": title_of(row), "number": number_of(row), "opening": row.opening, "closing": closing_of(row)}

    @property
    def open_points(self) -> int:
        """How many problems are not struck off."""
        return sum(row.problem is None or row.problem.state != ProblemState.CLOSED for row in self.findings)


class VisitPage(InspectionPage):
    """The form on the spot: what has to be looked at first, then what the records say."""

    def __init__(self, inspection: Inspection, reader: Person, today: date, data: Any = None) -> None:
        super().__init__(inspection, reader, today)
        self.form = VisitForm(
            data,
            items=[item for item, _ in self._questions],
            started=self.started,
            revision=inspection.revision,
            visited_on=today,
        )

    @cached_property
    def _questions(self) -> list[tuple[InspectionItem, Answer]]:
        """The questions in the order in which they are shown."""
        items = list(self.inspection.template.items.all())
        said = answers(items, self.inspection.organisation, self.today)
        found = [(item, said.get(item.pk, UNKNOWN)) for item in items]
        return sorted(found, key=lambda one: bool(one[1].verdict))

    @cached_property
    def saved(self) -> dict[int, Seen]:
        """What was kept, by item."""
        return {check.item_id: Seen(check.verdict, check.fact) for check in self.inspection.checks.all()}

    @cached_property
    def started(self) -> dict[int, Seen]:
        """What the form begins with: what was kept, else what the records say."""
        return self.saved or {item.pk: _prefilled(answer) for item, answer in self._questions}

    @cached_property
    def lines(self) -> list[Line]:
        """Every question with its fields."""
        return [
            Line(number, item, answer, self.form[f"verdict_{item.pk}"], self.form[f"fact_{item.pk}"])
            for number, (item, answer) in enumerate(self._questions, 1)
        ]

    @property
    def on_the_spot(self) -> list[Line]:
        """What no record answers."""
        return [line for line in self.lines if not line.answer.verdict]

    @property
    def recorded(self) -> list[Line]:
        """What the records answer."""
        return [line for line in self.lines if line.answer.verdict]

    @property
    def striking(self) -> list[Line]:
        """Those of them at which one should look."""
        return [line for line in self.recorded if not line.is_quiet]

    @property
    def quiet(self) -> list[Line]:
        """The others: folded away."""
        return [line for line in self.recorded if line.is_quiet]

    @property
    def left(self) -> int:
        """How many are not answered."""
        return sum(not line.current for line in self.lines)

    @cached_property
    def draft(self) -> list[DraftPoint]:
        """The points of the notice that would follow from what is kept."""
        calendar = WorkCalendar.around(self.today)
        points = []
        for item, _ in self._questions:
            seen = self.started.get(item.pk, Seen())
            if seen.verdict == CheckVerdict.NO:
                check = Check(item=item, fact=seen.fact)
                points.append(DraftPoint(drafted(check), calendar.add_workdays(self.today, item.workdays)))
        return points

    @property
    def draft_opening(self) -> str:
        """The first sentence of that notice, as if the visit were today."""
        row = Inspection(
            organisation=self.inspection.organisation, held_by=self.inspection.held_by, visited_on=self.today
        )
        return drafted_opening(row)

    @cached_property
    def differences(self) -> list[Difference]:
        """Where what somebody else kept is not what was typed here."""
        typed: Mapping[int, Seen] = self.form.seen
        return [
            Difference(item.question, _said(self.saved.get(item.pk, Seen())), _said(typed[item.pk]))
            for item, _ in self._questions
            if self.saved.get(item.pk, Seen()) != typed[item.pk]
        ]


class NoticePage(InspectionPage):
    """The notice while its wording may be changed."""

    def __init__(self, inspection: Inspection, reader: Person, today: date, data: Any = None) -> None:
        super().__init__(inspection, reader, today)
        self.form = NoticeForm(data, inspection=inspection, findings=self.findings, revision=inspection.revision)

    @property
    def points(self) -> list[tuple[Finding, BoundField, BoundField]]:
        """Each finding with its two fields."""
        return [(row, self.form[f"text_{row.pk}"], self.form[f"due_{row.pk}"]) for row in self.findings]

    @cached_property
    def differences(self) -> list[Difference]:
        """Where what somebody else kept is not what was typed here."""
        wording, row = self.form.wording, self.inspection
        pairs = [("开头", row.opening, wording.opening), ("答复期限", str(row.answer_by), str(wording.answer_by))]
        for finding in self.findings:
            point = wording.points[finding.pk]
            stands, typed = f"{finding.text}（{finding.due_on}）", f"{point.text}（{point.due_on}）"
            pairs.append((f"第 {finding.order} 项", stands, typed))
        return [Difference(label, stands, typed) for label, stands, typed in pairs if stands != typed]


def _prefilled(answer: Answer) -> Seen:
    return Seen(answer.verdict, answer.fact if answer.verdict == CheckVerdict.NO else "")


def _said(seen: Seen) -> str:
    label = CheckVerdict(seen.verdict).label if seen.verdict else "没有看"
    return f"{label}：{seen.fact}" if seen.fact else label

"""The list of inspections, and one draw of lots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Case, IntegerField, Value, When

from organisations import scoping
from organisations.models import Person
from organisations.permissions import Act

from .drawing_lots import RULE, draws_of, order_of
from .models import Draw, DrawnFrom, Inspection, InspectionState
from .models.inspection import full_place

PAGE = 50
LOTS_PAGE = 200
DRAWS = 20

# Which part of the list → its word, and what it says where it is empty.
PARTS = {
    "planned": ("待督查", "没有安排要去的"),
    "open": ("在整改", "没有正在整改的"),
    "closed": ("已办结", "还没有办结的"),
}


@dataclass(frozen=True)
class Listed:
    """One line of the list."""

    inspection: Inspection
    place: str
    today: date

    @property
    def state(self) -> tuple[str, str]:
        """Class and word of its state."""
        row = self.inspection
        if row.state == InspectionState.PLANNED:
            days = (self.today - row.planned_on).days
            return ("soon", f"过了 {days} 天") if days > 0 else ("todo", "今天去" if not days else "待督查")
        if row.state == InspectionState.VISITED:
            return "soon", "待发通知"
        if row.state == InspectionState.CANCELLED:
            return "off", "已取消"
        if row.state == InspectionState.ISSUED and row.has_open_findings:  # type: ignore[attr-defined]
            return "todo", "整改中"
        return "done", "已办结" if row.number else "没有要整改的"


class InspectionList:
    """What the reader conducts, or was told about his own organisations; planned first."""

    def __init__(self, reader: Person, today: date, part: str = "", page: str = "1") -> None:
        self.reader, self.today, self.page_number = reader, today, page
        self.may_inspect = reader.may(Act.INSPECT, today=today)
        self.part = part if part in self.parts else next(iter(self.parts))

    @property
    def parts(self) -> dict[str, str]:
        """The parts that the reader may choose: what is only planned is the inspecting side's."""
        return {part: word for part, (word, _) in PARTS.items() if part != "planned" or self.may_inspect}

    @property
    def word(self) -> str:
        """The name of the part."""
        return PARTS[self.part][0]

    @property
    def empty_title(self) -> str:
        """What is said where the part is empty."""
        return PARTS[self.part][1]

    @cached_property
    def page(self) -> Page:
        """The rows of the page."""
        rows = Inspection.objects.visible_to(self.reader, self.today)
        if self.part == "planned":
            rows = rows.filter(state=InspectionState.PLANNED).order_by("planned_on", "organisation__path", "pk")
        elif self.part == "open":
            first = Case(
                When(state=InspectionState.VISITED, then=Value(0)), default=Value(1), output_field=IntegerField()
            )
            rows = rows.in_hand().order_by(first, "organisation__path", "-visited_on", "pk")
        else:
            rows = (rows.settled() | rows.filter(state=InspectionState.CANCELLED)).order_by(
                "-visited_on", "organisation__path", "pk"
            )
        return Paginator(rows.with_names().prefetch_related("inspectors"), PAGE).get_page(self.page_number)

    @cached_property
    def listed(self) -> list[Listed]:
        """The lines of the page."""
        wide = scoping.everywhere(self.reader, Act.SEE, self.today)
        return [
            Listed(row, full_place(row.organisation) if wide else row.organisation.name, self.today)
            for row in self.page
        ]

    @cached_property
    def draws(self) -> list[Draw]:
        """The latest draws that the reader may see."""
        rows = Draw.objects.visible_to(self.reader, self.today)
        return list(rows.select_related("organisation", "template")[:DRAWS])


@dataclass(frozen=True)
class Lot:
    """One of those drawn from, with what it is ordered by."""

    row: DrawnFrom
    order: str
    visit: Inspection | None = None


class DrawPage:
    """One draw: by which rule, from whom, with which seed, whom it picked, and the draws beside it."""

    def __init__(self, draw: Draw, reader: Person, today: date, page: str = "1") -> None:
        self.draw, self.reader, self.today, self.page_number = draw, reader, today, page

    @cached_property
    def may_plan(self) -> bool:
        """Whether the reader arranges visits from it."""
        return self.reader.may(Act.INSPECT, self.draw.organisation, self.today)

    @property
    def rule(self) -> str:
        """The rule in words by which anybody can draw again."""
        return RULE.format(wanted=self.draw.wanted)

    @cached_property
    def chosen(self) -> list[Lot]:
        """Whom chance picked, in tree order; for the inspecting side with the visit that followed."""
        visits = self.planned if self.may_plan else {}
        rows = self.draw.population.filter(chosen=True)
        return [Lot(row, order_of(self.draw.seed, row.mark), visits.get(row.organisation_id)) for row in rows]

    @cached_property
    def page(self) -> Page:
        """The list that was drawn from."""
        return Paginator(self.draw.population.all(), LOTS_PAGE).get_page(self.page_number)

    @cached_property
    def lots(self) -> list[Lot]:
        """Its lines."""
        return [Lot(row, order_of(self.draw.seed, row.mark)) for row in self.page]

    @cached_property
    def together(self) -> list[Draw]:
        """All draws held in the place of one another, oldest first: none is taken away."""
        seen = Draw.objects.visible_to(self.reader, self.today)
        return list(seen.filter(draws_of(self.draw)).select_related("made_by").order_by("made_at", "pk"))

    @cached_property
    def planned(self) -> dict[int, Inspection]:
        """By organisation: the visit that followed from this draw."""
        rows = self.draw.inspections.exclude(state=InspectionState.CANCELLED)
        return {row.organisation_id: row for row in rows}

    @property
    def left_to_plan(self) -> int:
        """How many of the chosen no visit is arranged for."""
        return sum(lot.row.organisation_id not in self.planned for lot in self.chosen)

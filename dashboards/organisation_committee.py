"""The page of an organisation with branches or organs below it: its units side by side, in tree order."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Substr

from organisations import paths, scoping
from organisations.models import Level, Membership, Organisation
from organisations.models.person import PARTY_MEMBERS
from programmes import compliance
from programmes.models import Exemption, ExemptionState, Obligation, ObligationState, Requirement
from programmes.models.obligation import ExemptionMark
from programmes.periods import Cadence, period_of

from .columns import lines_with_rules
from .helping import Need, needs
from .organisation import EXEMPTIONS, OrganisationPage, Term, term_of
from .rhythm import SOON, Rhythm, rhythms

HEADINGS = (Level.ORGAN_COMMITTEE, Level.GENERAL_BRANCH)
UNIT = 2 * paths.STEP  # the length of an organ's path


@dataclass
class Unit:
    """One row: a branch, or an organ on the page of the work committee."""

    organisation: Organisation
    today: date
    head: str = ""
    members: int = 0
    rhythm: Rhythm | None = None
    cell: compliance.Cell = compliance.NOTHING
    owed: list[Obligation] = field(default_factory=list)

    @property
    def term(self) -> Term | None:
        """When its term ends."""
        return term_of(self.organisation, self.today)

    @property
    def figures(self) -> str:
        """Done and needed of the strip's rule in this period, and what is overdue of it."""
        said = f"{self.cell.done}/{self.cell.needed}"
        return f"{said}，逾期 {self.cell.overdue}" if self.cell.overdue else said

    @property
    def missing(self) -> tuple[str, str]:
        """State and words for what is still to be held now, and what waits for an answer."""
        states = Counter(row.state(self.today) for row in self.owed)
        overdue, due, pending = (
            states[ObligationState.OVERDUE],
            states[ObligationState.DUE],
            states[ObligationState.PENDING],
        )
        waiting = [f"豁免待定 {pending} 项"] * bool(pending)
        days = min(
            ((row.due_on - self.today).days for row in self.owed if row.state(self.today) == ObligationState.DUE),
            default=SOON + 1,
        )
        if overdue:
            return "late", "，".join([f"逾期 {overdue} 项", *([f"还差 {due} 项"] * bool(due)), *waiting])
        if due:
            left = [f"剩 {days} 天"] * (days <= SOON and not pending)
            return "soon" if days <= SOON or pending else "todo", "，".join([f"{due} 项", *left, *waiting])
        return ("soon", waiting[0]) if pending else ("done", "都已开展")


@dataclass
class Band:
    """Units under one heading: the organ committee or general branch that stands between, or none."""

    heading: Organisation | None
    units: list[Unit] = field(default_factory=list)


class CommitteePage(OrganisationPage):
    """Work committee, party group, organ committee or general branch."""

    @cached_property
    def of_city(self) -> bool:
        """Whether this is the work committee: its units are organs, not branches."""
        return self.organisation.level == Level.WORK_COMMITTEE

    def _appointed(self) -> Q:
        """Condition: appointments here, and the heads of the rows of the table."""
        if self.of_city:
            return super()._appointed()
        below = scoping.under(self.organisation.path, "organisation__path") & ~Q(organisation__level=Level.GROUP)
        return Q(organisation=self.organisation) | (below & Q(post__is_head=True))

    @cached_property
    def needs(self) -> list[tuple[Organisation, Need]]:
        """Who below could do with a hand, in tree order. For the whole city this stands on the board."""
        if self.of_city or not self.sees:
            return []
        lines = lines_with_rules(period_of(self.today, Cadence.MONTH))
        found = needs(self.organisation, self.today, [column for line in lines for column in line.columns])
        by_organisation = {need.organisation: need for need in found}
        return [(node, by_organisation[node.pk]) for node in self._below if node.pk in by_organisation]

    @cached_property
    def _below(self) -> list[Organisation]:
        rows = Organisation.objects.visible_to(self.reader, self.today)
        if self.of_city:
            rows = rows.filter(parent=self.organisation)
        else:
            rows = rows.under(self.organisation).exclude(pk=self.organisation.pk)
        return list(rows.select_related("parent").in_tree_order())

    @property
    def children(self) -> list[Organisation]:
        """The organisations directly below, closed ones too."""
        return [row for row in self._below if row.parent_id == self.organisation.pk]

    @cached_property
    def nodes(self) -> list[Organisation]:
        """The open organisations that the table is made of, headings too."""
        return [row for row in self._below if row.level != Level.GROUP and row.exists_on(self.today)]

    @cached_property
    def bands(self) -> list[Band]:
        """The units in tree order, under their headings."""
        bands: list[Band] = []
        for node in self.nodes:
            if not self.of_city and node.level in HEADINGS:
                bands.append(Band(node))
                continue
            heading = bands[-1].heading if bands else None
            if not bands or (heading is not None and not paths.contains(heading.path, node.path)):
                bands.append(Band(None))
            bands[-1].units.append(self._unit(node))
        return bands

    @property
    def units(self) -> list[Unit]:
        """All rows of the table."""
        return [unit for band in self.bands for unit in band.units]

    def _unit(self, node: Organisation) -> Unit:
        inside = self._rows_by_node[node.path]
        strip = [row for row in inside if row.organisation_id == node.pk and self.strip and row.code == self.strip.code]
        return Unit(
            node,
            self.today,
            head=self.heads.get(node.pk, ""),
            members=self._members_by_node[node.path],
            rhythm=Rhythm(strip, self.today) if strip else None,
            cell=self._cells.get(node.path, compliance.NOTHING),
            owed=inside,
        )

    @property
    def _drawn(self) -> QuerySet[Requirement]:
        """The common rules whose year may be drawn: monthly, and owed by every branch whatever its size."""
        everybody = {
            "level": Level.BRANCH,
            "is_active": True,
            "min_full_members": 0,
            "needs_committee": False,
            "has_groups": False,
        }
        rules = Requirement.objects.visible_to(self.reader).in_force(self.today)
        return rules.filter(organisation__isnull=True, cadence=Cadence.MONTH, **everybody).order_by("pk")

    @cached_property
    def strip(self) -> Requirement | None:
        """The rule that the table shows: the first of them that a branch here owes. It is not named in the code."""
        if self.of_city:
            return self._drawn.first()
        drawn = [
            row.requirement
            for row in self._rows
            if row.requirement.cadence == Cadence.MONTH and row.requirement.level == Level.BRANCH
        ]
        codes = {rule.code: rule for rule in sorted(drawn, key=lambda rule: rule.pk, reverse=True)}
        return min(
            (rule for rule in codes.values() if self._unconditional(rule)), key=lambda rule: rule.pk, default=None
        )

    @staticmethod
    def _unconditional(rule: Requirement) -> bool:
        return not (rule.min_full_members or rule.needs_committee or rule.has_groups)

    @cached_property
    def _rows(self) -> list[Obligation]:
        """What the table and the own rhythm are drawn from: the strip's rule, what is open, what the committee itself owes."""
        if self.of_city:
            return []
        open_now = Q(starts_on__lte=self.today) & (
            Q(exemption_state=ExemptionMark.ASKED) | Q(exemption_state=ExemptionMark.NONE, done__lt=F("needed"))
        )
        wanted = open_now | Q(organisation__in=self._organ) | Q(code__in=self._drawn.order_by().values("code"))
        return self.obligations(scoping.under(self._top, "organisation__path") & wanted)

    @cached_property
    def _rows_by_node(self) -> dict[str, list[Obligation]]:
        """The rows by the path of the node itself and of each that stands above it."""
        found: dict[str, list[Obligation]] = defaultdict(list)
        for row in self._rows:
            for path in paths.prefixes(row.organisation.path):
                found[path].append(row)
        return found

    @cached_property
    def _organ(self) -> list[int]:
        """The committee itself and what stands between it and its branches, and the party group above an organ committee."""
        between = [node.pk for node in self.nodes if node.level in HEADINGS and not self.of_city]
        above = [self.organisation.parent_id] if self._with_parent and self.organisation.parent_id else []
        return [self.organisation.pk, *between, *above]

    @property
    def _with_parent(self) -> bool:
        parent = self.organisation.parent
        return parent is not None and parent.level == Level.PARTY_GROUP

    @property
    def _top(self) -> str:
        return (
            self.organisation.parent.path if self._with_parent and self.organisation.parent else self.organisation.path
        )

    @cached_property
    def rhythms(self) -> list[Rhythm]:
        """What this level itself owes, a line a requirement."""
        rows = (
            self.obligations(Q(organisation=self.organisation))
            if self.of_city
            else [row for row in self._rows if row.organisation_id in self._organ]
        )
        return rhythms(rows, self.today)

    @cached_property
    def _cells(self) -> dict[str, compliance.Cell]:
        """For the work committee: this month's figures of the strip's rule by organ."""
        if not self.of_city or not self.sees or self.strip is None:
            return {}
        rows = compliance.owed_by(self.organisation).filter(code=self.strip.code)
        period = period_of(self.today, Cadence(self.strip.cadence))
        grid = compliance.grid(rows, period, self.today, unit_length=UNIT)
        return {unit: cells[self.strip.code] for unit, cells in grid.items()}

    @cached_property
    def _members(self) -> dict[str, int]:
        """Members by path of the place where they belong; by organ on the page of the work committee."""
        rows = Membership.objects.filter(
            scoping.holding(self.today), scoping.under(self.organisation.path, "organisation__path")
        )
        place = Substr("organisation__path", 1, UNIT) if self.of_city else F("organisation__path")
        counted = (
            rows.filter(person__category__in=PARTY_MEMBERS)
            .order_by()
            .annotate(unit=place)
            .values_list("unit")
            .annotate(Count("pk"))
        )
        return dict(counted)

    @cached_property
    def _members_by_node(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for place, number in self._members.items():
            for path in paths.prefixes(place):
                found[path] += number
        return found

    @property
    def lede(self) -> str:
        """The committee in a sentence."""
        counted = Counter(node.level for node in self.nodes)
        below = [f"{counted[level]} 个{Level(level).label}" for level in (*HEADINGS, Level.BRANCH) if counted[level]]
        if self.of_city:
            below = [f"{len(self.nodes)} 个单位"] if self.nodes else []
        parts = [
            self.organisation.remark,
            f"{self.organisation.founded_on.year}年成立",
            f"下设 {'、'.join(below)}" if below else "",
        ]
        return "，".join(part for part in [*parts, f"党员 {sum(self._members.values()):,} 人"] if part) + "。"

    @cached_property
    def terms(self) -> list[tuple[Organisation, Term]]:
        """The terms that end soon or are over, in tree order."""
        found = [(node, term_of(node, self.today)) for node in [self.organisation, *self.nodes]]
        return [(node, term) for node, term in found if term is not None and term.near]

    @cached_property
    def exemptions(self) -> list[Exemption]:
        """Requests from here and below that nobody has answered, the oldest first."""
        rows = Exemption.objects.visible_to(self.reader, self.today).filter(state=ExemptionState.ASKED)
        rows = rows.filter(scoping.under(self.organisation.path, "organisation__path"))
        return list(rows.select_related("organisation__parent", "asked_by").order_by("asked_at", "pk")[:EXEMPTIONS])

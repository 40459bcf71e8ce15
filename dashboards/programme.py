"""The tree of programmes, and the page of one: goal, indicators, timeline and who takes part, over what the reader may see."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Length

from activities.models import Activity
from activities.models.activity import ActivityQuerySet
from organisations import paths, scoping
from organisations.models import Level, Organisation, Person
from organisations.models.organisation import OrganisationQuerySet
from organisations.permissions import Act
from programmes.models import Indicator, Line, Pillar, Programme, Requirement
from programmes.models.programme import ProgrammeQuerySet
from responsibilities.models import DutyList
from surveys.models import Survey

from .indicators import ORGAN, Figure, Holdings, Reach, figures

PLANNED, LATEST = 3, 6  # activities on the timeline after and before today
UNFOLDED = 12  # units that stand open


@dataclass
class Entry:
    """A programme in the tree, and how many of its activities the reader sees."""

    programme: Programme
    held: int


@dataclass
class LineEntry:
    """A line with its programmes."""

    line: Line
    entries: list[Entry] = field(default_factory=list)
    requirements: list[str] = field(default_factory=list)


@dataclass
class PillarEntry:
    """A pillar with its lines."""

    pillar: Pillar
    lines: list[LineEntry] = field(default_factory=list)


class ProgrammeTree:
    """Pillar → line → programme of one year."""

    def __init__(self, reader: Person, year: int, today: date) -> None:
        self.reader = reader
        self.year = year
        self.today = today

    @cached_property
    def held(self) -> dict[int, int]:
        """Held activities that the reader may see, by programme of the year."""
        seen = Activity.objects.visible_to(self.reader, self.today).counted().filter(programme__year=self.year)
        return dict(seen.order_by().values_list("programme").annotate(Count("pk")))

    @cached_property
    def pillars(self) -> list[PillarEntry]:
        """All pillars, with the lines that have programmes in the year, in order."""
        pillars = {pillar.value: PillarEntry(pillar) for pillar in Pillar}
        lines: dict[int, LineEntry] = {}
        for programme in Programme.objects.visible_to(self.reader).filter(year=self.year).select_related("line"):
            line = programme.line
            if line.pk not in lines:
                lines[line.pk] = LineEntry(line)
                pillars[line.pillar].lines.append(lines[line.pk])
            lines[line.pk].entries.append(Entry(programme, self.held.get(programme.pk, 0)))
        return list(pillars.values())

    @cached_property
    def pillars_with_rules(self) -> list[PillarEntry]:
        """The same, each line with the names of what is required on it by period."""
        names: dict[int, list[str]] = defaultdict(list)
        rules = (
            Requirement.objects.visible_to(self.reader).in_force(self.today).filter(organisation=None, is_active=True)
        )
        for line_id, name in rules.values_list("line", "name"):
            names[line_id].append(name)
        for line in (line for pillar in self.pillars for line in pillar.lines):
            line.requirements = names[line.line.pk]
        return self.pillars

    @cached_property
    def years(self) -> list[int]:
        """The years that have programmes, newest first."""
        years = Programme.objects.visible_to(self.reader).order_by("-year").values_list("year", flat=True)
        return list(years.distinct())


@dataclass(frozen=True)
class Unit:
    """One that takes part, and at how many it was host or partner."""

    organisation: Organisation
    held: int


class ProgrammePage:
    """The page of one programme for one reader."""

    def __init__(self, reader: Person, programme: Programme, today: date) -> None:
        """``programme`` comes from ``with_all_it_names``."""
        self.reader = reader
        self.programme = programme
        self.kinds: bool = programme.has_kinds
        self.today = today
        self.tree = ProgrammeTree(reader, programme.year, today)

    @property
    def pillar(self) -> Pillar:
        """Its pillar."""
        return Pillar(self.programme.line.pillar)

    @property
    def may_edit(self) -> bool:
        """Whether the reader may change goal, dates, indicators and who takes part."""
        return self.reader.may(Act.EDIT_PROGRAMMES, today=self.today)

    @property
    def span(self) -> str:
        """2026年1月至12月; without an end 2026年1月起."""
        first, end = self.programme.starts_on, self.programme.ends_on
        said = f"{first.year}年{first.month}月"
        if end is None:
            return f"{said}起"
        last = date.fromordinal(end.toordinal() - 1)
        return f"{said}至{'' if last.year == first.year else f'{last.year}年'}{last.month}月"

    @cached_property
    def _seen(self) -> ActivityQuerySet:
        return Activity.objects.visible_to(self.reader, self.today).filter(programme=self.programme)

    @property
    def is_of_activities(self) -> bool:
        """Whether it holds activities: by its kinds, or because some were put down to it. Others are shown plainly."""
        return bool(self.kinds or self.latest or self.planned)

    @property
    def held(self) -> int:
        """How many held activities the reader sees."""
        return self.tree.held.get(self.programme.pk, 0)

    # --- timeline

    @cached_property
    def planned(self) -> list[Activity]:
        """The next ones, the farthest first."""
        coming = self._seen.standing().filter(held_on__gt=self.today).order_by("held_on", "pk")
        return list(_titles(coming)[:PLANNED])[::-1]

    @cached_property
    def latest(self) -> list[Activity]:
        """The latest ones, newest first."""
        past = self._seen.standing().filter(held_on__lte=self.today).latest_first()
        return list(_titles(past)[:LATEST])

    @cached_property
    def duty_lists(self) -> list[DutyList]:
        """The editions in force that belong to it, as far as the reader may see them. Asked only where it has some."""
        if not self.programme.has_lists:
            return []
        seen = DutyList.objects.visible_to(self.reader, self.today).in_force(self.today)
        return list(seen.filter(programme=self.programme).select_related("organisation"))

    @cached_property
    def surveys(self) -> list[Survey]:
        """The launched surveys that belong to it, as far as the reader may see them. Asked only where it has some."""
        if not self.programme.has_surveys:
            return []
        seen = Survey.objects.visible_to(self.reader, self.today).filter(launched_at__isnull=False)
        return list(seen.filter(programme=self.programme).select_related("organisation"))

    # --- who takes part

    @cached_property
    def _participants(self) -> list[str]:
        return [node.path for node in self.programme.participants.all()]

    def _taking_part(self, organisations: OrganisationQuerySet) -> OrganisationQuerySet:
        """Those that lie in what was chosen to take part; all, where nothing was."""
        inside = Q(pk__in=[])
        for path in self._participants:
            inside |= scoping.under(path)
        return organisations.filter(inside) if self._participants else organisations

    @cached_property
    def _nodes(self) -> list[Organisation]:
        """What the reader sees among those that take part; of a whole city its organs and branches."""
        seen = Organisation.objects.manageable_by(self.reader, Act.SEE, self.today).open_on(self.today)
        nodes = self._taking_part(seen).in_tree_order().only("pk", "path", "level", "name")
        if self._sees_all:
            nodes = nodes.annotate(depth=Length("path")).filter(Q(depth=ORGAN) | Q(level=Level.BRANCH))
        return list(nodes)

    @cached_property
    def _sees_all(self) -> bool:
        return scoping.everywhere(self.reader, Act.SEE, self.today)

    @property
    def _organs(self) -> list[Organisation]:
        return [node for node in self._nodes if len(node.path) == ORGAN]

    @property
    def _branches(self) -> list[Organisation]:
        return [node for node in self._nodes if node.level == Level.BRANCH]

    @cached_property
    def _units(self) -> list[Organisation]:
        """Organs for whoever sees the city, else branches, else what the reader sees at all."""
        return self._organs if self._sees_all else self._branches or self._nodes

    @cached_property
    def _holdings(self) -> Holdings:
        return Holdings(self._seen.counted(), self._indicators)

    @cached_property
    def units(self) -> list[Unit]:
        """In tree order, each with the activities that it or anybody below it held or shared."""
        known = {node.path for node in self._units}
        held: dict[str, int] = defaultdict(int)
        for row in self._holdings.hosted:
            held[_unit_of(row.path, known)] += row.count
        shared = {(_unit_of(row.path, known), row.activity, _unit_of(row.host, known)) for row in self._holdings.shared}
        for unit, _, host in shared:
            held[unit] += unit != host
        return [Unit(node, held[node.path]) for node in self._units]

    @property
    def units_held(self) -> int:
        """How many of the units have held something."""
        return sum(1 for unit in self.units if unit.held)

    @property
    def first_units(self) -> list[Unit]:
        """Those that stand open."""
        return self.units[:UNFOLDED]

    @property
    def other_units(self) -> list[Unit]:
        """Those behind the fold."""
        return self.units[UNFOLDED:]

    @property
    def unit_word(self) -> str:
        """What the units are counted as: 个单位 or 个支部."""
        kinds = {unit.level for unit in self._units}
        return "个支部" if kinds == {Level.BRANCH} else "个党小组" if kinds == {Level.GROUP} else "个单位"

    # --- indicators

    @cached_property
    def _indicators(self) -> list[Indicator]:
        return list(self.programme.indicators.all())

    @cached_property
    def figures(self) -> list[Figure]:
        """Done beside planned, for each indicator."""
        organs = frozenset(node.path for node in self._organs)
        return figures(self._indicators, self._holdings, Reach(organs, len(self._branches), self._sees_all))


def with_all_it_names(programmes: ProgrammeQuerySet) -> ProgrammeQuerySet:
    """With line, participants and indicators, and whether activities of some kinds, duty lists or surveys belong to it."""
    kinds = Programme.kinds.through.objects.filter(programme=OuterRef("pk"))
    lists = DutyList.objects.filter(programme=OuterRef("pk"), since__isnull=False)
    surveys = Survey.objects.filter(programme=OuterRef("pk"), launched_at__isnull=False)
    rows = programmes.select_related("line").prefetch_related("participants", "indicators__kinds")
    return rows.annotate(has_kinds=Exists(kinds), has_lists=Exists(lists), has_surveys=Exists(surveys))


def _titles(activities: ActivityQuerySet) -> ActivityQuerySet:
    """What a line of the timeline names, without the long texts."""
    return activities.select_related("organisation").only("title", "held_on", "present", "organisation__name")


def _unit_of(path: str, known: set[str]) -> str:
    """The path of the unit to which ``path`` belongs; the path itself where it stands above them."""
    return next((prefix for prefix in paths.prefixes(path) if prefix in known), path)

"""What the log form offers to one person for what has been chosen so far.

Everything is fetched at most once, when first asked for, within the person's rights: the page, its refills and the checking
of what was sent all pick from the same rows, in a number of queries that does not grow with them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.datastructures import MultiValueDict
from django.utils.dateparse import parse_date

from organisations import paths, scoping
from organisations.models import Appointment, Level, Membership, Organisation, Person
from organisations.permissions import Act
from programmes.models import ActivityKind, Obligation, Programme
from programmes.periods import Period, parse

from ..expecting import could_attend, expected_people
from ..models import Activity, Partnership

# Longer ago than any period that may still be made up for; and the span of days that the form fills in for.
LOOK_BACK = timedelta(days=800)
FARTHEST = timedelta(days=3660)
# The work committee's own joint events are with organs; their branches are not on its list.
ORGAN_LEVELS = (Level.PARTY_GROUP, Level.ORGAN_COMMITTEE)


class Offer:
    """Organisations, kinds, people, programmes and what is due, for the host, kinds, partners and day in ``raw``."""

    def __init__(
        self, raw: MultiValueDict[str, str], *, by: Person, today: date, activity: Activity | None = None
    ) -> None:
        self.raw = raw
        self.by = by
        self.today = today
        self.activity = activity

    # --- who holds it

    @cached_property
    def hosts(self) -> list[Organisation]:
        """Where ``by`` may log, in tree order; the present host of a record that is being corrected stays on offer."""
        mine = Organisation.objects.manageable_by(self.by, Act.LOG, self.today).open_on(self.today)
        if self.activity is not None:
            mine = mine | Organisation.objects.filter(pk=self.activity.organisation_id)
        return list(mine.select_related("parent").in_tree_order())

    @cached_property
    def asked_host(self) -> Organisation | None:
        """The host that was asked for, if it is on offer."""
        wanted = self.raw.get("organisation", "")
        return next((host for host in self.hosts if str(host.pk) == wanted), None)

    @cached_property
    def host(self) -> Organisation | None:
        """The host asked for, or the person's own organisation: that of his first post that may log."""
        if self.asked_host is not None:
            return self.asked_host
        own = [grant.path for grant in scoping.grants_of(self.by, self.today) if grant.covers(Act.LOG, grant.path)]
        return next((host for path in own for host in self.hosts if host.path == path), next(iter(self.hosts), None))

    @cached_property
    def unit(self) -> Organisation | None:
        """The organisation whose kinds are offered: the host, or for a group its branch where that may be logged for."""
        host = self.host
        if host is None or host.level != Level.GROUP:
            return host
        return next((node for node in self.hosts if node.pk == host.parent_id), host)

    @cached_property
    def units(self) -> list[Organisation]:
        """The organisations to choose between before anything else: all but the groups of one of them."""
        own = {node.pk for node in self.hosts}
        return [node for node in self.hosts if node.level != Level.GROUP or node.parent_id not in own]

    @cached_property
    def scene(self) -> list[Organisation]:
        """The unit and the groups in it."""
        unit = self.unit
        if unit is None:
            return []
        return [unit, *(node for node in self.hosts if node.level == Level.GROUP and node.parent_id == unit.pk)]

    @cached_property
    def fitting_hosts(self) -> list[Organisation]:
        """Those of the scene that hold activities of all the chosen kinds."""
        return [node for node in self.scene if all(node.level in kind.levels for kind in self.chosen_kinds)]

    def best_host(self) -> Organisation | None:
        """The host, or if it does not hold such activities the one of the scene that does: the first to be due."""
        if self.host is None or self.host in self.fitting_hosts or not self.fitting_hosts:
            return self.host
        due = {obligation.organisation_id: obligation.due_on for obligation in reversed(self.crediting())}
        return min(self.fitting_hosts, key=lambda node: due.get(node.pk, date.max))

    def settle_host(self) -> None:
        """Go to the best host, before anything that depends on it is asked for."""
        host = self.best_host()
        if host is not None:
            self.raw["organisation"] = str(host.pk)
            self.__dict__.update(asked_host=host, host=host)

    # --- what, when, with whom

    @cached_property
    def kinds(self) -> list[ActivityKind]:
        """All kinds in use, and those of a record that is being corrected (``recorded`` marks them)."""
        through = Activity.kinds.through.objects.filter(activity=self.activity, activitykind=OuterRef("pk"))
        kinds = ActivityKind.objects.annotate(recorded=Exists(through))
        return list(kinds.filter(Q(active=True) | Q(recorded=True)).select_related("line", "programme"))

    @cached_property
    def offered_kinds(self) -> list[ActivityKind]:
        """The kinds that the scene holds, and whatever is chosen already."""
        levels = {node.level for node in self.scene}
        return [kind for kind in self.kinds if levels & set(kind.levels) or kind in self.chosen_kinds]

    @cached_property
    def chosen_kinds(self) -> list[ActivityKind]:
        """The kinds chosen so far."""
        wanted = set(self.raw.getlist("kinds"))
        return [kind for kind in self.kinds if str(kind.pk) in wanted]

    @cached_property
    def day(self) -> date:
        """The day chosen; while none, or none that anybody could have meant, is: the last of the period asked for, or today."""
        otherwise = self.within.last_day if self.within else self.today
        try:
            day = parse_date(self.raw.get("held_on", "")) or otherwise
        except ValueError:
            return otherwise
        return day if abs(day - self.today) < FARTHEST else otherwise

    @cached_property
    def within(self) -> Period | None:
        """The past period whose record is being added afterwards (补记): its day is asked for, not guessed."""
        try:
            period = parse(self.raw.get("within", ""))
        except ValueError:
            return None
        return period if period.ends_on <= self.today else None

    @property
    def is_planned(self) -> bool:
        """A day to come: an announcement, without attendance."""
        return self.day > self.today

    @cached_property
    def partners(self) -> list[Organisation]:
        """The organisations of the same organ that may be partners; for the work committee the organs.

        Those of a record that is being corrected stay on offer (``recorded`` marks them).
        """
        host = self.host
        if host is None:
            return []
        shared = Partnership.objects.filter(activity=self.activity, organisation=OuterRef("pk"))
        nodes = Organisation.objects.annotate(recorded=Exists(shared)).exclude(pk=host.pk)
        around = Q(pk__in=Organisation.objects.open_on(self.day), level__in=self._partner_levels(host))
        here = around & scoping.under(host.root_path_of_organ)
        return list(nodes.filter(Q(recorded=True) | here).select_related("parent").in_tree_order())

    @staticmethod
    def _partner_levels(host: Organisation) -> Sequence[str]:
        """Groups join groups, the work committee the organs, all others whatever is not a group."""
        if paths.depth(host.path) == 1:
            return ORGAN_LEVELS
        return (Level.GROUP,) if host.level == Level.GROUP else [level for level in Level if level != Level.GROUP]

    @cached_property
    def chosen_partners(self) -> list[Organisation]:
        """The partners chosen so far."""
        wanted = set(self.raw.getlist("partners"))
        return [node for node in self.partners if str(node.pk) in wanted] if wanted else []

    @property
    def organisations(self) -> list[Organisation]:
        """Host and partners chosen so far."""
        return [self.host, *self.chosen_partners] if self.host else []

    # --- what is due

    @cached_property
    def _due(self) -> tuple[list[Obligation], dict[int, set[int]]]:
        """What the scene still has to hold, in order of the due day, and the kinds that credit each requirement."""
        begun = Obligation.objects.unmet().begun(self.today).filter(organisation__in=self.scene)
        recent = begun.filter(ends_on__gt=self.today - LOOK_BACK).select_related("requirement")
        rows: dict[int, Obligation] = {}
        kinds: dict[int, set[int]] = defaultdict(set)
        # One row for each kind that credits it: a query less than asking for the kinds by themselves.
        for row in recent.annotate(credited_by=F("requirement__kinds")).order_by("due_on", "pk"):
            rows.setdefault(row.pk, row)
            kinds[row.requirement_id].add(row.credited_by)
        return list(rows.values()), kinds

    @property
    def unmet(self) -> list[Obligation]:
        """What the scene still has to hold, in order of the due day."""
        return self._due[0]

    @property
    def kinds_of(self) -> dict[int, set[int]]:
        """The kinds that credit each requirement of what is due."""
        return self._due[1]

    def crediting(self) -> list[Obligation]:
        """What is due and one of the chosen kinds would count for."""
        chosen = {kind.pk for kind in self.chosen_kinds}
        return [obligation for obligation in self.unmet if self.kinds_of[obligation.requirement_id] & chosen]

    def to_make_up(self) -> list[Obligation]:
        """What the host owes from the period before and the chosen kinds may still make up for on the day."""
        mine = [
            obligation for obligation in self.crediting() if self.host and obligation.organisation_id == self.host.pk
        ]
        kept = self.activity.makes_up_for if self.activity is not None else None
        options = [obligation for obligation in mine if obligation.span.next().contains(self.day)]
        return options if kept is None or kept in options else [kept, *options]

    # --- who

    @cached_property
    def people(self) -> dict[int, Person]:
        """Everybody who may be named, by pk in the order of the roster; ``where`` is the path where he belongs,
        ``heads`` whether he heads the host."""
        host = self.host
        if host is None:
            return {}
        belongs = Membership.objects.filter(scoping.holding(self.day), person=OuterRef("pk"))
        heads = Appointment.objects.holding(self.day).filter(
            organisation=host, post__is_head=True, person=OuterRef("pk")
        )
        found = self._nameable(host).annotate(
            where=Subquery(belongs.values("organisation__path")[:1]), heads=Exists(heads)
        )
        return {person.pk: person for person in found.order_by("pk")}

    def _nameable(self, host: Organisation) -> QuerySet[Person]:
        extra = Q(pk=self.by.pk)
        if self.activity is not None:
            extra |= Q(pk__in=[self.activity.chair_id, self.activity.recorder_id])
            extra |= Q(pk__in=self.activity.attendances.values("person"))
        if host.level == Level.WORK_COMMITTEE:  # a whole city: only who holds a post there is on the list
            extra |= Q(pk__in=Appointment.objects.holding(self.day).filter(organisation=host).values("person"))
            return Person.objects.filter(extra)
        return could_attend(self.organisations, self.day, Person.objects.filter(extra))

    @cached_property
    def expected(self) -> list[Person]:
        """Those whom the chosen kinds expect by name; nobody at the work committee, which counts heads."""
        if not self.chosen_kinds or self.host is None or self.host.level == Level.WORK_COMMITTEE:
            return []
        return expected_people(self.organisations, self.chosen_kinds, self.day)

    @cached_property
    def programmes(self) -> list[Programme]:
        """Those that run on the day, and the one of a record that is being corrected."""
        running = Programme.objects.running_on(self.day)
        if self.activity is not None:
            running = running | Programme.objects.filter(pk=self.activity.programme_id)
        return list(running.select_related("line"))

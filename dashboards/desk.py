"""工作台: the desk of a post, of a plain member, and of the administrator."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.http import Http404
from django.urls import reverse

from organisations import paths, scoping
from organisations.models import Feedback, Level, Organisation, Person
from organisations.permissions import Act
from programmes.birthdays import Member, PoliticalBirthday, belonging, birthdays_among, party_members
from programmes.models import Exemption, ExemptionState, Obligation
from programmes.periods import Cadence, period_of

from .desk_own import OwnDesk
from .dues import REACH, Dues
from .feed import FeedRow, latest
from .setup import is_empty

BIRTHDAYS_AHEAD = timedelta(days=30)
EXEMPTIONS_SHOWN = 5
OWN_SHOWN = 8
# What a desk shows as its own: a branch answers for its groups, a party group for its organ's committee.
OWN_LEVELS = {
    Level.BRANCH: (Level.BRANCH, Level.GROUP),
    Level.PARTY_GROUP: (Level.PARTY_GROUP, Level.ORGAN_COMMITTEE),
}
# Those with branches below them.
LEADING = (Level.PARTY_GROUP, Level.ORGAN_COMMITTEE, Level.GENERAL_BRANCH)
LED = (Level.GENERAL_BRANCH, Level.BRANCH, Level.GROUP)
BRANCH_FIELDS = (
    "organisation_id",
    "organisation__name",
    "organisation__level",
    "organisation__parent_id",
    "organisation__parent__name",
)


class Posts:
    """The organisations at which somebody works, with those above them: one query."""

    def __init__(self, person: Person, today: date) -> None:
        self.person = person
        seeing = [grant.path for grant in scoping.grants_of(person, today) if grant.covers(Act.SEE, grant.path)]
        self._paths = set(seeing)
        above = {prefix for path in seeing for prefix in paths.prefixes(path)}
        self._nodes = list(Organisation.objects.filter(path__in=above).in_tree_order()) if above else []

    @cached_property
    def organisations(self) -> list[Organisation]:
        """In tree order; a group whose branch is among them is on the desk of the branch."""
        held = [node for node in self._nodes if node.path in self._paths]
        return [node for node in held if node.level != Level.GROUP or node.path[: -paths.STEP] not in self._paths]

    def chosen(self, pk: str) -> Organisation | None:
        """The organisation asked for by pk, else the first; None for whoever holds no post. Http404 for any other."""
        if not pk:
            return self.organisations[0] if self.organisations else None
        for node in self.organisations:
            if str(node.pk) == pk:
                return node
        raise Http404

    def above(self, organisation: Organisation) -> list[Organisation]:
        """Those above ``organisation``, root first."""
        return [
            node
            for node in self._nodes
            if node.path != organisation.path and paths.contains(node.path, organisation.path)
        ]


@dataclass(frozen=True)
class Behind:
    """A branch with something overdue."""

    name: str
    overdue: int
    url: str

    @property
    def said(self) -> str:
        """逾期 2 项."""
        return f"逾期 {self.overdue} 项"


class Desk:
    """The desk of the posts that ``person`` holds at ``organisation``. At most 15 queries with everything around it."""

    template = "dashboards/desk.html"

    def __init__(self, person: Person, organisation: Organisation, today: date, posts: Posts | None = None) -> None:
        self.today = today
        self.person = person
        self.organisation = organisation
        self.posts = posts or Posts(person, today)

    # --- who, where and when

    @property
    def quarter(self) -> str:
        """第四季度还有 41 天."""
        quarter = period_of(self.today, Cadence.QUARTER)
        left = quarter.days_left(self.today)
        return f"{quarter.label}还有 {left} 天" if left else f"今天是{quarter.label}最后一天"

    @cached_property
    def crumbs(self) -> list[tuple[str, str]]:
        """The organisations above, with an address where the reader may open it, and this one."""
        above = self.posts.above(self.organisation)
        return [*((node.name, self._page_of(node)) for node in above), (self.organisation.name, "")]

    def _page_of(self, node: Organisation) -> str:
        return reverse("organisation", args=[node.pk]) if self.person.may(Act.VIEW_PEOPLE, node, self.today) else ""

    @property
    def is_committee(self) -> bool:
        """The desk of the work committee: it is to look, not to record for others."""
        return self.organisation.level == Level.WORK_COMMITTEE

    @property
    def logs(self) -> bool:
        """Whether 记一次活动 is offered."""
        return self.person.may(Act.LOG, self.organisation, self.today)

    @property
    def log_url(self) -> str:
        """The log page, with this organisation as the host."""
        return f"{reverse('activity-log')}?organisation={self.organisation.pk}"

    @cached_property
    def nodes(self) -> list[Organisation]:
        """The organisations whose obligations and records this desk shows as its own."""
        own = OWN_LEVELS.get(Level(self.organisation.level))
        return [node for node in self._tree if node.level in own] if own else [self.organisation]

    @cached_property
    def _tree(self) -> list[Organisation]:
        """This organisation with what it answers for, and the branches that it leads."""
        levels = {*OWN_LEVELS.get(Level(self.organisation.level), ()), *([Level.BRANCH] if self.leads else [])}
        if not levels:
            return [self.organisation]
        return list(
            Organisation.objects.open_on(self.today).under(self.organisation).filter(level__in=levels).in_tree_order()
        )

    @property
    def leads(self) -> bool:
        """Whether there are branches below, whose gaps are shown beside what it owes itself."""
        return self.organisation.level in LEADING

    @cached_property
    def people(self) -> str:
        """党员 24 人，党小组 3 个; nothing for the committee, whose figures are on the board."""
        if self.is_committee:
            return ""
        if self.is_small:
            return f"党员 {len(self._members)} 人{self._below}"
        return f"党员 {Person.objects.under(self.organisation, self.today).party_members().count()} 人{self._below}"

    @property
    def is_small(self) -> bool:
        """A branch or a group: its members are few enough to be read by name."""
        return self.organisation.level in (Level.BRANCH, Level.GROUP)

    @cached_property
    def _members(self) -> list[Member]:
        return party_members(belonging(self.today, self.organisation.path))

    @property
    def _below(self) -> str:
        level, word = (Level.BRANCH, "党支部") if self.leads else (Level.GROUP, "党小组")
        below = sum(node.level == level and node.pk != self.organisation.pk for node in self._tree)
        return f"，{word} {below} 个" if below else ""

    # --- what is to be done

    @cached_property
    def dues(self) -> Dues:
        """该办的事."""
        return Dues(self.person, self.organisation, self.nodes, self.today)

    @cached_property
    def behind(self) -> list[Behind]:
        """The branches below with something overdue, their groups' included, in tree order. One query."""
        if not self.leads:
            return []
        rows = Obligation.objects.overdue(self.today).filter(
            scoping.under(self.organisation.path, "organisation__path"),
            organisation__level__in=LED,
            due_on__gte=self.today - REACH,
        )
        counts: Counter[tuple[int, str]] = Counter()
        for pk, name, level, branch_pk, branch in rows.order_by("organisation__path").values_list(*BRANCH_FIELDS):
            if pk != self.organisation.pk:
                counts[(branch_pk, branch) if level == Level.GROUP else (pk, name)] += 1
        return [Behind(name, overdue, reverse("organisation", args=[pk])) for (pk, name), overdue in counts.items()]

    @cached_property
    def undecided(self) -> list[Exemption]:
        """Requests of this subtree that ``person`` may answer, the oldest first; not his own."""
        if not self.decides:
            return []
        asked = Exemption.objects.manageable_by(self.person, Act.DECIDE_EXEMPTION, self.today).filter(
            state=ExemptionState.ASKED
        )
        here = asked.filter(scoping.under(self.organisation.path, "organisation__path")).exclude(asked_by=self.person)
        return list(here.select_related("organisation").order_by("asked_at", "pk"))

    @property
    def decides(self) -> bool:
        """Whether ``person`` answers requests here."""
        return self.person.may(Act.DECIDE_EXEMPTION, self.organisation, self.today)

    @property
    def first_undecided(self) -> list[Exemption]:
        """Those shown."""
        return self.undecided[:EXEMPTIONS_SHOWN]

    # --- what was done, and who is to be thought of

    @cached_property
    def feed(self) -> list[FeedRow]:
        """The latest records."""
        return latest(self.organisation, [node.pk for node in self.nodes])

    @property
    def feed_title(self) -> str:
        """支部动态."""
        return {Level.BRANCH: "支部动态", Level.GROUP: "小组动态"}.get(Level(self.organisation.level), "本级动态")

    @property
    def knows_people(self) -> bool:
        """Whether the reader knows the people here: of a branch or a group whose roster is open to him."""
        return self.is_small and self.person.may(Act.VIEW_PEOPLE, self.organisation, self.today)

    @cached_property
    def birthdays(self) -> list[PoliticalBirthday]:
        """政治生日 of the coming thirty days."""
        return birthdays_among(self._members, self.today, self.today + BIRTHDAYS_AHEAD)


class AdminDesk:
    """The desk of the administrator: what he keeps, and what people say about the system; first of all the first run."""

    template = "dashboards/desk_admin.html"

    def __init__(self, person: Person, today: date) -> None:
        self.person = person
        self.today = today

    @cached_property
    def is_first_run(self) -> bool:
        """Whether nothing stands below the root yet."""
        return is_empty(self.person, self.today)

    @cached_property
    def unanswered(self) -> int:
        """How many remarks wait for an answer."""
        return Feedback.objects.visible_to(self.person).filter(answered_at=None).count()


def desk_for(person: Person, pk: str, today: date) -> Desk | OwnDesk | AdminDesk:
    """The desk that ``person`` works at. ``pk`` chooses among several posts; Http404 for an organisation that is none of them."""
    posts = Posts(person, today)
    organisation = posts.chosen(pk)
    if organisation is not None:
        return Desk(person, organisation, today, posts)
    if person.may(Act.ADMINISTER, today=today):
        return AdminDesk(person, today)
    return OwnDesk(person, today)

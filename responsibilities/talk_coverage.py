"""How many were talked with: all that anybody above the two parties ever sees of a talk.

A party member is talked with once a committee member of his branch had a talk with him within the year, whoever of both
began it. The only committee member of a branch is not counted: there is nobody to do it. Kinds, days and names play no part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Exists, F, OuterRef, Q, When

from organisations import scoping
from organisations.models import PARTY_MEMBERS, Appointment, Level, Membership, Organisation, Person
from organisations.permissions import Act

from .models import Talk
from .models.talk import TalkQuerySet

FEWEST = 5  # party members: the figure of a smaller branch would speak of persons


@dataclass(frozen=True)
class Covered:
    """One branch: its party members, and with how many of them its committee talked this year."""

    branch_id: int
    members: int
    talked: int


@dataclass(frozen=True)
class Line:
    """A line of the table: a branch, or several small ones together."""

    name: str
    members: int
    talked: int


def coverage(organisation: Organisation, year: int, today: date) -> tuple[int, int]:
    """(party members, talked with) of ``organisation`` and everything below it, in one query."""
    return _summed(by_branch(_branches_at(scoping.under(organisation.path, "path")), year, today))


def coverage_for(reader: Person, year: int, today: date) -> tuple[int, int]:
    """The same over all branches whose records ``reader`` may see."""
    return _summed(by_branch(seen_by(reader, today), year, today))


def _summed(rows: Iterable[Covered]) -> tuple[int, int]:
    found = list(rows)
    return sum(row.members for row in found), sum(row.talked for row in found)


def seen_by(reader: Person, today: date) -> Q:
    """Condition on memberships: of branches whose records ``reader`` may see as a whole; a group is not one."""
    return _branches_at(scoping.reach(reader, Act.SEE, "path", today))


def _branches_at(condition: Q) -> Q:
    """Condition on memberships: the branch, of a group the one above it, fulfils ``condition``."""
    branches = Organisation.objects.filter(condition, level=Level.BRANCH).order_by()
    return Q(organisation__in=branches) | Q(organisation__level=Level.GROUP, organisation__parent__in=branches)


def by_branch(which: Q, year: int, today: date) -> list[Covered]:
    """A line for each branch with party members, in tree order; ``which`` is a condition on memberships. One query."""
    branch = Case(When(organisation__level=Level.GROUP, then=F("organisation__parent")), default=F("organisation"))
    path = Case(
        When(organisation__level=Level.GROUP, then=F("organisation__parent__path")), default=F("organisation__path")
    )
    members = Membership.objects.filter(which, scoping.holding(today), person__category__in=PARTY_MEMBERS)
    members = members.annotate(branch=branch, branch_path=path)
    sitting = Appointment.objects.holding(today).filter(post__is_committee=True, organisation=OuterRef("branch"))
    alone = Exists(sitting.filter(person=OuterRef("person"))) & ~Exists(sitting.exclude(person=OuterRef("person")))
    talked = Q(_talked("initiator", "partner", year)) | Q(_talked("partner", "initiator", year))
    sums = members.filter(~alone).values("branch", "branch_path")
    counted = sums.annotate(members=Count("pk"), talked=Count("pk", filter=talked)).order_by("branch_path")
    return [Covered(row["branch"], row["members"], row["talked"]) for row in counted]


def _talked(mine: str, theirs: str, year: int) -> Exists:
    """Of a membership: a talk of the year in its branch, in which the person is ``mine`` and the other sat in its committee."""
    sat = Appointment.objects.filter(
        Q(until__isnull=True) | Q(until__gt=OuterRef("held_on")),
        since__lte=OuterRef("held_on"),
        post__is_committee=True,
        organisation=OuterRef("organisation"),
        person=OuterRef(theirs),
    )
    talks = in_year(year).filter(**{mine: OuterRef("person")}, organisation=OuterRef("branch"))
    return Exists(talks.filter(Exists(sat)))


def in_year(year: int) -> TalkQuerySet:
    """The talks of a year, whosever: to be counted, never to be shown."""
    return Talk.objects.filter(held_on__gte=date(year, 1, 1), held_on__lt=date(year + 1, 1, 1)).order_by()


def lines(rows: list[Covered]) -> list[Line]:
    """The table: branches of fewer than ``FEWEST`` members stand together, with one more branch where they are too few.

    What cannot be pooled is left out; no total stands below from which it could be subtracted.
    """
    names = dict(Organisation.objects.filter(pk__in=[row.branch_id for row in rows]).values_list("pk", "name"))
    small = _pool(rows)
    shown = [Line(names[row.branch_id], row.members, row.talked) for row in rows if row not in small]
    if small and _may_stand(small):
        members, talked = _summed(small)
        shown.append(Line(f"其余 {len(small)} 个支部合计", members, talked))
    return shown


def _may_stand(pool: list[Covered]) -> bool:
    return len(pool) > 1 and sum(row.members for row in pool) >= FEWEST


def _pool(rows: list[Covered]) -> list[Covered]:
    """The small branches, with the next larger ones until they hide each other."""
    by_size = sorted(rows, key=lambda row: row.members)
    pool = [row for row in by_size if row.members < FEWEST]
    for row in by_size[len(pool) :]:
        if not pool or _may_stand(pool):
            break
        pool.append(row)
    return pool


def talked_with(members: dict[int, dict[int, str]], year: int) -> dict[int, dict[int, set[int]]]:
    """Key of each branch → key of each person → party members of it with whom he talked this year. One query.

    ``members`` are those of ``party_members``. For the committee of the branch, which sees of each of its own how many, and for
    each of it whom he himself did not.
    """
    found: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    rows = in_year(year).filter(organisation__in=list(members))
    for branch, one, other in rows.values_list("organisation_id", "initiator_id", "partner_id"):
        for mine, theirs in ((one, other), (other, one)):
            if theirs in members[branch]:
                found[branch][mine].add(theirs)
    return found


def party_members(branches: list[Organisation], today: date) -> dict[int, dict[int, str]]:
    """Key of each branch → key and name of its party members, in the order of the tree. One query."""
    here = Q(organisation__in=branches) | Q(organisation__parent__in=branches, organisation__level=Level.GROUP)
    rows = Membership.objects.filter(here, scoping.holding(today), person__category__in=PARTY_MEMBERS)
    found: dict[int, dict[int, str]] = defaultdict(dict)
    listed = rows.order_by("organisation__path", "person_id").values_list(
        "organisation__level", "organisation_id", "organisation__parent_id", "person_id", "person__name"
    )
    for level, node, parent, person, name in listed:
        found[parent if level == Level.GROUP else node][person] = name
    return found

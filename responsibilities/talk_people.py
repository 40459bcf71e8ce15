"""Who may talk with whom, where a talk counts, and who sits in the committee of a branch."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q

from organisations import paths, scoping
from organisations.models import PARTY_MEMBERS, Appointment, Level, Membership, Organisation, Person
from organisations.models.person import PersonQuerySet

ORGAN = 2  # the depth of an organ's root
ELSEWHERE = "其他"


def _reached(person: Person, today: date) -> Q:
    """Condition on rows with an organisation: within the organs to which ``person`` belongs or where he holds a post.

    At the root that is the root alone, not the whole city.
    """
    belongs = Membership.objects.filter(scoping.holding(today), person=person)
    holds = Appointment.objects.holding(today).filter(person=person)
    found = (
        belongs.order_by().values_list("organisation__path").union(holds.order_by().values_list("organisation__path"))
    )
    organs = {path[: ORGAN * paths.STEP] for (path,) in found}
    whole = [scoping.under(path, "organisation__path") for path in organs if paths.depth(path) == ORGAN]
    roots = [Q(organisation__path=path) for path in organs if paths.depth(path) < ORGAN]
    return reduce(or_, whole + roots, Q(pk__in=[]))


def partners(person: Person, today: date) -> PersonQuerySet:
    """Those with whom ``person`` may note a talk: the people of his organ, whoever of both holds a post."""
    here = _reached(person, today)
    members = Membership.objects.filter(scoping.holding(today), here).values("person")
    posted = Appointment.objects.holding(today).filter(here).values("person")
    return Person.objects.filter(Q(pk__in=members) | Q(pk__in=posted)).exclude(pk=person.pk)


def partner_choices(person: Person, today: date) -> list[tuple[str, list[tuple[int, str]]]]:
    """The same by branch, one's own first, the others in tree order."""
    names = dict(partners(person, today).order_by("pk").values_list("pk", "name"))
    rows = Membership.objects.filter(scoping.holding(today), person__in=[*names, person.pk])
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    own = ""
    for row in rows.select_related("organisation__parent").order_by("organisation__path", "person_id"):
        branch = branch_above(row.organisation).name
        if row.person_id == person.pk:
            own = branch
        elif row.person_id in names:
            groups[branch].append((row.person_id, names.pop(row.person_id)))
    if names:
        groups[ELSEWHERE] = list(names.items())
    return sorted(groups.items(), key=lambda group: group[0] != own)


def branch_above(node: Organisation) -> Organisation:
    """The branch of a group; any other organisation itself."""
    return node.parent if node.level == Level.GROUP and node.parent else node


def branch_of(person: Person, day: date, today: date) -> Organisation | None:
    """Where ``person`` belonged on ``day``, or belongs today; None for those who belong nowhere."""
    rows = Membership.objects.filter(person=person).select_related("organisation__parent")
    for moment in (day, today):
        row = rows.filter(scoping.holding(moment)).first()
        if row is not None:
            return branch_above(row.organisation)
    return None


def place_of_talk(initiator: Person, partner: Person, day: date, today: date) -> Organisation | None:
    """Where a talk counts: the partner's branch, but the initiator's where the partner sits in its committee."""
    own, others = branch_of(initiator, day, today), branch_of(partner, day, today)
    if own is not None and own != others and sits_in(partner, own, day):
        return own
    if others is not None or own is not None:
        return others or own
    post = Appointment.objects.holding(today).filter(person__in=[initiator, partner]).select_related("organisation")
    found = post.order_by("organisation__path", "pk").first()
    return found.organisation if found else None


def sits_in(person: Person, branch: Organisation, day: date) -> bool:
    """Whether ``person`` was of the committee of ``branch`` on ``day``."""
    return Appointment.objects.holding(day).filter(person=person, organisation=branch, post__is_committee=True).exists()


def kind_of_talk(initiator: Person, partner: Person, place: Organisation, day: date) -> str:
    """支委之间, 支委和党员, 党员之间: as the rules name them; derived, so that nobody is asked."""
    if place.level != Level.BRANCH:
        return "同志之间"
    sitting = sits_in(initiator, place, day) + sits_in(partner, place, day)
    if sitting == 2:
        return "支委之间"
    members = all(person.category in PARTY_MEMBERS for person in (initiator, partner))
    if sitting:
        return "支委和党员" if members else "支委和群众"
    return "党员之间" if members else "党员和群众"


@dataclass(frozen=True)
class Seat:
    """Somebody of the committee of a branch."""

    person_id: int
    name: str
    post: str


def committees_of(person: Person, today: date) -> list[Organisation]:
    """The branches of whose committee ``person`` is, in tree order."""
    seats = Appointment.objects.holding(today).filter(person=person, post__is_committee=True)
    return list(
        Organisation.objects.filter(pk__in=seats.values("organisation"), level=Level.BRANCH).order_by("path", "pk")
    )


def committee(branches: list[Organisation], today: date) -> dict[int, list[Seat]]:
    """Key of each branch → its committee, in the order of the posts; nobody twice."""
    rows = Appointment.objects.holding(today).filter(organisation__in=branches, post__is_committee=True)
    found: dict[int, dict[int, Seat]] = defaultdict(dict)
    for row in rows.select_related("person", "post").order_by("post__order", "since", "pk"):
        found[row.organisation_id].setdefault(row.person_id, Seat(row.person_id, row.person.name, row.post.name))
    return {pk: list(seats.values()) for pk, seats in found.items()}

"""Who is expected at an activity: follows from its kinds, who holds it, and the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from organisations import scoping
from organisations.models import PARTY_MEMBERS, Appointment, Category, Membership, Organisation, Person
from programmes.models import ActivityKind, Expected

YOUTH_LIMIT = 40  # 青年理论学习小组: turns at most 40 that year (domain.md §1.2 no. 14)


def _members(organisation: Organisation, day: date, condition: Q) -> QuerySet[Membership, int]:
    inside = Membership.objects.filter(
        scoping.holding(day), scoping.under(organisation.path, "organisation__path"), condition
    )
    return inside.values_list("person_id", flat=True)


def _post_holders(organisation: Organisation, day: date, **flag: bool) -> QuerySet[Appointment, int]:
    return (
        Appointment.objects.holding(day).filter(organisation=organisation, **flag).values_list("person_id", flat=True)
    )


def _expected_of(
    rule: str, organisation: Organisation, day: date
) -> QuerySet[Membership, int] | QuerySet[Appointment, int] | None:
    """The person ids that ``rule`` expects at ``organisation``; None where nobody is expected beforehand."""
    match rule:
        case Expected.MEMBERS | Expected.GROUP:
            return _members(organisation, day, Q(person__category__in=PARTY_MEMBERS))
        case Expected.FULL_MEMBERS:
            return _members(organisation, day, Q(person__category=Category.FULL_MEMBER))
        case Expected.YOUTH:
            return _members(organisation, day, Q(person__birth_year__gte=day.year - YOUTH_LIMIT))
        case Expected.COMMITTEE:
            return _post_holders(organisation, day, post__is_committee=True)
        case Expected.STUDY_CENTRE:
            return _post_holders(organisation, day, post__is_study_centre=True)
    return None


def _people(keys: list[QuerySet]) -> QuerySet[Person]:
    """The people of all these lists of keys, read as one list: an OR of several would look at everybody in the city."""
    if not keys:
        return Person.objects.none()
    first, *rest = (one.order_by() for one in keys)
    return Person.objects.filter(pk__in=first.union(*rest))


def expected_people(organisations: Iterable[Organisation], kinds: Iterable[ActivityKind], day: date) -> list[Person]:
    """Those expected by the kinds at the host and its partners: the union, in the order of the roster."""
    rules = {kind.expected for kind in kinds}
    keys = [_expected_of(rule, organisation, day) for organisation in organisations for rule in sorted(rules)]
    return list(_people([ids for ids in keys if ids is not None]).order_by("pk"))


def could_attend(organisations: Iterable[Organisation], day: date, also: QuerySet[Person]) -> QuerySet[Person]:
    """Everybody who may be put on the roll: the people of the host and its partners, the holders of their posts, ``also``."""
    keys: list[QuerySet] = [also.values_list("pk", flat=True)]
    for organisation in organisations:
        keys += [_members(organisation, day, Q()), _post_holders(organisation, day)]
    return _people(keys)

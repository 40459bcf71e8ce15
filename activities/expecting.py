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


def expected_people(organisations: Iterable[Organisation], kinds: Iterable[ActivityKind], day: date) -> list[Person]:
    """Those expected by the kinds at the host and its partners: the union, in the order of the roster."""
    wanted = Q(pk__in=[])
    for organisation in organisations:
        for rule in {kind.expected for kind in kinds}:
            ids = _expected_of(rule, organisation, day)
            if ids is not None:
                wanted |= Q(pk__in=ids)
    return list(Person.objects.filter(wanted).order_by("pk"))


def could_attend(organisations: Iterable[Organisation], day: date) -> QuerySet[Person]:
    """Everybody who may be put on the roll: the people of the host and its partners and the holders of their posts."""
    wanted = Q(pk__in=[])
    for organisation in organisations:
        wanted |= Q(pk__in=_members(organisation, day, Q()))
        wanted |= Q(pk__in=_post_holders(organisation, day))
    return Person.objects.filter(wanted)

"""Rights come from appointments that hold today, and reach as far as the table says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from organisations.appointing import appoint, delegate_recorder, end, transfer
from organisations.models import Appointment, Membership, Organisation, Person, Post
from organisations.permissions import ROLE_MAY, Act, Role

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def fresh(person: Person) -> Person:
    """The same person without remembered grants, as the next request sees him."""
    return Person.objects.get(pk=person.pk)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("member", []),
        ("staff", []),
        ("leader", ["first_group"]),
        ("recorder", ["first", "first_group", "second_group"]),
        ("secretary", ["first", "first_group", "second_group"]),
        ("other_secretary", ["second"]),
        ("office", ["finance", "finance_committee", "first", "first_group", "second_group", "second"]),
        ("gongwei", ["committee"]),
        ("admin", []),
    ],
)
def test_who_logs_for_whom(city, who, expected):
    found = Organisation.objects.manageable_by(getattr(city, who), Act.LOG, TODAY).in_tree_order()
    assert list(found) == [getattr(city, name) for name in expected]


def test_the_committee_sees_all_and_the_administrator_no_record(city):
    assert Organisation.objects.manageable_by(city.gongwei, Act.SEE, TODAY).count() == Organisation.objects.count()
    assert not Organisation.objects.manageable_by(city.admin, Act.SEE, TODAY).exists()


def test_every_role_stands_in_the_table_with_known_acts():
    assert set(ROLE_MAY) == set(Role)
    assert all(set(acts) <= set(Act) for acts in ROLE_MAY.values())


def test_a_post_that_has_ended_gives_nothing(city):
    end(city.secretary.appointments.get(), on=TODAY, today=TODAY)
    assert not fresh(city.secretary).may(Act.LOG, city.first, TODAY)
    assert fresh(city.secretary).may(Act.LOG, city.first, TODAY - timedelta(days=1))


def test_only_an_administrator_enters_the_administration(city):
    assert city.admin.is_staff
    assert city.admin.has_perm("anything")
    assert not any(person.is_staff for name, person in city.cast.items() if name != "administrator")


def test_a_delegated_recorder_records_until_the_day(city):
    delegate_recorder(city.second, city.member, last_day=date(2026, 12, 31), by=city.other_secretary, today=TODAY)
    assert fresh(city.member).may(Act.LOG, city.second, date(2026, 12, 31))
    assert not fresh(city.member).may(Act.LOG, city.second, date(2027, 1, 1))


def test_delegating_again_moves_the_date_instead_of_doubling_it(city):
    first = delegate_recorder(
        city.second, city.member, last_day=date(2026, 12, 31), by=city.other_secretary, today=TODAY
    )
    second = delegate_recorder(
        city.second, city.member, last_day=date(2027, 1, 31), by=city.other_secretary, today=TODAY
    )
    assert first.pk == second.pk
    assert Appointment.objects.filter(person=city.member).count() == 1


def test_delegation_is_for_those_who_may_and_for_days_to_come(city):
    with pytest.raises(PermissionDenied):
        delegate_recorder(city.first, city.member, last_day=date(2026, 12, 31), by=city.other_secretary, today=TODAY)
    with pytest.raises(ValidationError, match="过去"):
        delegate_recorder(city.first, city.member, last_day=date(2026, 11, 19), by=city.secretary, today=TODAY)
    with pytest.raises(ValidationError, match="一年"):
        delegate_recorder(city.first, city.member, last_day=date(2028, 1, 1), by=city.secretary, today=TODAY)


def test_a_post_of_another_level_is_refused(city):
    with pytest.raises(ValidationError, match="没有"):
        appoint(city.member, Post.objects.get(code="party-group-secretary"), city.first, since=TODAY, today=TODAY)


def test_the_same_post_cannot_be_held_twice_at_once(city):
    with pytest.raises(ValidationError, match="已经是"):
        appoint(city.secretary, Post.objects.get(code="branch-secretary"), city.first, since=TODAY, today=TODAY)


def test_a_transfer_ends_the_old_membership_the_same_day(city):
    transfer(city.member, to=city.water_branch, on=TODAY, today=TODAY)
    rows = Membership.objects.filter(person=city.member).order_by("since").values_list("organisation", "until")
    assert list(rows) == [(city.second_group.pk, TODAY), (city.water_branch.pk, None)]
    assert city.member not in Person.objects.under(city.first, TODAY)
    assert city.member in Person.objects.under(city.first, TODAY - timedelta(days=1))


def test_people_are_found_by_initials(city):
    assert list(Person.objects.named("lzy")) == [city.secretary]


def test_a_person_without_a_name_still_prints(db):
    assert str(Person()) == "（未填姓名）"


def test_a_recorder_of_the_work_committee_gets_no_more_than_its_office_has(city):
    delegate_recorder(city.committee, city.member, last_day=date(2026, 12, 31), by=city.gongwei, today=TODAY)
    recorder = fresh(city.member)
    assert list(Organisation.objects.manageable_by(recorder, Act.LOG, TODAY)) == [city.committee]
    assert list(Organisation.objects.manageable_by(recorder, Act.SEE, TODAY)) == [city.committee]
    assert not recorder.may(Act.LOG, city.first, TODAY)


def test_no_post_at_the_root_lets_anybody_record_for_those_below(city):
    appoint(city.member, Post.objects.get(code="organ-office"), city.committee, since=TODAY, today=TODAY)
    assert list(Organisation.objects.manageable_by(fresh(city.member), Act.LOG, TODAY)) == [city.committee]

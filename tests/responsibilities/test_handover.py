"""交接: who may open one with whom, what each side's word does, and who is offered one."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from organisations.appointing import end
from responsibilities import handing_over
from responsibilities.handover_offers import Offers
from responsibilities.models import Handover, Measure, Rhythm
from tests import make
from tests.responsibilities import duties_made, measures_made
from tests.responsibilities.measures_made import change_secretary, handover

TODAY = date(2026, 11, 20)
NOW = make.moment(TODAY)
LIST = reverse("handover-list")


@pytest.fixture
def duty_list(city, today):
    return duties_made.small_list(city)


@pytest.fixture
def changed(city, duty_list):
    """The deputy has followed the secretary; two measures were given to people by name."""
    own = measures_made.own(city, duty_list, owner=city.secretary)
    others = measures_made.own(city, duty_list, owner=city.member, text="交给别人的")
    change_secretary(city, city.deputy)
    return own, others


def confirm(row: Handover, *sides: str) -> None:
    for side in sides:
        if side == "give":
            handing_over.give(row, by=row.giver, now=NOW)
        else:
            handing_over.take(row, by=row.taker, now=NOW, today=TODAY)


def refusal(city, duty_list, giver, taker, by=None) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        handover(city, duty_list, giver, taker, by)
    return refused.value.messages


# --- what it does


def test_with_both_words_what_was_the_givers_by_name_is_the_takers_and_nothing_else(city, duty_list, changed):
    own, others = changed
    unnamed = duties_made.measure(duty_list, 1, city.first)
    done = measures_made.own(city, duty_list, text="办完了的", by=city.deputy)
    Measure.objects.filter(pk=done.pk).update(owner=city.secretary, done=1)
    row = handover(city, duty_list, city.secretary, city.deputy)
    assert {own, others, unnamed} <= set(row.measures.all())
    assert done not in row.measures.all()
    confirm(row, "give")
    own.refresh_from_db()
    assert own.owner == city.secretary
    confirm(row, "take")
    owners = {key: Measure.objects.get(pk=key).owner for key in (own.pk, others.pk, unnamed.pk, done.pk)}
    assert owners == {own.pk: city.deputy, others.pk: city.member, unnamed.pk: None, done.pk: city.secretary}
    row.refresh_from_db()
    assert row.is_done
    assert row.done_at == NOW


def test_either_side_may_be_the_first_and_twice_is_once(city, duty_list, changed):
    row = handover(city, duty_list, city.secretary, city.deputy)
    confirm(row, "take")
    later = make.moment(TODAY, 18)
    handing_over.take(row, by=city.deputy, now=later, today=TODAY)
    row.refresh_from_db()
    assert row.taken_at == NOW
    confirm(row, "give")
    handing_over.give(row, by=city.secretary, now=later)
    row.refresh_from_db()
    assert (row.given_at, row.taken_at) == (NOW, NOW)
    changed[0].refresh_from_db()
    assert changed[0].owner == city.deputy


def test_nobody_confirms_for_another(city, duty_list, changed):
    row = handover(city, duty_list, city.secretary, city.deputy)
    for someone in (city.deputy, city.office):
        with pytest.raises(PermissionDenied):
            handing_over.give(row, by=someone, now=NOW)
    for someone in (city.secretary, city.office):
        with pytest.raises(PermissionDenied):
            handing_over.take(row, by=someone, now=NOW, today=TODAY)


def test_what_was_called_off_takes_no_word_and_may_be_opened_again(city, duty_list, changed):
    row = handover(city, duty_list, city.secretary, city.deputy)
    confirm(row, "give")
    handing_over.cancel(row, by=city.secretary, now=NOW, today=TODAY)
    with pytest.raises(ValidationError, match="已经取消"):
        confirm(row, "take")
    again = handover(city, duty_list, city.secretary, city.deputy)
    assert (again.given_at, again.taken_at) == (None, None)
    confirm(again, "give", "take")
    with pytest.raises(ValidationError, match="双方都确认了"):
        handing_over.cancel(again, by=city.deputy, now=NOW, today=TODAY)


def test_who_has_left_again_does_not_take_over(city, duty_list, changed):
    row = handover(city, duty_list, city.secretary, city.deputy)
    end(city.deputy.appointments.get(post__code="branch-secretary"), on=TODAY, today=TODAY)
    with pytest.raises(ValidationError, match="现在不担任"):
        confirm(row, "take")


# --- who opens what with whom


def test_giver_taker_and_office_open_one_and_nobody_else(city, duty_list, changed):
    for by in (city.member, city.recorder, city.other_secretary, city.admin, city.stranger):
        with pytest.raises(PermissionDenied):
            handover(city, duty_list, city.secretary, city.deputy, by)
    for by in (city.secretary, city.deputy, city.office, city.gongwei):
        row = handover(city, duty_list, city.secretary, city.deputy, by)
        assert (row.given_at, row.taken_at) == (None, None)
        handing_over.cancel(row, by=by, now=NOW, today=TODAY)


def test_both_have_to_be_who_they_are_said_to_be(city, duty_list, changed):
    office = city.office
    assert refusal(city, duty_list, city.deputy, city.deputy, office) == ["移交人和接手人不能是同一个人。"]
    assert refusal(city, duty_list, city.secretary, city.leader, office) == ["江予安现在不担任第一党支部的支部书记。"]
    assert refusal(city, duty_list, city.leader, city.deputy, office) == ["江予安没有担任过第一党支部的支部书记。"]
    make.holds(city.secretary, "branch-secretary", city.first, since=date(2026, 11, 15))
    assert refusal(city, duty_list, city.secretary, city.deputy, office) == ["林知远还在任，任职结束以后再交接。"]


def test_one_at_a_time_and_never_in_a_circle(city, duty_list, changed):
    first = handover(city, duty_list, city.secretary, city.deputy)
    said = ["这个岗位还有一次交接没有办完。"]
    assert refusal(city, duty_list, city.secretary, city.deputy) == said
    # Back again: the secretary returns, and the first hand-over was never finished.
    end(city.deputy.appointments.get(post__code="branch-secretary"), on=date(2026, 11, 15), today=TODAY)
    make.holds(city.secretary, "branch-secretary", city.first, since=date(2026, 11, 15))
    assert refusal(city, duty_list, city.deputy, city.secretary, city.office) == [
        "林知远正在向周以宁移交，先把那一次办完或者取消，不能互相移交。"
    ]
    handing_over.cancel(first, by=city.office, now=NOW, today=TODAY)
    assert handover(city, duty_list, city.deputy, city.secretary).giver == city.deputy


def test_nothing_open_is_nothing_to_hand_over(city, duty_list):
    change_secretary(city, city.deputy)
    Measure.objects.filter(assignment__organisation=city.first).update(exempt=True)
    assert refusal(city, duty_list, city.secretary, city.deputy) == ["这个岗位没有没办完的措施，不用交接。"]


def test_where_two_hold_the_post_the_taker_is_chosen(city, duty_list, changed, as_person):
    make.holds(city.leader, "branch-secretary", city.first, since=date(2026, 11, 12))
    (offer,) = Offers(city.office, TODAY).all
    assert offer.takers == (city.deputy, city.leader)
    url = offer.url
    client = as_person(city.office)
    # None of the two is chosen beforehand.
    response = client.post(url, {"giver": city.secretary.pk, "taker": "", "note": ""})
    assert response.status_code == 422
    assert "请选接手人。" in response.content.decode()
    client.post(url, {"giver": city.secretary.pk, "taker": city.leader.pk, "note": ""})
    assert Handover.objects.get().taker == city.leader


# --- who is offered one


def offered(person) -> list[tuple[str, str]]:
    return [(offer.place.name, offer.giver.name) for offer in Offers(person, TODAY).all]


def test_it_is_offered_to_both_and_to_the_office(city, duty_list, changed):
    here = [("第一党支部", "林知远")]
    found = {role: offered(person) for role, person in {**city.cast, "deputy": city.deputy}.items()}
    offering = {"secretary", "deputy", "office", "committee"}
    assert found == {role: here if role in offering else [] for role in found}


def test_it_is_offered_no_more_once_opened_and_again_once_called_off(city, duty_list, changed):
    row = handover(city, duty_list, city.secretary, city.deputy)
    assert offered(city.deputy) == []
    handing_over.cancel(row, by=city.deputy, now=NOW, today=TODAY)
    assert len(offered(city.deputy)) == 1


@pytest.mark.parametrize(("left_on", "count"), [(date(2026, 1, 1), 0), (date(2026, 1, 2), 1)])
def test_only_who_left_while_the_list_was_in_force_gives(city, duty_list, left_on, count):
    change_secretary(city, city.deputy, on=left_on)
    assert len(offered(city.office)) == count


def test_a_vacant_post_says_to_whom_its_measures_wait(city, duty_list, as_person):
    change_secretary(city, None)
    (offer,) = Offers(city.office, TODAY).all
    assert offer.takers == ()
    text = as_person(city.office).get(offer.url).content.decode()
    assert "岗位空缺" in text
    assert "等新任的支部书记来接，这之前由许文澜（市财政局党组）照看" in text
    assert "发起交接" not in text


def test_a_leader_of_the_organ_hands_over_what_he_held_for_the_branches(city, today):
    duty_list = duties_made.draft(city)
    duties_made.line(duty_list, "支部里由分管领导负责的", post="leader", rhythm=Rhythm.YEAR)
    duties_made.issued(duty_list)
    make.holds(city.deputy, "party-group-party-work", city.finance, until=date(2026, 10, 8))
    make.holds(city.leader, "party-group-party-work", city.finance, since=date(2026, 10, 8))
    assert offered(city.leader) == [("市财政局党组", "周以宁")]
    post = measures_made.post(duty_list, "分管领导")
    at = {"by": city.leader, "now": NOW, "today": TODAY}
    row = handing_over.open_handover(post, city.finance, giver=city.deputy, taker=city.leader, note="", **at)
    places = {measure.assignment.organisation for measure in row.measures.all()}
    assert places == {city.first, city.second}


# --- the pages


def test_each_side_has_its_own_button_and_the_office_none(city, duty_list, changed, as_person):
    row = handover(city, duty_list, city.secretary, city.deputy)
    urls = {act: reverse(f"handover-{act}", args=[row.pk]) for act in ("give", "take", "cancel")}
    found = {}
    for role in ("secretary", "deputy", "office"):
        text = as_person(getattr(city, role)).get(reverse("handover", args=[row.pk])).content.decode()
        found[role] = {act for act, url in urls.items() if f'"{url}"' in text}
    assert found == {"secretary": {"give", "cancel"}, "deputy": {"take", "cancel"}, "office": {"cancel"}}
    as_person(city.secretary).post(urls["give"])
    as_person(city.deputy).post(urls["take"])
    row.refresh_from_db()
    assert row.is_done
    assert "双方确认，办完了" in as_person(city.office).get(reverse("handover", args=[row.pk])).content.decode()


def test_opening_keeps_what_was_typed(city, duty_list, changed, as_person):
    url = reverse("handover-open", args=[city.first.pk, measures_made.post(duty_list).pk])
    typed = {"giver": "", "taker": city.deputy.pk, "note": "学习计划还差最后一次讨论"}
    response = as_person(city.deputy).post(url, typed)
    assert response.status_code == 422
    assert "学习计划还差最后一次讨论" in response.content.decode()
    response = as_person(city.deputy).post(url, {**typed, "giver": city.secretary.pk})
    assert response.url == reverse("handover", args=[Handover.objects.get().pk])
    assert Handover.objects.get().note == "学习计划还差最后一次讨论"


@pytest.mark.parametrize("role", ["member", "recorder", "other_secretary", "admin", "stranger"])
def test_it_does_not_exist_for_others(city, duty_list, changed, as_person, role):
    row = handover(city, duty_list, city.secretary, city.deputy)
    client = as_person(getattr(city, role))
    assert client.get(reverse("handover", args=[row.pk])).status_code == 404
    url = reverse("handover-open", args=[city.first.pk, measures_made.post(duty_list).pk])
    assert client.get(url).status_code == 404
    assert "林知远" not in client.get(LIST).content.decode()


@pytest.mark.parametrize("size", [1, 3])
def test_the_list_asks_the_same_at_any_size(city, duty_list, changed, as_person, django_assert_num_queries, size):
    people = [city.leader, city.recorder, city.member]
    for someone in people[:size]:
        make.holds(someone, "branch-secretary", city.second, until=date(2026, 10, 8))
        row = handover(city, duty_list, city.secretary, city.deputy)
        handing_over.cancel(row, by=city.deputy, now=NOW, today=TODAY)
    client = as_person(city.office)
    client.get(LIST)
    with django_assert_num_queries(12):
        client.get(LIST)

"""The verbs of a talk: noting, mending, deleting, and letting a problem out by the word of both."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from organisations.models import Category
from responsibilities import talking
from responsibilities.models import Problem, ProposalState, Talk, TalkProposal
from responsibilities.sealing import unseal
from responsibilities.talk_people import partner_choices, partners
from responsibilities.talking import Words
from tests import make
from tests.responsibilities.talks_made import MARKER, TODAY, WORDS, proposal, talk

pytestmark = pytest.mark.django_db
NOW = make.moment(TODAY)
NEW = Words(occasion="daily", points="改过的要点")


def words_of(row: Talk) -> dict[str, str]:
    return unseal(row.sealed, row.bond)


def amend(row: Talk, by, **different):
    given = {"held_on": row.held_on, "words": NEW, "revision": row.revision, "now": NOW, "today": TODAY}
    return talking.amend(row, by=by, **(given | different))


# --- noting


def test_a_talk_is_kept_with_who_where_and_when_in_the_clear_and_every_word_sealed(city):
    row = talk(city.secretary, city.member)
    row.refresh_from_db()
    assert (row.initiator, row.partner, row.organisation) == (city.secretary, city.member, city.first)
    assert words_of(row) == {"kind": "支委和党员", **WORDS}


@pytest.mark.parametrize(
    ("one", "other", "place", "kind"),
    [
        ("secretary", "deputy", "first", "支委之间"),
        ("member", "secretary", "first", "支委和党员"),
        ("member", "recorder", "first", "党员之间"),
        ("secretary", "staff", "first", "支委和群众"),
        ("secretary", "other_secretary", "second", "支委和党员"),
        ("office", "other_secretary", "second", "支委和党员"),
    ],
)
def test_where_it_counts_and_what_kind_it_is_follow_from_who_talked(city, one, other, place, kind):
    row = talk(getattr(city, one), getattr(city, other))
    assert row.organisation == getattr(city, place)
    assert words_of(row)["kind"] == kind


def test_a_committee_member_from_elsewhere_counts_for_the_branch_whose_committee_it_is(city):
    make.holds(city.office, "branch-organiser", city.first)
    assert talk(city.member, city.office).organisation == city.first


@pytest.mark.parametrize(
    ("day", "said"), [(TODAY + timedelta(days=1), "不能在今天以后"), (TODAY - timedelta(days=367), "一年以前")]
)
def test_a_day_to_come_and_one_long_ago_are_refused(city, day, said):
    with pytest.raises(ValidationError, match=said) as refusal:
        talk(city.secretary, city.member, on=day)
    assert set(refusal.value.error_dict) == {"held_on"}


@pytest.mark.parametrize("other", ["stranger", "secretary", "gongwei"])
def test_only_somebody_else_of_the_own_organ_may_be_chosen(city, other):
    with pytest.raises(ValidationError, match="请选本单位的一位同志"):
        talk(city.secretary, getattr(city, other))
    assert not Talk.objects.exists()


def test_the_choices_begin_with_the_own_branch_and_end_with_the_own_organ(city):
    groups = partner_choices(city.secretary, TODAY)
    assert [name for name, _ in groups] == ["第一党支部", "第二党支部"]
    assert {pk for _, people in groups for pk, _ in people} == set(
        partners(city.secretary, TODAY).values_list("pk", flat=True)
    )
    assert city.secretary.pk not in {pk for _, people in groups for pk, _ in people}


def test_whoever_belongs_to_the_work_committee_is_not_offered_the_whole_city(city):
    assert {person.name for person in partners(city.gongwei, TODAY)} == {"罗守正"}


# --- mending and deleting


def test_both_may_mend_it_and_who_and_when_is_marked(city):
    row = talk(city.secretary, city.member)
    amend(row, city.member, held_on=date(2026, 11, 18))
    row.refresh_from_db()
    assert words_of(row)["points"] == "改过的要点"
    assert (row.held_on, row.edited_by, row.edited_at, row.revision) == (date(2026, 11, 18), city.member, NOW, 2)
    amend(row, city.secretary)
    row.refresh_from_db()
    assert row.edited_by == city.secretary


def test_whoever_is_slower_is_told_and_nothing_of_the_faster_one_is_lost(city):
    row = talk(city.secretary, city.member)
    amend(row, city.member)
    with pytest.raises(ValidationError, match="夏安禾改过这次谈话") as refusal:
        amend(row, city.secretary, words=Words(occasion="family"))
    assert refusal.value.code == talking.CHANGED
    row.refresh_from_db()
    assert words_of(row)["points"] == "改过的要点"


@pytest.mark.parametrize("who", ["deputy", "office", "gongwei", "admin", "other_secretary"])
def test_nobody_else_mends_deletes_or_proposes_whatever_his_post(city, who):
    row, third = talk(city.secretary, city.member), getattr(city, who)
    asked = proposal(row, city.secretary)
    for act in (
        lambda: amend(row, third),
        lambda: talking.delete(row, by=third),
        lambda: proposal(row, third),
        lambda: talking.agree(asked, named=False, by=third, now=NOW, today=TODAY),
        lambda: talking.refuse(asked, by=third),
        lambda: talking.take_back(asked, by=third),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_deleting_leaves_no_row_and_takes_what_was_proposed_along(city):
    row = talk(city.secretary, city.member)
    proposal(row, city.secretary)
    talking.delete(row, by=city.member)
    assert not Talk.objects.exists()
    assert not TalkProposal.objects.exists()
    with pytest.raises(ValidationError, match="删掉了"):
        amend(row, city.secretary)


# --- a problem by the word of both


def agree(asked: TalkProposal, by, *, named: bool) -> Problem:
    return talking.agree(asked, named=named, by=by, now=NOW, today=TODAY)


@pytest.mark.parametrize("named", [True, False])
def test_the_other_agrees_and_says_whether_he_may_be_named(city, named):
    row = talk(city.secretary, city.member)
    asked = proposal(row, city.secretary)
    found = agree(asked, city.member, named=named)
    assert (found.title, found.detail, found.source) == ("夜班排班", f"改写：{MARKER}", "talk")
    assert found.organisation == city.first
    assert found.raised_by == (city.member if named else None)
    assert found.registered_by == city.secretary
    asked.refresh_from_db()
    assert (asked.state, asked.sealed) == (ProposalState.AGREED, "")


def test_a_member_who_proposes_says_himself_whether_he_may_be_named(city):
    row = talk(city.secretary, city.member)
    for named in (True, False):
        found = agree(proposal(row, city.member, named=named), city.secretary, named=True)
        assert found.raised_by == (city.member if named else None)
        assert found.registered_by == city.secretary


def test_no_field_of_the_problem_leads_back_to_the_talk(city):
    row = talk(city.secretary, city.member, on=date(2026, 11, 3))
    found = agree(proposal(row, city.secretary), city.member, named=False)
    values = {str(getattr(found, field.attname)) for field in Problem._meta.concrete_fields}
    assert found.found_on == TODAY
    assert values.isdisjoint({str(row.key), str(TalkProposal.objects.get().key), "2026-11-03"})
    assert not {field.name for field in Problem._meta.get_fields()} & {"talk", "proposal"}
    assert not [field.name for field in TalkProposal._meta.concrete_fields if field.name.startswith("answered")]


def test_where_neither_of_the_two_handles_problems_one_has_to_give_his_name(city):
    row = talk(city.member, city.recorder)
    with pytest.raises(ValidationError, match="要有一位具名"):
        proposal(row, city.member)
    found = agree(proposal(row, city.member, named=True), city.recorder, named=False)
    assert (found.raised_by, found.registered_by) == (city.member, city.member)


def test_a_no_empties_it_and_registers_nothing(city):
    asked = proposal(talk(city.secretary, city.member), city.secretary)
    talking.refuse(asked, by=city.member)
    asked.refresh_from_db()
    assert (asked.state, asked.sealed) == (ProposalState.REFUSED, "")
    assert not Problem.objects.exists()
    with pytest.raises(ValidationError, match="已经回过话"):
        agree(asked, city.member, named=False)


def test_nobody_agrees_to_his_own(city):
    asked = proposal(talk(city.secretary, city.member), city.secretary)
    with pytest.raises(ValidationError, match="要等对方回话"):
        agree(asked, city.secretary, named=False)
    assert not Problem.objects.exists()


def test_one_waits_at_a_time_and_may_be_taken_back(city):
    row = talk(city.secretary, city.member)
    asked = proposal(row, city.secretary)
    with pytest.raises(ValidationError, match="已经有一件在等回话"):
        proposal(row, city.member)
    with pytest.raises(PermissionDenied):
        talking.take_back(asked, by=city.member)
    talking.take_back(asked, by=city.secretary)
    assert not TalkProposal.objects.exists()


def test_staff_without_party_talk_too_and_count_in_nobody(city):
    assert city.staff.category == Category.STAFF
    assert talk(city.staff, city.secretary).organisation == city.first


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_mend_at_once_do_not_overwrite_each_other(city):
    row, start, said = talk(city.secretary, city.member), Barrier(2), []

    def mend(by) -> None:
        start.wait()
        try:
            amend(row, by)
            said.append("saved")
        except ValidationError:
            said.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=mend, args=[who]) for who in (city.secretary, city.member)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["refused", "saved"]
    assert Talk.objects.get().revision == 2

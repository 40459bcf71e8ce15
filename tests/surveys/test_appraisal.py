"""民主评议党员: the arithmetic, the ballot frozen as text, the verbs, and what becomes of votes and voters."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from organisations.appointing import transfer
from organisations.models import Category, Level
from surveys import closing, deciding, destroying, sealing
from surveys.appraisal_reading import told_to
from surveys.appraisal_roster import roster
from surveys.appraising import ABSTAIN, BODY, candidates, has_body, members_on, most_excellent, tally
from surveys.deciding import Decided
from surveys.models import STORE, AppraisalDecision, DeskMark, Destruction, ReleasedTable, Sheet, SpentBallot, Tier
from surveys.promising import Promise
from tests import make
from tests.conftest import TODAY
from tests.surveys import appraisals_made as made

pytestmark = pytest.mark.django_db
TIERS = [*Tier.values, ABSTAIN]


def refused(act, *args, **kwargs) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        act(*args, **kwargs)
    return caught.value


# --- the arithmetic


@pytest.mark.parametrize(
    ("members", "most"), [(0, 0), (1, 0), (2, 0), (3, 1), (5, 1), (6, 2), (10, 3), (11, 3), (12, 4), (100, 33)]
)
def test_a_third_is_rounded_down(members, most):
    assert most_excellent(members) == most


@given(st.lists(st.lists(st.sampled_from(TIERS), min_size=3, max_size=3), min_size=5, max_size=40), st.randoms())
def test_the_counts_are_those_of_the_ballots_whatever_their_order(votes, chance):
    asked = candidates(["甲", "乙"], body=True)
    sheets = [dict(zip(("c1", "c2", BODY), one, strict=True)) for one in votes]
    counted = tally(asked, sheets, 5)
    assert [(key, name) for key, name, _ in counted] == [
        ("candidate:c1", "甲"),
        ("candidate:c2", "乙"),
        ("candidate:body", "支部班子"),
    ]
    for place, (_, _, payload) in enumerate(counted):
        assert payload == {
            "counts": {tier: [one[place] for one in votes].count(tier) for tier in TIERS},
            "n": len(votes),
        }
    chance.shuffle(sheets)
    assert tally(asked, sheets, 5) == counted


@pytest.mark.parametrize("number", range(5))
def test_fewer_than_five_ballots_give_no_count_and_not_even_their_number(number):
    sheets = [{"c1": "excellent"}] * number
    assert tally(candidates(["甲"]), sheets, 5) == [("suppressed", "票数太少，不公布", {"k": 5})]


def test_equal_counts_and_all_others_stand_in_the_order_of_the_ballot():
    asked = candidates(["丙", "甲", "乙"])
    sheets = [{"c1": "unqualified", "c2": "excellent", "c3": "excellent"}] * 5
    assert [name for _, name, _ in tally(asked, sheets, 5)] == ["丙", "甲", "乙"]


def test_the_body_is_one_more_question_and_no_candidate():
    asked = candidates(["甲", "乙"], body=True)
    assert (members_on(asked), has_body(asked)) == ({"c1": "甲", "c2": "乙"}, True)
    assert [choice.text for choice in asked.question(BODY).choices] == ["优秀", "合格", "基本合格", "不合格", "弃权"]
    assert not has_body(candidates(["甲"]))


# --- the roster on the ballot


def test_the_roster_holds_full_and_probationary_members_and_nobody_else(city):
    make.person("预备", city.second_group, category=Category.PROBATIONARY)
    make.person("积极", city.first_group, category=Category.APPLICANT)
    here = roster(city.first, TODAY)
    assert [one.label for one in here] == [*made.NAMES, "预备"]
    assert [one.label for one in here if one.is_probationary] == ["预备"]


def test_namesakes_are_told_apart_on_the_ballot(city):
    make.person("许清", city.second_group, birth_year=1991)
    make.person("甲同", city.second_group, staff_no="88")
    make.person("甲同", city.second_group, staff_no="99")
    make.person("乙同", city.second_group)
    make.person("乙同", city.second_group)
    labels = [one.label for one in roster(city.first, TODAY)]
    assert len(set(labels)) == len(labels) == 15
    assert [one for one in labels if "许清" in one] == ["许清（1985年生）", "许清（1991年生）"]
    assert [one for one in labels if "甲同" in one] == ["甲同（88）", "甲同（99）"]


def test_a_draft_keeps_the_order_of_the_roster_and_leaves_out_who_was_unticked(city):
    survey = made.draft(city, names=["方既白", "林知远", "许清"], body=True)
    assert list(members_on(survey.asked).values()) == ["林知远", "许清", "方既白"]
    assert (survey.kind, survey.who, survey.organisation) == ("appraisal", "members", city.first)
    assert survey.publish_on == timezone.localdate(survey.closes_at)
    deciding.rework(survey, made.ballot(city, names=["许清"]), by=city.secretary, now=made.NOW)
    assert (members_on(survey.asked), has_body(survey.asked)) == ({"c1": "许清"}, False)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 41}, "title"),
        ({"names": []}, "names"),
        ({"names": ["白简"]}, "names"),
        ({"desk_note": " "}, "desk_note"),
        ({"desk_note": "长" * 81}, "desk_note"),
        ({"by_desk": False, "by_slip": False}, "by_slip"),
        ({"retention_days": 0}, "retention_days"),
        ({"retention_days": 181}, "retention_days"),
        ({"closes_at": made.NOW - timedelta(hours=2)}, "closes_at"),
        ({"closes_at": made.NOW - timedelta(minutes=1)}, "closes_at"),
        ({"opens_at": made.NOW + timedelta(days=366)}, "opens_at"),
    ],
)
def test_what_cannot_be_voted_on_is_refused_by_its_field(city, fields, field):
    assert list(refused(made.draft, city, **fields).message_dict) == [field]


def test_a_branch_of_fewer_than_five_members_votes_on_paper(city):
    few = make.organisation("第三党支部", Level.BRANCH, city.finance_committee)
    head = make.holds(make.person("三支", few), "branch-secretary", few)
    for name in ("甲", "乙", "丙"):
        make.person(name, few)
    make.person("群", few, category=Category.STAFF)
    ballot = made.ballot(city, names=["甲", "乙"])
    assert "请用纸票" in refused(deciding.set_up, few, ballot, by=head, now=made.NOW).messages[0]
    make.person("丁", few, category=Category.PROBATIONARY)
    assert deciding.set_up(few, ballot, by=head, now=made.NOW).pk


def test_a_branch_that_has_shrunk_below_five_is_not_launched(city):
    survey = made.draft(city, names=["林知远"])
    for one in roster(city.first, TODAY)[4:]:
        person = type(city.member).objects.get(pk=one.person)
        transfer(person, to=city.second, on=TODAY, today=TODAY, tell=False)
    assert "只有 4 人" in refused(deciding.launch, survey, by=city.secretary, now=made.NOW).messages[0]


# --- who may


@pytest.mark.parametrize(
    "role", ["member", "recorder", "leader", "staff", "other_secretary", "office", "gongwei", "admin", "stranger"]
)
def test_nobody_but_secretary_and_deputy_runs_an_appraisal(city, role):
    other, survey = getattr(city, role), made.draft(city)
    acts = [
        (deciding.set_up, city.first, made.ballot(city)),
        (deciding.rework, survey, made.ballot(city)),
        (deciding.discard, survey),
        (deciding.launch, survey),
    ]
    for act, *given_to in acts:
        with pytest.raises(PermissionDenied):
            act(*given_to, by=other, now=made.NOW)
    deciding.launch(survey, by=city.deputy, now=made.NOW)
    closing.close(survey, now=made.AFTER)
    with pytest.raises(PermissionDenied):
        deciding.decide(survey, [Decided("c1", "basic", "因为")], decided_on=TODAY, by=other, now=made.AFTER)
    with pytest.raises(PermissionDenied):
        deciding.tell(survey, "c1", told_on=TODAY, by=other, now=made.AFTER)


def test_an_appraisal_is_a_branchs_own(city):
    make.holds(city.secretary, "general-branch-secretary", general := make.organisation(
        "机关总支", Level.GENERAL_BRANCH, city.finance_committee
    ))  # fmt: skip
    with pytest.raises(PermissionDenied):
        deciding.set_up(general, made.ballot(city), by=city.secretary, now=made.NOW)


# --- frozen


def test_the_list_is_frozen_by_the_launch_for_the_verbs_and_for_the_database(city):
    survey = made.launched(city)
    for act, *given_to in (
        (deciding.rework, survey, made.ballot(city)),
        (deciding.discard, survey),
        (deciding.launch, survey),
    ):
        assert "已经启用" in refused(act, *given_to, by=city.secretary, now=made.NOW).messages[0]
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE surveys_survey SET questionnaire = '{}' WHERE id = %s", [survey.pk])


def test_later_changes_of_the_roster_change_neither_names_nor_voters(city):
    survey = made.launched(city)
    leaving = type(city.member).objects.get(name="许清")
    transfer(leaving, to=city.second, on=TODAY, today=TODAY, tell=False)
    city.member.name = "夏改名"
    city.member.save()
    make.person("后来", city.first_group, since=TODAY + timedelta(days=1))
    for _ in range(5):
        made.vote(survey)
    closing.close(survey, now=made.AFTER)
    titles = list(survey.tables.order_by("order").values_list("title", flat=True))
    assert titles == made.NAMES
    assert survey.units.get().heads == 10


def test_who_left_the_roster_before_the_launch_is_taken_off_the_list_first(city):
    survey = made.draft(city)
    leaving = type(city.member).objects.get(name="许清")
    transfer(leaving, to=city.second, on=TODAY, today=TODAY, tell=False)
    assert refused(deciding.launch, survey, by=city.secretary, now=made.NOW).messages == [
        "许清已经不在支部的党员名册上，请先改名单。"
    ]
    survey.refresh_from_db()
    assert survey.is_draft


# --- counting


def test_closing_counts_by_name_and_leaves_no_trace_of_the_voters(city):
    survey = made.counted(city, body=True)
    tables = {row.key: row.payload for row in ReleasedTable.objects.filter(survey=survey)}
    assert len(tables) == 11
    assert tables["candidate:c1"] == {
        "counts": {"excellent": 3, "qualified": 2, "basic": 0, "unqualified": 0, "abstain": 1},
        "n": 6,
    }
    assert tables["candidate:body"]["counts"]["qualified"] == 5
    assert {row.kind for row in survey.tables.all()} == {"appraisal"}
    assert not DeskMark.objects.exists()
    assert not SpentBallot.objects.exists()


def test_no_row_beside_a_mark_knows_a_vote_and_no_row_beside_a_vote_a_voter(city):
    survey = made.launched(city)
    made.vote(survey, c1="unqualified")
    sealing.mix(survey, whole=True)
    sheet = Sheet.objects.get()
    assert set(sheet.payload) == {question.code for question in survey.asked.asking}
    for model in STORE:
        fields = {field.name for field in model._meta.get_fields()}
        assert not fields & {"person", "by", "at", "on", "created_at", "name"}
        assert not [field for field in model._meta.get_fields() if field.is_relation and field.name != "survey"
                    and field.related_model._meta.label not in ("surveys.Survey", "surveys.ReportingUnit")]  # fmt: skip
    assert not DeskMark.objects.exists()  # a slip leaves none


def test_four_ballots_are_not_counted_for_anybody(city):
    survey = made.counted(city, votes=4)
    assert [(row.key, row.payload) for row in survey.tables.all()] == [("suppressed", {"k": 5})]


def test_the_ballots_are_destroyed_on_their_day_and_counts_and_decisions_stay(city):
    survey = made.counted(city, retention_days=10)
    made.decided(city, survey, c1=Tier.QUALIFIED)
    assert Sheet.objects.filter(survey=survey).count() == 6
    assert not destroying.destroy(survey, now=made.ENDS + timedelta(days=9))
    assert destroying.destroy(survey, now=made.ENDS + timedelta(days=10))
    assert not Sheet.objects.filter(survey=survey).exists()
    assert Destruction.objects.get(survey=survey).certificate["destroyed"] == 6
    assert (survey.tables.count(), survey.decisions.count()) == (10, 1)


# --- deciding


def test_nothing_is_decided_before_the_count(city):
    survey = made.launched(city)
    found = [Decided("c1", "excellent", "很好")]
    assert (
        "计票以后"
        in refused(deciding.decide, survey, found, decided_on=TODAY, by=city.secretary, now=made.AFTER).messages[0]
    )
    assert (
        "计票以后" in refused(deciding.tell, survey, "c1", told_on=TODAY, by=city.secretary, now=made.AFTER).messages[0]
    )


def test_no_vote_makes_a_decision(city):
    survey = made.counted(city)
    assert not AppraisalDecision.objects.exists()
    made.decided(city, survey, c1=Tier.BASIC)
    assert [(row.name, row.tier) for row in survey.decisions.all()] == [("林知远", "basic")]


def test_a_tier_needs_a_reason_and_a_day_after_the_vote(city):
    survey = made.counted(city)
    act = {"by": city.secretary, "now": made.AFTER + timedelta(days=1)}
    found = [Decided("c1", "excellent", " "), Decided("c2", "best", "好"), Decided("c3", "basic", "长" * 301)]
    assert set(refused(deciding.decide, survey, found, decided_on=TODAY, **act).message_dict) == {
        "reason_c1",
        "tier_c2",
        "reason_c3",
    }
    fine = [Decided("c1", "excellent", "好")]
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=2)):
        assert list(refused(deciding.decide, survey, fine, decided_on=day, **act).message_dict) == ["decided_on"]
    assert not AppraisalDecision.objects.exists()
    assert deciding.decide(survey, [Decided("c99", "basic", "没有这个人")], decided_on=TODAY, **act) == []
    assert deciding.decide(survey, [Decided(BODY, "basic", "不是党员")], decided_on=TODAY, **act) == []


def test_what_was_told_and_changes_is_told_again_and_the_rest_stays(city):
    survey = made.counted(city)
    made.decided(city, survey, c1=Tier.QUALIFIED, c2=Tier.QUALIFIED)
    for code in ("c1", "c2"):
        deciding.tell(survey, code, told_on=TODAY, by=city.deputy, now=made.AFTER)
    later = made.AFTER + timedelta(days=2)
    found = [Decided("c1", "excellent", "补充材料以后改"), Decided("c2", "qualified", "工作认真，遵守纪律。")]
    day = TODAY + timedelta(days=1)
    changed = deciding.decide(survey, found, decided_on=day, by=city.deputy, now=later)
    assert [row.candidate for row in changed] == ["c1"]
    kept = {row.candidate: (row.tier, row.decided_on, row.told_on, row.recorded_by) for row in survey.decisions.all()}
    assert kept == {
        "c1": ("excellent", day, None, city.deputy),
        "c2": ("qualified", TODAY, TODAY, city.secretary),
    }


@pytest.mark.parametrize("days", [-1, 1])
def test_a_member_is_told_between_the_decision_and_today(city, days):
    survey = made.counted(city)
    assert (
        "先登记" in refused(deciding.tell, survey, "c1", told_on=TODAY, by=city.secretary, now=made.AFTER).messages[0]
    )
    made.decided(city, survey, c1=Tier.QUALIFIED)
    told_on = TODAY + timedelta(days=days)
    assert list(
        refused(deciding.tell, survey, "c1", told_on=told_on, by=city.secretary, now=made.AFTER).message_dict
    ) == ["told_on"]


# --- the member himself


def test_a_member_reads_his_own_decision_once_he_was_told(city):
    survey = made.counted(city)
    mine, other = made.code(survey, "夏安禾"), made.code(survey, "许清")
    made.decided(city, survey, **{mine: Tier.BASIC, other: Tier.EXCELLENT})
    deciding.tell(survey, other, told_on=TODAY, by=city.secretary, now=made.AFTER)
    assert told_to(city.member) == []
    deciding.tell(survey, mine, told_on=TODAY, by=city.secretary, now=made.AFTER)
    assert [(row.candidate, row.tier) for row in told_to(city.member)] == [(mine, "basic")]
    for other_person in (city.secretary, city.office, city.gongwei, city.admin, city.staff, city.stranger):
        assert told_to(other_person) == []


def test_a_namesake_reads_nothing_about_another(city):
    mine = make.person("夏安禾", city.first_group, birth_year=1999)
    elsewhere = make.person("夏安禾", city.second, birth_year=1970)
    later = make.person("夏安禾", city.first_group, birth_year=1970, since=TODAY + timedelta(days=1))
    survey = made.counted(city)
    code = made.code(survey, "夏安禾（1970年生）")
    made.decided(city, survey, **{code: Tier.BASIC})
    deciding.tell(survey, code, told_on=TODAY, by=city.secretary, now=made.AFTER)
    assert len(told_to(city.member)) == 1
    assert [told_to(one) for one in (mine, elsewhere, later)] == [[], [], []]


def test_namesakes_whom_nothing_tells_apart_read_nothing_at_all(city):
    pair = [make.person("同名", city.first_group) for _ in range(2)]
    survey = made.counted(city)
    codes = [code for code, name in members_on(survey.asked).items() if name.startswith("同名")]
    made.decided(city, survey, **dict.fromkeys(codes, Tier.BASIC))
    for code in codes:
        deciding.tell(survey, code, told_on=TODAY, by=city.secretary, now=made.AFTER)
    assert [told_to(one) for one in pair] == [[], []]


# --- the promise


def test_the_promise_says_whose_the_votes_are_and_what_unanimity_tells(city):
    promise = Promise(made.launched(city))
    said = " ".join([promise.short, *promise.kept, *(f"{one.what} {one.how}" for one in promise.steps)])
    for words in ("只给本支部委员会，上级和系统管理员在系统里没有这一页", "收回不到 5 张票的，一个票数也不出", "不照票数自动得出",
                  "票上的单位，本支部", "全体意见一致"):  # fmt: skip
        assert words in said
    limits = " ".join(what for what, _ in promise.limits)
    assert "意见一致的时候" in limits
    assert "留言" not in limits

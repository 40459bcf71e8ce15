"""A piece from draft to library: who may do what, when, and what is refused."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from surveys.models import PieceState, ResearchPiece, ResearchReview
from surveys.research import publishing, receiving, reviewing, submitting, writing
from surveys.research.naming import named_in
from tests import make
from tests.activities import files
from tests.conftest import TODAY
from tests.responsibilities import problems_made
from tests.surveys import research_made as made

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def refused(call, *args, **kwargs) -> dict | list:
    with pytest.raises(ValidationError) as refusal:
        call(*args, **kwargs)
    return refusal.value.message_dict if hasattr(refusal.value, "error_dict") else refusal.value.messages


# --- writing and handing in


def test_anybody_who_may_sign_in_writes_for_where_he_belongs_and_above_within_the_organ(city):
    names = [one.name for one in writing.organisations_of(city.member, TODAY)]
    assert names == ["市财政局党组", "市财政局机关党委", "第一党支部"]
    assert [one.name for one in writing.organisations_of(city.gongwei, TODAY)] == ["市直机关工委"]


@pytest.mark.parametrize(
    ("different", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 81}, "title"),
        ({"summary": "长" * 601}, "summary"),
        ({"authors": ""}, "authors"),
        ({"kind": "poem"}, "kind"),
        ({"year": 2027}, "year"),
        ({"year": 1999}, "year"),
        ({"text": "长" * 60_001}, "text"),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_its_field(city, different, field):
    assert list(refused(made.draft, city, **different)) == [field]


def test_nobody_writes_for_another_organ(city):
    assert list(refused(made.draft, city, organisation=city.water)) == ["organisation"]


def test_a_piece_without_text_and_file_is_not_handed_in(city):
    piece = made.draft(city, text="")
    assert "还没有正文" in refused(submitting.submit, piece, by=city.member, now=made.NOW)[0]


def test_lines_that_name_author_or_organisation_are_shown_before_it_is_handed_in(city, as_person):
    text = "一、背景\n\n我局（市财政局）座谈了四十人。\n执笔人 夏 安禾"
    piece = made.draft(city, text=text, keywords="财政局机关")
    found = [(one.where, one.name) for one in named_in(piece)]
    assert found == [("关键词", "财政局"), ("正文第 2 行", "市财政局"), ("正文第 3 行", "夏安禾")]
    client, url = as_person(city.member), reverse("research-submit", args=[piece.pk])
    assert "执笔人夏安禾" in client.get(url).content.decode()
    assert client.post(url, {}).status_code == 422
    assert ResearchPiece.objects.get().state == PieceState.DRAFT
    assert client.post(url, {"knows": "on"}).status_code == 302
    assert ResearchPiece.objects.get().state == PieceState.SUBMITTED


def test_names_in_a_file_are_found_as_well(city):
    piece = made.draft(city, text="", file=made.telling_word(f"本文由{made.AUTHOR}执笔"))
    assert [(one.where, one.name) for one in named_in(piece)] == [("文件第 1 行", made.AUTHOR)]


def test_a_name_that_a_line_ends_in_is_found_once(city):
    piece = made.draft(city, text=f"{'长' * 100}夏安\n禾说，没有时间。\n夏安静")
    assert [(one.where, one.name) for one in named_in(piece)] == [("正文第 1 行", made.AUTHOR)]
    assert made.AUTHOR in named_in(piece)[0].line


def test_a_scan_is_said_to_be_one(city, as_person):
    piece = made.draft(city, text="", file=made.telling_pdf(text=""))
    assert "扫描件" in as_person(city.member).get(reverse("research-submit", args=[piece.pk])).content.decode()


def test_what_names_nobody_asks_for_no_tick(city, as_person):
    piece = made.draft(city)
    assert as_person(city.member).post(reverse("research-submit", args=[piece.pk]), {}).status_code == 302


def test_a_draft_is_nobodys_but_its_writers(city):
    made.draft(city)
    seen = {name for name, person in city.cast.items() if ResearchPiece.objects.visible_to(person).exists()}
    assert seen == {"member"}


def test_what_was_handed_in_is_seen_by_its_writer_and_those_who_decide(city):
    made.submitted(city)
    seen = {name for name, person in city.cast.items() if ResearchPiece.objects.visible_to(person).exists()}
    assert seen == {"member", "office", "committee"}


def test_the_library_is_everybodys(city):
    made.published(city)
    seen = {name for name, person in city.cast.items() if ResearchPiece.objects.visible_to(person).exists()}
    assert seen == set(city.cast)


def test_what_waits_is_not_written_on_and_what_is_taken_back_is(city):
    review = made.reviewing_by(city)
    piece = review.piece
    assert "先撤回" in refused(writing.rewrite, piece, made.written(city), by=city.member, today=TODAY)[0]
    with pytest.raises(PermissionDenied):
        submitting.withdraw(piece, by=city.secretary)
    submitting.withdraw(piece, by=city.member)
    assert not ResearchReview.objects.exists()
    assert (
        writing.rewrite(piece, made.written(city, title="改过的题目"), by=city.member, today=TODAY).title
        == "改过的题目"
    )


def test_nobody_writes_on_hands_in_or_deletes_what_is_not_his(city):
    piece = made.draft(city)
    for act in (
        lambda: writing.rewrite(piece, made.written(city), by=city.office, today=TODAY),
        lambda: submitting.submit(piece, by=city.office, now=made.NOW),
        lambda: submitting.delete(piece, by=city.office),
    ):
        with pytest.raises(PermissionDenied):
            act()


# --- reviewing


def test_a_reviewer_is_never_of_his_own_organisation_nor_one_who_could_see_the_author(city):
    piece = made.submitted(city)
    cases = {
        city.other_secretary: "这个单位的人",  # another branch of the same organ
        city.secretary: "这个单位的人",
        city.member: "作者或者提交人",
        city.gongwei: "看得到作者",
        make.person("没开通", city.water_branch): "还没有开通登录",
    }
    for person, words in cases.items():
        assert words in refused(reviewing.appoint, piece, person, by=city.gongwei, today=TODAY)["reviewer"][0]
    assert reviewing.appoint(piece, city.stranger, by=city.gongwei, today=TODAY).reviewer == city.stranger
    assert "已经请过" in refused(reviewing.appoint, piece, city.stranger, by=city.gongwei, today=TODAY)["reviewer"][0]


def test_an_author_who_did_not_hand_it_in_does_not_review_it(city):
    piece = made.submitted(city, authors="白简、夏安禾")
    assert "作者" in refused(reviewing.appoint, piece, city.stranger, by=city.gongwei, today=TODAY)["reviewer"][0]


def test_the_office_of_an_organ_asks_people_of_other_branches(city):
    piece = made.submitted(city)
    assert "这个单位" in refused(reviewing.appoint, piece, city.leader, by=city.office, today=TODAY)["reviewer"][0]
    assert reviewing.appoint(piece, city.other_secretary, by=city.office, today=TODAY).pk


def test_who_holds_a_post_there_is_of_that_organisation(city):
    make.holds(city.stranger, "recorder", city.second)
    piece = made.submitted(city)
    assert "这个单位" in refused(reviewing.appoint, piece, city.stranger, by=city.gongwei, today=TODAY)["reviewer"][0]


def test_only_who_keeps_the_organisation_asks_reviewers_and_nobody_for_his_own(city):
    piece, own = (
        made.submitted(city),
        made.submitted(city, by=city.office, title="机关的", authors="许文澜", organisation=city.finance_committee),
    )
    for person in (city.secretary, city.stranger, city.admin, city.member):
        with pytest.raises(PermissionDenied):
            reviewing.appoint(piece, city.stranger, by=person, today=TODAY)
    with pytest.raises(PermissionDenied):
        reviewing.appoint(own, city.other_secretary, by=city.office, today=TODAY)


def test_an_opinion_needs_a_verdict_and_reasons(city):
    review = made.reviewing_by(city)
    errors = refused(reviewing.give, review, verdict="5", reasons=" ", by=city.stranger, today=TODAY)
    assert errors == {"verdict": ["请选一个意见。"], "reasons": ["请写理由。"]}


def test_nobody_gives_an_opinion_in_anothers_place(city):
    review = made.reviewing_by(city)
    for person in (city.gongwei, city.member, city.other_secretary):
        with pytest.raises(PermissionDenied):
            reviewing.give(review, verdict="publish", reasons="好", by=person, today=TODAY)


def test_who_has_come_to_that_organ_since_gives_no_opinion(city):
    review = made.reviewing_by(city)
    make.holds(city.stranger, "recorder", city.first)
    with pytest.raises(PermissionDenied):
        reviewing.give(review, verdict="publish", reasons="好", by=city.stranger, today=TODAY)


def test_who_is_asked_no_more_has_it_no_more(city):
    review = made.reviewing_by(city)
    reviewing.release(review, by=city.gongwei, today=TODAY)
    assert not ResearchReview.objects.visible_to(city.stranger).exists()
    assert ResearchPiece.objects.get().state == PieceState.SUBMITTED


def test_an_opinion_that_was_given_is_not_taken_away(city):
    review = made.reviewed(city)
    assert "已经写了" in refused(reviewing.release, review, by=city.gongwei, today=TODAY)[0]


# --- deciding


def test_nothing_gets_into_the_library_without_an_opinion(city):
    review = made.reviewing_by(city)
    assert "还没有评审意见" in refused(publishing.publish, review.piece, by=city.gongwei, today=TODAY)[0]


def test_only_who_keeps_the_organisation_decides(city):
    piece = made.reviewed(city).piece
    for person in (city.member, city.secretary, city.stranger, city.admin):
        for act in (
            lambda by: publishing.publish(piece, by=by, today=TODAY),
            lambda by: publishing.send_back(piece, because="改", by=by, today=TODAY),
        ):
            with pytest.raises(PermissionDenied):
                act(person)


def test_what_is_returned_comes_with_a_reason_and_may_be_handed_in_again(city):
    piece = made.reviewed(city).piece
    assert "because" in refused(publishing.send_back, piece, because=" ", by=city.gongwei, today=TODAY)
    publishing.send_back(piece, because="请补上问卷的数字", by=city.gongwei, today=TODAY)
    again = submitting.submit(piece, by=city.member, now=made.NOW)
    assert (again.round, again.state, again.returned_because) == (2, PieceState.SUBMITTED, "")
    assert publishing.publish(again, by=city.gongwei, today=TODAY).state == PieceState.PUBLISHED


def test_what_stands_in_the_library_can_be_taken_down_with_a_reason(city):
    piece = made.published(city)
    publishing.send_back(piece, because="数字有误", by=city.gongwei, today=TODAY)
    assert not ResearchPiece.objects.visible_to(city.stranger).exists()


# --- problems


def test_a_problem_to_which_it_led_is_named_to_those_who_see_it(city, as_person):
    piece, problem = made.published(city), problems_made.found(city, by=city.secretary)
    with pytest.raises(PermissionDenied):
        publishing.link(piece, problem, by=city.member, today=TODAY)  # his piece, but not his to see
    publishing.link(piece, problem, by=city.office, today=TODAY)
    pages = {
        name: as_person(person).get(reverse("research", args=[piece.pk]))
        for name, person in (("secretary", city.secretary), ("member", city.member), ("stranger", city.stranger))
    }
    assert {name: problem.title in page.content.decode() for name, page in pages.items()} == {
        "secretary": True,
        "member": False,
        "stranger": False,
    }
    assert pages["stranger"].context["page"].problems_elsewhere == 1


def test_only_problems_that_one_sees_are_offered_and_taken(city, as_person):
    piece = made.published(city)
    hidden, raised = (
        problems_made.found(city, "别人的问题"),
        problems_made.found(city, "自己提的", raised_by=city.member),
    )
    client, url = as_person(city.member), reverse("research-problem", args=[piece.pk])
    assert list(client.get(url).context["offered"]) == [raised]
    assert client.post(url, {"problem": hidden.pk}).status_code == 422
    assert client.post(url, {"problem": raised.pk}).status_code == 302
    assert list(piece.problems.all()) == [raised]
    assert client.post(reverse("research-problem-end", args=[piece.pk, hidden.pk])).status_code == 404
    assert client.post(reverse("research-problem-end", args=[piece.pk, raised.pk])).status_code == 302
    assert not piece.problems.exists()


def test_who_neither_handed_it_in_nor_decides_links_nothing(city, as_person):
    piece, problem = made.published(city), problems_made.found(city)
    assert as_person(city.secretary).get(reverse("research-problem", args=[piece.pk])).status_code == 403
    with pytest.raises(PermissionDenied):
        publishing.link(piece, problem, by=city.secretary, today=TODAY)


def test_what_the_work_committee_hands_in_is_reviewed_by_people_of_its_organs(city):
    officer = make.holds(make.person("何正", city.water_branch, login="hezheng"), "committee-officer", city.committee)
    piece = made.submitted(city, by=officer, organisation=city.committee, authors="何正")
    make.holds(city.other_secretary, "recorder", city.committee)
    assert (
        "这个单位"
        in refused(reviewing.appoint, piece, city.other_secretary, by=city.gongwei, today=TODAY)["reviewer"][0]
    )
    assert reviewing.appoint(piece, city.stranger, by=city.gongwei, today=TODAY).pk


def test_a_plain_member_of_the_organ_does_not_review_for_it(city):
    colleague = make.person("韩露", city.second, login="hanlu")
    piece = made.submitted(city)
    assert "这个单位" in refused(reviewing.appoint, piece, colleague, by=city.gongwei, today=TODAY)["reviewer"][0]


def test_the_verb_itself_refuses_names_that_nobody_has_looked_at(city):
    piece = made.draft(city, text=f"{made.AUTHOR}执笔")
    assert list(refused(submitting.submit, piece, by=city.member, now=made.NOW)) == ["knows"]


def test_a_file_for_what_waits_is_refused_and_leaves_nothing(city, settings):
    piece = made.submitted(city)
    refused(receiving.receive, piece, made.telling_word(), by=city.member)
    assert files.stored(settings.MEDIA_ROOT) == []

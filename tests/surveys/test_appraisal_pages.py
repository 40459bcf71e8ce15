"""The pages of 民主评议党员: who gets in, what stands there, the whole way from the list through the room to the decision."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import docx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.models import Level
from responsibilities.models import Problem, ProblemSource
from surveys import closing, deciding
from surveys.models import AppraisalDecision, DeskMark, ReleasedTable, Survey, Tier
from surveys.room import limiting
from tests import make
from tests.conftest import TODAY
from tests.surveys import appraisals_made as made
from tests.surveys import room_client as room

pytestmark = pytest.mark.django_db
LIST = "/appraisals/"
ROLES = (
    "secretary", "deputy", "leader", "member", "recorder", "staff", "other_secretary", "office", "gongwei", "admin", "stranger",
)  # fmt: skip
# Of the cast 江予安 (leader) is 纪检委员 of the branch: he reads and does not run.
RUN, READ = ("secretary", "deputy"), ("secretary", "deputy", "leader")


@pytest.fixture
def after(city, time_machine):
    """The clock stands after the vote of today."""
    limiting.wrong_ballots.__init__()
    time_machine.move_to(made.AFTER, tick=False)


@pytest.fixture
def login(city, client, as_person):
    """Sign in as a role, anew each time: hours may have gone by. The deputy of the cast has no access yet."""
    city.deputy.grant_access("fushuji", "fushuji" * 2, initial=False)

    def sign_in(role):
        client.logout()
        return as_person(getattr(city, role) if isinstance(role, str) else role)

    return sign_in


def text(response) -> str:
    return response.content.decode()


def told(city, survey, name: str, tier: str = Tier.BASIC) -> str:
    code = made.code(survey, name)
    made.decided(city, survey, **{code: tier})
    deciding.tell(survey, code, told_on=TODAY, by=city.secretary, now=made.AFTER)
    return code


# --- who gets in


@pytest.mark.parametrize("role", ROLES)
def test_the_votes_are_for_the_committee_of_the_branch_and_for_nobody_else(city, after, login, role):
    survey = made.counted(city)
    code = told(city, survey, "许清")
    expected = 200 if role in READ else 404
    client = login(role)
    for page in ("", "record.docx"):
        assert client.get(f"{LIST}{survey.pk}/{page}").status_code == expected, page
    acts = 200 if role in RUN else 403 if role in READ else 404
    for page in ("decide/", f"members/{code}/tell/", f"members/{code}/problem/"):
        assert client.get(f"{LIST}{survey.pk}/{page}").status_code == acts, page
    for page in ("edit/", "launch/", "delete/"):
        assert client.get(f"{LIST}{survey.pk}/{page}").status_code == (403 if role in READ else 404), page
    assert client.get(f"{LIST}{survey.pk}/mine/").status_code == 404
    assert (survey.title in text(client.get(LIST))) is (role in READ)


@pytest.mark.parametrize("role", ROLES)
def test_nobody_finds_the_votes_under_the_addresses_of_surveys(city, after, login, role):
    survey = made.counted(city)
    client = login(role)
    for page in ("results/", "results.docx", "results.xlsx", "results/summary/", "comments/", "author/", "source/", "settings/",
                 "preview/", "launch/", "copy/", "delete/", "bank/"):  # fmt: skip
        answer = client.get(f"/surveys/{survey.pk}/{page}")
        assert answer.status_code in (403, 404), page
        assert "基本合格" not in text(answer)


@pytest.mark.parametrize("role", ROLES)
def test_a_draft_is_its_secretarys(city, today, login, role):
    survey = made.draft(city)
    client = login(role)
    for page in ("", "edit/", "launch/", "delete/"):
        assert client.get(f"{LIST}{survey.pk}/{page}").status_code == (200 if role in RUN else 404), page
    assert client.get(f"{LIST}{survey.pk}/decide/").status_code == (403 if role in RUN else 404)
    assert client.get(f"{LIST}{survey.pk}/record.docx").status_code == 404
    runs_somewhere = role in (*RUN, "other_secretary", "stranger")
    for page in ("new/", "paper/"):
        assert client.get(LIST + page).status_code == (200 if runs_somewhere else 403), page


def test_who_left_the_committee_reads_no_more_and_a_recorder_never(city, after, login):
    survey = made.counted(city)
    assert login("leader").get(f"{LIST}{survey.pk}/").status_code == 200
    city.leader.appointments.filter(post__is_committee=True).update(until=TODAY)
    assert login("leader").get(f"{LIST}{survey.pk}/").status_code == 404
    joining = make.holds(make.person("外来", city.second, login="wailai"), "branch-publicist", city.first)
    assert login(joining).get(f"{LIST}{survey.pk}/").status_code == 200


def test_the_committee_of_the_organ_above_reads_nothing(city, after, login):
    survey = made.counted(city)
    for post, where in (("organ-committee-secretary", city.finance_committee), ("committee-secretary", city.committee)):
        above = make.holds(make.person("上级", city.second, login=post), post, where)
        assert login(above).get(f"{LIST}{survey.pk}/").status_code == 404
        assert survey.title not in text(login(above).get(LIST))


# --- before the count


def test_there_is_no_figure_before_the_count(city, time_machine, login):
    time_machine.move_to(made.NOW, tick=False)
    survey = made.launched(city)
    for _ in range(6):
        made.vote(survey, c1="excellent")
    page = text(login("secretary").get(f"{LIST}{survey.pk}/"))
    assert "支部书记也看不到" in page
    assert "table" not in re.findall(r"<(table|form|main)\b", page)
    assert "收回" not in page.replace("收回不到 5 张", "")
    assert login("secretary").get(f"{LIST}{survey.pk}/record.docx").status_code == 404
    assert login("secretary").get(f"{LIST}{survey.pk}/decide/").status_code == 403
    time_machine.move_to(made.AFTER, tick=False)  # over, and not counted yet
    assert "正在计票" in text(login("secretary").get(f"{LIST}{survey.pk}/"))
    assert not ReleasedTable.objects.exists()


def test_a_branch_of_four_gets_a_paper_ballot_and_no_form(city, today, login):
    few = make.organisation("第三党支部", Level.BRANCH, city.finance_committee)
    head = make.holds(make.person("三支", few, login="sanzhi"), "branch-secretary", few)
    for name in ("甲", "乙", "丙"):
        make.person(name, few)
    client = login(head)
    page = client.get(f"{LIST}new/")
    assert (page.status_code, "请用纸票" in text(page), 'name="names"' in text(page)) == (200, True, False)
    assert client.post(f"{LIST}new/", {"title": "评议"}).status_code == 422
    assert not Survey.objects.exists()
    paper = text(client.get(f"{LIST}paper/?organisation={few.pk}"))
    assert re.findall(r'<th scope="row">(.*?)</th>', paper) == ["三支", "甲", "乙", "丙"]
    chosen = text(client.get(f"{LIST}paper/?organisation={few.pk}&names=甲&names=丙&body=on"))
    assert re.findall(r'<th scope="row">(.*?)</th>', chosen) == ["甲", "丙", "支部班子"]
    odd = client.get(f"{LIST}paper/?organisation=x&names=<script>")
    assert (odd.status_code, "<script>alert" in text(odd)) == (200, False)


# --- the whole way


def _cast_ballot(client, survey, votes: dict[str, str]) -> None:
    """Take a ballot at the desk and hand it in, in the room."""
    taken = text(client.post(f"/surveys/{survey.pk}/desk/"))
    code = re.search(r"[0-9A-Z]{4}(?: [0-9A-Z]{4}){3}", taken)[0]
    page = room.post(f"/s/{survey.code}/page/0/", [("ballot", code)])
    while not page.action.endswith("/submit/"):
        asked = {code: tier for code, tier in votes.items() if f'name="a.{code}"' in page.text}
        page = room.post(page.action, room.fill(page, **asked))
        assert page.status == 200
    assert "已收到" in room.post(page.action, page.fields).text


FORM = {
    "title": "2026年度民主评议党员",
    "names": ["林知远", "许清", "夏安禾"],
    "body": "on",
    "opens_at": "2026-11-20T09:00",
    "closes_at": "2026-11-20T13:02",
    "by_desk": "on",
    "desk_note": "党员活动室",
    "retention_days": "30",
}


@pytest.mark.django_db(transaction=True)
def test_the_whole_way_from_the_list_to_the_member(city, time_machine, login):
    time_machine.move_to(made.NOW, tick=False)
    limiting.wrong_ballots.__init__()
    client = login("secretary")
    page = text(client.get(f"{LIST}new/"))
    assert re.findall(r'name="names" value="(.*?)"[^>]*checked', page) == made.NAMES
    made_draft = client.post(f"{LIST}new/", FORM)
    survey = Survey.objects.get()
    assert made_draft.url == f"{LIST}{survey.pk}/"
    assert client.post(f"{LIST}{survey.pk}/launch/").status_code == 422
    assert client.post(f"{LIST}{survey.pk}/launch/", {"checked": "on"}).status_code == 302
    voters = [city.secretary, city.member, city.recorder, city.leader, city.deputy]
    for place, person in enumerate(voters):
        tier = "excellent" if place < 2 else "basic"
        _cast_ballot(login(person), survey, {"c1": tier, "c2": "qualified", "c3": "abstain", "body": "qualified"})
    assert DeskMark.objects.count() == 5
    time_machine.move_to(made.AFTER, tick=False)
    closing.close_due(made.AFTER)
    client = login("secretary")
    page = text(client.get(f"{LIST}{survey.pk}/"))
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page.split("评定意见</h2>")[0], re.S)
    counted = {name: re.findall(r">(\d+)<", cells) for name, cells in rows}
    assert counted == {
        "林知远": ["2", "0", "3", "0", "0"],
        "许清": ["0", "5", "0", "0", "0"],
        "夏安禾": ["0", "0", "0", "0", "5"],
        "支部班子": ["0", "5", "0", "0", "0"],
    }
    assert "等于知道每个人怎么投的" in page
    assert not DeskMark.objects.exists()
    given = {"decided_on": "2026-11-20", "tier_c3": "basic", "reason_c3": "学习不经常。"}
    assert client.post(f"{LIST}{survey.pk}/decide/", given).status_code == 302
    assert client.post(f"{LIST}{survey.pk}/members/c3/tell/", {"told_on": "2026-11-20"}).status_code == 302
    own = text(login("member").get(f"{LIST}{survey.pk}/mine/"))
    assert "基本合格" in own
    assert "学习不经常。" in own
    assert not re.search(r"\d+ ?(票|张)", own)
    assert login("member").get(f"{LIST}{survey.pk}/").status_code == 404


@pytest.mark.parametrize(
    "different",
    [
        {"names": []}, {"names": ["白简"]}, {"title": ""}, {"opens_at": ""}, {"closes_at": "x"}, {"desk_note": ""},
        {"by_desk": ""}, {"retention_days": "x"}, {"closes_at": "2026-11-20T08:00"}, {"opens_at": "9999-11-20T09:00"},
        {"title": "x" * 500}, {"desk_note": "x" * 500}, {"retention_days": "9" * 30},
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_voted_on_comes_back(city, today, login, different):
    answer = login("secretary").post(f"{LIST}new/", FORM | different)
    assert answer.status_code == 422
    assert "还有" in text(answer)
    assert not Survey.objects.exists()


def test_a_draft_is_changed_and_deleted(city, today, login):
    client, survey = login("secretary"), made.draft(city)
    page = text(client.get(f"{LIST}{survey.pk}/edit/"))
    assert len(re.findall(r'name="names"[^>]*checked', page)) == 10
    assert client.post(f"{LIST}{survey.pk}/edit/", FORM | {"title": "改了"}).status_code == 302
    survey.refresh_from_db()
    assert (survey.title, survey.questionnaire["sections"][0]["questions"][1]["text"]) == ("改了", "许清")
    assert client.post(f"{LIST}{survey.pk}/delete/").status_code == 302
    assert not Survey.objects.exists()


# --- deciding


def test_no_decision_is_filled_in_from_the_votes(city, after, login):
    survey = made.counted(city)
    page = text(login("secretary").get(f"{LIST}{survey.pk}/decide/"))
    selects = re.findall(r'<select name="tier_c\d+".*?</select>', page, re.S)
    assert len(selects) == 10
    for one in selects:
        assert re.findall(r'<option value="(\w*)" selected', one) == [""]
    assert re.findall(r"<textarea[^>]*>\s*(\S*?)\s*</textarea>", page) == [""] * 10
    assert not AppraisalDecision.objects.exists()


def test_more_excellent_than_a_third_are_pointed_out_and_kept(city, after, login):
    survey, client = made.counted(city), login("secretary")

    def decide(number: int):
        given = {"decided_on": "2026-11-20"}
        for place in range(1, number + 1):
            given |= {f"tier_c{place}": "excellent", f"reason_c{place}": "表现突出。"}
        return text(client.post(f"{LIST}{survey.pk}/decide/", given, follow=True))

    assert "一般不超过 3 人。确实" not in decide(3)
    page = decide(4)
    assert "优秀 4 人，一般不超过 3 人。确实" in page
    assert "多于一般的数" in page
    assert survey.decisions.filter(tier="excellent").count() == 4


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"tier_c1": "basic"}, "写上理由"),
        ({"reason_c1": "没有选档"}, "请选一档"),
        ({"tier_c1": "best", "reason_c1": "好"}, "请在给出的选项里选一个"),
        ({"tier_c1": "basic", "reason_c1": "长" * 301}, "理由最多 300 个字"),
        ({"tier_c1": "basic", "reason_c1": "好", "decided_on": "2026-11-19"}, "评定日期在投票截止之后"),
        ({"tier_c1": "basic", "reason_c1": "好", "decided_on": ""}, "请填写"),
    ],
)
def test_a_decision_without_tier_reason_or_day_comes_back(city, after, login, given, sentence):
    survey = made.counted(city)
    answer = login("secretary").post(f"{LIST}{survey.pk}/decide/", {"decided_on": "2026-11-20"} | given)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not AppraisalDecision.objects.exists()


def test_a_decision_is_changed_and_not_taken_away(city, after, login):
    survey = made.counted(city)
    made.decided(city, survey, c1=Tier.BASIC)
    answer = login("secretary").post(f"{LIST}{survey.pk}/decide/", {"decided_on": "2026-11-20"})
    assert answer.status_code == 422
    assert "可以改，不能去掉" in text(answer)


def test_what_is_to_be_improved_becomes_a_problem_without_name_tier_or_votes(city, after, login):
    survey, client = made.counted(city), login("secretary")
    made.decided(city, survey, c1=Tier.BASIC, c2=Tier.QUALIFIED)
    page = text(client.get(f"{LIST}{survey.pk}/"))
    assert re.findall(r"/members/(c\d+)/problem/", page) == ["c1"]
    for code in ("c2", "c3", "c99", "body"):
        assert client.get(f"{LIST}{survey.pk}/members/{code}/problem/").status_code == 404
    form = client.get(f"{LIST}{survey.pk}/members/c1/problem/").context["form"]
    assert set(form.initial) == {"due_on"}
    given = {"title": "党费收缴不及时", "detail": "", "due_on": "2026-12-11"}
    assert client.post(f"{LIST}{survey.pk}/members/c1/problem/", given).status_code == 302
    problem = Problem.objects.get()
    assert (problem.source, problem.organisation, problem.raised_by) == (ProblemSource.APPRAISAL, city.first, None)
    assert "林知远" not in f"{problem.title}{problem.detail}"


def test_four_ballots_leave_a_page_without_any_number_of_votes(city, after, login):
    survey = made.counted(city, votes=4)
    page = text(login("secretary").get(f"{LIST}{survey.pk}/"))
    assert "收回的票不到 5 张" in page
    assert "table--votes" not in page
    assert "收回 4" not in page
    document = docx.Document(BytesIO(login("secretary").get(f"{LIST}{survey.pk}/record.docx").content))
    assert len(document.tables) == 1
    assert any("收回的票不到 5 张，不出票数" in one.text for one in document.paragraphs)


def test_the_record_in_word_holds_votes_and_decisions(city, after, login):
    survey = made.counted(city, body=True)
    told(city, survey, "许清", Tier.EXCELLENT)
    answer = login("leader").get(f"{LIST}{survey.pk}/record.docx")
    assert "no-store" in answer["Cache-Control"]
    votes, decisions = docx.Document(BytesIO(answer.content)).tables
    rows = [[cell.text for cell in row.cells] for row in votes.rows]
    assert rows[0] == ["姓名", "优秀", "合格", "基本合格", "不合格", "弃权"]
    assert rows[1] == ["林知远", "3", "2", "0", "0", "1"]
    assert [row[0] for row in rows[1:]] == [*made.NAMES, "支部班子"]
    told_row = next(row for row in decisions.rows if row.cells[0].text == "许清")
    assert [cell.text for cell in told_row.cells] == [
        "许清", "优秀", "工作认真，遵守纪律。", "2026年11月20日", "2026年11月20日",
    ]  # fmt: skip


# --- what is told, and what stays out


def test_the_list_of_a_member_names_only_what_he_was_told(city, after, login):
    survey = made.counted(city)
    told(city, survey, "许清")
    assert "还没有给你的内容" in text(login("member").get(LIST))
    told(city, survey, "夏安禾")
    page = text(login("member").get(LIST))
    assert f"{LIST}{survey.pk}/mine/" in page
    assert f'href="{LIST}{survey.pk}/"' not in page
    assert "基本合格" not in page


def test_the_clock_of_an_appraisal_in_words(city, time_machine, login):
    time_machine.move_to(made.NOW, tick=False)
    survey = made.launched(city, opens_at=made.NOW + timedelta(minutes=30))
    words = []
    for moment in (made.NOW, made.NOW + timedelta(hours=1), made.AFTER):
        time_machine.move_to(moment, tick=False)
        words.append(text(login("leader").get(LIST)))
    assert ["还没有开始" in words[0], "正在投票" in words[1], "正在计票" in words[2]] == [True] * 3
    closing.close(survey, now=made.AFTER)
    assert "已计票" in text(login("leader").get(LIST))


# --- queries


def _queries(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize(("page", "most"), [("", 11), ("decide/", 11), ("record.docx", 11)])
def test_the_queries_do_not_grow_with_the_members(city, after, login, page, most):
    survey = made.counted(city, names=["林知远", "许清", "夏安禾"])
    for place in range(12):
        make.person(f"新{place}", city.first_group)
    bigger = made.counted(city, body=True)
    for one in (survey, bigger):
        for code in [question.code for question in one.asked.asking if question.code != "body"]:
            made.decided(city, one, **{code: Tier.BASIC})
    counts = [_queries(login("secretary"), f"{LIST}{one.pk}/{page}") for one in (survey, bigger)]
    assert counts[0] == counts[1] <= most


@pytest.mark.parametrize(("role", "most"), [("secretary", 12), ("member", 12)])
def test_the_queries_of_the_list_do_not_grow(city, after, login, role, most):
    counts = []
    for number in (1, 3):
        while Survey.objects.count() < number:
            survey = made.counted(city, votes=1)
            for name in ("林知远", "夏安禾"):
                told(city, survey, name)
        counts.append(_queries(login(role), LIST))
    assert counts[0] == counts[1] <= most


@pytest.mark.parametrize("page", ["new/", "paper/"])
def test_the_queries_of_the_form_do_not_grow(city, today, login, page):
    counts = [_queries(login("secretary"), LIST + page)]
    for place in range(12):
        make.person(f"新{place}", city.first_group)
    counts.append(_queries(login("secretary"), LIST + page))
    assert counts[0] == counts[1] <= 12

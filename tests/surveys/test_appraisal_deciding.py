"""After the vote: the decision recorded by itself, what the member is told, the record in Word, what becomes a problem."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import docx
import pytest

from responsibilities.models import Problem, ProblemSource
from surveys import closing
from surveys.models import AppraisalDecision, Tier
from tests.surveys import appraisals_made as made
from tests.surveys.appraisals_made import text

pytestmark = pytest.mark.django_db
LIST = "/appraisals/"


@pytest.fixture
def after(city, time_machine):
    """The clock stands after the vote of today."""
    time_machine.move_to(made.AFTER, tick=False)


@pytest.fixture
def login(city, client):
    """Sign in as a role."""
    return made.signing_in(city, client)


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
    made.told(city, survey, "许清", Tier.EXCELLENT)
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
    made.told(city, survey, "许清")
    assert "还没有给你的内容" in text(login("member").get(LIST))
    made.told(city, survey, "夏安禾")
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

"""The pages of 民主评议党员: who gets in, what stands there, the whole way from the list through the room to the decision."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.models import Level
from surveys import closing
from surveys.models import DeskMark, ReleasedTable, Survey, Tier
from surveys.room import limiting
from tests import make
from tests.conftest import TODAY
from tests.surveys import appraisals_made as made
from tests.surveys import room_client as room
from tests.surveys.appraisals_made import text

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
def login(city, client):
    """Sign in as a role."""
    return made.signing_in(city, client)


# --- who gets in


@pytest.mark.parametrize("role", ROLES)
def test_the_votes_are_for_the_committee_of_the_branch_and_for_nobody_else(city, after, login, role):
    survey = made.counted(city)
    code = made.told(city, survey, "许清")
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
                made.told(city, survey, name)
        counts.append(_queries(login(role), LIST))
    assert counts[0] == counts[1] <= most


@pytest.mark.parametrize("page", ["new/", "paper/"])
def test_the_queries_of_the_form_do_not_grow(city, today, login, page):
    counts = [_queries(login("secretary"), LIST + page)]
    for place in range(12):
        make.person(f"新{place}", city.first_group)
    counts.append(_queries(login("secretary"), LIST + page))
    assert counts[0] == counts[1] <= 12

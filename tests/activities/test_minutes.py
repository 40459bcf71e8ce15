"""The minutes as Word: the file's name, what stands in it, who gets it."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from urllib.parse import unquote

import docx
import pytest
from django.urls import reverse

from activities.entries import Votes
from activities.models import Activity, Revision
from activities.recording import note_make_up, withdraw
from tests import make
from tests.activities.rolls import party_day

pytestmark = pytest.mark.usefixtures("today")

ON = date(2026, 10, 23)
TODAY = date(2026, 11, 20)


def address(activity: Activity) -> str:
    return reverse("activity-minutes", args=[activity.pk])


def words(response) -> str:
    document = docx.Document(BytesIO(response.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_the_file_is_named_by_kind_organisation_and_day(city, as_person):
    response = as_person(city.secretary).get(address(party_day(city, ON)))
    assert response.status_code == 200
    assert "主题党日记录_第一党支部_2026年10月23日.docx" in unquote(response["Content-Disposition"])
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Cache-Control"] == "private, no-store"


def test_the_minutes_say_what_the_record_says(city, as_person):
    activity = party_day(
        city,
        ON,
        "branch-meeting",
        title="讨论<b>接收</b>😀",
        content="第一段\n第二段",
        decisions="同意接收",
        guests="赵某，讲解员",
        partners=(city.second,),
        votes=Votes(10, 9, 7, 1, 1),
    )
    seen = words(as_person(city.secretary).get(address(activity)))
    for sentence in (
        "讨论<b>接收</b>😀",
        "中共市财政局机关第一支部委员会",
        "〔2026〕第 1 号",
        "应到10人，实到9人",
        "顾清和",
        "出差",
        "赵某，讲解员",
        "第二党支部",
        "林知远（书记）",
        "赞成7票，反对1票，弃权1票",
        "赞成7票，超过应到会有表决权10人的半数，通过。",
        "第二段",
        "同意接收",
    ):
        assert sentence in seen, sentence


def test_a_mass_meeting_has_minutes_too(city, as_person):
    activity = make.activity(
        city.finance_committee, "sports-meet", on=ON, by=city.office, headcount=True, expected=40, present=36
    )
    assert "应到40人，实到36人" in words(as_person(city.office).get(address(activity)))


def test_without_times_and_without_an_expected_number_there_are_minutes_still(city, as_person):
    activity = make.activity(
        city.finance_committee,
        "sports-meet",
        on=ON,
        by=city.office,
        headcount=True,
        present=36,
        starts_at=None,
        ends_at=None,
    )
    seen = words(as_person(city.office).get(address(activity)))
    assert "实到36人" in seen
    assert "None" not in seen


@pytest.mark.parametrize("state", ["planned", "withdrawn"])
def test_what_was_not_held_or_does_not_stand_has_none(city, as_person, state):
    if state == "planned":
        activity = make.activity(city.first, "party-lecture", on=date(2026, 11, 27), by=city.secretary, today=TODAY)
    else:
        activity = party_day(city, ON)
        withdraw(activity, reason="录重了", by=city.secretary, now=make.moment(TODAY), today=TODAY)
    response = as_person(city.secretary).get(address(activity))
    assert response.status_code == 409
    assert ("还没有开展" if state == "planned" else "已经撤回") in response.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("secretary", 200),
        ("recorder", 200),
        ("office", 200),
        ("gongwei", 200),
        ("member", 200),
        ("other_secretary", 404),
        ("stranger", 404),
        ("staff", 404),
        ("admin", 404),
    ],
)
def test_whoever_may_read_the_record_may_take_it_along(city, as_person, who, status):
    activity = party_day(city, ON)
    assert as_person(getattr(city, who)).get(address(activity)).status_code == status


def test_who_was_only_expected_reads_no_make_up_study_of_others_and_no_corrections(city, as_person):
    activity = party_day(city, ON)
    absent = activity.attendances.exclude(person=city.member).filter(present=False).first()
    note_make_up(absent, on=date(2026, 11, 2), by=city.secretary, today=TODAY)
    Revision.objects.create(
        activity=activity, number=2, by=city.secretary, at=make.moment(TODAY), before={}, after={"title": "x"}
    )
    seen = {who: words(as_person(getattr(city, who)).get(address(activity))) for who in ("secretary", "member")}
    assert [("11月2日" in text, "更正1次" in text) for text in seen.values()] == [(True, True), (False, False)]
    assert absent.person.name in seen["member"]

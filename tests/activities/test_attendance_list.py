"""The attendance list as Word: a sheet to sign before the meeting, who was there after it, and when there is none."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from urllib.parse import unquote

import docx
import pytest
from django.urls import reverse

from activities.entries import Absence
from activities.models import Activity
from activities.recording import note_make_up, withdraw
from organisations.appointing import transfer
from tests import make
from tests.activities.rolls import party_day, somebody
from tests.documents.measures import assert_official

pytestmark = pytest.mark.usefixtures("today")

ON = date(2026, 10, 23)
TODAY = date(2026, 11, 20)
LATER = date(2026, 11, 27)


def address(activity: Activity) -> str:
    return reverse("activity-attendance", args=[activity.pk])


def opened(client, activity: Activity):
    response = client.get(address(activity))
    assert response.status_code == 200
    return docx.Document(BytesIO(response.content))


def table(document) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in document.tables[1].rows]


def facts(document) -> dict[str, str]:
    cells = [cell.text for row in document.tables[0].rows for cell in dict.fromkeys(row.cells)]
    return dict(zip(cells[::2], cells[1::2], strict=True))


def planned(city, *kinds: str, **fields) -> Activity:
    values = {"by": city.secretary, "today": TODAY, "title": "下周的党课"} | fields
    return make.activity(city.first, *(kinds or ("party-lecture",)), on=LATER, **values)


def test_the_list_says_who_was_expected_from_where_and_who_came(city, as_person):
    activity = party_day(city, ON, title="参观专题展", place="市博物馆")
    absent = activity.attendances.get(present=False)
    note_make_up(absent, on=date(2026, 10, 30), by=city.secretary, today=TODAY)
    document = opened(as_person(city.secretary), activity)
    assert [paragraph.text for paragraph in document.paragraphs][:3] == [
        "到会名单",
        "参观专题展",
        "中共市财政局机关第一支部委员会　〔2026〕第 1 号",
    ]
    assert facts(document) == {
        "时间": "2026年10月23日 14:00至15:30",
        "地点": "市博物馆",
        "主持人": "林知远（书记）",
        "应到": "10人",
        "实到": "9人",
    }
    head, *rows = table(document)
    assert head == ["序号", "姓名", "单位", "类别", "到会情况", "签字"]
    assert rows[0] == ["1", "林知远", "第一党支部第一党小组", "正式党员", "到会", ""]
    assert ["顾清和", "第一党支部第二党小组", "正式党员", "缺席：出差；10月30日补学", ""] in [row[1:] for row in rows]
    assert len(rows) == 10


def test_the_file_is_laid_out_as_an_official_document_and_named(city, as_person):
    response = as_person(city.secretary).get(address(party_day(city, ON)))
    assert_official(response.content)
    assert "到会名单_第一党支部_2026年10月23日.docx" in unquote(response["Content-Disposition"])
    assert response["Cache-Control"] == "private, no-store"


def test_a_planned_meeting_has_a_sheet_to_sign(city, as_person):
    response = as_person(city.secretary).get(address(planned(city, starts_at=None, ends_at=None, place="")))
    document = docx.Document(BytesIO(response.content))
    assert document.paragraphs[0].text == "签到表"
    assert facts(document) == {"时间": "2026年11月27日", "地点": "", "主持人": "", "应到": "10人", "实到": ""}
    assert [row[4:] for row in table(document)[1:]] == [["", ""]] * 10
    assert "签到表_第一党支部" in unquote(response["Content-Disposition"])


def test_a_joint_plan_lists_the_people_of_every_partner(city, as_person):
    rows = table(opened(as_person(city.secretary), planned(city, partners=(city.second,))))[1:]
    assert {row[2] for row in rows} == {"第一党支部第一党小组", "第一党支部第二党小组", "第二党支部"}


def test_the_unit_is_that_of_the_day(city, as_person):
    activity = party_day(city, ON)
    transfer(city.member, to=city.first_group, on=date(2026, 11, 1), today=TODAY)
    units = {row[1]: row[2] for row in table(opened(as_person(city.secretary), activity))[1:]}
    assert units["夏安禾"] == "第一党支部第二党小组"


def test_the_head_repeats_rows_stay_whole_and_have_room_for_a_name(city, as_person):
    activity = party_day(city, ON, absences={somebody("顾清和").pk: Absence("other", "长" * 60)})
    xml = opened(as_person(city.secretary), activity).tables[1]._tbl.xml
    assert xml.count("w:tblHeader") == 1
    assert xml.count("w:cantSplit") == 11
    assert xml.count('w:trHeight w:val="510"') == 10  # 9 mm


@pytest.mark.parametrize("state", ["withdrawn", "counted", "open"])
def test_without_names_there_is_a_sentence_and_no_button(city, as_person, state):
    if state == "withdrawn":
        activity, why = party_day(city, ON), "已经撤回"
        withdraw(activity, reason="录重了", by=city.secretary, now=make.moment(TODAY), today=TODAY)
    elif state == "counted":
        fields = {"headcount": True, "expected": 40, "present": 36}
        activity, why = (
            make.activity(city.finance_committee, "sports-meet", on=ON, by=city.office, **fields),
            "只记了人数",
        )
    else:
        host = {"by": city.office, "today": TODAY}
        activity, why = make.activity(city.finance_committee, "sports-meet", on=LATER, **host), "没有登记到会人员"
    client = as_person(city.office)
    response = client.get(address(activity))
    assert response.status_code == 409
    assert why in response.content.decode()
    assert address(activity) not in client.get(reverse("activity", args=[activity.pk])).content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("secretary", 200),
        ("recorder", 200),
        ("office", 200),
        ("gongwei", 200),
        ("member", 403),
        ("leader", 403),
        ("other_secretary", 404),
        ("stranger", 404),
        ("staff", 404),
        ("admin", 404),
    ],
)
def test_whoever_sees_the_whole_record_may_take_the_names_along(city, as_person, who, status):
    activity = party_day(city, ON)
    client = as_person(getattr(city, who))
    assert client.get(address(activity)).status_code == status
    if status in (200, 403):
        page = client.get(reverse("activity", args=[activity.pk])).content.decode()
        assert (address(activity) in page) == (status == 200)


def test_a_partner_may_as_well(city, as_person):
    activity = party_day(city, ON, partners=(city.second,))
    assert as_person(city.other_secretary).get(address(activity)).status_code == 200


def test_queries_do_not_grow(city, as_person, django_assert_num_queries):
    client = as_person(city.secretary)
    for size in (1, 3):
        activity = party_day(
            city, ON, roll=tuple(party_day(city, ON).attendances.values_list("person", flat=True))[:size]
        )
        client.get(address(activity))
        with django_assert_num_queries(8):
            client.get(address(activity))

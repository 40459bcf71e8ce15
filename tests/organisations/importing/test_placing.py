"""Which organisation a text means: sure only for a name that fits one, a suggestion where it is likely, else nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.importing.fields import APPOINTMENT_FIELDS, PEOPLE_FIELDS
from organisations.importing.placing import Place, Placer, bare, core, settle
from organisations.importing.subject import Reading
from organisations.models import Level
from tests import make

pytestmark = pytest.mark.django_db
NOTHING = Place()


def test_the_writings_of_a_name_that_are_the_same():
    written = ["第一党支部", "第1党支部", "第１党支部", "一党支部", "1 党支部", "中共第一党支部"]
    assert {bare(text) for text in written} == {"1党支部"}
    assert {core(text) for text in [*written, "一支部", "第1支部", "第一支部委员会", "中共第一支部委员会"]} == {
        "1|branch"
    }
    assert core("第一党小组") != core("第一党支部") != core("第一党总支")
    assert (
        core("市财政局机关党委").split("|")[0] == core("市财政局党组").split("|")[0] == core("市财政局").split("|")[0]
    )
    assert core("第十二党支部") == core("第12支部") != core("第二十一支部")


def test_within_an_organ(city, today):
    placer = Placer(city.finance, {}, today)
    sure, likely = Place(city.first.pk, True), Place(city.first.pk)
    assert placer.place("第一党支部") == sure
    assert placer.place("中共市财政局机关第一支部委员会") == sure
    assert placer.place("第一党支部第一党小组") == Place(city.first_group.pk, True)
    for text in (
        "一支部",
        "第1党支部",
        "第一支部",
        "中共第一支部委员会",
        "市财政局第一党支部",
        "市财政局机关党委一支部",
    ):
        assert placer.place(text) == likely, text
    assert placer.place("市财政局机关党委") == Place(city.finance_committee.pk, True)
    assert placer.place("市财政局") == NOTHING  # 党组 or 机关党委
    assert placer.place("第九党支部") == NOTHING
    assert placer.place("水务党支部") == NOTHING


def test_two_columns_decide_together(city, today):
    placer = Placer(city.committee, {}, today)
    assert placer.place("市财政局 第一党支部") == Place(city.first.pk, True)
    assert placer.place("市财政局机关党委 第一党支部") == Place(city.first.pk, True)
    assert placer.place("市财政局 一支部") == Place(city.first.pk)
    assert placer.place("市财政局 第一党支部 第二党小组") == Place(city.second_group.pk, True)
    assert placer.place("市财政局 第一党支部 2组") == NOTHING
    assert placer.place("市水务局 水务支部") == Place(city.water_branch.pk)
    assert placer.place("市水务局 第九支部") == NOTHING
    assert placer.place("水务局 水务党支部") == Place(city.water_branch.pk)
    assert placer.place("市教育局 水务党支部") == NOTHING
    assert placer.place("市水务局") == Place(city.water.pk)


def test_in_a_whole_city_a_first_branch_alone_is_nobody_s(city, today):
    make.organisation("第一党支部", Level.BRANCH, city.water)
    placer = Placer(city.committee, {}, today)
    assert placer.place("第一党支部") == NOTHING
    assert placer.place("一支部") == NOTHING
    assert placer.place("市财政局 第一党支部") == Place(city.first.pk, True)


def test_codes_closed_ones_and_others(city, today):
    city.second.code = "10102"
    city.second.save(update_fields=["code"])
    closed = make.organisation("老干部党支部", Level.BRANCH, city.finance_committee)
    closed.closed_on = today
    closed.save(update_fields=["closed_on"])
    assert Placer(city.finance, {}, today).place("10102") == Place(city.second.pk, True)
    assert Placer(city.finance, {}, today).place("老干部党支部") == NOTHING
    assert Placer(city.finance, {}, today - timedelta(days=1)).place("老干部党支部") == Place(closed.pk, True)


def test_what_was_settled_before_wins_if_it_is_still_below(city, today):
    remembered = {"第一党支部": city.second.pk, "水务": city.water_branch.pk}
    placer = Placer(city.finance, remembered, today)
    assert placer.place("第一党支部") == Place(city.second.pk, True)
    assert placer.place("水务") == NOTHING


def test_the_places_of_a_file_are_counted_in_its_order(city, today):
    lines = [
        Reading(2, {}, {"name": "甲乙", "organ": "市财政局", "branch": "第一党支部"}),
        Reading(3, {}, {"name": "丙丁", "organ": "市水务局", "branch": "二支部", "group": "1组"}),
        Reading(4, {}, {"name": "戊己", "organ": "市财政局", "branch": "第一党支部", "group": None}),
        Reading(5, {}, {"name": "庚辛"}),
    ]
    assert settle(lines, PEOPLE_FIELDS, city.committee, {}, today) == [
        {"text": "市财政局 第一党支部", "rows": 2, "organisation": city.first.pk, "sure": True},
        {"text": "市水务局 二支部 1组", "rows": 1, "organisation": None, "sure": False},
    ]
    posts = [Reading(2, {}, {"name": "甲乙", "place": "第二党支部", "post": "书记"})]
    assert settle(posts, APPOINTMENT_FIELDS, city.finance, {}, today) == [
        {"text": "第二党支部", "rows": 1, "organisation": city.second.pk, "sure": True}
    ]


def test_all_organisations_come_in_one_statement(city, today):
    lines = [Reading(number, {}, {"branch": f"第{number}党支部"}) for number in range(2, 60)]
    with CaptureQueriesContext(
        connection,
    ) as statements:
        settle(lines, PEOPLE_FIELDS, city.committee, {}, date(2026, 11, 20))
    assert len(statements) == 1

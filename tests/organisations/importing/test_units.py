"""Organisations from a file: whom a row means, where new ones go, what stays, and the way back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from organisations import tree
from organisations.importing.units import Organisations
from organisations.models import Level, Organisation
from organisations.models.importing import Verdict
from organisations.roster import describe
from programmes.models import Obligation
from tests import make
from tests.organisations.importing import lists
from tests.organisations.test_tree import assert_paths_tell_the_tree

pytestmark = pytest.mark.django_db
SUBJECT = Organisations()
NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"
WRITTEN, STALE, UNDONE, KEPT = ("written", ""), "stale", ("undone", ""), "kept"


@pytest.fixture
def into_city(city, today):
    return lists.context(city.committee, city.gongwei, SUBJECT, today)


@pytest.fixture
def into_finance(city, today):
    return lists.context(city.finance, city.office, SUBJECT, today)


def state():
    """Every organisation with all that is stored about it."""
    return list(Organisation.objects.order_by("pk").values())


def owed():
    return sorted(Obligation.objects.values_list("organisation", "code", "period", "needed", "done"))


ORGAN = [
    # Children before their parents, as offices sort by name.
    {"name": "第一党小组", "parent": "市教育局机关党委 第一党支部"},
    {
        "name": "第一党支部",
        "parent": "市教育局机关党委",
        "code": "20101",
        "term_began_on": "2025-03-01",
        "term_years": 3,
    },
    {"name": "第二党支部", "parent": "市教育局机关党委"},
    {"name": "市教育局机关党委", "parent": "市教育局党组"},
    {"name": "市教育局党组", "parent": "市直机关工委", "system": "government", "founded_on": "2001-03-01"},
]


def test_a_row_that_is_refused_takes_those_below_it_along(into_city, city):
    # The last row says that the organ is older than the work committee: nothing below it can be taken either.
    assert lists.verdicts(lists.judge(SUBJECT, ORGAN, into_city)) == [
        (REFUSED, "没有“市教育局机关党委 第一党支部”这个上级。"),
        (REFUSED, "上级“市教育局机关党委”在第 5 行，那一行有错。"),
        (REFUSED, "上级“市教育局机关党委”在第 5 行，那一行有错。"),
        (REFUSED, "上级“市教育局党组”在第 6 行，那一行有错。"),
        (REFUSED, "成立日期不能早于市直机关工委的成立日期，2020年1月1日。"),
    ]


def test_it_is_planted_with_everything_below_it(into_city, city):
    rows = [*ORGAN[:-1], ORGAN[-1] | {"founded_on": "2021-03-01"}]
    assert lists.verdicts(lists.judge(SUBJECT, rows, into_city)) == [(NEW, "")] * 5
    assert Organisation.objects.filter(name__contains="教育").count() == 0
    assert set(lists.write(SUBJECT, into_city).values()) == {WRITTEN}
    group = Organisation.objects.get(parent__parent__name="市教育局机关党委", level=Level.GROUP)
    assert [str(one) for one in [*group.ancestors(), group]] == [
        "市直机关工委",
        "市教育局党组",
        "市教育局机关党委",
        "第一党支部",
        "第一党小组",
    ]
    branch = group.parent
    assert (branch.code, branch.term_began_on, branch.term_years, branch.level) == (
        "20101",
        date(2025, 3, 1),
        3,
        Level.BRANCH,
    )
    assert (branch.founded_on, branch.parent.parent.founded_on) == (lists.SINCE, date(2021, 3, 1))
    assert branch.parent.parent.system == "government"
    assert Obligation.objects.filter(organisation=branch).exists()
    assert_paths_tell_the_tree()


def test_and_taken_back_to_the_last_row(into_city, city):
    before = state(), owed()
    lists.judge(SUBJECT, [*ORGAN[:-1], ORGAN[-1] | {"founded_on": "2021-03-01"}], into_city)
    lists.write(SUBJECT, into_city)
    assert len(state()) == len(before[0]) + 5
    assert set(lists.take_back(SUBJECT, into_city).values()) == {UNDONE}
    assert (state(), owed()) == before


def test_what_is_used_since_stays_with_all_above_it(into_city, city):
    lists.judge(SUBJECT, [*ORGAN[:-1], ORGAN[-1] | {"founded_on": "2021-03-01"}], into_city)
    lists.write(SUBJECT, into_city)
    first = Organisation.objects.get(code="20101")
    make.person("韩露", first, since=lists.SINCE)
    assert lists.take_back(SUBJECT, into_city) == {
        2: UNDONE,
        3: (KEPT, "导入后已经用到：隶属。"),
        4: UNDONE,
        5: (KEPT, "下面还有别的单位。"),
        6: (KEPT, "下面还有别的单位。"),
    }
    assert Obligation.objects.filter(organisation=first).exists()
    assert_paths_tell_the_tree()


def test_what_others_hung_below_or_changed_stays(into_city, city, today):
    lists.judge(SUBJECT, [*ORGAN[:-1], ORGAN[-1] | {"founded_on": "2021-03-01"}], into_city)
    lists.write(SUBJECT, into_city)
    committee = Organisation.objects.get(name="市教育局机关党委")
    make.organisation("第九党支部", Level.BRANCH, committee, founded_on=today)
    describe(Organisation.objects.get(code="20101"), by=city.gongwei, today=today, name="机关第一党支部")
    assert lists.take_back(SUBJECT, into_city) == {
        2: UNDONE,
        3: (KEPT, "名称后来又改过。"),
        4: UNDONE,
        5: (KEPT, "下面还有别的单位。"),
        6: (KEPT, "下面还有别的单位。"),
    }


def test_an_activity_recorded_since_keeps_the_branch_and_what_it_owes(into_finance, city, today):
    lists.judge(SUBJECT, [{"name": "第三党支部", "parent": "市财政局机关党委"}], into_finance)
    lists.write(SUBJECT, into_finance)
    third = Organisation.objects.get(name="第三党支部")
    rows = Obligation.objects.filter(organisation=third)
    before = sorted(rows.values_list("code", "period", "done"))
    make.activity(third, "theme-party-day", on=today, by=city.office)
    assert lists.take_back(SUBJECT, into_finance)[2][0] == KEPT
    assert {key[:2] for key in before} == {key[:2] for key in rows.values_list("code", "period")}
    assert rows.filter(done=1).exists()


def test_rows_that_stand_as_they_are(into_finance, city):
    rows = [
        {"name": "市财政局党组"},
        {"name": "市财政局机关党委", "parent": "市财政局党组", "level": "organ_committee"},
        {"name": "第一党支部", "parent": "市财政局机关党委", "term_began_on": "2024-05-16", "term_years": 3},
        {"name": "中共市财政局机关第一支部委员会"},
    ]
    found = lists.judge(SUBJECT, rows, into_finance)
    assert lists.verdicts(found) == [(SAME, ""), (SAME, ""), (SAME, ""), (REFUSED, "和第 4 行是同一个单位。")]
    assert [one.target for one in found[:3]] == [city.finance.pk, city.finance_committee.pk, city.first.pk]
    assert [(one.cells["name"], one.why) for one in found if one.verdict == Verdict.MISSING] == [
        ("第二党支部", "市财政局机关党委，党支部")
    ]


def test_changed_facts_are_shown_written_and_given_back(into_finance, city, today):
    city.second.code = "10102"
    city.second.save(update_fields=["code"])
    rows = [
        {
            "name": "机关第二党支部",
            "code": "10102",
            "full_name": "中共市财政局机关第二支部委员会",
            "founded_on": "2021-06-01",
        }
    ]
    (found, *_) = lists.judge(SUBJECT, rows, into_finance)
    assert (found.verdict, found.target) == (Verdict.CHANGED, city.second.pk)
    assert found.changes == [
        {"field": "name", "label": "名称", "old": "第二党支部", "new": "机关第二党支部"},
        {"field": "full_name", "label": "全称", "old": "", "new": "中共市财政局机关第二支部委员会"},
        {"field": "founded_on", "label": "成立日期", "old": "2020年1月1日", "new": "2021年6月1日"},
    ]
    before = state()
    assert lists.write(SUBJECT, into_finance) == {2: WRITTEN}
    city.second.refresh_from_db()
    assert (city.second.name, city.second.founded_on) == ("机关第二党支部", date(2021, 6, 1))
    assert lists.take_back(SUBJECT, into_finance) == {2: UNDONE}
    assert state() == before


def test_a_fact_changed_since_the_import_is_not_given_back(into_finance, city, today):
    lists.judge(SUBJECT, [{"name": "第二党支部", "full_name": "中共市财政局机关第二支部委员会"}], into_finance)
    lists.write(SUBJECT, into_finance)
    city.second.refresh_from_db()
    describe(city.second, by=city.office, today=today, full_name="别的")
    assert lists.take_back(SUBJECT, into_finance) == {2: (KEPT, "全称后来又改过。")}


def test_a_row_changed_after_the_check_is_left_out(into_finance, city, today):
    rows = [
        {"name": "第二党支部", "full_name": "中共市财政局机关第二支部委员会"},
        {"name": "第三党支部", "parent": "市财政局机关党委"},
        {"name": "第一党小组", "parent": "第三党支部"},
        {"name": "第四党支部", "parent": "市财政局机关党委"},
    ]
    assert lists.verdicts(lists.judge(SUBJECT, rows, into_finance)) == [(CHANGED, ""), *[(NEW, "")] * 3]
    describe(city.second, by=city.office, today=today, full_name="市财政局机关第二支部")
    make.organisation("第三党支部", Level.BRANCH, city.finance_committee)
    assert lists.write(SUBJECT, into_finance) == {
        2: (STALE, "核对后这个单位又被改过。"),
        3: (STALE, "核对后已经有了这个单位。"),
        4: WRITTEN,
        5: WRITTEN,
    }
    city.second.refresh_from_db()
    assert city.second.full_name == "市财政局机关第二支部"
    assert Organisation.objects.filter(name="第三党支部").count() == 1


def test_a_child_of_a_row_that_was_unticked_is_left_out(into_finance, city):
    rows = [{"name": "第三党支部", "parent": "市财政局机关党委"}, {"name": "第一党小组", "parent": "第三党支部"}]
    lists.judge(SUBJECT, rows, into_finance)
    into_finance.batch.rows.filter(number=2).update(accepted=False)
    assert lists.write(SUBJECT, into_finance) == {3: (STALE, "没有“第三党支部”这个上级。")}


def test_a_child_of_a_row_that_is_left_out_is_left_out(into_finance, city, today):
    third = make.organisation("第三党支部", Level.BRANCH, city.finance_committee)
    rows = [
        {"name": "第三党支部", "parent": "市财政局机关党委", "full_name": "中共市财政局机关第三支部委员会"},
        {"name": "第一党小组", "parent": "第三党支部"},
    ]
    assert lists.verdicts(lists.judge(SUBJECT, rows, into_finance)) == [(CHANGED, ""), (NEW, "")]
    tree.close(third, on=today, today=today)
    assert lists.write(SUBJECT, into_finance) == {
        2: (STALE, "核对后这个单位又被改过。"),
        3: (STALE, "上级那一行没有写入。"),
    }


def test_another_parent_is_a_move_that_can_be_taken_back(into_city, city):
    city.second.code = "10102"
    city.second.save(update_fields=["code"])
    (found, *_) = lists.judge(
        SUBJECT, [{"name": "第二党支部", "code": "10102", "parent": "市水务局机关党委"}], into_city
    )
    assert found.changes == [{"field": "parent", "label": "上级", "old": "市财政局机关党委", "new": "市水务局机关党委"}]
    assert lists.write(SUBJECT, into_city) == {2: WRITTEN}
    city.second.refresh_from_db()
    assert city.second.parent == city.water
    assert city.second.path.startswith(city.water.path)
    assert lists.take_back(SUBJECT, into_city) == {2: UNDONE}
    city.second.refresh_from_db()
    assert city.second.parent == city.finance_committee
    assert_paths_tell_the_tree()


def test_a_move_that_was_moved_on_is_kept(into_city, city, today):
    city.second.code = "10102"
    city.second.save(update_fields=["code"])
    lists.judge(SUBJECT, [{"name": "第二党支部", "code": "10102", "parent": "市水务局机关党委"}], into_city)
    lists.write(SUBJECT, into_city)
    city.second.refresh_from_db()
    tree.move(city.second, to=city.finance, today=today)
    assert lists.take_back(SUBJECT, into_city) == {2: (KEPT, "导入后又移到了别的上级之下。")}


def test_a_move_under_a_new_organ(into_city, city):
    city.second.code = "10102"
    city.second.save(update_fields=["code"])
    rows = [
        {"name": "第二党支部", "code": "10102", "parent": "市国资委机关党委"},
        {"name": "市国资委机关党委", "parent": "市直机关工委"},
    ]
    before = state()
    assert lists.verdicts(lists.judge(SUBJECT, rows, into_city)) == [(CHANGED, ""), (NEW, "")]
    assert set(lists.write(SUBJECT, into_city).values()) == {WRITTEN}
    city.second.refresh_from_db()
    assert city.second.parent.name == "市国资委机关党委"
    assert_paths_tell_the_tree()
    assert set(lists.take_back(SUBJECT, into_city).values()) == {UNDONE}
    assert {row["id"] for row in state()} == {row["id"] for row in before}
    assert_paths_tell_the_tree()


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"name": "第三党支部", "parent": "第一党支部"}, "党支部不能设在党支部之下。"),
        ({"name": "第三党支部", "parent": "第三党支部"}, "没有“第三党支部”这个上级。"),
        ({"name": "第三党小组", "parent": "第三党小组"}, "没有“第三党小组”这个上级。"),
        ({"name": "第三党小组"}, "党小组不能设在党组（党委）之下。"),
        ({"name": "第三党支部", "parent": "市教育局"}, "没有“市教育局”这个上级。"),
        ({"name": "第三党支部", "parent": "财政局机关党委"}, "没有“财政局机关党委”这个上级。"),
        ({"name": "第三党小组", "parent": "一支部"}, "上级“一支部”对不上，是不是“第一党支部”？"),
        ({"name": "水务党支部", "parent": "市水务局机关党委"}, "没有“市水务局机关党委”这个上级。"),
        ({"name": "预算处", "parent": "市财政局机关党委"}, "看不出“预算处”是哪一级，请填层级。"),
        ({"name": "第三党支部", "code": "90001"}, "编码“90001”已经是别的单位的，或者在这个文件里写了两次。"),
        ({"name": "第一党支部", "level": "general_branch"}, "第一党支部现在是党支部，层级不能靠导入来改。"),
        (
            {"name": "第一党支部", "founded_on": "2019-01-01"},
            "成立日期不能早于市财政局机关党委的成立日期，2020年1月1日。",
        ),
        ({"name": "第一党支部", "founded_on": "2021-01-01"}, "成立日期不能晚于下级的成立日期，2020年1月1日。"),
        ({"name": "第二党支部", "founded_on": "2029-01-01"}, "日期太远了，最多写到一年以后。"),
        ({"name": "第二党支部", "term_years": 3}, "任期和本届起于要么都填，要么都不填。"),
        ({"name": "第一党支部", "term_years": 30}, "任期“30”不对，应是 1 到 10 年。"),
    ],
)
def test_refusals(into_finance, city, row, why):
    city.water.code = "90001"
    city.water.save(update_fields=["code"])
    assert lists.verdicts(lists.judge(SUBJECT, [row], into_finance)) == [(REFUSED, why)]


def test_the_same_twice_and_circles(into_finance, city):
    rows = [
        {"name": "甲党总支", "parent": "乙党总支"},
        {"name": "乙党总支", "parent": "甲党总支"},
        {"name": "第三党支部", "parent": "市财政局机关党委"},
        {"name": "第3 党支部", "parent": "市财政局机关党委", "code": "7"},
        {"name": "第三党支部", "parent": "市财政局机关党委"},
        {"name": "第四党支部", "parent": "市财政局机关党委", "code": "7"},
    ]
    assert lists.verdicts(lists.judge(SUBJECT, rows, into_finance)) == [
        (REFUSED, "没有“乙党总支”这个上级。"),
        (REFUSED, "上级“甲党总支”在第 2 行，那一行有错。"),
        (NEW, ""),
        (NEW, ""),
        (REFUSED, "和第 4 行是同一个单位。"),
        (REFUSED, "编码“7”已经是别的单位的，或者在这个文件里写了两次。"),
    ]


def test_one_name_in_two_places_asks_for_the_parent(into_city, city):
    make.organisation("第一党支部", Level.BRANCH, city.water)
    rows = [
        {"name": "第一党支部"},
        {"name": "第五党小组", "parent": "第一党支部"},
        {"name": "第五党小组", "parent": "市水务局 第一党支部"},
        {"name": "第一党支部", "parent": "市水务局机关党委"},
    ]
    assert lists.verdicts(lists.judge(SUBJECT, rows, into_city)) == [
        (REFUSED, "“第一党支部”有 2 个，请填上级或编码。"),
        (REFUSED, "上级“第一党支部”有 2 个，请在前面写上它的上级，空一格。"),
        (NEW, ""),
        (SAME, ""),
    ]


def test_closed_ones_are_not_meant_and_nothing_is_ever_closed(into_finance, city, today):
    old = make.organisation("老干部党支部", Level.BRANCH, city.finance_committee)
    tree.close(old, on=today - timedelta(days=1), today=today)
    rows = [{"name": "老干部党支部", "parent": "市财政局机关党委"}]
    assert lists.verdicts(lists.judge(SUBJECT, rows, into_finance)) == [(NEW, "")]
    assert lists.write(SUBJECT, into_finance) == {2: WRITTEN}
    assert Organisation.objects.filter(name="老干部党支部").count() == 2
    assert Organisation.objects.exclude(closed_on=None).count() == 1

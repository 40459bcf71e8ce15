"""Whom a row of a roster means, what it would change, and why it may not be taken: nothing is written here."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.importing.people import People
from organisations.models import Person
from organisations.models.importing import Verdict
from organisations.tree import close
from tests import make
from tests.organisations.importing.rosters import TITLES, TODAY, context_of, judged

pytestmark = pytest.mark.django_db
FIRST, SECOND = "第一党支部", "第二党支部"


def line(name, branch=FIRST, *, no="", category="", joined="", born=""):
    """One line of a file, in the order of TITLES."""
    return [name, no, category, joined, born, branch]


def found(city, *lines, by=None, into=None, **more):
    """The verdict and the reason of each line, in order."""
    about = judged(lines, into or city.finance, by or city.office, **more)
    return [(about[number].verdict, about[number].why) for number in range(2, 2 + len(lines))]


def changes(judgement):
    return [(change["label"], change["old"], change["new"]) for change in judgement.changes]


def test_somebody_is_known_by_number_or_by_name_branch_and_year(city, today):
    assert (
        found(
            city,
            line("林知远", no="1001"),
            line("沈若川", born="1990"),
            line("江予安"),  # the file names the branch, the roster her group in it
            line("夏安禾", joined="1995.11"),  # a month agrees with its days
            line("丁念慈", category="群众"),
        )
        == [(Verdict.SAME, "")] * 5
    )


def test_what_changes_is_said_in_words(city, today):
    rows = judged(
        [
            line("沈若川", category="预备", joined="2012.6", born="1990.03"),
            line("林知远", "第二党支部", no="1001"),
            line("周以宁", no="1002"),
        ],
        city.finance,
        city.office,
        since=date(2026, 11, 1),
    )
    assert [rows[number].verdict for number in (2, 3, 4)] == [Verdict.CHANGED] * 3
    assert changes(rows[2]) == [
        ("人员类别", "正式党员", "预备党员"),
        ("入党时间", "2012年5月9日", "2012年6月1日"),
    ]
    assert changes(rows[3]) == [("所在支部", "第一党支部第一党小组", "第二党支部")]
    assert rows[3].changes[0]["since"] == "2026-11-01"
    assert changes(rows[4]) == [("工号", "", "1002")]


def test_a_blank_cell_changes_nothing(city, today):
    row = judged([line("林知远", no="1001")], city.finance, city.office)[2]
    assert (row.verdict, row.changes) == (Verdict.SAME, [])


def test_a_group_that_the_file_names_is_a_move_within_the_branch(city, today):
    titles = ["姓名", "支部", "党小组"]
    rows = judged(
        [["许清", FIRST, "第二党小组"], ["陆景行", FIRST, "第二党小组"]], city.finance, city.office, titles=titles
    )
    assert rows[2].verdict == Verdict.CHANGED
    assert changes(rows[2]) == [("所在支部", "第一党支部第一党小组", "第一党支部第二党小组")]
    assert rows[3].verdict == Verdict.SAME


def test_a_day_of_the_row_goes_before_the_day_of_the_import_and_not_before_the_unit(city, today):
    city.second.founded_on = date(2021, 1, 1)
    city.second.save()
    titles = [*TITLES, "转入时间"]
    rows = judged(
        [
            [*line("许清", SECOND, born="1985"), "2026-10-08"],
            [*line("林知远", SECOND, no="1001"), "2020-05-01"],
            [*line("丁念慈", SECOND, no="", born="1996"), "2019-05-01"],
        ],
        city.finance,
        city.office,
        titles=titles,
    )
    assert rows[2].changes[-1]["since"] == "2026-10-08"
    assert rows[3].changes[-1]["since"] == "2021-01-01"


def test_what_remains_in_doubt_is_asked_about(city, today):
    make.person("王磊", city.first, birth_year=1980)
    make.person("王磊", city.first_group, birth_year=1985)
    make.person("赵一", city.second, birth_year=1990, staff_no="77")
    rows = judged(
        [
            line("陆景行", SECOND, born="1985"),
            line("许清", SECOND),
            line("周以柠", born="1984"),
            line("王磊"),
            line("王磊", SECOND),
            line("林志远", no="1001"),
            line("沈若川", born="1991"),
            line("赵一", SECOND, no="78", born="1990"),
        ],
        city.finance,
        city.office,
    )
    names = {person.pk: f"{person.name}{person.birth_year}" for person in Person.objects.all()}
    asked = [(rows[n].why, [names[pk] for pk in rows[n].candidates], rows[n].decision) for n in range(2, 10)]
    assert {rows[n].verdict for n in range(2, 10)} == {Verdict.SUSPICIOUS}
    assert asked == [
        ("同名不同支部", ["陆景行1985"], "this"),
        ("同名不同支部", ["许清1985"], ""),
        ("一字之差，出生年相同", ["周以宁1984"], ""),
        ("同名两人", ["王磊1980", "王磊1985"], "skip"),
        ("同名两人", ["王磊1980", "王磊1985"], "skip"),
        ("工号相同、姓名不同", ["林知远1978"], ""),
        ("同名同支部，出生年不同", ["沈若川1990"], ""),
        ("同名同支部，工号不同", ["赵一1990"], ""),
    ]


def test_a_doubtful_row_shows_what_it_would_change_about_each_candidate(city, today):
    one = make.person("王磊", city.first, birth_year=1980)
    other = make.person("王磊", city.second, birth_year=1985)
    row = judged([line("王磊", "水务党支部", category="预备党员")], city.committee, city.gongwei)[2]
    assert [(change["whom"], change["label"], change["new"]) for change in row.changes] == [
        (str(one.pk), "人员类别", "预备党员"),
        (str(one.pk), "所在支部", "水务党支部"),
        (str(other.pk), "人员类别", "预备党员"),
        (str(other.pk), "所在支部", "水务党支部"),
    ]


def test_namesakes_whom_year_or_number_tells_apart_are_no_doubt(city, today):
    make.person("王磊", city.first, birth_year=1980)
    make.person("王磊", city.first, birth_year=1985)
    assert found(
        city,
        line("王磊", born="1985"),
        line("王磊", born="1980"),
        line("王磊", SECOND, category="正式", born="1999"),  # born in another year, in another branch: somebody else
        line("林知远", SECOND, category="正式", no="9001"),  # another number
    ) == [(Verdict.SAME, ""), (Verdict.SAME, ""), (Verdict.NEW, ""), (Verdict.NEW, "")]


def test_the_surest_sign_goes_first_whatever_the_order_of_the_rows(city, today):
    """A row without a number does not take away the person whom a later row names by number."""
    verdicts = found(city, line("林知远"), line("林知远", no="1001"))
    assert verdicts == [
        (Verdict.REFUSED, "和第 3 行指的是同一个人。确实是两个人的，请都填上工号。"),
        (Verdict.SAME, ""),
    ]


def test_rows_that_cannot_be_taken_say_why(city, today):
    make.person("市里人", city.water_branch, staff_no="5001")
    assert found(
        city,
        line("韩露", "一支部", category="正式"),
        line("韩露", "第九党支部", category="正式"),
        line("沈若川", joined="2033.7"),
        line("柳青", category="正式", joined="2010-07-01", born="1999"),
        line("柳红", category="党员干部"),
        line("丁念慈", joined="2015-07-01"),
        line("柳白"),
        line("柳绿", "市财政局机关党委", category="正式"),
        line("柳蓝", no="5001", category="正式"),
        line("", category="正式"),
    ) == [
        (Verdict.REFUSED, "支部“一支部”对不上，是不是“第一党支部”？"),
        (Verdict.REFUSED, "没有“第九党支部”这个支部。"),
        (Verdict.REFUSED, "入党时间“2033.7”晚于今天。"),
        (Verdict.REFUSED, "入党要年满十八岁，入党日期和出生年份有一个写错了。"),
        (Verdict.REFUSED, "人员类别“党员干部”认不出，应是正式党员、预备党员、入党积极分子或群众。"),
        (Verdict.REFUSED, "群众还没有入党日期，请留空。"),
        (Verdict.REFUSED, "没有填人员类别，不能新增。"),
        (Verdict.REFUSED, "党员要编入党支部或党小组，不能直接放在市财政局机关党委。"),
        (Verdict.REFUSED, "工号“5001”在别的单位。"),
        (Verdict.REFUSED, "没有填姓名。"),
    ]


def test_of_rows_that_repeat_each_other_the_first_is_taken(city, today):
    make.person("王磊", city.first, birth_year=1980)
    refused = "指的是同一个人。确实是两个人的，请都填上工号。"
    assert found(
        city,
        line("柳青", category="正式", born="1999"),
        line("柳青", category="正式", born="1999"),
        line("柳青", category="正式"),
        line("唐棠", category="正式", no="8"),
        line("蒋诺", category="正式", no="8"),
        line("王磊", born="1980"),
        line("王磊"),
        line("唐棠", category="正式", no="9"),
    ) == [
        (Verdict.NEW, ""),
        (Verdict.REFUSED, "与第 2 行重复。"),
        (Verdict.REFUSED, f"和第 2 行{refused}"),
        (Verdict.NEW, ""),
        (Verdict.REFUSED, "与第 5 行重复。"),
        (Verdict.SAME, ""),
        (Verdict.REFUSED, f"和第 7 行{refused}"),
        (Verdict.NEW, ""),
    ]


def test_of_several_namesakes_the_last_one_left_is_still_asked_about(city, today):
    make.person("王磊", city.first, birth_year=1980)
    make.person("王磊", city.first_group, birth_year=1985)
    assert found(city, line("王磊", born="1985"), line("王磊")) == [
        (Verdict.SAME, ""),
        (Verdict.SUSPICIOUS, "同名的不止一人，第 2 行已是另一人"),
    ]


def test_who_moved_to_the_branch_of_a_namesake_is_offered_beside_him(city, today):
    """Nobody's year of birth is corrected to that of somebody else for want of a second answer."""
    moved = make.person("王磊", city.first, birth_year=1980)
    there = make.person("王磊", city.second, birth_year=1985)
    row = judged([line("王磊", SECOND, no="2001", born="1980")], city.finance, city.office)[2]
    assert (row.verdict, row.why, row.decision) == (Verdict.SUSPICIOUS, "同名两人", "skip")
    assert row.candidates == [moved.pk, there.pk]


def test_one_name_and_year_in_two_branches_is_not_entered_twice_unasked(city, today):
    make.person("王磊", city.first, birth_year=1980)
    twin = "行同名、同一年出生，支部不同"
    assert found(
        city,
        line("王磊", SECOND, no="2001", category="正式", born="1980"),  # moved, and left on the old list
        line("王磊", born="1980"),
        line("柳青", category="正式", born="1999"),
        line("柳青", SECOND, category="正式", born="1999"),
        line("唐棠", category="正式", no="8", born="1990"),
        line("唐棠", SECOND, category="正式", no="9", born="1990"),  # told apart by number
        line("蒋诺", category="正式", born="1990"),
        line("蒋诺", SECOND, category="正式", born="1991"),  # and by year
    ) == [
        (Verdict.SUSPICIOUS, f"和第 3 {twin}"),
        (Verdict.SAME, ""),
        (Verdict.NEW, ""),
        (Verdict.SUSPICIOUS, f"和第 4 {twin}"),
        (Verdict.NEW, ""),
        (Verdict.NEW, ""),
        (Verdict.NEW, ""),
        (Verdict.NEW, ""),
    ]


def test_a_move_that_begins_before_he_came_is_refused(city, today):
    make.person("王磊", city.first, birth_year=1980, since=date(2026, 11, 10), staff_no="8")
    verdict = found(city, line("王磊", SECOND, no="8"), since=date(2026, 11, 1))
    assert verdict == [(Verdict.REFUSED, "从 2026年11月10日起才在第一党支部，不能更早转走。")]


def test_a_unit_that_closes_takes_nobody(city, today):
    branch = make.organisation("第三党支部", "branch", city.finance_committee)
    close(branch, on=date(2026, 12, 1), today=TODAY)
    verdict = found(city, line("柳青", "第三党支部", category="正式"), since=date(2026, 12, 10))
    assert verdict == [(Verdict.REFUSED, "第三党支部从 2026年12月1日起已经撤销。")]


def test_missing_are_those_of_the_branches_that_the_file_names(city, today):
    make.person("王磊", city.first, birth_year=1980)
    make.person("王磊", city.first, birth_year=1985)
    rows = judged(
        [
            line("王磊", born="1985"),
            line("许清", category="看不懂"),
            line("陆景航", born="1985"),
            line("顾清和", "一支部"),
        ],
        city.finance,
        city.office,
    )
    missing = [(one.cells["name"], one.why) for one in rows.values() if one.verdict == Verdict.MISSING]
    assert missing == [
        ("丁念慈", "第一党支部，群众"),
        ("王磊", "第一党支部，正式党员"),
        ("林知远", "第一党支部第一党小组，正式党员"),
        ("周以宁", "第一党支部第一党小组，正式党员"),
        ("沈若川", "第一党支部第一党小组，正式党员"),
        ("江予安", "第一党支部第一党小组，正式党员"),
        ("夏安禾", "第一党支部第二党小组，正式党员"),
        ("宋怀瑾", "第一党支部第二党小组，正式党员"),
        ("方既白", "第一党支部第二党小组，正式党员"),
    ]


def test_the_city_meets_again_who_belongs_nowhere_and_an_organ_does_not(city, today):
    """白简's organ is another one's business; 梁允中 belongs nowhere and is known to the root alone."""
    assert found(city, line("梁允中", category="正式", born="1975"), line("白简", category="正式", born="1979")) == [
        (Verdict.NEW, ""),
        (Verdict.NEW, ""),
    ]
    at_root = [line("梁允中", SECOND, born="1975"), line("白简", SECOND, born="1979")]
    assert found(city, *at_root, by=city.gongwei, into=city.committee) == [
        (Verdict.SUSPICIOUS, "同名，名册上没有编入党组织"),
        (Verdict.SUSPICIOUS, "同名不同支部"),
    ]


def test_one_branch_needs_no_column_of_branches(city, today):
    rows = judged([["沈若川", "正式"], ["柳青", "正式"]], city.first, city.office, titles=["姓名", "人员类别"])
    assert (rows[2].verdict, rows[3].verdict) == (Verdict.SAME, Verdict.NEW)


def test_who_is_no_party_member_may_stand_with_the_organ_that_serves_him(city, today):
    assert found(city, line("柳青", "市财政局机关党委", category="群众")) == [(Verdict.NEW, "")]


def test_judging_costs_the_same_at_ten_and_at_a_thousand_rows(city, today):
    def statements(count):
        lines = [line(f"某{chr(0x4E00 + n)}", category="正式", born="1990") for n in range(count)]
        read, context = context_of(lines, city.committee, city.gongwei)
        with CaptureQueriesContext(connection) as captured:
            People().judge(read, context, lambda done: None)
        return len(captured)

    assert statements(10) == statements(1000) == 4

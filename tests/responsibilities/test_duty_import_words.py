"""What the words of a table mean: deadlines, posts, kinds of proof. Nothing is invented where nothing is understood."""

from __future__ import annotations

from datetime import date

import pytest

from organisations.models import Post
from responsibilities.importing import naming
from responsibilities.importing.columns import type_of
from responsibilities.importing.deadlines import together, when, year_of
from responsibilities.importing.proofs import Book
from responsibilities.models import DutyType, Proof, Rhythm
from tests.conftest import TODAY

LAST = date(2026, 12, 31)


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "rhythm", "times", "deadline"),
    [
        ("每月", Rhythm.MONTH, 1, None),
        ("每月5日前", Rhythm.MONTH, 1, None),
        ("按月", Rhythm.MONTH, 1, None),
        ("每季度至少１次", Rhythm.QUARTER, 1, None),
        ("每季度末", Rhythm.QUARTER, 1, None),
        ("每半年不少于两次", Rhythm.HALF, 2, None),
        ("每年上、下半年各1次", Rhythm.HALF, 1, None),
        ("每年", Rhythm.YEAR, 1, None),
        ("每年一季度", Rhythm.YEAR, 1, None),
        ("每年12月底前", Rhythm.YEAR, 1, None),
        ("全年不少于4次", Rhythm.YEAR, 4, None),
        ("2026年度", Rhythm.YEAR, 1, None),
        ("全年", Rhythm.STANDING, 1, None),
        ("长期坚持", Rhythm.STANDING, 1, None),
        ("常态化开展", Rhythm.STANDING, 1, None),
        ("2026年6月30日", Rhythm.ONCE, 1, date(2026, 6, 30)),
        ("2026年6月底前", Rhythm.ONCE, 1, date(2026, 6, 30)),
        ("2026-06-30", Rhythm.ONCE, 1, date(2026, 6, 30)),
        ("12月31日前", Rhythm.ONCE, 1, LAST),
        ("十二月底前完成", Rhythm.ONCE, 1, LAST),
        ("年底前", Rhythm.ONCE, 1, LAST),
        ("2026年二季度", Rhythm.ONCE, 1, date(2026, 6, 30)),
        ("持续推进，12月底前完成", Rhythm.ONCE, 1, LAST),
        ("3月至6月", Rhythm.ONCE, 1, date(2027, 6, 30)),  # gone for this year
    ],
)
def test_a_deadline_in_the_words_of_offices(text, rhythm, times, deadline):
    found = when(text, year=None, today=TODAY)
    assert (found.rhythm, found.times, found.deadline, found.sure) == (rhythm, times, deadline, True)


@pytest.mark.once
@pytest.mark.parametrize(
    "text", ["适时", "按上级要求", "2月30日", "2026年99月", "0001年1月1日", "每两个月", "每周", "=1+1", "9" * 400]
)
def test_what_cannot_be_understood_is_said(text):
    found = when(text, year=None, today=TODAY)
    assert not found.sure
    assert found.note
    assert found.deadline is None


@pytest.mark.once
def test_the_year_of_a_deadline_is_that_of_the_list():
    assert year_of("2027年度责任清单", "x") == 2027
    assert when("6月底前", year=2027, today=TODAY).deadline == date(2027, 6, 30)
    assert when("6月底前", year=None, today=TODAY).note == "没写年份，按 2027 年"


@pytest.mark.once
def test_of_two_columns_the_one_that_is_understood_counts():
    assert together("每月", "12月底前", year=None, today=TODAY).rhythm == Rhythm.MONTH
    assert together("适时", "12月底前", year=None, today=TODAY).deadline == LAST


@pytest.mark.once
def test_types_of_duty():
    assert [type_of(text) for text in ("政治责任", "领导", "（岗位责任）", "", "其他")] == [
        DutyType.POLITICAL,
        DutyType.LEADERSHIP,
        None,
        None,
        None,
    ]
    with pytest.raises(ValueError, match="几种"):
        type_of("政治责任、领导责任")


@pytest.mark.once
def test_what_is_divided_and_what_is_not():
    assert naming.parts("党组书记、支部书记和分管领导") == ["党组书记", "支部书记", "分管领导"]
    assert naming.parts("党组（党委）书记（局长、主任）") == ["党组（党委）书记（局长、主任）"]
    assert naming.parts("和美机关党委") == ["和美机关党委"]
    assert naming.pairs("各党支部", "书记、副书记") == [("各党支部", "书记"), ("各党支部", "副书记")]
    assert naming.somebody_in("（二）2026年度党支部书记责任清单（试行）") == "党支部书记"
    assert naming.somebody_in("三、坚持党的领导") == ""


@pytest.mark.parametrize(
    ("place", "role", "level", "post", "sure"),
    [
        ("各党支部", "", "党支部", "支部书记", False),
        ("机关党委", "", "机关党委", "机关党委专职副书记", False),
        ("局党组", "", "党组（党委）", "党组书记", False),
        ("", "党组书记", "党组（党委）", "党组书记", True),
        ("各党支部", "书记", "党支部", "支部书记", True),
        ("", "党支部书记", "党支部", "支部书记", True),
        ("", "分管领导", "党组（党委）", "分管领导", True),
        ("", "专职副书记", "机关党委", "机关党委专职副书记", True),
        ("机关党委", "书记", "机关党委", "分管领导", True),
        ("机关党委", "支部书记", "机关党委", "支部书记", False),
        ("", "机关纪委书记", "", "", False),
        ("各处室", "", "", "", False),
        ("", "张三", "", "", False),
    ],
)
def test_whom_a_way_of_writing_means(rules, place, role, level, post, sure):
    assert Post.objects.exists()
    found = naming.guess(place, role, naming.of_preset("three-by-four"))
    assert (found.level, found.post, found.sure) == (level, post, sure)


@pytest.mark.parametrize(
    ("words", "level", "proof", "kinds"),
    [
        ("每月主题党日", "branch", Proof.KINDS, ["theme-party-day"]),
        ("领导干部讲党课", "party_group", Proof.KINDS, ["leader-lecture"]),  # and no 党课 within it
        ("落实“三会一课”", "branch", Proof.KINDS, ["party-lecture", "branch-meeting", "committee-meeting"]),
        ("召开组织生活会，开展谈心谈话", "branch", Proof.KINDS, ["organisational-life-meeting"]),
        ("召开组织生活会", "party_group", Proof.TEXT, []),  # which is no meeting of theirs
        ("与党员谈心谈话", "branch", Proof.TALKS, []),
        ("开展党建督查", "organ_committee", Proof.INSPECTIONS, []),
        ("管好党费", "branch", Proof.TEXT, []),
    ],
)
def test_what_proves_a_line(rules, words, level, proof, kinds):
    found = Book.read(TODAY).proof_guessed(words, {level})
    assert (found.proof, sorted(kind.code for kind in found.kinds)) == (proof, sorted(kinds))


def test_a_rule_is_proposed_where_kind_rhythm_and_level_agree(rules):
    book = Book.read(TODAY)
    day = [kind for kind in book.kinds if kind.code == "theme-party-day"]
    assert book.rule_for(day, "month", 1, {"branch"}).code == "theme-party-day-monthly"
    assert book.rule_for(day, "quarter", 1, {"branch"}) is None
    assert book.rule_for(day, "month", 2, {"branch"}) is None
    assert book.rule_for(day, "month", 1, {"general_branch"}) is None

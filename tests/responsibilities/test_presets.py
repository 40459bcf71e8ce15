"""Levels and posts are data: what ships, and a list of another shape that needs no code."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from organisations.loading import shipped_codes
from programmes.entries import EntryError
from responsibilities.loading import read_list
from responsibilities.models import Assignment, DutyList
from responsibilities.presets import DEFAULT, preset_named, read_presets, shipped_presets
from tests.responsibilities.lists_made import NEW_YEAR, THREE_BY_FIVE, issue, written

BEGINNING = '[[preset]]\ncode = "x"\nname = "某"\n'


@pytest.mark.once
def test_two_presets_ship_each_with_three_levels_and_four_posts():
    assert [(len(preset.levels), len(preset.posts)) for preset in shipped_presets()] == [(3, 4), (3, 4)]
    assert [post.name for post in preset_named(DEFAULT).posts] == [
        "党组书记",
        "分管领导",
        "机关党委专职副书记",
        "支部书记",
    ]
    *others, last = preset_named("four-subjects").posts
    assert last.everybody
    assert not any(post.everybody for post in others)


@pytest.mark.once
def test_the_presets_name_roster_posts_that_ship_and_every_level_of_an_organ():
    for preset in shipped_presets():
        assert {code for post in preset.posts for code in post.posts} <= shipped_codes()
        covered = [code for level in preset.levels for code in level.levels]
        assert sorted(covered) == ["branch", "general_branch", "organ_committee", "party_group"]


def test_three_levels_and_five_posts_are_loaded_and_issued_without_a_change_of_code(city, today, tmp_path):
    call_command("load_duties", file=written(tmp_path, THREE_BY_FIVE), verbosity=0)
    row = DutyList.objects.get()
    assert [level.name for level in row.levels.all()] == ["一级", "二级", "三级"]
    assert [post.name for post in row.posts.all()] == [
        "党委书记",
        "党委其他成员",
        "机关党委书记",
        "机关纪委书记",
        "党支部书记",
    ]
    assert not row.is_sample
    issue(row, city, since=NEW_YEAR)
    branches = Assignment.objects.filter(duty__content="过好主题党日。").values_list("organisation__name", flat=True)
    assert sorted(branches) == sorted(["第一党支部", "第二党支部", "水务党支部", "第一党小组", "第二党小组"])


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BEGINNING, "至少要有一级和一岗"),
        (f'{BEGINNING}[[preset.level]]\nname = "一级"\nlevels = ["branches"]', "“branches”不存在"),
        (f'{BEGINNING}[[preset.level]]\nname = "一级"', "levels 不能为空"),
        (f'{BEGINNING}[[preset.post]]\nname = "书记"', "everybody = true"),
        (f'{BEGINNING}[[preset.post]]\nname = "书记"\nposts = ["a"]\nsalary = 1', "不认识的字段 salary"),
    ],
)
def test_a_mistake_in_a_file_of_presets_is_named(tmp_path, text, said):
    with pytest.raises(EntryError, match=said):
        read_presets(written(tmp_path, text))


@pytest.mark.once
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('level = "三级"', 'level = "四级"', "level 写的是“四级”"),
        ('post = "机关纪委书记"', 'post = "厂长"', "post 写的是“厂长”"),
        ('kinds = ["case-education"]', "", "缺少 proof"),
        ('kinds = ["case-education"]', 'kinds = ["case-education"]\nproof = "text"', "佐证就是活动记录"),
        ('rhythm = "half"', 'rhythm = "half"\ndeadline = "六月"', "2026-06-30"),
        ('name = "党委其他成员"', 'name = "党委书记"', "“党委书记”写了两次"),
    ],
)
def test_a_mistake_in_a_list_is_named(tmp_path, old, new, said):
    assert old in THREE_BY_FIVE
    with pytest.raises(EntryError, match=said):
        read_list(written(tmp_path, THREE_BY_FIVE.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"case-education"', '"no-such-kind"', "no-such-kind"),
        ('"organ-discipline-secretary"', '"no-such-post"', "没有这些职务：no-such-post"),
        ('"theme-party-day-monthly"', '"no-such-rule"', "没有这一条要求"),
        ('level = "三级"', 'level = "一级"', "不在这一级"),
    ],
)
def test_what_a_list_names_must_exist(city, today, tmp_path, old, new, said):
    assert old in THREE_BY_FIVE
    with pytest.raises(CommandError, match=said):
        call_command("load_duties", file=written(tmp_path, THREE_BY_FIVE.replace(old, new, 1)), verbosity=0)
    assert not DutyList.objects.exists()


def test_the_command_says_what_it_cannot_do(city, tmp_path):
    with pytest.raises(CommandError, match="读不了"):
        call_command("load_duties", file=tmp_path / "none.toml", verbosity=0)
    with pytest.raises(CommandError, match="没有叫“某局”的单位"):
        call_command("load_duties", organisation="某局", verbosity=0)

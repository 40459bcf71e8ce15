"""The list that ships: of a sensible size, nearly all of it proven by records, and nothing in it that does not exist."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.core.management import call_command

from programmes.article import shipped_article
from programmes.rulebook import shipped_rulebook
from responsibilities.loading import shipped_list
from responsibilities.models import DutyList
from tests.responsibilities.lists_made import sample

DUTIES = shipped_list().duties
KINDS = {kind.code: kind for kind in shipped_article().kinds}
RULES = {rule.code: rule for rule in shipped_rulebook().requirements}
LEVELS = {level.name: set(level.levels) for level in shipped_list().preset.levels}
# The articles whose text was read.
READ = {"支部工作条例": {"十一", "十二", "十六", "十七", "十八", "十九"}, "机关基层组织工作条例": {"十九"}}


@pytest.mark.once
def test_about_forty_duties_spread_over_the_cells_that_make_sense():
    assert 36 <= len(DUTIES) <= 45
    cells = Counter((duty.level, duty.post) for duty in DUTIES)
    by_level = Counter(duty.level for duty in DUTIES)
    assert all(10 <= by_level[level] <= 18 for level in LEVELS)
    assert cells["党组（党委）", "党组书记"] >= 5
    assert cells["党组（党委）", "支部书记"] == 0
    assert {duty.type for duty in DUTIES} == {"political", "leadership", "post"}
    assert {duty.line for duty in DUTIES} == {line.code for line in shipped_article().lines}


@pytest.mark.once
def test_seven_in_ten_are_proven_by_records_and_a_branch_writes_nothing():
    bound = [duty for duty in DUTIES if duty.proof == "kinds"]
    assert len(bound) >= 0.7 * len(DUTIES)
    texts = [duty.level for duty in DUTIES if duty.proof == "text"]
    assert len(texts) <= 3
    assert "党支部" not in texts


@pytest.mark.once
def test_every_kind_is_one_that_the_level_can_hold():
    for duty in DUTIES:
        assert all(LEVELS[duty.level] & set(KINDS[code].levels) for code in duty.kinds), duty.content


@pytest.mark.once
def test_what_a_requirement_says_too_follows_the_requirement():
    for duty in DUTIES:
        if duty.requirement:
            assert RULES[duty.requirement].level in LEVELS[duty.level], duty.content
    of_branches = {code for code, rule in RULES.items() if rule.level == "branch"}
    assert of_branches <= {duty.requirement for duty in DUTIES}


@pytest.mark.once
def test_only_articles_that_were_read_are_cited():
    for duty in DUTIES:
        for rule, article in re.findall(r"《([^》]*)》第([一二三四五六七八九十]+)条", duty.basis):
            assert any(name in rule and article in articles for name, articles in READ.items()), duty.basis
        assert duty.basis


@pytest.mark.once
def test_no_line_is_empty_or_said_twice():
    assert all(duty.measure and duty.standard and duty.category for duty in DUTIES)
    assert max(Counter(duty.content for duty in DUTIES).values()) == 1
    assert not any(duty.content in duty.measure or duty.measure == duty.content for duty in DUTIES)


def test_it_becomes_a_draft_that_says_it_is_a_sample(city):
    row = sample(city)
    assert (row.duties.count(), row.is_draft, row.is_sample) == (len(DUTIES), True, True)
    assert "没有公开" in row.note
    assert row.programme.code == "duty-list"
    first = row.duties.first()
    assert (first.rhythm, first.times, first.requirement_code) == ("half", 1, "party-building-review-half")
    assert [kind.code for kind in first.kinds.all()] == ["party-group-review"]


def test_the_command_drafts_it_once(city, capsys):
    call_command("load_duties")
    call_command("load_duties")
    assert DutyList.objects.count() == 1
    assert "40 项责任" in capsys.readouterr().out

"""The shipped rulebook says what the rules say, and no more."""

import pytest

from programmes.article import shipped_article
from programmes.rulebook import shipped_rulebook

RULEBOOK = shipped_rulebook()
BY_CODE = {requirement.code: requirement for requirement in RULEBOOK.requirements}

# code → level, cadence, kinds, and whether an article is cited or practice is named
RULES = {
    "branch-meeting-quarterly": ("branch", "quarter", {"branch-meeting"}, "第十一条"),
    "committee-meeting-monthly": ("branch", "month", {"committee-meeting"}, "第十二条"),
    "group-meeting-monthly": ("group", "month", {"group-meeting"}, "第十三条"),
    "party-lecture-quarterly": ("branch", "quarter", {"party-lecture", "leader-lecture", "secretary-lecture"}, "惯例"),
    "theme-party-day-monthly": ("branch", "month", {"theme-party-day"}, "第十六条"),
    "org-life-meeting-yearly": ("branch", "year", {"organisational-life-meeting"}, "第十七条"),
    "democratic-appraisal-yearly": ("branch", "year", {"democratic-appraisal"}, "第十八条"),
    "study-centre-quarterly": ("party_group", "quarter", {"study-centre-session"}, "惯例"),
    "party-building-review-half": ("party_group", "half", {"party-group-review"}, "惯例"),
    "secretary-lecture-yearly": ("party_group", "year", {"secretary-lecture"}, "第十六条"),
    "organ-committee-meeting-quarterly": ("organ_committee", "quarter", {"organ-committee-meeting"}, "惯例"),
    "thought-analysis-half": ("organ_committee", "half", {"thought-analysis-meeting"}, "惯例"),
}


def test_the_rulebook_holds_exactly_these_rules():
    assert set(BY_CODE) == set(RULES)


@pytest.mark.parametrize(("code", "expected"), RULES.items())
def test_each_rule_reads_as_written(code, expected):
    level, cadence, kinds, basis = expected
    rule = BY_CODE[code]
    assert (rule.level, rule.cadence, set(rule.kinds), rule.minimum) == (level, cadence, kinds, 1)
    assert basis in rule.basis


def test_a_small_branch_is_not_asked_for_committee_meetings():
    rule = BY_CODE["committee-meeting-monthly"]
    assert (rule.min_full_members, rule.needs_committee) == (7, True)
    others = [rule for rule in RULEBOOK.requirements if rule.code != "committee-meeting-monthly"]
    assert not [rule.code for rule in others if rule.min_full_members or rule.needs_committee or rule.has_groups]


def test_reminders_follow_the_cadence():
    ladders = {rule.cadence.value: rule.remind_before for rule in RULEBOOK.requirements}
    assert ladders == {"month": (7, 0), "quarter": (21, 7, 0), "half": (30, 7, 0), "year": (30, 7, 0)}


@pytest.mark.parametrize("kind", ["political-birthday", "youth-study-session"])
def test_what_the_rules_leave_open_is_not_owed(kind):
    assert not [rule.code for rule in RULEBOOK.requirements if kind in rule.kinds]


def test_every_rule_stands_in_the_line_of_what_it_asks_for():
    lines = {kind.code: kind.line for kind in shipped_article().kinds}
    assert not [rule.code for rule in RULEBOOK.requirements if {lines[kind] for kind in rule.kinds} != {rule.line}]


def test_the_help_rules_say_when_why_and_what_to_do():
    thresholds = {rule.code: rule.threshold for rule in RULEBOOK.help_rules}
    assert thresholds == {"vacant_secretary": 3, "same_requirement_overdue": 2, "exemption_undecided": 3}
    reason = RULEBOOK.help_rule("vacant_secretary").reason.format(post="支部书记", months=4)
    assert reason == "支部书记空缺 4 个月"
    assert all(rule.suggestion.endswith("。") for rule in RULEBOOK.help_rules)

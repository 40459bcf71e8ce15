"""A mistake in a TOML file is named: file, entry and field."""

import pytest

from programmes.article import read_article
from programmes.entries import EntryError
from programmes.rulebook import read_rulebook

ARTICLE = """
[[pillar]]
order = 1
name = "教育引导"
force = "内动力"
[[line]]
code = "theory"
pillar = 1
name = "加强理论武装"
[[kind]]
code = "study"
name = "学习"
line = "theory"
expected = "members"
levels = ["branch"]
minutes = 60
agenda = ["领学", "讨论"]
[[programme]]
code = "reading"
line = "theory"
name = "读书"
goal = "多读书。"
led_by = "宣传部"
kinds = ["study"]
indicators = [{ name = "学习", measure = "activities", kinds = ["study"], per = "branch", target = 4 }]
"""
RULEBOOK = """
[remind_before]
month = [7, 0]
quarter = [21, 7, 0]
half = [30, 0]
year = [30, 0]
[[requirement]]
code = "study-monthly"
name = "学习"
line = "theory"
level = "branch"
kinds = ["study"]
cadence = "month"
minimum = 1
basis = "本级惯例"
[[help]]
code = "vacant_secretary"
months = 3
reason = "{post}空缺 {months} 个月"
suggestion = "商量人选。"
[[help]]
code = "same_requirement_overdue"
periods = 2
reason = "{requirement}连续 {periods} 期没有开展"
suggestion = "谈一次。"
[[help]]
code = "exemption_undecided"
workdays = 3
reason = "等了 {workdays} 个工作日"
suggestion = "请尽快答复。"
"""


def written(folder, name, text):
    """A file of that text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def article_of(folder, text=ARTICLE):
    return read_article(written(folder, "article.toml", text))


def rulebook_of(folder, text=RULEBOOK):
    return read_rulebook(article_of(folder), written(folder, "rulebook.toml", text))


def test_a_small_article_is_read_whole(tmp_path):
    article = article_of(tmp_path)
    (kind,), (programme,) = article.kinds, article.programmes
    assert (kind.title, kind.hours_rule, kind.common, kind.order) == ("学习", "none", False, 10)
    assert [(item.title, item.first_topic) for item in kind.agenda] == [("领学", False), ("讨论", False)]
    assert (programme.kinds, programme.indicators[0].target, programme.indicators[0].per) == (("study",), 4, "branch")


def test_the_first_topic_is_the_first_item_only(tmp_path):
    (kind,) = article_of(tmp_path, ARTICLE.replace("minutes = 60", "minutes = 60\nfirst_topic = true")).kinds
    assert [item.first_topic for item in kind.agenda] == [True, False]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "学习"\n', "", "kind “study”：缺少 name"),
        ('name = "学习"\n', 'name = " "\n', "kind “study”：name 应是一段文字"),
        ('line = "theory"\nexpected', 'line = "thoery"\nexpected', "line 写的是“thoery”，只能是 theory"),
        ("pillar = 1", "pillar = 4", "没有第 4 个支柱"),
        ('["branch"]', '["village"]', "levels 里的“village”不存在"),
        ('["branch"]', "[]", "levels 不能为空"),
        ('["branch"]', '["branch", "branch"]', "levels 里有重复"),
        ('["branch"]', '"branch"', "levels 应是文字的列表"),
        ("minutes = 60", "minutes = 0", "minutes 应是不小于 1 的整数"),
        ("minutes = 60", "minutes = true", "minutes 应是不小于 1 的整数"),
        ("minutes = 60", "minuets = 60", "缺少 minutes"),
        ("minutes = 60", 'minutes = 60\nhas_vote = "yes"', "has_vote 应是 true 或 false"),
        ("minutes = 60", 'minutes = 60\ncolour = "red"', "kind “study”：不认识的字段 colour"),
        ("minutes = 60", 'minutes = 60\ntitle = "{day}日学习"', "不认识的占位"),
        ('agenda = ["领学", "讨论"]', "first_topic = true", "却没有议程"),
        ('expected = "members"', 'expected = "everybody"', "expected 写的是“everybody”"),
        ('measure = "activities"', 'measure = "likes"', "indicators “第 1 个”：measure 写的是“likes”"),
        ('measure = "activities", kinds = ["study"]', 'measure = "hours", kinds = ["x"]', "kinds 里的“x”不存在"),
        ("[[programme]]", '[[kind]]\ncode = "x"\n[[programme]]', "kind “x”：缺少 name"),
        ("[[pillar]]", "[[pilar]]", "没有第 1 个支柱"),
        ("[[programme]]", "[[program]]", "不认识的字段 program"),
        ("order = 1", "order = ", "不是有效的 TOML"),
    ],
)
def test_a_mistake_in_the_article_is_named(tmp_path, old, new, message):
    assert old in ARTICLE
    with pytest.raises(EntryError, match=message) as refusal:
        article_of(tmp_path, ARTICLE.replace(old, new, 1))
    assert str(refusal.value).startswith("article.toml")


def test_a_code_written_twice_is_refused(tmp_path):
    with pytest.raises(EntryError, match="line：“theory”写了两次"):
        article_of(tmp_path, ARTICLE + '[[line]]\ncode = "theory"\npillar = 1\nname = "又一条"\n')


def test_a_kind_in_two_programmes_is_refused(tmp_path):
    second = ARTICLE[ARTICLE.index("[[programme]]") :].replace('"reading"', '"writing"')
    with pytest.raises(EntryError, match="“study”同时归入 reading 和 writing"):
        article_of(tmp_path, ARTICLE + second)


def test_a_small_rulebook_is_read_whole(tmp_path):
    rulebook = rulebook_of(tmp_path)
    (requirement,) = rulebook.requirements
    assert (requirement.remind_before, requirement.due_days_before_end, requirement.needs_committee) == (
        (7, 0),
        0,
        False,
    )
    rule = rulebook.help_rule("same_requirement_overdue")
    assert (rule.threshold, rule.reason) == (2, "{requirement}连续 {periods} 期没有开展")


def test_a_requirement_may_have_its_own_reminders(tmp_path):
    text = RULEBOOK.replace("minimum = 1", "minimum = 1\nremind_before = [14, 3]")
    assert rulebook_of(tmp_path, text).requirements[0].remind_before == (14, 3)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('cadence = "month"', 'cadence = "week"', "requirement “study-monthly”：cadence 写的是“week”"),
        ('kinds = ["study"]', 'kinds = ["talk"]', "kinds 里的“talk”不存在"),
        ('kinds = ["study"]', "kinds = []", "所列类别都不由这一层级举办"),
        ('level = "branch"', 'level = "group"', "所列类别都不由这一层级举办"),
        ('line = "theory"', 'line = "practice"', "line 写的是“practice”"),
        ("minimum = 1", "minimum = 0", "minimum 应是不小于 1 的整数"),
        ("minimum = 1", "minimum = 1\ndue_days_before_end = 28", "到期日早于期间开始"),
        ("month = [7, 0]", "month = [0, 7]", "应从大到小"),
        ("month = [7, 0]", "month = [7, -1]", "应是天数的列表"),
        ("year = [30, 0]\n", "", "remind_before：缺少 year"),
        ("[remind_before]", "[remind]", "缺少 remind_before"),
        ('basis = "本级惯例"', 'basis = "本级惯例"\nscore = 5', "不认识的字段 score"),
        ("months = 3", "periods = 3", "help “vacant_secretary”：缺少 months"),
        ("{post}空缺", "{person}空缺", "只能用占位 months、post"),
        ('code = "vacant_secretary"', 'code = "too_slow"', "code 写的是“too_slow”"),
    ],
)
def test_a_mistake_in_the_rulebook_is_named(tmp_path, old, new, message):
    assert old in RULEBOOK
    with pytest.raises(EntryError, match=message) as refusal:
        rulebook_of(tmp_path, RULEBOOK.replace(old, new, 1))
    assert str(refusal.value).startswith("rulebook.toml")


def test_a_missing_help_rule_is_named(tmp_path):
    with pytest.raises(EntryError, match="缺少 help exemption_undecided"):
        rulebook_of(tmp_path, RULEBOOK[: RULEBOOK.rindex("[[help]]")])

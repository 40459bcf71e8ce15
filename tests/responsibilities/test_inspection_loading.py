"""Check lists as data: loaded once, changed by another edition, a city's own left alone."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from programmes.entries import EntryError
from responsibilities.inspection_loading import load_templates, read_templates, shipped_templates
from responsibilities.models import InspectionTemplate

TODAY = date(2026, 11, 20)
OWN = """
[[template]]
code = "branch-check"
title = "本市检查表"
subject = "branch"
[[template.item]]
question = "活动室能用"
workdays = 5
"""


def written(tmp_path, text: str):
    file = tmp_path / "own.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_loading_twice_changes_nothing(db):
    first = load_templates(shipped_templates(), TODAY, shipped=True)
    again = load_templates(shipped_templates(), TODAY, shipped=True)
    assert (len(first.added), again.unchanged, again.added, again.updated) == (2, 2, [], [])
    assert InspectionTemplate.objects.get(code="branch-check").items.count() == 15


def test_another_wording_is_another_edition_and_the_old_one_keeps_its_questions(db, tmp_path):
    load_templates(shipped_templates(), date(2026, 1, 5), shipped=True)
    load_templates(read_templates(written(tmp_path, OWN)), TODAY, shipped=False)
    old, new = InspectionTemplate.objects.filter(code="branch-check").order_by("since")
    assert (old.until, old.items.count(), new.since, new.items.count()) == (TODAY, 15, TODAY, 1)
    again = load_templates(shipped_templates(), date(2026, 12, 1), shipped=True)
    assert again.left_alone == ["本市检查表"]
    assert InspectionTemplate.objects.in_use(date(2026, 12, 1)).get(code="branch-check") == new


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "一张检查表也没有"),
        (OWN.split("[[template.item]]", maxsplit=1)[0], "一条检查内容也没有"),
        (OWN.replace("workdays = 5", 'source = "likes"'), "source 写的是“likes”"),
        (OWN.replace("workdays = 5", 'source = "obligations"'), "parameter 要写要求的代码"),
        (OWN.replace('subject = "branch"', 'subject = "person"'), "subject 写的是“person”"),
        (OWN.replace("workdays = 5", "workdays = 500"), "workdays 最多 120"),
        (OWN.replace("workdays", "points"), "不认识的字段 points"),
    ],
)
def test_a_mistake_is_named(tmp_path, text, sentence):
    with pytest.raises(EntryError, match=sentence):
        read_templates(written(tmp_path, text))


def test_the_command_says_what_it_did_and_refuses_in_a_sentence(db, tmp_path):
    told = StringIO()
    call_command("load_inspections", stdout=told)
    assert told.getvalue() == "检查表：新增 2，更新 0，不变 0。\n"
    with pytest.raises(CommandError, match="一张检查表也没有"):
        call_command("load_inspections", file=written(tmp_path, ""))
    with pytest.raises(CommandError, match="200"):
        call_command("load_inspections", file=written(tmp_path, OWN.replace("活动室能用", "长" * 200)))

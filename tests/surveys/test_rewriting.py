"""Buttons that write in the text: the type of a question, questions of the bank."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from surveys import authoring, rewriting
from surveys.bank import load_bank
from surveys.models import BankQuestion, Survey
from tests.conftest import TODAY
from tests.surveys.authoring_made import TEXT, drafted, opened


def retype(row: Survey, place: int, type: str, by) -> None:
    """Change a type as somebody who has just opened the page."""
    rewriting.retype(row, place=place, type=type, opened=authoring.digest(row.source), by=by, today=TODAY)


@pytest.mark.parametrize(
    ("line", "type", "found"),
    [
        ("4. 影响您的是？（单选）", "multiple", "4. 影响您的是？（多选）"),
        ("4. 影响您的是？（单选，选填）", "multiple", "4. 影响您的是？（多选，选填）"),
        ("4. 影响您的是？[单选题]", "multiple", "4. 影响您的是？[多选]"),
        ("4. 您（和同事）怎么看？（必答、简答）", "short", "4. 您（和同事）怎么看？（必答、填空）"),
        ("4. 您怎么看？", "long", "4. 您怎么看？（简答）"),
    ],
)
def test_the_mark_of_a_line_is_rewritten_and_the_rest_stays(line, type, found):
    assert rewriting.with_type(line, type) == found


def test_another_type_stands_in_the_text_and_in_the_questions(city, today):
    row = drafted(city)
    retype(row, 4, "multiple", city.office)
    row = Survey.objects.get(pk=row.pk)
    assert row.source == TEXT.replace("工作状态的是？（单选）", "工作状态的是？（多选）")
    assert [one.type for one in row.asked.asking][3] == "multiple"
    assert [one.code for one in row.asked.asking] == [one.code for one in drafted(city).asked.asking]


@pytest.mark.parametrize(("place", "type"), [(0, "single"), (99, "single"), (3, "rating"), (6, "matrix")])
def test_what_the_text_does_not_allow_is_refused_and_changes_nothing(city, today, place, type):
    row = drafted(city)
    with pytest.raises(ValidationError):
        retype(row, place, type, city.office)
    assert Survey.objects.get(pk=row.pk).source == TEXT


def test_lines_that_are_not_understood_do_not_shift_the_questions(city, today):
    row = drafted(city, text=f"谁也认不出\n2. 排一排（排序题）\n甲 / 乙\n{TEXT}")
    place = [one.text for one in row.asked.questions].index("目前最影响您工作状态的是？") + 1
    retype(row, place, "multiple", city.office)
    assert "工作状态的是？（多选）" in row.source
    assert row.source.count("（多选）") == 1


def test_the_list_on_the_page_rewrites_the_text(city, today, as_person):
    row, client = drafted(city), as_person(city.office)
    page = client.get(reverse("survey-author", args=[row.pk]))
    offered = [[value for value, _ in item.types] for item in page.context["page"].questions]
    assert offered == [["single", "multiple"]] * 2 + [
        ["matrix"],
        ["single", "multiple"],
        ["single", "multiple"],
        ["long", "short"],
    ]
    given = {"place": "1", "type": "multiple", "opened": authoring.digest(row.source)}
    answer = client.post(reverse("survey-retype", args=[row.pk]), given)
    assert answer.headers["Location"] == reverse("survey-author", args=[row.pk])
    assert Survey.objects.get(pk=row.pk).asked.asking[0].type == "multiple"
    late = client.post(reverse("survey-retype", args=[row.pk]), given | {"type": "single"})
    assert late.status_code == 422
    assert authoring.STALE in late.content.decode()
    for wrong in ({"place": "x"}, {"type": "sort"}, {"place": "9" * 30}):
        assert client.post(reverse("survey-retype", args=[row.pk]), given | wrong).status_code == 422
    assert Survey.objects.get(pk=row.pk).asked.asking[0].type == "multiple"


def test_a_launched_survey_takes_neither(city, today, as_person):
    row, client = opened(city), as_person(city.office)
    assert client.post(reverse("survey-retype", args=[row.pk]), {"place": 1, "type": "multiple"}).status_code == 403
    assert client.post(reverse("survey-bank", args=[row.pk]), {"codes": "x"}).status_code == 403


def test_questions_of_the_bank_go_behind_the_text_with_their_codes(city, today):
    load_bank()
    row = drafted(city)
    used = {one.code for one in row.asked.questions}
    rows = [one for one in BankQuestion.objects.all() if one.code not in used][:3]
    opened_at = authoring.digest(row.source)
    assert rewriting.add_from_bank(row, rows, opened=opened_at, by=city.office, today=TODAY) == 3
    assert row.source.startswith(TEXT)
    asked = row.asked.asking
    assert [one.code for one in asked[-3:]] == [one.code for one in rows]
    assert [one.number for one in asked[-3:]] == ["7", "8", "9"]
    assert [one.text for one in asked[-3:]] == [str(one) for one in rows]
    again = authoring.digest(row.source)
    assert rewriting.add_from_bank(row, rows, opened=again, by=city.office, today=TODAY) == 0
    assert len(row.asked.asking) == 9


def test_every_question_of_the_bank_can_be_added_to_an_empty_text(city, today):
    load_bank()
    row, rows = drafted(city, text=""), list(BankQuestion.objects.all())
    rewriting.add_from_bank(row, rows, opened=authoring.digest(""), by=city.office, today=TODAY)
    assert [one.code for one in row.asked.questions] == [one.code for one in rows]


def test_the_bank_is_narrowed_by_dimension_and_topic(city, today, as_person):
    load_bank()
    row, client = drafted(city, text=""), as_person(city.office)
    address = reverse("survey-bank", args=[row.pk])
    some = BankQuestion.objects.exclude(dimension="").first()
    for name, value in (("dimension", some.dimension), ("topic", some.topic)):
        rows = client.get(address, {name: value}).context["form"].rows
        assert {getattr(one, name) for one in rows} == {value}
    assert client.get(address, {"dimension": "没有"}).context["form"].rows == []
    opened_at = authoring.digest(row.source)
    answer = client.post(address, {"codes": [some.code], "opened": opened_at})
    assert answer.headers["Location"] == reverse("survey-author", args=[row.pk])
    row = Survey.objects.get(pk=row.pk)
    assert [one.code for one in row.asked.questions] == [some.code]
    # It is in already, or there is none such: refused.
    for codes in ([some.code], ["nobody"], []):
        assert client.post(address, {"codes": codes, "opened": authoring.digest(row.source)}).status_code == 422
    fresh = BankQuestion.objects.exclude(code=some.code).first()
    late = client.post(address, {"codes": [fresh.code], "opened": opened_at})
    assert late.status_code == 422
    assert authoring.STALE in late.content.decode()

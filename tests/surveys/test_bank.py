"""The bank and the questionnaires that the product ships."""

from collections import Counter

import pytest
from django.core.management import call_command

from surveys import bank
from surveys.models import BankQuestion
from surveys.parsing import parse, write
from surveys.paths import check, minutes, pages
from surveys.questionnaire import Questionnaire, Section


def test_the_bank_covers_every_dimension_with_scales():
    scales = Counter(entry.dimension for entry in bank.entries() if entry.question.type == "scale")
    assert set(scales) == set(bank.DIMENSIONS)
    assert min(scales.values()) >= 2
    assert len(bank.entries()) >= 40


def test_codes_and_words_of_the_bank_are_different():
    entries = bank.entries()
    assert len({entry.code for entry in entries}) == len(entries)
    assert all(bank.by_code(entry.code) is entry for entry in entries)
    assert len({entry.question.text for entry in entries}) == len(entries)


def test_questions_about_the_person_may_be_refused():
    attributes = {entry.code for entry in bank.entries() if entry.question.attribute}
    assert attributes == {"age", "post", "standing", "seniority", "rank", "education"}
    assert all(entry.question.refusable for entry in bank.entries() if entry.code in attributes)


@pytest.mark.parametrize("entry", bank.entries(), ids=lambda entry: entry.code)
def test_a_question_of_the_bank_is_written_without_its_code_and_found_again(entry):
    questionnaire = Questionnaire((Section("", "", (entry.question,)),))
    text = write(questionnaire)
    assert parse(text).questionnaire == questionnaire
    assert "编码" not in text
    assert "`" not in text
    assert check(questionnaire) == []


@pytest.mark.parametrize("name", ["思想动态", "青年理论学习"])
def test_a_shipped_questionnaire_is_read_without_a_problem(name):
    parsed = parse(bank.shipped()[name])
    assert parsed.unrecognised == []
    assert check(parsed.questionnaire) == []
    assert write(parsed.questionnaire).split() == bank.shipped()[name].replace("# 谢谢", "").split()
    assert max(len(page.questions) for page in pages(parsed.questionnaire)) <= 5


def test_the_survey_of_minds_asks_all_dimensions_in_a_few_minutes():
    questionnaire = parse(bank.shipped()["思想动态"]).questionnaire
    rows = Counter(row.dimension for question in questionnaire.questions for row in question.statements)
    assert rows == dict.fromkeys(bank.DIMENSIONS, 2)
    assert [one.code for one in questionnaire.questions if one.attribute] == ["age", "post"]
    assert len(questionnaire.asking) == 12
    assert minutes(questionnaire) <= 4


def test_statements_have_the_codes_of_the_bank():
    for text in bank.shipped().values():
        rows = [row for question in parse(text).questionnaire.questions for row in question.statements]
        assert all(bank.by_code(row.code) for row in rows)


@pytest.mark.django_db
def test_loading_the_bank_twice_changes_nothing():
    assert len(bank.load_bank()) == len(bank.entries())
    assert bank.load_bank() == []
    row = BankQuestion.objects.get(code="age")
    assert (row.topic, row.definition["text"], row.definition["attribute"]) == ("基本情况", "您的年龄段", True)


@pytest.mark.django_db
def test_a_changed_question_is_brought_up_to_date_and_one_that_left_is_retired():
    bank.load_bank()
    BankQuestion.objects.filter(code="age").update(topic="别的")
    BankQuestion.objects.create(code="old", topic="旧题", definition={"text": "旧题"})
    assert bank.load_bank() == ["~ age 您的年龄段", "- old"]
    assert BankQuestion.objects.get(code="old").is_retired
    assert BankQuestion.objects.get(code="age").topic == "基本情况"


def test_shipped_and_banked_choices_rule_out_the_same():
    """The words alone say it: 没有要减的 stands beside nothing else, in the bank as in the text."""
    for text in bank.shipped().values():
        for question in parse(text).questionnaire.questions:
            if entry := bank.by_code(question.code):
                assert question.choices == entry.choices


@pytest.mark.django_db
def test_the_command_says_how_much_changed(capsys):
    call_command("load_bank", verbosity=2)
    said = capsys.readouterr().out
    assert f"调研题库：改动 {len(bank.entries())} 题。" in said
    call_command("load_bank")
    assert capsys.readouterr().out == "调研题库：改动 0 题。\n"

"""Whatever is pasted: no exception, and no time that grows faster than the text."""

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.parsing import parse, write

pytestmark = pytest.mark.once

LINES = [
    line
    for path in sorted(Path(__file__).with_name("pasted").glob("*.txt"))
    for line in path.read_text(encoding="utf-8").split("\n")
]
RUBBISH = {
    "nothing": "",
    "blanks": " \t　\n" * 1000,
    "one endless line": "您的性别A.男B.女" * 20_000,
    "bytes": bytes(range(256)).decode("latin-1") * 400,
    "surrogates": "\ud800题\udfff" * 500,
    "private": "\U000f0041\U000fffff\ufffe\x00" * 500,
    "brackets": "（" * 900 + "\n" + "1. 甲（" * 100,
}
LONG = {
    "questions": "1. 您的性别？\nA. 男 B. 女\n",
    "conditions": "1. 甲？（单选，第 1 题选“是”时才问）\n是 / 否\n",
    "statements": "1. 甲（五级）\n- 一条\n- 两条\n",
    "underscores": "1. 甲" + "_" * 900 + "乙\n",
    "boxes": "1. 甲" + "□" * 400 + "乙\n",
    "blanks": "1. 甲\n甲" + " " * 900 + "乙\n",
    "jumps": "1. 甲\nA. 是（请跳至第 9 题） B. 否\n",
}


@pytest.mark.parametrize("text", RUBBISH.values(), ids=RUBBISH)
def test_rubbish_is_read_without_an_exception(text):
    parsed = parse(text)
    assert all(line.role for line in parsed.lines)
    assert list(parsed.questionnaire.questions) == []


def test_what_cannot_be_stored_is_not_kept():
    questionnaire = parse("1. 您\x00的\u200b性\ud800别（单选）\n男\x01 / 女").questionnaire
    question = next(questionnaire.questions)
    assert (question.text, [choice.text for choice in question.choices]) == ("您的性别", ["男", "女"])


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_two_hundred_kilobytes_are_read_in_linear_time(text):
    def seconds(size: int) -> float:
        began = time.process_time()
        parse(text * (size // len(text)))
        return time.process_time() - began

    seconds(2_000)
    small, whole = seconds(50_000), seconds(200_000)
    # Four times the text; twice that is left for the noise of a busy machine.
    assert whole < 8 * small + 0.5


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_and_written_again(text):
    questionnaire = parse(text).questionnaire
    assert parse(write(questionnaire)).questionnaire == questionnaire


@pytest.mark.parametrize("seed", range(5))
def test_lines_thrown_together_are_read_and_written_again(seed):
    dice = random.Random(seed)
    for _ in range(40):
        text = "\n".join(dice.choice(LINES) for _ in range(dice.randint(2, 12)))
        questionnaire = parse(text).questionnaire
        assert parse(write(questionnaire)).questionnaire == questionnaire, text

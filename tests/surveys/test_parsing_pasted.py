"""How much of pasted questionnaires is read right without an edit. The expected files are written by hand from the texts.

A line of an expected file is one question: its type and how many choices or statements it has; `refused` is a line that
the parser must refuse or may not guess.
"""

from pathlib import Path

import pytest

from surveys.parsing import parse, write
from surveys.parsing.lines import Parsed

pytestmark = pytest.mark.once

FOLDER = Path(__file__).with_name("pasted")
TEXTS = sorted(FOLDER.glob("*.txt"))
WANTED = 0.95


def read(parsed: Parsed) -> list[str]:
    """The questions as the expected files write them."""
    sizes = {"matrix": "statements", "single": "choices", "multiple": "choices", "scale": "choices"}
    return [
        f"{one.type} {len(getattr(one, sizes[one.type]))}" if one.type in sizes else one.type
        for one in parsed.questionnaire.questions
    ]


def expected(path: Path) -> list[str]:
    return path.with_suffix(".expected").read_text(encoding="utf-8").splitlines()


def right(path: Path) -> tuple[int, int]:
    """How many questions were read right, of how many: those in the right order that agree."""
    parsed, wanted = parse(path.read_text(encoding="utf-8")), expected(path)
    found, refused = read(parsed), wanted.count("refused")
    kept = [one for one in wanted if one != "refused"]
    agreeing = sum(one == other for one, other in zip(found, kept, strict=False))
    return agreeing + min(refused, len(parsed.unrecognised)), len(wanted)


def test_there_are_forty_of_them():
    assert len(TEXTS) == 40
    assert sum(len(expected(path)) for path in TEXTS) == 180


def test_nearly_all_questions_are_read_right_without_an_edit():
    counts = [right(path) for path in TEXTS]
    agreeing, all_questions = (sum(figures) for figures in zip(*counts, strict=True))
    print(f"{agreeing} of {all_questions} questions read right")
    assert agreeing / all_questions >= WANTED


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_no_line_is_left_out(path):
    text = path.read_text(encoding="utf-8")
    lines = parse(text).lines
    assert [line.text for line in lines] == text.split("\n")
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert all(line.role for line in lines)
    assert all(line.problem for line in lines if line.role == "unknown")
    assert sum(bool(line.problem) for line in lines) == expected(path).count("refused")


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_its_canonical_text_gives_it_back(path):
    questionnaire = parse(path.read_text(encoding="utf-8")).questionnaire
    text = write(questionnaire)
    assert parse(text).questionnaire == questionnaire
    assert "`" not in text

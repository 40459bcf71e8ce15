"""What is counted: each question, or each row of a matrix, or each choice of several, as answers to exactly one of some options."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import add as plus
from operator import sub as minus

from surveys.questionnaire import (
    AGREEMENT,
    RATINGS,
    REFUSED,
    TEXT_TYPES,
    Answers,
    Question,
    Questionnaire,
    QuestionType,
)

Counts = tuple[int, ...]
"""How many chose each option of a measure, in order; their sum is the base."""

SCORES = (1, 2, 3, 4, 5)
SATISFIED = (3, 4)
"""比较符合 and 非常符合 by place: what makes up the favourable share of a scale."""
RATING_BANDS = (("0–6", range(7)), ("7–8", range(7, 9)), ("9–10", range(9, 11)))


@dataclass(frozen=True)
class Band:
    """What one percentage is about: one option, or some together."""

    code: str
    text: str
    options: frozenset[int]


@dataclass(frozen=True)
class Measure:
    """One thing to choose. `scores` (of scales and ratings) give a mean; of several choices each is a measure yes/no."""

    key: str
    question: Question
    text: str
    options: tuple[str, ...]
    bands: tuple[Band, ...]
    scores: tuple[int, ...] = ()
    favourable: frozenset[int] = frozenset()
    dimension: str = ""
    choice: str = ""

    @property
    def is_scale(self) -> bool:
        """True for a scale of five, whose means make up dimensions."""
        return self.scores == SCORES

    def read(self, answers: Answers) -> int | None:
        """Return the place of the option chosen; None where refused, not asked or left out: it stands in no percentage."""
        value = answers.get(self.key)
        if self.choice:
            if not isinstance(value, list) or not value or REFUSED in value:
                return None
            return 0 if self.choice in value else 1
        if not isinstance(value, str) or value not in self.options:
            return None
        return self.options.index(value)

    def count(self, sheets: Iterable[Answers]) -> Counts:
        """Return how many of `sheets` chose each option."""
        found = [0] * len(self.options)
        for answers in sheets:
            place = self.read(answers)
            if place is not None:
                found[place] += 1
        return tuple(found)


def add(left: Counts, right: Counts, sign: int = 1) -> Counts:
    """Return `left` + `sign` × `right`, option by option."""
    if sign in (1, -1):
        return tuple(map(plus if sign == 1 else minus, left, right))
    return tuple(one + sign * two for one, two in zip(left, right, strict=True))


def total(counts: Iterable[Counts], width: int) -> Counts:
    """Return the sum of all `counts`, each of `width` options."""
    result = (0,) * width
    for one in counts:
        result = add(result, one)
    return result


def measures(questionnaire: Questionnaire) -> list[Measure]:
    """Return everything that is counted, in the order asked; texts and statements are not."""
    return [measure for question in questionnaire.asking for measure in of(question)]


def of(question: Question) -> Iterator[Measure]:
    """Yield the measures of one question; none of a text."""
    if question.type in TEXT_TYPES or question.type == QuestionType.STATEMENT:
        return
    if question.type == QuestionType.MATRIX:
        for row in question.statements:
            yield _scale(question, f"{question.code}.{row.code}", row.text, row.dimension or question.dimension)
    elif question.type == QuestionType.SCALE:
        yield _scale(question, question.code, question.text, question.dimension)
    elif question.type == QuestionType.RATING:
        yield _rating(question)
    elif question.type == QuestionType.MULTIPLE:
        for choice in question.choices:
            band = Band(choice.code, choice.text, frozenset({0}))
            yield Measure(question.code, question, question.text, ("yes", "no"), (band,), choice=choice.code)
    else:
        bands = tuple(Band(row.code, row.text, frozenset({place})) for place, row in enumerate(question.choices))
        yield Measure(question.code, question, question.text, tuple(row.code for row in question.choices), bands)


def _scale(question: Question, key: str, text: str, dimension: str) -> Measure:
    """A scale of five: the question itself or a row of a matrix."""
    words = [row.text for row in question.choices] if len(question.choices) == len(SCORES) else list(AGREEMENT)
    bands = tuple(Band(str(score), words[place], frozenset({place})) for place, score in enumerate(SCORES))
    options = tuple(str(score) for score in SCORES)
    return Measure(key, question, text, options, bands, SCORES, frozenset(SATISFIED), dimension)


def _rating(question: Question) -> Measure:
    """0 to 10, shown in three bands; the last is the favourable one."""
    bands = tuple(Band(name, name, frozenset(places)) for name, places in RATING_BANDS)
    scores = tuple(range(len(RATINGS)))
    return Measure(question.code, question, question.text, RATINGS, bands, scores, bands[-1].options)

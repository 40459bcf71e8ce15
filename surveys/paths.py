"""The ways through a questionnaire: its pages, what is asked after which answers, how long it takes, what stops a launch."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from .parsing.persons import who_asked
from .questionnaire import RATINGS, REFUSED, TEXT_TYPES, Question, Questionnaire, QuestionType, Value

MOST_QUESTIONS = 5
MOST_KEYS = 10
# Seconds for one answer, as measured on ourselves: read and tap.
_CHOICE, _STATEMENT, _SHORT, _LONG, _READ = 10, 8, 20, 40, 5
CHOOSING = (QuestionType.SINGLE, QuestionType.MULTIPLE)


@dataclass(frozen=True)
class Page:
    """One page of the room. Only the first page of a section has its text."""

    title: str
    text: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Route:
    """One way through: the choices that decide it, as (question, choice), and the codes of what is asked, in order."""

    choices: tuple[tuple[str, str], ...]
    asked: tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """What stops a launch: the code of the question (empty for the whole) and one Chinese sentence."""

    question: str
    sentence: str


# Pages


def pages(questionnaire: Questionnaire) -> list[Page]:
    """The pages in order: sections begin them, and a question stands on a later page than the one it depends on.

    A section without questions gives its title and text to the next one (第一部分 above 一、).
    """
    found: list[Page] = []
    titles: list[str] = []
    texts: list[str] = []
    for section in questionnaire.sections:
        titles += [section.title] if section.title else []
        texts += [section.text] if section.text else []
        if not section.questions:
            continue
        title, text = " · ".join(titles), "\n".join(texts)
        for place, some in enumerate(_bundles(section.questions)):
            found.append(Page(title, "" if place else text, tuple(some)))
        titles, texts = [], []
    return found


def _bundles(questions: Iterable[Question]) -> Iterator[list[Question]]:
    bundle: list[Question] = []
    for question in questions:
        if bundle and not _has_room(bundle, question):
            yield bundle
            bundle = []
        bundle.append(question)
    if bundle:
        yield bundle


def _has_room(bundle: Sequence[Question], question: Question) -> bool:
    if len(bundle) >= MOST_QUESTIONS or sum(len(one.keys) for one in (*bundle, question)) > MOST_KEYS:
        return False
    return question.show_if is None or all(one.code != question.show_if.question for one in bundle)


def visible(asked: Page | Iterable[Question], answers: Mapping[str, Value]) -> list[Question]:
    """The questions that are asked after `answers`, which hold what was given on the pages before."""
    questions = asked.questions if isinstance(asked, Page) else asked
    return [question for question in questions if is_asked(question, answers)]


def is_asked(question: Question, answers: Mapping[str, Value]) -> bool:
    """Whether a question is asked after `answers`."""
    if question.show_if is None:
        return True
    given = answers.get(question.show_if.question, "")
    chosen = given if isinstance(given, list) else [given]
    return bool(set(chosen) & set(question.show_if.choices))


# Routes


@dataclass
class _Walk:
    """A way that is not at its end yet."""

    place: int = 0
    answers: dict[str, Value] = field(default_factory=dict)
    choices: list[tuple[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def with_answer(self, question: str, codes: Sequence[str]) -> _Walk:
        """The same way, and one answer more."""
        answers = self.answers | ({question: list(codes)} if codes else {})
        return _Walk(self.place, answers, [*self.choices, *((question, code) for code in codes)], list(self.asked))


def routes(questionnaire: Questionnaire, limit: int = 64) -> list[Route]:
    """All ways through that differ in what is asked, at most `limit`; one without conditions has a single way."""
    questions = list(questionnaire.questions)
    forks = _forks(questions)
    found: list[Route] = []
    open_walks = [_Walk()]
    while open_walks and len(found) < limit:
        walk = open_walks.pop()
        for question in questions[walk.place :]:
            walk.place += 1
            if not is_asked(question, walk.answers):
                continue
            walk.asked.append(question.code)
            if question.code in forks:
                first, *others = forks[question.code]
                open_walks += [walk.with_answer(question.code, codes) for codes in reversed(others)]
                walk = walk.with_answer(question.code, first)
        found.append(Route(tuple(walk.choices), tuple(walk.asked)))
    return found


def _forks(questions: Sequence[Question]) -> dict[str, list[tuple[str, ...]]]:
    """For each question on which others depend the answers that lead to different ways."""
    wanted: dict[str, list[frozenset[str]]] = defaultdict(list)
    for question in questions:
        if question.show_if is not None:
            wanted[question.show_if.question].append(frozenset(question.show_if.choices))
    return {one.code: _answers(one, wanted[one.code]) for one in questions if one.code in wanted}


def _answers(question: Question, wanted: Sequence[frozenset[str]]) -> list[tuple[str, ...]]:
    """One answer for each set of questions that it opens."""
    offered = _values(question)
    several = question.type == QuestionType.MULTIPLE
    found: dict[tuple[bool, ...], tuple[str, ...]] = {}
    for answer in _combinations(offered, wanted) if several else ((code,) for code in offered):
        found.setdefault(tuple(bool(some & set(answer)) for some in wanted), answer)
    if not question.required or question.refusable or not found:
        found.setdefault((False,) * len(wanted), ())
    return list(found.values())


def _combinations(offered: Sequence[str], wanted: Sequence[frozenset[str]]) -> Iterator[tuple[str, ...]]:
    """Single choices first, then several; no more choices together than decide anything, and at most eight of those."""
    deciding = [code for code in offered if any(code in some for some in wanted)][:8]
    yield from ((code,) for code in offered)
    for size in range(2, len(deciding) + 1):
        yield from combinations(deciding, size)


def _values(question: Question) -> list[str]:
    """What can be answered to a question on which others may depend."""
    if question.type == QuestionType.RATING:
        return list(RATINGS)
    return [choice.code for choice in question.choices] if question.type in (*CHOOSING, QuestionType.SCALE) else []


# Time


def minutes(questionnaire: Questionnaire) -> int:
    """How long it takes, in whole minutes and at least one."""
    return max(1, round(sum(map(_seconds, questionnaire.questions)) / 60))


def _seconds(question: Question) -> int:
    if question.type == QuestionType.MATRIX:
        return _STATEMENT * len(question.statements)
    known = {QuestionType.SHORT.value: _SHORT, QuestionType.LONG.value: _LONG, QuestionType.STATEMENT.value: _READ}
    return known.get(question.type, _CHOICE)


# Faults


def check(questionnaire: Questionnaire) -> list[Problem]:
    """Everything that stops a launch; empty when nothing does."""
    questions = list(questionnaire.questions)
    if not questionnaire.asking:
        return [Problem("", "问卷里还没有题目。")]
    codes = Counter(question.code for question in questions)
    names = {question.code: _name(question, place) for place, question in enumerate(questions, start=1)}
    known: dict[str, Question] = {}
    found = []
    for place, question in enumerate(questions, start=1):
        sentences = [*_about_words(question), *_about_choices(question), *_about_condition(question, known, names)]
        if codes[question.code] > 1:
            sentences.append(f"编码“{question.code}”有两道题在用，请改掉一个。")
        found += [Problem(question.code, f"{_name(question, place)}：{sentence}") for sentence in sentences]
        known[question.code] = question
    return found


def _name(question: Question, place: int) -> str:
    return f"第 {question.number or place} 题"


def _about_words(question: Question) -> Iterator[str]:
    if not question.text.strip():
        yield "没有题目。"
    if question.type in TEXT_TYPES and (sentence := who_asked(question.text)):
        yield sentence
    if any(mark in question.code for mark in ". "):
        yield "编码里不能有点和空格。"


def _about_choices(question: Question) -> Iterator[str]:
    codes = [choice.code for choice in question.choices]
    texts = [choice.text for choice in question.choices]
    if question.type in CHOOSING and len(codes) < 2:
        yield "至少要有两个选项。"
    if question.type in (QuestionType.SCALE, QuestionType.MATRIX) and codes != list("12345"):
        yield "量表要正好五档。"
    if len(set(codes)) < len(codes) or REFUSED in codes:
        yield "选项的编码重复了。"
    if len(set(texts)) < len(texts) or not all(texts):
        yield "有两个选项一样，或者有选项是空的。"
    yield from _about_statements(question)
    yield from _about_limits(question)


def _about_statements(question: Question) -> Iterator[str]:
    if question.type != QuestionType.MATRIX:
        return
    codes = [row.code for row in question.statements]
    if not codes or not all(row.text for row in question.statements):
        yield "矩阵题要有说法，每条一行。"
    if len(set(codes)) < len(codes):
        yield "说法的编码重复了。"


def _about_limits(question: Question) -> Iterator[str]:
    most = question.maximum or len(question.choices)
    if question.type == QuestionType.MULTIPLE and not question.minimum <= most <= len(question.choices):
        yield "最少和最多选几项写得不对。"


def _about_condition(question: Question, known: Mapping[str, Question], names: Mapping[str, str]) -> Iterator[str]:
    """A condition leads to a question before, and to choices that it has."""
    if question.show_if is None:
        return
    before = known.get(question.show_if.question)
    if before is None:
        there = names.get(question.show_if.question, "")
        yield f"要看{there}的答案才问，可是那道题在后面。" if there else "要看另一道题的答案才问，可是没有那道题。"
    elif not question.show_if.choices or not set(question.show_if.choices) <= set(_values(before)):
        yield f"要看{names[before.code]}的答案才问，可是那道题没有这个选项。"

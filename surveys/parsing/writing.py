"""`write`: the canonical text of a questionnaire, from which `parse` makes the same questionnaire again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from surveys.questionnaire import Question, Questionnaire, Section

from . import codes
from .linking import Numbers
from .parser import parse
from .question_text import condition_words, question_lines
from .shielding import quote


def write(questionnaire: Questionnaire) -> str:
    """The text that gives `questionnaire` again. Readable; only what would be misread is quoted by backticks.

    Texts are single lines without blanks around them, but the introduction and the text of a section, which have lines.
    """
    text = _Writer(questionnaire).text()
    if parse(text).questionnaire != questionnaire:
        text = _Writer(questionnaire, quotes_all=True).text()
    return text


@dataclass
class _Writer:
    questionnaire: Questionnaire
    quotes_all: bool = False
    unused: codes.Unused = field(default_factory=codes.Unused)

    def text(self) -> str:
        """Introduction, then section after section, with a blank line between."""
        whole = self.questionnaire
        pairs = [(place, question) for place, section in enumerate(whole.sections) for question in section.questions]
        numbers, at = Numbers(pairs), 0
        blocks = [self._words(Questionnaire(introduction=whole.introduction), [], whole.introduction)]
        for place, section in enumerate(whole.sections):
            blocks.append(self._head(section, is_first=place == 0))
            for question in section.questions:
                condition = condition_words(
                    question.show_if,
                    [one for _, one in pairs],
                    numbers,
                    at,
                    place,
                    spell=quote if self.quotes_all else str,
                )
                blocks.append(self._question(question, section.title, condition))
                at += 1
        found = [block for block in blocks if block]
        return "\n\n".join("\n".join(block) for block in found) + "\n" if found else ""

    def _head(self, section: Section, *, is_first: bool) -> list[str]:
        if is_first and not section.title and not section.text:
            return []
        plain, quoted = f"# {section.title}".strip(), f"# {quote(section.title)}".strip()
        head = self._first_that_gives(Questionnaire((Section(section.title),)), [], [plain], [quoted])
        return head + self._words(Questionnaire((Section(section.title, section.text),)), [quoted], section.text)

    def _words(self, wanted: Questionnaire, above: list[str], words: str) -> list[str]:
        """The introduction, or the words below the title of a section."""
        if not words:
            return []
        lines = words.split("\n")
        return self._first_that_gives(
            wanted, above, lines, [f"导语：{line}" for line in lines], [f"导语：{quote(line)}" for line in lines]
        )

    def _question(self, question: Question, section: str, condition: str) -> list[str]:
        is_marked = question.code != self.unused.free(codes.question_code(question.text))
        self.unused.keep(question.code)
        wanted = Questionnaire((Section(section, "", (replace(question, show_if=None),)),))
        above = [f"# {quote(section)}"] if section else []
        # Alone, a question has no other one before it: it is tried without its condition and with its code.
        alone = list(question_lines(question, section, "", is_marked=True, spell=str))
        if self.quotes_all or parse("\n".join([*above, *alone])).questionnaire != wanted:
            return list(question_lines(question, section, condition, is_marked=is_marked, spell=quote))
        return list(question_lines(question, section, condition, is_marked=is_marked, spell=str))

    def _first_that_gives(self, wanted: Questionnaire, above: list[str], *ways: Sequence[str]) -> list[str]:
        """The first of several ways to write something that gives it back by itself; the last is sure."""
        for way in () if self.quotes_all else ways[:-1]:
            if parse("\n".join([*above, *way])).questionnaire == wanted:
                return list(way)
        return list(ways[-1])

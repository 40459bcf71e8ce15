"""`parse`: a pasted text → a questionnaire and every line with its role."""

from __future__ import annotations

from itertools import groupby

from surveys.questionnaire import Question, Questionnaire, Section

from .building import Builder
from .document import Document
from .lines import Parsed
from .linking import Built, link
from .reading import Reader
from .shielding import bare


def parse(text: str) -> Parsed:
    """What `text` says; nothing is left out and nothing is raised. A line that was not understood carries a sentence."""
    document = Document.of(text)
    Reader(document).read()
    builder = Builder(document)
    built: Built = []
    for place, section in enumerate(document.sections):
        for draft in section.drafts:
            if question := builder.question(draft, bare(section.title)):
                built.append((place, draft, question))
    questions = _by_section(built, link(document, built))
    sections = tuple(
        Section(bare(section.title), "\n".join(section.text), tuple(questions.get(place, ())))
        for place, section in enumerate(document.sections)
        if section.title or section.text or place in questions or place
    )
    return Parsed(Questionnaire(sections, "\n".join(document.introduction)), document.lines())


def _by_section(built: Built, questions: list[Question]) -> dict[int, list[Question]]:
    places = zip((place for place, _, _ in built), questions, strict=True)
    return {place: [question for _, question in group] for place, group in groupby(places, key=lambda pair: pair[0])}

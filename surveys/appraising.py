"""民主评议党员: the ballot of one branch and how it is counted (domain.md §1.3).

Its publication rule is its own: the votes of each tier for each candidate go to that branch's committee only. Where
everybody votes alike, the counts tell what everybody voted; the promise page says so. Fewer than five voters use paper.
Nothing here orders candidates by their votes, and no votes make a tier: the committee decides (surveys/deciding.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from .models.appraisal import Tier
from .questionnaire import Answers, Choice, Question, Questionnaire, QuestionType, Section

ABSTAIN = "abstain"
BODY = "body"
BODY_NAME = "支部班子"
TABLE = "candidate:"


def candidates(names: Iterable[str], *, body: bool = False) -> Questionnaire:
    """The ballot for these candidates, whose names are frozen text: one question each, four tiers and 弃权.

    With ``body`` one more on the committee as a whole, in a section of its own.
    """
    sections = [Section("民主测评", "每人选一档。票上没有你的姓名。", tuple(_questions(names)))]
    if body:
        sections.append(Section("支部班子测评", "", (_question(BODY, BODY_NAME, ""),)))
    return Questionnaire(tuple(sections))


def _questions(names: Iterable[str]) -> Iterable[Question]:
    return (_question(f"c{place}", name, str(place)) for place, name in enumerate(names, 1))


def _question(code: str, name: str, number: str) -> Question:
    choices = (*(Choice(tier.value, tier.label) for tier in Tier), Choice(ABSTAIN, "弃权"))
    return Question(code=code, type=QuestionType.SINGLE, text=name, number=number, choices=choices)


def members_on(questionnaire: Questionnaire) -> dict[str, str]:
    """Code → name of each member on the ballot, in its order; the committee as a body is nobody."""
    return {question.code: question.text for question in questionnaire.asking if question.code != BODY}


def has_body(questionnaire: Questionnaire) -> bool:
    """Whether the ballot asks about the committee as a body too."""
    return questionnaire.question(BODY) is not None


def most_excellent(members: int) -> int:
    """How many may be 优秀 as a rule: a third of the party members, rounded down (domain.md §1.3)."""
    return members // 3


def tally(questionnaire: Questionnaire, sheets: list[Answers], k: int) -> list[tuple[str, str, dict[str, Any]]]:
    """Key, name and counts of each candidate in the order of the ballot; nothing but ``k`` where fewer were handed in."""
    if len(sheets) < k:
        return [("suppressed", "票数太少，不公布", {"k": k})]
    rows = []
    for question in questionnaire.asking:
        votes = Counter(str(sheet.get(question.code, ABSTAIN)) for sheet in sheets)
        counts = {choice.code: votes[choice.code] for choice in question.choices}
        rows.append((f"{TABLE}{question.code}", question.text, {"counts": counts, "n": len(sheets)}))
    return rows

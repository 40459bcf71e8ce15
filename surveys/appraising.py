"""民主评议党员: counting the secret ballot of one branch (domain.md §1.3).

Its publication rule is its own: the votes of each tier for each candidate go to that branch's committee only. Where
everybody votes alike, the counts tell what everybody voted; the promise page says so. Fewer than five voters use paper.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from .models.appraisal import Tier
from .questionnaire import Answers, Choice, Question, Questionnaire, QuestionType, Section

ABSTAIN = "abstain"


def candidates(names: Iterable[str]) -> Questionnaire:
    """The ballot for these candidates, whose names are frozen text: one question each, four tiers and 弃权."""
    choices = (*(Choice(tier.value, tier.label) for tier in Tier), Choice(ABSTAIN, "弃权"))
    questions = tuple(
        Question(code=f"c{place}", type=QuestionType.SINGLE, text=name, number=str(place), choices=choices)
        for place, name in enumerate(names, 1)
    )
    return Questionnaire((Section("民主测评", "每人选一档。票上没有你的姓名。", questions),))


def most_excellent(members: int) -> int:
    """How many may be 优秀 as a rule: a third of the party members, rounded down (domain.md §1.3)."""
    return members // 3


def tally(questionnaire: Questionnaire, sheets: list[Answers], k: int) -> list[tuple[str, str, dict[str, Any]]]:
    """Key, name and counts of each candidate; only the number of ballots where fewer than ``k`` were handed in."""
    if len(sheets) < k:
        return [("suppressed", "票数太少，不公布", {"k": k})]
    rows = []
    for question in questionnaire.asking:
        votes = Counter(str(sheet.get(question.code, ABSTAIN)) for sheet in sheets)
        counts = {choice.code: votes[choice.code] for choice in question.choices}
        rows.append((f"candidate:{question.code}", question.text, {"counts": counts, "n": len(sheets)}))
    return rows

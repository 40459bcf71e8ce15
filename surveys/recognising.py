"""会不会认出人, before the launch: the units that a launch would make and the ages of the roster, handed to the pure rules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from organisations.models import Membership

from .audience import PlannedUnit, asked_of
from .models import Survey
from .publishing import Check, HeadUnit, Rules, identifiability
from .questionnaire import Question

OLDEST = 200
_AGE = re.compile(r"(?<![0-9])[0-9]{2}(?![0-9])")
_BELOW = re.compile("以下|以内|不足|不满|≤|<|＜|小于")
_ABOVE = re.compile("以上|≥|>|＞|大于|满")


def checks_of(survey: Survey, whole: PlannedUnit, day: date) -> list[Check]:
    """What can be published and what not; empty while nothing is asked. One query where an age is asked."""
    if not survey.asked.asking:
        return []
    crosses = tuple((first, second) for first, second in survey.crosses)
    rules = Rules(survey.k, survey.k_comments, survey.k_crosses, crosses)
    return identifiability(survey.asked, list(_units(whole)), attribute_heads(survey, day), rules)


def attribute_heads(survey: Survey, day: date) -> dict[str, dict[str, int]]:
    """Question → choice → people asked, of what the roster knows: ages, where every choice says a span of years."""
    spans = {one.code: found for one in survey.asked.questions if one.attribute and (found := age_spans(one))}
    if not spans:
        return {}
    asked = Membership.objects.filter(asked_of(survey, day))
    ages = Counter(day.year - year for year in asked.values_list("person__birth_year", flat=True) if year is not None)
    return {
        code: {
            choice: sum(ages[age] for age in ages if least <= age <= most) for choice, (least, most) in found.items()
        }
        for code, found in spans.items()
    }


def age_spans(question: Question) -> dict[str, tuple[int, int]]:
    """Choice → the youngest and the oldest that it means; empty unless every choice says it."""
    if "年龄" not in question.text and question.code != "age":
        return {}
    found = {choice.code: _span(choice.text) for choice in question.choices}
    return {code: span for code, span in found.items() if span} if all(found.values()) else {}


def _span(text: str) -> tuple[int, int] | None:
    """The span that a choice means: 35 岁及以下, 36–50 岁, 51 岁以上."""
    ages = [int(age) for age in _AGE.findall(text)]
    if len(ages) == 2:
        return min(ages), max(ages)
    if len(ages) != 1:
        return None
    if _BELOW.search(text):
        return 0, ages[0]
    return (ages[0], OLDEST) if _ABOVE.search(text) else None


def _units(whole: PlannedUnit) -> Iterator[HeadUnit]:
    """The planned tree as numbered units, the numbers as a launch gives them."""
    numbers = {id(unit): number for number, unit in enumerate(whole.walk())}
    parents = {id(child): numbers[id(unit)] for unit in whole.walk() for child in unit.children}
    for unit in whole.walk():
        yield HeadUnit(numbers[id(unit)], unit.name, parents.get(id(unit)), 0, unit.heads)

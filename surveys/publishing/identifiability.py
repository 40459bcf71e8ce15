"""Will people be recognised? Said before the launch, from head-counts alone: which tables a questionnaire makes possible.

The numbers suppose that everybody answers; with fewer answers more is withheld, never less. Of an attribute whose heads are
not known, as many are supposed to have each choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from surveys.questionnaire import Question, Questionnaire

from .breakdowns import LEAST_BLOCK, LEAST_UNIT
from .parts import SPARE, WHOLE, HeadUnit, Part, own_heads, partition
from .rules import Rules

PUBLISH = "publish"
WHOLE_ONLY = "whole_only"
TOO_SMALL = "too_small"
NEVER = "never"
Heads = list[tuple[str, int]]
"""The choices of an attribute in order: text and people."""


@dataclass(frozen=True)
class Check:
    """One table or family of tables: the fewest people behind a figure, what becomes of it, and that in a sentence."""

    title: str
    smallest: int
    verdict: str
    sentence: str


def identifiability(
    questionnaire: Questionnaire,
    units: Sequence[HeadUnit],
    attribute_heads: Mapping[str, Mapping[str, int]],
    rules: Rules,
) -> list[Check]:
    """Return what is and is not possible: the whole, the units, each attribute, each pair of them, attributes by unit.

    `attribute_heads` gives the people asked by code of the attribute and of its choice, as far as the roster knows.
    """
    own = own_heads(units)
    full = [replace(unit, n=own[unit.number]) for unit in units]
    everybody = sum(own.values())
    parts = partition(full, rules.k)
    attributes = [question for question in questionnaire.asking if question.attribute]
    heads = {one.code: _heads(one, attribute_heads.get(one.code, {}), everybody) for one in attributes}
    checks = [_whole(everybody, rules), *_units(parts, units, rules)]
    checks += [_attribute(one, heads[one.code], one.code in attribute_heads, everybody) for one in attributes]
    checks += [_cross(one, two, heads, everybody, rules) for one, two in combinations(attributes, 2)]
    checks += [_by_unit(one, heads[one.code], parts, everybody) for one in attributes]
    return checks


def coarser(heads: Heads, least: int) -> list[list[str]]:
    """Return neighbouring choices put together until each has `least` people; empty where that leaves fewer than two."""
    groups: list[list[str]] = []
    sizes: list[int] = []
    for text, number in heads:
        if sizes and sizes[-1] < least:
            groups[-1].append(text)
            sizes[-1] += number
        else:
            groups.append([text])
            sizes.append(number)
    if len(sizes) > 1 and sizes[-1] < least:
        last, size = groups.pop(), sizes.pop()
        groups[-1] += last
        sizes[-1] += size
    return groups if len(groups) > 1 and sizes[-1] >= least else []


def _whole(everybody: int, rules: Rules) -> Check:
    """The figures of everybody."""
    least = rules.k + SPARE
    if everybody < least:
        return Check("总体，每一题", everybody, TOO_SMALL, f"发放范围不足 {least} 人，结果一张也不能公布")
    return Check("总体，每一题", everybody, PUBLISH, "公布")


def _units(parts: Sequence[Part], units: Sequence[HeadUnit], rules: Rules) -> list[Check]:
    """The figures by unit, level by level."""
    found = []
    level, titles = {WHOLE}, ["各单位，每一题", "各支部，每一题"]
    if len({unit.parent for unit in units} - {None}) < 2:
        titles = titles[1:]
    for title in titles:
        below = [part for part in parts if part.parent in level]
        if not below:
            if any(unit.parent is not None for unit in units):
                found.append(Check(title, 0, TOO_SMALL, f"分开都不足 {rules.k + SPARE} 人，只公布合在一起的结果"))
            break
        found.append(_level(title, below))
        level = {part.key for part in below}
    return found


def _level(title: str, below: Sequence[Part]) -> Check:
    """One level of units."""
    what = title[1:3]
    pooled = sum(part.pooled for part in below if part.pooled)
    apart = sum(1 for part in below if not part.pooled)
    sentence = f"公布 {apart} 个{what}"
    if pooled:
        sentence += f"，{pooled} 个小{what}并入“其他{what}合并”"
    if (smallest := min(part.n for part in below)) < LEAST_BLOCK + SPARE:
        sentence += f"；不足 {LEAST_BLOCK + SPARE} 人的只公布均分和认同程度"
    return Check(title, smallest, PUBLISH, sentence)


def _heads(question: Question, known: Mapping[str, int], everybody: int) -> Heads:
    """The people with each choice; spread evenly where the roster does not know them."""
    even = everybody // max(len(question.choices), 1)
    return [(choice.text, known.get(choice.code, 0) if known else even) for choice in question.choices]


def _attribute(question: Question, heads: Heads, known: bool, everybody: int) -> Check:
    """The figures by one attribute."""
    title = f"{question.text}，每一题"
    smallest = min((number for _, number in heads), default=0)
    guess = "" if known else "（花名册里没有这一项，按各选项人数相同估算）"
    if everybody < LEAST_UNIT:
        return Check(title, smallest, TOO_SMALL, f"发放范围不足 {LEAST_UNIT} 人，不按身份属性分开{guess}")
    if smallest >= LEAST_BLOCK:
        return Check(title, smallest, WHOLE_ONLY, f"只公布总体和 {LEAST_UNIT} 份以上的单位{guess}")
    small = "、".join(f"“{text}”" for text, number in heads if number < LEAST_BLOCK)
    sentence = f"{small}不足 {LEAST_BLOCK} 人，会并入其他选项{_proposal(coarser(heads, LEAST_BLOCK))}{guess}"
    return Check(title, smallest, WHOLE_ONLY if len(heads) > 2 else TOO_SMALL, sentence)


def _cross(one: Question, two: Question, heads: Mapping[str, Heads], everybody: int, rules: Rules) -> Check:
    """The figures by two attributes at once."""
    rows, columns = heads[one.code], heads[two.code]
    smallest = _smallest_cell(rows, columns, everybody)
    title = f"{one.text} × {two.text}"
    wanted = {(one.code, two.code), (two.code, one.code)} & set(rules.crosses)
    if smallest >= rules.k_crosses:
        sentence = "启用后公布总体一张" if wanted else "够数，要公布请在启用前选上"
        return Check(title, smallest, WHOLE_ONLY, sentence)
    sentence = f"少于 {rules.k_crosses} 人，不做这张表{_cross_proposal(one, two, heads, everybody, rules.k_crosses)}"
    return Check(title, smallest, TOO_SMALL, sentence)


def _smallest_cell(rows: Heads, columns: Heads, everybody: int) -> int:
    """The smallest cell to be expected if both attributes have nothing to do with each other."""
    least_row = min((number for _, number in rows), default=0)
    return least_row * min((number for _, number in columns), default=0) // max(everybody, 1)


def _cross_proposal(one: Question, two: Question, heads: Mapping[str, Heads], everybody: int, least: int) -> str:
    """Which neighbouring choices of one attribute would have to go together for a cross to be possible."""
    for question, other in ((one, two), (two, one)):
        fewest = min((number for _, number in heads[other.code]), default=0)
        if fewest and (groups := coarser(heads[question.code], -(-least * everybody // fewest))):
            return _proposal(groups)
    return ""


def _proposal(groups: Sequence[Sequence[str]]) -> str:
    """The choices to put together, as a proposal; empty for none."""
    joined = ["和".join(f"“{text}”" for text in group) for group in groups if len(group) > 1]
    return f"；把{'、把'.join(joined)}合成一项就可以" if joined else ""


def _by_unit(question: Question, heads: Heads, parts: Sequence[Part], everybody: int) -> Check:
    """The figures by attribute and unit at once, which are never offered."""
    least_part = min((part.n for part in parts), default=0)
    smallest = least_part * min((number for _, number in heads), default=0) // max(everybody, 1)
    return Check(f"{question.text} × 单位", smallest, NEVER, "会认出人，系统不提供")

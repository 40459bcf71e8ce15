"""Attributes and crosses before the same attacker: blocks and cells are to him what units are."""

import random

import pytest

from surveys.publishing import HeadUnit, Rules, Table, tables, worlds

from . import attacker
from .attacker import Attack, Place, Subject
from .publishing_made import AGE, POST, STATE, questionnaire

pytestmark = pytest.mark.once

ASKED = questionnaire(AGE, POST, STATE)
UNITS = [HeadUnit(0, "全体", None, 0, 300), HeadUnit(1, "甲", 0, 0, 150), HeadUnit(2, "乙", 0, 0, 150)]
SUBJECT = Subject(3, [frozenset({0}), frozenset({1}), frozenset({2})])
RULES = Rules(crosses=(("age", "post"),))
CHOICES = ("load", "post", "no")


def sheets_of(rng: random.Random) -> list[tuple[int, dict]]:
    """Up to 220 sheets; some blocks and cells agree, or agree but for one."""
    moods = {(age, post): rng.choice(["all", "nearly", "mixed"]) for age in "ymo" for post in "bzw"}
    if rng.random() < 0.5:
        age, mood = rng.choice("ymo"), rng.choice(["all", "nearly"])
        moods |= {(age, post): mood for post in "bzw"}
    sheets, odd = [], set()
    for (age, post), mood in moods.items():
        for _ in range(rng.choice([5, 12, 20, 24, 24])):
            answer = rng.choice(CHOICES) if mood == "mixed" else "load"
            if mood == "nearly" and age not in odd:
                answer = "no"
                odd.add(age)
            sheets.append((rng.choice([1, 1, 2]), {"age": age, "post": post, "state": answer}))
    return sheets


def label_of(table: Table, place: int) -> str:
    return table.payload["blocks"][place]["label"]


def row_of(rows: list[dict]) -> dict | None:
    return next((row for row in rows if row["code"] == "state"), None)


def raw(answers: list[dict]) -> tuple[int, ...]:
    return tuple(sum(one["state"] == choice for one in answers) for choice in CHOICES)


def inside(table: Table, place: int, code: str, texts: dict[str, str], answers: list[dict]) -> list[dict]:
    """The answers in a block, by its label."""
    return [one for one in answers if texts[one[code]] in label_of(table, place).split("、")]


def attacks(found: dict[str, Table], sheets: list[tuple[int, dict]]) -> list[tuple[Attack, dict]]:
    """The whole over the blocks of each attribute; each block over its cells; the unit over its blocks."""
    made = []
    answers = [one for _, one in sheets]
    of_unit = [one for unit, one in sheets if unit == 1]
    for question in (AGE, POST):
        texts = {choice.code: choice.text for choice in question.choices}
        for scope, some in (("all", answers), ("u1", of_unit)):
            table, above = found.get(f"{scope}.attribute.{question.code}"), found.get(f"{scope}.question.state")
            if table and above:
                groups = {
                    f"{at}": (row_of(block["rows"]), inside(table, at, question.code, texts, some))
                    for at, block in enumerate(table.payload["blocks"])
                }
                made.append(attack(above.payload["rows"][0], some, groups))
    return made + crossed(found, answers)


def crossed(found: dict[str, Table], answers: list[dict]) -> list[tuple[Attack, dict]]:
    made = []
    cross, ages, posts = (found.get(f"all.{key}") for key in ("cross.age.post", "attribute.age", "attribute.post"))
    if not cross:
        return []
    of_age = {choice.code: choice.text for choice in AGE.choices}
    of_post = {choice.code: choice.text for choice in POST.choices}
    for row, line in enumerate(cross.payload["cells"]):
        mine = inside(ages, row, "age", of_age, answers)
        groups = {
            f"{column}": (row_of(cell["rows"]) if cell else None, inside(posts, column, "post", of_post, mine))
            for column, cell in enumerate(line)
        }
        made.append(attack(row_of(ages.payload["blocks"][row]["rows"]), mine, groups))
    return made


def attack(above: dict | None, some: list[dict], groups: dict) -> tuple[Attack, dict]:
    """One group and those that make it up; what shows no figure is left over."""
    root = Place("all", frozenset(), [Place(key, frozenset(), []) for key in groups])
    shown = {key: row for key, (row, _) in groups.items() if row}
    counts = {"all": raw(some)} | {key: raw(answers) for key, (_, answers) in groups.items()}
    rows = shown | ({"all": above} if above else {})
    made = Attack(root, {key: sum(one) for key, one in counts.items()}, rows, SUBJECT)
    left = tuple(whole - sum(counts[key][at] for key in shown) for at, whole in enumerate(counts["all"]))
    return made, counts | {"all": left}


def found_in(seed: int) -> tuple[int, list[str]]:
    """How many attacks there were, and what they found."""
    sheets = sheets_of(random.Random(seed))
    found = {table.key: table for table in tables(ASKED, sheets, UNITS, RULES)}
    made = attacks(found, sheets)
    return len(made), [line for one, truth in made for line in attacker.known_of_all(one, truth, 5)]


SEEDS = range(60)


def test_nothing_is_certain_of_anybody_in_a_block_or_cell():
    results = [found_in(seed) for seed in SEEDS]
    assert [found for _, found in results if found] == []
    assert sum(number for number, _ in results) > 40


def test_without_the_audit_he_finds_blocks_that_agree(monkeypatch):
    monkeypatch.setattr(worlds.Worlds, "weak", lambda self, bands, coded, only="": [])
    assert any(found for seed in SEEDS for found in found_in(seed)[1])

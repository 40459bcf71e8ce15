"""A thousand surveys published, and somebody who knows all head-counts and every table: he is certain of nothing."""

import random
from collections import Counter

import pytest

from surveys.publishing import HeadUnit, Rules, Table, figures, parts, tables, worlds
from surveys.questionnaire import Choice, Question, Questionnaire, Section

from . import attacker
from .attacker import Attack, Known, Place, Subject

pytestmark = pytest.mark.once

SINGLE = Question("one", "single", "您赞成吗？", choices=(Choice("a", "甲"), Choice("b", "乙"), Choice("c", "丙")))
SEVERAL = Question("some", "multiple", "您参加过哪些？", choices=(Choice("x", "学习"), Choice("y", "志愿服务")))
SCALE = Question("scale", "scale", "我的意见会被认真对待")
ASKED = Questionnaire((Section("", "", (SINGLE, SEVERAL, SCALE)),))
SCORES = (1, 2, 3, 4, 5)
SUBJECTS = (
    ("one", Subject(3, [frozenset({0}), frozenset({1}), frozenset({2})])),
    ("some#x", Subject(2, [frozenset({0}), frozenset({1})])),
    ("some#y", Subject(2, [frozenset({0}), frozenset({1})])),
    ("scale", Subject(5, [frozenset({4})], SCORES)),
    ("scale", Subject(5, [frozenset({3, 4})], SCORES)),
    ("scale", Subject(5, [frozenset({0})], SCORES)),
)
K = 5


def a_tree(rng: random.Random) -> list[HeadUnit]:
    """A tree of depth 1 to 3 with 2 to 12 leaves of 1 to 14 people."""
    leaves = rng.randint(2, 12)
    inner = rng.choice([0, 0, rng.randint(1, 4)])
    parents = [0] * inner
    rows = [
        (leaf, rng.choice(range(1, inner + 1)) if inner else 0, rng.randint(1, 14)) for leaf in range(10, 10 + leaves)
    ]
    if inner > 2 and rng.random() < 0.4:
        parents[-1] = 1
    heads = Counter()
    for _, parent, number in rows:
        while parent:
            heads[parent] += number
            parent = parents[parent - 1]
    total = sum(number for _, _, number in rows)
    units = [HeadUnit(0, "全体", None, 0, total)]
    units += [
        HeadUnit(at + 1, f"单位{at + 1}", parent, 0, heads[at + 1])
        for at, parent in enumerate(parents)
        if heads[at + 1]
    ]
    return units + [HeadUnit(leaf, f"支部{leaf}", parent, 0, number) for leaf, parent, number in rows]


def answers_of(rng: random.Random, units: list[HeadUnit]) -> list[tuple[int, dict]]:
    """Answers: in some units everybody agrees, or all but one; some units answer in full, some not at all."""
    inner = {unit.parent for unit in units}
    mood = rng.choice(["mixed", "all", "one", "nearly"])
    sheets = []
    for unit in units:
        if unit.number in inner:
            continue
        taking = rng.choice([unit.heads, unit.heads, sum(rng.random() < 0.8 for _ in range(unit.heads)), 0])
        agree = mood == "one" or rng.random() < 0.5
        weights = [1, 0, 0] if agree or mood == "all" else [rng.random() for _ in range(3)]
        scale = [0, 0, 0, 0, 1] if agree else [rng.random() for _ in range(5)]
        for at in range(taking):
            odd = mood == "nearly" and at == 0
            sheets.append((unit.number, an_answer(rng, [0, 1, 0] if odd else weights, scale)))
    return sheets


def an_answer(rng: random.Random, weights: list[float], scale: list[float]) -> dict:
    answers = {"one": rng.choices("abc", weights)[0], "scale": rng.choices("12345", scale)[0]}
    answers["some"] = ["x"] if weights[0] == 1 else rng.sample("xy", rng.randint(1, 2))
    if rng.random() < 0.1:
        answers["one"] = "refused"
    return answers


def raw(key: str, answers: list[dict]) -> tuple[int, ...]:
    """How many chose each option, counted anew."""
    if "#" in key:
        chosen = [key[-1] in one["some"] for one in answers]
        return sum(chosen), len(chosen) - sum(chosen)
    return tuple(sum(one[key] == option for one in answers) for option in ("abc" if key == "one" else "12345"))


def row_of(table: Table, key: str) -> dict:
    """The published row; of several choices the one of `key` alone."""
    (row,) = table.payload["rows"]
    if "#" in key:
        return row | {"choices": [choice for choice in row["choices"] if choice["code"] == key[-1]]}
    return row


class Case:
    """One random survey, published, and what the attacker finds."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)
        self.units = a_tree(rng)
        self.sheets = answers_of(rng, self.units)
        self.tables = tables(ASKED, self.sheets, self.units, Rules())
        self.responses = {table.part: table.payload for table in self.tables if table.kind == "response"}
        self.known = [Known(unit.number, unit.parent, unit.heads) for unit in self.units]
        self.is_published = any(table.kind == "suppressed" for table in self.tables)

    @property
    def root(self) -> Place:
        return attacker.places(self.known, list(self.responses))

    def found(self) -> list[str]:
        """Everything the attacker is certain of."""
        if not self.is_published:
            return []
        truth = Counter(unit for unit, _ in self.sheets)
        found = attacker.taking_part(self.root, self.known, self.responses, K, truth)
        for key, subject in SUBJECTS:
            found += self._found(key, subject)
        return found

    def undone(self) -> list[str]:
        """Where an exact count can be had behind a coded share."""
        if not self.is_published:
            return []
        found = []
        for key, subject in SUBJECTS[:3]:
            attack, counts = self._attack(key, subject)
            found += attacker.undone(attack, counts)
        return found

    def _found(self, key: str, subject: Subject) -> list[str]:
        attack, counts = self._attack(key, subject)
        truth = {}
        for atom in attack.atoms():
            inside = [counts[child.key] for child in attack.shown(atom)]
            truth[atom.key] = tuple(map(lambda whole, *some: whole - sum(some), counts[atom.key], *inside))
        return attacker.known_of_all(attack, truth, K)

    def _attack(self, key: str, subject: Subject) -> tuple[Attack, dict[str, tuple[int, ...]]]:
        """The attack on one question, and what was really answered in each part."""
        code = key.partition("#")[0]
        shown = [table for table in self.tables if table.kind == "question" and table.payload["code"] == code]
        rows = {table.part: row_of(table, key) for table in shown}
        rows = {part: row for part, row in rows.items() if row["choices"] or subject.scores}
        root = self.root
        counts = {place.key: self._raw(key, place.leaves) for place in root.walk()}
        return Attack(root, {part: sum(one) for part, one in counts.items()}, rows, subject), counts

    def _raw(self, key: str, leaves: frozenset[int]) -> tuple[int, ...]:
        return raw(key, [answers for unit, answers in self.sheets if unit in leaves])


def found_in(seeds: range) -> dict[int, list[str]]:
    """What the attacker finds, by seed."""
    return {seed: found for seed in seeds if (found := Case(seed).found())}


def test_nothing_is_certain_of_anybody_in_a_thousand_surveys():
    assert found_in(range(1000)) == {}


def test_no_exact_count_can_be_had_behind_a_coded_share():
    assert {seed: found for seed in range(200) if (found := Case(seed).undone())} == {}


def test_the_thousand_surveys_publish_something():
    cases = [Case(seed) for seed in range(100)]
    assert sum(case.is_published for case in cases) > 90
    assert sum(len(case.responses) for case in cases) > 400
    assert sum(table.kind == "question" for case in cases for table in case.tables) > 700


def test_without_the_audit_he_finds_who_agrees(monkeypatch):
    monkeypatch.setattr(worlds.Worlds, "weak", lambda self, bands, coded, only="": [])
    found = [line for some in found_in(range(60)).values() for line in some]
    assert any("chose" in line for line in found)
    assert any("took part" in line for line in found)


def test_without_the_audit_a_coding_is_undone(monkeypatch):
    monkeypatch.setattr(worlds.Worlds, "weak", lambda self, bands, coded, only="": [])
    assert any(Case(seed).undone() for seed in range(60))


def test_without_a_joining_sibling_he_finds_small_units(monkeypatch):
    def apart(node, key, k, found):
        for child in node.children:
            if not child.direct and not child.too_small(k):
                found.append(parts.Part(f"u{child.number}", child.name, key, child.leaves, child.n))
                apart(child, f"u{child.number}", k, found)

    monkeypatch.setattr(parts, "_below", apart)
    found = [line for some in found_in(range(60)).values() for line in some]
    assert any("exactly" in line for line in found)


def test_without_spare_people_he_finds_that_all_took_part(monkeypatch):
    monkeypatch.setattr(parts, "SPARE", 0)
    assert any("all 5 took part" in line for some in found_in(range(60)).values() for line in some)


def test_plain_figures_at_the_ends_would_tell(monkeypatch):
    """Coding is needed besides the audit: with neither, unanimous units stand there for everybody to read."""

    def plain(count, base, precision):
        step = figures.SHARE_STEPS.get(precision, 25)
        percent = (200 * count + step * base) // (2 * step * base) * step
        return figures.Share(percent, percent - step / 2, percent + step / 2, f"{percent}%")

    monkeypatch.setattr(figures, "share", plain)
    monkeypatch.setattr(worlds.Worlds, "weak", lambda self, bands, coded, only="": [])
    found = [line for some in found_in(range(40)).values() for line in some]
    assert any(": all" in line and "chose" in line for line in found)


def test_the_attacker_counts_worlds_right():
    """By hand: of two parts with 5 and 5 answers, 10 of 10 in all, each part is certain; with 9 neither is."""
    root = Place("all", frozenset({1, 2}), [Place("u1", frozenset({1}), []), Place("u2", frozenset({2}), [])])
    bases = {"all": 10, "u1": 5, "u2": 5}
    free = {"percent": None, "low": 0, "high": 100, "label": "—"}

    def row(percent: float) -> dict:
        share = {"percent": percent, "low": percent, "high": percent + 0.1, "label": ""}
        return {"choices": [{"share": share}, {"share": free}], "favourable": None, "mean": None}

    def certain(percent: float) -> list[str]:
        blank = {"choices": [{"share": free}, {"share": free}], "favourable": None, "mean": None}
        attack = Attack(root, bases, {"all": row(percent), "u1": blank, "u2": blank}, SUBJECTS[1][1])
        return attacker.known_of_all(attack, {"all": (0, 0), "u1": (5, 0), "u2": (5, 0)}, K)

    assert certain(100) == ["u2: all 5 chose [0]", "u1: all 5 chose [0]"]
    assert certain(90) == []

"""What proves a line: kinds of activity whose names stand in its words, talks, inspections, else a line of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from programmes.models import ActivityKind, Requirement

from ..models import Proof
from ..wording import BETWEEN, RECORDS

# What offices call a kind besides its name, by its code. A code that this installation does not have is passed over.
ALSO = {
    "branch-meeting": "支部党员大会 党员大会 三会一课",
    "committee-meeting": "支部委员会会议 支部委员会 支委会 三会一课",
    "group-meeting": "党小组会 三会一课",
    "party-lecture": "党课 三会一课",
    "leader-lecture": "领导干部讲党课 领导讲党课 班子成员讲党课",
    "secretary-lecture": "书记讲党课 书记带头讲党课 讲专题党课",
    "theme-party-day": "主题党日 党日活动 固定党日",
    "study-centre-session": "中心组学习 理论学习中心组 中心组",
    "youth-study-session": "青年理论学习",
    "organisational-life-meeting": "组织生活会",
    "democratic-appraisal": "民主评议党员 民主评议",
    "party-group-review": "专题研究机关党建 专题研究党建 专题研究",
    "secretary-review": "述职评议 书记述职 述职评议考核",
    "thought-analysis-meeting": "思想状况分析 思想动态分析 思想分析 分析研判",
    "organ-committee-meeting": "机关党委会议 机关党委会",
    "case-education": "警示教育 案例教育 典型案例教育",
    "double-check-in": "双报到",
    "small-matters": "关键小事",
    "pairing-service": "包保服务 包保",
    "field-visit": "走访调研",
    "political-birthday": "政治生日",
    "oath-renewal": "重温入党誓词 入党誓词",
    "red-site-visit": "红色教育基地",
    "centralised-training": "集中培训 集中轮训",
    "exemplar-talk": "事迹宣讲 典型宣讲",
    "volunteer-service": "志愿服务",
}
TALKS = re.compile(r"谈心谈话|谈心|谈话")
INSPECTIONS = re.compile(r"党建督查|督查|督导检查|检查指导")


@dataclass(frozen=True)
class Rule:
    """A requirement in force, as a line may name it."""

    code: str
    name: str
    level: str
    cadence: str
    minimum: int
    kinds: frozenset[int]


@dataclass(frozen=True)
class Proven:
    """The proof of a line; ``guessed``: nothing in the file says it."""

    proof: str
    kinds: tuple[ActivityKind, ...] = ()
    guessed: bool = True
    unknown: tuple[str, ...] = ()


@dataclass
class Book:
    """All kinds and rules, read once for a file."""

    kinds: list[ActivityKind]
    rules: list[Rule]
    callings: list[tuple[str, ActivityKind]] = field(default_factory=list)

    @classmethod
    def read(cls, today: date) -> Book:
        """As they stand today: three statements."""
        kinds = list(ActivityKind.objects.select_related("line"))
        rows = Requirement.objects.in_force(today).filter(organisation=None, is_active=True).prefetch_related("kinds")
        rules = [
            Rule(
                row.code,
                str(row.name),
                row.level,
                row.cadence,
                row.minimum,
                frozenset(one.pk for one in row.kinds.all()),
            )
            for row in rows
        ]
        book = cls(kinds, rules)
        book.callings = sorted(book._callings(), key=lambda one: -len(one[0]))  # the longer name first
        return book

    def _callings(self) -> Iterable[tuple[str, ActivityKind]]:
        for kind in (one for one in self.kinds if one.active):
            for word in {kind.name, *ALSO.get(kind.code, "").split()}:
                yield word, kind

    def rule(self, code: str) -> Rule | None:
        """The rule of this code."""
        return next((rule for rule in self.rules if rule.code == code), None)

    def proof_written(self, text: str, codes: Iterable[str]) -> Proven | None:
        """What a file of the product says: 活动记录：党课；主题党日. None for other words."""
        written = text.replace("\n", "").strip()
        for proof in Proof:
            if written == proof.label and proof != Proof.KINDS:
                return Proven(proof, guessed=False)
        if not written.startswith(RECORDS):
            return None
        names = [name.strip() for name in written.removeprefix(RECORDS).split(BETWEEN) if name.strip()]
        named = {kind.name: kind for kind in self.kinds}
        kinds = tuple(named[name] for name in names if name in named)
        unknown = tuple(name for name in names if name not in named)
        if not held_at(kinds, codes):
            return None
        return Proven(Proof.KINDS, kinds, guessed=False, unknown=unknown)

    def proof_guessed(self, words: str, codes: Iterable[str]) -> Proven:
        """What the words of a line speak of."""
        kinds = tuple(self._kinds_in(words, frozenset(codes)))
        if kinds:
            return Proven(Proof.KINDS, kinds)
        if TALKS.search(words):
            return Proven(Proof.TALKS)
        return Proven(Proof.INSPECTIONS if INSPECTIONS.search(words) else Proof.TEXT)

    def _kinds_in(self, words: str, codes: frozenset[str]) -> list[ActivityKind]:
        """The kinds that are named and that somebody at these levels holds; a name within a longer one is not its own."""
        rest, found = words.replace("\n", ""), {}
        lengths = sorted({len(word) for word, _ in self.callings}, reverse=True)
        for length in lengths:
            here = [(word, kind) for word, kind in self.callings if len(word) == length and word in rest]
            for _, kind in here:
                if codes.intersection(kind.levels):
                    found[kind.pk] = kind
            for word, _kind in here:
                rest = rest.replace(word, "|")
        return [kind for kind in self.kinds if kind.pk in found]

    def rule_for(self, kinds: Sequence[ActivityKind], rhythm: str, times: int, codes: Iterable[str]) -> Rule | None:
        """The rule that asks for the same, as often, of the same level; None unless there is exactly one."""
        own = {kind.pk for kind in kinds}
        fitting = [
            rule
            for rule in self.rules
            if own
            and own <= rule.kinds
            and rule.cadence == rhythm
            and rule.minimum == times
            and rule.level in set(codes)
        ]
        return fitting[0] if len(fitting) == 1 else None


def held_at(kinds: Sequence[ActivityKind], codes: Iterable[str]) -> bool:
    """Whether somebody at these levels holds one of them."""
    wanted = set(codes)
    return any(wanted.intersection(kind.levels) for kind in kinds)

"""The rules that the product ships, read from `rulebook.toml`: requirements, and when a unit needs help.

Pure: dataclasses only. `loading.py` turns the requirements into rows; the board reads the help rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .article import LEVELS, Article, shipped_article
from .entries import Entry, read_document, unique
from .periods import Cadence
from .titles import unknown_placeholders

RULEBOOK = Path(__file__).with_name("rulebook.toml")

# What each help rule counts; its reason may name these figures and words.
HELP_RULES = {
    "vacant_secretary": ("months", frozenset({"post", "months"})),
    "same_requirement_overdue": ("periods", frozenset({"requirement", "periods"})),
    "exemption_undecided": ("workdays", frozenset({"requirement", "period", "workdays"})),
}


@dataclass(frozen=True)
class RequirementEntry:
    """One rule: what a level of organisation must hold, how often, and where it is written."""

    code: str
    name: str
    line: str
    level: str
    kinds: tuple[str, ...]
    cadence: Cadence
    minimum: int
    min_full_members: int
    needs_committee: bool
    has_groups: bool
    due_days_before_end: int
    basis: str
    remind_before: tuple[int, ...]


@dataclass(frozen=True)
class HelpRule:
    """When a unit stands among 需要帮助的单位, why in words, and what one could do.

    `threshold` is in months, periods or working days, as the code says.
    """

    code: str
    threshold: int
    reason: str
    suggestion: str


@dataclass(frozen=True)
class Rulebook:
    """The whole file, checked."""

    requirements: tuple[RequirementEntry, ...]
    help_rules: tuple[HelpRule, ...]

    def help_rule(self, code: str) -> HelpRule:
        """The help rule with this code; all three are always there."""
        return next(rule for rule in self.help_rules if rule.code == code)


def read_rulebook(article: Article, path: Path = RULEBOOK) -> Rulebook:
    """The file as dataclasses, its lines and kinds checked against the article.

    Raises EntryError with a sentence that names the entry at fault.
    """
    whole = read_document(path)
    ladders = _ladders(whole.table("remind_before"))
    requirements = tuple(_requirement(entry, article, ladders) for entry in whole.tables("requirement"))
    help_rules = tuple(_help_rule(entry) for entry in whole.tables("help"))
    whole.finish()
    unique((requirement.code for requirement in requirements), f"{path.name}，requirement")
    unique((rule.code for rule in help_rules), f"{path.name}，help")
    missing = set(HELP_RULES) - {rule.code for rule in help_rules}
    if missing:
        raise whole.refuse(f"缺少 help {'、'.join(sorted(missing))}")
    return Rulebook(requirements, help_rules)


@cache
def shipped_rulebook() -> Rulebook:
    """The rules that the product ships, read once in a process."""
    return read_rulebook(shipped_article())


def _ladders(entry: Entry) -> dict[str, tuple[int, ...]]:
    """Days before the due day on which to remind, by cadence."""
    ladders = {cadence.value: entry.numbers(cadence.value) for cadence in Cadence}
    entry.finish()
    return ladders


def _requirement(entry: Entry, article: Article, ladders: dict[str, tuple[int, ...]]) -> RequirementEntry:
    cadence = Cadence(entry.choice("cadence", [cadence.value for cadence in Cadence]))
    requirement = RequirementEntry(
        code=entry.text("code"),
        name=entry.text("name"),
        line=entry.choice("line", article.line_codes),
        level=entry.choice("level", LEVELS),
        kinds=entry.texts("kinds", article.kind_codes),
        cadence=cadence,
        minimum=entry.number("minimum", least=1),
        min_full_members=entry.number("min_full_members", default=0),
        needs_committee=entry.flag("needs_committee"),
        has_groups=entry.flag("has_groups"),
        due_days_before_end=entry.number("due_days_before_end", default=0),
        basis=entry.text("basis"),
        remind_before=entry.numbers("remind_before", default=ladders[cadence]),
    )
    entry.finish()
    _check(entry, requirement, article)
    return requirement


def _check(entry: Entry, requirement: RequirementEntry, article: Article) -> None:
    """Refuse a rule that could never be met, or that is due before its period begins."""
    holders = {level for kind in article.kinds if kind.code in requirement.kinds for level in kind.levels}
    if requirement.level not in holders:
        raise entry.refuse("所列类别都不由这一层级举办")
    if requirement.due_days_before_end >= requirement.cadence.months * 28:
        raise entry.refuse("到期日早于期间开始")


def _help_rule(entry: Entry) -> HelpRule:
    code = entry.choice("code", list(HELP_RULES))
    unit, words = HELP_RULES[code]
    rule = HelpRule(code, entry.number(unit, least=1), entry.text("reason"), entry.text("suggestion"))
    entry.finish()
    if unknown_placeholders(rule.reason, words) or unknown_placeholders(rule.suggestion, words):
        raise entry.refuse(f"只能用占位 {'、'.join(sorted(words))}")
    return rule

"""What the pages of 要求 show: the table of rules, and one rule with its history and what a change would do."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from auditlog.models import LogEntry
from django.db.models import F, Q

from organisations.models import Level, Organisation, Person
from organisations.permissions import Act

from .compliance import Met, met_now
from .forms.requirement import TermsForm
from .models import Obligation, Requirement
from .ruling import homes
from .terms import Change, changes, remind_words
from .trial import Trial


@dataclass
class RuleLine:
    """One rule of the table: the row that holds now, or that will, and what follows it."""

    row: Requirement
    then: Requirement | None
    met: Met | None
    editable: bool
    tightenable: bool

    @property
    def newest(self) -> Requirement:
        """The row that a change would replace."""
        return self.then or self.row

    @property
    def reminds(self) -> str:
        """21、7 天和当天."""
        return remind_words(self.row.remind_before)

    @property
    def unit(self) -> str:
        """个党支部."""
        return f"个{Level(self.row.level).label}"

    @property
    def then_says(self) -> str:
        """What will be asked from the next change on."""
        if self.then is None:
            return ""
        said = f"{self.then.sentence()}，{self.then.who()}" if self.then.is_active else "停用"
        return f"{self.then.since.month}月{self.then.since.day}日起：{said}"


class RuleTable:
    """All rules that the reader may see, in the order of pillars and lines, an organ's own behind the common one."""

    def __init__(self, reader: Person, today: date) -> None:
        self.reader = reader
        self.today = today

    @property
    def may_add(self) -> bool:
        """Whether the reader writes the rules of the whole system."""
        return self.reader.may(Act.EDIT_PROGRAMMES, today=self.today)

    @cached_property
    def _rows(self) -> list[Requirement]:
        lasting = (
            Requirement.objects.visible_to(self.reader)
            .filter(Q(until=None) | Q(until__gt=self.today))
            .exclude(until=F("since"))
        )
        return list(lasting.select_related("line", "organisation").order_by("since", "pk"))

    @cached_property
    def lines(self) -> list[RuleLine]:
        """The table's lines."""
        rows: dict[tuple[str, int | None], list[Requirement]] = defaultdict(list)
        first: dict[str, int] = {}
        for row in self._rows:
            rows[row.code, row.organisation_id].append(row)
            first[row.code] = min(row.pk, first.get(row.code, row.pk))
        met = met_now(Obligation.objects.visible_to(self.reader, self.today), self.today)
        own = set() if self.may_add else {home.pk for home in homes(self.reader, self.today)}
        lines = [self._line(chain, met, any((chain[0].code, pk) not in rows for pk in own)) for chain in rows.values()]
        return sorted(lines, key=lambda line: _place(line.row, first[line.row.code]))

    def _line(self, chain: list[Requirement], met: dict[int, Met], room: bool) -> RuleLine:
        row = chain[0]
        then = chain[-1] if len(chain) > 1 else None
        newest = then or row
        if row.organisation is None:
            editable, tightenable = self.may_add, room and newest.is_active
        else:
            editable, tightenable = self.reader.may(Act.EDIT_RULES, row.organisation, self.today), False
        figure = met.get(row.pk, Met()) if row.is_active and row.since <= self.today else None
        return RuleLine(row, then, figure, editable and newest.until is None, tightenable)

    @property
    def count(self) -> int:
        """How many hold today."""
        return sum(1 for line in self.lines if line.row.is_active and line.row.since <= self.today)

    @cached_property
    def last_change(self) -> tuple[Person, datetime | None] | None:
        """Who wrote a rule last, and when; None while all are as they came."""
        written = (
            Requirement.objects.visible_to(self.reader).filter(written_by__isnull=False).select_related("written_by")
        )
        row = written.order_by("-pk").first()
        if row is None:
            return None
        noted = LogEntry.objects.filter(
            content_type__app_label="programmes", content_type__model="requirement", object_id=row.pk
        )
        return row.written_by, noted.order_by("timestamp").values_list("timestamp", flat=True).first()


def _place(row: Requirement, first: int) -> tuple[object, ...]:
    return (row.line.pillar, row.line.order, first, row.organisation.path if row.organisation else "")


@dataclass(frozen=True)
class Version:
    """One way in which a rule was written."""

    row: Requirement
    today: date

    @property
    def when(self) -> str:
        """2026年12月起, 2025年1月至今, 2024年1月至12月."""
        since, until = self.row.since, self.row.until
        first = f"{since.year}年{since.month}月"
        if until == since:
            return f"{first}{'停用' if not self.row.is_active else '（没有用上）'}"
        if until is None:
            return f"{first}{'起' if since > self.today else '至今'}"
        last = date.fromordinal(until.toordinal() - 1)
        return f"{first}至{'' if last.year == since.year else f'{last.year}年'}{last.month}月"

    @property
    def says(self) -> str:
        """党支部，每月至少 1 次，提前 7 天和当天提醒."""
        if not self.row.is_active:
            return "停用" if self.row.until is None else ""
        ladder = remind_words(self.row.remind_before)
        return (
            f"{self.row.who()}，{self.row.sentence()}，{ladder if not self.row.remind_before else f'提前 {ladder}提醒'}"
        )

    @property
    def note(self) -> str:
        """Who wrote it and why, or where it came from."""
        said = [str(self.row.written_by) if self.row.written_by else "初始规则", self.row.reason]
        waits = self.row.since > self.today and self.row.until != self.row.since
        return "，".join([part for part in said if part] + (["待执行"] if waits else []))


class RulePage:
    """The page of one rule that is being written. ``own`` is the organ whose rule it is, if it is not the common one."""

    def __init__(self, form: TermsForm, *, code: str, own: Organisation | None) -> None:
        self.form = form
        self.code = code
        self.own = own

    @cached_property
    def trial(self) -> Trial | None:
        """What it would do; None while the sentence is not in order."""
        outcome = self.form.outcome()
        if outcome is None:
            return None
        terms, since = outcome
        return Trial(terms, since, self.code, self.own, self.form.person, self.form.today)

    @cached_property
    def changes(self) -> list[Change]:
        """What is written otherwise than in the row it starts from."""
        return changes(self.form.old, self.trial.terms) if self.trial and self.form.row else []

    @cached_property
    def more(self) -> int:
        """How many organisations more (negative: fewer) than so far."""
        return self.trial.more_than(self.form.old) if self.trial and self.form.row else 0

    @property
    def fewer(self) -> int:
        """The same, as a positive number of those that fall away."""
        return -self.more

    @cached_property
    def history(self) -> list[Version]:
        """Every way in which this rule was written, newest first."""
        rows = Requirement.objects.filter(code=self.code, organisation=self.own).select_related("written_by")
        return [Version(row, self.form.today) for row in rows.order_by("-since", "-pk")]

    @cached_property
    def above(self) -> Requirement | None:
        """The common rule, beside an organ's own."""
        if self.own is None:
            return None
        return Requirement.objects.filter(code=self.code, organisation=None, until=None).first()

"""该办的事: what an organisation owes now and what is overdue, as the rows of the desk's table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from organisations import scoping
from organisations.models import Organisation, Person
from organisations.permissions import Act
from programmes.fitting import Fitting, fittings, log_query
from programmes.models import Obligation, ObligationState
from programmes.periods import Cadence, Period, period_of
from reminders.nearness import SOON

from .squares import Strip, year_strip

MAKE_UP = "补办"
# What is overdue is shown for a year; what is older stands on the board.
REACH = timedelta(days=366)
# What is no longer to be done, and stands folded at the end.
QUIET = (ObligationState.DONE, ObligationState.LATE, ObligationState.EXEMPT)


@dataclass(frozen=True)
class Link:
    """A way on from a row."""

    label: str
    url: str


@dataclass(frozen=True)
class DueRow:
    """One obligation as a line of the table."""

    name: str
    rule: str
    strip: Strip
    state: str
    word: str
    left: SafeString
    links: tuple[Link, ...]
    quiet: bool


class Dues:
    """The obligations of ``nodes`` (an organisation with its groups, or an organ's own levels), as of ``today``."""

    def __init__(self, person: Person, host: Organisation, nodes: Iterable[Organisation], today: date) -> None:
        self.person = person
        self.host = host
        self.nodes = {node.pk: node for node in nodes}
        self.today = today

    # --- the rows

    @cached_property
    def _obligations(self) -> list[Obligation]:
        """Those of this year for the strips, and what is overdue from before. One query."""
        year = period_of(self.today, Cadence.YEAR)
        begun = Obligation.objects.filter(organisation__in=self.nodes).begun(self.today)
        overdue = Q(
            pk__in=Obligation.objects.filter(organisation__in=self.nodes)
            .overdue(self.today)
            .filter(due_on__gte=self.today - REACH)
        )
        rows = begun.filter(Q(starts_on__gte=year.starts_on) | overdue)
        return list(rows.order_by("due_on", "-starts_on", "organisation__path", "pk"))

    @cached_property
    def _rules(self) -> dict[int, Fitting]:
        """The requirements by pk. Asked for apart: a join would build one for each of a hundred rows."""
        return fittings(row.requirement_id for row in self._obligations)

    @cached_property
    def _states(self) -> dict[int, ObligationState]:
        """The state of each, worked out once: the table asks many times."""
        return {row.pk: row.state(self.today) for row in self._obligations}

    @cached_property
    def _spans(self) -> dict[int, Period]:
        return {row.pk: row.span for row in self._current}

    @cached_property
    def _log_url(self) -> str:
        return reverse("activity-log")

    @cached_property
    def _ask_url(self) -> str:
        return reverse("exemption-ask")

    @cached_property
    def _current(self) -> list[Obligation]:
        """What belongs on the desk: periods that run, what is overdue, and what waits for an answer."""
        unsettled = (ObligationState.OVERDUE, ObligationState.PENDING)
        return [row for row in self._obligations if row.ends_on > self.today or self._states[row.pk] in unsettled]

    @cached_property
    def _strips(self) -> dict[tuple[int, str], Strip]:
        rows: dict[tuple[int, str], list[Obligation]] = defaultdict(list)
        for row in self._obligations:
            rows[row.organisation_id, row.code].append(row)
        return {key: year_strip(same, self._cadence(same), self.today) for key, same in rows.items()}

    def _cadence(self, rows: list[Obligation]) -> Cadence:
        """The cadence of the latest of ``rows``."""
        return self._rules[max(rows, key=lambda row: row.starts_on).requirement_id].cadence

    @cached_property
    def open_rows(self) -> list[DueRow]:
        """What is to be done or can still be made up for, by day; what waits for an answer among it."""
        return [self._row(row) for row in self._current if self._states[row.pk] not in QUIET and not self._is_old(row)]

    @cached_property
    def old_rows(self) -> list[DueRow]:
        """What is overdue for longer than the following period: kept apart, so that it does not bury what can be done."""
        return [self._row(row) for row in self._current if self._is_old(row)]

    @property
    def nothing_open(self) -> bool:
        """Whether all that is left to show is what is done."""
        return not self.open_rows and not self.old_rows

    @property
    def makes_up(self) -> bool:
        """Whether 补办 is offered somewhere."""
        return any(link.label == MAKE_UP for row in self.open_rows for link in row.links)

    def _is_old(self, row: Obligation) -> bool:
        return self._states[row.pk] == ObligationState.OVERDUE and not self._can_be_made_up(row)

    def _can_be_made_up(self, row: Obligation) -> bool:
        """Whether the period after it still lasts."""
        return self._spans[row.pk].next().ends_on > self.today

    @cached_property
    def quiet_rows(self) -> list[DueRow]:
        """What is done, or does not apply."""
        return [self._row(row) for row in self._current if self._states[row.pk] in QUIET]

    # --- the sentence

    @cached_property
    def states(self) -> list[ObligationState]:
        """The states of all rows."""
        return [self._states[row.pk] for row in self._current]

    @property
    def overdue(self) -> int:
        """How many are overdue."""
        return self.states.count(ObligationState.OVERDUE)

    @cached_property
    def this_month(self) -> list[Obligation]:
        """Those that fall due this month."""
        month = period_of(self.today, Cadence.MONTH)
        return [row for row in self._current if month.contains(row.due_on)]

    @property
    def lacking(self) -> int:
        """How many of them are still to be held in time."""
        return sum(self._states[row.pk] == ObligationState.DUE for row in self.this_month)

    # --- one row

    def _row(self, row: Obligation) -> DueRow:
        state = self._states[row.pk]
        css, word = self._word(row, state)
        return DueRow(
            name=self._rules[row.requirement_id].name,
            rule=self._rule(row),
            strip=self._strips[row.organisation_id, row.code],
            state=css,
            word=word,
            left=self._left(row, state),
            links=tuple(self._links(row, state)),
            quiet=state in QUIET,
        )

    def _rule(self, row: Obligation) -> str:
        """11月，每月 1 次; for a group or an organ's other node its name: 10月，第二党小组."""
        own = row.organisation_id == self.host.pk
        where = f"每{self._cadence([row]).label} {row.needed} 次" if own else self.nodes[row.organisation_id].name
        done = f"，已办 {row.done} 次" if 0 < row.done < row.needed else ""
        return f"{span_label(self._spans[row.pk], self.today)}，{where}{done}"

    def _word(self, row: Obligation, state: ObligationState) -> tuple[str, str]:
        """(name of the state as it is drawn, word)."""
        if state == ObligationState.DUE:
            near = "soon" if (row.due_on - self.today).days <= SOON else "todo"
            return near, f"还差 {row.missing} 次" if row.done else "待开展"
        return {
            ObligationState.OVERDUE: ("late", "已逾期"),
            ObligationState.DONE: ("done", "已完成"),
            ObligationState.LATE: ("done", "已补办"),
            ObligationState.EXEMPT: ("off", "不适用"),
            ObligationState.PENDING: ("off", "申请待答复"),
        }[state]

    def _left(self, row: Obligation, state: ObligationState) -> SafeString:
        """剩 10 天, 超 20 天, or the day on which it was done."""
        days = (row.due_on - self.today).days
        if state == ObligationState.OVERDUE:
            return format_html('<span class="is-late">超 <span class="num">{}</span> 天</span>', -days)
        if state == ObligationState.DUE:
            return format_html('剩 <span class="num">{}</span> 天', days) if days else mark_safe("今天到期")
        if row.done_on:
            return format_html('<span class="muted">{}月{}日</span>', row.done_on.month, row.done_on.day)
        return mark_safe("")

    def _links(self, row: Obligation, state: ObligationState) -> Iterable[Link]:
        path = self.nodes[row.organisation_id].path
        if state in (ObligationState.EXEMPT, ObligationState.PENDING):
            yield Link("查看", reverse("exemption-list"))
        elif state in QUIET:
            yield Link("查看", self._records_url(row))
        else:
            if scoping.may(self.person, Act.LOG, path, self.today):
                yield from self._ways_to_record(row, state)
            if scoping.may(self.person, Act.ASK_EXEMPTION, path, self.today):
                yield Link("不适用", f"{self._ask_url}?obligation={row.pk}")

    def _ways_to_record(self, row: Obligation, state: ObligationState) -> Iterable[Link]:
        """记录; for what is overdue 补记 what was held in time, and 补办 now, as long as the next period lasts."""
        query = log_query(self._rules[row.requirement_id].codes, row.organisation_id)
        if state != ObligationState.OVERDUE:
            yield Link("记录", f"{self._log_url}?{urlencode(query)}")
            return
        yield Link("补记", f"{self._log_url}?{urlencode({**query, 'within': row.period})}")
        if self._can_be_made_up(row):
            yield Link(MAKE_UP, f"{self._log_url}?{urlencode({**query, 'makes_up_for': row.pk})}")

    def _records_url(self, row: Obligation) -> str:
        """The records of the period: of the kind, where only one counts."""
        codes = self._rules[row.requirement_id].codes
        kind = {"kind": codes[0]} if len(codes) == 1 else {}
        return f"{reverse('activity-list')}?{urlencode({'organisation': row.organisation_id, 'period': row.period, **kind})}"


def span_label(span: Period, today: date) -> str:
    """11月; of another year 2025年12月."""
    return span.label if span.year == today.year else span.full_label

"""需要帮助的单位: who is on the list follows three written rules (``programmes/rulebook.toml``), never a score.

One cause and one suggestion each; where two rules speak, the first in the file. Three queries, and one for the working
calendar where somebody waits for an answer, however many units there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone

from organisations import scoping
from organisations.models import Appointment, Level, Organisation
from programmes.compliance import owed_by
from programmes.models import Exemption, ExemptionState, Obligation
from programmes.periods import Cadence, Period, parse
from programmes.rulebook import HelpRule, shipped_rulebook
from reminders.workdays import WorkCalendar

from .columns import Column


@dataclass(frozen=True)
class Need:
    """One organisation, by its key: why it is listed, and what one could do."""

    organisation: int
    reason: str
    suggestion: str

    @classmethod
    def by(cls, rule: HelpRule, organisation: int, **words: object) -> Need:
        """What ``rule`` says of an organisation, its placeholders filled in."""
        return cls(organisation, rule.reason.format(**words), rule.suggestion.format(**words))


def needs(organisation: Organisation, today: date, rules: Iterable[Column]) -> list[Need]:
    """The organisations in need at ``organisation`` and below it, each once. ``rules`` are all requirements."""
    found = {
        "vacant_secretary": _vacant,
        "same_requirement_overdue": partial(_overdue_again, {column.code: column for column in rules}),
        "exemption_undecided": _undecided,
    }
    listed: dict[int, Need] = {}
    for rule in shipped_rulebook().help_rules:
        for need in found[rule.code](rule, organisation, today):
            listed.setdefault(need.organisation, need)
    return list(listed.values())


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; the last of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = Period(Cadence.MONTH, year, month + 1).last_day
    return last.replace(day=min(day.day, last.day))


def months_between(start: date, end: date) -> int:
    """How many whole months have passed from ``start`` to ``end``."""
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def _open(today: date) -> Q:
    """Condition: the organisation of the row exists today."""
    return Q(organisation__closed_on__isnull=True) | Q(organisation__closed_on__gt=today)


def _vacant(rule: HelpRule, organisation: Organisation, today: date) -> Iterator[Need]:
    """Nobody has headed it since the last one left. Where no head was ever entered, the roster is unfinished: that is no
    vacancy. A group's leader is the branch's affair.
    """
    limit = months_before(today, rule.threshold)
    heads = Appointment.objects.filter(post__is_head=True)
    later = heads.filter(organisation=OuterRef("organisation")).filter(Q(until__isnull=True) | Q(until__gt=limit))
    left = (
        heads.filter(
            _open(today), scoping.under(organisation.path, "organisation__path"), ~Exists(later), until__lte=limit
        )
        .exclude(organisation__level=Level.GROUP)
        .order_by("until", "pk")
        .values_list("organisation", "post__name", "until")
    )
    last = {row[0]: row for row in left}
    for pk, post, until in last.values():
        yield Need.by(rule, pk, post=post, months=months_between(until, today))


def _overdue_again(
    rules: Mapping[str, Column], rule: HelpRule, organisation: Organisation, today: date
) -> Iterator[Need]:
    """The last so many due days of a requirement all passed without it being held."""
    by_days: dict[tuple[date, ...], list[str]] = defaultdict(list)
    for code, column in rules.items():
        by_days[tuple(islice(column.passed_due_days(today), rule.threshold))].append(code)
    recent = Q(pk__in=[])
    for days, codes in by_days.items():
        recent |= Q(due_on__in=days) & Q(code__in=codes)
    # The days on their own once more, and no name: so the index of unmet rows answers alone.
    all_days = {day for days in by_days for day in days}
    runs = (
        owed_by(organisation)
        .overdue(today)
        .filter(recent, _open(today), due_on__in=all_days)
        .values_list("organisation", "code")
        .annotate(periods=Count("*"))
        .filter(periods__gte=rule.threshold)
        .order_by("organisation", "code")
    )
    for pk, code, periods in runs:
        yield Need.by(rule, pk, requirement=rules[code].name, periods=periods)


def _undecided(rule: HelpRule, organisation: Organisation, today: date) -> Iterator[Need]:
    """It asked that a requirement does not apply, and nobody has answered for so many working days."""
    spoken_of = Obligation.objects.filter(
        organisation=OuterRef("organisation"), code=OuterRef("code"), starts_on=OuterRef("since")
    )
    asked = list(
        Exemption.objects.filter(scoping.under(organisation.path, "organisation__path"), state=ExemptionState.ASKED)
        .order_by("asked_at", "pk")
        .values_list("organisation", "name", "since", "asked_at", Subquery(spoken_of.values("period")[:1]))
    )
    # The calendar is read only where somebody waits.
    calendar = WorkCalendar.around(today) if asked else WorkCalendar({})
    for pk, name, since, asked_at, key in asked:
        workdays = calendar.workdays_between(timezone.localdate(asked_at), today)
        if workdays >= rule.threshold:
            period = parse(key).label if key else f"{since.month}月起"
            yield Need.by(rule, pk, requirement=name, period=period, workdays=workdays)

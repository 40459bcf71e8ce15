"""Writing rules: add, replace, tighten for one organ, retire.

Rows are closed, never edited. A change takes effect on a first day on which both the old rule and the new begin a period;
a row that had not begun by then is closed empty (``until`` = ``since``) and stays visible. What is owed is opened anew in
the same transaction.

An organ writes its own row under the same code, never looser than the rule above it. When a rule above becomes stricter
than what an organ wrote, the organ's row ends the day the new one begins, and its history says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace as with_values
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from organisations import paths, scoping
from organisations.models import Level, Organisation, Person
from organisations.models.organisation import OrganisationQuerySet
from organisations.permissions import Act

from .models import ActivityKind, Line, Requirement
from .models.requirement import RequirementQuerySet
from .opening import open_periods
from .periods import period_of
from .terms import Terms, changes, first_days, looser, problems

PERSON = "person"  # the origin of what a person wrote; the loader of the rulebook leaves it alone
OVERTAKEN = "上级的规定改得更严，本级的写法到此为止。"


@transaction.atomic
def add(
    *,
    name: str,
    line: Line,
    kinds: Iterable[ActivityKind],
    terms: Terms,
    since: date,
    reason: str,
    by: Person,
    today: date,
) -> Requirement:
    """A new rule for the whole system. ValidationError by field; PermissionDenied but for the work committee."""
    if not by.may(Act.EDIT_PROGRAMMES, today=today):
        raise PermissionDenied
    kinds = list(kinds)
    _check(terms, since, today, None)
    if not any(terms.level in kind.levels for kind in kinds):
        raise ValidationError({"kinds": f"所选类别都不由{Level(terms.level).label}举办，这条要求没有办法完成。"})
    if Requirement.objects.filter(organisation=None, until=None, name=name).exists():
        raise ValidationError({"name": "已经有一条同名的要求，请在那一条上改。"})
    row = terms.row(code=_free_code(kinds[0], terms), name=name, line=line, organisation=None)
    return _write(row, kinds, since=since, reason=reason, by=by, today=today)


@transaction.atomic
def replace(
    requirement: Requirement, terms: Terms, *, since: date, reason: str, by: Person, today: date
) -> Requirement:
    """Close the row and write its successor from ``since`` on. ValidationError by field, also if somebody was faster."""
    row = _claim(requirement, by)
    _check(terms, since, today, row)
    if row.is_active and not changes(Terms.of(row), terms):
        raise ValidationError("和现在的写法一样，没有可改的。")
    if row.organisation is not None:
        _check_strictness(row.code, row.organisation, terms, since)
    _close(row, since)
    new = terms.row(code=row.code, name=row.name, line=row.line, organisation=row.organisation)
    return _write(new, row.kinds.all(), since=since, reason=reason, by=by, today=today)


@transaction.atomic
def tighten(
    above: Requirement, organisation: Organisation, terms: Terms, *, since: date, reason: str, by: Person, today: date
) -> Requirement:
    """Write the organ's own, stricter row of a common rule. ValidationError by field, also if it has one already."""
    common = _locked(above)
    if organisation not in homes(by, today):
        raise PermissionDenied
    if common.until is not None or common.organisation_id is not None:
        raise ValidationError(stale_sentence(common))
    if Requirement.objects.filter(code=common.code, organisation=organisation, until=None).exists():
        raise ValidationError(f"{organisation}已经写过这一条，请在那一条上改。")
    _check(terms, since, today, common)
    if Requirement.objects.filter(code=common.code, organisation=organisation, until__gt=since).exists():
        raise ValidationError({"since": f"{organisation}上一次的写法到那一天还没有结束，请选晚一期。"})
    _check_strictness(common.code, organisation, terms, since)
    if not changes(with_values(Terms.of(common), basis=terms.basis), terms):
        raise ValidationError("和上级的规定一样，不用再写。")
    new = terms.row(code=common.code, name=common.name, line=common.line, organisation=organisation)
    return _write(new, common.kinds.all(), since=since, reason=reason, by=by, today=today)


@transaction.atomic
def retire(requirement: Requirement, *, reason: str, by: Person, today: date) -> Requirement:
    """Ask it no longer from the next period on. Returns the row that says so, with the reason.

    For a common rule that row holds the place of its code; for an organ's own it is empty: the rule above speaks again.
    """
    row = _claim(requirement, by)
    if not row.is_active:
        raise ValidationError("这一条已经停用了。")
    if not reason.strip():
        raise ValidationError({"reason": "请写一句为什么停用。"})
    since = first_days(Terms.of(row).cadence, today, row)[0]
    _close(row, since)
    until = since if row.organisation_id else None
    last = Terms.of(row).row(
        code=row.code, name=row.name, line=row.line, organisation=row.organisation, is_active=False, until=until
    )
    return _write(last, row.kinds.all(), since=since, reason=reason, by=by, today=today)


def homes(person: Person, today: date) -> OrganisationQuerySet:
    """The organs for which ``person`` may write rules of their own: where his post is, never the work committee."""
    grants = [grant.path for grant in scoping.grants_of(person, today) if grant.covers(Act.EDIT_RULES, grant.path)]
    return (
        Organisation.objects.manageable_by(person, Act.EDIT_RULES, today)
        .filter(path__in=grants)
        .exclude(level=Level.WORK_COMMITTEE)
    )


def successor(row: Requirement) -> Requirement | None:
    """The row that people may change now, of the same code and organisation; None where there is none any more."""
    return (
        Requirement.objects.filter(code=row.code, organisation=row.organisation, until=None)
        .select_related("written_by")
        .first()
    )


def stale_sentence(row: Requirement) -> str:
    """What the second of two people hears."""
    new = successor(row)
    if new is None:
        return "这一条已经停用了，请回到要求页看看。"
    who = f"由{new.written_by}" if new.written_by else "有人"
    return f"你打开以后，这一条刚刚{who}改过，你写的还没有保存。请看过新的写法再改。"


def rules_above(code: str, organisation: Organisation, since: date) -> RequirementQuerySet:
    """The common row and the rows of organisations above that hold on ``since`` or later, nearest first."""
    above = Q(organisation=None) | Q(organisation__path__in=paths.prefixes(organisation.path)[:-1])
    lasting = Requirement.objects.filter(Q(until=None) | Q(until__gt=since), above, code=code).exclude(until=F("since"))
    return lasting.select_related("organisation").order_by(F("organisation__path").desc(nulls_last=True), "since")


def _claim(requirement: Requirement, by: Person) -> Requirement:
    """The row, locked, and still the one to change."""
    row = _locked(requirement)
    if not Requirement.objects.manageable_by(by).filter(pk=row.pk).exists():
        raise PermissionDenied
    if row.until is not None:
        raise ValidationError(stale_sentence(row))
    return row


def _locked(requirement: Requirement) -> Requirement:
    """The row as it stands, read behind a lock on all open rows of its code: common and local ones are weighed together."""
    open_rows = Requirement.objects.filter(code=requirement.code, until=None)
    list(open_rows.select_for_update(no_key=True).order_by("pk"))
    return Requirement.objects.select_related("line", "organisation").get(pk=requirement.pk)


def _check(terms: Terms, since: date, today: date, row: Requirement | None) -> None:
    """Refuse what could not be kept, and a day on which something would be asked twice or lost."""
    found = problems(terms)
    days = first_days(terms.cadence, today, row)
    # Any later day that begins the same periods will do; the form offers the next few.
    if since not in days and not (since > days[-1] and _begins(since, terms, row)):
        found["since"] = f"最早从 {_words(days[0])}起：新旧两种写法都在这一天换期，不会重复要求，也不会漏。"
    if found:
        raise ValidationError(found)


def _begins(day: date, terms: Terms, row: Requirement | None) -> bool:
    cadences = [terms.cadence, *([Terms.of(row).cadence] if row else [])]
    return all(period_of(day, cadence).starts_on == day for cadence in cadences)


def _words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _check_strictness(code: str, organisation: Organisation, terms: Terms, since: date) -> None:
    """Refuse less than the nearest rule above asks on ``since``, and less than those above will ask later."""
    above = [row for row in rules_above(code, organisation, since) if row.is_active]
    if not above:
        raise ValidationError("上级现在没有这一条，不用写得更严。")
    found: dict[str, str] = {}
    for row in above:
        found = looser(terms, Terms.of(row)) | found
    if found:
        raise ValidationError(found)


def _free_code(kind: ActivityKind, terms: Terms) -> str:
    """A code that says what and how often, and that no row has had: sports-meet-year, sports-meet-year-2."""
    stem = f"{kind.code}-{terms.cadence.value}"
    taken = set(Requirement.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number = 1
    while (code := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return code


def _close(row: Requirement, since: date) -> None:
    """End the row where its successor begins."""
    row.until = max(since, row.since)
    row.save(update_fields=["until"])


def _write(
    row: Requirement, kinds: Iterable[ActivityKind], *, since: date, reason: str, by: Person, today: date
) -> Requirement:
    """Save the new row, end what it overtakes below, and open what is owed anew."""
    kinds = list(kinds)
    row.since, row.reason, row.written_by, row.origin = since, reason.strip(), by, PERSON
    row.full_clean(exclude=["organisation", "line", "remind_before"], validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as twice:
        raise ValidationError("刚刚有人写了同一条，请回到要求页看看。") from twice
    row.kinds.set(kinds)
    if row.is_active:
        _end_looser(row, by)
    open_periods(today)
    return row


def _end_looser(row: Requirement, by: Person) -> None:
    """Rows below that ask less than the new one end the day it begins; an empty row tells why."""
    for below in overtaken(row):
        below.until = max(row.since, below.since)
        below.save(update_fields=["until"])
        trace = Terms.of(below).row(
            code=row.code, name=row.name, line=row.line, organisation=below.organisation, is_active=False
        )
        trace.since = trace.until = below.until
        trace.reason, trace.written_by, trace.origin = OVERTAKEN, by, PERSON
        trace.save()


def overtaken(row: Requirement) -> list[Requirement]:
    """The organs' own rows of the code that still hold when ``row`` begins and ask less than it."""
    below = Requirement.objects.filter(
        Q(until=None) | Q(until__gt=row.since), code=row.code, is_active=True, organisation__isnull=False
    )
    below = below.exclude(until=F("since")).select_related("organisation")
    if row.organisation is not None:
        below = below.filter(scoping.under(row.organisation.path, "organisation__path")).exclude(
            organisation=row.organisation
        )
    return [one for one in below if looser(Terms.of(one), Terms.of(row))]

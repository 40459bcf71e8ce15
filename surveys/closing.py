"""Closing: mixed for the last time, counted once into the fixed tables, and everything that knew of ballots destroyed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from organisations import scoping
from organisations.models import Person

from . import appraising, keys, publishing, sealing
from .handing_in import lock
from .models import (
    Comment,
    DeskMark,
    DropBox,
    Part,
    ReleasedTable,
    Sheet,
    SpentBallot,
    State,
    Survey,
    SurveyKind,
)
from .publishing.masking import mask
from .questionnaire import Answers

WHOLE = "all"


def close_due(now: datetime) -> int:
    """Close every survey whose time is over; return how many."""
    due = Survey.objects.filter(launched_at__isnull=False, closed_at__isnull=True, closes_at__lte=now)
    return sum(close(survey, now=now) for survey in due)


def close(survey: Survey, *, now: datetime) -> bool:
    """Make the tables of ``survey`` and destroy marks, spent ballots and key; False if it is not time or was done already.

    Counting takes seconds and stands outside the transaction, so that nobody waits for it. Whatever was handed in meanwhile, by
    somebody who was let in at the last second, starts it anew.
    """
    if survey.state(now) != State.CLOSING:
        return False
    while True:
        sealing.mix(survey, whole=True)
        made = _made(survey)
        with transaction.atomic():
            row = Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
            if row.closed_at is not None:
                return False
            lock(row, shared=False)
            if DropBox.objects.filter(survey=row).exists():
                continue
            _finish(row, made, now)
            break
    keys.destroy(survey)
    # A transaction around us, if there is one, must end first.
    transaction.on_commit(sealing.sweep)
    survey.refresh_from_db()
    return True


@dataclass
class Made:
    """What closing keeps."""

    parts: list[Part]
    tables: list[ReleasedTable]
    comments: list[Comment]


def _made(survey: Survey) -> Made:
    """Everything that is to be published, from the mixed sheets."""
    return _appraisal(survey) if survey.kind == SurveyKind.APPRAISAL else _tables(survey)


def _finish(survey: Survey, made: Made, now: datetime) -> None:
    """Keep what was made, count the ballots and destroy what knew of them."""
    _count_ballots(survey)
    Part.objects.bulk_create(made.parts)
    ReleasedTable.objects.bulk_create(made.tables)
    Comment.objects.bulk_create(made.comments)
    for model in (DeskMark, SpentBallot):
        model.objects.filter(survey=survey).delete()
    survey.closed_at = now
    survey.save(update_fields=["closed_at"])


def _count_ballots(survey: Survey) -> None:
    """Write down how many ballots went out and were used, for the whole; a unit's own numbers only where more were used than went out.

    That would show a key holder who stuffed the box (anonymity.md §6.8); anything finer would tell how many of a few took part.
    """
    leaves = list(survey.units.filter(is_leaf=True))
    marks = Counter(DeskMark.objects.filter(survey=survey).values_list("unit", flat=True))
    spent = Counter(SpentBallot.objects.filter(survey=survey).values_list("unit", flat=True))
    out = {leaf.number: marks[leaf.number] + leaf.slips_printed + leaf.slips_replaced for leaf in leaves}
    for leaf in leaves:
        if spent[leaf.number] > out[leaf.number]:
            leaf.ballots_out, leaf.ballots_spent = out[leaf.number], spent[leaf.number]
            leaf.save(update_fields=["ballots_out", "ballots_spent"])
    whole = survey.units.get(number=0)
    whole.ballots_out, whole.ballots_spent = sum(out.values()), sum(spent.values())
    whole.save(update_fields=["ballots_out", "ballots_spent"])


def _sheets(survey: Survey) -> Iterator[tuple[int, Answers]]:
    """Every sheet: its unit and its answers. The database's own random order; nothing else is known of it."""
    return Sheet.objects.filter(survey=survey, part="").values_list("unit", "payload").iterator()


def _head_units(survey: Survey, answered: Counter[int]) -> list[publishing.HeadUnit]:
    """The tree of reporting units with people and answers; answers lie in leaves."""
    units = list(survey.units.select_related("parent"))
    return [
        publishing.HeadUnit(
            unit.number, unit.name, unit.parent.number if unit.parent else None, answered[unit.number], unit.heads
        )
        for unit in units
    ]


def rules_of(survey: Survey) -> publishing.Rules:
    """The thresholds that the launch froze."""
    return publishing.Rules(
        k=survey.k,
        k_comments=survey.k_comments,
        k_crosses=survey.k_crosses,
        crosses=tuple((first, second) for first, second in survey.crosses),
    )


def _tables(survey: Survey) -> Made:
    sheets = list(_sheets(survey))
    units = _head_units(survey, Counter(unit for unit, _ in sheets))
    rules = rules_of(survey)
    parts = publishing.partition(units, rules.k)
    tables = [
        ReleasedTable(
            survey=survey,
            key=table.key,
            part=table.part,
            kind=table.kind,
            title=table.title[:200],
            order=order,
            payload=table.payload,
        )
        for order, table in enumerate(publishing.tables(survey.asked, sheets, units, rules))
    ]
    return Made(_parts(survey, parts), tables, _comments(survey, units, parts))


def _parts(survey: Survey, parts: list[publishing.Part]) -> list[Part]:
    """The published parts; one that is a single unit points to it, so that the unit's people find it."""
    by_key = {"all" if unit.number == 0 else f"u{unit.number}": unit for unit in survey.units.all()}
    return [
        Part(
            survey=survey,
            key=part.key,
            name=part.name,
            parent=part.parent,
            order=order,
            leaves=sorted(part.leaves),
            unit=by_key.get(part.key),
        )
        for order, part in enumerate(parts)
    ]


def _comments(survey: Survey, units: list[publishing.HeadUnit], parts: list[publishing.Part]) -> list[Comment]:
    """Publishable comments, masked and shuffled, at the lowest level that has enough of them."""
    rows = list(Sheet.objects.filter(survey=survey).exclude(part="").values_list("unit", "part", "payload"))
    names = _names(survey) if rows else set()
    masked = [(unit, question, mask(text, names)) for unit, question, text in rows]
    heads, chance = publishing.heads_of(parts, units), random.SystemRandom()
    return [
        Comment(survey=survey, part=part, question=question, text=text)
        for part, question, texts in publishing.comment_pools(masked, parts, heads, rules_of(survey), chance)
        for text in texts
    ]


def _names(survey: Survey) -> set[str]:
    """The names on the roster of the audience, to be masked wherever a comment holds one."""
    inside = scoping.under(survey.organisation.path, "memberships__organisation__path")
    return set(Person.objects.filter(inside).values_list("name", flat=True))


def _appraisal(survey: Survey) -> Made:
    """The tier counts of each candidate, for the branch's committee alone (its own publication rule)."""
    counted = appraising.tally(survey.asked, [answers for _, answers in _sheets(survey)], survey.k)
    whole = survey.units.get(number=0)
    tables = [
        ReleasedTable(survey=survey, key=key, part=WHOLE, kind="appraisal", title=title, order=order, payload=payload)
        for order, (key, title, payload) in enumerate(counted)
    ]
    return Made([Part(survey=survey, key=WHOLE, name=whole.name, leaves=[0], unit=whole)], tables, [])

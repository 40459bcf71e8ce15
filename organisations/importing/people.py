"""The roster as a subject of imports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..models.importing import ImportRow, ImportSubject, Verdict
from .fields import PEOPLE_FIELDS
from .matching import Entry, Match, Matcher
from .people_comparing import PLACE, Comparing, in_words
from .people_undoing import TakingBack
from .people_writing import Writing
from .roll import Known, Roll
from .subject import Context, Field, Judged, Progress, Reading

TOLD_EVERY = 200


class People:
    """The roster as a subject of imports."""

    code = str(ImportSubject.PEOPLE)
    title = str(ImportSubject.PEOPLE.label)
    fields: Sequence[Field] = PEOPLE_FIELDS

    def judge(self, readings: Sequence[Reading], context: Context, progress: Progress) -> list[Judged]:
        """Compare all rows with the roster: one line each, then those who are on the roster and not in the file."""
        comparing = Comparing(context)
        problems = {reading.number: comparing.problem(reading) for reading in readings}
        entries = {reading.number: comparing.entry(reading) for reading in readings}
        sound = [entry for entry in entries.values() if not problems[entry.number]]
        matches = Matcher(comparing.roll).match(sound)
        judged = []
        for done, reading in enumerate(readings):
            match = matches.get(reading.number) or Match(Verdict.REFUSED, why=problems[reading.number])
            judged.append(_judge(reading, match, comparing))
            if done % TOLD_EVERY == 0:
                progress(done)
        return judged + _missing(comparing.roll, list(entries.values()), matches)

    def write(self, rows: Sequence[ImportRow], context: Context) -> set[int]:
        """Write the rows within the caller's transaction. Returns the organisations to be told about."""
        return Writing(rows, context).write()

    def take_back(self, rows: Iterable[ImportRow], context: Context) -> set[int]:
        """Take back what is still as it was written. Returns the organisations to be told about."""
        return TakingBack(list(rows)).take_back()


def _judge(reading: Reading, match: Match, comparing: Comparing) -> Judged:
    """The verdict about one row: by whom it means, and whether what it says can be so."""
    judged = Judged(match.verdict, reading.number, reading.cells, reading.values, why=match.why)
    if match.verdict == Verdict.NEW:
        judged.why = comparing.plan_new(reading).refusal
    elif match.known is not None:
        plan = comparing.plan(reading, match.known)
        judged.target, judged.changes, judged.why = match.known.pk, plan.changes, plan.refusal
        judged.verdict = Verdict.CHANGED if plan.changes else Verdict.SAME
    elif match.verdict == Verdict.SUSPICIOUS:
        judged.candidates = [known.pk for known in match.candidates]
        judged.decision = match.suggestion
        judged.target = judged.candidates[0] if match.suggestion == "this" else None
        judged.changes = [
            change | {"whom": str(known.pk)}
            for known in match.candidates
            for change in comparing.plan(reading, known).changes
        ]
        return judged
    if judged.why:
        judged.verdict, judged.changes = Verdict.REFUSED, []
    return judged


def _missing(roll: Roll, entries: Sequence[Entry], matches: Mapping[int, Match]) -> list[Judged]:
    """Those on the roster whom no row means or may mean, in the branches that the file names; in the order of the tree."""
    named = {entry.family for entry in entries if entry.unit}
    meant = {match.known.pk for match in matches.values() if match.known}
    meant |= {known.pk for match in matches.values() for known in match.candidates}
    # A row that is refused still says that its person is on the list.
    refused = [entry for entry in entries if entry.number not in matches or matches[entry.number].why]
    numbers = {entry.staff_no for entry in refused if entry.staff_no}
    names = {(entry.name, entry.family) for entry in refused}
    order = {pk: place for place, pk in enumerate(roll.units)}
    missing = [
        (order[known.unit.pk], known.pk, known)
        for known in roll.people.values()
        if known.unit
        and known.family in named
        and known.pk not in meant
        and known.staff_no not in numbers
        and not names & {(known.name, known.family), (known.name, None)}
    ]
    return [_gone(known) for *_, known in sorted(missing, key=lambda one: one[:2])]


def _gone(known: Known) -> Judged:
    label = in_words("category", known.category)
    cells = {"name": known.name, PLACE: known.where, "category": label}
    return Judged(Verdict.MISSING, cells=cells, target=known.pk, why=f"{known.where}，{label}")

"""A duty list in a file: what the product ships, or one's own written in the same way, and the draft that it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.db import transaction

from organisations.models import Organisation, Person, Post
from programmes.entries import Entry, EntryError, read_document
from programmes.models import ActivityKind, Line, Programme

from .drafting import add_lines
from .editions import begin, seat
from .models import Duty, DutyList, DutyType, Proof, Rhythm
from .presets import DEFAULT, Preset, preset_choices, preset_named, seats_of

DUTIES = Path(__file__).with_name("duties.toml")


@dataclass(frozen=True)
class DutyEntry:
    """One line, with its level and post by name."""

    level: str
    post: str
    category: str
    type: str
    line: str
    content: str
    measure: str
    standard: str
    basis: str
    rhythm: str
    times: int
    deadline: date | None
    proof: str
    kinds: tuple[str, ...]
    requirement: str


@dataclass(frozen=True)
class ListEntry:
    """The whole file, checked as far as it can be without a database."""

    title: str
    note: str
    programme: str
    preset: Preset
    duties: tuple[DutyEntry, ...]


def read_list(path: Path = DUTIES) -> ListEntry:
    """The file as dataclasses. Raises EntryError with a sentence that names the entry at fault."""
    whole = read_document(path)
    title, note, programme = whole.text("title"), whole.text("note", default=""), whole.text("programme", default="")
    preset = _preset(whole)
    duties = tuple(_duty(entry, preset) for entry in whole.tables("duty"))
    whole.finish()
    if not duties:
        raise whole.refuse("一项责任也没有")
    return ListEntry(title, note, programme, preset, duties)


@cache
def shipped_list() -> ListEntry:
    """The list that the product ships, read once in a process."""
    return read_list()


def _preset(whole: Entry) -> Preset:
    """A shipped preset by its code, or the levels and posts that the file writes itself."""
    levels, posts = seats_of(whole)
    if not levels and not posts:
        return preset_named(whole.choice("preset", [code for code, _ in preset_choices()], default=DEFAULT))
    if not levels or not posts:
        raise whole.refuse("自己写级和岗的，[[level]] 和 [[post]] 都要写")
    return Preset("", "", "", levels, posts)


def _duty(entry: Entry, preset: Preset) -> DutyEntry:
    requirement = entry.text("requirement", default="")
    kinds = entry.texts("kinds")
    bound = bool(requirement or kinds)
    duty = DutyEntry(
        level=entry.choice("level", [level.name for level in preset.levels]),
        post=entry.choice("post", [post.name for post in preset.posts]),
        category=entry.text("category", default=""),
        type=entry.choice("type", DutyType.values),
        line=entry.text("line", default=""),
        content=entry.text("content"),
        measure=entry.text("measure", default=""),
        standard=entry.text("standard", default=""),
        basis=entry.text("basis", default=""),
        # With a requirement the rhythm is taken from there.
        rhythm=entry.choice("rhythm", Rhythm.values, default=Rhythm.YEAR if requirement else None),
        times=entry.number("times", default=1, least=1),
        deadline=_day(entry),
        proof=entry.choice("proof", Proof.values, default=Proof.KINDS if bound else None),
        kinds=kinds,
        requirement=requirement,
    )
    entry.finish()
    if bound != (duty.proof == Proof.KINDS):
        raise entry.refuse("写了 kinds 或 requirement 的，佐证就是活动记录；没写的，写明 proof")
    return duty


def _day(entry: Entry) -> date | None:
    """A date in words of the file: 2026-06-30."""
    written = entry.text("deadline", default="")
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as error:
        raise entry.refuse("deadline 应写成 2026-06-30") from error


@transaction.atomic
def draft_from(
    entry: ListEntry, organisation: Organisation, *, title: str = "", by: Person | None, now: datetime, today: date
) -> DutyList:
    """A draft for ``organisation`` with the levels, posts and lines of a file. EntryError if it names what is not there."""
    _check_posts(entry.preset)
    draft = begin(organisation, preset=DEFAULT, title=title or entry.title, by=by, now=now)
    draft.levels.all().delete()
    draft.posts.all().delete()
    seat(draft, entry.preset.levels, entry.preset.posts)
    draft.note, draft.is_sample = entry.note, entry == shipped_list()
    draft.programme = Programme.objects.filter(code=entry.programme, year__lte=today.year).order_by("-year").first()
    draft.save(update_fields=["note", "is_sample", "programme"])
    add_lines(draft, _Rows(draft).lines(entry), by=by, today=today)
    return draft


def _check_posts(preset: Preset) -> None:
    known = set(Post.objects.values_list("code", flat=True))
    missing = sorted({code for post in preset.posts for code in post.posts} - known)
    if missing:
        raise EntryError(f"没有这些职务：{'、'.join(missing)}。先在后台加上，或者运行 load_posts。")


class _Rows:
    """Turns lines of a file into unsaved rows of a draft."""

    def __init__(self, draft: DutyList) -> None:
        self.draft = draft
        self.levels = {level.name: level for level in draft.levels.all()}
        self.posts = {post.name: post for post in draft.posts.all()}
        self.line_rows = {line.code: line for line in Line.objects.all()}
        self.kinds = {kind.code: kind for kind in ActivityKind.objects.all()}

    def lines(self, entry: ListEntry) -> list[tuple[Duty, list[ActivityKind]]]:
        """Each line with its kinds."""
        return [self._line(number, duty) for number, duty in enumerate(entry.duties, start=1)]

    def _line(self, number: int, duty: DutyEntry) -> tuple[Duty, list[ActivityKind]]:
        unknown = [code for code in duty.kinds if code not in self.kinds]
        if duty.line and duty.line not in self.line_rows:
            unknown.insert(0, duty.line)
        if unknown:
            raise EntryError(f"第 {number} 项“{duty.content[:20]}”：没有 {'、'.join(unknown)}。")
        row = Duty(
            duty_list=self.draft,
            category=duty.category,
            level=self.levels[duty.level],
            post=self.posts[duty.post],
            type=duty.type,
            line=self.line_rows.get(duty.line),
            content=duty.content,
            measure=duty.measure,
            standard=duty.standard,
            basis=duty.basis,
            rhythm=duty.rhythm,
            times=duty.times,
            deadline=duty.deadline,
            proof=duty.proof,
            requirement_code=duty.requirement,
        )
        return row, [self.kinds[code] for code in duty.kinds]

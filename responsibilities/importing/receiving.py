"""The acts on one import: receiving the file, saying what its columns are and who is meant, making the draft, forgetting it.

Nothing but the import's own row is written before ``confirm``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import PurePath

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from organisations.models import Organisation, Person
from organisations.permissions import Act

from .. import editions
from ..drafting import add_lines
from ..models import DutyImport, DutyList
from .checking import Check
from .columns import check_columns
from .naming import SeatNames, of_list, of_preset
from .reading import MOST_BYTES, open_lists
from .tables import FileTable, find_seats, names_of, seat_columns, stored, use

LONGEST_NAME = 120
LONGEST_TITLE = 120
DONE = "这个文件已经导入过了。"
GONE = "这个文件刚刚被删掉了。"
CHANGED = "核对以后又有变动，下面是现在的样子，请再看一遍。"


def names_for(record: DutyImport) -> SeatNames:
    """The levels and posts among which the ways of writing choose."""
    return of_list(record.revises) if record.revises is not None else of_preset(record.preset)


def receive(
    upload: UploadedFile,
    *,
    organisation: Organisation,
    preset: str,
    revises: DutyList | None,
    title: str,
    header_row: int | None,
    by: Person,
    now: datetime,
) -> DutyImport:
    """Read the file and guess what is in it. ValidationError {"file" or "header_row": …}, PermissionDenied."""
    _check_keeper(by, organisation)
    if revises is not None:
        _check_revised(revises, organisation)
    name = short_name(upload.name or "")
    record = DutyImport(
        organisation=organisation,
        revises=revises,
        preset="" if revises else preset,
        title=_title(title, revises, name),
        file_name=name,
        by=by,
        received_at=now,
    )
    try:
        tables = stored(open_lists(upload.read(MOST_BYTES + 1), name, header_row=header_row))
    except ValidationError as refusal:
        raise refusal if hasattr(refusal, "error_dict") else ValidationError({"file": refusal.messages}) from refusal
    record.content, record.tables = {"tables": tables}, names_of(tables)
    use(record, record.tables[0], names_for(record))
    record.save()
    return record


def _check_keeper(by: Person, organisation: Organisation) -> None:
    if not by.may(Act.EDIT_DUTIES, organisation):
        raise PermissionDenied


def _check_revised(revises: DutyList, organisation: Organisation) -> None:
    if revises.organisation_id != organisation.pk:
        raise ValidationError("只能修订本单位的清单。")
    if revises.is_draft:
        raise ValidationError("还没有发布的草稿，直接改就行，不用修订。")


def short_name(name: str) -> str:
    """The last part of a file's name, shortened before its ending."""
    path = PurePath(name.replace("\\", "/"))
    return (path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix)[:LONGEST_NAME]


def _title(title: str, revises: DutyList | None, file_name: str) -> str:
    """As typed; else that of the edition before, else the name of the file."""
    return title.strip() or (revises.title if revises else "") or PurePath(file_name).stem[:LONGEST_TITLE] or "责任清单"


def _open(record: DutyImport, by: Person) -> DutyImport:
    """The row as it is now, locked, while there is still something to decide. ValidationError, PermissionDenied."""
    row = _locked(record, by)
    if row.made_id is not None:
        raise ValidationError(DONE)
    return row


def _locked(record: DutyImport, by: Person) -> DutyImport:
    rows = DutyImport.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation", "revises")
    try:
        row = rows.get(pk=record.pk)
    except DutyImport.DoesNotExist as gone:
        raise ValidationError(GONE) from gone
    _check_keeper(by, row.organisation)
    return row


@transaction.atomic
def choose_table(record: DutyImport, name: str, *, by: Person) -> None:
    """Take another table of the file. ValidationError {"table": …}."""
    row = _open(record, by)
    if name not in row.tables:
        raise ValidationError({"table": "没有这张表。"})
    use(row, name, names_for(row))
    row.save(update_fields=["table", "columns", "seats"])


@transaction.atomic
def choose(record: DutyImport, *, columns: Mapping[int, str], seats: Mapping[str, tuple[str, str]], by: Person) -> bool:
    """Settle what each column (by index) is and whom each way of writing means.

    True: it can be checked. False: other columns name people now, so their ways of writing have to be looked at first.
    ValidationError by column ("column_3"), by way of writing ("level_0", "post_0"), or "columns".
    """
    row = _open(record, by)
    before = seat_columns(row)
    for column in row.columns:
        if not column["forbidden"]:
            column["field"] = columns.get(column["index"], column["field"])
    check_columns(row.columns, seated=FileTable(row).seated)
    same = before == seat_columns(row)
    if same:
        _choose_seats(row, seats)
    else:
        find_seats(row, names_for(row))
    row.save(update_fields=["columns", "seats"])
    return same


def _choose_seats(row: DutyImport, seats: Mapping[str, tuple[str, str]]) -> None:
    names = names_for(row)
    levels, posts = {level.name for level in names.levels}, {post.name for post in names.posts}
    errors = {}
    for number, seat in enumerate(row.seats):
        if seat["text"] not in seats:
            continue
        level, post = seats[seat["text"]]
        if level and level not in levels:
            errors[f"level_{number}"] = "没有这一级。"
        if post and post not in posts:
            errors[f"post_{number}"] = "没有这一岗。"
        if bool(level) != bool(post) and (level, post) != (seat["level"], seat["post"]):
            errors[f"post_{number}" if level else f"level_{number}"] = "级和岗都要选；不导的，两样都不选。"
        seat["level"], seat["post"], seat["sure"] = level, post, bool(level and post)
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def confirm(
    record: DutyImport,
    *,
    taken: Collection[str],
    kept: Collection[int],
    seen: str,
    by: Person,
    now: datetime,
    today: date,
) -> DutyList:
    """Make the draft of what was ``seen``: the lines that are ``taken``, and those of the edition before that are ``kept``.

    A second click finds the draft of the first. ValidationError where what would be written is no longer what was seen.
    """
    row = _locked(record, by)
    if row.made is not None:
        return row.made
    check = Check(row, names_for(row), today)
    if seen != check.fingerprint:
        raise ValidationError(CHANGED)
    lines = check.lines(taken, kept)
    if not lines:
        raise ValidationError("一项也没有选，没有要导入的。")
    draft = editions.begin(row.organisation, preset=row.preset, title=row.title, by=by, now=now, revises=row.revises)
    add_lines(draft, check.duties(draft, lines), by=by, today=today)
    row.made = draft
    row.save(update_fields=["made"])
    return draft


@transaction.atomic
def discard(record: DutyImport, *, by: Person) -> None:
    """Forget the file. A draft that was made of it stays."""
    _locked(record, by).delete()

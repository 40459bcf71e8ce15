"""Writing a piece before it is handed in: whose it is, what has to stand in it, what it is found by."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q

from documents.text import clean, one_line
from organisations import paths, scoping
from organisations.models import Level, Membership, Organisation, Person

from ..models import PieceKind, ResearchFile, ResearchPiece
from ..models.research import LONGEST_AUTHORS, LONGEST_KEYWORDS, LONGEST_SUMMARY, LONGEST_TEXT, LONGEST_TITLE
from .searching import searchable, title_key

FIRST_YEAR = 2000
LIMITS = {
    "title": ("题目", LONGEST_TITLE),
    "summary": ("摘要", LONGEST_SUMMARY),
    "authors": ("作者", LONGEST_AUTHORS),
    "keywords": ("关键词", LONGEST_KEYWORDS),
    "text": ("正文", LONGEST_TEXT),
}
NEEDED = ("title", "summary", "authors")


@dataclass(frozen=True)
class Written:
    """What stands in a piece."""

    organisation: Organisation
    title: str
    kind: str
    year: int
    summary: str
    authors: str
    keywords: str = ""
    names_authors: bool = False
    text: str = ""


def organisations_of(person: Person, today: date) -> list[Organisation]:
    """Those for which ``person`` may hand in: where he belongs or holds a post, and what is above it within the organ.

    Groups hand in as their branch.
    """
    belongs = Membership.objects.filter(scoping.holding(today), person=person).values_list(
        "organisation__path", flat=True
    )
    held_at = person.appointments.filter(scoping.holding(today)).values_list("organisation__path", flat=True)
    condition = Q(pk__in=[])
    for path in {*belongs, *held_at}:
        chain = [step for step in paths.prefixes(path) if paths.depth(step) > 1]
        condition |= Q(path__in=chain or [path])
    rows = Organisation.objects.filter(condition).exclude(level=Level.GROUP).open_on(today)
    return list(rows.in_tree_order().select_related("parent"))


def begin(written: Written, *, by: Person, today: date) -> ResearchPiece:
    """A new draft. ValidationError by field."""
    checked = _checked(written, by, today)
    piece = ResearchPiece(submitted_by=by, **checked)
    piece.title_key = title_key(piece.title)
    piece.words = _words(piece, None)
    piece.save()
    return piece


@transaction.atomic
def rewrite(piece: ResearchPiece, written: Written, *, by: Person, today: date) -> ResearchPiece:
    """Change a draft, or what was returned. ValidationError by field, PermissionDenied."""
    row = held(piece, by)
    checked = _checked(written, by, today)
    for name, value in checked.items():
        setattr(row, name, value)
    row.title_key = title_key(row.title)
    row.words = _words(row, ResearchFile.objects.filter(piece=row).first())
    row.save(update_fields=[*checked, "title_key", "words"])
    return row


def held(piece: ResearchPiece, by: Person) -> ResearchPiece:
    """Locked, inside a transaction, for its writer. PermissionDenied if it is not his; ValidationError if others have it."""
    row = ResearchPiece.objects.select_for_update(of=("self",)).get(pk=piece.pk)
    if row.submitted_by_id != by.pk:
        raise PermissionDenied("由提交人来改。")
    if not row.is_writable:
        raise ValidationError("已经交上去了，先撤回再改。" if row.is_waiting else "已经入库，不能再改。")
    return row


def keep_words(row: ResearchPiece, paper: ResearchFile | None) -> None:
    """Inside a transaction: what it is found by, after its file has changed."""
    row.words = _words(row, paper)
    row.save(update_fields=["words"])


def _words(row: ResearchPiece, paper: ResearchFile | None) -> str:
    return searchable([row.title, row.summary, row.keywords, row.text, paper.text if paper else ""])


def _checked(written: Written, by: Person, today: date) -> dict[str, Any]:
    """The fields as they are kept. ValidationError by field."""
    values = {field.name: getattr(written, field.name) for field in fields(written)}
    for name in LIMITS:
        values[name] = (clean if name == "text" else one_line)(values[name]).strip()
    words = re.split("[、，,；;]", values["keywords"])
    values["keywords"] = "、".join(word.strip() for word in words if word.strip())
    errors = {name: f"请写{LIMITS[name][0]}。" for name in NEEDED if not values[name]}
    errors |= {
        name: f"{label}最多 {limit} 个字，现在是 {len(values[name])} 个。"
        for name, (label, limit) in LIMITS.items()
        if len(values[name]) > limit
    }
    errors |= _wrong_choices(written, by, today)
    if errors:
        raise ValidationError(errors)
    return values


def _wrong_choices(written: Written, by: Person, today: date) -> dict[str, str]:
    errors = {}
    if written.kind not in PieceKind.values:
        errors["kind"] = "请选类别。"
    if not FIRST_YEAR <= written.year <= today.year:
        errors["year"] = f"年度要在 {FIRST_YEAR} 和 {today.year} 之间。"
    if written.organisation.pk not in {one.pk for one in organisations_of(by, today)}:
        errors["organisation"] = "请选你所在的单位。"
    return errors

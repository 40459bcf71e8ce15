"""Check lists in a file, the product's or one's own, and the rows that they become. A list that was used is never edited."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.db import transaction

from programmes.entries import Entry, read_document, unique
from programmes.loading import RULES_HOLD_SINCE, Changes

from .answering import SOURCES
from .models import InspectionItem, InspectionTemplate, Subject

INSPECTIONS = Path(__file__).with_name("inspections.toml")


@dataclass(frozen=True)
class ItemEntry:
    """One question."""

    question: str
    evidence: str
    source: str
    parameter: str
    advice: str
    workdays: int


@dataclass(frozen=True)
class TemplateEntry:
    """One check list."""

    code: str
    title: str
    basis: str
    level: str
    items: tuple[ItemEntry, ...]

    @property
    def head(self) -> dict[str, str]:
        """The columns of its own."""
        return {"title": self.title, "basis": self.basis, "level": self.level}


def read_templates(path: Path = INSPECTIONS) -> tuple[TemplateEntry, ...]:
    """The check lists of a file. Raises EntryError with a sentence that names the entry at fault."""
    whole = read_document(path)
    templates = tuple(_template(entry) for entry in whole.tables("template"))
    whole.finish()
    unique((template.code for template in templates), f"{path.name}，template")
    if not templates:
        raise whole.refuse("一张检查表也没有")
    return templates


@cache
def shipped_templates() -> tuple[TemplateEntry, ...]:
    """The check lists that the product ships, read once in a process."""
    return read_templates()


def _template(entry: Entry) -> TemplateEntry:
    template = TemplateEntry(
        code=entry.text("code"),
        title=entry.text("title"),
        basis=entry.text("basis", default=""),
        level=entry.choice("subject", Subject.values),
        items=tuple(_item(item) for item in entry.tables("item")),
    )
    entry.finish()
    if not template.items:
        raise entry.refuse("一条检查内容也没有")
    unique((item.question for item in template.items), entry.where)
    return template


def _item(entry: Entry) -> ItemEntry:
    item = ItemEntry(
        question=entry.text("question"),
        evidence=entry.text("evidence", default=""),
        source=entry.choice("source", ["", *SOURCES], default=""),
        parameter=entry.text("parameter", default=""),
        advice=entry.text("advice", default=""),
        workdays=entry.number("workdays", default=15, least=1),
    )
    entry.finish()
    if (item.source == "obligations") != bool(item.parameter):
        raise entry.refuse("按应办事项看的，parameter 要写要求的代码；其他的不写")
    if item.workdays > MOST_WORKDAYS:
        raise entry.refuse(f"workdays 最多 {MOST_WORKDAYS}")
    return item


MOST_WORKDAYS = 120


@transaction.atomic
def load_templates(entries: tuple[TemplateEntry, ...], today: date, *, shipped: bool) -> Changes:
    """Bring the check lists into use; what differs is closed and followed by another edition from ``today`` on.

    Those that the product ships leave alone what a city has replaced by its own under the same code.
    """
    changes = Changes("检查表")
    codes = [entry.code for entry in entries]
    rows = InspectionTemplate.objects.filter(code__in=codes, until=None).prefetch_related("items")
    standing = {row.code: row for row in rows}
    for entry in entries:
        row, since = standing.get(entry.code), today
        if row is None:
            since = RULES_HOLD_SINCE
            changes.added.append(entry.title)
        elif _says(row, entry):
            changes.unchanged += 1
            continue
        elif shipped and not row.is_shipped:
            changes.left_alone.append(row.title)
            continue
        else:
            row.until = max(today, row.since)
            row.save(update_fields=["until"])
            changes.updated.append(entry.title)
        _write(entry, since, shipped)
    return changes


def _says(row: InspectionTemplate, entry: TemplateEntry) -> bool:
    """Whether the row is the entry, word for word."""
    same_head = all(getattr(row, name) == value for name, value in entry.head.items())
    items = [{name: getattr(item, name) for name in ItemEntry.__dataclass_fields__} for item in row.items.all()]
    return same_head and items == [asdict(item) for item in entry.items]


def _write(entry: TemplateEntry, since: date, shipped: bool) -> None:
    row = InspectionTemplate(code=entry.code, since=since, is_shipped=shipped, **entry.head)
    row.full_clean()
    row.save()
    items = [InspectionItem(template=row, order=place, **asdict(item)) for place, item in enumerate(entry.items, 1)]
    for item in items:
        item.full_clean(exclude=["template"])
    InspectionItem.objects.bulk_create(items)

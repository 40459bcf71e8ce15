"""An empty workbook for each sort of list: the header with one row to follow, and a sheet that says how each column is written."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from documents.cells import Column
from documents.excel import Sheet, write_workbook

from ..models.importing import ImportSubject
from .subject import Field
from .subjects import subject_of

# By subject and code of the field; a field that is not named here stays empty in the row to follow.
EXAMPLES = {
    ImportSubject.PEOPLE: {
        "name": "林知远",
        "staff_no": "1001",
        "category": "正式党员",
        "joined_on": "2005-06-30",
        "birth_year": "1981",
        "organ": "市财政局",
        "branch": "第一党支部",
        "group": "第一党小组",
    },
    ImportSubject.ORGANISATIONS: {
        "name": "第一党支部",
        "parent": "市财政局机关党委",
        "level": "党支部",
        "founded_on": "2019-01-01",
        "term_began_on": "2024-05-16",
        "term_years": "3",
    },
    ImportSubject.APPOINTMENTS: {
        "name": "林知远",
        "staff_no": "1001",
        "place": "第一党支部",
        "post": "书记",
        "since": "2024-05-16",
    },
}
RULES = (
    "表头写在第一行就行，前面有标题行也能认。列的先后不限，多出来的列不导入。身份证号、住址、电话、银行卡请不要放进来。"
)


def workbook(subject: str, *, created: datetime) -> bytes:
    """The workbook to fill in. KeyError for a subject that there is none of."""
    fields = subject_of(subject).fields
    title = ImportSubject(subject).label
    example = EXAMPLES[ImportSubject(subject)]
    target = BytesIO()
    row = [example.get(one.code, "") for one in fields]
    sheets = [
        Sheet(title, [Column(one.label, 16) for one in fields], [row]),
        Sheet(
            "说明",
            [Column("列", 16), Column("要不要填", 12), Column("怎么写", 80)],
            [*map(_explained, fields), [RULES]],
        ),
    ]
    write_workbook(target, sheets, organisation="三力", created=created)
    return target.getvalue()


def _explained(one: Field) -> list[str]:
    """One line of the sheet 说明."""
    also = "、".join(word for word in one.words if word != one.label)
    parts = [one.note, f"表头写成{also}也认得" if also else ""]
    return [one.label, "必填" if one.required else "选填", "。".join(part.rstrip("。") for part in parts if part)]

"""The released tables that a reader reads, as a workbook: one sheet a kind, one line a figure, as printed on the page.

「公布的」 is what may be said; 「数值」 repeats it as a number where it is a plain figure and not a bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from documents.cells import Column, Row
from documents.excel import Sheet, write_workbook

from .breakdown_tables import block_lines
from .published import Line, Published, apart, lines
from .results import Results, open_comments, question_title

SAID, VALUE = Column("公布的", 16), Column("数值", 10)


def write_results(target: BinaryIO, page: Results) -> None:
    """Write the workbook to ``target``."""
    published = Published(page.survey, page.parts)
    write_workbook(target, _sheets(page, published), organisation=str(page.survey.organisation), created=page.now)


def _sheets(page: Results, published: Published) -> Iterator[Sheet]:
    names = {part.key: part.name for part in page.parts}
    part = Column("范围", 24)
    yield Sheet(
        "应答",
        (part, Column("上一级", 24), Column("应填", 8), Column("收到", 8), Column("应答率", 16)),
        _responses(published),
    )
    yield Sheet(
        "维度",
        (part, Column("维度", 16), SAID, VALUE, Column("总体", 10), Column("与总体相比", 14)),
        _dimensions(published),
    )
    asked = (part, Column("题号", 8), Column("题目", 40), Column("说法", 32), Column("项目", 28), SAID, VALUE)
    yield Sheet("逐题", asked, _questions(published, names))
    blocks = (
        part,
        Column("身份", 20),
        Column("哪一类", 24),
        Column("题目", 36),
        Column("说法", 30),
        Column("项目", 26),
        SAID,
        VALUE,
    )
    yield Sheet("按身份", blocks, _blocks(published, names))
    changed = (Column("维度、题目", 40), Column("上期", 10), Column("本期", 10), Column("变化", 10))
    yield Sheet("与上期相比", changed, page.comparison.rows)
    yield Sheet("不单独公布的", (Column("单位", 28), Column("为什么", 60)), _merged(published))
    yield Sheet("留言", (part, Column("题目", 40), Column("留言", 80), Column("转述", 8)), _comments(page, names))
    yield Sheet("怎样公布的", (Column("事项", 14), Column("规则", 100)), page.method)


def _responses(published: Published) -> Iterator[Row]:
    names = {part.key: part.name for part in published.parts}
    for table in published.of("response"):
        said = table.payload
        yield said["name"], names.get(said["parent"], ""), said["heads"], said["n"], said["label"]


def _dimensions(published: Published) -> Iterator[Row]:
    for table in published.of("dimensions"):
        for row in table.payload["rows"]:
            mean, whole = row["mean"], row["whole"]
            value = None if mean["end"] else mean["value"]
            compared = apart(row["difference"])
            yield (
                table.payload["name"],
                row["dimension"],
                mean["label"],
                value,
                whole["label"] if whole else "",
                compared,
            )


def _figures(line: Line) -> tuple[Any, ...]:
    return line.question, line.statement, line.item, line.said, line.value


def _questions(published: Published, names: dict[str, str]) -> Iterator[Row]:
    for table in published.of("question"):
        payload = table.payload
        for row in payload["rows"]:
            for line in lines(row, payload["text"]):
                yield names[table.part], payload["number"], *_figures(line)


def _blocks(published: Published, names: dict[str, str]) -> Iterator[Row]:
    for table in published.of("attribute"):
        for block in table.payload["blocks"]:
            for line in block_lines(block):
                yield names[table.part], table.payload["text"], block["label"], *_figures(line)
    for table in published.of("cross"):
        said = table.payload
        for row, cells in zip(said["rows"], said["cells"], strict=True):
            for column, cell in zip(said["columns"], cells, strict=True):
                for line in block_lines(cell) if cell else ():
                    yield (
                        names[table.part],
                        f"{said['row_text']} × {said['column_text']}",
                        f"{row} × {column}",
                        *_figures(line),
                    )


def _merged(published: Published) -> Iterator[Row]:
    for one in published.merged:
        for unit in one["units"]:
            yield unit["name"], one["sentence"]
    for one in published.refused:
        yield one["text"], one["sentence"]


def _comments(page: Results, names: dict[str, str]) -> Iterator[Row]:
    for row in open_comments(page.survey, list(names)).order_by("part", "question", "pk"):
        yield names[row.part], question_title(page.survey, row.question), row.text, "是" if row.is_paraphrased else ""

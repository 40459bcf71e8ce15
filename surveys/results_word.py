"""The results of the open part as a Word document by GB/T 9704: figures as printed on the page, and how they came about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from documents.word import OfficialDocument
from organisations.templatetags.sanli import cn_date

from .breakdown_tables import Grid
from .heat import Cell
from .published import BASE, Line, is_scale, lines
from .results import Results, open_comments, question_title


def results_document(page: Results) -> bytes:
    """Return the .docx file."""
    survey = page.survey
    document = OfficialDocument(organisation=str(survey.organisation), created=page.now)
    document.title(f"{survey.title}结果")
    document.subtitle(_subtitle(page))
    if page.part is None:
        document.paragraph(f"收到的份数不到 {survey.k} 份，任何数字都不公布。")
    else:
        _sections(document, page)
    document.heading(1, "怎样公布的")
    document.paragraph("\n".join(f"{name}：{said}。" for name, said in page.method))
    return document.save()


def _sections(document: OfficialDocument, page: Results) -> None:
    """Everything that has figures."""
    document.heading(1, "要点")
    document.numbered(f"{one.title}{one.text}" for one in page.headlines)
    document.heading(1, "应答")
    document.paragraph(page.response_sentence)
    _heat(document, page)
    _questions(document, page)
    _grids(document, page)
    _changes(document, page)
    _comments(document, page)


def _subtitle(page: Results) -> str:
    said = [str(page.part or page.survey.organisation), page.period]
    if page.is_early:
        said.append(f"待公布，{cn_date(page.survey.publish_on)}公布")
    return "，".join(one for one in said if one)


def _heat(document: OfficialDocument, page: Results) -> None:
    if not page.heat:
        return
    names = page.published.dimensions
    document.heading(1, "维度与单位")
    document.paragraph("均分 1 至 5；▼ 低于总体 0.3 以上，▲ 高于总体 0.3 以上。单位按组织顺序排列。")
    shown = [row for row in page.heat if not row.hidden]
    rows = [(row.name, str(row.heads or ""), row.rate, *map(_cell, row.cells)) for row in shown]
    head = ("单位", "应填", "应答率", *names)
    document.table(head, rows, (9, 5, 6, *(5 for _ in names)), centred=frozenset(range(1, len(head))))
    hidden = [f"{row.name}：{row.hidden}。" for row in page.heat if row.hidden]
    document.paragraph("\n".join(hidden))


def _cell(cell: Cell) -> str:
    return f"{cell.mark}{cell.said}" if cell.mark else cell.said


def _questions(document: OfficialDocument, page: Results) -> None:
    tables = page.published.of("question", page.opened)
    if not tables:
        return
    document.heading(1, "逐题")
    document.paragraph(f"{BASE}。")
    for table in tables:
        payload = table.payload
        document.heading(2, payload["text"])
        if all(is_scale(row) for row in payload["rows"]):
            _scales(document, payload)
        else:
            _lines(document, [line for row in payload["rows"] for line in lines(row, payload["text"])])


def _scales(document: OfficialDocument, payload: dict[str, Any]) -> None:
    """A line a scale: mean, favourable share, and the shares where enough answered."""
    rows = []
    for row in payload["rows"]:
        shares = "，".join(f"{one['text']} {one['share']['label']}" for one in row["choices"]) or "份数少，不出"
        favourable = row["favourable"]["label"] if row["favourable"] else ""
        rows.append((row["text"] or payload["text"], row["mean"]["label"], favourable, shares))
    head = ("说法", "均分", f"{payload['rows'][0]['favourable_label']}合计", "分布")
    document.table(head, rows, (13, 5, 6, 14), centred=frozenset({1, 2}))


def _lines(document: OfficialDocument, found: Iterable[Line]) -> None:
    """Figures under each other."""
    document.table(("项目", "结果"), [(line.item, line.said) for line in found], (28, 8), centred=frozenset({1}))


def _grids(document: OfficialDocument, page: Results) -> None:
    grids = [*page.attributes, *page.crosses]
    if not grids:
        return
    document.heading(1, "按身份")
    for grid in grids:
        document.heading(2, grid.title)
        _grid(document, grid)


def _grid(document: OfficialDocument, grid: Grid) -> None:
    if grid.columns:
        rows = [(name, *map(_cell, cells)) for name, cells in grid.rows]
        widths = (8, *(5 for _ in grid.columns))
        document.table(("身份", *grid.columns), rows, widths, centred=frozenset(range(1, len(widths))))
    for name, found in grid.details:
        document.heading(3, name)
        rows = [(line.question, line.statement or line.item, _item(line)) for line in found]
        document.table(("题目", "项目", "结果"), rows, (14, 12, 10))


def _item(line: Line) -> str:
    return f"{line.item} {line.said}" if line.statement else line.said


def _changes(document: OfficialDocument, page: Results) -> None:
    rows = page.comparison.rows
    if not rows:
        return
    document.heading(1, "与上期相比")
    document.paragraph(f"上期：{page.comparison.previous}。只列题目相同、变化大到不会是几个人造成的。")
    document.table(("维度、题目", "上期", "本期", "变化"), rows, (20, 5, 5, 5), centred=frozenset({1, 2, 3}))


def _comments(document: OfficialDocument, page: Results) -> None:
    if not page.comments:
        return
    document.heading(1, "大家写下的话")
    document.paragraph("已去掉姓名，次序是打乱的；同一个人写的几段话彼此对不上，也和答案对不上。")
    for said in page.comments:
        document.heading(2, question_title(page.survey, said.question))
        rows = open_comments(page.survey, [page.opened]).filter(question=said.question)
        document.numbered(row.text for row in rows)

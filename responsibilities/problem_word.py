"""问题台账 as a Word document."""

from __future__ import annotations

from datetime import date, datetime

from documents.word import OfficialDocument
from organisations.templatetags.sanli import cn_day

from .problem_export import ProblemExport, plans, standing

MOST = 300  # lines; longer ledgers are read in Excel
HEADERS = ("序号", "问题", "来源", "责任人", "整改措施", "时限", "进展", "销号")
WIDTHS = (5, 16, 9, 8, 20, 8, 22, 8)


def ledger(export: ProblemExport, now: datetime, today: date) -> bytes:
    """The ledger under the conditions of ``export``, as a .docx file."""
    document = OfficialDocument(organisation=export.organisation, created=now)
    document.title(f"{export.organisation}问题台账")
    document.subtitle(f"{export.period}，截至{today.year}年{today.month}月{today.day}日，共 {export.count()} 个")
    lines = []
    for place, problem in enumerate(export.problems(), 1):
        if place > MOST:
            break
        due, closed = cn_day(problem.due_on), cn_day(problem.closed_on)
        owner, source = str(problem.owner or ""), problem.get_source_display()
        lines.append((str(place), problem.title, source, owner, plans(problem), due, standing(problem), closed))
    document.table(HEADERS, lines, WIDTHS, centred=frozenset({0, 5, 7}))
    return document.save()

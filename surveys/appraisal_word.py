"""评议情况 as a Word document for the branch's committee: the votes, and beside them what the committee decided."""

from __future__ import annotations

from django.utils import timezone

from documents.word import OfficialDocument
from organisations.templatetags.sanli import cn_date

from .appraisal_page import COLUMNS, AppraisalPage, Row

WHOSE = "票数由党支部掌握，只给支部委员会看。评定意见由支部委员会根据评议情况和日常表现提出，不照票数自动得出。"


def appraisal_document(page: AppraisalPage) -> bytes:
    """Return the .docx file."""
    survey = page.survey
    document = OfficialDocument(organisation=survey.organisation.official_name, created=page.now)
    document.title(f"{survey.title}评议情况")
    document.subtitle(f"{survey.organisation.official_name}，{_voted_on(page)}投票截止")
    document.paragraph(WHOSE)
    document.heading(1, "民主测评")
    _votes(document, page)
    document.heading(1, "评定意见")
    limit = f"党员 {page.voters} 人，优秀一般不超过 {page.most_excellent} 人，评定优秀 {page.excellent} 人。"
    document.paragraph(limit)
    head = ("姓名", "评定意见", "理由", "评定日期", "反馈本人")
    document.table(head, [_decided(row) for row in page.rows], (7, 6, 11, 8, 8), centred=frozenset({1, 3, 4}))
    return document.save()


def _votes(document: OfficialDocument, page: AppraisalPage) -> None:
    if not page.has_votes:
        document.paragraph(f"收回的票不到 {page.survey.k} 张，不出票数。")
        return
    document.paragraph(f"请 {page.voters} 名党员投票，收回 {page.handed_in} 张。按票上的次序排列，不按票数。")
    rows = [*page.rows, *([page.body] if page.body else [])]
    cells = [(row.name, *(str(number) for _, number in row.votes)) for row in rows]
    document.table(("姓名", *COLUMNS), cells, (9, *(5 for _ in COLUMNS)), centred=frozenset(range(1, 6)))


def _decided(row: Row) -> tuple[str, ...]:
    if row.decision is None:
        return (row.name, "", "", "", "")
    told = cn_date(row.decision.told_on) if row.decision.told_on else ""
    return (row.name, row.decision.get_tier_display(), row.decision.reason, cn_date(row.decision.decided_on), told)


def _voted_on(page: AppraisalPage) -> str:
    return cn_date(timezone.localdate(page.survey.closes_at)) if page.survey.closes_at else ""

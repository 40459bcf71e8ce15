"""A report on paper, in the form of GB/T 9704, with the answer where there is one."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from documents.downloads import file_name
from documents.gbt9704 import written_date
from documents.word import OfficialDocument

from .briefing_pages import BriefingPage


def briefing_document(page: BriefingPage, now: datetime) -> bytes:
    """The .docx file. What is a draft still bears the day of ``now``."""
    row = page.row
    document = OfficialDocument(organisation=row.organisation.official_name, created=now)
    document.title(row.get_kind_display())
    document.addressee(row.organisation.official_name)
    document.paragraph(page.text)
    document.signed(f"汇报人：{row.author}", timezone.localdate(row.sent_at or now))
    if row.answered_at is not None:
        document.paragraph("回复：")
        document.paragraph(page.answer)
        document.signed(str(row.recipient), timezone.localdate(row.answered_at))
    return document.save()


def briefing_file_name(page: BriefingPage, now: datetime) -> str:
    """思想汇报_林知远_2026年11月20日.docx."""
    day = written_date(timezone.localdate(page.row.sent_at or now))
    return file_name(page.row.get_kind_display(), str(page.row.author), day, "docx")

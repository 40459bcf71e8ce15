"""A duty list as a file, in the columns that offices use; the import reads it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.http import Http404, QueryDict

from documents.cells import Column, Row
from organisations.models import Person
from organisations.tables import Table
from organisations.templatetags.sanli import cn_date

from .list_pages import lines_of
from .models import DutyList
from .wording import proof_words, rhythm_words

LONGEST_KEY = 18


class DutyExport(Table):
    """The edition that ``?list=`` names, line by line."""

    page = "duty-lists"
    columns = (
        Column("序号", 6),
        Column("类别", 12),
        Column("责任层级", 14),
        Column("责任岗位", 18),
        Column("责任类型", 10),
        Column("工作内容", 44),
        Column("工作措施", 36),
        Column("工作标准", 36),
        Column("依据", 32),
        Column("频次/完成时限", 16),
        Column("佐证", 36),
    )

    def __init__(self, person: Person, query: QueryDict, today: date) -> None:
        super().__init__(person, query, today)
        named = query.get("list", "")
        if not (named.isascii() and named.isdigit() and len(named) <= LONGEST_KEY):
            raise Http404
        rows = DutyList.objects.visible_to(person, today).select_related("organisation")
        found = rows.filter(pk=int(named)).first()
        if found is None:
            raise Http404
        self.list = found

    @property
    def name(self) -> str:  # type: ignore[override]
        """The title of the list."""
        return self.list.title

    @property
    def organisation(self) -> str:  # type: ignore[override]
        """Whose it is."""
        return str(self.list.organisation)

    @property
    def period(self) -> str:  # type: ignore[override]
        """第 2 版 and from when it holds."""
        begins = f"{cn_date(self.list.since)}起" if self.list.since else "草稿"
        return f"第{self.list.edition}版{begins}"

    def count(self) -> int:
        """How many lines it has."""
        return self.list.duties.count()

    def rows(self) -> Iterator[Row]:
        """One line a row, in its order."""
        for duty in lines_of(self.list):
            yield (
                duty.number,
                duty.category,
                duty.level.name,
                duty.post.name,
                duty.get_type_display(),
                duty.content,
                duty.measure,
                duty.standard,
                duty.basis,
                rhythm_words(duty),
                proof_words(duty),
            )

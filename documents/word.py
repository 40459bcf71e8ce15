"""A Word document in the form of GB/T 9704, built from top to bottom by verbs.

    document = OfficialDocument(organisation="中共市财政局机关第一支部委员会", created=now)
    document.title("关于……的请示")
    document.paragraph("……")
    data = document.save()

Every text is cleaned on its way in: nothing that a user typed can break the file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, Twips
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from documents import gbt9704 as gb
from documents.blank import blank_package
from documents.text import one_line, paragraphs

# python-docx refuses longer document properties.
_PROPERTY_LIMIT = 255

# A row of more lines than this may break, for it would leave most of a page empty or fit on none.
_UNSPLIT_LINES = 14


@dataclass(frozen=True)
class Fact:
    """A labelled fact of a record. Two narrow facts share a line, a wide one has its own."""

    label: str
    value: str
    wide: bool = False


class OfficialDocument:
    """A document under construction; `save` returns it as bytes."""

    def __init__(self, *, organisation: str, created: datetime) -> None:
        """Begin an empty document.

        `organisation` is written as its author (no person is named in a file's properties); `created`
        is an aware time and the only one in the file. Raises ValueError for a naive time.
        """
        if created.tzinfo is None:
            raise ValueError("created needs a time zone")
        self._created = created.astimezone(UTC)
        self._docx: Document = docx.Document(BytesIO(blank_package()))
        self._counters = [0, 0, 0, 0]
        self._write_properties(one_line(organisation)[:_PROPERTY_LIMIT])
        self._write_page_numbers()

    def kicker(self, text: str) -> None:
        """Write the line above the title that says what kind of document this is."""
        self._line(text, "Kicker")

    def title(self, text: str) -> None:
        """Write the title; the first one also names the file in its properties."""
        properties = self._docx.core_properties
        properties.title = properties.title or one_line(text)[:_PROPERTY_LIMIT]
        self._line(text, "Title")

    def number(self, text: str) -> None:
        """Write who issued the record and its number, closed off by a double rule."""
        self._line(text, "Number")

    def subtitle(self, text: str) -> None:
        """Write a line below a title that says what it belongs to."""
        self._line(text, "Subtitle")

    def document_number(self, text: str) -> None:
        """Write the number of a letter above its title; the office fills in what is left blank (clause 7.2.5)."""
        self._line(text, "DocumentNumber")

    def addressee(self, text: str) -> None:
        """Write whom a letter is for, flush left and with a full-width colon (clause 7.3.2)."""
        self._line(one_line(text).rstrip("：:") + "：", "Addressee")

    def heading(self, level: int, text: str) -> None:
        """Write a heading with its number: 一、（一）1.（1）. Raises ValueError for a level outside 1–4."""
        if not 1 <= level <= 4:
            raise ValueError(f"there are four levels of headings, not {level}")
        self._counters[level - 1] += 1
        self._counters[level:] = [0] * (4 - level)
        mark = gb.heading_number(level, self._counters[level - 1])
        self._line(mark + text, f"Heading{level}")

    def paragraph(self, text: str) -> None:
        """Write running text; every line that holds something becomes a paragraph."""
        for line in paragraphs(text):
            self._line(line, "BodyText")

    def numbered(self, items: Iterable[str]) -> None:
        """Write a list as paragraphs 1. 2. 3. in running text."""
        for place, item in enumerate(items, 1):
            self._line(f"{place}. {item}", "BodyText")

    def facts(self, facts: Sequence[Fact]) -> None:
        """Write labelled facts as a table ruled across, in the order given."""
        whole = gb.TEXT_WIDTH_TWIPS
        label = round(whole * 0.145)
        half = whole // 2
        table = self._table("FactTable", [label, half - label, label, whole - half - label])
        for pair in _fact_rows(facts):
            cells = table.add_row().cells
            if len(pair) == 1:
                cells = (cells[0], cells[1].merge(cells[3]))
            for place, fact in enumerate(pair):
                self._fill(cells[2 * place], fact.label, "FactLabel")
                self._fill(cells[2 * place + 1], fact.value, "FactValue")
        _keep_rows_whole(table, gb.SIZE_4)

    def table(
        self,
        headers: Sequence[str],
        rows: Iterable[Sequence[str]],
        widths: Sequence[float],
        centred: frozenset[int] = frozenset(),
        least_mm: float = 0,
    ) -> None:
        """Write a full table: the header repeats on every page, rows stay whole, widths are fixed.

        `widths` are shares of the text's width; `centred` are the places of columns set in the middle; rows are
        `least_mm` high at least, for what is filled in by hand.
        """
        twips = [round(gb.TEXT_WIDTH_TWIPS * share / sum(widths)) for share in widths]
        table = self._table("GridTable", twips)
        head = table.add_row()
        head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for cell, text in zip(head.cells, headers, strict=True):
            self._fill(cell, text, "TableHead")
        for values in rows:
            row = table.add_row()
            if least_mm:
                row.height = Mm(least_mm)
            for place, (cell, text) in enumerate(zip(row.cells, values, strict=True)):
                self._fill(cell, text, "TableCentre" if place in centred else "TableText")
                cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER if least_mm else None
        _keep_rows_whole(table, gb.SIZE_SMALL_4)

    def signatures(self, labels: Sequence[str]) -> None:
        """Write one line to sign on for each label, side by side, never alone on a page."""
        self._keep_last_with_next()
        paragraph = self._line("", "Signature")
        share = gb.TEXT_WIDTH_TWIPS // len(labels)
        stops = paragraph.paragraph_format.tab_stops
        for place, label in enumerate(labels, 1):
            stops.add_tab_stop(Twips(share * place - 200), WD_TAB_ALIGNMENT.LEFT, WD_TAB_LEADER.LINES)
            paragraph.add_run(one_line(label) + "：\t")
            if place < len(labels):
                stops.add_tab_stop(Twips(share * place), WD_TAB_ALIGNMENT.LEFT)
                paragraph.add_run("\t")

    def date_line(self, day: date) -> None:
        """Write the date of a letter, four characters from the right (clause 7.3.5)."""
        self._keep_last_with_next()
        self._line(gb.written_date(day), "Date")

    def signed(self, sender: str, day: date) -> None:
        """Write who sends a letter and, centred below it, when (clause 7.3.5.1): the seal goes over both.

        The date stands four characters from the right, unless the sender is so long that it moves inwards.
        """
        self._keep_last_with_next()
        name, when = one_line(sender), gb.written_date(day)
        of_name, of_date = gb.centred_indents(name, when)
        _indent_right(self._line(name, "Sender"), of_name)
        self._keep_last_with_next()
        _indent_right(self._line(when, "Date"), of_date)

    def note(self, text: str) -> None:
        """Write a remark below signature and date, in brackets (clause 7.3.6)."""
        self._keep_last_with_next()
        self._line(f"（{one_line(text)}）", "Note")

    def annex_note(self, title: str) -> None:
        """Announce the annex below the text (clause 7.3.4: no mark after its name)."""
        self._keep_last_with_next()
        self._line(f"附件：{title}", "AnnexNote")

    def annex(self, title: str) -> None:
        """Begin an annex on a page of its own (clause 7.3.7)."""
        self._line("附件", "AnnexMark").paragraph_format.page_break_before = True
        self.title(title)

    def save(self) -> bytes:
        """Return the .docx file. The same document saved twice gives the same bytes."""
        written = BytesIO()
        self._docx.save(written)
        return _with_fixed_times(written, self._created)

    def _line(self, text: str, style_id: str) -> Paragraph:
        paragraph = self._docx.add_paragraph(one_line(text))
        paragraph._p.style = style_id
        if paragraph._p.getprevious() is not None and paragraph._p.getprevious().tag == qn("w:tbl"):
            paragraph.paragraph_format.space_before = Pt(gb.LINE_PITCH / 2)
        return paragraph

    def _keep_last_with_next(self) -> None:
        """A signature or date that stands alone on a page could belong to any text."""
        if self._docx.paragraphs:
            self._docx.paragraphs[-1].paragraph_format.keep_with_next = True

    def _table(self, style_id: str, widths: Sequence[int]) -> Table:
        """Return a table without rows whose columns are `widths` twips wide.

        Two tables that touch are one to Word and LibreOffice, and the second one's header would not repeat.
        """
        body = self._docx.element.body
        if len(body) > 1 and body[-2].tag == qn("w:tbl"):
            self._docx.add_paragraph()._p.style = "TableText"
        table: Table = self._docx.add_table(rows=0, cols=len(widths))
        table.autofit = False
        table._tbl.tblStyle_val = style_id
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Twips(width)
        return table

    def _fill(self, cell: _Cell, text: str, style_id: str) -> None:
        for place, line in enumerate(paragraphs(text) or [""]):
            paragraph = cell.add_paragraph() if place else cell.paragraphs[0]
            paragraph.text = line
            paragraph._p.style = style_id

    def _write_properties(self, organisation: str) -> None:
        properties = self._docx.core_properties
        properties.title = ""
        properties.author = properties.last_modified_by = organisation
        properties.created = properties.modified = self._created

    def _write_page_numbers(self) -> None:
        """Number odd pages at the right and even pages at the left (clause 7.5)."""
        section = self._docx.sections[0]
        for footer, style_id in ((section.footer, "Footer"), (section.even_page_footer, "FooterEven")):
            footer.is_linked_to_previous = False
            paragraph = footer.paragraphs[0]
            paragraph._p.style = style_id
            paragraph.add_run("— ")
            _add_page_field(paragraph)
            paragraph.add_run(" —")


def _fact_rows(facts: Sequence[Fact]) -> list[list[Fact]]:
    """Return the facts by table row: two narrow neighbours share one."""
    rows: list[list[Fact]] = []
    for fact in facts:
        previous = rows[-1] if rows else []
        if not fact.wide and len(previous) == 1 and not previous[0].wide:
            previous.append(fact)
        else:
            rows.append([fact])
    return rows


def _keep_rows_whole(table: Table, size: float) -> None:
    """Keep rows in type of `size` points on one page each, unless one is too long for that."""
    for row in table.rows:
        lines = max(len(cell.text) * size / cell.width.pt for cell in row.cells if cell.width)
        if lines <= _UNSPLIT_LINES:
            row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))


def _indent_right(paragraph: Paragraph, characters: float) -> None:
    """Indent from the right: in characters for Word, which would else keep those of the style, and in length."""
    paragraph.paragraph_format.right_indent = Pt(characters * gb.SIZE_3)
    paragraph._p.pPr.ind.set(qn("w:rightChars"), str(round(characters * 100)))


def _add_page_field(paragraph: Paragraph) -> None:
    """Append the field that Word and LibreOffice replace by the page's number."""
    instruction = OxmlElement("w:instrText")
    instruction.text = "PAGE"
    result = OxmlElement("w:t")
    result.text = "1"
    for element in (_field_mark("begin"), instruction, _field_mark("separate"), result, _field_mark("end")):
        paragraph.add_run()._r.append(element)


def _field_mark(kind: str) -> BaseOxmlElement:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    return mark


def _with_fixed_times(package: BytesIO, moment: datetime) -> bytes:
    """Return the package with `moment` as every part's time; zip would write this machine's clock."""
    target = BytesIO()
    with ZipFile(package) as source, ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name in source.namelist():
            part = ZipInfo(name, moment.timetuple()[:6])
            part.compress_type = ZIP_DEFLATED
            archive.writestr(part, source.read(name))
    return target.getvalue()

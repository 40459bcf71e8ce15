"""What a reviewer downloads: nothing besides the text; and what is no Word document or PDF is not taken."""

from __future__ import annotations

import zipfile
from io import BytesIO

import docx
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader, PdfWriter

from activities.models.attachment import FileType
from activities.proving.unfit import Unfit
from surveys.models import ResearchFile
from surveys.research import receiving, submitting
from surveys.research.cleansing import cleanse
from tests.activities import files
from tests.surveys import research_made as made


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def leaks(data: bytes, *words: str) -> list[str]:
    everything = made.everything_in(data)
    return [word for word in words if any(word.encode(code) in everything for code in ("utf-8", "utf-16-be"))]


WORD_SECRETS = (
    made.AUTHOR,
    made.COMPANY,
    made.REMARK,
    "XAH",
    "SECRETARTIST",
    "SECRETCOMMENT",
    "2026-11-01",
    "删去的话",
    "合影",
    "SECRETMAIL",
    "SECRETDISK",
)
PDF_SECRETS = (
    made.AUTHOR,
    "SECRETXMP",
    "SECRETPIECE",
    "SECRETREMARK",
    "SECRETARTIST",
    "SECRETCOMMENT",
    "SECRETCREATOR",
)


def test_the_word_document_as_it_came_says_all_of_it():
    assert leaks(made.telling_word().read(), *WORD_SECRETS) == list(WORD_SECRETS)


def test_the_copy_of_a_word_document_says_none_of_it():
    copy = cleanse(made.telling_word().read(), FileType.DOCX)
    assert leaks(copy.data, *WORD_SECRETS) == []
    assert copy.text == f"{made.TEXT}添上的话。"


def test_the_copy_is_a_whole_word_document_with_its_picture():
    copy = cleanse(made.telling_word().read(), FileType.DOCX)
    opened = docx.Document(BytesIO(copy.data))
    assert next(paragraph.text for paragraph in opened.paragraphs).startswith(made.TEXT)
    assert len(opened.inline_shapes) == 1
    assert (opened.core_properties.author, opened.core_properties.last_modified_by) == ("", "")
    with zipfile.ZipFile(BytesIO(copy.data)) as package:
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_deleted_row_of_a_table_stays_deleted():
    document = docx.Document()
    table = document.add_table(2, 1)
    table.cell(0, 0).text, table.cell(1, 0).text = "留着", "删了的行"
    row = table.rows[1]._tr.get_or_add_trPr()
    row.append(docx.oxml.parse_xml(f'<w:del {docx.oxml.ns.nsdecls("w")} w:id="9" w:author="{made.AUTHOR}"/>'))
    buffer = BytesIO()
    document.save(buffer)
    copy = cleanse(buffer.getvalue(), FileType.DOCX)
    assert copy.text == "留着"
    assert leaks(copy.data, "删了的行") == []


def test_the_pdf_as_it_came_says_all_of_it():
    assert leaks(made.telling_pdf().read(), *PDF_SECRETS) == list(PDF_SECRETS)


def test_the_copy_of_a_pdf_says_none_of_it():
    copy = cleanse(made.telling_pdf().read(), FileType.PDF)
    assert leaks(copy.data, *PDF_SECRETS) == []
    opened = PdfReader(BytesIO(copy.data))
    assert (opened.metadata, opened.xmp_metadata, copy.text) == (None, None, "Field work in forty offices")
    assert len(opened.pages[0].images) == 1


def test_a_locked_pdf_and_one_without_pages_are_not_taken():
    writer = PdfWriter(clone_from=made.telling_pdf())
    writer.encrypt("x", algorithm="AES-256")
    buffer = BytesIO()
    writer.write(buffer)
    empty = BytesIO()
    PdfWriter().write(empty)
    for data, words in ((buffer.getvalue(), "加了密码"), (empty.getvalue(), "没有一页")):
        with pytest.raises(Unfit, match=words):
            cleanse(data, FileType.PDF)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("照片.jpg", files.picture(), "只收 Word（.docx）和 PDF"),
        ("表.xlsx", files.workbook(), "只收 Word（.docx）和 PDF"),
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧的 Word"),
        ("程序.pdf", b"MZ" + b"\0" * 600, "程序"),
        ("坏.docx", files.word()[:-40], "损坏"),
        ("空.pdf", b"", "空的"),
        ("坏.pdf", b"%PDF-1.7\n1 0 obj\n<<\nstartxref\n0\n%%EOF", "损坏"),
        ("宏.docx", files.package({"word/vbaProject.bin": b"x"}), "宏"),
    ],
)
def test_what_is_neither_is_not_taken_and_nothing_is_left(city, media, name, data, words):
    piece = made.draft(city)
    with pytest.raises(ValidationError, match=words):
        receiving.receive(piece, SimpleUploadedFile(name, data), by=city.member)
    assert not ResearchFile.objects.exists()
    assert files.stored(media) == []


@pytest.mark.django_db(transaction=True)
class TestStored:
    """Bytes and rows go together."""

    def test_another_file_takes_the_place_of_the_first_and_deleting_leaves_none(self, city, media):
        piece = made.draft(city, file=made.telling_word())
        receiving.receive(piece, made.telling_pdf(), by=city.member)
        assert sorted(path.suffix for path in files.stored(media)) == [".pdf", ".pdf"]
        assert not [path for path in files.stored(media) if made.AUTHOR in str(path)]
        submitting.delete(piece, by=city.member)
        assert files.stored(media) == []

from urllib.parse import unquote

import pytest

from documents.downloads import CSV, DOCX, attachment, file_name, safe_name, streamed_attachment

pytestmark = pytest.mark.once


def sent_name(response) -> str:
    """Return the file name as a browser reads it from the header."""
    return unquote(response["Content-Disposition"].split("filename*=UTF-8''")[1])


def test_names_say_report_organisation_and_period():
    assert (
        file_name("活动台账", "市财政局机关第一党支部", "2026年第三季度", "xlsx")
        == "活动台账_市财政局机关第一党支部_2026年第三季度.xlsx"
    )
    assert file_name("花名册", "", "2026年", "csv") == "花名册_2026年.csv"


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "-..-etc-passwd"),
        ("C:\\temp\\记录.docx", "C--temp-记录.docx"),
        ('a"b;c\r\nX-Evil: 1.docx', "a-b;c X-Evil- 1.docx"),
        ("记录\x00\u202excod.docx", "记录xcod.docx"),
        ("...", "download"),
        ("", "download"),
        ("😀.docx", "😀.docx"),
        ("v1.一共二十个字的名字没有扩展名", "v1.一共二十个字的名字没有扩展名"),
    ],
)
def test_names_are_safe_on_every_system(given, safe):
    assert safe_name(given) == safe


def test_a_long_name_is_cut_between_characters_and_keeps_its_extension():
    name = safe_name("党" * 500 + ".docx")
    assert name == "党" * 78 + ".docx"


def test_an_attachment_is_saved_under_its_chinese_name_and_never_shown():
    response = attachment(b"PK", "会议记录_第一党支部_2026年10月.docx", DOCX)
    assert response.content == b"PK"
    assert response["Content-Type"] == DOCX
    assert response["Content-Disposition"].startswith("attachment; filename=\"download.docx\"; filename*=UTF-8''%E4")
    assert sent_name(response) == "会议记录_第一党支部_2026年10月.docx"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"


def test_a_hostile_name_cannot_add_a_header_or_leave_the_quotes():
    response = attachment(b"", 'x"\r\nSet-Cookie: a=b;\x00/../好.docx', DOCX)
    assert sent_name(response) == "x- Set-Cookie- a=b;-..-好.docx"
    assert response["Content-Disposition"].count('"') == 2


def test_a_streamed_file_has_the_same_headers():
    response = streamed_attachment(iter([b"a", b"b"]), "花名册.csv", CSV)
    assert b"".join(response.streaming_content) == b"ab"
    assert sent_name(response) == "花名册.csv"
    assert response["X-Content-Type-Options"] == "nosniff"

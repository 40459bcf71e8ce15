"""The measures of GB/T 9704 as the file itself states them: for every document that the product hands out."""

from __future__ import annotations

from tests.documents.opened import MM, W, part, styles, value, word

# Clause 5.1 and 5.2: A4; head 37 and binding margin 28 mm ±1; the text block of 156 × 225 mm leaves the others.
SHEET_MM = {"page_width": 210, "page_height": 297}
MARGINS_MM = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
TOLERANCE_MM = 1
BODY = ("仿宋_GB2312", "32")  # 3号 仿宋: 16 pt, counted in half points


def assert_official(data: bytes) -> None:
    """Sheet, margins, grid, type, fonts and page numbers of the .docx file ``data``."""
    _sheet_and_margins(data)
    _grid(data)
    _type(data)
    _fonts(data)
    _page_numbers(data)


def _sheet_and_margins(data: bytes) -> None:
    section = word(data).sections[0]
    for name, target in (SHEET_MM | MARGINS_MM).items():
        assert abs(getattr(section, name) / MM - target) < TOLERANCE_MM, name


def _grid(data: bytes) -> None:
    """22 lines of 28 characters fill the text block and one more of either does not fit."""
    grid = part(data, "word/document.xml").find(f".//{W}docGrid")
    assert grid.get(f"{W}type") == "linesAndChars"
    height, width = (297 - 37 - 35) / 25.4 * 72, (210 - 28 - 26) / 25.4 * 72
    pitch, cell = int(grid.get(f"{W}linePitch")) / 20, 16 + int(grid.get(f"{W}charSpace")) / 4096
    assert (int(height / pitch), round(width / cell, 2)) == (22, 28)


def _type(data: bytes) -> None:
    """Running text is 3号 仿宋, every level of heading of the same size in its own face, the title 2号."""
    found = {
        name: (value(style, "rPr/rFonts", "eastAsia"), value(style, "rPr/sz")) for name, style in styles(data).items()
    }
    assert found["Normal"] == found["BodyText"] == found["Addressee"] == found["Sender"] == BODY
    assert [found[f"Heading{level}"] for level in (1, 2, 3, 4)] == [("黑体", "32"), ("楷体_GB2312", "32"), BODY, BODY]
    assert found["Title"] == ("方正小标宋简体", "44")


def _fonts(data: bytes) -> None:
    """Whatever face a paragraph, a run or a style names stands in the table with a substitute."""
    table = {font.get(f"{W}name"): value(font, "altName") for font in part(data, "word/fontTable.xml")}
    assert all(table.values())
    for name in ("word/styles.xml", "word/document.xml"):
        used = {node.get(f"{W}eastAsia") for node in part(data, name).iter(f"{W}rFonts")}
        assert used <= set(table)


def _page_numbers(data: bytes) -> None:
    """— 1 — in 4号 宋体, right on odd and left on even pages, one character in."""
    assert part(data, "word/settings.xml").find(f"{W}evenAndOddHeaders") is not None
    section = word(data).sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        style = styles(data)[paragraph._p.style]
        assert paragraph.text == "— 1 —"
        assert value(style, "pPr/ind", f"{side}Chars") == "100"
        assert value(style, "pPr/jc") == side
        assert (value(style, "rPr/rFonts", "eastAsia"), value(style, "rPr/sz")) == ("宋体", "28")

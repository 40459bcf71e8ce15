"""The empty Word package that every document starts from.

python-docx brings a template with 900 kB of English styles, a thumbnail and somebody's machine in its
properties. Ours holds only the styles of GB/T 9704 and says nothing about who or what made it.
"""

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from documents import gbt9704 as gb

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@dataclass(frozen=True)
class Style:
    """One paragraph style. Indents are in characters, spaces above and below in lines of the grid.

    `gridded` text keeps the pitch of lines and characters exactly; the rest grows with what it holds.
    """

    style_id: str
    name: str
    typeface: gb.Typeface = gb.FANGSONG
    size: float = gb.SIZE_3
    line: float = gb.LINE_PITCH
    align: str = "left"
    first_line: int = 0
    left: int = 0
    right: int = 0
    above: float = 0
    below: float = 0
    keep_next: bool = False
    outline: int | None = None
    gridded: bool = False
    ruled: bool = False


# Names are what Word's style list shows to the office clerk who goes on editing.
STYLES = (
    Style("Normal", "Normal", gridded=True),
    Style("Title", "Title", gb.XIAOBIAOSONG, gb.SIZE_2, 34, "center", keep_next=True),
    Style("Kicker", "公文 题上", gb.KAITI, align="center", below=0.3, keep_next=True),
    Style("Number", "公文 编号", size=gb.SIZE_4, align="center", above=0.3, below=0.3, ruled=True),
    # Clause 7.3.1: the title stands two lines below what is above it.
    Style("DocumentNumber", "公文 发文字号", align="center", below=2, keep_next=True),
    Style("Subtitle", "Subtitle", gb.KAITI, gb.SIZE_4, 26, "center", below=0.3, keep_next=True),
    Style("Addressee", "公文 主送", above=1, gridded=True),
    Style("BodyText", "Body Text", align="both", first_line=2, gridded=True),
    Style("Heading1", "heading 1", gb.HEITI, first_line=2, keep_next=True, outline=0, gridded=True),
    Style("Heading2", "heading 2", gb.KAITI, first_line=2, keep_next=True, outline=1, gridded=True),
    Style("Heading3", "heading 3", first_line=2, keep_next=True, outline=2, gridded=True),
    Style("Heading4", "heading 4", first_line=2, keep_next=True, outline=3, gridded=True),
    Style("AnnexMark", "公文 附件", gb.HEITI, keep_next=True, gridded=True),
    Style("AnnexNote", "公文 附件说明", first_line=2, above=1, gridded=True),
    Style("Signature", "Signature", above=1.5),
    Style("Sender", "公文 署名", align="right", above=2, right=4, gridded=True),
    Style("Date", "Date", align="right", right=4, gridded=True),
    Style("Note", "公文 附注", first_line=2, above=1, gridded=True),
    Style("TableHead", "公文 表头", gb.HEITI, gb.SIZE_SMALL_4, 16, "center"),
    Style("TableText", "公文 表文", size=gb.SIZE_SMALL_4, line=16),
    Style("TableCentre", "公文 表文居中", size=gb.SIZE_SMALL_4, line=16, align="center"),
    Style("FactLabel", "公文 要素名", gb.HEITI, gb.SIZE_SMALL_4, 22, "distribute", right=1),
    Style("FactValue", "公文 要素", size=gb.SIZE_4, line=22),
    Style("Footer", "footer", gb.SONGTI, gb.SIZE_4, gb.FOOTER_LINE, "right", right=1),
    Style("FooterEven", "公文 双页页码", gb.SONGTI, gb.SIZE_4, gb.FOOTER_LINE, left=1),
)


@cache
def blank_package() -> bytes:
    """Return an A4 document without text as the bytes of a .docx file."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, text in _parts().items():
            archive.writestr(name, _XML + text)
    return target.getvalue()


def _parts() -> dict[str, str]:
    """Return the package's parts by name."""
    linked = ("styles", "settings", "fontTable")
    overrides = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_OFFICE}.{part}+xml"/>' for part in linked
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/{part}" Target="{part}.xml"/>'
        for n, part in enumerate(linked, 1)
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_OFFICE}.document.main+xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/>'
        "</Relationships>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "word/document.xml": f"<w:document {_W}><w:body>{_section()}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {_W}>{_defaults()}{''.join(map(_style, STYLES))}{_table_styles()}</w:styles>",
        "word/settings.xml": _settings(),
        "word/fontTable.xml": f"<w:fonts {_W}>{''.join(map(_font, gb.TYPEFACES))}</w:fonts>",
    }


def _section() -> str:
    """Return page, margins and grid."""
    mm = _twips_of_mm
    return (
        f'<w:sectPr><w:pgSz w:w="{mm(gb.PAGE_WIDTH_MM)}" w:h="{mm(gb.PAGE_HEIGHT_MM)}"/>'
        f'<w:pgMar w:top="{mm(gb.MARGIN_TOP_MM)}" w:right="{mm(gb.MARGIN_RIGHT_MM)}"'
        f' w:bottom="{mm(gb.MARGIN_BOTTOM_MM)}" w:left="{mm(gb.MARGIN_LEFT_MM)}"'
        f' w:header="{mm(15)}" w:footer="{mm(gb.FOOTER_DISTANCE_MM)}" w:gutter="0"/>'
        f'<w:docGrid w:type="linesAndChars" w:linePitch="{gb.LINE_PITCH_TWIPS}" w:charSpace="{gb.CHAR_SPACE}"/>'
        "</w:sectPr>"
    )


def _settings() -> str:
    """Return settings.xml. Order of elements is fixed by the schema; Word refuses another."""
    return (
        f"<w:settings {_W}>"
        # Printed on both sides and bound at the left: the binding margin changes sides (clause 6).
        '<w:mirrorMargins/><w:defaultTabStop w:val="640"/><w:evenAndOddHeaders/>'
        # A compressed comma would break the count of 28 characters.
        '<w:characterSpacingControl w:val="doNotCompress"/>'
        '<w:compat><w:compatSetting w:name="compatibilityMode"'
        ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def _font(typeface: gb.Typeface) -> str:
    """Return a font table entry; 86 (hexadecimal) is the character set GB 2312."""
    return (
        f'<w:font w:name="{typeface.name}"><w:altName w:val="{typeface.substitute}"/>'
        f'<w:panose1 w:val="{typeface.panose}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{typeface.family}"/><w:pitch w:val="fixed"/></w:font>'
    )


def _defaults() -> str:
    """Return what holds for every style: black 3号 仿宋, Chinese, nothing of Word's own."""
    return (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{_fonts(gb.FANGSONG)}"
        f'<w:snapToGrid w:val="0"/>{_size(gb.SIZE_3)}<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )


def _style(style: Style) -> str:
    """Return the XML of a paragraph style; all are based on the first one."""
    is_normal = style.style_id == "Normal"
    flag = ' w:default="1"' if is_normal else ""
    parent = "" if is_normal else '<w:basedOn w:val="Normal"/>'
    spacing = gb.CHAR_SPACING_TWIPS if style.gridded else 0
    return (
        f'<w:style w:type="paragraph"{flag} w:styleId="{style.style_id}"><w:name w:val="{style.name}"/>{parent}'
        f"<w:qFormat/><w:pPr>{_paragraph_properties(style)}</w:pPr>"
        f'<w:rPr>{_fonts(style.typeface)}<w:spacing w:val="{spacing}"/>{_size(style.size)}</w:rPr></w:style>'
    )


def _paragraph_properties(style: Style) -> str:
    """Return the content of w:pPr, in the order of the schema."""
    rule = "exact" if style.gridded else "atLeast"
    keep = "<w:keepNext/>" if style.keep_next else ""
    double = '<w:bottom w:val="thickThinSmallGap" w:sz="18" w:space="8" w:color="000000"/>'
    border = f"<w:pBdr>{double}</w:pBdr>" if style.ruled else ""
    outline = "" if style.outline is None else f'<w:outlineLvl w:val="{style.outline}"/>'
    return (
        # Pages hold 22 lines; moving a lone line to the next page would make them uneven.
        f'{keep}<w:widowControl w:val="0"/>{border}'
        # Extra space between Chinese and digits would break the count of 28 characters.
        '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/>'
        f'<w:spacing w:before="{round(style.above * gb.LINE_PITCH_TWIPS)}"'
        f' w:after="{round(style.below * gb.LINE_PITCH_TWIPS)}"'
        f' w:line="{round(style.line * gb.TWIPS_PER_POINT)}" w:lineRule="{rule}"/>'
        f'{_indent(style)}<w:jc w:val="{style.align}"/>{outline}'
    )


def _indent(style: Style) -> str:
    """Return w:ind with every measure twice: in characters for Word, in twips for the rest."""
    character = style.size * gb.TWIPS_PER_POINT
    given = (("left", style.left), ("right", style.right), ("firstLine", style.first_line))
    measures = "".join(
        f' w:{side}Chars="{count * 100}" w:{side}="{round(count * character)}"' for side, count in given if count
    )
    return f"<w:ind{measures}/>" if measures else ""


def _table_styles() -> str:
    """Return a table with a full grid, and one ruled across only for the facts of a record."""
    rule = '<w:{} w:val="single" w:sz="{}" w:space="0" w:color="000000"/>'
    full = "".join(rule.format(edge, 4) for edge in ("top", "left", "bottom", "right", "insideH", "insideV"))
    across = "".join(rule.format(edge, 4) for edge in ("bottom", "insideH"))
    return _table_style("GridTable", "公文 表格", full, 85) + _table_style("FactTable", "公文 要素表", across, 0)


def _table_style(style_id: str, name: str, borders: str, side_padding: int) -> str:
    """Return a table style; paddings are in twips."""
    return (
        f'<w:style w:type="table" w:styleId="{style_id}"><w:name w:val="{name}"/><w:tblPr>'
        f"<w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>"
        f'<w:top w:w="30" w:type="dxa"/><w:left w:w="{side_padding}" w:type="dxa"/>'
        f'<w:bottom w:w="30" w:type="dxa"/><w:right w:w="{side_padding}" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style>"
    )


def _fonts(typeface: gb.Typeface) -> str:
    """Return w:rFonts. One name for every script, so that “ ” — and digits stay in the Chinese font."""
    name = typeface.name
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def _size(points: float) -> str:
    """Return the type size; the file counts half points."""
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'


def _twips_of_mm(millimetres: float) -> int:
    return round(millimetres * gb.POINTS_PER_MM * gb.TWIPS_PER_POINT)

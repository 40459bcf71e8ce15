from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.text import one_line, paragraphs
from documents.word import Fact, OfficialDocument
from tests.documents.opened import MM, W, lines, part, styles, value, word

pytestmark = pytest.mark.once

CREATED = datetime(2026, 10, 23, 17, 6, tzinfo=UTC)
HOSTILE = "<b>&amp;</b>]]>\x00\ud83d👩‍👩‍👧 {{ x }} =1+1"
CLEAN = "<b>&amp;</b>]]>👩‍👩‍👧 {{ x }} =1+1"


@pytest.fixture
def document():
    return OfficialDocument(organisation="中共市财政局机关第一支部委员会", created=CREATED)


def test_page_is_a4_with_the_margins_of_the_standard(document):
    section = word(document.save()).sections[0]
    measured = [
        section.page_width,
        section.page_height,
        section.top_margin,
        section.bottom_margin,
        section.left_margin,
        section.right_margin,
    ]
    expected = [210, 297, 37, 35, 28, 26]
    assert [round(length / MM) for length in measured] == expected
    assert all(abs(length / MM - target) < 0.1 for length, target in zip(measured, expected, strict=True))


def test_page_declares_the_grid(document):
    grid = part(document.save(), "word/document.xml").find(f".//{W}docGrid")
    assert grid.attrib == {f"{W}type": "linesAndChars", f"{W}linePitch": "579", f"{W}charSpace": "-848"}


def test_running_text_is_16_point_fangsong_at_an_exact_pitch_with_two_characters_indent(document):
    body = styles(document.save())["BodyText"]
    assert value(body, "rPr/rFonts", "eastAsia") == value(body, "rPr/rFonts", "ascii") == "仿宋_GB2312"
    assert value(body, "rPr/sz") == "32"
    assert value(body, "rPr/spacing") == "-6"
    assert (value(body, "pPr/spacing", "line"), value(body, "pPr/spacing", "lineRule")) == ("579", "exact")
    assert value(body, "pPr/ind", "firstLineChars") == "200"


@pytest.mark.parametrize(
    ("style_id", "font", "half_points"),
    [
        ("Title", "方正小标宋简体", "44"),
        ("Heading1", "黑体", "32"),
        ("Heading2", "楷体_GB2312", "32"),
        ("Heading3", "仿宋_GB2312", "32"),
        ("Heading4", "仿宋_GB2312", "32"),
        ("Footer", "宋体", "28"),
        ("TableText", "仿宋_GB2312", "24"),
    ],
)
def test_each_part_has_its_font_and_size(document, style_id, font, half_points):
    style = styles(document.save())[style_id]
    assert (value(style, "rPr/rFonts", "eastAsia"), value(style, "rPr/sz")) == (font, half_points)


def test_every_font_used_has_a_substitute_and_none_is_embedded(document):
    data = document.save()
    table = {font.attrib[f"{W}name"]: value(font, "altName") for font in part(data, "word/fontTable.xml")}
    assert table == {
        "方正小标宋简体": "宋体",
        "仿宋_GB2312": "仿宋",
        "楷体_GB2312": "楷体",
        "黑体": "SimHei",
        "宋体": "SimSun",
    }
    used = {node.get(f"{W}eastAsia") for node in part(data, "word/styles.xml").iter(f"{W}rFonts")}
    assert used == set(table)
    assert [name for name in ZipFile(BytesIO(data)).namelist() if "font" in name] == ["word/fontTable.xml"]


def test_page_numbers_are_fields_right_on_odd_and_left_on_even_pages(document):
    data = document.save()
    assert part(data, "word/settings.xml").find(f"{W}evenAndOddHeaders") is not None
    section = word(data).sections[0]
    assert 24 <= section.footer_distance / MM <= 25.5
    for footer, style_id, side in (
        (section.footer, "Footer", "right"),
        (section.even_page_footer, "FooterEven", "left"),
    ):
        paragraph = footer.paragraphs[0]
        assert paragraph.text == "— 1 —"
        assert [node.text for node in paragraph._p.iter(f"{W}instrText")] == ["PAGE"]
        kinds = [node.get(f"{W}fldCharType") for node in paragraph._p.iter(f"{W}fldChar")]
        assert kinds == ["begin", "separate", "end"]
        style = styles(data)[style_id]
        assert paragraph._p.style == style_id
        assert value(style, "pPr/jc") == side
        assert value(style, "pPr/ind", f"{side}Chars") == "100"


def test_properties_name_the_organisation_and_the_given_time_only(document):
    document.title("关于开展主题党日的报告")
    data = document.save()
    properties = word(data).core_properties
    assert (properties.author, properties.last_modified_by) == ("中共市财政局机关第一支部委员会",) * 2
    assert properties.title == "关于开展主题党日的报告"
    assert properties.created == properties.modified == CREATED
    with ZipFile(BytesIO(data)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2026, 10, 23, 17, 6, 0)}
        assert "docProps/app.xml" not in archive.namelist()


def test_the_same_document_is_the_same_bytes(document):
    document.paragraph("内容")
    assert document.save() == document.save()


def test_a_time_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        OfficialDocument(organisation="", created=datetime(2026, 10, 23))


def test_headings_number_themselves_and_start_anew_below_a_higher_one(document):
    for level, text in [(1, "甲"), (2, "乙"), (3, "丙"), (4, "丁"), (2, "戊"), (3, "己"), (1, "庚"), (2, "辛")]:
        document.heading(level, text)
    texts = [paragraph.text for paragraph in word(document.save()).paragraphs]
    assert texts == ["一、甲", "（一）乙", "1.丙", "（1）丁", "（二）戊", "1.己", "二、庚", "（一）辛"]


@pytest.mark.parametrize("level", [0, 5])
def test_there_are_four_levels_of_headings(document, level):
    with pytest.raises(ValueError, match="four levels"):
        document.heading(level, "甲")


def test_a_letter_has_addressee_text_and_date(document):
    document.addressee("市直机关工委:")
    document.paragraph("第一段\n\n　　第二段")
    document.date_line(date(2026, 1, 9))
    data = document.save()
    assert lines(data, "Addressee") == ["市直机关工委："]
    assert lines(data, "BodyText") == ["第一段", "第二段"]
    assert lines(data, "Date") == ["2026年1月9日"]
    assert value(styles(data)["Date"], "pPr/ind", "rightChars") == "400"


def test_signatures_stay_with_the_text_before_them(document):
    document.paragraph("最后一段")
    document.signatures(["主持人（签字）", "记录人（签字）"])
    text, signature = word(document.save()).paragraphs
    assert text.paragraph_format.keep_with_next
    assert signature.text == "主持人（签字）：\t\t记录人（签字）：\t"
    assert [stop.leader.name for stop in signature.paragraph_format.tab_stops] == ["LINES", "SPACES", "LINES"]


def test_narrow_facts_share_a_row_and_a_wide_one_has_its_own(document):
    document.facts(
        [Fact("主持人", "林知远"), Fact("记录人", "沈若川"), Fact("地点", "会议室", wide=True), Fact("学时", "2")]
    )
    rows = part(document.save(), "word/document.xml").iter(f"{W}tr")
    texts = [["".join(cell.itertext()) for cell in row.iter(f"{W}tc")] for row in rows]
    assert texts == [["主持人", "林知远", "记录人", "沈若川"], ["地点", "会议室"], ["学时", "2"]]


def test_tables_are_fixed_repeat_their_header_and_keep_rows_whole(document):
    document.table(["姓名", "原因"], [("顾清和", "出差"), ("罗守正", "长" * 120)], widths=[1, 3])
    table = word(document.save()).tables[0]
    assert table.autofit is False
    assert [round(column.width / MM) for column in table.columns] == [39, 117]
    heads = [row._tr.find(f"{W}trPr/{W}tblHeader") is not None for row in table.rows]
    whole = [row._tr.find(f"{W}trPr/{W}cantSplit") is not None for row in table.rows]
    assert (heads, whole) == ([True, False, False], [True, True, True])


def test_two_tables_in_a_row_stay_two(document):
    document.facts([Fact("时间", "下午", wide=True)])
    document.table(["姓名"], [["顾清和"]], widths=[1])
    body = part(document.save(), "word/document.xml").find(f"{W}body")
    assert [child.tag.removeprefix(W) for child in body] == ["tbl", "p", "tbl", "sectPr"]


def test_rows_to_be_filled_in_by_hand_are_as_high_as_asked(document):
    document.table(["姓名", "签字"], [("顾清和", "")], widths=[1, 1], least_mm=9)
    head, row = word(document.save()).tables[0].rows
    assert (head.height, round(row.height / MM)) == (None, 9)


@pytest.mark.parametrize(
    ("sender", "of_sender", "of_date"),
    [("市财政局机关党委", 3.5, 4), ("中共市财政局机关第一支部委员会", 2, 6), ("工委", 6.5, 4)],
)
def test_a_letter_is_signed_with_the_date_centred_below_the_sender(document, sender, of_sender, of_date):
    document.paragraph("妥否，请批示。")
    document.signed(sender, date(2026, 11, 20))
    text, name, when = word(document.save()).paragraphs
    assert (name.text, when.text) == (sender, "2026年11月20日")
    for paragraph, characters in ((name, of_sender), (when, of_date)):
        assert paragraph.paragraph_format.right_indent.pt == characters * 16
        assert paragraph._p.pPr.ind.get(f"{W}rightChars") == str(round(characters * 100))
    assert text.paragraph_format.keep_with_next
    assert name.paragraph_format.keep_with_next


def test_the_number_of_a_letter_stands_two_lines_above_its_title(document):
    document.document_number("〔2026〕　　号")
    document.title("关于……的请示")
    data = document.save()
    assert lines(data, "DocumentNumber") == ["〔2026〕　　号"]
    assert value(styles(data)["DocumentNumber"], "pPr/spacing", "after") == str(2 * 579)


def test_a_row_that_fits_on_no_page_may_break(document):
    document.table(["姓名", "原因"], [("顾清和", "长" * 10_000)], widths=[1, 3])
    head, row = word(document.save()).tables[0].rows
    assert head._tr.find(f"{W}trPr/{W}cantSplit") is not None
    assert row._tr.find(f"{W}trPr/{W}cantSplit") is None
    assert row.cells[1].text == "长" * 10_000


def test_a_row_of_another_length_than_the_header_is_refused(document):
    with pytest.raises(ValueError, match="zip"):
        document.table(["姓名", "原因"], [("顾清和",)], widths=[1, 3])


def test_hostile_text_arrives_as_text_wherever_it_is_put(document):
    document.kicker(HOSTILE)
    document.title(HOSTILE * 20)
    document.number(HOSTILE)
    document.addressee(HOSTILE)
    document.heading(1, HOSTILE)
    document.paragraph(HOSTILE)
    document.numbered([HOSTILE])
    document.facts([Fact(HOSTILE, HOSTILE)])
    document.table([HOSTILE], [[HOSTILE]], widths=[1])
    document.annex_note(HOSTILE)
    document.signatures([HOSTILE])
    document.note(HOSTILE)
    document.annex(HOSTILE)
    document.subtitle(HOSTILE)
    opened = word(document.save())
    assert [paragraph.text for paragraph in opened.paragraphs] == [
        CLEAN,
        CLEAN * 20,
        CLEAN,
        f"{CLEAN}：",
        f"一、{CLEAN}",
        CLEAN,
        f"1. {CLEAN}",
        "",
        f"附件：{CLEAN}",
        f"{CLEAN}：\t",
        f"（{CLEAN}）",
        "附件",
        CLEAN,
        CLEAN,
    ]
    cells = part(document.save(), "word/document.xml").iter(f"{W}tc")
    assert ["".join(cell.itertext()) for cell in cells] == [CLEAN] * 4


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_any_text_makes_a_file_that_opens(text):
    document = OfficialDocument(organisation=text, created=CREATED)
    document.title(text)
    document.paragraph(text)
    document.table([text], [[text]], widths=[1])
    title, *body = word(document.save()).paragraphs
    assert title.text == one_line(text)
    assert [paragraph.text for paragraph in body] == paragraphs(text)


def test_ten_thousand_characters_arrive_whole(document):
    document.title("题" * 10_000)
    document.paragraph("文" * 10_000)
    title, text = word(document.save()).paragraphs
    assert (title.text, text.text) == ("题" * 10_000, "文" * 10_000)
    assert len(word(document.save()).core_properties.title) == 255

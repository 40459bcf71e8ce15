"""Tables as offices have them: merged, divided, broken, several in a file. What is read stands where it belongs, or not at all."""

from __future__ import annotations

import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table
from openpyxl import Workbook
from openpyxl.worksheet.cell_range import CellRange

from responsibilities.importing.tables import ALL
from tests.conftest import City
from tests.responsibilities import imports_made as made
from tests.responsibilities.imports_made import PLAIN, TITLES

PARTY, ORGAN, BRANCH = "党组（党委）", "机关党委", "党支部"
FOUR = [
    ("2", PARTY, "党组书记"),
    ("3", BRANCH, "支部书记"),
    ("4", BRANCH, "支部书记"),
    ("5", ORGAN, "机关党委专职副书记"),
]
# Whom a row binds is merged over two rows, across two categories; the category over two others.
MERGED = (
    ("1", "理论武装", "抓好中心组学习。", "", "局党组", "党组书记", "每季度", ""),
    ("2", "组织生活", "专题研究机关党建。", "", "", "", "每半年", ""),
    ("3", "", "过好主题党日。", "", "各党支部", "支部书记", "每月", ""),
)


@pytest.fixture
def read(city: City, today):
    """``read(data)``: the import of a file by the work committee."""

    def receive(data: bytes, name: str = "责任清单.xlsx", **given):
        return made.received(data, city.committee, city.gongwei, name=name, **given)

    return receive


def lines(record):
    return made.preview(record).check.read.lines


def test_a_plain_sheet_with_titles_above_and_notes_below(read):
    top = ("2026年党建工作要求",)  # which might be the title of a column
    below = (("合计", "", "4项"), ("注：未尽事项由机关党委解释。",))
    record = read(made.workbook(top, TITLES, *PLAIN, *below, merged=["A1:H1", "A8:H8"]))
    assert [column["title"] for column in record.columns] == list(TITLES)
    assert made.places(record) == [(str(int(number) + 1), *seat) for number, *seat in FOUR]
    assert made.preview(record).table.skipped == [("7", "合计行"), ("8", "表尾说明")]
    assert made.whys(record) == []


def test_a_cell_merged_down_counts_for_each_of_its_rows_in_excel(read):
    record = read(made.workbook(TITLES, *MERGED, merged=["B3:B4", "E2:E3", "F2:F3"]))
    assert made.places(record) == [("2", PARTY, "党组书记"), ("3", PARTY, "党组书记"), ("4", BRANCH, "支部书记")]
    assert [line.category for line in lines(record)] == ["理论武装", "组织生活", "组织生活"]


def test_a_cell_merged_down_counts_for_each_of_its_rows_in_word(read):
    def merge(table: Table) -> None:
        made.down(table, 1, 2, 3)
        made.down(table, 4, 1, 2)
        made.down(table, 5, 1, 2)

    record = read(made.word((TITLES, *MERGED), touch=merge), "清单.docx")
    assert made.places(record) == [("2", PARTY, "党组书记"), ("3", PARTY, "党组书记"), ("4", BRANCH, "支部书记")]
    assert [line.category for line in lines(record)] == ["理论武装", "组织生活", "组织生活"]


HEADER = (
    ("序号", "工作内容", "责任分工", "", "完成时限"),
    ("", "", "责任单位", "责任人", ""),
)
UNDER = (("1", "抓好中心组学习。", "局党组", "党组书记", "每季度"), ("2", "上党课。", "各党支部", "书记", "每季度"))


def test_a_header_of_two_rows_in_excel(read):
    merged = ["A1:A2", "B1:B2", "C1:D1", "E1:E2"]
    record = read(made.workbook(*HEADER, *UNDER, merged=merged))
    assert [column["title"] for column in record.columns] == [
        "序号",
        "工作内容",
        "责任分工 责任单位",
        "责任分工 责任人",
        "完成时限",
    ]
    assert made.places(record) == [("3", PARTY, "党组书记"), ("4", BRANCH, "支部书记")]


def test_a_header_of_two_rows_in_word(read):
    def merge(table: Table) -> None:
        for column in (0, 1, 4):
            made.down(table, column, 0, 1)
        table.cell(0, 2).merge(table.cell(0, 3))

    record = read(made.word((*HEADER, *UNDER), touch=merge), "清单.docx")
    assert made.places(record) == [("3", PARTY, "党组书记"), ("4", BRANCH, "支部书记")]


def test_a_vertical_merge_without_a_beginning_is_refused_and_shifts_nothing(read):
    def merge(table: Table) -> None:
        made.down(table, 4, 2, 3)
        made.lose_start(table, 2, 4)

    record = read(made.word((TITLES, *PLAIN), touch=merge), "清单.docx")
    assert [place for place in made.places(record) if place[0] != "4"] == [FOUR[0], FOUR[1], FOUR[3]]
    assert [(number, why[:10]) for number, why in made.whys(record)] == [("4", "这一行的合并单元格断")]


@pytest.mark.parametrize(
    ("breaking", "why"),
    [
        (lambda table: made.add_cell(table, 2), "这一行的单元格比表头多"),
        (lambda table: made.drop_cell(table, 2, 4), "这一行的单元格比表头少"),
    ],
    ids=["more", "fewer"],
)
def test_a_row_whose_cells_do_not_fit_is_refused_and_shifts_nothing(read, breaking, why):
    record = read(made.word((TITLES, *PLAIN), touch=breaking), "清单.docx")
    assert made.places(record) == [FOUR[0], FOUR[2], FOUR[3]]
    assert [(number, said.startswith(why)) for number, said in made.whys(record)] == [("3", True)]


def test_what_hangs_on_a_row_that_cannot_be_read_is_refused_with_it(read):
    def merge(table: Table) -> None:
        made.down(table, 4, 2, 4)  # 责任单位 over three rows
        made.add_cell(table, 3)  # the middle one is broken

    record = read(made.word((TITLES, *PLAIN), touch=merge), "清单.docx")
    assert [number for number, *_ in made.places(record)] == ["2", "3"]
    assert [number for number, _ in made.whys(record)] == ["4", "5"]


def _moved_border(table: Table) -> None:
    """The border between the first two columns of the second row was drawn a little aside: the grid has a column more."""
    grid = table._tbl.tblGrid
    narrow = OxmlElement("w:gridCol")
    narrow.set(qn("w:w"), "60")
    grid.insert(1, narrow)
    for place, row in enumerate(table.rows):
        # Where the border was moved, the second cell reaches over the narrow column; elsewhere the first one does.
        cell = row._tr.tc_lst[1 if place == 2 else 0]
        cell.grid_span = 2


def test_a_border_drawn_a_little_aside_moves_nothing(read):
    record = read(made.word((TITLES, *PLAIN), touch=_moved_border), "清单.docx")
    assert made.places(record) == FOUR
    assert [line.category for line in lines(record)] == [row[1] for row in PLAIN]


def test_a_cell_divided_under_one_title_is_refused(read):
    def divide(table: Table) -> None:
        for place, row in enumerate(table.rows):
            if place != 2:
                cell = row._tr.tc_lst[4]
                cell.grid_span = 2
            else:
                row._tr.tc_lst[4].addnext(_cell("各党支部乙"))
        table._tbl.tblGrid.insert(4, _copy(table))

    record = read(made.word((TITLES, *PLAIN), touch=divide), "清单.docx")
    assert made.places(record) == [FOUR[0], FOUR[2], FOUR[3]]
    assert [why[:15] for _, why in made.whys(record)] == ["这一行里有单元格拆成了几格，和"]


def _copy(table: Table):
    column = OxmlElement("w:gridCol")
    column.set(qn("w:w"), table._tbl.tblGrid.gridCol_lst[4].get(qn("w:w")))
    return column


def _cell(text: str):
    cell = OxmlElement("w:tc")
    paragraph, run, words = OxmlElement("w:p"), OxmlElement("w:r"), OxmlElement("w:t")
    words.text = text
    run.append(words)
    paragraph.append(run)
    cell.append(paragraph)
    return cell


def test_ranges_that_overlap_in_excel_are_refused(read):
    def overlap(book: Workbook) -> None:
        # openpyxl itself refuses to write such a file by its usual way; broken writers do.
        book.active.merged_cells.ranges.add(CellRange("B2:B3"))
        book.active.merged_cells.ranges.add(CellRange("B3:B4"))

    record = read(made.workbook(TITLES, *PLAIN, more=overlap))
    assert "3" not in [number for number, *_ in made.places(record)]
    assert ("3", "这一行的合并单元格互相重叠，分不清各列。请取消合并，重新合并一次。") in made.whys(record)


SHORT = ("序号", "工作内容", "工作措施", "完成时限")


def test_several_tables_of_one_file_say_in_their_captions_whose_they_are(read):
    tables = (
        (SHORT, ("1", "抓好中心组学习。", "", "每季度"), ("2", "上党课。", "", "每年")),
        (SHORT, ("1", "过好主题党日。", "", "每月")),
        (("姓名", "电话"), ("某某", "13900001111")),
    )
    captions = ["一、党组书记责任清单", "二、党支部书记责任清单", "附：联系人"]
    record = read(made.word(*tables, captions=captions), "清单.docx")
    assert record.tables == [ALL, "表 1：一、党组书记责任清单", "表 2：二、党支部书记责任清单"]
    assert made.places(record) == [
        ("表 1第 2 行", PARTY, "党组书记"),
        ("表 1第 3 行", PARTY, "党组书记"),
        ("表 2第 2 行", BRANCH, "支部书记"),
    ]
    assert "13900001111" not in str(record.content)


def test_a_sheet_with_headings_across_instead_of_a_category(read):
    titles = ("序号", "工作内容", "责任人", "完成时限")
    rows = (
        ("一、统筹谋划部署",),
        ("1", "专题研究机关党建。", "党组书记", "每半年"),
        ("二、支部建设", "", "", ""),
        ("2", "过好主题党日。", "支部书记", "每月"),
    )
    record = read(made.workbook(titles, *rows, merged=["A2:D2"]))
    assert [(line.category, line.post) for line in lines(record)] == [
        ("统筹谋划部署", "党组书记"),
        ("支部建设", "支部书记"),
    ]


def test_headings_across_that_say_whose_the_duties_are(read):
    titles = ("序号", "工作内容", "完成时限")
    rows = (("党组书记",), ("1", "上党课。", "每年"), ("党支部书记",), ("2", "过好主题党日。", "每月"))
    record = read(made.workbook(titles, *rows, merged=["A2:C2", "A4:C4"]))
    assert made.places(record) == [("3", PARTY, "党组书记"), ("5", BRANCH, "支部书记")]


def test_several_in_one_cell_are_a_duty_for_each(read):
    titles = ("序号", "工作内容", "责任单位", "责任人")
    rows = (
        ("1", "抓好问题整改。", "", "党组书记、支部书记"),
        ("2", "谈心谈话。", "机关党委、各党支部", "专职副书记、支部书记"),
        ("3", "上党课。", "各党支部", "支部书记\n支部书记"),
    )
    record = read(made.workbook(titles, *rows))
    assert made.places(record) == [
        ("2", PARTY, "党组书记"),
        ("2", BRANCH, "支部书记"),
        ("3", ORGAN, "机关党委专职副书记"),
        ("3", BRANCH, "支部书记"),
        ("4", BRANCH, "支部书记"),
    ]


def test_full_width_digits_and_a_contents_cell_over_two_columns(read):
    rows = (
        ("１", "组织生活", "上党课。", "", "各党支部", "支部书记", "每季度不少于２次", ""),
        ("２", "组织生活", "报告工作。", "形成报告", "机关党委", "专职副书记", "２０２６年６月３０日前", ""),
    )
    record = read(made.workbook(TITLES, *rows, merged=["C2:D2"]))
    first, second = (shown.line for shown in made.preview(record).new)
    assert (first.content, first.measure, first.rhythm, first.times) == ("上党课。", "", "quarter", 2)
    assert (second.rhythm, str(second.deadline)) == ("once", "2026-06-30")


def test_a_text_file_from_an_old_office(read):
    text = "\n".join(",".join(row) for row in (TITLES, *PLAIN))
    assert made.places(read(text.encode("gb18030"), "清单.csv")) == FOUR


def test_the_header_of_the_next_printed_page_is_no_duty(read):
    record = read(made.word((TITLES, *PLAIN[:2], TITLES, *PLAIN[2:]), captions=[]), "清单.docx")
    assert [number for number, *_ in made.places(record)] == ["2", "3", "5", "6"]
    assert made.preview(record).table.skipped == [("4", "重复的表头")]


def test_measures_alone_are_the_contents(read):
    record = read(made.workbook(("措施", "责任主体", "时限"), ("过好主题党日。", "各党支部", "每月")))
    assert [(line.content, line.measure) for line in lines(record)] == [("过好主题党日。", "")]


def test_another_sheet_can_be_taken(read, city):
    def more(book: Workbook) -> None:
        other = book.create_sheet("支部")
        other.append(["工作内容", "责任人"])
        other.append(["走访服务对象。", "支部书记"])

    record = read(made.workbook(TITLES, *PLAIN, more=more))
    assert (record.tables, record.table) == (["责任清单", "支部"], "责任清单")
    made.receiving.choose_table(record, "支部", by=city.gongwei)
    record.refresh_from_db()
    assert made.places(record) == [("2", BRANCH, "支部书记")]


def test_private_columns_are_never_kept(read):
    titles = (*TITLES, "联系电话", "编号二")
    rows = [(*row, "13900001111", "220102199001011234") for row in PLAIN]
    record = read(made.workbook(titles, *rows))
    assert [column["title"] for column in record.columns if column["forbidden"]] == ["联系电话", "编号二"]
    record.refresh_from_db()
    assert "13900001111" not in str(record.__dict__)
    assert "220102199001011234" not in str(record.__dict__)

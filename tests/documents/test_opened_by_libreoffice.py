"""Our Word files in LibreOffice, as it sets them on paper: what is measured is its own PDF of them.

The type of the standard is commercial and stands on no test machine. What takes its place here (Noto Sans CJK) is as
wide as high like every Chinese face, so lines, pages and tables are measured; the look of the letters is not.
"""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, time
from io import BytesIO

import pytest
from pypdf import PdfReader

from documents.attendance import AttendanceList, Listed, attendance_document
from documents.letters import Letter, letter_document
from documents.minutes import Attendee, Minutes, Votes, minutes_document
from documents.word import OfficialDocument
from tests.documents.measures import assert_official
from tests.services import soffice_path

pytestmark = pytest.mark.soffice

CREATED = datetime(2026, 10, 23, 17, 6, tzinfo=UTC)
HOST = "中共市财政局机关第一支部委员会"
# Every character is one cell wide and none may stand at the end of a line only: no punctuation, no Latin.
PLAIN = "春眠不觉晓处处闻啼鸟夜来风雨声花落知多少"
LINES, CHARACTERS = 22, 28
POINTS_PER_MM = 72 / 25.4
NAMES = tuple(f"{number}号" + "阿布都热合曼" * (number % 4 + 1) for number in range(120))
REASON = "到外县集中检查，回来以后补学，" * 40


def plain() -> bytes:
    document = OfficialDocument(organisation=HOST, created=CREATED)
    document.paragraph(PLAIN * 100)
    return document.save()


def minutes() -> bytes:
    people = tuple(
        Attendee(name, number % 2 == 0, "" if number % 2 == 0 else "出差") for number, name in enumerate(NAMES)
    )
    long = replace(people[1], reason=REASON)
    return minutes_document(
        Minutes(
            HOST,
            "〔2026〕第31号",
            ("主题党日",),
            "参观史料专题展",
            date(2026, 10, 23),
            time(14),
            time(16, 20),
            "市博物馆",
            "林知远",
            "沈若川",
            120,
            60,
            CREATED,
            attendance=(people[0], long, *people[2:]),
            content="学习讨论。\n" * 30,
            decisions="完成初稿\n走访社区",
            votes=Votes(24, 22, 20, 1, 1),
        )
    )


def attendance() -> bytes:
    people = [Listed(name, "第一党支部第二党小组", "正式党员", True) for name in NAMES]
    people[3] = replace(people[3], present=False, reason=REASON, made_up_on=date(2026, 10, 30))
    facts = (True, date(2026, 10, 23), time(14), time(16, 20), "市博物馆", "林知远")
    return attendance_document(AttendanceList(HOST, "", "参观史料专题展", *facts, tuple(people), CREATED))


def letter() -> bytes:
    text = ("我支部申请2026年10月不适用“党小组会”要求。", "妥否，请批示。")
    title = "关于“党小组会”要求不适用的请示"
    return letter_document(Letter(HOST, title, "市财政局机关党委", text, date(2026, 10, 23), CREATED))


WRITTEN = {"plain": plain, "minutes": minutes, "attendance": attendance, "letter": letter}


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> dict[str, PdfReader]:
    """The files as PDF, all converted by one call with a profile of its own."""
    folder = tmp_path_factory.mktemp("soffice")
    files = []
    for name, write in WRITTEN.items():
        files.append(folder / f"{name}.docx")
        files[-1].write_bytes(write())
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [soffice_path(), profile, "--headless", "--convert-to", "pdf", "--outdir", folder, *files]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return {name: PdfReader(BytesIO((folder / f"{name}.pdf").read_bytes())) for name in WRITTEN}


def lines(page) -> list[str]:
    return page.extract_text().splitlines()


def squeezed(reader: PdfReader) -> str:
    """The whole text without line ends and blanks: a cell may break anywhere."""
    return "".join("".join(page.extract_text().split()) for page in reader.pages)


@pytest.mark.parametrize("write", WRITTEN.values(), ids=WRITTEN)
def test_every_document_keeps_the_measures_of_the_standard(write):
    assert_official(write())


def test_a_page_holds_22_lines_of_28_characters(printed):
    pages = printed["plain"].pages
    assert len(pages) == 4  # 2000 characters and an indent of two are 72 lines
    for page in pages[:3]:
        *body, _ = lines(page)
        assert len(body) == LINES
    first, *full = lines(pages[0])[:-1]
    assert (len(first), {len(line) for line in full}) == (CHARACTERS - 2, {CHARACTERS})


def test_the_text_block_stands_where_the_standard_puts_it(printed):
    """Head margin 37 mm, binding margin 28 mm on either side of the sheet, ±1 mm and what a letter leaves of its cell."""
    for page, binding_mm in zip(printed["plain"].pages[:2], (28, 26), strict=False):
        places = []
        page.extract_text(visitor_text=lambda text, _, matrix, *rest: places.append((text, matrix)))  # noqa: B023
        at = [(matrix[4], float(page.mediabox.height) - matrix[5]) for text, matrix in places if PLAIN[0] in text]
        left = min(x for x, _ in at) / POINTS_PER_MM
        top = min(y for _, y in at) / POINTS_PER_MM
        assert left == pytest.approx(binding_mm, abs=1)
        # The first base line is a letter (5.6 mm) and its share of the pitch below the head margin.
        assert top == pytest.approx(37 + 7.5, abs=1.5)


@pytest.mark.parametrize("name", WRITTEN)
def test_every_page_is_numbered(printed, name):
    pages = printed[name].pages
    assert [lines(page)[-1] for page in pages] == [f"— {number} —" for number in range(1, len(pages) + 1)]


def test_a_letter_is_one_page(printed):
    assert len(printed["letter"].pages) == 1
    assert "2026年10月23日" in squeezed(printed["letter"])


@pytest.mark.parametrize(
    ("name", "heads", "times"),
    [("attendance", ["序号", "姓名", "单位"], 1), ("minutes", ["序号", "姓名", "到会", "缺席原因"], 2)],
)
def test_a_long_table_keeps_all_its_text_and_repeats_its_head(printed, name, heads, times):
    """The minutes give the reason twice: among the facts, and in the table."""
    reader = printed[name]
    text = squeezed(reader)
    assert all(name in text for name in NAMES)
    assert text.count("检") == times * REASON.count("检")
    table = [page for page in reader.pages if "序号" in page.extract_text()]
    assert len(table) >= 3
    assert table == list(reader.pages)[-len(table) :]
    for page in table:
        assert all(head in "".join(page.extract_text().split()) for head in heads)

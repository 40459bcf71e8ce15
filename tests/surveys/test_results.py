"""The page of results, its Word and its Excel file: the released tables, the same figures three times, and nothing else."""

from __future__ import annotations

import ast
import html
import re
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys import destroying
from surveys.models import Survey
from surveys.published import lines
from surveys.results import Results
from tests.conftest import City
from tests.surveys import results_made as made

MOST = 15
ROOT = Path(__file__).resolve().parents[2]
MINE = (
    *(ROOT / "surveys").glob("results*.py"),
    *(ROOT / "surveys" / name for name in ("reading.py", "published.py", "heat.py", "headlines.py", "waves.py")),
    *(ROOT / "surveys" / name for name in ("distributions.py", "breakdown_tables.py", "method.py", "charts.py")),
    *(ROOT / "surveys" / name for name in ("findings.py", "comment_review.py", "comment_pages.py")),
    *(ROOT / "surveys" / "views" / f"{name}.py" for name in ("results", "comments", "findings")),
    ROOT / "surveys" / "forms" / "results.py",
)
STORE = {"Sheet", "DropBox", "SpentBallot", "DeskMark", "STORE", "store", "sealing", "handing_in", "closing", "ballots"}


@pytest.fixture
def later(today, time_machine) -> None:
    time_machine.move_to(made.LATER, tick=False)


@pytest.fixture
def survey(city: City, today, time_machine) -> Survey:
    row = made.released(city, comments=12)
    time_machine.move_to(made.LATER, tick=False)
    return row


def shown(client, survey: Survey, route: str = "survey-results", **query: str) -> str:
    """The page's own part as text, aria labels included."""
    content = client.get(reverse(route, args=[survey.pk]), query).content.decode()
    inner = content.split("<main", 1)[1].split("</main>", 1)[0]
    labels = " ".join(re.findall(r'aria-label="([^"]*)"', inner))
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "¦", inner)) + " " + labels)


def word(client, survey: Survey, **query: str) -> str:
    """All text of the Word file."""
    data = client.get(reverse("survey-results-word", args=[survey.pk]), query).content
    document = docx.Document(BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "¦".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def excel(client, survey: Survey) -> dict[str, list[tuple]]:
    """Sheet → rows below the header."""
    data = client.get(reverse("survey-results-excel", args=[survey.pk])).content
    book = openpyxl.load_workbook(BytesIO(data))
    return {sheet.title: list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book}


def figures(survey: Survey, part: str) -> list[str]:
    """Every figure released of the questions of a part, as printed."""
    tables = survey.tables.filter(part=part, kind="question")
    return [line.said for table in tables for row in table.payload["rows"] for line in lines(row, "")]


# The same figures three times.


def test_every_released_figure_of_a_part_stands_on_the_page_and_in_both_files(city, survey, as_person):
    client = as_person(city.gongwei)
    for part in ("all", made.part_named(survey, "第一党支部").key):
        expected = set(figures(survey, part))
        assert expected
        page, text = shown(client, survey, part=part), word(client, survey, part=part)
        assert {one for one in expected if one not in page} == set()
        assert {one for one in expected if one not in text} == set()
    rows = excel(client, survey)["逐题"]
    released = [said for part in survey.parts.all() for said in figures(survey, part.key)]
    assert sorted(row[5] for row in rows) == sorted(released)


def test_the_dimensions_are_the_same_on_the_page_in_word_and_in_excel(city, survey, as_person):
    client = as_person(city.gongwei)
    page = Results(survey, city.gongwei, made.LATER)
    heat = {row.name: (row.rate, [cell.said for cell in row.cells]) for row in page.heat}
    assert list(heat) == ["总体", "市财政局党组", "市水务局机关党委"]
    tables = {
        part.name: survey.tables.get(part=part.key, kind="dimensions").payload["rows"] for part in survey.parts.all()
    }
    found = {row["dimension"]: row["mean"]["label"] for row in tables["市水务局机关党委"]}
    assert [said for said in heat["市水务局机关党委"][1] if said != "—"] == list(found.values())
    whole = [row["mean"]["label"] for row in tables["市直机关工委"]]
    assert heat["总体"][1] == whole
    text, screen = word(client, survey), shown(client, survey)
    for rate, said in heat.values():
        assert rate in text
        assert rate in screen
        assert all(one in text and one in screen for one in said)
    expected = [(name, row["dimension"], row["mean"]["label"]) for name, rows in tables.items() for row in rows]
    assert [row[:3] for row in excel(client, survey)["维度"]] == expected


def test_the_response_is_the_same_and_gives_a_number_of_sheets_for_the_whole_alone(city, survey, as_person):
    client = as_person(city.gongwei)
    rows = excel(client, survey)["应答"]
    released = [row.payload for row in survey.tables.filter(kind="response")]
    assert [(row[0], row[2], row[3], row[4]) for row in rows] == [
        (one["name"], one["heads"], one["n"], one["label"]) for one in released
    ]
    assert [row[3] for row in rows[1:]] == [None] * (len(rows) - 1)
    whole = released[0]
    sentence = f"请 {whole['heads']} 人填"
    assert sentence in shown(client, survey)
    assert sentence in word(client, survey)


def test_a_plain_figure_is_a_number_in_excel_and_a_bound_is_not(city, survey, as_person):
    for row in excel(as_person(city.gongwei), survey)["逐题"]:
        said, value = row[5], row[6]
        plain = re.fullmatch(r"(\d+)%|(\d\.\d+)", said)
        assert (value is not None) == bool(plain), row
        if plain:
            assert value == pytest.approx(int(plain[1]) / 100 if plain[1] else float(plain[2]))


def test_no_percentage_stands_without_its_base(city, survey, as_person):
    client = as_person(city.gongwei)
    base = "百分比以回答这道题的人为底"
    assert base in shown(client, survey)
    assert base in word(client, survey)
    assert any(base in str(row[1]) for row in excel(client, survey)["怎样公布的"])
    for row in Results(survey, city.gongwei, made.LATER).heat:
        assert row.heads  # a rate stands beside the people asked


def test_attributes_and_crosses_are_the_same_everywhere(city, today, time_machine, as_person):
    made.organs(city, 10, each=30)
    survey = made.released(city, crosses=[["age", "post"]])
    time_machine.move_to(made.LATER, tick=False)
    client = as_person(city.gongwei)
    assert survey.tables.filter(kind="cross").exists()
    blocks = [one for table in survey.tables.filter(kind="attribute", part="all") for one in table.payload["blocks"]]
    for table in survey.tables.filter(kind="cross"):
        blocks += [cell for row in table.payload["cells"] for cell in row if cell]
    expected = [line.said for one in blocks for row in one["rows"] for line in lines(row, "")]
    expected += [row["mean"]["label"] for one in blocks for row in one["dimensions"]]
    page, text = shown(client, survey), word(client, survey)
    assert {said for said in expected if said not in page or said not in text} == set()
    rows = [row[6] for row in excel(client, survey)["按身份"] if row[0] == "市直机关工委"]
    assert sorted(rows) == sorted(expected)


# What is not published is nowhere.


@pytest.fixture
def merged(city: City, today, time_machine) -> Survey:
    """水务 has three sheets, so it is merged with the smallest organ besides."""
    made.organs(city, 3)
    row = made.released(city, short={"市水务局机关党委": 3})
    time_machine.move_to(made.LATER, tick=False)
    return row


def test_a_merged_unit_is_explained_and_has_no_page_and_no_figure(city, merged, as_person):
    client = as_person(city.gongwei)
    number = merged.units.get(name="市水务局机关党委").number
    page = Results(merged, city.gongwei, made.LATER)
    [row] = [row for row in page.heat if row.name == "市水务局机关党委"]
    assert (row.key, row.rate, row.heads, row.cells) == ("", "", None, ())
    assert row.hidden == "少于 5 份，或为防止用总体倒推，并入“其他单位合并”"
    assert client.get(reverse("survey-results", args=[merged.pk]), {"part": f"u{number}"}).status_code == 404
    assert row.hidden in shown(client, merged)
    assert row.hidden in word(client, merged)
    assert ("市水务局机关党委", row.hidden) in excel(client, merged)["不单独公布的"]
    for title, rows in excel(client, merged).items():
        if title not in ("不单独公布的", "怎样公布的"):
            assert [one for one in rows if "市水务局机关党委" in map(str, one)] == []


def test_the_figures_of_a_merged_unit_are_in_none_of_the_outputs(city, today, time_machine, as_person):
    """Alone 水务 would answer 「2.0」 throughout, which nobody else does; merged, no output may say so."""
    made.organs(city, 3)

    def fill(name: str, place: int):
        score = "2" if "水务" in name else "34"[place % 2]
        given = dict.fromkeys(("feel.x", "feel.y", "feel.z", "load"), score)
        return made.filled(name, place) | given

    survey = made.released(city, fill=fill, short={"市水务局机关党委": 3})
    time_machine.move_to(made.LATER, tick=False)
    client = as_person(city.gongwei)
    keys = [part.key for part in survey.parts.all()]
    outputs = [str(excel(client, survey)), *(word(client, survey, part=key) for key in keys)]
    outputs += [shown(client, survey, part=key) for key in keys]
    assert not [text for text in outputs if re.search(r"(?<![\d.])(2\.0|2\.00|1\.5 以下)(?!\d)", text)]


def test_rows_stand_in_the_order_of_the_tree_with_what_was_merged_last(city, merged):
    names = [row.name for row in Results(merged, city.gongwei, made.LATER).heat]
    units = list(merged.units.filter(parent__number=0).order_by("number").values_list("name", flat=True))
    assert names == ["总体", *units, "其他单位合并"]


def test_staff_see_their_own_unit_beside_the_whole_and_no_other(city, survey, as_person):
    page = Results(survey, city.member, made.LATER)
    assert [row.name for row in page.heat] == ["总体", "第一党支部"]
    for text in (shown(as_person(city.member), survey), word(as_person(city.member), survey)):
        assert "第二党支部" not in text
        assert "市水务局" not in text
    names = {str(cell) for rows in excel(as_person(city.member), survey).values() for row in rows for cell in row}
    assert not {name for name in names if "水务" in name or "第二党支部" in name}


def test_what_is_too_little_at_all_is_said_and_shown_nowhere(city, today, time_machine, as_person):
    few = dict.fromkeys(("第一党支部", "第二党支部", "市水务局机关党委"), 1)
    survey = made.released(city, short=few)
    time_machine.move_to(made.LATER, tick=False)
    client = as_person(city.gongwei)
    assert "份数太少，没有公布的数字" in shown(client, survey)
    assert "任何数字都不公布" in word(client, survey)
    rows = excel(client, survey)
    assert [rows[title] for title in ("应答", "维度", "逐题", "按身份", "留言")] == [[], [], [], [], []]
    assert client.get(reverse("survey-summary", args=[survey.pk])).status_code == 200


@pytest.mark.parametrize("file", MINE, ids=lambda file: file.stem)
def test_nothing_here_reaches_for_a_sheet(file):
    tree = ast.parse(file.read_text())
    names = {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom | ast.Import) for alias in node.names
    }
    modules = {
        part for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for part in (node.module or "").split(".")
    }
    from_excel = {"Sheet"} if "excel" in modules else set()
    assert (names | modules) & (STORE - from_excel) == set()


def test_no_output_asks_the_database_for_a_sheet(city, survey, as_person):
    client = as_person(city.gongwei)
    routes = ("survey-results", "survey-results-word", "survey-results-excel", "survey-summary", "survey-comments")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for route in routes:
            assert client.get(reverse(route, args=[survey.pk])).status_code == 200
    tables = {name for query in asked for name in re.findall(r'"(surveys_\w+)"', query["sql"])}
    assert not tables & {"surveys_sheet", "surveys_dropbox", "surveys_spentballot", "surveys_deskmark"}
    assert "surveys_releasedtable" in tables


# The sentences, the states, the cost.


def test_the_three_sentences_follow_from_the_tables(city, survey):
    page = Results(survey, city.gongwei, made.LATER)
    means = {row["dimension"]: row["mean"]["value"] for row in page.dimensions}
    first, second, third = page.headlines
    assert first.title == f"最被认可的是“{max(means, key=means.get)}”。"
    assert second.title == f"最要上心的是“{min(means, key=means.get)}”。"
    water = survey.tables.get(part=made.part_named(survey, "市水务局机关党委").key, kind="dimensions")
    lowest = min(water.payload["rows"], key=lambda row: row["difference"] or 0)
    assert lowest["difference"] <= -0.3
    assert third.title == f"市水务局机关党委的“{lowest['dimension']}”明显偏低。"
    assert (
        third.text == f"均分 {lowest['mean']['label']}；总体 {lowest['whole']['label']}，低 {-lowest['difference']:g}。"
    )
    assert (third.part, third.line) == (water.part, lowest["dimension"])


def test_several_units_are_counted_and_named_in_the_order_of_the_tree(city, today):
    made.organs(city, 3, each=14)

    def fill(name: str, place: int):
        low = "第1局" in name or "第3局" in name
        return made.filled("", place) | {"feel.z": "23"[place % 2] if low else "34"[place % 2]}

    survey = made.released(city, fill=fill)
    third = Results(survey, city.gongwei, made.LATER).headlines[2]
    assert third.title == "两个单位的“组织关怀”明显偏低。"
    assert third.text == "市第1局机关党委、市第3局机关党委，比总体低 0.3 以上。"


def test_without_a_low_unit_it_says_so(city, today):
    def fill(name: str, place: int):
        return made.filled("", place) | dict.fromkeys(("feel.x", "feel.y", "feel.z", "load"), "34"[place % 2])

    survey = made.released(city, fill=fill)
    titles = [one.title for one in Results(survey, city.gongwei, made.LATER).headlines]
    assert titles == ["没有哪个单位明显偏低。"]


def test_a_wave_before_is_compared_only_where_several_people_must_have_changed(city, today, time_machine):
    made.organs(city, 8, each=14)

    def before(name: str, place: int):
        return made.filled("", place) | {"feel.z": "23"[place % 2], "feel.y": "34"[place % 2]}

    def now(name: str, place: int):
        return made.filled("", place) | {"feel.z": "45"[place % 2], "feel.y": "34"[place % 2]}

    first = made.released(city, fill=before, title="第三季度")
    second = made.released(city, fill=now, title="第四季度", previous=first)
    page = Results(second, city.gongwei, made.LATER)
    assert [row[0] for row in page.comparison.rows] == ["组织关怀", "困难有人管"]
    assert page.headlines[0].title == "“组织关怀”比上期上升。"
    assert page.comparison.rows[0][3] == "+2"
    unpublished = Results(second, city.gongwei, made.CLOSED).comparison
    assert (unpublished.previous, unpublished.rows, unpublished.picture) == (None, [], None)


def test_the_first_wave_is_compared_with_nothing(city, survey, as_person):
    assert "与上期相比" not in shown(as_person(city.gongwei), survey)


def test_the_day_of_destruction_is_named_and_then_the_certificate(city, survey, as_person, time_machine):
    client = as_person(city.gongwei)
    day = survey.destroys_on
    assert f"{day.year}年{day.month}月{day.day}日全部销毁" in shown(client, survey)
    time_machine.move_to(made.DESTROYED, tick=False)
    destroying.destroy(survey, now=made.DESTROYED)
    client = as_person(city.gongwei)
    for text in (shown(client, survey), word(client, survey)):
        assert "2026年12月30日已全部销毁，销毁后再查，剩 0 份" in text


def test_the_method_names_the_thresholds_and_the_refusals(city, survey, as_person):
    text = shown(as_person(city.member), survey)
    for said in ("少于 5 份的单位不单独公布", "满 10 条才出", "每格满 20 份", "90% 以上、10% 以下"):
        assert said in text


def test_the_summary_is_one_sheet_for_staff_with_the_whole_and_their_unit(city, survey, as_person):
    own = made.part_named(survey, "第一党支部").key
    text = shown(as_person(city.member), survey, "survey-summary", part=own)
    page = Results(survey, city.member, made.LATER, own)
    for name, whole, mine in page.summary_rows:
        assert {f"¦{name}¦", whole, mine} == {one for one in (f"¦{name}¦", whole, mine) if one in text}
    assert "谁填了、谁没填、谁填的哪一份，没有人查得到" in text
    assert all(one.title in text for one in page.headlines)


def _queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize(
    ("route", "who", "expected"),
    [
        ("survey-results", "gongwei", 11),
        ("survey-results", "office", 12),
        ("survey-results", "member", 11),
        ("survey-summary", "gongwei", 9),
        ("survey-comments", "member", 12),
        ("survey-results-word", "gongwei", 8),
        ("survey-results-excel", "gongwei", 8),
    ],
)
def test_queries_do_not_grow_with_the_units(city, today, time_machine, as_person, route, who, expected):
    few = made.released(city, comments=12)
    made.organs(city, 3)
    many = made.released(city, comments=30)
    time_machine.move_to(made.LATER, tick=False)
    client = as_person(getattr(city, who))
    client.get(reverse("survey-list"))  # the idle stamp of the minute is written
    counts = [_queries(client, reverse(route, args=[survey.pk])) for survey in (few, many)]
    assert counts == [expected, expected]
    assert expected <= MOST


def test_staff_are_told_nothing_about_units_that_they_do_not_read(city, survey, as_person):
    page = Results(survey, city.member, made.LATER)
    assert [one.title for one in page.headlines if "单位" in one.title] == []
    assert dict(page.method)["并了哪些"] == "你能看的范围里没有"
    assert dict(Results(survey, city.gongwei, made.LATER).method)["并了哪些"] == "没有"

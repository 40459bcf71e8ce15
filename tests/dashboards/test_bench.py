"""The bench runs, on a city of two branches, and says what it found; nothing here depends on how fast."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import override_settings

from tests.bench import report
from tests.bench.pages import NoSuchPage, address

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]


def test_the_bench_prints_ratios_and_query_counts_and_leaves_nothing_behind(tmp_path):
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("SANLI_", "DJANGO_"))}
    document, folder = tmp_path / "performance.md", tmp_path / "temporary"
    folder.mkdir()
    options = ["--sizes", "tiny", "--databases", "sqlite", "--rounds", "1", "--import", "1", "--write", str(document)]
    command = [sys.executable, "-m", "tests.bench", *options]
    done = subprocess.run(command, cwd=ROOT, env=outside | {"TMPDIR": str(folder)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = re.findall(
        r"^\| ([^|]+) \| [\d.]+ \| [\d.]+ \| ([\d.]+)(?: ✗)? \| [\d.]+ \| (\d+)(?: ✗)? \|", done.stdout, re.M
    )
    assert [name for name, _, _ in lines] == [
        "bare",
        "desk",
        "record",
        "list, secretary",
        "list, committee",
        "calendar, secretary",
        "calendar, committee",
        "roster, committee",
        "log form",
        "log submit",
        "organ board, quarter",
        "city board, month",
        "city board, quarter",
        "city board, year",
        "duty matrix, secretary",
        "duty matrix, committee",
        "duty matrix, a cell",
    ]
    assert lines[0][1:] == ("1.0", "3")
    assert "kB compressed" in done.stdout
    assert re.search(r"^Export activities, \d+ rows: [\d.]+ s, [\d.]+ MB on SQLite\.$", done.stdout, re.M)
    assert list(folder.iterdir()) == []
    written = re.findall(
        r"^\| ([^|]+) \| [\d.]+ \| [\d.]+ \| \d+ \| \d+ \| (?:met|missed \(.+\)) \|$", document.read_text(), re.M
    )
    assert written == [name for name, _, _ in lines[1:]]
    acts = re.findall(r"^\| (全部新增|混合): (\w+).* \| [\d.]+ \| \d+ \| [\d.]+ \|$", document.read_text(), re.M)
    assert [act for _, act in acts] == ["receive", "check", "write", "receive", "check", "write", "take"]


@override_settings(ROOT_URLCONF="organisations.urls")
def test_a_page_that_is_not_there_stops_the_bench_with_a_sentence():
    with pytest.raises(NoSuchPage, match="measures the page “board”"):
        address("board")


def page(name: str, p50: float, aim: float, queries: int) -> dict[str, object]:
    return {"name": name, "aim": aim, "most_queries": 15, "p50": p50, "p95": 2 * p50, "queries": queries, "slowest": []}


def figures(*pages: dict[str, object], activities: int = 10_000) -> dict[str, object]:
    rows = {"activities": activities, "attendance": 2, "obligations": 3}
    moved = [{"name": "export people", "rows": 12_000, "seconds": 3.21, "megabytes": 1.26}]
    sizes = {"first_load": 95_000, "megabytes": 140.4, "filled_in": 12.3, "room": {"submit": 5.0, "insert": 2.0}}
    return {"rows": rows, "pages": list(pages), "transfers": moved, **sizes}


def test_an_aim_that_is_missed_is_marked():
    text = report.table(
        "sqlite", "demo", figures(page("bare", 10, 1, 3), page("desk", 31, 3, 16), page("record", 30, 3, 15))
    )
    assert "| bare | 10.0 | 20.0 | 1.0 | 1 | 3 | 15 |" in text
    assert "| desk | 31.0 | 62.0 | 3.1 ✗ | 3 | 16 ✗ | 15 |" in text
    assert "| record | 30.0 | 60.0 | 3.0 | 3 | 15 | 15 |" in text
    assert "95 kB compressed (aim 120). One worker: 140 MB (aim 150)." in text
    assert "Handing in a sheet: 5.0 ms, 2.5 × a view of one INSERT behind the same handler (aim 3)." in text


def test_growth_is_compared_page_by_page_and_judged_for_desk_and_boards():
    before = figures(page("bare", 10, 1, 3), page("desk", 20, 3, 9), page("record", 20, 3, 9))
    after = figures(page("bare", 10, 1, 3), page("desk", 27, 3, 9), page("record", 40, 3, 9), activities=1_000_000)
    text = report.growth("postgres", {"before": before, "after": after})
    assert "from 10,000 to 1,000,000 activities" in text
    assert "| desk | 20.0 | 27.0 | 1.35 ✗ | 1.3 | 2.7 | 9 |" in text
    assert "| record | 20.0 | 40.0 | 2.00 |  | 4.0 | 9 |" in text


def test_the_document_puts_the_databases_side_by_side_and_says_what_was_missed():
    sqlite = figures(page("bare", 10, 1, 3), page("desk", 31, 3, 15), page("record", 30, 3, 15))
    postgres = figures(page("bare", 20, 1, 3), page("desk", 64, 3, 15), page("record", 50, 3, 16))
    text = report.document({"full": {"sqlite": sqlite, "postgres": postgres}}, "two cores, 2026-11-20")
    assert "Measured on two cores, 2026-11-20." in text
    assert "| bare | 10.0 ms | 20.0 ms | 1 | 3 | 15 |  |" in text
    assert "| desk | 3.1 | 3.2 | 3 | 15 | 15 | missed (SQLite, PostgreSQL) |" in text
    assert "On PostgreSQL. Handing in a sheet: 5.0 ms, 2.5 ×" in text
    assert "| record | 3.0 | 2.5 | 3 | 16 | 15 | missed (queries) |" in text
    assert "Export people, 12,000 rows: 3.2 s, 1.3 MB on SQLite; 3.2 s, 1.3 MB on PostgreSQL." in text


def test_the_document_says_of_growth_what_may_not_grow():
    before = figures(page("bare", 10, 1, 3), page("desk", 20, 3, 9), page("record", 20, 3, 9))
    after = figures(page("bare", 10, 1, 3), page("desk", 27, 3, 9), page("record", 40, 3, 9), activities=1_000_000)
    text = report.document({"growth": {"postgres": {"before": before, "after": after}}}, "two cores")
    assert "## Growth, from 10,000 to 1,000,000 activities" in text
    assert "| desk | 1.35 | 1.3 | missed (PostgreSQL) |" in text
    assert "| record | 2.00 |  |  |" in text

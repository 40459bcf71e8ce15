"""The figures as Markdown, each beside its aim."""

from __future__ import annotations

from typing import Any

ENGINES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
FIRST_LOAD_KB, WORKER_MB, GROWTH = 120, 150, 1.3
SUBMIT_TIMES = 3


def table(engine: str, size: str, figures: dict[str, Any]) -> str:
    """One database at one size."""
    rows, bare = figures["rows"], figures["pages"][0]["p50"]
    counts = f"{rows['activities']:,} activities, {rows['attendance']:,} attendance rows, {rows['obligations']:,} obligations"
    lines = [
        f"### {ENGINES[engine]}, {size} size",
        "",
        f"{counts}, filled in {figures['filled_in']:.0f} s.",
        "",
        "| page | p50 ms | p95 ms | × bare | aim | queries | at most |",
        "|---|--:|--:|--:|--:|--:|--:|",
        *(_line(page, bare) for page in figures["pages"]),
        "",
        f"First load of the secretary's desk: {figures['first_load'] / 1000:.0f} kB compressed (aim {FIRST_LOAD_KB}). "
        f"One worker: {figures['megabytes']:.0f} MB (aim {WORKER_MB}).",
        "",
        _room(figures["room"]),
        *_moved({engine: figures}),
        "",
    ]
    return "\n".join(lines)


def _room(room: dict[str, float]) -> str:
    """Handing in a sheet beside one bare INSERT."""
    return (
        f"Handing in a sheet: {room['submit']:.1f} ms, {room['submit'] / room['insert']:.1f} × a view of one INSERT behind the "
        f"same handler (aim {SUBMIT_TIMES})."
    )


def _moved(engines: dict[str, Any]) -> list[str]:
    """What files took, a line each: export activities, 120,000 rows: 21 s, 9.8 MB on SQLite."""
    lines = []
    for moved in zip(*(figures["transfers"] for figures in engines.values()), strict=True):
        took = "; ".join(
            f"{one['seconds']:.1f} s, {one['megabytes']:.1f} MB on {ENGINES[engine]}"
            for engine, one in zip(engines, moved, strict=True)
        )
        lines += ["", f"{moved[0]['name'].capitalize()}, {moved[0]['rows']:,} rows: {took}."]
    return lines


def _line(page: dict[str, Any], bare: float) -> str:
    ratio = page["p50"] / bare
    missed = " ✗" if ratio > page["aim"] else ""
    too_many = " ✗" if page["queries"] > page["most_queries"] else ""
    return (
        f"| {page['name']} | {page['p50']:.1f} | {page['p95']:.1f} | {ratio:.1f}{missed} | {page['aim']:g} "
        f"| {page['queries']}{too_many} | {page['most_queries']} |"
    )


def growth(engine: str, figures: dict[str, Any]) -> str:
    """How much slower the pages are at a million activities than at ten thousand."""
    before, after = figures["before"], figures["after"]
    few, many = (part["rows"]["activities"] for part in (before, after))
    lines = [
        f"### {ENGINES[engine]}, from {few:,} to {many:,} activities (attendance as headcounts)",
        "",
        "| page | p50 ms | then | × | aim | × bare then | queries |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    bare = after["pages"][0]["p50"]
    for one, other in zip(before["pages"], after["pages"], strict=True):
        times = other["p50"] / one["p50"]
        aim = f"{GROWTH}" if one["name"] == "desk" or "board" in one["name"] else ""
        missed = " ✗" if aim and times > GROWTH else ""
        lines.append(
            f"| {one['name']} | {one['p50']:.1f} | {other['p50']:.1f} | {times:.2f}{missed} | {aim} | {other['p50'] / bare:.1f} | {other['queries']} |"
        )
    return "\n".join([*lines, ""])


ACTS = {"receive": "receive", "check": "check (the preview)", "write": "write (one transaction)", "undo": "take back"}


def imports(engine: str, figures: dict[str, Any]) -> str:
    """What a whole city's roster took on one database."""
    return "\n".join([f"### {ENGINES[engine]}, imports", "", *_imported({engine: figures}), ""])


def _imported(engines: dict[str, Any]) -> list[str]:
    """The acts of each import, the databases side by side."""
    columns = [f"{what}, {ENGINES[engine]}" for engine in engines for what in ("s", "statements", "longest wait s")]
    lines = [f"| import | {' | '.join(columns)} |", f"|---|{'--:|' * len(columns)}"]
    for of_one in zip(*(figures["imports"] for figures in engines.values()), strict=True):
        counts = "，".join(f"{name} {number:,}" for name, number in of_one[0]["counts"].items() if number)
        for act in of_one[0]["seconds"]:
            cells = [
                f"{one['seconds'][act]:.1f} | {one['statements'][act]} | {one['longest_wait'][act]:.2f}"
                for one in of_one
            ]
            lines.append(f"| {of_one[0]['name']}: {ACTS[act]} | {' | '.join(cells)} |")
        lines.append(f"| {counts} |{' |' * len(columns)}")
    weights = ", ".join(
        f"{max(one['megabytes'] for one in figures['imports'])} MB on {ENGINES[engine]}"
        for engine, figures in engines.items()
    )
    return [*lines, "", f"The process of the worker at its highest: {weights}."]


def slowest(figures: dict[str, Any]) -> str:
    """The slowest statements of each page, for whoever has to look."""
    lines = []
    for page in figures["pages"]:
        lines += [
            f"{page['name']}: {seconds * 1000:.0f} ms  {sql[:2000]}"
            for seconds, sql in page["slowest"]
            if seconds > 0.002
        ]
    return "\n".join(lines)


HOW_TO_READ = """# Performance

Written by `make bench FULL=1`; do not edit. Measured on {machine}.

Read the ratios. Each page is compared, in one run on one machine, with a bare page of the same stack: session, user, one
indexed SELECT of 50 rows, a template without a frame. One sync gunicorn worker, pages by turns, the median of the rounds.
Milliseconds stand beside the bare page alone, to say what sort of machine it was. The aim is the most that a page may cost
in times of the bare one; “at most” is the budget of queries.
"""


def document(found: dict[str, dict[str, Any]], machine: str) -> str:
    """``docs/performance.md``. ``found`` is size (or "growth") → engine → figures."""
    drawn = {"growth": _grown, "import": _brought_in}
    parts = [drawn[part](engines) if part in drawn else _sized(part, engines) for part, engines in found.items()]
    return "\n".join([HOW_TO_READ.format(machine=machine), *parts])


def _brought_in(engines: dict[str, Any]) -> str:
    """The imports, the databases side by side."""
    return "\n".join(
        [
            "## Imports",
            "",
            "The roster of a whole city as a workbook: first into empty branches, then the same list with changes, and that taken",
            "back. Aims on PostgreSQL for 32,000 rows: the preview in 30 s, the writing in 60 s. Meanwhile somebody else changes a",
            "person again and again; the longest wait is his.",
            "",
            *_imported(engines),
            "",
        ]
    )


def _sized(size: str, engines: dict[str, Any]) -> str:
    """All pages at one size, the databases side by side."""
    figures = list(engines.values())
    rows, load = figures[0]["rows"], figures[0]["first_load"] / 1000
    weights = ", ".join(f"{one['megabytes']:.0f} MB on {ENGINES[engine]}" for engine, one in engines.items())
    return "\n".join(
        [
            f"## The {size} size",
            "",
            f"{rows['activities']:,} activities, {rows['attendance']:,} attendance rows, {rows['obligations']:,} obligations.",
            "",
            *_head(engines, "× bare", "aim | queries | at most"),
            *(_sized_line(pages, engines) for pages in zip(*(one["pages"] for one in figures), strict=True)),
            "",
            f"First load of the secretary's desk: {load:.0f} kB compressed (aim {FIRST_LOAD_KB}). "
            f"One worker: {weights} (aim {WORKER_MB}).",
            "",
            *(f"On {ENGINES[engine]}. {_room(one['room'])}" for engine, one in engines.items()),
            *_moved(engines),
            "",
        ]
    )


def _head(engines: dict[str, Any], what: str, more: str) -> list[str]:
    """The two lines above the rows; the last column is the verdict."""
    columns = [f"{what}, {ENGINES[engine]}" for engine in engines] + more.split(" | ")
    return [f"| page | {' | '.join(columns)} | |", f"|---|{'--:|' * len(columns)}---|"]


def _sized_line(pages: tuple[dict[str, Any], ...], engines: dict[str, Any]) -> str:
    """One page on each database, and whether it met its aim there."""
    ratios = [page["p50"] / one["pages"][0]["p50"] for page, one in zip(pages, engines.values(), strict=True)]
    page, queries = pages[0], max(page["queries"] for page in pages)
    is_bare = page["name"] == "bare"
    shown = [f"{one['p50']:.1f} ms" if is_bare else f"{ratio:.1f}" for one, ratio in zip(pages, ratios, strict=True)]
    missed = [ENGINES[engine] for engine, ratio in zip(engines, ratios, strict=True) if ratio > page["aim"]]
    missed += ["queries"] if queries > page["most_queries"] else []
    verdict = "" if is_bare else _verdict(missed)
    return (
        f"| {page['name']} | {' | '.join(shown)} | {page['aim']:g} | {queries} | {page['most_queries']} | {verdict} |"
    )


def _verdict(missed: list[str]) -> str:
    return f"missed ({', '.join(missed)})" if missed else "met"


def _grown(engines: dict[str, Any]) -> str:
    """How much slower the pages become, the databases side by side."""
    one = next(iter(engines.values()))
    few, many = (one[moment]["rows"]["activities"] for moment in ("before", "after"))
    names = [page["name"] for page in one["before"]["pages"]]
    return "\n".join(
        [
            f"## Growth, from {few:,} to {many:,} activities",
            "",
            "The full city with one activity in thirteen, as headcounts, and then with a hundred times as many: how many times",
            "as long a page takes. The aim is for desk and boards, whose cost may not follow what was ever held.",
            "",
            *_head(engines, "×", "aim"),
            *(_grown_line(number, name, engines) for number, name in enumerate(names)),
            "",
        ]
    )


def _grown_line(number: int, name: str, engines: dict[str, Any]) -> str:
    """One page before and after, on each database."""
    times = {
        engine: one["after"]["pages"][number]["p50"] / one["before"]["pages"][number]["p50"]
        for engine, one in engines.items()
    }
    aimed = name == "desk" or "board" in name
    verdict = _verdict([ENGINES[engine] for engine, ratio in times.items() if ratio > GROWTH]) if aimed else ""
    ratios = " | ".join(f"{ratio:.2f}" for ratio in times.values())
    return f"| {name} | {ratios} | {GROWTH if aimed else ''} | {verdict} |"

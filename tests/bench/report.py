"""The figures as Markdown, each beside its aim."""

from __future__ import annotations

from typing import Any

ENGINES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
FIRST_LOAD_KB, WORKER_MB, GROWTH = 120, 150, 1.3


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
    ]
    return "\n".join(lines)


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


def document(parts: list[str], machine: str) -> str:
    """``docs/performance.md``."""
    return "\n".join(
        [
            "# Performance",
            "",
            "Written by `make bench FULL=1 ARGS=--write`; do not edit. Every page is compared, in one run on one machine, with a",
            "bare page of the same stack: session, user, one indexed SELECT of 50 rows, a template without a frame. One sync",
            "gunicorn worker, pages by turns. Milliseconds hold on no other machine: read the ratios. ✗ marks an aim that was missed.",
            "",
            f"Measured on {machine}.",
            "",
            *parts,
        ]
    )

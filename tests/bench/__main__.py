"""``python -m tests.bench [--full] [--databases sqlite,postgres] [--sizes …] [--growth] [--import [ORGANS]] [--rounds N] [--slowest] [--write [FILE]]``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from tests.bench import report
from tests.bench.databases import database

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "performance.md"
ROUNDS = {"tiny": 2, "demo": 40, "full": 20, "growth": 12}
# Of so many organs is the roster that is imported; each has eight branches of twenty people.
ORGANS = 200
Environment = dict[str, str]
Figures = dict[str, Any]


def main() -> None:
    """Measure what was asked for, print it, and with ``--write`` keep it."""
    arguments = _arguments()
    sizes = arguments.sizes.split(",")
    found: dict[str, dict[str, Figures]] = {}
    for size in sizes:
        growth = arguments.growth and size == sizes[-1]
        for part, engine, figures in _bench(size, arguments.databases.split(","), arguments.rounds, growth):
            found.setdefault(part, {})[engine] = figures
            print(
                report.growth(engine, figures) if part == "growth" else report.table(engine, part, figures), flush=True
            )
            if arguments.slowest:
                print(report.slowest(figures.get("after", figures)), flush=True)
    if arguments.imports:
        for engine, figures in _imports(arguments.databases.split(","), arguments.imports):
            found.setdefault("import", {})[engine] = figures
            print(report.imports(engine, figures), flush=True)
    if arguments.write:
        machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {date.today()}"
        Path(arguments.write).write_text(report.document(found, machine), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="the full size, growth and imports as well, written down")
    parser.add_argument("--sizes", default="demo", help="some of tiny,demo,full")
    parser.add_argument("--growth", action="store_true", help="the last size thinned, and then a hundred times as much")
    parser.add_argument(
        "--import", dest="imports", nargs="?", type=int, const=ORGANS, help="a roster of so many organs"
    )
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--slowest", action="store_true", help="print the slowest statements of each page")
    parser.add_argument("--write", nargs="?", const=DOCUMENT, help=f"write {DOCUMENT.relative_to(ROOT)}, or that file")
    arguments = parser.parse_args()
    if arguments.full:
        arguments.sizes, arguments.growth, arguments.write = "demo,full", True, arguments.write or DOCUMENT
        arguments.imports = arguments.imports or ORGANS
    return arguments


def _bench(size: str, engines: list[str], rounds: int | None, growth: bool) -> Iterator[tuple[str, str, Figures]]:
    """(size or "growth", engine, figures). The city is told once, into SQLite, and poured from there."""
    with ExitStack() as stack:
        places = {"sqlite": stack.enter_context(database("sqlite"))}
        filled = {"sqlite": _do(places["sqlite"], "fill", size)}
        if "postgres" in engines:
            places["postgres"] = stack.enter_context(database("postgres"))
            file = Path(places["sqlite"]["SANLI_VAR"], "db.sqlite3")
            filled["postgres"] = _do(places["postgres"], "pour", str(file))
        for engine in engines:
            yield size, engine, _do(places[engine], "pages", str(rounds or ROUNDS[size])) | filled[engine]
        for engine in engines if growth else ():
            yield "growth", engine, _do(places[engine], "growth", str(rounds or ROUNDS["growth"]))


def _imports(engines: list[str], organs: int) -> Iterator[tuple[str, Figures]]:
    """(engine, figures) of the roster of so many organs, each in an empty database."""
    for engine in engines:
        with database(engine) as place:
            yield engine, _do(place, "import", str(organs))


def _do(place: Environment, act: str, argument: str) -> Figures:
    """What a process of its own says about one database. Raises CalledProcessError when it fails; it has said why."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "tests.bench.measuring", act, argument]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | place, stdout=subprocess.PIPE, check=True)
    print(f"· {act} {argument if act == 'fill' else ''} {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    figures: Figures = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    main()

"""``python -m tests.bench [--full] [--databases sqlite,postgres] [--sizes …] [--rounds N] [--slowest] [--write]``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from tests.bench import report
from tests.bench.databases import database

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "performance.md"
ROUNDS = {"tiny": 2, "demo": 40, "full": 20, "million": 12}


def main() -> None:
    """Measure what was asked for, print it, and with ``--write`` keep it."""
    arguments = _arguments()
    sizes = (
        arguments.sizes.split(",") if arguments.sizes else ["demo", "full", "million"] if arguments.full else ["demo"]
    )
    parts = []
    for size in sizes:
        for engine in arguments.databases.split(","):
            figures = _measure(engine, size, arguments.rounds or ROUNDS[size])
            parts.append(report.growth(engine, figures) if size == "million" else report.table(engine, size, figures))
            print(parts[-1], flush=True)
            if arguments.slowest:
                print(report.slowest(figures.get("after", figures)), flush=True)
    if arguments.write:
        machine = (
            f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {date.today():%Y-%m-%d}"
        )
        DOCUMENT.write_text(report.document(parts, machine), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="the full size and the million as well")
    parser.add_argument("--sizes", help="some of tiny,demo,full,million")
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--slowest", action="store_true", help="print the slowest statements of each page")
    parser.add_argument("--write", action="store_true", help=f"write {DOCUMENT.relative_to(ROOT)}")
    return parser.parse_args()


def _measure(engine: str, size: str, rounds: int) -> dict[str, Any]:
    """The figures of one database, by a process of its own. Raises CalledProcessError when it fails; it has said why."""
    with database(engine) as environment:
        command = [sys.executable, "-m", "tests.bench.measuring", size, str(rounds)]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, check=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    main()

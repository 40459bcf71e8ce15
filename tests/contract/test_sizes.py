"""Nothing grows past what one reading takes in. Complexity is ruff's (pyproject.toml)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
CODE = (
    "config",
    "dashboards",
    "surveys",
    "responsibilities",
    "activities",
    "programmes",
    "reminders",
    "organisations",
    "documents",
    "tests",
)
LONGEST_FILE = 400
LONGEST_FUNCTION = 40
LONGEST_VIEW = 20
LONGEST_TEMPLATE = 120
# The lists only shrink.
FILES_STILL_TOO_LONG: set[str] = set()
FUNCTIONS_STILL_TOO_LONG: set[str] = set()


def sources() -> Iterator[Path]:
    """Yield every Python file of the project but migrations, which are written by Django."""
    yield ROOT / "manage.py"
    for floor in CODE:
        yield from (file for file in (ROOT / floor).rglob("*.py") if "migrations" not in file.parts)


def functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    """Yield every function with its length in lines, without decorators and docstring."""
    for file in sources():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
                yield file, node, 1 + (node.end_lineno or 0) - first.lineno


def is_view(file: Path, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Say whether a function answers a request: it stands in a views module and takes `request` first."""
    in_views = file.stem.startswith("views") or "views" in file.parent.parts
    return in_views and bool(function.args.args) and function.args.args[0].arg == "request"


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_no_file_is_longer_than_a_reading():
    long = {name(file) for file in sources() if len(file.read_text().splitlines()) > LONGEST_FILE}
    assert long == FILES_STILL_TOO_LONG


def test_no_function_is_longer_than_a_screen():
    long = {f"{name(file)}::{function.name}" for file, function, lines in functions() if lines > LONGEST_FUNCTION}
    assert long == FUNCTIONS_STILL_TOO_LONG


def test_no_view_does_more_than_a_view_does():
    long = {
        f"{name(file)}::{function.name}"
        for file, function, lines in functions()
        if is_view(file, function) and lines > LONGEST_VIEW
    }
    assert long == set()


def test_no_template_is_longer_than_a_screenful():
    long = {
        name(file)
        for file in (ROOT / "templates").rglob("*.html")
        if len(file.read_text().splitlines()) > LONGEST_TEMPLATE
    }
    assert long == set()


def test_the_measure_finds_what_it_measures():
    assert len(list(functions())) > 100
    assert name(Path(__file__)) in {name(file) for file in sources()}

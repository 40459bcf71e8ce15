"""What the house forbids and no linter knows. Who may import whom is in pyproject.toml (import-linter)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "dashboards",
    "surveys",
    "responsibilities",
    "activities",
    "programmes",
    "reminders",
    "organisations",
    "documents",
)
FORBIDDEN_NAMES = {"utils", "helpers", "common", "core", "services", "managers", "base", "misc", "tools"}
# A view that reads rows narrows them by one of these first.
SCOPING = {"visible_to", "manageable_by", "decidable_by", "under", "owned_by"}
# Makes the guards of the survey store again after every migrate, which may have dropped them (decision 0013).
MAY_LISTEN = {"surveys/apps.py"}
SIGNALS = {"django.dispatch", "django.db.models.signals", "django.contrib.auth.signals", "django.core.signals"}
# An inline script or style would be stopped by the browser: the policy is in settings.CONTENT_SECURITY_POLICY.
INLINE = {
    "style element": re.compile(r"<style\b", re.I),
    "style attribute": re.compile(r"""\sstyle\s*=\s*["']""", re.I),
    "script without src": re.compile(r"<script\b(?![^>]*\bsrc=)", re.I),
    "event attribute": re.compile(r"""\son[a-z]+\s*=\s*["']""", re.I),
    "hx-on": re.compile(r"\bhx-on\b", re.I),
    "script address": re.compile(r"javascript:", re.I),
    "htmx expression": re.compile(r"""hx-(vals|headers)\s*=\s*["']\s*js(on)?:""", re.I),
    "other site": re.compile(r"""(src|href|action)\s*=\s*["'](https?:)?//""", re.I),
}


def modules() -> Iterator[tuple[Path, ast.Module]]:
    """Yield the apps' modules but migrations."""
    for app in APPS:
        for file in (ROOT / app).rglob("*.py"):
            if "migrations" not in file.parts:
                yield file, ast.parse(file.read_text())


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def reads_rows(node: ast.AST) -> bool:
    """Say whether a node names `Model.objects`, or hands a bare model to get_object_or_404."""
    if isinstance(node, ast.Attribute):
        return node.attr in ("objects", "_default_manager")
    if isinstance(node, ast.Call):
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        first = node.args[0] if node.args else None
        return (
            called in ("get_object_or_404", "get_list_or_404")
            and isinstance(first, ast.Name)
            and first.id[:1].isupper()
        )
    return False


def unscoped(tree: ast.Module) -> list[str]:
    """Return the functions of a views module that read rows and call nothing that narrows them."""
    found = []
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = list(ast.walk(function))
            called = {getattr(node.func, "attr", "") for node in inside if isinstance(node, ast.Call)}
            if any(reads_rows(node) for node in inside) and not called & SCOPING:
                found.append(function.name)
    return found


def test_views_read_only_what_the_person_may_see():
    views = [(file, tree) for file, tree in modules() if file.stem.startswith("views") or file.parent.name == "views"]
    assert [f"{name(file)}::{function}" for file, tree in views for function in unscoped(tree)] == []


@pytest.mark.parametrize(
    "body",
    [
        "return Activity.objects.get(pk=pk)",
        "return get_object_or_404(Activity, pk=pk)",
        "return shortcuts.get_object_or_404(Activity, pk=pk)",
        "return Person._default_manager.all()",
    ],
)
def test_the_rule_about_views_finds_what_it_forbids(body: str):
    assert unscoped(ast.parse(f"def view(request, pk):\n    {body}")) == ["view"]


@pytest.mark.parametrize(
    "body",
    [
        "return Activity.objects.visible_to(request.user).get(pk=pk)",
        "return get_object_or_404(Activity.objects.manageable_by(request.user), pk=pk)",
        "return render(request, 'page.html')",
    ],
)
def test_the_rule_about_views_lets_scoped_reading_pass(body: str):
    assert unscoped(ast.parse(f"def view(request, pk):\n    {body}")) == []


def test_every_module_says_by_its_name_what_is_in_it():
    assert [
        name(file) for file, _ in modules() if file.stem in FORBIDDEN_NAMES or file.parent.name in FORBIDDEN_NAMES
    ] == []


def imported(node: ast.AST) -> set[str]:
    """Return the modules that an import statement names."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module:
        return {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return set()


def test_the_apps_speak_to_each_other_by_calls_and_never_by_signals():
    found = {name(file) for file, tree in modules() for node in ast.walk(tree) if imported(node) & SIGNALS}
    assert found == MAY_LISTEN


def test_templates_hold_no_script_no_style_and_nothing_from_another_site():
    found = [
        f"{name(file)}: {what}"
        for file in (ROOT / "templates").rglob("*.html")
        for what, pattern in INLINE.items()
        if pattern.search(file.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    ("markup", "what"),
    [
        ("<style>p{}</style>", "style element"),
        ('<p class="a" style="color:red">', "style attribute"),
        ("<script>alert(1)</script>", "script without src"),
        ('<a onclick="go()">', "event attribute"),
        ('<a hx-on:click="go()">', "hx-on"),
        ('<a href="javascript:go()">', "script address"),
        ("""<a hx-vals='js:{a: 1}'>""", "htmx expression"),
        ('<script src="https://cdn.example/x.js"></script>', "other site"),
    ],
)
def test_the_rule_about_templates_finds_what_it_forbids(markup: str, what: str):
    assert [name for name, pattern in INLINE.items() if pattern.search(markup)] == [what]


def test_the_rule_about_templates_lets_linked_files_and_fragments_pass():
    markup = (
        """<script src="{% static 'js/app.js' %}" defer></script><body hx-headers='{"X-CSRFToken": "t"}'><a href="/">"""
    )
    assert [what for what, pattern in INLINE.items() if pattern.search(markup)] == []

"""Every page that can be opened, as a role that may open it: axe-core and no sideways scrolling at three widths."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse

from tests.contract.test_access import ROLES, ROWS

from .conftest import GRAVE, HERE, listen, log_in

pytestmark = pytest.mark.chromium
WIDTHS = {1440: 900, 820: 1180, 390: 844}
# Role → page, or (page, names of what it is about, as tests/journeys/town.py writes them down).
PAGES = {
    "": ["login"],
    "shuji": [
        "desk",
        "desk-waiting",
        "activity-list",
        "activity-log",
        ("activity", "record"),
        ("activity-correct", "record"),
        ("activity-withdraw", "record"),
        ("activity-effect", "record"),
        "programme-list",
        ("programme", "programme"),
        "requirement-list",
        "exemption-list",
        "exemption-ask",
        ("organisation", "first"),
        ("organisation-recorder", "first"),
        ("organisation-recorder-end", "first", "recorder_post"),
        "people",
        ("person", "member"),
        ("export", "export"),
        "reminder-inbox",
        "feedback",
        "password",
    ],
    "jiguan": [
        "desk",
        "board",
        "board-held",
        "exemption-list",
        ("exemption-decide", "waiting"),
        ("requirement-tighten", "requirement"),
        ("organisation", "finance"),
        ("organisation-appoint", "first"),
        ("organisation-edit", "first"),
        ("organisation-move", "first"),
        ("organisation-close", "second_group"),
        "organisation-add",
        "people-import",
        ("people-import-columns", "roster"),
        ("people-import-batch", "roster"),
        ("people-import-batch", "written"),
        ("people-import-discard", "roster"),
        ("people-import-undo", "written"),
        ("person-transfer", "member"),
        ("person-post-add", "member"),
        ("person-post-end", "leader", "leader_post"),
    ],
    "gongwei": [
        "desk",
        "activity-list",
        "board",
        ("programme", "programme"),
        ("programme-edit", "programme"),
        "requirement-list",
        ("requirement-edit", "requirement"),
        "requirement-add",
        ("requirement-retire", "requirement"),
        ("organisation", "committee"),
        "reminder-inbox",
    ],
    "jiluyuan": ["desk", ("activity-draft", "draft")],
    "shuji3": ["desk", ("exemption-end", "granted")],
    "shuji2": ["desk", ("exemption-take-back", "waiting"), ("activity", "joint"), ("activity-decline", "joint")],
    "zhigong": ["desk", "activity-list", ("activity", "record"), ("person", "member")],
    "admin": [
        "desk",
        "people",
        "person-add",
        ("person", "member"),
        ("person-edit", "member"),
        ("person-access", "staff"),
        ("person-password", "staff"),
        ("person-access-withdraw", "staff"),
        "setup",
        "feedback",
        ("feedback-answer", "remark"),
    ],
}
# The pages of the floors of responsibilities and surveys are taken from the table: each as the first of these who may open it. Its rows
# are those that the table's own test builds; what their addresses take, tests/journeys/town.py writes down.
LOG_INS = {
    "secretary": "shuji",
    "office": "jiguan",
    "committee": "gongwei",
    "recorder": "jiluyuan",
    "member": "zhigong",
    "other_secretary": "shuji2",
    "stranger": "shuji3",
}
LATER_FLOORS = (
    *("responsibility", "duty", "measure", "handover", "self"),
    *("problem", "inspection", "draw", "talk", "briefing"),
    *("survey", "appraisal", "quiz", "research"),
)
# What answers a GET with a file or a word.
NO_PAGE = {
    "healthz",
    "activity-attendance",
    "activity-draft-attachments",
    "activity-export",
    "activity-minutes",
    "attachment",
    "attachment-thumbnail",
    "board-export",
    "exemption-letter",
    "export-file",
    "people-export",
    "people-import-refused",
    "people-import-template",
}
FILES = {
    route
    for _, route, _ in ROWS
    if route.endswith(("-export", "-word", "-ledger", "-docx", "-excel", "-record", "-file"))
}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What is folded is looked at as well.
UNFOLD = "for (const fold of document.querySelectorAll('main details')) fold.open = true"
AXE = "axe.run({resultTypes: ['violations']}).then((found) => found.violations)"


@pytest.fixture
def look(browser, one_server):
    """``look(role, paths)``: what is wrong with those pages, as (path, width, what)."""
    contexts = []

    def through(role, paths):
        context = browser.new_context(base_url=one_server, **HERE)
        contexts.append(context)
        page, wrong = context.new_page(), []
        if role:
            log_in(page, role)
        complaints = []
        listen(context, complaints)
        for path, status in paths:
            answer = page.goto(path, wait_until="load")
            wrong += [(path, 0, f"status {answer.status}")] * (answer.status != status)
            wrong += findings(page, path)
        return wrong + [(role, 0, complaint) for complaint in complaints]

    yield through
    for context in contexts:
        context.close()


def findings(page, path):
    """The grave findings of axe-core, and how far the page reaches past the window, at each width."""
    page.evaluate(AXE_SCRIPT)
    page.evaluate(UNFOLD)
    wrong = []
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        # A condition in script would be evaluated by the page itself while it waits, and its policy forbids that.
        page.locator(".htmx-request").first.wait_for(state="detached")
        over = page.evaluate(SIDEWAYS)
        wrong += [(path, width, f"{over} px too wide")] * (over > 0)
        for finding in page.evaluate(AXE):
            if finding["impact"] in GRAVE:
                wrong += [(path, width, f"{finding['id']}: {node['html'][:160]}") for node in finding["nodes"]]
    return wrong


def of_the_floor() -> dict[str, list[str]]:
    """Log-in → pages of the floors of responsibilities and surveys, each once."""
    found: dict[str, list[str]] = {}
    taken = set()
    for role, log in LOG_INS.items():
        for method, route, statuses in ROWS:
            opens = method == "GET" and statuses[ROLES.index(role)] == 200
            if opens and route.split("-")[0] in LATER_FLOORS and route not in taken | FILES:
                taken.add(route)
                found.setdefault(log, []).append(route)
    return found


FLOOR = of_the_floor()


@pytest.mark.parametrize("role", FLOOR)
def test_every_page_of_the_later_floors(look, pristine, role):
    taking = json.loads((pristine / "keys.json").read_text())["addresses"]
    assert look(role, [(reverse(route, args=taking.get(route, [])), 200) for route in FLOOR[role]]) == []


@pytest.mark.parametrize("role", PAGES, ids=[role or "nobody" for role in PAGES])
def test_every_page(look, pristine, role):
    keys = json.loads((pristine / "keys.json").read_text())
    pages = [(page, ()) if isinstance(page, str) else (page[0], page[1:]) for page in PAGES[role]]
    paths = [reverse(page, args=[keys[name] for name in names]) for page, names in pages]
    assert look(role, [(path, 200) for path in paths]) == []


def test_refusals(look):
    assert look("zhigong", [("/no-such-page/", 404), (reverse("board"), 403)]) == []


def test_no_page_is_forgotten():
    opened = {page if isinstance(page, str) else page[0] for pages in PAGES.values() for page in pages}
    opened |= {page for pages in FLOOR.values() for page in pages}
    answering = {route for method, route, statuses in ROWS if method == "GET" and 200 in statuses}
    assert answering == opened | NO_PAGE | (FILES & answering)

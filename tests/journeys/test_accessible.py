"""Every page that can be opened, as a role that may open it: axe-core and no sideways scrolling at three widths."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse

from .conftest import GRAVE, HERE, listen, log_in

pytestmark = pytest.mark.chromium
WIDTHS = {1440: 900, 820: 1180, 390: 844}
# Role → page, or (page, name of what it is about, as tests/journeys/town.py writes it down).
PAGES = {
    "": ["login"],
    "shuji": [
        "desk",
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
        "people",
        ("person", "member"),
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
        ("person-transfer", "member"),
        ("person-post-add", "member"),
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
    "shuji2": [("exemption-take-back", "waiting")],
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
        "feedback",
    ],
}
SETTLED = "!document.querySelector('.htmx-request')"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
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
    wrong = []
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(SETTLED)
        over = page.evaluate(SIDEWAYS)
        wrong += [(path, width, f"{over} px too wide")] * (over > 0)
        for finding in page.evaluate(AXE):
            if finding["impact"] in GRAVE:
                wrong += [(path, width, f"{finding['id']}: {node['html'][:160]}") for node in finding["nodes"]]
    return wrong


@pytest.mark.parametrize("role", PAGES, ids=[role or "nobody" for role in PAGES])
def test_every_page(look, pristine, role):
    keys = json.loads((pristine / "keys.json").read_text())
    names = [(name, ()) if isinstance(name, str) else (name[0], (keys[name[1]],)) for name in PAGES[role]]
    assert look(role, [(reverse(name, args=args), 200) for name, args in names]) == []


def test_refusals(look):
    assert look("zhigong", [("/no-such-page/", 404), (reverse("board"), 403)]) == []

"""Whatever is sent to whatever address: an answer of ours, never a failure of the program.

Every address that takes a number, a query or a form × the values below, as those who are let in farthest. The forms are
sent as a browser would send them, filled in so that most would be saved, with one field at a time gone wrong: so the
wrong value comes as far as it can.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from html.parser import HTMLParser
from urllib.parse import quote
from uuid import UUID

import pytest
from django.db import transaction
from django.template import Template
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.contract import test_access

address = test_access.address

ROLES = ["secretary", "office", "committee"]
HTML = "<script>alert(1)</script><b>\"'&😀"
LONG = HTML + "长" * 10_000
HUGE = "99999999999999999999"
VALUES = [
    "",
    "0",
    "-1",
    HUGE,
    "abc",
    "%00",
    "\0",
    HTML,
    LONG,
    "' OR 1=1 --",
    "0000-00-00",
    "9999-12-31",
    "25:61",
    "²",
    "1,,x,-1",
]
# Only a query asks for periods and pages.
IN_QUERIES = [
    *VALUES,
    "1.5",
    "１２",
    "2026-13",
    "2026-Q5",
    "0000-Q1",
    "9999-12",
    "10000-Q1",
    "2026-Q",
    "x",
    "2027-01-01",
]
# What one field gets while all others are in order; more for those that ask for a day, a time or a number.
SHARP = ["", HUGE, "abc", LONG]
SHARPER = {
    r"\d{4}-\d\d-\d\d": ["0001-01-01", "9999-12-31", "2027-01-01", "0000-00-00"],
    r"\d\d:\d\d": ["00:00", "25:61"],
    r"\d+": ["-1", "0"],
}
# Percent escapes that are no UTF-8, names without values, names that are lists elsewhere.
STRANGE = ["%ff%fe=%c3%28", "q=%ed%a0%80&organisation=%ff&page=%c0", "=", "&&&", "a[]=1&a[0]=2", "%00=1", "x" * 5_000]

# Which names an address reads from its query.
QUERIES = {
    "desk": ["organisation"],
    "board": ["organisation", "period", "system"],
    "board-export": ["organisation", "period", "system"],
    "board-held": ["organisation", "period", "requirement", "code", "system"],
    "programme-list": ["year"],
    "programme-switch": ["to"],
    "programme": ["year", "page"],
    "activity-list": ["q", "pillar", "line", "kind", "programme", "organisation", "period", "state", "page", "day"],
    "activity-export": ["q", "pillar", "line", "kind", "programme", "organisation", "period", "state", "own"],
    "activity-log": ["kind", "organisation", "makes_up_for", "programme", "held_on", "token", "within"],
    "activity-decline": ["organisation"],
    "requirement-list": ["level", "line"],
    "exemption-list": ["page"],
    "exemption-ask": ["obligation", "organisation"],
    "people": ["q", "organisation", "category", "post", "page"],
    "people-export": ["q", "organisation", "category"],
    "person-add": ["organisation"],
    "organisation-add": ["parent", "organisation"],
    "organisation": ["period", "page"],
    "feedback": ["page", "next"],
    "reminder-inbox": ["page", "day"],
    "login": ["next"],
    "responsibility-list": ["list", "organisation", "cell", "page"],
    "duty-lists": ["page"],
    "responsibility-mine": ["page"],
    "handover-list": ["page"],
    "handover-open": ["giver"],
    "handover": ["page"],
    "self-check": ["half", "organisation"],
    "self-check-docx": ["half", "organisation"],
    "duty-import": ["page"],
    "inspection-list": ["part", "page"],
    "inspection-plan": ["organ"],
    "draw": ["page"],
    "duty-list-export": ["list"],
    "duty-list-line-add": ["level", "post"],
    "talk-list": ["page"],
    "problem-list": ["q", "state", "source", "organisation", "year", "late", "page"],
    "problem-export": ["q", "state", "source", "organisation", "year", "late"],
    "problem-ledger": ["q", "state", "source", "organisation", "year", "late"],
    "problem-add": ["activity", "organisation"],
    "talk-add": ["with"],
    "briefing-list": ["page"],
    "briefing-add": ["kind", "since", "last_day"],
    "survey-list": ["page"],
    "survey-new": ["start"],
    "survey-bank": ["topic", "dimension"],
    "survey-results": ["part"],
    "survey-comments": ["page"],
    "appraisal-new": ["organisation"],
    "appraisal-paper": ["organisation", "names"],
    "quiz-questions": ["topic", "page"],
    "research-list": ["q", "kind", "year", "page"],
    "research-problem": ["q"],
}

# The page that draws each form, and the other addresses that take the same fields.
FORMS = {
    "activity-log": ["activity-log", "activity-log-refill", "log-effect", "activity-draft"],
    "activity-correct": ["activity-correct", "activity-log-refill", "log-effect"],
    "activity-withdraw": ["activity-withdraw"],
    "activity-decline": ["activity-decline"],
    "activity": ["activity-make-up", "attachment-caption", "activity-attachments"],
    "programme-edit": ["programme-edit"],
    "requirement-add": ["requirement-add", "requirement-add-preview"],
    "requirement-edit": ["requirement-edit", "requirement-preview"],
    "requirement-tighten": ["requirement-tighten", "requirement-tighten-preview"],
    "requirement-retire": ["requirement-retire"],
    "exemption-ask": ["exemption-ask"],
    "exemption-decide": ["exemption-decide", "exemption-grant", "exemption-refuse"],
    "exemption-take-back": ["exemption-take-back"],
    "person-add": ["person-add"],
    "person-edit": ["person-edit"],
    "person-transfer": ["person-transfer"],
    "person-post-add": ["person-post-add"],
    "person-post-end": ["person-post-end"],
    "person-access": ["person-access"],
    "person-password": ["person-password"],
    "person-access-withdraw": ["person-access-withdraw"],
    "organisation-add": ["organisation-add"],
    "organisation-edit": ["organisation-edit"],
    "organisation-appoint": ["organisation-appoint"],
    "organisation-move": ["organisation-move"],
    "organisation-close": ["organisation-close"],
    "organisation-recorder": ["organisation-recorder"],
    "organisation-recorder-end": ["organisation-recorder-end"],
    "feedback": ["feedback"],
    "password": ["password"],
    **{
        f"duty-list-{name}": [f"duty-list-{name}"] for name in ("add", "head", "issue", "line-add", "line", "level-add")
    },
    **{f"duty-list-{name}": [f"duty-list-{name}"] for name in ("level", "post-add", "post")},
    "duty-import": ["duty-import"],
    "duty-import-columns": ["duty-import-columns", "duty-import-table"],
    "duty-import-check": ["duty-import-confirm"],
    **{f"talk-{name}": [f"talk-{name}"] for name in ("add", "edit", "delete", "propose", "proposal")},
    **{f"measure-{name}": [f"measure-{name}"] for name in ("add", "edit", "report", "drop")},
    "handover-open": ["handover-open"],
    "self-check": ["self-check-save", "self-check-finish"],
    **{
        f"problem-{name}": [f"problem-{name}"] for name in ("add", "assign", "excuse", "send-up", "send-back", "reopen")
    },
    "briefing-add": ["briefing-add"],
    "briefing": ["briefing-answer"],
    **{f"inspection-{name}": [f"inspection-{name}"] for name in ("plan", "replan", "cancel")},
    **{f"draw-{name}": [f"draw-{name}"] for name in ("add", "again", "plan")},
    "inspection-notice": ["inspection-notice", "inspection-issue"],
    **{f"survey-{name}": [f"survey-{name}"] for name in ("new", "source", "settings", "bank", "copy", "launch")},
    "survey-slips": ["survey-slips-print", "survey-slips-replace"],
    "survey-comment": ["survey-comment"],
    **{f"appraisal-{name}": [f"appraisal-{name}"] for name in ("new", "edit", "decide", "tell", "problem")},
    **{f"quiz-{name}": [f"quiz-{name}"] for name in ("new", "edit", "question-new", "question-edit", "question-paste")},
    **{f"research-{name}": [f"research-{name}"] for name in ("new", "return", "reviewer")},
}
# The form of a correction is the sheet's; one at a time only what it has besides.
BESIDES = {"activity-correct": ["revision", "reason", "activity"]}
# Sent to addresses that take no fields of their own too.
BARE = [
    "activity-draft-discard",
    "attachment-remove",
    "attachment-restore",
    "activity-draft-attachments",
    "export-ask",
    "reminder-read",
    "problem-claim",
    "problem-verify",
    "problem-answer",
    "feedback-answer",
    "logout",
]
TYPED = {"date": "2026-11-20", "time": "14:30", "number": "1", "month": "2026-11"}


@pytest.fixture(autouse=True)
def _templates_as_in_production(monkeypatch):
    """Without what the test client remembers of every template: a fifth of the time of these thousands of pages."""
    monkeypatch.setattr(Template, "_render", lambda template, context: template.nodelist.render(context))


class Controls(HTMLParser):
    """The named controls of a page with a value each that would pass: the one chosen, or one of its sort."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.hidden, self.select, self.chosen = 0, "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value, sort = given.get("name") or "", given.get("value") or "", given.get("type") or "text"
        self.hidden += tag in ("template", "noscript")
        if self.hidden:
            return
        if tag == "select":
            self.select, self.chosen = name, False
        elif tag == "option" and self.select and not self.chosen and value:
            self.fields[self.select] = [value]
            self.chosen = "selected" in given
        elif tag == "textarea" and name:
            self.fields[name] = ["文字"]
        elif tag == "input" and name and sort in ("checkbox", "radio"):
            if "checked" in given or sort == "radio":
                kept = self.fields.get(name, []) if sort == "checkbox" else []
                self.fields[name] = [*kept, value or "on"]
            self.fields.setdefault(name, [])
        elif tag == "input" and name:
            self.fields[name] = [value or TYPED.get(sort, "文字")]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("template", "noscript")
        if tag == "select":
            self.select = ""


def controls(html: str) -> dict[str, list[str]]:
    """Name → values of what the page's forms would send."""
    reader = Controls()
    reader.feed(html)
    reader.fields.pop("csrfmiddlewaretoken", None)
    return reader.fields


def signed_in(person) -> Client:
    """A browser that shows failures as everybody would see them."""
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def failures(client: Client, url: str, sent: Iterable[tuple[str, dict]]) -> list[tuple[str, str, int]]:
    """Post one after the other, each as if it were the first. (address, what was sent, status) where the program failed."""
    session, found = client.cookies["sessionid"].value, []
    for said, data in sent:
        before = transaction.savepoint()
        status = client.post(url, data).status_code
        transaction.savepoint_rollback(before)
        client.cookies["sessionid"] = session
        if status >= 500:
            found.append((url, said, status))
    return found


def all_wrong(fields: dict[str, list[str]], values: list[str]) -> Iterator[tuple[str, dict]]:
    """The form with every field wrong in the same way, with two values for one, with lists, and without anything."""
    for value in values:
        yield f"* = {value[:30]!r}", dict.fromkeys(fields, value)
    yield "* twice", {name: [*values, *values] for name, values in fields.items()}
    yield "* as lists", {f"{name}[]": values for name, values in fields.items()}
    yield "nothing", {}


def one_wrong(fields: dict[str, list[str]], names: Iterable[str]) -> Iterator[tuple[str, dict]]:
    """The form in order, and then with one field wrong at a time; of fields that differ by a number only the first."""
    yield "in order", fields
    alike = {re.sub(r"\d+", "N", name): name for name in reversed([*names]) if name in fields}
    for name in alike.values():
        more = [
            value
            for sort, values in SHARPER.items()
            if re.fullmatch(sort, (fields[name] or [""])[0])
            for value in values
        ]
        for value in SHARP + more:
            yield f"{name} = {value[:30]!r}", fields | {name: value}


@pytest.mark.parametrize("route", QUERIES)
def test_no_query_makes_a_page_fail(city, address, route):
    url, names, found, let_in = address(route), QUERIES[route], [], False
    for role in ROLES:
        client = signed_in(city.cast[role])
        first = not let_in and client.get(url).status_code != 403
        let_in = let_in or first
        values = IN_QUERIES if first else ["abc", HUGE]
        queries = ["&".join(f"{name}={quote(value)}" for name in names) for value in values] + STRANGE
        if first:
            queries += [f"{name}={value}" for name in names for value in (HUGE, "abc", "2026-13", f"1&{name}=x")]
        for query in queries:
            status = client.get(f"{url}?{query}").status_code
            if status >= 500:
                found.append((role, query[:60], status))
    assert let_in
    assert found == []


@pytest.mark.parametrize("role", ROLES)
def test_no_number_in_an_address_makes_a_page_fail(city, address, role):
    client, found = signed_in(city.cast[role]), []
    for method, route, _ in test_access.ROWS:
        url = numbered(route)
        for number in ("0", HUGE, "%00") if "/7" in url else ():
            before = transaction.savepoint()
            status = client.generic(method, re.sub("/7+", f"/{number}", url)).status_code
            transaction.savepoint_rollback(before)
            if status >= 500:
                found.append((route, number[:30], status))
    assert found == []


def numbered(route: str) -> str:
    """The address with 7 for its numbers; the plain one where it takes none."""
    for numbers in ([], [7], [7, 7], [UUID(int=7)], [7, UUID(int=7)], ["csv"]):
        with suppress(NoReverseMatch):
            return reverse(route, args=numbers)
    raise NoReverseMatch(route)


@pytest.mark.parametrize("page", FORMS)
def test_no_field_makes_a_form_fail(city, address, page):
    filled, found, let_in = {}, [], False
    for role in ROLES:
        client = signed_in(city.cast[role])
        shown = client.get(address(page))
        if let_in or shown.status_code != 200:
            sent = [list(all_wrong(filled or {"reason": ["文字"]}, [HUGE, "abc"]))] * len(FORMS[page])
        else:
            let_in, filled = True, controls(shown.content.decode())
            sent = [list(all_wrong(filled, [HUGE, "abc", "9999-12-31"])) for _ in FORMS[page]]
            sent[0] = [*all_wrong(filled, VALUES), *one_wrong(filled, BESIDES.get(page, filled))]
        for route, forms in zip(FORMS[page], sent, strict=True):
            found += failures(client, address(route), forms)
    assert let_in
    assert found == []


@pytest.mark.parametrize("role", ROLES)
def test_no_field_makes_an_address_without_fields_fail(city, address, role):
    client, found = signed_in(city.cast[role]), []
    for route in BARE:
        found += failures(client, address(route), all_wrong({"answer": ["文字"], "next": ["/"]}, VALUES))
    assert found == []


def test_no_log_in_fails(city, today):
    fields = {"username": ["shuji"], "password": ["shujishuji"], "next": ["/"], "carried": [""], "remember": ["on"]}
    found = []
    for said, data in [*all_wrong(fields, VALUES), *one_wrong(fields, fields)]:
        before = transaction.savepoint()
        status = Client(raise_request_exception=False).post(reverse("login"), data).status_code
        transaction.savepoint_rollback(before)
        if status >= 500:
            found.append((said, status))
    assert found == []

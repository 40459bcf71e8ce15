"""Bars and menus show what exists and what the reader may open."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import path

from organisations.navigation import Navigation, navigation


def nothing(request: HttpRequest) -> None:
    """A page that is never asked for."""


urlpatterns = [
    path("", nothing, name="desk"),
    path("activities/", nothing, name="activity-list"),
    path("programmes/", nothing, name="programme-list"),
    path("surveys/", nothing, name="survey-list"),
    path("board/", nothing, name="board"),
    path("people/", nothing, name="people"),
    path("people/import/", nothing, name="people-import"),
    path("setup/", nothing, name="setup"),
    path("requirements/", nothing, name="requirement-list"),
    path("reminders/", nothing, name="reminder-inbox"),
    path("feedback/", nothing, name="feedback"),
]


class Reader:
    """Somebody who may do `acts`, and counts how often that was asked."""

    is_authenticated = True

    def __init__(self, *acts: str) -> None:
        self.acts = acts
        self.asked: list[str] = []

    def may(self, act: str) -> bool:
        self.asked.append(act)
        return act in self.acts


@pytest.fixture(autouse=True)
def _few_pages(settings) -> None:
    settings.ROOT_URLCONF = __name__


def sections(entries: list) -> list[str]:
    return [entry.section for entry in entries]


def test_a_plain_member_sees_neither_board_nor_roster_nor_rules() -> None:
    nav = Navigation(Reader())
    assert sections(nav.main) == ["desk", "activities", "programmes", "surveys"]
    assert sections(nav.menu) == ["reminders", "feedback"]
    assert not nav.log


def test_the_committee_sees_the_board_in_the_bar_and_behind_more_on_the_phone() -> None:
    nav = Navigation(Reader("view_board", "view_people", "see", "log"))
    assert sections(nav.main) == ["desk", "activities", "programmes", "surveys", "board"]
    assert sections(nav.tabs + nav.tabs_after) == ["desk", "activities", "surveys"]
    assert sections(nav.more) == ["programmes", "board", "people", "requirements", "reminders", "feedback"]


def test_whoever_keeps_a_roster_may_import_and_the_administrator_sets_up() -> None:
    nav = Navigation(Reader("view_people", "manage_people"), "people-import-columns")
    assert sections(nav.group) == ["people", "imports", "reminders"]
    assert nav.section == "imports"
    assert Navigation(Reader("view_people"), "people-export").section == "people"
    assert sections(Navigation(Reader("administer")).menu)[-1] == "setup"


def test_what_the_phone_bar_has_is_not_repeated_behind_more() -> None:
    nav = Navigation(Reader("see"))
    assert sections(nav.tabs + nav.tabs_after) == ["desk", "activities", "surveys"]
    assert sections(nav.more) == ["programmes", "requirements", "reminders", "feedback"]


def test_a_page_that_does_not_exist_is_not_offered() -> None:
    nav = Navigation(Reader("ask_exemption"))
    assert nav.exemptions
    assert "exemptions" not in sections(nav.group)


@pytest.mark.parametrize(
    ("url_name", "section"),
    [
        ("activity-detail", "activities"),
        ("requirement-edit", "requirements"),
        ("organisation", "people"),
        ("reminders-bell", "reminders"),
        ("healthz", ""),
        ("", ""),
    ],
)
def test_the_url_name_tells_the_section(url_name: str, section: str) -> None:
    assert Navigation(Reader(), url_name).section == section


def test_nothing_is_asked_before_it_is_drawn_and_nothing_twice() -> None:
    reader = Reader("view_board")
    nav = Navigation(reader)
    assert reader.asked == []
    assert "board" in sections(nav.main)
    assert "board" in sections(nav.main)
    assert reader.asked == ["view_board"]
    assert "board" in sections(nav.more)
    assert reader.asked.count("view_board") == 1


def test_the_bell_counts_by_the_function_in_the_settings(settings) -> None:
    settings.OPEN_REMINDERS_COUNT = f"{__name__}.three"
    assert Navigation(Reader()).open_reminders == 3


def three(person: Reader) -> int:
    """As many reminders as anybody has here."""
    return 3


def test_the_processor_gives_nothing_to_strangers() -> None:
    request = RequestFactory().get("/")
    assert navigation(request) == {"nav": None}
    request.user = AnonymousUser()
    assert navigation(request) == {"nav": None}


def test_the_processor_knows_the_current_page() -> None:
    request = RequestFactory().get("/activities/")
    request.user = Reader()
    request.resolver_match = SimpleNamespace(url_name="activity-log")
    nav = navigation(request)["nav"]
    assert nav is not None
    assert nav.section == "activities"

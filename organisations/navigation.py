"""Which entries the bars and menus show: only pages that exist and that the reader may open."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Entry:
    """One link of a bar or menu; `section` is what the current page is compared with."""

    section: str
    label: str
    icon: str
    url: str


# section → (label, icon, URL name)
PAGES = {
    "desk": ("工作台", "house", "desk"),
    "activities": ("活动", "calendar-days", "activity-list"),
    "programmes": ("项目", "layers", "programme-list"),
    "board": ("看板", "layout-grid", "board"),
    "responsibilities": ("责任", "clipboard-check", "responsibility-list"),
    "surveys": ("调研", "clipboard-list", "survey-list"),
    "appraisals": ("民主评议", "vote", "appraisal-list"),
    "quizzes": ("知识竞答", "lightbulb", "quiz-list"),
    "research": ("调研成果", "library", "research-list"),
    "duties": ("责任清单", "clipboard-check", "responsibility-list"),
    "mine": ("我的责任", "list-todo", "responsibility-mine"),
    "problems": ("问题清单", "circle-question-mark", "problem-list"),
    "talks": ("谈心谈话", "messages-square", "talk-list"),
    "inspections": ("督查", "search-check", "inspection-list"),
    "briefings": ("汇报", "file-text", "briefing-list"),
    "people": ("单位与人员", "users", "people"),
    "imports": ("人员导入", "upload", "people-import"),
    "requirements": ("要求", "list-checks", "requirement-list"),
    "exemptions": ("不适用", "circle-minus", "exemption-list"),
    "reminders": ("提醒", "bell", "reminder-inbox"),
    "feedback": ("意见反馈", "message-square", "feedback"),
    "setup": ("第一次运行", "list-todo", "setup"),
}

# Beginning of a URL name → the section that it stands in.
SECTION_OF = {
    "desk": "desk",
    "activity": "activities",
    "programme": "programmes",
    "board": "board",
    "responsibility": "duties",
    "responsibility-mine": "mine",
    "self-check": "mine",
    "handover": "mine",
    "measure": "mine",
    "duty": "duties",
    "problem": "problems",
    "talk": "talks",
    "inspection": "inspections",
    "draw": "inspections",
    "briefing": "briefings",
    "survey": "surveys",
    "appraisal": "appraisals",
    "quiz": "quizzes",
    "research": "research",
    "people": "people",
    "people-import": "imports",
    "person": "people",
    "organisation": "people",
    "requirement": "requirements",
    "exemption": "exemptions",
    "reminder": "reminders",
    "reminders": "reminders",
    "feedback": "feedback",
    "setup": "setup",
}

# Section → the entry of the top bar under which it stands, where that is another.
CHAPTER_OF = {
    **dict.fromkeys(("duties", "mine", "problems", "talks", "inspections", "briefings"), "responsibilities"),
    **dict.fromkeys(("appraisals", "quizzes", "research"), "surveys"),
}


def section_of(url_name: str) -> str:
    """The section in which a page stands: by the longest beginning of its name that has one."""
    parts = url_name.split("-")
    beginnings = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((SECTION_OF[beginning] for beginning in beginnings if beginning in SECTION_OF), "")


class Navigation:
    """The entries for one person on one page; a property asks the database only when drawn."""

    def __init__(self, person: Any, url_name: str = "") -> None:
        self.person = person
        self.section = section_of(url_name)
        self.chapter = CHAPTER_OF.get(self.section, self.section)

    @cached_property
    def log(self) -> bool:
        """Whether 记一次 is offered."""
        return self.person.may("log")

    @cached_property
    def board(self) -> bool:
        """Whether 看板 is offered."""
        return self.person.may("view_board")

    @cached_property
    def people(self) -> bool:
        """Whether the roster is offered."""
        return self.person.may("view_people")

    @cached_property
    def imports(self) -> bool:
        """Whether imports are offered: to whoever keeps a roster."""
        return self.person.may("manage_people")

    @cached_property
    def requirements(self) -> bool:
        """Whether the rules are offered: to whoever sees what is due somewhere."""
        return self.person.may("see")

    @cached_property
    def exemptions(self) -> bool:
        """Whether 不适用 is offered: to those who ask and those who decide."""
        return self.person.may("ask_exemption") or self.person.may("decide_exemption")

    @cached_property
    def open_reminders(self) -> int:
        """How many reminders wait in the inbox, counted by the function named in the settings.

        The ledger of reminders is a floor above this one, so it is reached by its dotted path.
        """
        path = getattr(settings, "OPEN_REMINDERS_COUNT", "")
        if not path:
            return 0
        count: Callable[[Any], int] = import_string(path)
        return count(self.person)

    @cached_property
    def main(self) -> list[Entry]:
        """The top bar."""
        return self._entries(
            "desk", "activities", "programmes", "responsibilities", "surveys", *(["board"] * self.board)
        )

    @cached_property
    def tabs(self) -> list[Entry]:
        """The bar at the foot of a phone, before 记一次."""
        return self._entries("desk", "activities")

    @cached_property
    def tabs_after(self) -> list[Entry]:
        """The bar at the foot of a phone, after 记一次 and before 更多."""
        return self._entries("surveys")

    @cached_property
    def group(self) -> list[Entry]:
        """The line of links above the title of 单位与人员, 人员导入, 要求, 不适用 and 提醒."""
        permitted = {
            "people": self.people,
            "imports": self.imports,
            "requirements": self.requirements,
            "exemptions": self.exemptions,
            "reminders": True,
        }
        return self._entries(*(section for section, may in permitted.items() if may))

    @cached_property
    def responsibility_group(self) -> list[Entry]:
        """The line of links above the title of 责任清单, 我的责任, 问题清单, 谈心谈话, 督查 and 汇报."""
        permitted = {
            "duties": self.person.may("see"),
            "mine": True,
            "problems": True,
            "talks": True,
            "inspections": self.person.may("inspect") or self.person.may("handle_problems"),
            "briefings": True,
        }
        return self._entries(*(section for section, may in permitted.items() if may))

    @cached_property
    def survey_group(self) -> list[Entry]:
        """The line of links above the title of 调研, 民主评议, 知识竞答 and 调研成果: for everybody."""
        return self._entries("surveys", "appraisals", "quizzes", "research")

    @cached_property
    def menu(self) -> list[Entry]:
        """The account menu."""
        return [*self.group, *self._entries("feedback", *(["setup"] if self.person.may("administer") else []))]

    @cached_property
    def more(self) -> list[Entry]:
        """The sheet behind 更多 on a phone: all that its bar has no room for."""
        shown = {entry.section for entry in [*self.tabs, *self.tabs_after]}
        main = [entry for entry in self.main if entry.section != "responsibilities"]
        entries = [*main, *self.responsibility_group, *self.survey_group[1:], *self.menu]
        return [entry for entry in entries if entry.section not in shown]

    def _entries(self, *sections: str) -> list[Entry]:
        """Entries whose page exists in this installation; the others are left out."""
        addressed = _addressed(settings.ROOT_URLCONF, get_script_prefix())
        return [addressed[section] for section in sections if section in addressed]


@lru_cache(maxsize=8)
def _addressed(urlconf: str, prefix: str) -> dict[str, Entry]:
    """The entries whose page exists under these addresses. Kept, because every page asks for each of them twice."""
    entries = {}
    for section, (label, icon, url_name) in PAGES.items():
        with suppress(NoReverseMatch):
            entries[section] = Entry(section, label, icon, reverse(url_name))
    return entries


def navigation(request: HttpRequest) -> dict[str, Navigation | None]:
    """Context processor: `nav` for whoever is logged in, None for anybody else."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {"nav": None}
    match = request.resolver_match
    return {"nav": Navigation(person, (match.url_name or "") if match else "")}

"""Walking through a questionnaire as on a phone. What is chosen travels in the page and is stored nowhere.

The questions are those of the room, drawn by its own templates: what is seen here is what is asked there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.http import QueryDict

from .author_page import numbers_of
from .models import Survey
from .paths import minutes, routes
from .room.pages import Answered, Asked, Sheet

MOST_ROUTES = 64


@dataclass(frozen=True)
class ShownRoute:
    """One way through: what is chosen on it, and which questions it asks."""

    choices: str
    asked: str
    number: int


class Preview:
    """A walk: the page that is shown, what was chosen so far, and all ways through."""

    def __init__(self, survey: Survey, data: QueryDict) -> None:
        self.survey, self.data = survey, data
        self.sheet = Sheet(survey, data)

    @cached_property
    def place(self) -> int | None:
        """Which page is shown, from 0; None when the walk is over. Pages that ask nothing on this way are passed by."""
        asked = self.data.get("page", "")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0
        return self.sheet.forward(number)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to walk through."""
        return not self.survey.asked.asking

    @property
    def title(self) -> str:
        """The title of the section that is shown."""
        return "" if self.place is None else self.sheet.pages[self.place].title

    @property
    def text(self) -> str:
        """What stands below it."""
        return "" if self.place is None else self.sheet.pages[self.place].text

    @cached_property
    def asked(self) -> list[Asked]:
        """The questions of the page."""
        return [] if self.place is None else self.sheet.asked(self.place)

    def carried(self) -> Iterator[tuple[str, str]]:
        """The fields of the other pages, as they were chosen."""
        return self.sheet.carried(self.place)

    @property
    def ahead(self) -> int:
        """The page that 下一页 leads to."""
        return len(self.sheet.pages) if self.place is None else self.place + 1

    @property
    def before(self) -> int | None:
        """The page that 上一页 leads to; None on the first."""
        return self.sheet.back(len(self.sheet.pages) if self.place is None else self.place)

    @cached_property
    def way(self) -> tuple[int, int]:
        """第 2 页，共 4 页: of those that ask something on this way."""
        shown = [number for number in range(len(self.sheet.pages)) if self.sheet.asked_on(number)]
        return sum(self.place is None or number <= self.place for number in shown), len(shown)

    def review(self) -> list[Answered]:
        """What was chosen, at the end of the walk."""
        return self.sheet.review()

    @cached_property
    def routes(self) -> list[ShownRoute]:
        """All ways through, the first ``MOST_ROUTES``."""
        numbers = numbers_of(self.survey.asked)
        return [
            ShownRoute(
                "；".join(self._choice(code, choice, numbers) for code, choice in route.choices) or "所有人都一样",
                "、".join(numbers[code] for code in route.asked if numbers.get(code)),
                len(route.asked),
            )
            for route in routes(self.survey.asked, MOST_ROUTES)
        ]

    def _choice(self, code: str, choice: str, numbers: dict[str, str]) -> str:
        question = self.survey.asked.question(code)
        texts = {one.code: one.text for one in question.choices} if question else {}
        return (
            f"第 {numbers.get(code, '？')} 题选“{texts[choice]}”"
            if choice in texts
            else f"第 {numbers.get(code, '？')} 题选别的"
        )

    @property
    def minutes(self) -> int:
        """About how long it takes."""
        return minutes(self.survey.asked)

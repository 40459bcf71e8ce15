"""From an empty database to a city at one of its stages."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from auditlog.context import disable_auditlog
from django.db import transaction
from django.utils import timezone

from organisations.loading import load_posts
from programmes.article import shipped_article
from programmes.loading import load_article, load_rulebook
from programmes.periods import Cadence, period_of, periods_between
from programmes.rulebook import shipped_rulebook
from reminders import digesting, workdays
from responsibilities.inspection_loading import load_templates, shipped_templates

from .bulk import BulkWriter
from .city import City, build_tree
from .events import Event
from .hanging import hang
from .library import appraise, hold_a_quiz, keep_a_library
from .people import settle
from .responsibilities import live_responsibilities
from .scenes import Scenes
from .story import Story
from .surveys import ask_the_city
from .writing import Writer

# Above this size the verbs would take minutes.
BY_VERBS_UP_TO = 60
DIGEST_AT = time(8, 30)


class Stage(StrEnum):
    """How far the city has come."""

    EMPTY = "empty"
    STARTED = "started"
    RUNNING = "running"
    QUARTER_END = "quarter_end"


MONTHS = {Stage.EMPTY: 0, Stage.STARTED: 3, Stage.RUNNING: 15, Stage.QUARTER_END: 15}
MONTHS_AT_FULL_SIZE = 36


@dataclass(frozen=True)
class Wish:
    """What is asked of the demo. ``months`` of life before ``as_of``; None for what the stage and the size suggest."""

    stage: Stage
    seed: int
    branches: int
    password: str
    as_of: date
    months: int | None = None

    def life(self) -> int:
        """Months of life, before they are stretched to whole quarters."""
        if self.months is not None:
            return self.months
        long = self.branches > BY_VERBS_UP_TO and MONTHS[self.stage] > MONTHS[Stage.STARTED]
        return MONTHS_AT_FULL_SIZE if long else MONTHS[self.stage]


def quarter_end_before(today: date) -> date:
    """The last working day of the last quarter that is over on ``today``."""
    return workdays.previous_workday(period_of(today, Cadence.QUARTER).previous().last_day, {})


def life_begins(as_of: date, months: int) -> date:
    """The first day of the quarter in which the life of ``months`` up to ``as_of`` begins."""
    month = period_of(as_of, Cadence.MONTH)
    for _ in range(months - 1):
        month = month.previous()
    return period_of(month.starts_on, Cadence.QUARTER).starts_on


def make(
    wish: Wish, *, writer: Callable[[int], Writer] | None = None, tell: Callable[[str], None] = lambda line: None
) -> City:
    """Make the city, all or nothing, then hang files on some of its records. Returns the city as it stands.

    Its own edits are not audited: nobody made them.
    """
    with disable_auditlog():
        city = _settled(wish, writer, tell)
        if wish.life():
            hang(city)
    return city


@transaction.atomic
def _settled(wish: Wish, writer: Callable[[int], Writer] | None, tell: Callable[[str], None]) -> City:
    """The city with all its rows."""
    begins = life_begins(wish.as_of, wish.life()) if wish.life() else wish.as_of
    _load_rules(begins, wish.as_of)
    city = build_tree(wish.seed, wish.branches, wish.as_of)
    settle(city, wish.password)
    tell(f"{len(city.organs)} 个单位，{len(city.branches)} 个党支部。")
    if wish.life():
        choose = writer or (Writer if wish.branches <= BY_VERBS_UP_TO else BulkWriter)
        live(Story(city, begins), choose(wish.seed), tell)
        live_responsibilities(city, begins)
        ask_the_city(city)
        keep_a_library(city)
        hold_a_quiz(city)
        appraise(city)
        _send_digest(wish.as_of)
    return city


def _load_rules(begins: date, as_of: date) -> None:
    """Posts, article and rulebook as shipped, with the programmes of every year of the story."""
    load_posts()
    for year in range(begins.year, as_of.year + 1):
        load_article(shipped_article(), year)
    load_rulebook(shipped_rulebook(), as_of)
    load_templates(shipped_templates(), as_of, shipped=True)


def live(story: Story, writer: Writer, tell: Callable[[str], None]) -> None:
    """Open and tell month by month, and write what happens in the order in which it happens."""
    as_of = story.city.as_of
    queue: list[tuple[tuple[datetime, str], int, Event]] = []
    number = 0
    for event in Scenes(story).set():
        heapq.heappush(queue, (event.order, number := number + 1, event))
    for month in periods_between(story.begins, as_of, Cadence.MONTH):
        writer.open(month.starts_on)
        for event in story.month(month.starts_on):
            heapq.heappush(queue, (event.order, number := number + 1, event))
        _write_until(min(month.ends_on, as_of), queue, writer)
        tell(month.full_label)
    writer.open(as_of)
    writer.finish()


def _write_until(day: date, queue: list[tuple[tuple[datetime, str], int, Event]], writer: Writer) -> None:
    """Write what happens before ``day``; the rest waits."""
    while queue and queue[0][-1].today < day:
        writer.write(heapq.heappop(queue)[-1])


def _send_digest(as_of: date) -> None:
    """The digest of 08:30 on the last working day: nobody's inbox is empty on the first visit."""
    day = workdays.previous_workday(as_of, {})
    now = timezone.make_aware(datetime.combine(day, DIGEST_AT))
    ledger = digesting.reconcile(now)
    if ledger.failed:
        raise RuntimeError(f"reminder sources failed: {', '.join(ledger.failed)}")
    digesting.deliver(now)

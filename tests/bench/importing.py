"""A whole city's roster through the import: 32,000 rows into 1,600 branches, first all new, then mostly unchanged.

``measure()`` works in the database that Django is set up with, which must be empty, and returns figures. While the roster
is written, somebody else corrects people and reads, over a connection of his own: how long he waited is measured, too.
"""

from __future__ import annotations

import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from dashboards.demo.names import FIRST_CHARACTERS, SECOND_CHARACTERS, SURNAMES
from documents.cells import Column
from documents.excel import Sheet, write_workbook
from organisations.importing import batches, working
from organisations.models import Category, Level, Organisation, Person
from organisations.models.importing import ImportBatch, ImportState
from tests import make

ORGANS, BRANCHES, PEOPLE = 200, 8, 20
TITLES = ("姓名", "工号", "人员类别", "入党时间", "出生年月", "单位", "所在支部")
CHANGED, MOVED, NEW, SUSPICIOUS, REFUSED = 1500, 500, 1000, 500, 500

Line = list[object]


@dataclass
class Figures:
    """What one import took, in seconds by the clock and of this process alone; memory of this process at its highest so far, in MB."""

    name: str
    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    of_processor: dict[str, float] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)
    longest_wait: dict[str, float] = field(default_factory=dict)
    megabytes: int = 0


def measure(organs: int = ORGANS) -> list[Figures]:
    """The empty city filled, then the same list sent again with changes, then that taken back."""
    keeper, city = _city(organs)
    lines = list(_lines(organs))
    return [
        _import("全部新增", lines, city, keeper, undo=False),
        _import("混合", list(_mixed(lines, organs)), city, keeper, undo=True),
    ]


def _city(organs: int) -> tuple[Person, Organisation]:
    for command in ("load_posts", "load_article", "load_rulebook"):
        call_command(command, verbosity=0)
    city = make.organisation("市直机关工委", Level.WORK_COMMITTEE, None)
    for organ in range(organs):
        committee = make.organisation(f"第{organ + 1}局机关党委", Level.ORGAN_COMMITTEE, city, system="government")
        for branch in range(BRANCHES):
            make.organisation(f"第{branch + 1}党支部", Level.BRANCH, committee)
    keeper = make.person("梁允中", None, category=Category.STAFF)
    return make.holds(keeper, "committee-officer", city), city


def _lines(organs: int) -> Iterator[Line]:
    """The list of everybody; two of three have a staff number."""
    random = Random(7)
    for number in range(organs * BRANCHES * PEOPLE):
        born = random.randint(1964, 2000)
        yield [
            random.choice(SURNAMES) + random.choice(FIRST_CHARACTERS) + random.choice(SECOND_CHARACTERS),
            f"A{number:06d}" if number % 3 else "",
            "预备党员" if number % 25 == 0 else "正式党员",
            date(random.randint(born + 19, 2025), random.randint(1, 12), random.randint(1, 28)),
            f"{born}.{random.randint(1, 12):02d}",
            f"第{number // (BRANCHES * PEOPLE) + 1}局",
            f"第{number // PEOPLE % BRANCHES + 1}党支部",
        ]


def _mixed(lines: list[Line], organs: int) -> Iterator[Line]:
    """The same list some months later, in the same order, with what happens to lists."""
    scale = organs / ORGANS
    edges, total = [], 0
    for share in (CHANGED, MOVED, SUSPICIOUS, REFUSED):
        total += int(share * scale)
        edges.append(total)
    order = Random(11).sample(range(len(lines)), len(lines))
    for place, line in zip(order, lines, strict=True):
        changed = list(line)
        if place < edges[0]:
            changed[3] = line[3] + timedelta(days=40) if line[3].year < 2025 else date(2024, 7, 1)  # type: ignore[operator,attr-defined]
        elif place < edges[2]:
            changed[6] = "第1党支部" if line[6] == "第2党支部" else "第2党支部"
            changed[1] = line[1] if place < edges[1] else ""
        elif place < edges[3]:
            changed[3] = "2033.7"
        yield changed
    for number in range(int(NEW * scale)):
        yield [
            f"新来{SURNAMES[number % 100]}",
            f"B{number:06d}",
            "正式党员",
            "2019-07-01",
            "1990.05",
            "第1局",
            "第1党支部",
        ]


def _import(name: str, lines: list[Line], city: Organisation, keeper: Person, *, undo: bool) -> Figures:
    figures, now, today = Figures(name), timezone.now(), timezone.localdate()
    upload = SimpleUploadedFile("花名册.xlsx", _workbook(lines))
    with _timed("receive", figures):
        batch = batches.receive(
            upload, subject="people", organisation=city, since=today, by=keeper, now=now, today=today
        )
    acts: list[tuple[str, ImportState, Callable[[int, object], None]]] = [
        ("check", ImportState.CHECKING, working.check),  # type: ignore[list-item]
        ("write", ImportState.WRITING, working.write),  # type: ignore[list-item]
    ]
    if undo:
        acts.append(("undo", ImportState.UNDOING, working.take_back))  # type: ignore[arg-type]
    for act, state, work in acts:
        ImportBatch.objects.filter(pk=batch.pk).update(state=state)
        with _timed(act, figures):
            work(batch.pk, now)
        batch.refresh_from_db()
        if batch.message:
            raise RuntimeError(f"{act}: {batch.message}")
    figures.counts = batch.counts
    figures.megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return figures


def _workbook(lines: list[Line]) -> bytes:
    target = BytesIO()
    sheet = Sheet("在册", [Column(title) for title in TITLES], lines)  # type: ignore[arg-type]
    write_workbook(target, [sheet], organisation="市直机关工委", created=timezone.now())
    return target.getvalue()


@contextmanager
def _timed(act: str, figures: Figures) -> Iterator[None]:
    """Time an act, count its statements, and let somebody else work meanwhile."""
    statements = 0

    def count(execute: Callable[..., object], *arguments: object) -> object:
        nonlocal statements
        statements += 1
        return execute(*arguments)

    with _somebody_else() as waits, connection.execute_wrapper(count):
        started, processor = time.perf_counter(), time.process_time()
        yield
        figures.seconds[act] = round(time.perf_counter() - started, 1)
        figures.of_processor[act] = round(time.process_time() - processor, 1)
    figures.statements[act] = statements
    figures.longest_wait[act] = round(max(waits, default=0.0), 2)


@contextmanager
def _somebody_else() -> Iterator[list[float]]:
    """Corrects somebody who is not in the file, again and again while the block runs; gives the seconds that each took."""
    waits: list[float] = []
    stop = threading.Event()

    def work() -> None:
        not_in_the_file = Person.objects.order_by("pk").values_list("pk", flat=True)[0]
        while not stop.wait(0.05):
            started = time.perf_counter()
            with suppress(OperationalError):  # SQLite gives up after half a minute
                Person.objects.filter(pk=not_in_the_file).update(initials="x")
            waits.append(time.perf_counter() - started)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield waits
    finally:
        stop.set()
        thread.join()

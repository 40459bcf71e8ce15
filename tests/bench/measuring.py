"""Times, queries and sizes of the pages on one database. Run as a process of its own by the bench:

python -m tests.bench.measuring fill SIZE    the demo city of that size into an empty database
python -m tests.bench.measuring pour FILE    the same city out of the SQLite file into an empty PostgreSQL
python -m tests.bench.measuring pages N      every page N times
python -m tests.bench.measuring growth N     thinned, every page N times, multiplied, and again
python -m tests.bench.measuring import N     a roster of N organs into an empty database, again with changes, and back
"""

from __future__ import annotations

import json
import math
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

django.setup()

from activities.models import Activity, Attendance  # noqa: E402
from organisations.models import Person  # noqa: E402
from programmes.models import Obligation  # noqa: E402
from tests.activities import sheet  # noqa: E402
from tests.bench import filling, importing, pouring, rooms, transfers  # noqa: E402
from tests.bench.pages import Page, pages  # noqa: E402
from tests.bench.serving import Reader, Server, first_load, serve  # noqa: E402

WARM_UP = 3
HOST = "127.0.0.1"


@dataclass
class Measured:
    """One page on one database."""

    name: str
    aim: float
    most_queries: int
    queries: int = 0
    milliseconds: list[float] = field(default_factory=list)
    slowest: list[tuple[float, str]] = field(default_factory=list)

    @property
    def p50(self) -> float:
        """The median, in ms."""
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        """What nineteen of twenty stay below, in ms."""
        return sorted(self.milliseconds)[math.ceil(0.95 * len(self.milliseconds)) - 1]


def count_queries(page: Page, measured: Measured, day: date) -> None:
    """Through the whole middleware in this process: how many statements, and the three slowest."""
    client = Client(SERVER_NAME=HOST, headers={"host": HOST})
    client.force_login(Person.objects.get(username=page.who), backend="django.contrib.auth.backends.ModelBackend")
    client.get(page.url)
    data = filled_in(client.get(page.url), day) if page.posts else None
    with CaptureQueriesContext(connection) as captured:
        response = client.post(page.url.split("?")[0], data) if page.posts else client.get(page.url)
    expect(page, response.status_code)
    measured.queries = len(captured)
    found = sorted(((float(query["time"]), query["sql"]) for query in captured), reverse=True)
    measured.slowest = found[:3]


def expect(page: Page, status: int) -> None:
    """Nothing is measured that is not the page itself."""
    if status != (302 if page.posts else 200):
        raise RuntimeError(f"“{page.name}” answered {status}")


def filled_in(response: object, day: date) -> dict[str, list[str]]:
    """What the log form would send, held on ``day``, with some text."""
    data = sheet.fields(response)  # type: ignore[arg-type]
    return data | {
        "held_on": [day.isoformat()],
        "content": ["学习讨论，议定三件事。"],
        "title": [f"支委会 {day:%m-%d}"],
    }


def free_days(today: date, reader: str) -> Iterator[date]:
    """Days backwards from today on which nothing under the reader's branch was held: no record is the twin of another."""
    branch = Person.objects.get(username=reader).appointments.get(post__code="branch-secretary").organisation
    taken = set(Activity.objects.held_under(branch).values_list("held_on", flat=True))
    day = today
    while True:
        if day not in taken:
            yield day
        day -= timedelta(days=1)


def time_pages(listed: list[Page], measured: list[Measured], server: Server, rounds: int, days: Iterator[date]) -> None:
    """Every page once a round, by turns, so that what disturbs the machine disturbs them all."""
    readers = {who: Reader.logged_in(server.port, who, filling.PASSWORD) for who in {page.who for page in listed}}
    for turn in range(-WARM_UP, rounds):
        for page, result in zip(listed, measured, strict=True):
            reader = readers[page.who]
            data = filled_in(reader.ask(page.url), next(days)) if page.posts else None
            answer = reader.ask(page.url.split("?")[0] if page.posts else page.url, data)
            expect(page, answer.status)
            if turn >= 0:
                result.milliseconds.append(1000 * answer.seconds)


def measure(today: date, rounds: int) -> dict[str, object]:
    """All figures of the database as it stands."""
    listed, days = pages(today), free_days(today, "shuji")
    measured = [Measured(page.name, page.aim, page.most_queries) for page in listed]
    for page, result in zip(listed, measured, strict=True):
        count_queries(page, result, next(days))
    with serve() as server:
        time_pages(listed, measured, server, rounds, days)
        room = rooms.measure(server.port, rounds)
        memory = server.megabytes()
        load = first_load(Reader.logged_in(server.port, "shuji", filling.PASSWORD), listed[1].url)
    rows = {
        "activities": Activity.objects.count(),
        "attendance": Attendance.objects.count(),
        "obligations": Obligation.objects.count(),
    }
    pages_ = [asdict(result) | {"p50": result.p50, "p95": result.p95} for result in measured]
    return {"rows": rows, "pages": pages_, "megabytes": memory, "first_load": load, "room": room}


def main(act: str, argument: str) -> dict[str, object]:
    """Do what is asked to the database of the environment. Returns what there is to say about it."""
    today = timezone.localdate()
    if act == "pages":
        moved = [asdict(transfer) for transfer in transfers.measure(today)]
        return measure(today, int(argument)) | {"transfers": moved}
    if act == "growth":
        return grow(today, int(argument))
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if act == "import":
        return {"imports": [asdict(figures) for figures in importing.measure(int(argument))]}
    begun = time.monotonic()
    if act == "pour":
        pouring.pour(Path(argument))
        filling.analyse()
    else:
        filling.fill(filling.SIZES[argument], today)
    return {"filled_in": time.monotonic() - begun}


def grow(today: date, rounds: int) -> dict[str, object]:
    """The figures with few activities and with a hundred times as many."""
    filling.thin()
    before = measure(today, rounds)
    filling.multiply()
    return {"before": before, "after": measure(today, rounds)}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:]), ensure_ascii=False))

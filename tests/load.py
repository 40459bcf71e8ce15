"""Many people saving at once while web workers are killed: ``make load``. About a minute; needs PostgreSQL; not in CI.

gunicorn with two workers serves the tests' city on a database of its own. Clients log in and save records over HTTP,
some forms five times at once, joint records crosswise; meanwhile a worker gets kill -9 every second or so. Whose
connection breaks presses again, with the same token, as in a browser. At the end: one record a token, nothing lost that
was answered, no half record, and every obligation equal to a recount. Ends with 1 when something of that is not so.
"""

from __future__ import annotations

import http.client
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django

from tests.activities.sheet import fields, one
from tests.bench.databases import database
from tests.bench.serving import Reader

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 45
MOST_SAVES = 60  # of one client
PATIENCE = 60  # seconds for one answer; then something else is wrong than a killed worker
ANSWERS_BETWEEN_KILLS = 3  # on a busy machine a new worker takes its second to come: it shall get to do something
TOGETHER = 5
KINDS = ["theme-party-day", "branch-meeting", "party-lecture"]
FIRST, SECOND, WATER = "第一党支部", "第二党支部", "水务党支部"
# Who saves for whom, and jointly with whom: the first two branches name each other.
PEOPLE = [
    ("shuji", FIRST, SECOND),
    ("jiluyuan", FIRST, SECOND),
    ("shuji2", SECOND, FIRST),
    ("jiguan", SECOND, FIRST),
    ("jiguan", FIRST, SECOND),
    ("shuji2", SECOND, FIRST),
    ("shuji3", WATER, ""),
    ("shuji", FIRST, SECOND),
]
BROKEN = (OSError, http.client.HTTPException)


@dataclass
class Sent:
    """One form: what was in it, and the answers to it."""

    token: str
    kind: str
    partners: int
    absent: int
    together: bool
    answers: list[str] = field(default_factory=list)  # addresses of the record, one for each press that was answered


@dataclass
class Figures:
    """What happened, from all threads."""

    forms: list[Sent] = field(default_factory=list)
    presses: int = 0
    answers: int = 0
    broken: int = 0
    kills: int = 0
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


# --- the server and what kills it


@contextmanager
def serving(folder: str) -> Iterator[tuple[int, int]]:
    """gunicorn with two workers: its port and the pid of its master. Loaded beforehand, so that a worker is soon back."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "2",
        "--threads",
        "4",
        "--preload",
        "--log-level",
        "critical",
    ]
    command = [sys.executable, "-m", "gunicorn", *options, "--worker-tmp-dir", folder, "config.wsgi"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ)
    try:
        reach(port, process)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def reach(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers."""
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            if Reader(port).ask("/healthz").status == 200:
                return
        except BROKEN:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer")


def kill_workers(master: int, over: threading.Event, figures: Any) -> None:
    """kill -9 to one of the workers every second or so, until it is over."""
    answered = 0
    while not over.wait(random.uniform(0.6, 1.4)):
        if figures.answers < answered + ANSWERS_BETWEEN_KILLS:
            continue
        answered = figures.answers
        workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        if workers:
            try:
                os.kill(int(random.choice(workers)), signal.SIGKILL)
            except ProcessLookupError:
                continue
            figures.kills += 1


# --- the clients


class Saver:
    """One person at one browser."""

    def __init__(self, port: int, place: int, organisations: dict[str, int], figures: Figures) -> None:
        self.login, self.host, self.partner = PEOPLE[place % len(PEOPLE)]
        self.port, self.organisations, self.figures = port, organisations, figures
        self.dice = random.Random(place)  # each run sends the same forms; only the kills fall differently
        self.reader = self.insist(lambda: Reader.logged_in(port, self.login, self.login * 2))

    def insist(self, act: Any) -> Any:
        """Do it again while the connection breaks."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                answer = act()
            except BROKEN:
                self.figures.broken += 1
                time.sleep(0.2)
            else:
                self.figures.answers += 1
                return answer
        raise RuntimeError(f"{self.login}: no answer for {PATIENCE} s")

    def work(self, until: float) -> None:
        """Save one record after the other."""
        for _ in range(MOST_SAVES):
            if time.monotonic() > until:
                return
            self.save()

    def save(self) -> None:
        """Open the sheet, fill it in, send it; sometimes five times at once."""
        kind = self.dice.choice(KINDS)
        url = f"/activities/log/?kind={kind}&organisation={self.organisations[self.host]}"
        data = fields(self.insist(lambda: self.reader.ask(url)))
        joint = bool(self.partner) and self.dice.random() < 0.5
        data |= self.typed(data, self.organisations[self.partner] if joint else None)
        together = self.dice.random() < 0.25
        sent = Sent(one(data, "token"), kind, int(joint), len(data["absent"]), together)
        self.figures.forms.append(sent)
        begun = time.monotonic()
        with ThreadPoolExecutor(TOGETHER) as hands:
            for press in [hands.submit(self.press, data, sent) for _ in range(TOGETHER if together else 1)]:
                press.result()
        self.figures.seconds.append(time.monotonic() - begun)

    def typed(self, data: dict[str, list[str]], partner: int | None) -> dict[str, list[str]]:
        """What the person changes of what is filled in."""
        day = date.today() - timedelta(days=self.dice.randrange(40))
        roll = one(data, "roll").split(",")
        absent = self.dice.sample(roll, min(2, len(roll) - 1))
        return {
            "held_on": [day.isoformat()],
            "programme": [""],
            "content": ["学习讨论，交流体会。"],
            "absent": absent,
            **{f"why-{pk}": ["leave"] for pk in absent},
            "partners": [str(partner)] if partner else [],
            "confirm_another": ["1"],
        }

    def press(self, data: dict[str, list[str]], sent: Sent) -> None:
        """Send the form until it is answered; the answer must be the way to a record."""
        browser = Reader(self.port, dict(self.reader.cookies))

        def post() -> Any:
            self.figures.presses += 1
            return browser.ask("/activities/log/", data)

        answer = self.insist(post)
        if answer.status == 302:
            sent.answers.append(answer.headers["Location"])
        else:
            self.figures.wrong.append(f"{self.login} was answered {answer.status} for {sent.token}")


# --- what must be true afterwards


def faults(figures: Figures) -> list[str]:
    """Everything that is not as it must be."""
    from activities import crediting
    from activities.models import Activity

    found = list(figures.wrong)
    records = {row.submission_key: row for row in Activity.objects.prefetch_related("kinds", "partnerships", "agenda")}
    for sent in figures.forms:
        row = records.get(sent.token)
        if len(set(sent.answers)) > 1:
            found.append(f"{sent.token}: answered with several records {sorted(set(sent.answers))}")
        if sent.answers and (row is None or sent.answers[0] != f"/activities/{row.pk}/"):
            found.append(f"{sent.token}: answered with {sent.answers[0]}, which is not there")
        if row is not None:
            found += half(row, sent)
    numbers = [(row.organisation_id, row.held_on.year, row.number) for row in records.values()]
    if len(numbers) != len(set(numbers)):
        found.append("two records of one host have the same number")
    wrong = crediting.rebuild()
    return [*found, f"{wrong} obligations were counted wrong"] if wrong else found


def half(row: Any, sent: Sent) -> list[str]:
    """What is missing of one record."""
    present = list(row.attendances.values_list("present", flat=True))
    there = {
        "attendance": (len(present), row.expected),
        "present": (sum(present), row.present),
        "absent": (len(present) - sum(present), sent.absent),
        "kinds": ([kind.code for kind in row.kinds.all()], [sent.kind]),
        "partners": (len(row.partnerships.all()), sent.partners),
        "agenda": (bool(row.agenda.all()), True),
    }
    return [f"{sent.token}: {what} {is_} instead of {due}" for what, (is_, due) in there.items() if is_ != due]


# --- the run


def run(port: int, master: int, organisations: dict[str, int]) -> Figures:
    """Everybody saves for SECONDS while workers are killed."""
    figures, over = Figures(), threading.Event()
    savers = [Saver(port, place, organisations, figures) for place in range(len(PEOPLE))]
    killer = threading.Thread(target=kill_workers, args=(master, over, figures))
    killer.start()
    until = time.monotonic() + SECONDS
    try:
        with ThreadPoolExecutor(len(savers)) as pool:
            for work in [pool.submit(saver.work, until) for saver in savers]:
                work.result()
    finally:
        over.set()
        killer.join()
    return figures


def report(figures: Figures, found: list[str]) -> None:
    """Print the figures and what is wrong."""
    from activities.models import Activity, Attendance
    from programmes.models import Obligation

    forms, times = figures.forms, sorted(figures.seconds)
    print(f"workers killed          {figures.kills}")
    print(f"connections broken      {figures.broken}")
    print(f"forms sent              {len(forms)}, {sum(sent.together for sent in forms)} of them five times at once")
    print(f"joint records           {sum(sent.partners for sent in forms)}")
    print(f"presses                 {figures.presses}, answered {sum(len(sent.answers) for sent in forms)}")
    print(f"from press to answer    median {statistics.median(times):.2f} s, longest {times[-1]:.2f} s")
    print(f"records                 {Activity.objects.count()}, with {Attendance.objects.count()} rows of attendance")
    print(f"obligations recounted   {Obligation.objects.count()}")
    for line in found or ["One record a form, nothing lost, no half record, every count true."]:
        print(line)


def main() -> int:
    """0 when all is as it must be."""
    with database("postgres") as environment:
        folder = environment["SANLI_VAR"]
        os.environ |= {"SANLI_VAR": folder, "TEST_DATABASE_URL": environment["BENCH_DATABASE_URL"]}
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.load_settings"
        django.setup()
        from django.db import connections

        from organisations.models import Organisation
        from tests.journeys import town

        town.build()
        organisations = dict(Organisation.objects.values_list("name", "pk"))
        connections.close_all()
        with serving(folder) as (port, master):
            figures = run(port, master, organisations)
        found = faults(figures)
        report(figures, found)
        connections.close_all()
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

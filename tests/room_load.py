"""Many people answering a survey at once while web workers are killed: ``python -m tests.room_load 2000`` (``make load``).

gunicorn with two workers serves a survey on a database of its own. Clients walk through the room over HTTP without script;
meanwhile a worker gets kill -9 every second or so. Whose connection breaks sends the same form again, as a browser's
reload does. At the end: every ballot that was answered by 已收到 or 已经交过 has exactly one sheet, with what was written on it.
"""

from __future__ import annotations

import argparse
import html
import os
import queue
import random
import re
import statistics
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import django

from tests.bench.databases import database
from tests.bench.serving import Reader
from tests.load import BROKEN, kill_workers, serving

CLIENTS = 8
PATIENCE = 60  # seconds for one answer; then something else is wrong than a killed worker


@dataclass
class Figures:
    """What happened, from all threads."""

    taken: Counter[str] = field(default_factory=Counter)  # marker → times it was told to be in
    told_again: int = 0
    broken: int = 0
    kills: int = 0
    answers: int = 0
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def fields_of(page: str) -> dict[str, list[str]]:
    """The hidden fields of a page's form."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', page):
        told = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        found.setdefault(told["name"], []).append(html.unescape(told["value"]))
    return found


class Respondent:
    """One person with one ballot."""

    def __init__(self, port: int, code: str, ballot: str, marker: str, figures: Figures) -> None:
        self.browser, self.code, self.ballot, self.marker, self.figures = Reader(port), code, ballot, marker, figures

    def answer(self) -> None:
        """From the first page to 已收到."""
        self.send("", None)
        page, url = self.send("page/0/", {"ballot": [self.ballot]})
        for _ in range(20):
            data = fields_of(page) | self.choices(page)
            if url.endswith("submit/"):
                break
            page, url = self.send(url.split(f"/{self.code}/")[1], data)
        begun = time.monotonic()
        page, _ = self.send("submit/", data)
        self.figures.seconds.append(time.monotonic() - begun)
        if "已收到，谢谢你" not in page and "那一份已经收下" not in page:
            self.figures.wrong.append(f"{self.marker}: {page[-300:]}")
            return
        self.figures.told_again += "那一份已经收下" in page
        self.figures.taken[self.marker] += 1

    def choices(self, page: str) -> dict[str, list[str]]:
        """Something for every question of the page; the marker in the text."""
        names = dict.fromkeys(re.findall(r'type="(?:radio|checkbox)"[^>]* name="([^"]+)"', page))
        first = {name: re.search(rf'name="{re.escape(name)}" value="([^"]+)"', page)[1] for name in names}  # type: ignore[index]
        written = {name: [self.marker] for name in re.findall(r'<textarea[^>]* name="([^"]+)"', page)}
        return {name: [value] for name, value in first.items()} | written

    def send(self, path: str, data: dict[str, list[str]] | None) -> tuple[str, str]:
        """The page that came back and where its form leads; again while the connection breaks."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                answer = self.browser.ask(f"/s/{self.code}/{path}", data)
            except BROKEN:
                self.figures.broken += 1
                time.sleep(0.2)
                continue
            self.figures.answers += 1
            page = answer.content.decode()
            form = re.search(r'<form[^>]*action="([^"]+)"', page)
            return page, form[1] if form else ""
        raise RuntimeError(f"no answer for {PATIENCE} s")


def made_survey(respondents: int) -> tuple[Any, list[str]]:
    """A launched survey of a branch with enough people, and a ballot for each respondent."""
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("load_posts", verbosity=0)
    from surveys import ballots
    from tests import conftest
    from tests.surveys import surveys_made

    organs = conftest._organs()
    people = conftest._people(organs)
    conftest._posts(organs, people)
    city = conftest.City(**organs, **people)
    now = timezone.now()
    times = {
        "opens_at": now,
        "closes_at": now + timedelta(days=1),
        "publish_on": timezone.localdate() + timedelta(days=2),
    }
    survey = surveys_made.draft(city, **times)
    surveys_made.launch(survey, by=city.gongwei, now=now)
    leaf = survey.units.filter(is_leaf=True).first()
    return survey, [ballots.issue(survey, leaf.number) for _ in range(respondents)]


def run(port: int, master: int, code: str, ballots: list[str], *, killing: bool) -> Figures:
    """Everybody answers, a few at a time; meanwhile a worker is killed now and then, as long as something is answered between."""
    figures, over = Figures(), threading.Event()
    waiting: queue.SimpleQueue[tuple[int, str]] = queue.SimpleQueue()
    for place in enumerate(ballots):
        waiting.put(place)
    threads = [threading.Thread(target=answer_all, args=(port, code, waiting, figures)) for _ in range(CLIENTS)]
    killers = [threading.Thread(target=kill_workers, args=(master, over, figures))] * killing
    for thread in [*killers, *threads]:
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    for thread in killers:
        thread.join()
    return figures


def answer_all(port: int, code: str, waiting: queue.SimpleQueue[tuple[int, str]], figures: Figures) -> None:
    """One client: a ballot after the other until none is left."""
    while True:
        try:
            number, ballot = waiting.get_nowait()
        except queue.Empty:
            return
        try:
            Respondent(port, code, ballot, f"第{number}位", figures).answer()
        except Exception as error:
            figures.wrong.append(f"{number}: {error!r}")


def faults(survey: Any, figures: Figures) -> list[str]:
    """Everything that is not as it must be."""
    from surveys import sealing
    from surveys.models import Sheet, SpentBallot

    sealing.mix(survey, whole=True)
    texts = Counter(row.payload for row in Sheet.objects.filter(part="say"))
    sheets = Sheet.objects.filter(part="").count()
    found = list(figures.wrong)
    found += [
        f"{marker} was told that it is in, and is there {texts[marker]} times"
        for marker in figures.taken
        if texts[marker] != 1
    ]
    if not len(figures.taken) == len(texts) == sheets == SpentBallot.objects.count():
        found.append(
            f"told {len(figures.taken)}, texts {len(texts)}, sheets {sheets}, ballots {SpentBallot.objects.count()}"
        )
    return found


def report(figures: Figures, seconds: float, found: list[str]) -> None:
    """Print the figures and what is wrong."""
    times = sorted(figures.seconds)
    print(f"respondents             {len(figures.taken)} in {seconds:.0f} s")
    print(f"workers killed          {figures.kills}")
    print(f"connections broken      {figures.broken}, told that the sheet was in already: {figures.told_again}")
    print(f"from submit to answer   median {statistics.median(times):.3f} s, longest {times[-1]:.2f} s")
    for line in found or ["One sheet a ballot, nothing lost, nothing doubled."]:
        print(line)


def load(respondents: int, kind: str, *, killing: bool) -> list[str]:
    """What went wrong with so many respondents on a database of that kind; prints the figures."""
    with database(kind) as environment:
        folder = environment["SANLI_VAR"]
        os.environ |= {"SANLI_VAR": folder, "DJANGO_SETTINGS_MODULE": "tests.load_settings"}
        if kind == "postgres":
            os.environ["TEST_DATABASE_URL"] = environment["BENCH_DATABASE_URL"]
        else:
            os.environ.pop("TEST_DATABASE_URL", None)
        django.setup()
        from django.db import connections

        survey, ballots = made_survey(respondents)
        connections.close_all()
        begun = time.monotonic()
        with serving(folder) as (port, master):
            figures = run(port, master, survey.code, ballots, killing=killing)
        found = faults(survey, figures)
        report(figures, time.monotonic() - begun, found)
        connections.close_all()
        return found


def main() -> int:
    """0 when all is as it must be."""
    parser = argparse.ArgumentParser()
    parser.add_argument("respondents", type=int)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="postgres")
    parser.add_argument("--no-kills", action="store_true")
    asked = parser.parse_args()
    random.seed(asked.respondents)
    return 1 if load(asked.respondents, asked.database, killing=not asked.no_kills) else 0


if __name__ == "__main__":
    sys.exit(main())

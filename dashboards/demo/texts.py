"""The words of the demo's records: read from `texts.toml`, put together by chance, the same for the same seed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

from programmes.models import ActivityKind
from programmes.periods import Cadence, period_of
from programmes.titles import fill_title

from .names import COMMUNITIES, GUEST_POSTS, SURNAMES

INDOORS = ("党员活动室", "三楼会议室", "机关第二会议室", "党员活动室", "四楼小会议室")
FILE = Path(__file__).with_name("texts.toml")


@dataclass(frozen=True)
class Bank:
    """Titles and contents for some kinds; ``places`` in which such things happen."""

    titles: tuple[str, ...]
    contents: tuple[str, ...]
    decisions: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """What one record says."""

    title: str
    content: str
    decisions: str
    place: str
    learn: str


@cache
def _read() -> tuple[list[dict[str, str | list[str]]], dict[str, Bank]]:
    """(topics, bank by kind code)."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    banks = {}
    for entry in raw["bank"]:
        places = (entry["place"],) if "place" in entry else tuple(entry.get("places", INDOORS))
        bank = Bank(tuple(entry["titles"]), tuple(entry["contents"]), tuple(entry["decisions"]), places)
        banks |= dict.fromkeys(entry["kinds"], bank)
    return raw["topic"], banks


def write(kind: ActivityKind, day: date, random: Random, people: list[str], present: int) -> Words:
    """The words for an activity of ``kind`` held on ``day``; ``people`` begins with who chaired."""
    topics, banks = _read()
    bank = banks.get(kind.code)
    fields = _fields(random.choice(topics), day, random, people, present)
    if bank is None:
        return Words(fill_title(kind.title or kind.name, day), "", "", random.choice(INDOORS), fields["learn"])
    return Words(
        title=random.choice(bank.titles).format(**fields),
        content=random.choice(bank.contents).format(**fields),
        decisions=random.choice(bank.decisions).format(**fields),
        place=random.choice(bank.places).format(**fields),
        learn=fields["learn"],
    )


def _fields(
    topic: dict[str, str | list[str]], day: date, random: Random, people: list[str], present: int
) -> dict[str, str]:
    """What the placeholders stand for."""
    remark1, remark2 = random.sample(topic["remarks"], 2)
    speakers = people[1:] or people
    chosen = random.sample(speakers, min(3, len(speakers)))
    chosen += chosen[:1] * (3 - len(chosen))
    return {
        "topic": str(topic["topic"]),
        "learn": str(topic["learn"]),
        "work": str(topic["work"]),
        "question": str(topic["question"]),
        "remark1": remark1,
        "remark2": remark2,
        "chair": people[0],
        "p1": chosen[0],
        "p2": chosen[1],
        "p3": chosen[2],
        "community": random.choice(COMMUNITIES),
        "month": str(day.month),
        "quarter": period_of(day, Cadence.QUARTER).label,
        "half": period_of(day, Cadence.HALF).label,
        "year": str(day.year),
        "present": str(present),
    }


def guest(random: Random) -> str:
    """One guest, as the recorder would write it: 王先生（社区党委书记）."""
    return f"{random.choice(SURNAMES)}{random.choice(('先生', '女士', '老师'))}（{random.choice(GUEST_POSTS)}）"

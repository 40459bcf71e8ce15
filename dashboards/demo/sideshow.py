"""What is held without being owed: service, culture, youth, care, so that every pillar has something to show."""

from __future__ import annotations

from datetime import date, timedelta

from organisations.models import Level

from .city import City
from .hosts import Host
from .rhythm import workday_near

# level → (how often a month, kinds, the likelier ones more than once)
SHARES: dict[str, tuple[tuple[float, tuple[str, ...]], ...]] = {
    Level.BRANCH: (
        (
            0.32,
            (
                "volunteer-service",
                "double-check-in",
                "double-check-in",
                "field-visit",
                "small-matters",
                "welfare-visit",
                "pairing-service",
                "policy-briefing",
            ),
        ),
        (0.16, ("political-birthday", "political-birthday", "case-education", "youth-forum", "culture-sports")),
    ),
    Level.ORGAN_COMMITTEE: (
        (0.75, ("youth-study-session",)),
        (
            0.45,
            (
                "culture-sports",
                "legal-talk",
                "traffic-safety-talk",
                "youth-forum",
                "exemplar-talk",
                "ball-league",
                "youth-sharing",
                "workplace-culture",
                "welfare-visit",
            ),
        ),
    ),
    Level.PARTY_GROUP: ((0.06, ("field-visit", "research-forum")),),
    Level.WORK_COMMITTEE: (
        (
            0.9,
            (
                "ball-league",
                "sports-meet",
                "women-sports",
                "art-works",
                "music-lesson",
                "expert-lecture",
                "speech-contest",
                "exemplar-talk",
                "research-exchange",
            ),
        ),
        (0.4, ("expert-lecture", "quiz-contest", "legal-talk", "staff-benefit", "youth-forum")),
    ),
}


def extras_of(host: Host, first: date, city: City) -> list[tuple[str, date]]:
    """(kind, day) of what ``host`` holds beside its duties in the month that begins on ``first``."""
    extras = []
    for number, (share, kinds) in enumerate(SHARES.get(host.organisation.level, ())):
        random = city.random("extra", host.organisation.path, first, number)
        if random.random() < share:
            day = first + timedelta(days=random.randint(2, 26))
            extras.append((random.choice(kinds), workday_near(day, first, first + timedelta(days=27))))
    return extras

"""A few records of the first branch carry pictures and a paper: most records in life carry none, and need none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile

from activities import attaching
from activities.models import Activity, ActivityState
from documents.letters import Letter, letter_document
from organisations.models import Organisation
from organisations.templatetags.sanli import cn_date

from . import drawing
from .city import City

NOTICE = timedelta(days=3)


@dataclass(frozen=True)
class Hung:
    """One file on the newest record of a kind. ``make`` draws or writes it; a paper is known by its name alone."""

    kind: str
    name: str
    caption: str
    make: Callable[[Activity, Random], bytes]


def _notice(activity: Activity, random: Random) -> bytes:
    """The notice that went out before a lecture."""
    letter = Letter(
        sender=activity.organisation.official_name,
        title="关于举办青年大讲堂的通知",
        addressee="各党小组、各位青年同志",
        text=(
            "根据支部年度学习安排，决定举办青年大讲堂。现将有关事项通知如下：",
            f"主题：{activity.title}。",
            f"时间：{cn_date(activity.held_on)} {activity.starts_at:%H:%M}。地点：{activity.place}。",
            f"请带上日常工作中的实例，讲完以后留{random.choice(('二十', '三十'))}分钟讨论。有事不能参加的，提前向支部说明。",
        ),
        signed_on=activity.held_on - NOTICE,
        created=activity.submitted_at,
    )
    return letter_document(letter)


HUNG = (
    Hung("red-site-visit", "展厅.jpg", "在展厅听讲解", lambda activity, random: drawing.hall(random)),
    Hung("red-site-visit", "宣誓.jpg", "参观前重温入党誓词", lambda activity, random: drawing.oath(random)),
    Hung("committee-meeting", "支委会.jpg", "支委会逐项研究议题", lambda activity, random: drawing.table(random)),
    Hung("youth-forum", "关于举办青年大讲堂的通知.docx", "", _notice),
)


def hang(city: City) -> None:
    """Hang the files by the product's own verb, after the city stands: a file is no part of a transaction.

    A life too short for a record of some kind goes without its file.
    """
    branch = city.branches[0]
    for hung in HUNG:
        activity = _newest(branch.organisation, hung.kind)
        if activity is not None:
            data = hung.make(activity, city.random("hung", hung.name))
            place = attaching.OnRecord(activity, branch.secretary)
            upload = SimpleUploadedFile(hung.name, data)
            row = attaching.attach(upload, place, by=branch.secretary, now=activity.submitted_at)
            row.describe(hung.caption)


def _newest(organisation: Organisation, kind: str) -> Activity | None:
    """The latest record of that kind which the branch holds and which stands."""
    held = Activity.objects.filter(organisation=organisation, kinds__code=kind, state=ActivityState.HELD)
    return held.order_by("-held_on", "-pk").first()

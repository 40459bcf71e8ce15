"""The duty list of the demo city: the one that the product ships, issued by the work committee for the year."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils import timezone

from responsibilities import drafting, editions
from responsibilities.loading import draft_from, shipped_list
from responsibilities.models import Standing

from .city import City

# A list is of a year; what began in these months is better told from the year before.
EARLY = 3


def duty_lists(city: City, begins: date) -> None:
    """Draft, check and issue the list; what is to be done is opened with it, whatever the size of the city."""
    year = city.as_of.year - (city.as_of.month <= EARLY)
    since = max(begins, date(year, 1, 1))
    now = timezone.make_aware(datetime.combine(since, time(9, 10)))
    draft = draft_from(shipped_list(), city.root, by=city.officer, now=now, today=city.as_of)
    editions.amend_head(
        draft,
        title=draft.title,
        document_no=f"市直机关党〔{since.year}〕3 号",
        note=draft.note,
        programme=draft.programme,
        by=city.officer,
    )
    here = editions.present_levels(city.root, city.as_of)
    for duty in draft.duties.select_related("level", "duty_list"):
        if here.isdisjoint(duty.level.levels):  # a city of one branch has no organ committee
            drafting.remove_line(duty, by=city.officer)
    editions.issue(draft, since=since, standing=Standing.TRIAL, by=city.officer, today=city.as_of)

"""A held record as the values of its minutes."""

from __future__ import annotations

from datetime import datetime

from documents import minutes
from documents.downloads import file_name
from documents.gbt9704 import written_date
from documents.text import paragraphs

from .models import Activity, Attachment
from .presiding import presiding
from .study_hours import hours_in_words
from .voting import verdict


def minutes_of(activity: Activity, now: datetime, *, whole: bool) -> minutes.Minutes:
    """What the minutes of ``activity`` say; ``now`` becomes the date of the file.

    Not ``whole``: without the make-up study of others and the number of corrections, as on the page of somebody who was
    only expected there.
    """
    chair, recorder = presiding(activity)
    partners = activity.partnerships.filter(declined_at=None).select_related("organisation")
    return minutes.Minutes(
        organisation=activity.organisation.official_name,
        number=activity.document_number,
        kinds=tuple(kind.name for kind in activity.kinds.all()),
        title=activity.title,
        held_on=activity.held_on,
        start=activity.starts_at,
        end=activity.ends_at,
        place=activity.place,
        chair=chair,
        recorder=recorder,
        expected=activity.expected,
        present=activity.present,
        created=now,
        attendance=_attendance(activity, whole),
        guests=tuple(paragraphs(activity.guests)),
        partners=tuple(row.organisation.name for row in partners),
        agenda=tuple(minutes.AgendaEntry(item.title, item.speaker, item.first_topic) for item in activity.agenda.all()),
        content=activity.content,
        decisions=activity.decisions,
        votes=_votes(activity),
        headcount=activity.headcount,
        corrections=activity.revisions.count() if whole else 0,
        attachments=tuple(_attached(row) for row in activity.attachments.standing()),
        study_hours=hours_in_words(activity.study_hours) if activity.study_hours else "",
    )


def _attached(row: Attachment) -> str:
    return f"{row.caption}（{row.name}）" if row.caption else row.name


def _attendance(activity: Activity, whole: bool) -> tuple[minutes.Attendee, ...]:
    rows = activity.attendances.select_related("person")
    return tuple(
        minutes.Attendee(row.person.name, row.present, row.why, row.made_up_on if whole else None) for row in rows
    )


def _votes(activity: Activity) -> minutes.Votes | None:
    if not activity.has_votes:
        return None
    return minutes.Votes(
        activity.voters_due,
        activity.voters_present,
        activity.votes_for,
        activity.votes_against,
        activity.votes_abstained,
        # On paper figures stand without the spaces of the screen.
        verdict(activity).replace(" ", ""),
    )


def minutes_file_name(activity: Activity) -> str:
    """主题党日记录_第一党支部_2026年10月23日.docx: the first kind names the paper."""
    kind = activity.kinds.first()
    return file_name(
        f"{kind.name if kind else '会议'}记录", activity.organisation.name, written_date(activity.held_on), "docx"
    )

"""What happened: drafts, activities, their agenda and attendance, partners, attachments and revisions."""

from .activity import Activity, ActivityState, AgendaItem, Partnership
from .attachment import Attachment, FileType
from .attendance import AbsenceReason, Attendance
from .draft import Draft
from .revision import Revision

__all__ = [
    "AbsenceReason",
    "Activity",
    "ActivityState",
    "AgendaItem",
    "Attachment",
    "Attendance",
    "Draft",
    "FileType",
    "Partnership",
    "Revision",
]

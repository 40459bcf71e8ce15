"""What happened: drafts, activities, their agenda and attendance, partners and revisions."""

from .activity import Activity, ActivityState, AgendaItem, Partnership
from .attendance import AbsenceReason, Attendance
from .draft import Draft
from .revision import Revision

__all__ = ["AbsenceReason", "Activity", "ActivityState", "AgendaItem", "Attendance", "Draft", "Partnership", "Revision"]

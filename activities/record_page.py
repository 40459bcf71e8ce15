"""The record page: one activity as its reader may see it.

Whoever sees the records of the host or of a partner sees the whole page. Somebody who was only expected there reads the
minutes, as anybody in the room may; of the make-up study he sees his own line, and no history of corrections.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from documents.text import paragraphs
from organisations.models import Person
from organisations.permissions import Act
from programmes.models import Expected

from .models import Activity, ActivityState, AgendaItem, Attachment, Attendance, Partnership, Revision
from .presiding import presiding
from .snapshots import Change, changes
from .voting import verdict

LONGEST_CRUMB = 30


class RecordPage:
    """What the page of ``activity`` says to ``reader``."""

    def __init__(self, activity: Activity, reader: Person, today: date) -> None:
        self.activity = activity
        self.reader = reader
        self.today = today

    # --- what the reader may do

    @cached_property
    def sees(self) -> bool:
        """Whether the reader sees the records of the host or a partner, not only this meeting of his."""
        hosts = [self.activity.organisation, *(row.organisation for row in self._partnerships)]
        return any(self.reader.may(Act.SEE, host, self.today) for host in hosts)

    @cached_property
    def manages(self) -> bool:
        """Whether the reader may correct and withdraw the record."""
        return not self.is_withdrawn and self.reader.may(Act.LOG, self.activity.organisation, self.today)

    @property
    def exports(self) -> bool:
        """Whether 导出 Word is offered: what was held and stands has minutes."""
        return self.sees and self.is_held

    @property
    def names_list(self) -> str:
        """What the list of names is called, where it is offered: 签到表 before the meeting, 到会名单 after it."""
        if not self.sees or self.activity.headcount:
            return ""
        if self.is_planned:
            return "签到表" if self._expects_somebody else ""
        return "到会名单" if self.is_held and self.activity.expected else ""

    @property
    def _expects_somebody(self) -> bool:
        """Whether one of the plan's kinds says who is to come."""
        return any(kind.expected != Expected.OPEN for kind in self.activity.kinds.all())

    # --- where it stands

    @property
    def is_held(self) -> bool:
        """It took place and stands."""
        return self.activity.state == ActivityState.HELD

    @property
    def is_planned(self) -> bool:
        """Only announced so far."""
        return self.activity.state == ActivityState.PLANNED

    @property
    def is_withdrawn(self) -> bool:
        """Taken back."""
        return self.activity.state == ActivityState.WITHDRAWN

    @property
    def is_over(self) -> bool:
        """A planned day that has come: the record can be completed."""
        return self.activity.held_on <= self.today

    @property
    def saved(self) -> str:
        """10月23日 17:06 由沈若川保存，更正 2 次。"""
        words = f"{self.moment(self.activity.submitted_at)} 由{self.activity.submitted_by}保存"
        return f"{words}，更正 {len(self.revisions)} 次" if self.sees and self.revisions else words

    @property
    def withdrawn(self) -> str:
        """11月20日 10:02 由林知远撤回."""
        at = self.activity.withdrawn_at
        return f"{self.moment(at)} 由{self.activity.withdrawn_by}撤回" if at else ""

    def moment(self, at: datetime) -> str:
        """10月23日 17:06, with its year if that is not the present one."""
        local = timezone.localtime(at)
        year = "" if local.year == self.today.year else f"{local.year}年"
        return f"{year}{local.month}月{local.day}日 {local:%H:%M}"

    @cached_property
    def crumbs(self) -> list[tuple[str, str]]:
        """Host, list, this record; for somebody who sees his own only, his own list."""
        records, host = reverse("activity-list"), self.activity.organisation
        title = self.activity.title
        here = [("活动", records), (title if len(title) <= LONGEST_CRUMB else f"{title[:LONGEST_CRUMB]}…", "")]
        if not self.reader.may(Act.SEE, host, self.today):
            return here
        return [(host.name, f"{records}?organisation={host.pk}"), *here]

    # --- the record

    @cached_property
    def kinds(self) -> str:
        """Its kinds in words."""
        return "、".join(kind.name for kind in self.activity.kinds.all())

    @property
    def chair(self) -> str:
        """林知远（书记）."""
        return self._presiding[0]

    @property
    def recorder(self) -> str:
        """沈若川（宣传委员）."""
        return self._presiding[1]

    @cached_property
    def _presiding(self) -> tuple[str, str]:
        return presiding(self.activity)

    @cached_property
    def turnout(self) -> str:
        """应到 24 人，实到 22 人。缺席：顾清和（出差）、罗守正（请假）."""
        expected, present = self.activity.expected, self.activity.present
        if not present and not expected:
            return "没有登记到会人员"
        counted = "（按人数统计）" if self.activity.headcount else ""
        figures = f"实到 {present} 人" if expected is None else f"应到 {expected} 人，实到 {present} 人"
        absent = "、".join(f"{row.person}（{row.why}）" if row.why else str(row.person) for row in self._absent)
        return f"{figures}{counted}。缺席：{absent}" if absent else f"{figures}{counted}"

    @cached_property
    def _absent(self) -> list[Attendance]:
        return list(self.activity.attendances.filter(present=False).select_related("person"))

    @cached_property
    def guests(self) -> list[str]:
        """Guests and observers, one a line."""
        return paragraphs(self.activity.guests)

    @cached_property
    def _partnerships(self) -> list[Partnership]:
        return list(self.activity.partnerships.select_related("organisation", "declined_by"))

    @property
    def partners(self) -> list[Partnership]:
        """Those with whom it was held."""
        return [row for row in self._partnerships if row.declined_at is None]

    @property
    def declined(self) -> list[Partnership]:
        """Those that said they did not hold it."""
        return [row for row in self._partnerships if row.declined_at is not None]

    @property
    def declinable(self) -> list[Partnership]:
        """Partners for which the reader may say so."""
        if self.is_withdrawn:
            return []
        return [row for row in self.partners if self.reader.may(Act.LOG, row.organisation, self.today)]

    @cached_property
    def agenda(self) -> list[AgendaItem]:
        """First topics first."""
        return list(self.activity.agenda.all())

    @cached_property
    def content(self) -> list[str]:
        """What happened, by paragraph."""
        return paragraphs(self.activity.content)

    @cached_property
    def decisions(self) -> list[str]:
        """What was decided, one a line."""
        return paragraphs(self.activity.decisions)

    @property
    def verdict(self) -> str:
        """The result of the vote in words."""
        return verdict(self.activity)

    @cached_property
    def _attachments(self) -> list[Attachment]:
        """All that hang or hung there: in the order of the record, those taken off with who did it."""
        return list(self.activity.attachments.select_related("removed_by"))

    @property
    def attachments(self) -> list[Attachment]:
        """What hangs there."""
        return [row for row in self._attachments if row.removed_at is None]

    @property
    def pictures(self) -> list[Attachment]:
        """影像."""
        return [row for row in self.attachments if row.is_picture]

    @property
    def papers(self) -> list[Attachment]:
        """附件 that are no pictures."""
        return [row for row in self.attachments if not row.is_picture]

    @property
    def raises_problems(self) -> bool:
        """Whether the reader may put what came up here on the list of problems."""
        return self.is_held and self.reader.may(Act.HANDLE_PROBLEMS, self.activity.organisation, self.today)

    # --- beside the record

    @property
    def restorable(self) -> list[Attachment]:
        """What was taken off and can be put back."""
        return [row for row in self._attachments if row.removed_at is not None]

    @cached_property
    def to_make_up(self) -> list[Attendance]:
        """The absent, with the day on which they made up the study; for a plain member himself only."""
        if not self.is_held:
            return []
        return [row for row in self._absent if self.sees or row.person_id == self.reader.pk]

    @cached_property
    def revisions(self) -> list[tuple[Revision, list[Change]]]:
        """Corrections, latest first, each with what it changed."""
        rows: QuerySet[Revision] = self.activity.revisions.select_related("by")
        return [(row, changes(row.before, row.after)) for row in rows] if self.sees else []

"""What the demo shows on purpose: the desk of the first branch as in the design, and a unit for every cause of help."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from organisations.models import Level, Organisation
from programmes.periods import Cadence, Period, period_of
from reminders import workdays

from .city import Branch, City
from .events import Asked, Decided, Event, PostLeft, RecorderNamed
from .rhythm import Fate, moment, workday_near
from .story import Story

PARTY_DAY, COMMITTEE, GROUP, MEETING, LECTURE = (
    "theme-party-day",
    "committee-meeting",
    "group-meeting",
    "branch-meeting",
    "party-lecture",
)
VACANT_DAYS = 125
RETIRED = "离退休党员年纪大、住得分散，主题党日改为按季集中开展。"
UNDECIDED = "本月两名支委在外培训、一名住院，支委会凑不齐半数。"


class Scenes:
    """Fixes some fates and days of a story beforehand, and adds the events that chance would not bring."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.city: City = story.city
        self.month = period_of(self.city.as_of, Cadence.MONTH)
        self.codes = {kind: story.code_of(kind, Level.BRANCH) for kind in (PARTY_DAY, COMMITTEE, MEETING, LECTURE)}
        self.codes[GROUP] = story.code_of(GROUP, Level.GROUP)

    def set(self) -> list[Event]:
        """Prepare the story. Returns the events that belong to it beside those that it tells itself."""
        self._first_branch(self.city.branches[0])
        events = self._delegation(self.city.branches[0])
        retired = [branch for branch in self.city.branches if branch.retired][:1]
        others = [branch for branch in self.city.branches[1:] if branch not in retired and len(branch.officers) > 2]
        for branch in retired:
            events += self._retired(branch)
        for tell, branch in zip((self._undecided, self._twice_overdue, self._vacant), others[-3:], strict=False):
            events += tell(branch)
        return events

    def _key(self, organisation: Organisation, kind: str, period: Period) -> tuple[str, str, str]:
        return (organisation.path, self.codes[kind], period.key)

    def _first_branch(self, branch: Branch) -> None:
        """Orderly all year; the second group's meeting of last month is missing, this month's party day is still to come."""
        rhythm, organisation, month = self.story.rhythm, branch.organisation, self.month
        rhythm.orderly.add(organisation.path)
        days, last = rhythm.set_days, month.last_day
        days[self._key(organisation, PARTY_DAY, month)] = workday_near(last - timedelta(days=2), self.city.as_of, last)
        days[self._key(organisation, COMMITTEE, month)] = self._workday(month, 4)
        quarter = period_of(self.city.as_of, Cadence.QUARTER)
        for kind in (MEETING, LECTURE):
            days[self._key(organisation, kind, quarter)] = workday_near(
                quarter.last_day - timedelta(days=9), quarter.starts_on, quarter.last_day
            )
        for number, group in enumerate(branch.groups):
            days[self._key(group.organisation, GROUP, month)] = self._workday(month, 9 if number != 1 else 26)
        rhythm.set_outings[self._key(organisation, PARTY_DAY, month.previous())] = "red-site-visit"
        birthday = workday_near(self.city.as_of + timedelta(days=2), self.city.as_of, last)
        self.story.set_extras = {
            (organisation.path, month.starts_on): [
                ("double-check-in", self._workday(month, 11)),
                ("political-birthday", birthday),
            ],
            (organisation.path, month.previous().starts_on): [("youth-forum", self._workday(month.previous(), 14))],
        }
        rhythm.set_fates[self._key(branch.groups[1].organisation, GROUP, month.previous())] = Fate.NEVER

    @staticmethod
    def _workday(month: Period, after: int) -> date:
        """The first working day some days into the month."""
        return workday_near(month.starts_on + timedelta(days=after), month.starts_on, month.last_day)

    def _delegation(self, branch: Branch) -> list[Event]:
        """The recorder is named at the beginning of the year, until its end."""
        year = self.city.as_of.year
        day = workdays.add_workdays(max(self.story.begins, date(year, 1, 1)), 2, {})
        if branch.recorder is None or day >= self.city.as_of:
            return []
        branch.recorder_since = day + timedelta(days=1)
        where, until = branch.organisation, date(year, 12, 31)
        return [RecorderNamed(self._at(day), branch.secretary, "recorder", where, branch.recorder, until)]

    def _retired(self, branch: Branch) -> list[Event]:
        """A branch of the retired meets by the quarter: granted for good."""
        key = self._key(branch.organisation, PARTY_DAY, period_of(self.story.begins, Cadence.MONTH))
        self.story.rhythm.set_fates[key] = Fate.NEVER
        asked = workdays.add_workdays(self.story.begins, 3, {})
        decided = workdays.add_workdays(asked, 2, {})
        answer = "同意。每季度至少一次，活动照常记录。"
        return [
            self._asks(branch, "retired", key, asked, until=None, cause="few", reason=RETIRED),
            Decided(self._at(decided), branch.organ.office, "retired", True, answer),
        ]

    def _undecided(self, branch: Branch) -> list[Event]:
        """A request of this month (of the last, in its first days) that has waited for more than three working days."""
        day = workdays.add_workdays(self.city.as_of, -5, {})
        month = self.month if day >= self.month.starts_on else self.month.previous()
        if min(month.starts_on, day) < self.story.begins:
            return []
        key = self._key(branch.organisation, COMMITTEE, month)
        self.story.rhythm.set_fates[key] = Fate.NEVER
        return [self._asks(branch, "undecided", key, day, until=month.ends_on, cause="away", reason=UNDECIDED)]

    def _asks(
        self,
        branch: Branch,
        ref: str,
        key: tuple[str, str, str],
        day: date,
        *,
        until: date | None,
        cause: str,
        reason: str,
    ) -> Asked:
        """The secretary asks about the obligation with that key."""
        return Asked(self._at(day), branch.secretary, ref, branch.organisation, key[1], key[2], until, cause, reason)

    def _twice_overdue(self, branch: Branch) -> list[Event]:
        """The same requirement is missed in the last two months."""
        last = self.month.previous()
        for month in (last, last.previous()):
            self.story.rhythm.set_fates[self._key(branch.organisation, COMMITTEE, month)] = Fate.NEVER
        return []

    def _vacant(self, branch: Branch) -> list[Event]:
        """The secretary left some four months ago and nobody has followed."""
        day = max(self.story.begins + timedelta(days=1), self.city.as_of - timedelta(days=VACANT_DAYS))
        branch.vacant_since = day
        by = branch.organ.office
        return [PostLeft(self._at(day), by, "vacant", branch.organisation, branch.secretary, "branch-secretary")]

    def _at(self, day: date) -> datetime:
        return moment(day, self.city.random("scene", day), (9, 10))

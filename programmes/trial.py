"""改了以后: what a way of writing a rule would do, computed with today's data. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import F, Q

from organisations import paths, scoping
from organisations.models import Level, Organisation, Person
from organisations.permissions import Act
from reminders.workdays import WorkCalendar

from .models import Exemption, ExemptionState, Requirement
from .opening import Facts
from .periods import Period, period_of
from .ruling import overtaken
from .terms import Terms


@dataclass(frozen=True)
class Trial:
    """One rule as it would stand from ``since`` on, for the organisations that the reader may see.

    ``code`` is empty for a rule that does not exist yet; ``organisation`` is the organ whose own rule it is.
    """

    terms: Terms
    since: date
    code: str
    organisation: Organisation | None
    reader: Person
    today: date

    @cached_property
    def _facts(self) -> Facts:
        # What will be true on a day to come is not known: the count is a forecast by today's facts.
        return Facts(self.today).asked_about(self.since)

    def _bound(self, terms: Terms, organisation: Organisation | None) -> set[int]:
        """The organisations that a rule with these terms speaks to, as far as the reader sees."""
        nodes = (
            Organisation.objects.manageable_by(self.reader, Act.SEE, self.today)
            .open_on(self.today)
            .filter(level=terms.level)
        )
        if organisation is not None:
            nodes = nodes.filter(scoping.under(organisation.path))
        rule = terms.row(code=self.code)
        nearer = self._nearer(organisation)
        return {
            node.pk for node in nodes if self._facts.apply(rule, node) and not nearer & set(paths.prefixes(node.path))
        }

    def _nearer(self, organisation: Organisation | None) -> set[str]:
        """The paths of organs whose own rule of the code is nearer to those below them and outlives the change."""
        rows = Requirement.objects.filter(
            Q(until=None) | Q(until__gt=self.since), code=self.code, organisation__isnull=False
        )
        if organisation is not None:
            rows = rows.filter(scoping.under(organisation.path, "organisation__path")).exclude(
                organisation=organisation
            )
        ended = {row.pk for row in self.overtaken}
        return {
            row.organisation.path
            for row in rows.exclude(until=F("since")).select_related("organisation")
            if row.pk not in ended
        }

    @cached_property
    def overtaken(self) -> list[Requirement]:
        """The organs' own rules that would be looser than this one, and so end."""
        return (
            overtaken(self.terms.row(code=self.code, organisation=self.organisation, since=self.since))
            if self.code
            else []
        )

    @cached_property
    def bound(self) -> set[int]:
        """The organisations to which it would apply."""
        return self._bound(self.terms, self.organisation)

    def more_than(self, before: Terms) -> int:
        """How many more (negative: fewer) than by the old way of writing it."""
        return len(self.bound) - len(self._bound(before, self.organisation))

    @property
    def unit(self) -> str:
        """个党支部."""
        return f"个{Level(self.terms.level).label}"

    @cached_property
    def exempt(self) -> int:
        """How many of them are exempt from it on the first day."""
        rows = Exemption.objects.covering(self.since).filter(code=self.code, state=ExemptionState.GRANTED)
        return len(self.bound & set(rows.values_list("organisation_id", flat=True)))

    @property
    def period(self) -> Period:
        """The first period."""
        return period_of(self.since, self.terms.cadence)

    @property
    def first_due(self) -> date:
        """The first day on which it falls due."""
        return max(self.since, self.period.last_day - timedelta(days=self.terms.due_days_before_end))

    @cached_property
    def first_reminder(self) -> date | None:
        """The first working day on which somebody is reminded; None without reminders."""
        if not self.terms.remind_before:
            return None
        day = max(self.since, self.first_due - timedelta(days=max(self.terms.remind_before)))
        calendar = WorkCalendar.around(self.today)
        return day if calendar.is_workday(day) else calendar.add_workdays(day, 1)

"""责任落实 beside what was owed: duties, problems, talks and visits of an organisation and everything below it.

They stand beside the figure of the pillar as lines of their own and are never added to it. Each is counted by the one
function of its floor; what it means stands beside it in words. They come with the fragment of what was held.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property

from django.db.models import Q

from organisations import scoping
from organisations.models import Organisation
from programmes.periods import Period
from responsibilities.figures import ProblemSums, Sums, problem_sums, sums_by, total
from responsibilities.models import Assignment, DutyList, Inspection, Problem
from responsibilities.talk_coverage import coverage


class CarriedOut:
    """For ``organisation`` in ``period``; the caller has asked whether the reader may see its board."""

    def __init__(self, organisation: Organisation, period: Period, today: date) -> None:
        self.organisation = organisation
        self.period = period
        self.today = today

    def _below(self, field: str = "organisation__path") -> Q:
        """Condition: at the organisation or below it. The root's tree holds all there are."""
        return Q() if self.organisation.parent_id is None else scoping.under(self.organisation.path, field)

    @cached_property
    def duties(self) -> Sums:
        """措施 of the lists in force, of this year so far: done／begun, and how many duties somebody is behind with."""
        lists = DutyList.objects.in_force(self.today)
        rows = Assignment.objects.standing().filter(self._below(), duty__duty_list__in=lists)
        return total(sums_by("duty", rows, self.today).values())

    @cached_property
    def problems(self) -> ProblemSums:
        """问题: found and struck off in the period, open and overdue today."""
        return problem_sums(Problem.objects.filter(self._below()), self.period, self.today)

    @cached_property
    def talks(self) -> tuple[int, int]:
        """谈心谈话: (party members, those whom their branch's committee talked with this year); of whole organs only counts."""
        return coverage(self.organisation, self.period.year, self.today)

    @cached_property
    def visits(self) -> int:
        """督查: how many organisations were visited in the period, once for each visit."""
        inside = Q(visited_on__gte=self.period.starts_on, visited_on__lt=self.period.ends_on)
        return Inspection.objects.filter(self._below(), inside).count()

"""What waits for somebody on the floors of responsibilities and surveys: a fragment of his desk, which never holds the desk up."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from organisations.models import Person
from responsibilities.mine import Mine
from responsibilities.models import Problem, ProblemState
from responsibilities.models.problem import AT_WORK
from surveys.desk import Asking, open_for


class DeskWaiting:
    """The duties and problems of one person, as numbers that lead to their pages."""

    def __init__(self, person: Person, now: datetime) -> None:
        self.person = person
        self.now = now

    @cached_property
    def mine(self) -> Mine:
        """His duties."""
        return Mine(self.person, timezone.localdate(self.now))

    @cached_property
    def surveys(self) -> list[Asking]:
        """The open surveys that ask him, whether he answered or not: nobody knows."""
        return open_for(self.person, self.now)

    @cached_property
    def problems(self) -> int:
        """Problems that wait for himself: to be solved, to be checked, to be answered."""
        to_solve = Q(owner=self.person, state__in=AT_WORK)
        to_check = Q(checker=self.person, state=ProblemState.REPORTED)
        to_answer = Q(raised_by=self.person, state=ProblemState.ASKED)
        return Problem.objects.filter(to_solve | to_check | to_answer).count()

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits and no duty is held: then the desk says nothing about it."""
        return self.has_no_duties and not self.surveys

    @property
    def has_no_duties(self) -> bool:
        """Whether there is nothing of duties and problems to say."""
        return self.mine.is_idle and not self.problems

"""Who reads an appraisal. Rule (domain.md §1.3: 由党支部掌握): the committee of that branch, and nobody above or beside it.

Secretary and deputy run it; whoever holds a post of the committee at the branch reads it from its launch on. A member
reads the decision about himself, once he was told it, and never the votes.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.http import Http404

from organisations.models import Appointment, Level, Membership, Organisation, Person
from organisations.models.organisation import OrganisationQuerySet
from organisations.permissions import Act

from .appraisal_roster import label_of, namesakes_of
from .models import AppraisalDecision, Survey, SurveyKind
from .models.survey import SurveyQuerySet


def branches_of(person: Person, today: date) -> OrganisationQuerySet:
    """The branches whose appraisal ``person`` runs."""
    rows = Organisation.objects.manageable_by(person, Act.RUN_APPRAISAL, today).open_on(today)
    return rows.filter(level=Level.BRANCH).in_tree_order()


def run_by(person: Person, today: date) -> SurveyQuerySet:
    """The appraisals that ``person`` runs, drafts among them."""
    return Survey.objects.manageable_by(person, today).filter(kind=SurveyKind.APPRAISAL)


def readable_by(person: Person, today: date) -> SurveyQuerySet:
    """The appraisals whose votes ``person`` reads once they are counted."""
    on_committee = Appointment.objects.holding(today).filter(person=person, post__is_committee=True)
    there = Q(launched_at__isnull=False, organisation__in=on_committee.order_by().values("organisation"))
    rows = Survey.objects.filter(kind=SurveyKind.APPRAISAL)
    return rows.filter(Q(pk__in=run_by(person, today).order_by().values("pk")) | there)


def appraisal_for(person: Person, pk: int, today: date) -> Survey:
    """The appraisal, if ``person`` reads it. Http404."""
    row = readable_by(person, today).select_related("organisation").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def told_to(person: Person) -> list[AppraisalDecision]:
    """What was decided about ``person`` himself and told him, the newest first. Two queries.

    A ballot names nobody but by text, so he is who bore that name in the branch on the day of the launch.
    """
    asking = Survey.objects.asking(person).filter(kind=SurveyKind.APPRAISAL, closed_at__isnull=False)
    rows = AppraisalDecision.objects.filter(survey__in=asking.order_by().values("pk"), told_on__isnull=False)
    named = list(rows.filter(name__startswith=person.name).select_related("survey__organisation"))
    alike = namesakes_of(person) if named else []
    found = [row for row in named if row.name == _name_on(row.survey, person, alike)]
    return sorted(found, key=lambda row: row.decided_on, reverse=True)


def _name_on(survey: Survey, person: Person, alike: list[Membership]) -> str:
    return label_of(person, alike, survey.organisation, survey.frozen_on) if survey.frozen_on else ""

"""Passing a problem on: to somebody, up to a named post, back down."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q

from organisations import paths
from organisations.models import Appointment, Organisation, Person
from organisations.permissions import ROLE_MAY, Act, Role

from .models import Problem, ProblemAct, ProblemState
from .models.problem import AT_WORK
from .solving import claim_row, handles, keep, note, sentence


def people_for(organisation: Organisation, today: date) -> list[Person]:
    """Who may be given a problem of ``organisation``: the people of its organ who can sign in, and who holds a post there.

    The work committee gives to those who hold a post at it: everybody in the city is not its staff. An administrator is
    given none by his post.
    """
    posts = Appointment.objects.holding(today).exclude(post__role=Role.ADMINISTRATOR)
    holders = posts.filter(organisation__path__in=paths.prefixes(organisation.path))
    among = Q(pk__in=holders.values("person"))
    if paths.depth(organisation.path) > 1:
        organ = Organisation.objects.get(path=organisation.root_path_of_organ)
        among |= Q(pk__in=Person.objects.under(organ, today).values("pk"))
    return list(Person.objects.filter(among, username__isnull=False, is_active=True).order_by("initials", "pk"))


@transaction.atomic
def assign(
    problem: Problem,
    *,
    owner: Person,
    checker: Person | None,
    due_on: date,
    by: Person,
    now: datetime,
    today: date,
) -> None:
    """派给: who carries it out, who checks it, by when. Whoever has it now may hand it on, but not choose checker and day."""
    row = claim_row(problem)
    keeps = handles(by, row, today)
    if not (keeps or row.owner_id == by.pk):
        raise PermissionDenied
    if row.state not in AT_WORK:
        raise ValidationError(f"现在是“{row.get_state_display()}”，不能再派。")
    if checker is not None and checker.pk == owner.pk:
        raise ValidationError({"checker": "经办和复核不能是同一个人。"})
    if not keeps:
        due_on = row.due_on
    if not row.found_on <= due_on or due_on.year > today.year + 2:
        raise ValidationError({"due_on": "期限应在发现之后、两年之内。"})
    act = ProblemAct.ASSIGNED if keeps else ProblemAct.HANDED_ON
    if row.owner_id != owner.pk:
        row.state = ProblemState.CLAIMED if owner.pk == by.pk else ProblemState.FOUND
    row.owner, row.due_on = owner, due_on
    row.checker = checker if keeps else (row.checker if row.checker_id != owner.pk else None)
    keep(row, "owner", "checker", "due_on", "state")
    note(row, act, by=by, now=now, today=today, text=f"{owner}，期限 {due_on.month}月{due_on.day}日")


def posts_above(problem: Problem, today: date) -> list[Appointment]:
    """The posts that a problem may be sent up to: those above where it is now that keep problems, nearest first."""
    keeping = [role for role, acts in ROLE_MAY.items() if Act.HANDLE_PROBLEMS in acts]
    above = paths.prefixes(problem.solved_at.path)[:-1]
    rows = Appointment.objects.holding(today).filter(organisation__path__in=above, post__role__in=keeping)
    return list(
        rows.select_related("person", "post", "organisation").order_by("-organisation__path", "post__order", "pk")
    )


@transaction.atomic
def send_up(problem: Problem, *, to: Appointment, because: str, by: Person, now: datetime, today: date) -> None:
    """上报: it cannot be solved here, so it goes to a named post above. The clock runs from this day."""
    row = claim_row(problem)
    if not handles(by, row, today):
        raise PermissionDenied
    if row.state not in AT_WORK:
        raise ValidationError(f"现在是“{row.get_state_display()}”，不用上报。")
    if to.pk not in {post.pk for post in posts_above(row, today)}:
        raise ValidationError({"to": "请从上级的职务里选一个。"})
    said = sentence(because, "because", "请写一句为什么这里解决不了。")
    row.solved_at, row.sent_up_to, row.sent_up_on, row.sent_up_because = to.organisation, to.post, today, said
    _let_go(row, "solved_at", "sent_up_to", "sent_up_on", "sent_up_because")
    note(row, ProblemAct.SENT_UP, by=by, now=now, today=today, text=f"{to.title}：{said}")


@transaction.atomic
def send_back(problem: Problem, *, because: str, by: Person, now: datetime, today: date) -> None:
    """The upper level gives it back to where it was found, with a sentence."""
    row = claim_row(problem)
    if not handles(by, row, today):
        raise PermissionDenied
    if row.solved_at_id == row.organisation_id or row.state not in AT_WORK:
        raise ValidationError("这个问题就在发现的单位。")
    said = sentence(because, "because", "请写一句怎么办。")
    row.solved_at, row.sent_up_to, row.sent_up_on, row.sent_up_because = row.organisation, None, None, ""
    _let_go(row, "solved_at", "sent_up_to", "sent_up_on", "sent_up_because")
    note(row, ProblemAct.HANDED_ON, by=by, now=now, today=today, text=f"退回{row.organisation}：{said}")


def _let_go(row: Problem, *fields: str) -> None:
    """Nobody has it any more; whoever is to solve it now gives it to somebody."""
    row.owner, row.checker, row.state = None, None, ProblemState.FOUND
    keep(row, *fields, "owner", "checker", "state")

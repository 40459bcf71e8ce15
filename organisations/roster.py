"""Acts on the roster by those who keep it: each checks the right and the facts, then calls the plain verb.

``appointing`` and ``tree`` hold the plain verbs, which imports and the demo city call too.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from . import appointing, scoping
from .models import Appointment, Category, Level, Membership, Organisation, Person, Post
from .models.person import PARTY_MEMBERS, initials_of
from .permissions import Act, Role
from .templatetags.sanli import cn_date
from .tree import tell_upper_floors

ADULT = 18  # the least age at which one joins the party (党章第一条)
PARTY_FOUNDED = date(1921, 7, 1)
FARTHEST = timedelta(days=366)
CELLS = (Level.BRANCH, Level.GROUP)


@dataclass(frozen=True)
class Facts:
    """What the roster says about one person."""

    name: str
    category: str
    joined_on: date | None = None
    birth_year: int | None = None
    staff_no: str | None = None

    def check(self, today: date) -> None:
        """Refuse what cannot be so."""
        if self.joined_on is None:
            return
        if self.category not in PARTY_MEMBERS:
            raise ValidationError({"joined_on": f"{Category(self.category).label}还没有入党日期，请留空。"})
        if not PARTY_FOUNDED <= self.joined_on <= today:
            raise ValidationError({"joined_on": "入党日期应在 1921年7月以后，不晚于今天。"})
        if self.birth_year is not None and self.joined_on.year - self.birth_year < ADULT:
            raise ValidationError({"joined_on": "入党要年满十八岁，入党日期和出生年份有一个写错了。"})


def current_membership(person: Person, today: date) -> Membership | None:
    """Where ``person`` belongs on ``today``; None for somebody who belongs nowhere."""
    return (
        Membership.objects.filter(scoping.holding(today), person=person).select_related("organisation__parent").first()
    )


def check_keeper(by: Person, organisation: Organisation, today: date) -> None:
    """Refuse whoever does not keep the roster of ``organisation``."""
    if not by.may(Act.MANAGE_PEOPLE, organisation, today):
        raise PermissionDenied


def check_keeps(by: Person, person: Person, today: date) -> None:
    """Refuse whoever does not keep the roster line of ``person``."""
    if not Person.objects.manageable_by(by, today).filter(pk=person.pk).exists():
        raise PermissionDenied


def check_place(category: str, level: str, name: str) -> None:
    """Party members belong to a branch or a group; everybody else may belong to the organ that serves him."""
    if category in PARTY_MEMBERS and level not in CELLS:
        raise ValidationError({"organisation": f"党员要编入党支部或党小组，不能直接放在{name}。"})


def check_day(day: date, today: date, field: str) -> None:
    """Refuse a day so far ahead that it must be a slip of the pen."""
    if day > today + FARTHEST:
        raise ValidationError({field: "日期太远了，最多写到一年以后。"})


def _check_namesake(facts: Facts, organisation: Organisation, today: date) -> None:
    """Refuse a second line for the same person: same name, place and birth year, and no number that tells them apart."""
    here = Person.objects.under(organisation, today).filter(name=facts.name, birth_year=facts.birth_year)
    if not facts.staff_no and here.exists():
        raise ValidationError(
            {"name": f"{organisation}已经有一位{facts.name}，出生年份也一样。确实是另一个人的，请填工号。"}
        )


def _check_staff_no(facts: Facts, beside: int | None = None) -> None:
    """Refuse a number that somebody else has."""
    if facts.staff_no and Person.objects.filter(staff_no=facts.staff_no).exclude(pk=beside).exists():
        raise ValidationError({"staff_no": "这个工号已经是别人的了。"})


def _lock(organisation: Organisation) -> None:
    """Let one act at a time change who belongs or serves here: the same form sent twice is looked at twice, in turn."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


@transaction.atomic
def enrol(facts: Facts, *, organisation: Organisation, since: date, by: Person, today: date) -> Person:
    """Put a new person on the roster of ``organisation`` from ``since``. ValidationError, PermissionDenied."""
    check_keeper(by, organisation, today)
    facts.check(today)
    check_place(facts.category, organisation.level, str(organisation))
    check_day(since, today, "since")
    _lock(organisation)
    _check_staff_no(facts)
    _check_namesake(facts, organisation, today)
    try:
        with transaction.atomic():
            person = Person.objects.enrol(**asdict(facts))
            appointing.transfer(person, to=organisation, on=since, today=today)
    except IntegrityError as clash:
        raise ValidationError({"staff_no": "这个工号刚刚给了别人。"}) from clash
    return person


def correct(person: Person, facts: Facts, *, by: Person, today: date) -> None:
    """Change what the roster says about ``person``. What is owed follows a change of category."""
    check_keeps(by, person, today)
    facts.check(today)
    _check_staff_no(facts, beside=person.pk)
    membership = current_membership(person, today)
    recategorised = facts.category != person.category
    if membership is not None and recategorised:
        check_place(facts.category, membership.organisation.level, str(membership.organisation))
    for name, value in asdict(facts).items():
        setattr(person, name, value)
    person.initials = initials_of(person.name)
    try:
        with transaction.atomic():
            person.save(update_fields=[*asdict(facts), "initials"])
            if membership is not None and recategorised:
                tell_upper_floors([membership.organisation_id], today)
    except IntegrityError as clash:
        raise ValidationError({"staff_no": "这个工号刚刚给了别人。"}) from clash


def transfer(person: Person, *, to: Organisation, on: date, by: Person, today: date) -> Membership:
    """Move ``person`` to ``to`` from ``on``. Both ends must be kept by ``by``; his posts stay as they are."""
    check_keeps(by, person, today)
    check_keeper(by, to, today)
    check_place(person.category, to.level, str(to))
    check_day(on, today, "since")
    membership = current_membership(person, today)
    if membership is not None and membership.organisation_id == to.pk and membership.until is None:
        raise ValidationError({"organisation": f"{person}已经在{to}。"})
    return appointing.transfer(person, to=to, on=on, today=today)


def _check_giver(post: Post, organisation: Organisation, by: Person, today: date) -> None:
    """The administrator's post is given and taken by administrators alone: who keeps the roster cannot make himself one."""
    check_keeper(by, organisation, today)
    if post.role == Role.ADMINISTRATOR and not by.may(Act.ADMINISTER, organisation, today):
        raise PermissionDenied("系统管理员只能由系统管理员来指定。")


@transaction.atomic
def give_post(
    person: Person,
    post: Post,
    organisation: Organisation,
    *,
    since: date,
    last_day: date | None,
    by: Person,
    today: date,
) -> Appointment:
    """Appoint ``person``. Whoever holds the head's post there gives way from ``since``. ValidationError, PermissionDenied."""
    _check_giver(post, organisation, by, today)
    check_keeps(by, person, today)
    if person.pk == by.pk:
        raise ValidationError({"person": "自己的任职，要由别人来办。"})
    check_day(since, today, "since")
    if last_day is not None and last_day < since:
        raise ValidationError({"last_day": "最后一天不能早于起任日期。"})
    until = last_day + timedelta(days=1) if last_day else None
    _lock(organisation)
    if post.is_head:
        for standing in (
            Appointment.objects.holding(since).filter(post=post, organisation=organisation).exclude(person=person)
        ):
            appointing.end(standing, on=since, today=today)
    return appointing.appoint(person, post, organisation, since=since, until=until, today=today)


def end_post(appointment: Appointment, *, on: date, by: Person, today: date) -> None:
    """The appointment no longer holds from ``on``."""
    _check_giver(appointment.post, appointment.organisation, by, today)
    if appointment.person_id == by.pk and appointment.post.role == Role.ADMINISTRATOR:
        raise ValidationError("自己的系统管理员任职，要由另一位管理员来免。")
    check_day(on, today, "on")
    if on < appointment.since:
        raise ValidationError({"on": f"从 {cn_date(appointment.since)}起才任这个职务。"})
    appointing.end(appointment, on=on, today=today)


def _check_founding(organisation: Organisation, today: date) -> None:
    """An organisation was founded after the one above it and before those below it."""
    above, founded_on = organisation.parent, organisation.founded_on
    check_day(founded_on, today, "founded_on")
    if above is not None and founded_on < above.founded_on:
        raise ValidationError({"founded_on": f"不能早于{above}的成立日期，{cn_date(above.founded_on)}。"})
    first = Organisation.objects.filter(parent=organisation).order_by("founded_on").first()
    if first is not None and first.founded_on < founded_on:
        raise ValidationError({"founded_on": f"不能晚于{first}的成立日期，{cn_date(first.founded_on)}。"})


def describe(organisation: Organisation, *, by: Person, today: date, **fields: object) -> None:
    """Change the plain facts of an organisation: names, remark, code, term. ValidationError, PermissionDenied."""
    check_keeper(by, organisation, today)
    for name, value in fields.items():
        setattr(organisation, name, value)
    if (organisation.term_began_on is None) != (organisation.term_years is None):
        raise ValidationError({"term_years": "任期和本届起于要么都填，要么都不填。"})
    if organisation.term_began_on is not None:
        check_day(organisation.term_began_on, today, "term_began_on")
    _check_founding(organisation, today)
    organisation.full_clean(exclude=["path", "parent", "level"])
    organisation.save(update_fields=list(fields))

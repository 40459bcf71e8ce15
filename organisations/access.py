"""Opening the system to a person, giving a new password, closing it again."""

from __future__ import annotations

import secrets
from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from . import scoping
from .models import Person
from .permissions import ROLE_MAY, Act, Role
from .roster import check_keeps

# Without signs that look alike on paper: an initial password is read out or handed over.
CAPITALS, SMALL, DIGITS = "ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghjkmnpqrstuvwxyz", "23456789"
BLOCKS, MOST_BLOCKS = 3, 32


def may_open(by: Person, person: Person, today: date) -> bool:
    """True if ``by`` keeps every organisation at which ``person`` has rights; an administrator's door is for administrators.

    Otherwise whoever hands out passwords below could sign in as somebody with more rights than his own.
    """
    rights = [grant for grant in scoping.grants_of(person, today) if ROLE_MAY[grant.role]]
    return all(
        scoping.may(by, Act.ADMINISTER if grant.role == Role.ADMINISTRATOR else Act.MANAGE_PEOPLE, grant.path, today)
        for grant in rights
    )


def check_opener(by: Person, person: Person, today: date) -> None:
    """Refuse whoever may not hand out the key of ``person``."""
    check_keeps(by, person, today)
    if not may_open(by, person, today):
        raise PermissionDenied("他的职务高于你能管的范围，登录请由上级来开。")


def _block() -> str:
    return secrets.choice(CAPITALS) + "".join(secrets.choice(SMALL) for _ in range(2)) + secrets.choice(DIGITS)


def initial_password(person: Person) -> str:
    """A random password that obeys the rules in force: Kmt7-Qra4-Vxe2, longer where the rules want more."""
    for blocks in range(BLOCKS, MOST_BLOCKS):
        password = "-".join(_block() for _ in range(blocks))
        try:
            validate_password(password, person)
        except ValidationError:
            continue
        return password
    raise ValidationError("密码规则太严，生成不出初始密码，请联系系统管理员。")


def open_access(person: Person, *, username: str, by: Person, today: date) -> str:
    """Let ``person`` sign in as ``username``. Returns the initial password, which is kept nowhere."""
    check_opener(by, person, today)
    if person.username is not None:
        raise ValidationError(f"{person}已经开通，登录名是 {person.username}。")
    if Person.objects.filter(username__iexact=username).exists():
        raise ValidationError({"username": "这个登录名已经有人用了。"})
    password = initial_password(person)
    try:
        with transaction.atomic():
            person.grant_access(username, password)
    except IntegrityError as clash:
        raise ValidationError({"username": "这个登录名刚刚有人用了。"}) from clash
    return password


def renew_password(person: Person, *, by: Person, today: date) -> str:
    """Replace a forgotten password; sessions of the old one end. Returns the new one, which is kept nowhere."""
    check_opener(by, person, today)
    if person.username is None:
        raise ValidationError(f"{person}还没有开通登录。")
    password = initial_password(person)
    person.hand_out_password(password)
    return password


def close_access(person: Person, *, by: Person, today: date) -> None:
    """Close the system to ``person``: the name is free again, open sessions end, the records stay."""
    check_opener(by, person, today)
    if person.pk == by.pk:
        raise ValidationError("不能收回自己的登录。")
    person.take_access()

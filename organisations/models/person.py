"""People: one identity for roster, log-in and attendance."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from pypinyin import Style, lazy_pinyin

from .. import scoping
from ..permissions import Act

if TYPE_CHECKING:
    from .organisation import Organisation


class Category(models.TextChoices):
    """The categories of people on the roster."""

    FULL_MEMBER = "full_member", "正式党员"
    PROBATIONARY = "probationary", "预备党员"
    APPLICANT = "applicant", "入党积极分子"
    STAFF = "staff", "群众"


PARTY_MEMBERS = (Category.FULL_MEMBER, Category.PROBATIONARY)


def initials_of(name: str) -> str:
    """The pinyin initials of a name, for searching by keyboard: 林知远 → lzy."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="ignore"))[:20].lower()


class PersonQuerySet(models.QuerySet["Person"]):
    def under(self, organisation: Organisation, today: date) -> PersonQuerySet:
        """People whose membership on ``today`` lies in ``organisation`` or below it."""
        inside = Membership.objects.filter(
            scoping.holding(today), scoping.under(organisation.path, "organisation__path")
        )
        return self.filter(pk__in=inside.values("person"))

    def visible_to(self, person: Person, today: date) -> PersonQuerySet:
        """Those whose roster line ``person`` may read: his own, and the people of the organisations that he may see."""
        return self._reached(person, Act.VIEW_PEOPLE, today, Q(pk=person.pk))

    def manageable_by(self, person: Person, today: date) -> PersonQuerySet:
        """Those whose roster line ``person`` keeps."""
        return self._reached(person, Act.MANAGE_PEOPLE, today, Q(pk__in=[]))

    def _reached(self, person: Person, act: str, today: date, beside: Q) -> PersonQuerySet:
        """Members of the organisations at which ``person`` may do ``act``; who belongs nowhere is left to the root."""
        if scoping.everywhere(person, act, today):
            return self.all()
        inside = Membership.objects.filter(
            scoping.holding(today), scoping.reach(person, act, "organisation__path", today)
        )
        return self.filter(beside | Q(pk__in=inside.values("person")))

    def party_members(self) -> PersonQuerySet:
        """Full and probationary members."""
        return self.filter(category__in=PARTY_MEMBERS)

    def named(self, text: str) -> PersonQuerySet:
        """Those whose name contains ``text``, or whose pinyin initials begin with it."""
        return self.filter(Q(name__icontains=text) | Q(initials__startswith=text.lower()) | Q(staff_no=text))


class PersonManager(BaseUserManager["Person"].from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def enrol(self, name: str, **fields: Any) -> Person:
        """A new person on the roster, without access to the system; ``initials`` are derived from the name."""
        person: Person = self.model(name=name, initials=initials_of(name), **fields)
        person.set_unusable_password()
        person.save()
        return person


class Person(AbstractBaseUser):
    """One person. No identity number and no address are kept: nothing in the product needs them."""

    last_login = None  # nobody may ask who has not logged in

    name = models.CharField("姓名", max_length=40)
    initials = models.CharField("拼音首字母", max_length=20, blank=True, editable=False, db_index=True)
    username = models.CharField(
        "登录名", max_length=40, unique=True, null=True, blank=True, help_text="手机号或工号；没有开通的留空。"
    )
    staff_no = models.CharField("工号", max_length=40, unique=True, null=True, blank=True)
    category = models.CharField("类别", max_length=12, choices=Category, default=Category.FULL_MEMBER)
    joined_on = models.DateField("入党日期", null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField("出生年份", null=True, blank=True)
    is_active = models.BooleanField("可登录", default=True)
    # Whether somebody else knows it; asked for his own request alone, and shown nowhere: it would say who never came.
    password_is_initial = models.BooleanField("密码由别人交给", default=False, editable=False)

    objects = PersonManager()

    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = "人员"
        verbose_name_plural = "人员"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name or "（未填姓名）"

    def get_short_name(self) -> str:
        """The name as it stands in the bar."""
        return self.name

    @property
    def is_party_member(self) -> bool:
        """Full or probationary member."""
        return self.category in PARTY_MEMBERS

    def may(self, act: str, organisation: Organisation | None = None, today: date | None = None) -> bool:
        """True if an appointment that holds today grants ``act`` at ``organisation`` (anywhere, if None)."""
        return scoping.may(self, act, None if organisation is None else organisation.path, today)

    @property
    def is_staff(self) -> bool:
        """May enter /admin/: administrators only."""
        return self.is_active and self.may(Act.ADMINISTER)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's admin asks this; what an administrator may touch is decided by what is registered there."""
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        """As ``has_perm``."""
        return self.is_staff

    def grant_access(self, username: str, password: str, *, initial: bool = True) -> None:
        """Open the system to this person. ``username`` must be free (the database holds it).

        ``initial`` is false only where he chose the password himself: any other is changed at the first log-in.
        """
        self.username = username
        self.set_password(password)
        self.password_is_initial = initial
        self.is_active = True
        self.save(update_fields=["username", "password", "password_is_initial", "is_active"])

    def hand_out_password(self, password: str) -> None:
        """Set a password that somebody else knows: he changes it at his next log-in."""
        self.set_password(password)
        self.password_is_initial = True
        self.save(update_fields=["password", "password_is_initial"])

    def choose_password(self, password: str) -> None:
        """Set the password that he thought of himself."""
        self.set_password(password)
        self.password_is_initial = False
        self.save(update_fields=["password", "password_is_initial"])

    def take_access(self) -> None:
        """Close the system to this person: the name is free again, and no password fits."""
        self.username = None
        self.is_active = False
        self.set_unusable_password()
        self.password_is_initial = False
        self.save(update_fields=["username", "is_active", "password", "password_is_initial"])


class Membership(models.Model):
    """Where a person belongs, from ``since`` to the day before ``until``: the lowest node, a group or else a branch."""

    person = models.ForeignKey(Person, verbose_name="人员", on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(
        "organisations.Organisation", verbose_name="党组织", on_delete=models.PROTECT, related_name="memberships"
    )
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)

    class Meta:
        verbose_name = "隶属"
        verbose_name_plural = "隶属"
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(until__isnull=True),
                name="one_open_membership",
                violation_error_message="一个人同一时间只能隶属一个党组织。",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="membership_until_after_since",
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "since", "until"], name="membership_by_organisation")]

    def __str__(self) -> str:
        return f"{self.person}，{self.organisation}"

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds; None while no end is set."""
        return self.until - timedelta(days=1) if self.until else None

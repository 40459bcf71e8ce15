"""Forms about one person: the facts, where he belongs, and the way in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator

from .. import access, roster
from ..models import Category, Membership, Organisation, Person
from ..permissions import Act
from .acts import ActForm, day_field
from .choices import OrganisationField, organisations_for

YOUNGEST, OLDEST = 16, 120


class FactsForm(ActForm):
    """What the roster says about a person."""

    name = forms.CharField(label="姓名", max_length=40)
    category = forms.ChoiceField(label="类别", choices=Category.choices)
    joined_on = day_field("入党日期", required=False, help_text="预备党员填接收为预备党员的日期。")
    birth_year = forms.IntegerField(label="出生年份", required=False)
    staff_no = forms.CharField(label="工号", max_length=40, required=False, help_text="同名的人靠它区分。")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        earliest, latest = today.year - OLDEST, today.year - YOUNGEST
        sentence = f"出生年份应在 {earliest} 到 {latest} 之间。"
        self.fields["birth_year"].validators += [
            MinValueValidator(earliest, sentence),
            MaxValueValidator(latest, sentence),
        ]

    def facts(self) -> roster.Facts:
        """The cleaned facts as a value."""
        given = self.cleaned_data
        return roster.Facts(
            given["name"], given["category"], given["joined_on"], given["birth_year"], given["staff_no"] or None
        )


class PersonForm(FactsForm):
    """Correct the facts about somebody who is on the roster."""

    def __init__(self, *args: Any, person: Person, today: date, **kwargs: Any) -> None:
        self.person = person
        known = {name: getattr(person, name) for name in ("name", "category", "joined_on", "birth_year", "staff_no")}
        super().__init__(*args, today=today, initial=known, **kwargs)

    def save(self, *, by: Person) -> None:
        """Hand the facts to the verb."""
        roster.correct(self.person, self.facts(), by=by, today=self.today)


class PersonAddForm(FactsForm):
    """Put somebody on the roster."""

    organisation = OrganisationField(label="编入哪个党组织", queryset=Organisation.objects.none(), empty_label="请选择")
    since = day_field("从哪天起")
    field_order = ["name", "category", "organisation", "since", "joined_on", "birth_year", "staff_no"]

    def __init__(self, *args: Any, by: Person, inside: Organisation | None, today: date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, initial={"since": today, "organisation": inside}, **kwargs)
        self.fields["organisation"].queryset = organisations_for(by, Act.MANAGE_PEOPLE, today, inside)  # type: ignore[attr-defined]

    def save(self, *, by: Person) -> Person:
        """Hand the facts to the verb."""
        given = self.cleaned_data
        return roster.enrol(
            self.facts(), organisation=given["organisation"], since=given["since"], by=by, today=self.today
        )


class TransferForm(ActForm):
    """Move somebody to another organisation."""

    organisation = OrganisationField(label="转到哪里", queryset=Organisation.objects.none(), empty_label="请选择")
    since = day_field("从哪天起")

    def __init__(
        self, *args: Any, person: Person, by: Person, inside: Organisation | None, today: date, **kwargs: Any
    ) -> None:
        self.person, self.today = person, today
        super().__init__(*args, initial={"since": today}, **kwargs)
        self.fields["organisation"].queryset = organisations_for(by, Act.MANAGE_PEOPLE, today, inside)  # type: ignore[attr-defined]

    def save(self, *, by: Person) -> Membership:
        """Hand over to the verb."""
        given = self.cleaned_data
        return roster.transfer(self.person, to=given["organisation"], on=given["since"], by=by, today=self.today)


class AccessForm(ActForm):
    """Open the system to somebody."""

    username = forms.CharField(
        label="登录名",
        min_length=3,
        max_length=40,
        help_text="手机号或工号，字母、数字都可以。",
        validators=[RegexValidator(r"^[A-Za-z0-9._@-]+$", "只能用字母、数字和 . _ @ - 这几个符号。")],
        error_messages={"min_length": "至少 3 位。"},
    )

    def __init__(self, *args: Any, person: Person, today: date, **kwargs: Any) -> None:
        self.person, self.today = person, today
        super().__init__(*args, initial={"username": person.staff_no or ""}, **kwargs)

    def save(self, *, by: Person) -> str:
        """Return the initial password."""
        return access.open_access(self.person, username=self.cleaned_data["username"], by=by, today=self.today)


class RenewPasswordForm(ActForm):
    """Give a new password to somebody who forgot his."""

    def __init__(self, *args: Any, person: Person, today: date, **kwargs: Any) -> None:
        self.person, self.today = person, today
        super().__init__(*args, **kwargs)

    def save(self, *, by: Person) -> str:
        """Return the new password."""
        return access.renew_password(self.person, by=by, today=self.today)


class CloseAccessForm(RenewPasswordForm):
    """Close the system to somebody."""

    def save(self, *, by: Person) -> str:
        """Hand over to the verb; there is no password to return."""
        access.close_access(self.person, by=by, today=self.today)
        return ""

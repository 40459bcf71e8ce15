"""Forms about posts: giving one, ending one, letting somebody record for a while."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Q

from .. import appointing, roster
from ..delegating import usual_last_day, usual_recorder
from ..models import Appointment, Level, Organisation, Person, Post
from ..permissions import Act, Role
from .acts import ActForm, day_field
from .choices import OrganisationField, PersonByNameField, PersonField, organisations_for

# A post of these roles may be held at organisations of several levels (see appointing.appoint).
ANYWHERE = (Role.RECORDER, Role.ADMINISTRATOR, Role.ORGAN_OFFICE)
SMALL = (Level.BRANCH, Level.GROUP)


def posts_for(by: Person, organisation: Organisation | None, today: date) -> list[Post]:
    """The posts that ``by`` may give, at ``organisation`` if one is named; the administrator's only for administrators."""
    rows = Post.objects.all()
    if organisation is not None:
        rows = rows.filter(Q(level=organisation.level) | Q(role__in=ANYWHERE))
        if organisation.level in SMALL:
            rows = rows.exclude(role__in=[Role.ADMINISTRATOR, Role.ORGAN_OFFICE])
    if not by.may(Act.ADMINISTER, organisation, today):
        rows = rows.exclude(role=Role.ADMINISTRATOR)
    return list(rows)


class PostField(forms.ModelChoiceField):
    """A post; those of several levels stand under the names of the levels."""

    def offer(self, posts: list[Post]) -> None:
        """Offer ``posts``, in the order of the tree."""
        self.queryset = Post.objects.filter(pk__in=[post.pk for post in posts])
        order = list(Level.values)
        ranked = sorted(posts, key=lambda post: (order.index(post.level), post.order, post.pk))
        groups = [
            (Level(level).label, [(post.pk, post.name) for post in rows])
            for level, rows in groupby(ranked, key=lambda post: post.level)
        ]
        self.choices = [("", "请选择"), *(groups if len(groups) > 1 else groups[0][1] if groups else [])]


class AppointForm(ActForm):
    """Give a post."""

    post = PostField(label="职务", queryset=Post.objects.none())
    since = day_field("起任日期")
    last_day = day_field("最后一天", required=False, help_text="不填就一直担任，直到免去。")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, initial={"since": today, **kwargs.pop("initial", {})}, **kwargs)

    def give(self, person: Person, organisation: Organisation, by: Person) -> Appointment:
        """Hand over to the verb."""
        given = self.cleaned_data
        return roster.give_post(
            person,
            given["post"],
            organisation,
            since=given["since"],
            last_day=given["last_day"],
            by=by,
            today=self.today,
        )


class AppointHereForm(AppointForm):
    """Give a post at one organisation to somebody."""

    field_order = ["post", "person", "since", "last_day"]

    def __init__(self, *args: Any, organisation: Organisation, by: Person, today: date, **kwargs: Any) -> None:
        self.organisation = organisation
        super().__init__(*args, today=today, **kwargs)
        self.fields["post"].offer(posts_for(by, organisation, today))  # type: ignore[attr-defined]
        self.add("person", person_field(organisation, by, today))
        self.order_fields(self.field_order)

    def save(self, *, by: Person) -> Appointment:
        """Appoint the person chosen."""
        return self.give(self.cleaned_data["person"], self.organisation, by)


def person_field(organisation: Organisation, by: Person, today: date) -> forms.Field:
    """A list of the branch's people; by name where there are too many for a list."""
    kept = Person.objects.manageable_by(by, today)
    if organisation.level not in SMALL:
        return PersonByNameField(label="由谁担任", among=kept, help_text="写全名；同名的写工号。")
    branch = organisation if organisation.level == Level.BRANCH else organisation.parent or organisation
    people = kept.filter(pk__in=Person.objects.under(branch, today).values("pk")).order_by("initials", "pk")
    return PersonField(label="由谁担任", queryset=people, empty_label="请选择")


class AppointSomebodyForm(AppointForm):
    """Give somebody a post at one of the organisations that one keeps."""

    organisation = OrganisationField(label="在哪个党组织", queryset=Organisation.objects.none(), empty_label="请选择")
    field_order = ["organisation", "post", "since", "last_day"]

    def __init__(
        self, *args: Any, person: Person, by: Person, inside: Organisation | None, today: date, **kwargs: Any
    ) -> None:
        self.person = person
        super().__init__(*args, today=today, initial={"organisation": inside}, **kwargs)
        self.fields["organisation"].queryset = organisations_for(by, Act.MANAGE_PEOPLE, today, inside)  # type: ignore[attr-defined]
        self.fields["post"].offer(posts_for(by, None, today))  # type: ignore[attr-defined]

    def save(self, *, by: Person) -> Appointment:
        """Appoint at the organisation chosen."""
        return self.give(self.person, self.cleaned_data["organisation"], by)


class EndPostForm(ActForm):
    """End a post."""

    on = day_field("从哪天起不再担任")

    def __init__(self, *args: Any, appointment: Appointment, today: date, **kwargs: Any) -> None:
        self.appointment, self.today = appointment, today
        super().__init__(*args, initial={"on": max(today, appointment.since)}, **kwargs)

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        roster.end_post(self.appointment, on=self.cleaned_data["on"], by=by, today=self.today)


class RecorderForm(ActForm):
    """Let somebody record for an organisation until a day."""

    person = PersonField(label="由谁记录", queryset=Person.objects.none(), empty_label="请选择")
    last_day = day_field("到哪天（含）", help_text="最长一年，到期自动收回。")

    def __init__(self, *args: Any, organisation: Organisation, today: date, **kwargs: Any) -> None:
        self.organisation, self.today = organisation, today
        proposal = {"person": usual_recorder(organisation, today), "last_day": usual_last_day(today)}
        super().__init__(*args, initial=proposal, **kwargs)
        self.fields["person"].queryset = Person.objects.under(organisation, today).order_by("initials", "pk")  # type: ignore[attr-defined]

    def save(self, *, by: Person) -> Appointment:
        """Hand over to the verb."""
        given = self.cleaned_data
        return appointing.delegate_recorder(
            self.organisation, given["person"], last_day=given["last_day"], by=by, today=self.today
        )


class RecorderEndForm(ActForm):
    """Take the record back from today."""

    def __init__(self, *args: Any, appointment: Appointment, today: date, **kwargs: Any) -> None:
        self.appointment, self.today = appointment, today
        super().__init__(*args, **kwargs)

    def save(self, *, by: Person) -> None:
        """Hand over to the verb."""
        appointing.end(self.appointment, on=self.today, today=self.today)

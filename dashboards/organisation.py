"""The page of one organisation: a branch or a group as its secretary reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Q
from django.urls import reverse

from organisations import scoping
from organisations.models import ALLOWED_PARENTS, Appointment, Category, Membership, Organisation, Person, Post
from organisations.permissions import Act
from organisations.templatetags.sanli import cn_numeral
from programmes.models import Exemption, ExemptionState, Obligation
from programmes.reminding import TERM_LADDER

from .dues import REACH
from .feed import FeedRow, latest
from .rhythm import Rhythm, rhythms

EVENTS = 8
EXEMPTIONS = 6
COMMITTEE = 3  # the least number of people who make a committee


@dataclass(frozen=True)
class Term:
    """When the present term ends, and how near that is."""

    ends_on: date
    years: int
    today: date

    @property
    def remind_from(self) -> date:
        """The day of the first reminder."""
        return self.ends_on - timedelta(days=TERM_LADDER[0])

    @property
    def days_left(self) -> int:
        """Days to the end; negative when it has passed."""
        return (self.ends_on - self.today).days

    @property
    def overdue_days(self) -> int:
        """Days since the end; 0 before it."""
        return max(0, -self.days_left)

    @property
    def near(self) -> bool:
        """Whether reminders have begun."""
        return self.today >= self.remind_from

    @property
    def css(self) -> str:
        """The class that colours it."""
        return "is-late" if self.days_left < 0 else "is-soon" if self.near else ""

    @property
    def length(self) -> str:
        """两年一届, 三年一届."""
        return f"{'两' if self.years == 2 else cn_numeral(self.years)}年一届"


def term_of(organisation: Organisation, today: date) -> Term | None:
    """The present term of ``organisation``; None where none is recorded."""
    ends_on = organisation.term_ends_on()
    return Term(ends_on, organisation.term_years or 0, today) if ends_on else None


@dataclass(frozen=True)
class Holding:
    """A line of 任职: a post with its holder, or vacant."""

    label: str
    appointment: Appointment | None = None


@dataclass
class Circle:
    """People of one group, or of the branch itself where ``group`` is None."""

    group: Organisation | None
    leader: str = ""
    people: list[Person] = field(default_factory=list)


class OrganisationPage:
    """What every organisation's page shows: head, posts, term, exemptions, history. ``reader`` may read its people."""

    def __init__(self, reader: Person, organisation: Organisation, today: date) -> None:
        self.reader, self.organisation, self.today = reader, organisation, today
        self.year = today.year
        self.open = organisation.exists_on(today)
        self.sees = reader.may(Act.SEE, organisation, today)
        self.keeps = self.open and reader.may(Act.MANAGE_PEOPLE, organisation, today)
        self.delegates = self.open and reader.may(Act.DELEGATE, organisation, today)
        self.asks = self.open and reader.may(Act.ASK_EXEMPTION, organisation, today)
        self.decides = reader.may(Act.DECIDE_EXEMPTION, organisation, today)
        parent = organisation.parent
        self.moves = self.keeps and parent is not None and reader.may(Act.MANAGE_PEOPLE, parent, today)

    @property
    def key(self) -> str:
        """The key as text, for an address that a template puts together."""
        return str(self.organisation.pk)

    @property
    def may_have_children(self) -> bool:
        """Whether anything may be set up below."""
        return any(self.organisation.level in parents for parents in ALLOWED_PARENTS.values())

    @cached_property
    def crumbs(self) -> list[tuple[str, str]]:
        """The organisations above, linked where the reader may read them; the view has fetched them with this one."""
        above, node = [], self.organisation.parent
        while node is not None:
            above.append((node.name, self._url(node)))
            node = node.parent
        return [*reversed(above), (self.organisation.name, "")]

    def _url(self, organisation: Organisation) -> str:
        seen = self.reader.may(Act.VIEW_PEOPLE, organisation, self.today)
        return reverse("organisation", args=[organisation.pk]) if seen else ""

    @cached_property
    def appointments(self) -> list[Appointment]:
        """All appointments here and the heads below, past ones too."""
        rows = Appointment.objects.visible_to(self.reader, self.today).filter(self._appointed())
        return list(
            rows.select_related("person", "post").order_by("-post__is_head", "post__order", "post_id", "since", "pk")
        )

    def _appointed(self) -> Q:
        """Condition: appointments here, and the heads of what stands directly below."""
        return Q(organisation=self.organisation) | Q(organisation__parent=self.organisation, post__is_head=True)

    def _holds(self, row: Appointment) -> bool:
        return row.since <= self.today and (row.until is None or row.until > self.today)

    @cached_property
    def holdings(self) -> list[Holding]:
        """The posts that are held here, and the head's post where nobody holds it."""
        held = [row for row in self.appointments if row.organisation_id == self.organisation.pk and self._holds(row)]
        headless = self.open and not any(row.post.is_head for row in held)
        vacant = Post.objects.filter(level=self.organisation.level, is_head=True) if headless else []
        return [
            *(Holding(post.label_at(self.organisation)) for post in vacant),
            *(Holding(self._label(row), row) for row in held),
        ]

    def _label(self, row: Appointment) -> str:
        return row.post.label_at(self.organisation)

    @cached_property
    def heads(self) -> dict[int, str]:
        """The head's name by organisation, of this one and those below."""
        return {
            row.organisation_id: row.person.name for row in self.appointments if row.post.is_head and self._holds(row)
        }

    @cached_property
    def former(self) -> list[Appointment]:
        """Who held posts here before, the latest first."""
        past = [
            row
            for row in self.appointments
            if row.organisation_id == self.organisation.pk and row.until and row.since < row.until <= self.today
        ]
        return sorted(past, key=lambda row: row.until or row.since, reverse=True)

    @cached_property
    def term(self) -> Term | None:
        """The present term."""
        return term_of(self.organisation, self.today)

    @cached_property
    def exemptions(self) -> list[Exemption]:
        """What was asked or granted for this year, here and below; nothing to whoever does not see records."""
        first = date(self.year, 1, 1)
        rows = Exemption.objects.visible_to(self.reader, self.today).filter(
            scoping.under(self.organisation.path, "organisation__path")
        )
        rows = rows.exclude(state=ExemptionState.WITHDRAWN).filter(Q(until__isnull=True) | Q(until__gt=first))
        return list(rows.select_related("organisation__parent", "asked_by", "decided_by")[:EXEMPTIONS])

    @property
    def children(self) -> list[Organisation]:
        """The organisations directly below, closed ones too."""
        raise NotImplementedError

    @cached_property
    def history(self) -> list[tuple[date, str]]:
        """What happened here as far as it is recorded, the latest first: dates of the tree, terms and heads."""
        own = self.organisation
        events = [(own.founded_on, "成立"), (own.closed_on, "撤销"), (own.term_began_on, "本届任期开始")]
        for child in self.children:
            events.append((child.founded_on if child.founded_on > own.founded_on else None, f"设立{child}"))
            events.append((child.closed_on, f"撤销{child}"))
        heads = [
            row
            for row in self.appointments
            if row.post.is_head and row.organisation_id == own.pk and row.since != row.until
        ]
        events += [(row.since, f"{row.person}任{self._label(row)}") for row in heads]
        known = [(day, text) for day, text in events if day is not None and day <= self.today]
        return sorted(known, key=lambda event: event[0], reverse=True)[:EVENTS]

    def obligations(self, rows: Q) -> list[Obligation]:
        """Rows that fall due from this year on, and what is overdue for up to a year as on the desk, so that January does not
        forget December; none for whoever does not see records."""
        if not self.sees:
            return []
        wanted = Q(due_on__gte=date(self.year, 1, 1)) | Q(
            pk__in=Obligation.objects.overdue(self.today).filter(rows, due_on__gte=self.today - REACH)
        )
        found = Obligation.objects.visible_to(self.reader, self.today).filter(rows, wanted)
        return list(found.select_related("requirement", "organisation"))


class BranchPage(OrganisationPage):
    """A branch with its groups, or one group."""

    @cached_property
    def children(self) -> list[Organisation]:
        """The groups, closed ones too."""
        return list(
            Organisation.objects.visible_to(self.reader, self.today).filter(parent=self.organisation).in_tree_order()
        )

    @cached_property
    def groups(self) -> list[Organisation]:
        """The groups that exist."""
        return [group for group in self.children if group.exists_on(self.today)]

    @cached_property
    def rhythms(self) -> list[Rhythm]:
        """One line a requirement; the groups' own stands in their branch's list as one line."""
        rows = self.obligations(scoping.under(self.organisation.path, "organisation__path"))
        return rhythms(rows, self.today)

    @cached_property
    def memberships(self) -> list[Membership]:
        """Everybody who belongs here today."""
        rows = Membership.objects.filter(
            scoping.holding(self.today), scoping.under(self.organisation.path, "organisation__path")
        )
        return list(rows.select_related("person").order_by("organisation__path", "pk"))

    @cached_property
    def members(self) -> list[Person]:
        """Full and probationary members."""
        return [row.person for row in self.memberships if row.person.is_party_member]

    @cached_property
    def probationary(self) -> int:
        """How many are on probation."""
        return sum(person.category == Category.PROBATIONARY for person in self.members)

    @cached_property
    def others(self) -> list[Person]:
        """Applicants and staff: they belong here, and are no members."""
        return [row.person for row in self.memberships if not row.person.is_party_member]

    @cached_property
    def circles(self) -> list[Circle]:
        """Members by group; those of no group first."""
        circles = {group.pk: Circle(group, self.heads.get(group.pk, "")) for group in self.groups}
        own = Circle(None)
        for row in self.memberships:
            if row.person.is_party_member:
                circles.get(row.organisation_id, own).people.append(row.person)
        return [*([own] if own.people else []), *circles.values()]

    @cached_property
    def has_committee(self) -> bool:
        """Whether enough people hold posts of a committee."""
        holders = {row.person_id for row in self.appointments if row.post.is_committee and self._holds(row)}
        return len(holders) >= COMMITTEE

    @property
    def lede(self) -> str:
        """The branch in a sentence."""
        founded = f"{self.organisation.founded_on.year}年{self.organisation.founded_on.month}月成立"
        bodies = [*(["支部委员会"] * self.has_committee), *([f" {len(self.groups)} 个党小组"] if self.groups else [])]
        members = f"党员 {len(self.members)} 人"
        parts = [self.organisation.remark, founded, f"设{'和'.join(bodies)}" if bodies else "", members]
        parts.append(f"其中预备党员 {self.probationary} 人" if self.probationary else "")
        return "，".join(part for part in parts if part) + "。"

    @cached_property
    def feed(self) -> list[FeedRow]:
        """The latest records of the branch and its groups; none for whoever does not see records."""
        hosts = [self.organisation.pk, *(group.pk for group in self.children)]
        return latest(self.organisation, hosts) if self.sees else []

"""What the pages of 谈心谈话 show: one's own talks, whom one has not talked with, and the counts that others see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.core.paginator import Page, Paginator

from documents.text import paragraphs
from organisations import scoping
from organisations.models import Organisation, Person
from organisations.permissions import Act

from .models import Occasion, ProposalState, Talk, TalkProposal
from .sealing import SealBrokenError, unseal
from .talk_coverage import FEWEST, Line, by_branch, coverage_for, lines, party_members, seen_by, talked_with
from .talk_people import Seat, committee, committees_of

PAGE = 50


@dataclass(frozen=True)
class Listed:
    """A talk in the reader's own list."""

    talk: Talk
    other: Person
    occasion: str  # empty where it does not open

    @property
    def is_mine(self) -> bool:
        """Whether the reader noted it."""
        return self.talk.partner_id == self.other.pk


def label_of(occasion: str) -> str:
    """遇到困难; what is no occasion any more stands as it is."""
    return dict(Occasion.choices).get(occasion, occasion)


def words_of(talk: Talk) -> dict[str, str]:
    """What was sealed. SealBrokenError."""
    return unseal(talk.sealed, talk.bond)


class Duties:
    """What the rule asks of a committee member: whom of his branch he has talked with this year, and his colleagues' counts.

    Read in four queries; nothing where the reader is of no committee.
    """

    def __init__(self, reader: Person, today: date) -> None:
        self.reader, self.today = reader, today

    @cached_property
    def branches(self) -> list[Organisation]:
        """The branches of whose committee the reader is."""
        return committees_of(self.reader, self.today)

    @cached_property
    def _talked(self) -> dict[int, dict[int, set[int]]]:
        return talked_with(self._members, self.today.year)

    @cached_property
    def _members(self) -> dict[int, dict[int, str]]:
        return party_members(self.branches, self.today)

    @cached_property
    def left(self) -> list[tuple[int, str]]:
        """Key and name of the party members with whom the reader has not talked this year; he alone sees it."""
        found = {}
        for branch in self.branches:
            done = self._talked[branch.pk][self.reader.pk]
            found |= {pk: name for pk, name in self._members[branch.pk].items() if pk not in done}
        found.pop(self.reader.pk, None)
        return list(found.items())

    @cached_property
    def counts(self) -> list[tuple[Organisation, list[tuple[Seat, int]]]]:
        """Each branch with its committee, in the order of posts: with how many party members each of it talked."""
        seats = committee(self.branches, self.today)
        return [
            (branch, [(seat, len(self._talked[branch.pk][seat.person_id])) for seat in seats[branch.pk]])
            for branch in self.branches
        ]

    @property
    def own(self) -> int:
        """With how many party members of his branches the reader talked this year."""
        return sum(len(self._talked[branch.pk][self.reader.pk]) for branch in self.branches)


class TalkList:
    """The list page for one reader."""

    def __init__(self, reader: Person, today: date, page: str = "1") -> None:
        self.reader, self.today, self.page_number = reader, today, page
        self.year = today.year
        self.duties = Duties(reader, today)

    @cached_property
    def page(self) -> Page:
        """The reader's talks of the past and this year, whoever of both noted them."""
        rows = Talk.objects.visible_to(self.reader).filter(held_on__gte=date(self.year - 1, 1, 1))
        return Paginator(rows.with_names(), PAGE).get_page(self.page_number)

    @cached_property
    def talks(self) -> list[Listed]:
        """The lines of the page."""
        return [Listed(row, row.other(self.reader), self._occasion(row)) for row in self.page]

    @staticmethod
    def _occasion(talk: Talk) -> str:
        try:
            return label_of(words_of(talk)["occasion"])
        except SealBrokenError:
            return ""

    @cached_property
    def waiting(self) -> list[TalkProposal]:
        """What waits for the reader's word."""
        rows = TalkProposal.objects.waiting_for(self.reader)
        return list(rows.select_related("talk__initiator", "talk__partner", "proposed_by"))

    @cached_property
    def talked_this_year(self) -> int:
        """With how many people the reader talked this year."""
        rows = Talk.objects.visible_to(self.reader).filter(held_on__gte=date(self.year, 1, 1))
        pairs = rows.order_by().values_list("initiator_id", "partner_id")
        return len({pk for pair in pairs for pk in pair} - {self.reader.pk})

    @cached_property
    def sees_all(self) -> bool:
        """Whether the reader is told the sum of the whole city, and no less."""
        return scoping.everywhere(self.reader, Act.SEE, self.today)

    @cached_property
    def whole(self) -> tuple[int, int]:
        """(party members, talked with) of the whole city."""
        return coverage_for(self.reader, self.year, self.today)

    @cached_property
    def branches(self) -> list[Line]:
        """The table by branch for those above, the small ones together; nothing for others."""
        if self.sees_all or not self.reader.may(Act.SEE, today=self.today):
            return []
        return lines(by_branch(seen_by(self.reader, self.today), self.year, self.today))


class WhoSees:
    """The column beside the form: who will see what of this talk, in sentences that are true for this reader."""

    def __init__(self, reader: Person, today: date) -> None:
        self.reader = reader
        self.duties = Duties(reader, today)
        self.branch = self.duties.branches[0] if self.duties.branches else None
        self.year, self.today = today.year, today

    @property
    def of_me(self) -> str:
        """What the committee of the branch reads about the reader."""
        return f"“{self.reader.name}本年谈过 {self.duties.own} 人”" if self.branch else "不知道你谈过"

    @cached_property
    def of_branch(self) -> str:
        """What those above read about the branch: with figures for who may see them, without for others."""
        if self.branch is None or not self.reader.may(Act.SEE, self.branch, self.today):
            return "支部有多少党员、委员谈过多少人"
        seen = by_branch(seen_by(self.reader, self.today), self.year, self.today)
        row = next((row for row in seen if row.branch_id == self.branch.pk), None)
        if row is None or row.members < FEWEST:
            return "几个小支部合在一起的人数"
        return f"“{self.branch.name} {row.members} 人，谈过 {row.talked} 人”"


class TalkPage:
    """One talk, opened for one of its two people. SealBrokenError if it does not open."""

    def __init__(self, talk: Talk, reader: Person) -> None:
        self.talk, self.reader = talk, reader
        self.words = words_of(talk)
        self.other = talk.other(reader)

    @property
    def occasion(self) -> str:
        """Why they talked."""
        return label_of(self.words["occasion"])

    @property
    def points(self) -> list[str]:
        """The points, a paragraph a line."""
        return paragraphs(self.words["points"])

    @cached_property
    def proposals(self) -> list[Proposed]:
        """What was proposed in it, as far as it still says anything."""
        rows = self.talk.proposals.select_related("proposed_by")
        found = []
        for row in rows:
            row.talk = self.talk
            words = unseal(row.sealed, row.bond) if row.state == ProposalState.ASKED else {}
            found.append(Proposed(row, words, row.proposed_by_id == self.reader.pk))
        return found

    @property
    def may_propose(self) -> bool:
        """Whether nothing waits for an answer."""
        return all(one.row.state != ProposalState.ASKED for one in self.proposals)


@dataclass(frozen=True)
class Proposed:
    """A problem that one of the two wants to have registered."""

    row: TalkProposal
    words: dict[str, str]
    is_mine: bool

    @property
    def look(self) -> str:
        """How its state is drawn."""
        return {"asked": "soon", "agreed": "done"}.get(self.row.state, "off")

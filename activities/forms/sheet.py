"""The log form as the templates draw it: chips with what is due, the roll by organisation, what was prefilled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import escape
from uuid import UUID, uuid4

from django.utils.safestring import SafeString, mark_safe

from organisations import paths
from organisations.drawing import icon_svg
from organisations.models import Category, Organisation, Person
from programmes.models import ActivityKind, Obligation, Pillar

from ..entries import Absence
from ..models import AbsenceReason
from ..prefill import MARK, Habits
from .agenda import AgendaRow
from .log import LogForm
from .roll import read_pks

# What 已预填 n 项 counts: the fields of 何时何地.
COUNTED = ("title", "held_on", "starts_at", "ends_at", "place", "chair", "recorder", "programme")
SPARE_ROWS = 2
# Beyond this a list of names to complete from is a hindrance.
MOST_SPEAKERS = 120


@dataclass(frozen=True)
class Chip:
    """One kind to choose, with what is due: 剩 10 天, 超 20 天."""

    kind: ActivityKind
    number: int
    checked: bool
    due: str
    late: bool

    def html(self) -> SafeString:
        """Its label. Drawn here, like the roll: a template loop over all of them takes many times as long."""
        late = " is-late" if self.late else ""
        due = f'<span class="chip__due{late}">{self.due}</span>' if self.due else ""
        return mark_safe(
            f'<label class="chip"><input type="checkbox" name="kinds" value="{self.kind.pk}" id="id_kinds_{self.number}"'
            f"{' checked' if self.checked else ''}>{icon_svg('check')}{escape(self.kind.name)}{due}</label>"
        )


@dataclass(frozen=True)
class ChipRow:
    """The chips of one pillar."""

    pillar: Pillar
    chips: list[Chip]


@dataclass(frozen=True)
class RollRow:
    """One person on the roll."""

    person: Person
    absence: Absence | None

    @property
    def votes(self) -> bool:
        """Whether he has a vote: full members do."""
        return self.person.category == Category.FULL_MEMBER

    def html(self) -> SafeString:
        """His name, to be marked as absent by a tap, and what is asked then."""
        pk, name = self.person.pk, escape(self.person.name)
        marks = (" checked" if self.absence else "") + (" data-votes" if self.votes else "")
        given = self.absence.reason if self.absence else None
        reasons = "".join(
            f'<label><input type="radio" name="why-{pk}" value="{value}"{" checked" if value == given else ""}>{label}</label>'
            for value, label in AbsenceReason.choices
        )
        note = escape(self.absence.note) if self.absence else ""
        return mark_safe(
            f'<div class="roll__item"><label class="roll__one"><input type="checkbox" name="absent" value="{pk}"{marks}>'
            f'<span class="roll__name">{name}</span>{icon_svg("check")}<span class="roll__flag">未到</span></label>'
            f'<div class="absent__row"><b>{name}</b>'
            f'<div class="seg seg--sm" role="radiogroup" aria-label="{name}未到原因">{reasons}</div>'
            f'<input class="form-control" name="note-{pk}" value="{note}" placeholder="备注，可不写" aria-label="{name}备注">'
            "</div></div>"
        )


@dataclass(frozen=True)
class RollGroup:
    """The people of the host, or of one partner."""

    name: str
    rows: list[RollRow]


def due_words(obligation: Obligation, today: date) -> str:
    """剩 10 天, 今天到期, 超 20 天."""
    days = (obligation.due_on - today).days
    if days < 0:
        return f"超 {-days} 天"
    return f"剩 {days} 天" if days else "今天到期"


class Sheet:
    """Everything about a form that is not the form itself."""

    def __init__(self, form: LogForm, habits: Habits | None = None) -> None:
        self.form = form
        self.offer = form.offer
        self.habits = habits or Habits(self.offer.host, self.offer.chosen_kinds)

    # --- the draft

    @cached_property
    def token(self) -> UUID:
        """The key of this sheet; a new one where a browser sent none that is any good."""
        return self.form.token or uuid4()

    @property
    def version(self) -> int:
        """The version of the draft that the page last saw, 0 for none."""
        return next(iter(read_pks(self.form.raw.get("version", ""))), 0)

    # --- kinds and host

    @cached_property
    def _first_due(self) -> dict[int, Obligation]:
        """For each kind the first thing due that it would still count for: in its period, or made up for in the next."""
        first: dict[int, Obligation] = {}
        today = self.offer.today
        for obligation in self.offer.unmet:
            if obligation.span.contains(today) or obligation.span.next().contains(today):
                for kind in self.offer.kinds_of[obligation.requirement_id]:
                    first.setdefault(kind, obligation)
        return first

    def _chip(self, number: int, kind: ActivityKind) -> Chip:
        due = self._first_due.get(kind.pk)
        words = due_words(due, self.offer.today) if due else ""
        late = due is not None and due.due_on < self.offer.today
        return Chip(kind, number, kind in self.offer.chosen_kinds, words, late)

    @cached_property
    def _chips(self) -> list[Chip]:
        # What is due stands first: on a phone the rest of a row is out of sight.
        order = {kind: (not self._at_once(kind), kind.pk not in self._first_due) for kind in self.offer.offered_kinds}
        shown = sorted(order, key=lambda kind: order[kind])
        return [self._chip(number, kind) for number, kind in enumerate(shown)]

    @cached_property
    def _common(self) -> set[int]:
        return {kind.pk for kind in self.offer.offered_kinds if kind.common}

    def _at_once(self, kind: ActivityKind) -> bool:
        """Common kinds stand in the first rows, and so does what is due and no common kind would settle."""
        due = self._first_due.get(kind.pk)
        return kind.common or (due is not None and not self._common & self.offer.kinds_of[due.requirement_id])

    def _rows(self, at_once: bool) -> list[ChipRow]:
        chips = [chip for chip in self._chips if self._at_once(chip.kind) is at_once]
        rows = [ChipRow(pillar, [chip for chip in chips if chip.kind.line.pillar == pillar]) for pillar in Pillar]
        return [row for row in rows if row.chips]

    def kind_rows(self) -> list[ChipRow]:
        """The chips offered at once, a row a pillar."""
        return self._rows(True)

    @cached_property
    def more_rows(self) -> list[ChipRow]:
        """The chips under 更多类别."""
        return self._rows(False)

    def more_open(self) -> bool:
        """Whether one of those is chosen."""
        return any(chip.checked for row in self.more_rows for chip in row.chips)

    def hosts_on_top(self) -> list[Organisation]:
        """All hosts, where there are several to choose from before the kinds make sense."""
        return self.offer.hosts if len(self.offer.units) > 1 else []

    def hosts_below(self) -> list[Organisation]:
        """The hosts that fit the chosen kinds, where that leaves a choice: which group held it."""
        fitting = self.offer.fitting_hosts
        wrong = self.offer.host not in fitting
        choice = len(fitting) > 1 or (fitting and wrong)
        return fitting if choice and self.offer.chosen_kinds and not self.hosts_on_top() else []

    # --- what was prefilled

    def marks(self) -> list[tuple[str, str]]:
        """The hidden fields that say what was filled in."""
        return [(name, self.form.raw.get(name, "")) for name in self.form.raw if name.startswith(MARK)]

    def prefilled_count(self) -> int:
        """How many fields of 何时何地 stand as they were filled in."""
        raw = self.form.raw
        return sum(bool(raw.get(MARK + name)) and raw.get(name) == raw.get(MARK + name) for name in COUNTED)

    # --- the roll

    @cached_property
    def _roll_rows(self) -> list[RollRow]:
        roll, people = self.form["roll"].value(), self.offer.people
        return [RollRow(people[pk], roll.absences.get(pk)) for pk in roll.people if pk in people]

    def roll_groups(self) -> list[RollGroup]:
        """The roll; with partners, by organisation."""
        partners = self.offer.chosen_partners
        if not partners:
            return [RollGroup("", self._roll_rows)] if self._roll_rows else []
        groups: dict[str, list[RollRow]] = {node.name: [] for node in self.offer.organisations}
        for row in self._roll_rows:
            groups[self._belongs(row.person)].append(row)
        return [RollGroup(name, rows) for name, rows in groups.items() if rows]

    def _belongs(self, person: Person) -> str:
        """The host or partner where the person is a member; the host for anybody else."""
        where = person.where or ""
        homes = (node.name for node in self.offer.organisations if where and paths.contains(node.path, where))
        return next(homes, self.offer.organisations[0].name)

    def roll_text(self) -> str:
        """The hidden field with who is on the roll."""
        return ",".join(str(row.person.pk) for row in self._roll_rows)

    def expected(self) -> int:
        """How many are on the roll."""
        return len(self._roll_rows)

    def absent(self) -> int:
        """How many of them did not come."""
        return sum(row.absence is not None for row in self._roll_rows)

    def present(self) -> int:
        """How many came."""
        return self.expected() - self.absent()

    def not_on_roll(self) -> list[Person]:
        """Who may still be put on the roll."""
        there = {row.person.pk for row in self._roll_rows}
        return [person for person in self.offer.people.values() if person.pk not in there]

    def on_roll(self) -> list[Person]:
        """Who may be taken off it."""
        return [row.person for row in self._roll_rows]

    # --- agenda and the rest

    def agenda_rows(self) -> list[AgendaRow]:
        """The agenda; one empty row where there is none."""
        return self.form["agenda"].value() or [AgendaRow()]

    def spare_numbers(self) -> range:
        """Numbers of the empty rows that a page without script gets."""
        first = len(self.agenda_rows())
        return range(first, first + SPARE_ROWS)

    def speakers(self) -> list[str]:
        """Names to complete the speaker from."""
        people = self.offer.people.values()
        return [person.name for person in people] if len(people) <= MOST_SPEAKERS else []

    def has_vote(self) -> bool:
        """Whether one of the kinds may hold a vote."""
        return any(kind.has_vote for kind in self.offer.chosen_kinds)

    @property
    def is_planned(self) -> bool:
        """A day to come."""
        return self.offer.is_planned

    def save_words(self) -> str:
        """What the button says."""
        if self.is_planned:
            return "保存安排"
        return "保存更正" if self.offer.activity is not None and self.offer.activity.number else "保存活动"

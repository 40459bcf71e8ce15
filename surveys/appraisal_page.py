"""The pages of 民主评议党员: what is listed, one appraisal from its draft to the decisions, what one member was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils import timezone

from organisations.models import Organisation, Person
from organisations.templatetags.sanli import cn_date

from . import appraisal_reading
from .appraising import ABSTAIN, BODY, TABLE, has_body, members_on, most_excellent
from .audience import planned_units
from .author_page import Fact, moment_text
from .models import AppraisalDecision, ReleasedTable, State, Survey, Tier

LOOKS = {
    State.DRAFT: ("todo", "还没有启用"),
    State.WAITING: ("todo", "还没有开始"),
    State.OPEN: ("soon", "正在投票"),
    State.CLOSING: ("soon", "正在计票"),
    State.CLOSED: ("done", "已计票"),
    State.PUBLISHED: ("done", "已计票"),
    State.DESTROYED: ("done", "已计票，票已销毁"),
}
COLUMNS = [*(str(tier.label) for tier in Tier), "弃权"]
CODES = [*Tier.values, ABSTAIN]


@dataclass(frozen=True)
class Line:
    """One appraisal of a list."""

    survey: Survey
    look: str
    word: str


class AppraisalList:
    """The list for one reader: what he runs or reads for the committee, and what he was told himself."""

    def __init__(self, reader: Person, now: datetime) -> None:
        self.reader, self.now = reader, now
        self.today = timezone.localdate(now)

    @property
    def may_begin(self) -> bool:
        """Whether 办一次 is offered."""
        return bool(self.branches)

    @cached_property
    def branches(self) -> list[Organisation]:
        """The branches whose appraisal the reader runs."""
        return list(appraisal_reading.branches_of(self.reader, self.today))

    @cached_property
    def lines(self) -> list[Line]:
        """Those of the committee, the newest first."""
        rows = appraisal_reading.readable_by(self.reader, self.today).select_related("organisation").order_by("-pk")
        return [Line(row, *LOOKS[row.state(self.now)]) for row in rows]

    @cached_property
    def told(self) -> list[AppraisalDecision]:
        """What was decided about the reader and told him."""
        return appraisal_reading.told_to(self.reader)


@dataclass(frozen=True)
class Row:
    """One candidate: his votes by tier where they are counted, and what was decided."""

    code: str
    name: str
    votes: list[tuple[str, int]]
    decision: AppraisalDecision | None
    needs_help: bool


class AppraisalPage:
    """One appraisal for somebody who reads it."""

    def __init__(self, survey: Survey, reader: Person, now: datetime) -> None:
        self.survey, self.reader, self.now = survey, reader, now
        self.today = timezone.localdate(now)

    @cached_property
    def is_runner(self) -> bool:
        """Whether the reader runs it; the rest of the committee reads."""
        return appraisal_reading.run_by(self.reader, self.today).filter(pk=self.survey.pk).exists()

    @property
    def shown_state(self) -> tuple[str, str]:
        """Where it stands: look and word."""
        return LOOKS[self.survey.state(self.now)]

    @property
    def is_running(self) -> bool:
        """Whether slips are printed: from the launch to the end of the vote."""
        return self.survey.state(self.now) in (State.WAITING, State.OPEN)

    @cached_property
    def may_vote(self) -> bool:
        """Whether the reader takes a ballot at the desk now. It does not say whether he has."""
        open_now = self.survey.by_desk and self.survey.is_open(self.now)
        return open_now and Survey.objects.asking(self.reader).filter(pk=self.survey.pk).exists()

    @property
    def is_counted(self) -> bool:
        """Whether the votes are counted: before, there is no figure for anybody."""
        return self.survey.closed_at is not None

    @property
    def columns(self) -> list[str]:
        """The four tiers and 弃权."""
        return COLUMNS

    @cached_property
    def _tables(self) -> dict[str, ReleasedTable]:
        return {row.key: row for row in self.survey.tables.filter(kind="appraisal").order_by("order")}

    @property
    def has_votes(self) -> bool:
        """Whether counts were made: five ballots at least were handed in."""
        return any(key.startswith(TABLE) for key in self._tables)

    @property
    def handed_in(self) -> int:
        """How many ballots were counted; every table has the same number."""
        return next((row.payload["n"] for key, row in self._tables.items() if key.startswith(TABLE)), 0)

    @cached_property
    def decisions(self) -> dict[str, AppraisalDecision]:
        """Code → what was decided."""
        return {row.candidate: row for row in self.survey.decisions.all()}

    @cached_property
    def rows(self) -> list[Row]:
        """The members in the order of the ballot, whatever their votes."""
        return [self._row(code, name) for code, name in members_on(self.survey.asked).items()]

    def _row(self, code: str, name: str) -> Row:
        decision = self.decisions.get(code)
        poor = decision is not None and decision.tier in (Tier.BASIC, Tier.UNQUALIFIED)
        return Row(code, name, self._votes(code), decision, poor)

    def _votes(self, code: str) -> list[tuple[str, int]]:
        table = self._tables.get(TABLE + code)
        counts: dict[str, Any] = table.payload["counts"] if table else {}
        return [(column, counts[key]) for column, key in zip(COLUMNS, CODES, strict=True)] if counts else []

    @property
    def body(self) -> Row | None:
        """The votes on the committee as a body, where they were asked for."""
        question = self.survey.asked.question(BODY)
        return Row(BODY, question.text, self._votes(BODY), None, False) if question else None

    @cached_property
    def voters(self) -> int:
        """How many it asks: of the launch, or of today while it is a draft."""
        if self.survey.is_draft:
            return planned_units(self.survey, self.today).heads
        return self.survey.units.get(number=0).heads

    @property
    def most_excellent(self) -> int:
        """How many are 优秀 as a rule."""
        return most_excellent(self.voters)

    @property
    def excellent(self) -> int:
        """How many were decided to be."""
        return sum(row.tier == Tier.EXCELLENT for row in self.decisions.values())

    @property
    def is_over(self) -> bool:
        """Whether that is more than the rule says; it says 一般, so nothing is blocked."""
        return self.excellent > self.most_excellent

    @property
    def facts(self) -> list[Fact]:
        """What the launch fixes, in words."""
        survey = self.survey
        names = list(members_on(survey.asked).values())
        ways = "、".join(
            word for word, chosen in (("登录领票", survey.by_desk), ("抽取纸票", survey.by_slip)) if chosen
        )
        times = ""
        if survey.opens_at and survey.closes_at:
            times = f"{moment_text(survey.opens_at)} 至 {moment_text(survey.closes_at)}"
        return [
            Fact("参评", f"{len(names)} 人：{'、'.join(names)}"),
            Fact("班子", "另评支部班子" if has_body(survey.asked) else "不评支部班子"),
            Fact("投票", f"{survey.organisation.name}的党员，{self.voters} 人"),
            Fact("档次", "、".join(COLUMNS)),
            Fact("时间", times),
            Fact("领票", f"{ways}；票丢了到{survey.desk_note}换"),
            Fact("票数", f"只给支部委员会看，收回不到 {survey.k} 张就谁也不给看"),
            Fact("销毁", f"{cn_date(survey.destroys_on)}，逐张票全部销毁，只留票数"),
        ]

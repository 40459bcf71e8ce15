"""What proves a measure, in words, and the ways to it: the same on 我的责任 and on the page of a measure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from organisations.models import Person
from organisations.permissions import Act
from programmes.fitting import log_query
from programmes.periods import parse

from . import ticking
from .carrying_out import is_said
from .models import Measure, Proof


@dataclass(frozen=True)
class Way:
    """A way on."""

    label: str
    url: str


def proof_words(measure: Measure) -> str:
    """记了主题党日、党课自动打勾. Reads ``assignment.duty.kinds``, fetched along."""
    if is_said(measure):
        return "写一句做了什么，不用附材料"
    proof = Proof.KINDS if measure.obligation_id else ticking.proof_of(measure)
    if proof == Proof.TALKS:
        return "记了谈心谈话自动打勾，只计次数"
    if proof == Proof.INSPECTIONS:
        return "记了督查自动打勾"
    names = "、".join(kind.name for kind in measure.assignment.duty.kinds.all())
    return f"记了{names}自动打勾" if names else "凭活动记录自动打勾"


def ways(measure: Measure, person: Person, today: date) -> list[Way]:
    """How to get an open measure done, for somebody who may report on it."""
    if is_said(measure):
        return [Way("写一句", reverse("measure-report", args=[measure.pk]))]
    proof = Proof.KINDS if measure.obligation_id else ticking.proof_of(measure)
    if proof == Proof.TALKS:
        return [Way("记谈话", reverse("talk-add"))]
    place = measure.assignment.organisation
    if proof == Proof.INSPECTIONS:
        return [Way("督查", reverse("inspection-list"))] if person.may(Act.INSPECT, place, today) else []
    return _ways_to_record(measure, today) if person.may(Act.LOG, place, today) else []


def _ways_to_record(measure: Measure, today: date) -> list[Way]:
    """记录; of a period that is over 补记 what was held then, and 补办 now, as long as the next one lasts."""
    place, log = measure.assignment.organisation, reverse("activity-log")
    kinds = measure.assignment.duty.kinds.all()
    codes = [kind.code for kind in kinds if kind.active and place.level in kind.levels]
    query = log_query(codes, place.pk)
    if measure.ends_on > today or not measure.period:
        return [Way("记录", f"{log}?{urlencode(query)}")]
    found = [Way("补记", f"{log}?{urlencode(log_query(codes, place.pk, measure.period))}")]
    if measure.obligation_id and parse(measure.period).next().ends_on > today:
        found.append(Way("补办", f"{log}?{urlencode({**query, 'makes_up_for': measure.obligation_id})}"))
    return found

"""Measures, hand-overs and self-checks of the cast, made through the verbs."""

from __future__ import annotations

from datetime import date
from typing import Any

from organisations.appointing import end
from organisations.models import Person
from responsibilities import carrying_out, handing_over
from responsibilities.carrying_out import Plan
from responsibilities.models import DutyList, DutyPost, Evidence, Handover, Measure
from tests import make
from tests.conftest import TODAY, City
from tests.responsibilities import duties_made

DUE = date(2026, 12, 11)


def own(city: City, duty_list: DutyList, number: int = 2, **fields: Any) -> Measure:
    """A measure of the secretary's own, due on 11 December."""
    values: dict[str, Any] = {"text": "给两名预备党员各配一名联系人", "due_on": DUE} | fields
    by = values.pop("by", city.secretary)
    return carrying_out.add(duties_made.assignment(duty_list, number, city.first), Plan(**values), by=by, today=TODAY)


def line(measure: Measure, by: Person, text: str = "支委会定了学习计划", on: date = TODAY) -> Evidence:
    """A line about what was done."""
    return carrying_out.report(measure, text=text, done_on=on, by=by, now=make.moment(TODAY), today=TODAY)


def post(duty_list: DutyList, name: str = "支部书记") -> DutyPost:
    """A post of the list."""
    return duty_list.posts.get(name=name)


def change_secretary(city: City, to: Person | None, on: date = date(2026, 11, 10)) -> None:
    """The secretary of the first branch leaves, and somebody may follow him."""
    end(city.secretary.appointments.get(post__code="branch-secretary"), on=on, today=TODAY)
    city.secretary.__dict__.pop("_grants", None)
    if to is not None:
        make.holds(to, "branch-secretary", city.first, since=on)
        to.__dict__.pop("_grants", None)


def handover(city: City, duty_list: DutyList, giver: Person, taker: Person, by: Person | None = None) -> Handover:
    """Opened, and confirmed by neither."""
    between = {"giver": giver, "taker": taker, "note": "学习计划还差最后一次讨论"}
    at = {"by": by or taker, "now": make.moment(TODAY), "today": TODAY}
    return handing_over.open_handover(post(duty_list), city.first, **between, **at)


def addresses(city: City) -> dict[str, list[object]]:
    """What the addresses take: a measure of the secretary's own with a step and a line, and a hand-over that he is to take."""
    duty_list = duties_made.small_list(city)
    measure = own(city, duty_list, steps="和本人谈一次\n支委会商量人选")
    make.holds(city.deputy, "branch-secretary", city.first, since=date(2026, 3, 1), until=date(2026, 10, 8))
    row = handover(city, duty_list, city.deputy, city.secretary)
    said = carrying_out.report(
        duties_made.measure(duty_list, 2, city.first, "2026"),
        text="支委会定了学习计划",
        done_on=TODAY,
        by=city.secretary,
        now=make.moment(TODAY),
        today=TODAY,
    )
    step = [measure.pk, measure.steps.earliest("order").pk]
    return {
        "measure-add": [measure.assignment_id],
        "measure-step-tick": step,
        "measure-step-untick": step,
        "measure-line-withdraw": [said.measure_id, said.pk],
        "handover-open": [city.first.pk, post(duty_list).pk],
        **{name: [measure.pk] for name in ("measure", "measure-edit", "measure-report", "measure-drop")},
        **{name: [row.pk] for name in ("handover", "handover-give", "handover-take", "handover-cancel")},
    }

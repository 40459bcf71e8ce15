"""Measures: who may do what about them, one's own, steps, a line of text, dropping."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from programmes.periods import Cadence
from responsibilities import carrying_out, editions, step_lines
from responsibilities.carrying_out import Hand, Plan
from responsibilities.models import Assignment, Measure, Origin, Rhythm
from responsibilities.step_lines import StepLine
from tests import make
from tests.responsibilities import duties_made, measures_made
from tests.responsibilities.measures_made import DUE

TODAY = date(2026, 11, 20)
NOW = make.moment(TODAY)


@pytest.fixture
def duty_list(city, today):
    return duties_made.small_list(city)


@pytest.fixture
def plan(duty_list, city):
    """The study plan of the year, proven by text."""
    return duties_made.measure(duty_list, 2, city.first, "2026")


def refusal(verb, *args, **kwargs) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        verb(*args, **kwargs)
    found = refused.value
    return found.message_dict if hasattr(found, "error_dict") else {"": found.messages}


# --- who may do what


def test_what_each_of_the_cast_may_do_about_a_measure_that_was_given_to_one(city, duty_list):
    measure = measures_made.own(city, duty_list, owner=city.member)
    found = {
        role: carrying_out.hand_in(person, measure.assignment, TODAY, measure) for role, person in city.cast.items()
    }
    keepers = {"secretary", "recorder", "office"}
    expected = {role: Hand.KEEP if role in keepers else Hand.NONE for role in city.cast} | {"member": Hand.REPORT}
    assert found == expected


def test_the_holder_keeps_his_measures_though_he_records_nothing(city, duty_list):
    make.holds(city.deputy, "party-group-secretary", city.finance)
    row = duties_made.assignment(duty_list, 3, city.finance)
    assert carrying_out.hand_in(city.deputy, row, TODAY) == Hand.KEEP


def test_what_is_everybodys_is_reported_by_each_and_kept_by_who_records(city, today):
    made = editions.begin(city.committee, preset="four-subjects", title="党员清单", by=None, now=NOW)
    fields = {"type": "post", "rhythm": Rhythm.YEAR, "proof": "text", "content": "参加组织生活", "number": 1}
    made.duties.create(level=made.levels.get(name="党支部"), post=made.posts.get(everybody=True), **fields)
    duties_made.issued(made)
    row = duties_made.assignment(made, 1, city.first)
    assert carrying_out.hand_in(city.member, row, TODAY) == Hand.REPORT
    assert carrying_out.hand_in(city.secretary, row, TODAY) == Hand.KEEP


@pytest.mark.parametrize("role", ["member", "leader", "other_secretary", "gongwei", "admin", "stranger"])
def test_others_are_refused_by_every_verb(city, duty_list, plan, role):
    someone = getattr(city, role)
    own = measures_made.own(city, duty_list, steps="一步")
    line = measures_made.line(plan, city.secretary)
    at = {"by": someone, "today": TODAY}
    acts = [
        (carrying_out.add, (own.assignment, Plan(text="一条", due_on=DUE)), {}),
        (carrying_out.amend, (own, Plan(text="一条", due_on=DUE)), {}),
        (carrying_out.drop, (own,), {"reason": "不办了"}),
        (carrying_out.report, (plan,), {"text": "办了", "done_on": TODAY, "now": NOW}),
        (carrying_out.withdraw_line, (line,), {"now": NOW}),
        (carrying_out.tick, (own.steps.get(),), {}),
        (carrying_out.untick, (own.steps.get(),), {}),
    ]
    for verb, args, more in acts:
        with pytest.raises(PermissionDenied):
            verb(*args, **at, **more)
    assert Measure.objects.filter(origin=Origin.OWN).count() == 1


def test_whoever_was_given_it_reports_and_ticks_and_changes_nothing_else(city, duty_list):
    measure = measures_made.own(city, duty_list, owner=city.member, steps="一步\n两步")
    carrying_out.tick(measure.steps.first(), by=city.member, today=TODAY)
    measures_made.line(measure, city.member, "谈过了")
    for verb, more in ((carrying_out.amend, {}), (carrying_out.drop, {"reason": "不办了"})):
        args = (measure, Plan(text="另一条", due_on=DUE)) if verb is carrying_out.amend else (measure,)
        with pytest.raises(PermissionDenied):
            verb(*args, by=city.member, today=TODAY, **more)


# --- one's own


def test_an_own_measure_counts_in_its_duty_until_it_is_dropped(city, duty_list):
    row = duties_made.assignment(duty_list, 2, city.first)
    measure = measures_made.own(city, duty_list, owner=city.member, steps="找谁合适，11月25日前\n当面说好")
    row.refresh_from_db()
    assert (row.measures, row.done) == (2, 0)
    assert (measure.origin, measure.made_by, measure.owner) == (Origin.OWN, city.secretary, city.member)
    assert list(measure.steps.values_list("text", "due_on")) == [
        ("找谁合适", date(2026, 11, 25)),
        ("当面说好", None),
    ]
    carrying_out.drop(measure, reason="两人都转正了", by=city.secretary, today=TODAY)
    row.refresh_from_db()
    measure.refresh_from_db()
    assert row.measures == 1
    assert (measure.dropped_on, measure.dropped_because) == (TODAY, "两人都转正了")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"due_on": date(2026, 11, 19)}, {"due_on": ["期限不能早于开始日期。"]}),
        ({"due_on": date(2029, 1, 1)}, {"due_on": ["期限太远了，最远两年。"]}),
        ({"due_on": None}, {"due_on": ["请填期限。"]}),
        ({"steps": "起草，2月30日前"}, {"steps": ["“起草，2月30日前”里的日期看不懂，请核对。"]}),
        ({"steps": "起草，12月12日前"}, {"steps": ["“起草”的日期应在 2026年11月20日到2026年12月11日之间。"]}),
        ({"steps": "\n".join("一二三四五六七八九十甲乙丙")}, {"steps": ["最多 12 步，现在是 13 步。"]}),
    ],
)
def test_what_is_wrong_stands_beside_its_field(city, duty_list, fields, said):
    assert refusal(measures_made.own, city, duty_list, **fields) == said
    assert not Measure.objects.filter(origin=Origin.OWN).exists()


def test_an_own_measure_needs_words(city, duty_list):
    assert set(refusal(measures_made.own, city, duty_list, text="  ")) == {"text"}


@pytest.mark.parametrize("role", ["other_secretary", "stranger", "gongwei"])
def test_it_is_given_to_nobody_from_elsewhere(city, duty_list, role):
    someone = getattr(city, role)
    said = {"owner": [f"{someone}不是第一党支部的人。"]}
    assert refusal(measures_made.own, city, duty_list, owner=someone) == said


def test_the_people_of_an_organ_are_those_with_a_post(city, duty_list):
    row = duties_made.assignment(duty_list, 3, city.finance)
    people = set(carrying_out.owner_choices(row, TODAY))
    assert people == {city.office, city.secretary, city.deputy, city.leader, city.other_secretary}


def test_nothing_is_added_to_what_is_no_longer_answered_for(city, duty_list):
    Assignment.objects.filter(organisation=city.first).update(ended_on=TODAY)
    assert refusal(measures_made.own, city, duty_list) == {"": ["第一党支部已经不再承担这项责任。"]}


def test_changing_keeps_the_ticks_of_the_steps_that_stay(city, duty_list):
    measure = measures_made.own(city, duty_list, steps="甲\n乙\n丙")
    carrying_out.tick(measure.steps.get(text="乙"), by=city.secretary, today=TODAY)
    changed = Plan(text=measure.text, due_on=date(2026, 12, 20), steps="先做的\n甲\n乙改了字\n丙")
    carrying_out.amend(measure, changed, by=city.recorder, today=TODAY)
    steps = list(measure.steps.values_list("order", "text", "done_on"))
    assert steps == [(1, "先做的", None), (2, "甲", None), (3, "乙改了字", TODAY), (4, "丙", None)]
    measure.refresh_from_db()
    assert (measure.due_on, measure.ends_on) == (date(2026, 12, 20), date(2026, 12, 21))


def test_what_the_list_says_is_only_shared_out(city, plan):
    carrying_out.amend(plan, Plan(owner=city.member, steps="摸底"), by=city.secretary, today=TODAY)
    plan.refresh_from_db()
    assert (plan.owner, plan.steps.get().text) == (city.member, "摸底")
    said = {"": ["清单里的措施，内容和期限由清单定，只能分工、定步骤。"]}
    for fields in ({"text": "另一件"}, {"due_on": date(2027, 1, 31)}):
        assert refusal(carrying_out.amend, plan, Plan(**fields), by=city.secretary, today=TODAY) == said
    said = {"": ["清单里的措施不能撤销。不适用的，可以申请不适用。"]}
    assert refusal(carrying_out.drop, plan, reason="不办", by=city.secretary, today=TODAY) == said


def test_dropping_needs_a_reason_and_something_left_to_do(city, duty_list):
    measure = measures_made.own(city, duty_list)
    at = {"by": city.secretary, "today": TODAY}
    assert refusal(carrying_out.drop, measure, reason=" ", **at) == {"reason": ["请写一句为什么撤销。"]}
    measures_made.line(measure, city.secretary)
    assert refusal(carrying_out.drop, measure, reason="不办", **at) == {"": ["这一条已经办完，不用撤销。"]}


def test_what_was_dropped_takes_nothing_more(city, duty_list):
    measure = measures_made.own(city, duty_list, steps="一步")
    carrying_out.drop(measure, reason="不办了", by=city.secretary, today=TODAY)
    said = {"": ["这一条已经撤销了。"]}
    assert refusal(measures_made.line, measure, city.secretary) == said
    assert refusal(carrying_out.tick, measure.steps.get(), by=city.secretary, today=TODAY) == said


# --- steps


def test_the_last_step_finishes_an_own_measure_and_taking_it_back_opens_it(city, duty_list):
    measure = measures_made.own(city, duty_list, steps="甲\n乙")
    first, second = measure.steps.all()
    carrying_out.tick(first, by=city.secretary, today=date(2026, 11, 18))
    measure.refresh_from_db()
    assert not measure.is_done
    carrying_out.tick(second, by=city.secretary, today=TODAY)
    carrying_out.tick(second, by=city.recorder, today=TODAY)  # twice is once
    measure.refresh_from_db()
    second.refresh_from_db()
    assert (measure.is_done, measure.done_on, second.done_by) == (True, TODAY, city.secretary)
    carrying_out.untick(first, by=city.secretary, today=TODAY)
    measure.refresh_from_db()
    assert (measure.is_done, measure.done_on) == (False, None)


@pytest.mark.parametrize(
    ("typed", "steps"),
    [
        ("起草方案", [StepLine("起草方案")]),
        ("起草方案，11月25日前\n\n 报批 12月1日 ", [("起草方案", date(2026, 11, 25)), ("报批", date(2026, 12, 1))]),
        ("回头看（2027年1月5日前）", [("回头看", date(2027, 1, 5))]),
        ("回头看，1月5日前", [("回头看", date(2027, 1, 5))]),
        ("学习10月20日讲话精神", [StepLine("学习10月20日讲话精神")]),
        ("12月1日", [StepLine("12月1日")]),
    ],
)
def test_steps_are_read_as_people_write_them_and_written_back(typed, steps):
    found = step_lines.read(typed, TODAY, date(2027, 2, 1))
    assert found == [StepLine(*step) if isinstance(step, tuple) else step for step in steps]
    assert step_lines.read(step_lines.write(found, TODAY), TODAY, date(2027, 2, 1)) == found


# --- a line of text


def test_a_line_ticks_and_taking_it_back_unticks(city, plan):
    line = measures_made.line(plan, city.secretary, on=date(2026, 2, 20))
    plan.refresh_from_db()
    assert (plan.done, plan.done_on) == (1, date(2026, 2, 20))
    for _ in range(2):
        carrying_out.withdraw_line(line, by=city.secretary, now=NOW, today=TODAY)
    plan.refresh_from_db()
    line.refresh_from_db()
    assert (plan.done, line.withdrawn_by) == (0, city.secretary)


def test_the_same_line_sent_twice_is_one(city, plan):
    assert measures_made.line(plan, city.secretary) == measures_made.line(plan, city.secretary)
    assert plan.evidence.count() == 1


def test_another_ones_line_is_taken_back_by_who_keeps_the_measures_only(city, duty_list):
    measure = measures_made.own(city, duty_list, owner=city.member)
    line = measures_made.line(measure, city.secretary)
    with pytest.raises(PermissionDenied):
        carrying_out.withdraw_line(line, by=city.member, now=NOW, today=TODAY)
    own = measures_made.line(measure, city.member, "谈过了")
    carrying_out.withdraw_line(own, by=city.member, now=NOW, today=TODAY)
    own.refresh_from_db()
    assert own.withdrawn_at


@pytest.mark.parametrize(
    ("text", "on", "field"),
    [
        ("办了", date(2026, 11, 21), "done_on"),
        ("办了", date(2025, 12, 31), "done_on"),
        (" ", TODAY, "text"),
        ("长" * 401, TODAY, "text"),
    ],
)
def test_a_line_is_of_a_day_that_was_and_says_something(city, plan, text, on, field):
    assert set(refusal(measures_made.line, plan, city.secretary, text, on)) == {field}
    assert not plan.evidence.exists()


def test_a_late_line_is_allowed_and_shown_as_late(city, as_person):
    duty_list = duties_made.draft(city)
    duties_made.line(duty_list, "每月研究一次", rhythm=Rhythm.MONTH)
    duties_made.issued(duty_list)
    october = duties_made.measure(duty_list, 1, city.first, "2026-10")
    measures_made.line(october, city.secretary)
    october.refresh_from_db()
    assert october.is_done
    assert "11月20日，超期办的，林知远写" in page(as_person(city.secretary), october)


def test_a_bound_measure_asks_nobody_for_words(city, duty_list):
    bound = duties_made.measure(duty_list, 1, city.first)
    said = {"": ["这一条凭活动记录自动打勾，不用另写。"]}
    assert refusal(measures_made.line, bound, city.secretary) == said


def test_what_follows_an_obligation_and_what_talks_prove_ask_nobody_either(city, today):
    duty_list = duties_made.draft(city)
    duties_made.line(duty_list, "每月主题党日", requirement_code="theme-party-day-monthly", rhythm=Cadence.MONTH)
    duties_made.line(duty_list, "谈心谈话", proof="talks", rhythm=Rhythm.YEAR, times=3)
    duties_made.issued(duty_list)
    found = [duties_made.measure(duty_list, *key) for key in ((1, city.first), (2, city.first, "2026"))]
    said = [refusal(measures_made.line, measure, city.secretary)[""][0] for measure in found]
    assert said == ["这一条凭活动记录自动打勾，不用另写。", "这一条凭谈心谈话的次数自动打勾，不用另写。"]


# --- the pages


def page(client, measure) -> str:
    return client.get(reverse("measure", args=[measure.pk])).content.decode()


def test_the_page_offers_what_the_reader_may_do(city, duty_list, as_person):
    measure = measures_made.own(city, duty_list, owner=city.member, steps="一步")
    acts = [reverse(f"measure-{act}", args=[measure.pk]) for act in ("report", "edit", "drop")]
    tick = reverse("measure-step-tick", args=[measure.pk, measure.steps.get().pk])
    offered = {}
    for role in ("secretary", "member", "gongwei"):
        text = page(as_person(getattr(city, role)), measure)
        offered[role] = [f'"{url}"' in text for url in [*acts, tick]]
    assert offered == {"secretary": [True] * 4, "member": [True, False, False, True], "gongwei": [False] * 4}


def test_what_was_typed_stays_in_a_refused_form(city, duty_list, as_person):
    url = reverse("measure-add", args=[duties_made.assignment(duty_list, 2, city.first).pk])
    typed = {"text": "给两名预备党员各配一名联系人", "due_on": "2026-11-01", "steps": "一步", "owner": ""}
    response = as_person(city.secretary).post(url, typed)
    text = response.content.decode()
    assert response.status_code == 422
    assert all(said in text for said in ("期限不能早于开始日期。", "给两名预备党员各配一名联系人", "一步"))
    response = as_person(city.secretary).post(url, {**typed, "due_on": "2026-12-11"})
    assert response.url == reverse("measure", args=[Measure.objects.get(origin=Origin.OWN).pk])


def test_ticks_and_lines_come_and_go_by_one_address_each(city, duty_list, as_person):
    measure, client = measures_made.own(city, duty_list, steps="一步"), as_person(city.secretary)
    step = measure.steps.get()
    for act, day in (("tick", TODAY), ("untick", None)):
        client.post(reverse(f"measure-step-{act}", args=[measure.pk, step.pk]))
        step.refresh_from_db()
        assert step.done_on == day
    client.post(reverse("measure-report", args=[measure.pk]), {"text": "配好了", "done_on": "2026-11-20"})
    line = measure.evidence.get()
    client.post(reverse("measure-line-withdraw", args=[measure.pk, line.pk]))
    assert not measure.evidence.standing().exists()
    client.post(reverse("measure-drop", args=[measure.pk]), {"reason": "两人都转正了"})
    measure.refresh_from_db()
    assert measure.dropped_because == "两人都转正了"


@pytest.mark.parametrize("size", [1, 3])
def test_the_page_asks_the_same_at_any_size(city, duty_list, plan, as_person, django_assert_num_queries, size):
    steps = "\n".join("甲乙丙"[:size])
    carrying_out.amend(plan, Plan(owner=city.member, steps=steps), by=city.secretary, today=TODAY)
    for number in range(size):
        measures_made.line(plan, city.secretary, f"第{number}句")
    client = as_person(city.secretary)
    page(client, plan)
    with django_assert_num_queries(11):
        page(client, plan)

"""A visit from being arranged to being submitted: who may, what is refused, and that nobody overwrites anybody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from organisations.models import Organisation
from responsibilities import inspecting
from responsibilities.inspecting import Seen, StaleVisit
from responsibilities.models import (
    Check,
    CheckVerdict,
    DutyList,
    Finding,
    Inspection,
    InspectionState,
    InspectionTemplate,
    Measure,
    Proof,
    Rhythm,
)
from tests import make
from tests.responsibilities import duties_made
from tests.responsibilities.inspections_made import at, issued, planned, seen, template, visited

pytestmark = pytest.mark.usefixtures("today")

TODAY = date(2026, 11, 20)


def refusals(refused: pytest.ExceptionInfo[ValidationError]) -> dict[str, list[str]]:
    return refused.value.message_dict


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"planned_on": TODAY - timedelta(days=1)}, "planned_on", "日期已经过去，请写今天或以后。"),
        ({"planned_on": date(2028, 1, 1)}, "planned_on", "日期太远，请写一年以内的。"),
        ({"inspectors": ()}, "inspectors", "请选督查人员。"),
        ({"reason": "  "}, "reason", "请写一句缘由。"),
    ],
)
def test_what_cannot_be_arranged_is_said_beside_its_field(city, fields, field, sentence):
    with pytest.raises(ValidationError) as refused:
        planned(city, **fields)
    assert refusals(refused)[field] == [sentence]
    assert not Inspection.objects.exists()


def test_only_what_lies_below_and_still_stands_is_inspected(city):
    with pytest.raises(ValidationError, match="水务党支部不归市财政局机关党委督查"):
        planned(city, city.water_branch)
    with pytest.raises(ValidationError, match="市财政局机关党委不归市财政局机关党委督查"):
        planned(city, city.finance_committee)
    with pytest.raises(ValidationError, match="这张检查表用于党支部"):
        planned(city, city.finance, by=city.gongwei, held_by=city.committee)
    Organisation.objects.filter(pk=city.second.pk).update(closed_on=TODAY)
    with pytest.raises(ValidationError, match="第二党支部已经撤销"):
        planned(city, Organisation.objects.get(pk=city.second.pk))


def test_an_empty_or_ended_check_list_is_refused(city):
    empty = InspectionTemplate.objects.create(code="empty", title="空的", since=date(2026, 1, 1))
    with pytest.raises(ValidationError, match="一条内容也没有"):
        planned(city, template=empty)
    ended = template()
    ended.until = TODAY
    ended.save()
    with pytest.raises(ValidationError, match="已经停用"):
        planned(city, template=ended)


def test_nobody_is_arranged_for_twice_and_inspectors_come_from_the_office(city):
    planned(city)
    with pytest.raises(ValidationError, match="第一党支部已经安排了一次"):
        planned(city)
    with pytest.raises(ValidationError, match="督查人员要在本单位有任职"):
        planned(city, city.second, inspectors=(city.stranger,))


def test_only_who_inspects_there_arranges_and_fills_in(city):
    for person in (city.secretary, city.stranger, city.admin):
        with pytest.raises(PermissionDenied):
            planned(city, by=person)
    row = planned(city)
    for person in (city.secretary, city.other_secretary, city.stranger, city.admin):
        with pytest.raises(PermissionDenied):
            inspecting.fill(row, {}, revision=1, by=person, **at())


def test_the_office_of_an_organ_does_not_inspect_its_own_organ(city):
    row = planned(city, city.finance, by=city.gongwei, held_by=city.committee, template=template("organ-check"))
    assert not Inspection.objects.conducted_by(city.office, TODAY).exists()
    assert not Inspection.objects.visible_to(city.office, TODAY).exists()
    with pytest.raises(PermissionDenied):
        inspecting.fill(row, seen(row), revision=1, by=city.office, **at())


def test_nobody_inspects_where_he_holds_a_post(city):
    make.holds(city.office, "branch-secretary", city.second)
    office = type(city.office).objects.get(pk=city.office.pk)
    with pytest.raises(ValidationError, match="许文澜在第二党支部有任职，不能督查自己那里"):
        planned(city, city.second, by=office)
    row = planned(city, city.second, by=city.gongwei, inspectors=(city.gongwei,), held_by=city.committee)
    Inspection.objects.filter(pk=row.pk).update(held_by=city.finance_committee)
    with pytest.raises(PermissionDenied):
        inspecting.fill(row, {}, revision=1, by=office, **at())


def test_it_is_saved_as_often_as_wanted_and_keeps_what_the_records_said(city):
    row = planned(city)
    item = row.template.items.get(order=9)
    inspecting.fill(row, {item.pk: Seen(CheckVerdict.YES, "看了原始记录")}, revision=1, by=city.office, **at())
    inspecting.fill(row, {item.pk: Seen(CheckVerdict.NO, "10月没有")}, revision=2, by=city.office, **at())
    check = Check.objects.get(inspection=row, item=item)
    assert (check.verdict, check.fact, check.recorded) == ("no", "10月没有", "no")
    assert check.recorded_fact == "10月没有记录，也没有不适用"
    assert Check.objects.filter(inspection=row, verdict="").count() == 14


def test_what_is_not_so_needs_a_fact(city):
    row = planned(city)
    item = row.template.items.get(order=1)
    with pytest.raises(ValidationError) as refused:
        inspecting.fill(row, {item.pk: Seen(CheckVerdict.NO, " ")}, revision=1, by=city.office, **at())
    assert refusals(refused) == {f"fact_{item.pk}": ["没做到的，写一句事实：看到了什么。"]}
    with pytest.raises(ValidationError, match="最多 400 个字"):
        inspecting.fill(row, {item.pk: Seen(CheckVerdict.NO, "长" * 401)}, revision=1, by=city.office, **at())
    assert not row.checks.exists()


def test_the_second_of_two_inspectors_is_told_and_overwrites_nothing(city):
    row = planned(city)
    item = row.template.items.get(order=1)
    inspecting.fill(row, {item.pk: Seen(CheckVerdict.YES)}, revision=1, by=city.office, **at())
    with pytest.raises(StaleVisit):
        inspecting.fill(row, {item.pk: Seen(CheckVerdict.NO, "说不出")}, revision=1, by=city.gongwei, **at())
    assert row.checks.get(item=item).verdict == "yes"


def test_submitting_wants_every_question_and_the_day(city):
    row = planned(city)
    found = seen(row)
    first = row.template.items.first()
    found.pop(first.pk)
    days = {"visited_on": TODAY + timedelta(days=1), "revision": 1, "by": city.office}
    with pytest.raises(ValidationError) as refused:
        inspecting.submit(row, found, **days, **at())
    assert set(refusals(refused)) == {f"verdict_{first.pk}", "visited_on"}
    row.refresh_from_db()
    assert (row.state, row.revision, row.checks.count()) == ("planned", 1, 0)


def test_every_point_is_drafted_with_its_working_days(city):
    row = visited(city)
    first, second = Finding.objects.filter(inspection=row)
    assert first.text.startswith("会议记录是当场记的，内容与议题相符：记录只有题目，没有讨论。从下一次会议起")
    assert (first.due_on, second.due_on) == (date(2026, 12, 11), date(2026, 12, 4))  # 15 and 10 working days
    assert (row.state, row.visited_on, row.answer_by) == (InspectionState.VISITED, TODAY, date(2026, 12, 11))
    assert row.opening == "2026年11月20日，市财政局机关党委到你支部督查，当面交换了意见。现就需要改进的事项通知如下："


def test_without_a_point_it_is_closed_at_once(city):
    row = planned(city)
    inspecting.submit(row, seen(row), visited_on=TODAY, revision=1, by=city.office, **at())
    row.refresh_from_db()
    assert (row.state, row.closed_on, row.findings.count()) == (InspectionState.CLOSED, TODAY, 0)


def test_a_visit_ticks_the_measure_of_those_who_visited(city):
    duty_list = duties_made.draft(city)
    fields = {"level": "committee", "post": "deputy", "rhythm": Rhythm.YEAR, "proof": Proof.INSPECTIONS}
    duties_made.line(duty_list, "到支部督查指导", **fields)
    duties_made.issued(duty_list)
    measure = Measure.objects.get(assignment__organisation=city.finance_committee)
    assert measure.done == 0
    visited(city)
    measure.refresh_from_db()
    assert (measure.done, measure.done_on) == (1, TODAY)
    assert DutyList.objects.count() == 1


def test_nothing_is_filled_in_after_submitting(city):
    row = visited(city)
    with pytest.raises(ValidationError, match="已经提交过"):
        inspecting.fill(row, seen(row), revision=row.revision, by=city.office, **at())
    with pytest.raises(ValidationError, match="不能再改"):
        inspecting.replan(row, planned_on=TODAY, inspectors=[city.office], by=city.office, today=TODAY)


def test_calling_off_wants_a_reason_and_comes_before_the_notice(city):
    row = planned(city)
    with pytest.raises(ValidationError, match="为什么取消"):
        inspecting.cancel(row, because=" ", by=city.office, today=TODAY)
    inspecting.cancel(row, because="支部搬家", by=city.office, today=TODAY)
    row.refresh_from_db()
    assert (row.state, row.cancelled_because) == (InspectionState.CANCELLED, "支部搬家")
    out = issued(city)  # the same branch may be arranged for again
    with pytest.raises(ValidationError, match="不能取消"):
        inspecting.cancel(out, because="算了", by=city.office, today=TODAY)


def test_another_day_and_other_people(city):
    row = planned(city)
    later = TODAY + timedelta(days=3)
    inspecting.replan(row, planned_on=later, inspectors=[city.office], by=city.gongwei, today=TODAY)
    with pytest.raises(ValidationError, match="督查人员要在本单位有任职"):
        inspecting.replan(row, planned_on=later, inspectors=[city.secretary], by=city.office, today=TODAY)
    row.refresh_from_db()
    assert row.planned_on == later

"""整改通知书: worded, numbered, sent once; every point becomes a problem, and the inspection is done when they are."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from io import BytesIO

import docx
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse

from organisations.models import Organisation
from responsibilities import inspecting, notices
from responsibilities.inspecting import StaleVisit
from responsibilities.models import Inspection, InspectionState, LegState, Problem, ProblemSource
from tests.documents.measures import assert_official
from tests.responsibilities.inspections_made import at, issued, planned, seen, visited, wording

pytestmark = pytest.mark.usefixtures("today")

TODAY = date(2026, 11, 20)


def issue(row: Inspection, by, **fields):
    return notices.issue(row, wording(row, **fields), revision=row.revision, by=by, **at())


def test_every_point_becomes_a_problem_of_who_was_inspected(city):
    row = issued(city)
    first, second = Problem.objects.order_by("number")
    assert (first.organisation, first.solved_at, first.source) == (city.first, city.first, ProblemSource.INSPECTION)
    assert first.title == "会议记录是当场记的，内容与议题相符：记录只有题目，没有讨论"
    assert (first.found_on, first.due_on, second.due_on) == (TODAY, date(2026, 12, 11), date(2026, 12, 4))
    assert "市财政局机关党委督〔2026〕1 号" in first.detail
    assert [finding.problem for finding in row.findings.all()] == [first, second]
    assert [leg.state for leg in first.legs.all()] == [LegState.OPEN, LegState.OPEN]
    assert sorted(leg.state for leg in second.legs.all()) == sorted([LegState.EXCUSED, LegState.OPEN])
    assert (row.state, row.issued_on, row.issued_by) == (InspectionState.ISSUED, TODAY, city.office)


def test_numbers_run_by_who_inspects_and_by_year(city):
    first = issued(city)
    second = visited(city, by=city.gongwei, held_by=city.committee)
    issue(second, city.gongwei)
    second.refresh_from_db()
    third = visited(city)
    issue(third, city.office)
    third.refresh_from_db()
    assert [row.label for row in (first, second, third)] == ["〔2026〕第 1 号", "〔2026〕第 1 号", "〔2026〕第 2 号"]


def test_the_wording_is_kept_and_goes_out(city):
    row = visited(city)
    finding = row.findings.first()
    points = wording(row).points | {finding.pk: notices.Point("下次会议起写明讨论", date(2026, 12, 31))}
    notices.amend(row, wording(row, points=points), revision=row.revision, by=city.office, **at())
    row.refresh_from_db()
    assert not Problem.objects.exists()
    issue(row, city.office)
    finding.refresh_from_db()
    assert (finding.text, finding.problem.due_on) == ("下次会议起写明讨论", date(2026, 12, 31))


@pytest.mark.parametrize(
    ("point", "field", "sentence"),
    [
        (("", date(2026, 12, 1)), "text", "请写要怎么改。"),
        (("长" * 401, date(2026, 12, 1)), "text", "最多 400 个字。"),
        (("改", TODAY - timedelta(days=1)), "due", "这一天已经过去，请写今天或以后。"),
        (("改", date(2099, 1, 1)), "due", "日期太远，请写一年以内的。"),
    ],
)
def test_what_cannot_go_out_is_said_beside_its_field(city, point, field, sentence):
    row = visited(city)
    pk = row.findings.first().pk
    points = wording(row).points | {pk: notices.Point(*point)}
    with pytest.raises(ValidationError) as refused:
        issue(row, city.office, points=points)
    assert refused.value.message_dict == {f"{field}_{pk}": [sentence]}
    assert not Problem.objects.exists()


def test_it_goes_out_once(city):
    row = visited(city)
    issue(row, city.office)
    with pytest.raises(ValidationError, match="通知已经发出，市财政局机关党委督〔2026〕1 号，不能再改"):
        issue(row, city.office)
    assert Problem.objects.count() == 2


def test_whoever_words_it_second_is_told(city):
    row = visited(city)
    notices.amend(row, wording(row), revision=row.revision, by=city.gongwei, **at())
    with pytest.raises(StaleVisit):
        issue(row, city.office)
    assert not Problem.objects.exists()


def test_only_who_conducts_it_sends_it(city):
    row = visited(city)
    for person in (city.secretary, city.stranger, city.admin):
        with pytest.raises(PermissionDenied):
            issue(row, person)


def test_an_organisation_that_was_closed_meanwhile_gets_no_notice(city):
    row = visited(city)
    Organisation.objects.filter(pk=city.first.pk).update(closed_on=TODAY)
    with pytest.raises(ValidationError, match="第一党支部已经撤销"):
        issue(row, city.office)
    row.refresh_from_db()
    assert row.state == InspectionState.VISITED
    inspecting.cancel(row, because="支部撤销了", by=city.office, today=TODAY)


def test_it_is_done_when_its_problems_are_and_again_in_hand_when_one_comes_back(city):
    row = issued(city)
    everything = Inspection.objects.all()
    assert (list(everything.in_hand()), list(everything.settled())) == ([row], [])
    Problem.objects.update(state="closed", closed_on=TODAY)
    assert (list(everything.in_hand()), list(everything.settled())) == ([], [row])
    Problem.objects.filter(pk=Problem.objects.latest("pk").pk).update(state="working", closed_on=None)
    assert (list(everything.in_hand()), list(everything.settled())) == ([row], [])


def test_the_notice_is_written_as_an_office_writes(city, as_person):
    row = issued(city)
    response = as_person(city.secretary).get(reverse("inspection-word", args=[row.pk]))
    lines = [paragraph.text for paragraph in docx.Document(BytesIO(response.content)).paragraphs]
    assert lines == [
        "市财政局机关党委督〔2026〕1 号",
        "关于第一党支部党建工作的整改通知",
        "中共市财政局机关第一支部委员会：",
        "2026年11月20日，市财政局机关党委到你支部督查，当面交换了意见。现就需要改进的事项通知如下：",
        "1. 会议记录是当场记的，内容与议题相符：记录只有题目，没有讨论。从下一次会议起写明讨论要点和议定事项，"
        "不用补写以前的。请于2026年12月11日前完成。",
        "2. 主题党日每月 1 次：6月没有记录，也没有不适用。相对固定一天；确因工作没有开展的，说明情况，按不适用办理。"
        "请于2026年12月4日前完成。",
        "请于2026年12月11日前在问题清单里逐条答复，不另报材料。做不到或者不适用的，说明情况。",
        "市财政局机关党委",
        "2026年11月20日",
    ]
    assert_official(response.content)
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["submit", "issue"])
def test_of_two_at_once_one_gets_through(city, act):
    row = planned(city) if act == "submit" else visited(city)
    said = wording(row) if act == "issue" else None
    outcomes, ready = [], threading.Barrier(2)

    def run() -> None:
        ready.wait()
        try:
            if act == "submit":
                inspecting.submit(row, seen(row, q2="没有"), visited_on=TODAY, revision=1, by=city.office, **at())
            else:
                notices.issue(row, said, revision=row.revision, by=city.office, **at())
            outcomes.append("done")
        except (ValidationError, StaleVisit) as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["ValidationError", "done"]
    assert row.findings.count() == (1 if act == "submit" else 2)
    assert Problem.objects.count() == (0 if act == "submit" else 2)

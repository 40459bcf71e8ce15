"""The pages of 督查: what each side sees, that nothing typed is lost, and that they cost the same however long."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils.html import escape

from responsibilities import inspecting
from responsibilities.inspecting import Seen
from responsibilities.models import CheckVerdict, Inspection, InspectionTemplate
from tests.responsibilities import duties_made
from tests.responsibilities.inspections_made import at, issued, planned, seen, template, visited

pytestmark = pytest.mark.usefixtures("today")

TODAY = date(2026, 11, 20)


def url(row: Inspection, name: str = "inspection") -> str:
    return reverse(name, args=[row.pk])


def sheet(row: Inspection, found=None, **others) -> dict:
    """What the form on the spot would send."""
    fields = {"revision": row.revision, "visited_on": "2026-11-20"}
    for pk, one in (found or {}).items():
        fields |= {f"verdict_{pk}": one.verdict, f"fact_{pk}": one.fact}
    return fields | others


def item(row: Inspection, order: int):
    return row.template.items.get(order=order)


def test_what_no_record_says_comes_first_and_the_rest_is_filled_in(city, as_person):
    row = planned(city)
    page = as_person(city.office).get(url(row)).context["page"]
    assert [line.item.order for line in page.on_the_spot] == [1, 2, 3]
    assert {line.current for line in page.on_the_spot} == {""}
    missing = next(line for line in page.recorded if line.item.order == 9)
    assert (missing.current, missing.fact.value()) == ("no", "10月没有记录，也没有不适用")
    assert all(line.current != "no" for line in page.quiet)
    assert page.left == 3


def test_looking_writes_nothing(city, as_person):
    row = planned(city)
    as_person(city.office).get(url(row))
    row.refresh_from_db()
    assert (row.revision, row.checks.count()) == (1, 0)


def test_saving_and_opening_again_shows_what_was_saved(city, as_person):
    row = planned(city)
    one = item(row, 1)
    found = {one.pk: Seen(CheckVerdict.NO, "问了 3 名，1 名说不出")}
    answer = as_person(city.office).post(url(row, "inspection-fill"), sheet(row, found))
    assert answer.status_code == 302
    page = as_person(city.office).get(url(row)).context["page"]
    line = next(line for line in page.lines if line.item == one)
    assert (line.current, line.fact.value(), page.draft[0].due_on) == (
        "no",
        "问了 3 名，1 名说不出",
        date(2026, 12, 18),
    )


def test_a_refusal_stands_beside_its_field_and_nothing_typed_is_lost(city, as_person):
    row = planned(city)
    one, two = item(row, 1), item(row, 2)
    found = {one.pk: Seen(CheckVerdict.NO), two.pk: Seen(CheckVerdict.NO, "只有<题目>")}
    answer = as_person(city.office).post(url(row, "inspection-submit"), sheet(row, found))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'id="id_fact_{one.pk}_error"' in page
    assert escape("只有<题目>") in page
    answer = as_person(city.office).post(url(row, "inspection-submit"), sheet(row, {two.pk: found[two.pk]}))
    assert "这一条还没有看。" in answer.content.decode()
    row.refresh_from_db()
    assert (row.state, row.checks.count()) == ("planned", 0)


def test_the_second_inspector_is_told_and_sees_both(city, as_person):
    row = planned(city)
    one = item(row, 1)
    inspecting.fill(row, {one.pk: Seen(CheckVerdict.YES)}, revision=1, by=city.office, **at())
    mine = sheet(row, {one.pk: Seen(CheckVerdict.NO, "说不出")})
    answer = as_person(city.gongwei).post(url(row, "inspection-fill"), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "许文澜存过" in page.replace(" ", "")
    assert "没做到：说不出" in page
    assert answer.context["form"]["revision"].value() == "2"
    # He has seen both: sent once more, it stands.
    assert as_person(city.gongwei).post(url(row, "inspection-fill"), mine | {"revision": 2}).status_code == 302
    assert row.checks.get(item=one).verdict == "no"


def test_who_comes_too_late_keeps_his_text_on_the_page(city, as_person):
    row = visited(city)
    one = item(row, 1)
    mine = sheet(row, {one.pk: Seen(CheckVerdict.NO, "我看到的不一样")})
    answer = as_person(city.gongwei).post(url(row, "inspection-submit"), mine)
    page = answer.content.decode()
    assert (answer.status_code, "已经提交过，或者已经取消，不能再改。" in page, "我看到的不一样" in page) == (
        422,
        True,
        True,
    )


def test_the_whole_way_by_the_pages(city, as_person):
    page = as_person(city.office)
    fields = {
        "held_by": city.finance_committee.pk,
        "organisation": city.first.pk,
        "template": template().pk,
        "reason": "年度轮查",
        "planned_on": "2026-11-20",
        "inspectors": [city.office.pk],
    }
    answer = page.post(reverse("inspection-plan"), fields)
    row = Inspection.objects.get()
    assert answer["Location"] == url(row)
    answer = page.post(url(row, "inspection-submit"), sheet(row, seen(row, q2="没有讨论")))
    assert answer["Location"] == url(row, "inspection-notice")
    row.refresh_from_db()
    finding = row.findings.get()
    worded = {
        "revision": row.revision,
        "opening": row.opening,
        "answer_by": "2026-12-20",
        f"text_{finding.pk}": "写明讨论",
        f"due_{finding.pk}": "2026-12-10",
    }
    assert page.post(url(row, "inspection-issue"), worded)["Location"] == url(row)
    seen_by = as_person(city.secretary).get(url(row)).content.decode()
    assert reverse("problem", args=[row.findings.get().problem_id]) in seen_by
    assert "写明讨论。请于2026年12月10日前完成。" in seen_by


def test_the_inspected_side_knows_it_once_it_took_place_and_the_notice_once_it_is_out(city, as_person):
    page = as_person(city.secretary)
    row = planned(city)
    assert page.get(url(row)).status_code == 404
    assert row.reason not in page.get(reverse("inspection-list")).content.decode()
    inspecting.submit(row, seen(row, q2="没有讨论"), visited_on=TODAY, revision=1, by=city.office, **at())
    row.refresh_from_db()
    told = page.get(url(row)).content.decode()
    assert "没有讨论" in told
    assert row.opening not in told
    assert page.get(url(row, "inspection-notice")).status_code == 403
    assert page.get(url(row, "inspection-word")).status_code == 302
    assert as_person(city.office).get(url(row, "inspection-word")).status_code == 200


def test_a_notice_that_is_refused_keeps_what_was_typed(city, as_person):
    row = visited(city)
    first, second = row.findings.all()
    fields = {"revision": row.revision, "opening": "改过的开头", "answer_by": "2026-12-20"}
    fields |= {f"text_{first.pk}": "", f"due_{first.pk}": "2026-12-01"}
    fields |= {f"text_{second.pk}": "写好的第二项", f"due_{second.pk}": "2026-11-01"}
    answer = as_person(city.office).post(url(row, "inspection-issue"), fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert {"改过的开头", "写好的第二项", "请写要怎么改。"} <= {
        text for text in ("改过的开头", "写好的第二项", "请写要怎么改。") if text in page
    }
    assert row.findings.filter(problem__isnull=False).count() == 0


def test_no_page_scores_or_ranks(city, as_person):
    row = issued(city)
    for address in (url(row), reverse("inspection-list"), reverse("inspection-list") + "?part=open"):
        page = as_person(city.gongwei).get(address).content.decode()
        assert not [word for word in ("得分", "排名", "名次", "%") if word in page.replace("不打分，不排名", "")]


def test_the_form_on_the_spot_costs_a_constant_number_of_queries(city, as_person, django_assert_num_queries):
    row = planned(city)
    page = as_person(city.gongwei)
    page.get(url(row))
    with django_assert_num_queries(15):
        page.get(url(row))
    duties_made.small_list(city)
    InspectionTemplate.objects.get(code="branch-check").items.filter(order__gt=7).delete()
    with django_assert_num_queries(14):
        page.get(url(row))


@pytest.mark.parametrize("part", ["planned", "open", "closed"])
def test_the_list_costs_the_same_however_long(city, as_person, django_assert_num_queries, part):
    page, address = as_person(city.gongwei), reverse("inspection-list") + f"?part={part}"

    def more(where) -> None:
        row = planned(city, where)
        if part == "closed":
            inspecting.submit(row, seen(row), visited_on=TODAY, revision=1, by=city.gongwei, **at())
        elif part == "open":
            inspecting.submit(row, seen(row, q2="没有"), visited_on=TODAY, revision=1, by=city.gongwei, **at())

    more(city.first)
    page.get(address)
    with django_assert_num_queries(8):
        page.get(address)
    more(city.second)
    if part != "planned":
        more(city.second)
    with django_assert_num_queries(8):
        assert len(page.get(address).context["lists"].listed) == (2 if part == "planned" else 3)


def test_empty_lists_say_so(city, as_person):
    assert "没有安排要去的" in as_person(city.office).get(reverse("inspection-list")).content.decode()
    assert "没有正在整改的" in as_person(city.secretary).get(reverse("inspection-list")).content.decode()
    assert as_person(city.member).get(reverse("inspection-list")).status_code == 403


def test_no_field_makes_the_form_on_the_spot_fail(city, as_person):
    row, page = planned(city), as_person(city.office)
    one = item(row, 1)
    whole = sheet(row, seen(row))
    wrong = {
        "revision": ("", "abc", "-1", "99999999999999999999"),
        "visited_on": ("", "abc", "0001-01-01", "9999-12-31"),
        f"verdict_{one.pk}": ("maybe", "长" * 10_000),
        f"fact_{one.pk}": ("", "长" * 10_000),
    }
    for name, values in wrong.items():
        for value in values:
            sent = whole | {f"verdict_{one.pk}": "no", f"fact_{one.pk}": "事实", name: value}
            answer = page.post(url(row, "inspection-submit"), sent)
            assert answer.status_code == 422, (name, value[:20])
            assert f'id="id_{name}' in answer.content.decode()
    row.refresh_from_db()
    assert (row.revision, row.checks.count()) == (1, 0)

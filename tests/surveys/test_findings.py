"""转为问题: a published line, or a comment, becomes a problem, once, with its figures; by whom it may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from responsibilities.models import Problem, ProblemSource
from surveys import findings, reading
from surveys.models import Finding, Survey
from surveys.results import Results
from tests.conftest import City
from tests.surveys import results_made as made

DAY = made.LATER.date()


@pytest.fixture
def survey(city: City, today, time_machine) -> Survey:
    row = made.released(city, comments=3)
    time_machine.move_to(made.LATER, tick=False)
    return row


def address(survey: Survey, table: str, line: str = "") -> str:
    asked = f"?table={table.replace('+', '%2B')}" + (f"&line={line}" if line else "")
    return reverse("survey-finding", args=[survey.pk]) + asked


def found(survey: Survey, by, table: str, line: str = "") -> findings.Figures | None:
    return findings.figures(survey, reading.parts_for(survey, by, DAY), table, line)


def given(city: City, **changes) -> dict:
    due_on = DAY + timedelta(days=21)
    return {"title": "组织关怀偏低", "detail": "均分低", "organisation": city.finance, "due_on": due_on} | changes


def turned(survey: Survey, by, figures, **values) -> Problem:
    return findings.turn(figures, by=by, now=made.LATER, today=DAY, **values)


def test_a_dimension_carries_its_figures_as_published(city, survey):
    part = made.part_named(survey, "市财政局党组")
    row = survey.tables.get(part=part.key, kind="dimensions").payload["rows"][0]
    figures = found(survey, city.gongwei, f"{part.key}.dimensions", row["dimension"])
    assert figures.organisation == city.finance
    assert figures.title == f"“{row['dimension']}”偏低"
    lead = f"第四季度思想动态调研，市财政局党组。“{row['dimension']}”均分 {row['mean']['label']}"
    assert figures.detail.startswith(lead)
    assert f"总体 {row['whole']['label']}" in figures.detail


def test_a_whole_row_carries_what_lies_clearly_below(city, survey):
    water = made.part_named(survey, "市水务局机关党委")
    rows = survey.tables.get(part=water.key, kind="dimensions").payload["rows"]
    low = [row["dimension"] for row in rows if row["difference"] is not None and row["difference"] <= -0.3]
    figures = found(survey, city.gongwei, f"{water.key}.dimensions")
    assert low
    assert figures.title == "、".join(f"“{name}”" for name in low) + "偏低"
    assert figures.organisation == city.water


def test_a_question_carries_every_figure_of_its_row(city, survey):
    row = survey.tables.get(key="all.question.feel").payload["rows"][0]
    figures = found(survey, city.gongwei, "all.question.feel", "feel.x")
    assert figures.title == "“学习有帮助”"
    assert f"均分 {row['mean']['label']}，比较符合、非常符合合计 {row['favourable']['label']}" in figures.detail
    assert all(f"{one['text']} {one['share']['label']}" in figures.detail for one in row["choices"])


def test_a_comment_is_carried_as_it_is_published(city, survey):
    comment = survey.comments.first()
    figures = found(survey, city.gongwei, f"comment.{comment.pk}")
    assert figures.detail.endswith(f"留言（还有什么想说的？）：{comment.text}")
    assert figures.title == comment.text


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("", ""),
        ("all.dimensions", "没有的维度"),
        ("all.question.feel", ""),
        ("all.question.feel", "feel.q"),
        ("all.response", ""),
        ("all.attribute.age", ""),
        ("u99.dimensions", ""),
        ("comment.x", ""),
        ("comment.00000000-0000-4000-8000-000000000000", ""),
    ],
)
def test_what_was_not_published_cannot_be_named(city, survey, as_person, table, line):
    assert found(survey, city.gongwei, table, line) is None
    assert as_person(city.gongwei).get(address(survey, table, line)).status_code == 404


def test_a_held_back_comment_cannot_be_named(city, survey):
    comment = survey.comments.first()
    comment.is_hidden = True
    comment.save()
    assert found(survey, city.gongwei, f"comment.{comment.pk}") is None


def test_the_form_registers_it_and_the_page_says_so(city, survey, as_person):
    client, table = as_person(city.gongwei), f"{made.part_named(survey, '市财政局党组').key}.dimensions"
    line = survey.tables.get(key=table).payload["rows"][0]["dimension"]
    here = address(survey, table, line)
    form = client.get(here).context["form"]
    assert form.initial["organisation"] == city.finance
    sent = {"title": form.initial["title"], "detail": form.initial["detail"], "organisation": city.finance.pk}
    answer = client.post(here, sent | {"due_on": "2026-12-20"})
    assert answer.status_code == 302
    problem = Problem.objects.get()
    assert (problem.source, problem.organisation, problem.raised_by) == (ProblemSource.SURVEY, city.finance, None)
    assert problem.detail == form.initial["detail"]
    assert (problem.registered_by, problem.found_on, str(problem.due_on)) == (city.gongwei, DAY, "2026-12-20")
    link = Finding.objects.get()
    assert (link.survey, link.table, link.line, link.problem) == (survey, table, line, problem)
    page = Results(survey, city.gongwei, made.LATER)
    assert page.problems == {f"{table}/{line}": problem.pk}


def test_the_link_is_offered_until_it_was_taken_and_then_says_done(city, survey, as_person):
    client, line = as_person(city.gongwei), "feel.x"
    here = reverse("survey-results", args=[survey.pk])
    offered = f"{reverse('survey-finding', args=[survey.pk])}?table=all.question.feel&amp;line={line}"
    assert offered in client.get(here).content.decode()
    figures = found(survey, city.gongwei, "all.question.feel", line)
    problem = turned(survey, city.gongwei, figures, **given(city))
    shown = client.get(here).content.decode()
    assert offered not in shown
    assert reverse("problem", args=[problem.pk]) in shown
    assert "已转问题" in shown


def test_the_same_line_is_turned_once(city, survey, as_person):
    figures = found(survey, city.gongwei, "all.question.feel", "feel.x")
    turned(survey, city.gongwei, figures, **given(city))
    with pytest.raises(ValidationError, match="已经转为问题"):
        turned(survey, city.gongwei, figures, **given(city))
    turned(survey, city.gongwei, found(survey, city.gongwei, "all.question.feel", "feel.y"), **given(city))
    assert Problem.objects.count() == Finding.objects.count() == 2
    sent = {"title": "再来一次", "detail": "x", "organisation": city.finance.pk, "due_on": "2026-12-20"}
    answer = as_person(city.gongwei).post(address(survey, "all.question.feel", "feel.x"), sent)
    assert answer.status_code == 422
    assert "已经转为问题" in answer.content.decode()
    assert Problem.objects.count() == 2


def test_an_organ_office_turns_what_is_about_its_organ_and_not_the_whole(city, survey, as_person):
    client = as_person(city.office)
    own = f"{made.part_named(survey, '市财政局党组').key}.dimensions"
    assert client.get(address(survey, own)).status_code == 200
    assert client.get(address(survey, "all.dimensions")).status_code == 403
    water = f"{made.part_named(survey, '市水务局机关党委').key}.dimensions"
    assert client.get(address(survey, water)).status_code == 404
    page = client.get(reverse("survey-results", args=[survey.pk])).content.decode()
    assert "table=all." not in page
    with pytest.raises(PermissionDenied):
        turned(survey, city.office, found(survey, city.office, "all.dimensions"), **given(city))
    with pytest.raises(ValidationError) as refused:
        turned(survey, city.office, found(survey, city.office, own), **given(city, organisation=city.water))
    assert "organisation" in refused.value.message_dict
    assert not Problem.objects.exists()


@pytest.mark.parametrize("who", ["member", "staff", "secretary", "stranger"])
def test_staff_and_secretaries_are_not_offered_it(city, survey, as_person, who):
    client = as_person(city.cast[who])
    assert client.get(address(survey, "all.dimensions")).status_code == 403
    assert "转为问题" not in client.get(reverse("survey-results", args=[survey.pk])).content.decode()
    figures = found(survey, city.cast[who], "all.dimensions")
    with pytest.raises(PermissionDenied):
        turned(survey, city.cast[who], figures, **given(city))


def test_the_administrator_finds_nothing(city, survey, as_person):
    assert as_person(city.admin).get(address(survey, "all.dimensions")).status_code == 404


def test_before_publication_nothing_is_turned(city, survey, as_person, time_machine):
    figures = found(survey, city.gongwei, "all.question.feel", "feel.x")
    time_machine.move_to(made.CLOSED, tick=False)
    client = as_person(city.gongwei)
    assert client.get(address(survey, "all.question.feel", "feel.x")).status_code == 403
    assert "转为问题" not in client.get(reverse("survey-results", args=[survey.pk])).content.decode()
    with pytest.raises(ValidationError, match="公布以后"):
        findings.turn(figures, by=city.gongwei, now=made.CLOSED, today=made.CLOSED.date(), **given(city))


@pytest.mark.parametrize(
    ("field", "value"), [("title", ""), ("detail", ""), ("organisation", "999999"), ("due_on", "2026-01-01")]
)
def test_a_bad_field_is_refused_beside_it(city, survey, as_person, field, value):
    sent = {"title": "偏低", "detail": "均分低", "organisation": city.finance.pk, "due_on": "2026-12-20"}
    answer = as_person(city.gongwei).post(address(survey, "all.dimensions"), sent | {field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Problem.objects.exists()


def test_opening_the_form_writes_nothing(city, survey, as_person):
    as_person(city.gongwei).get(address(survey, "all.dimensions"))
    assert not Problem.objects.exists()

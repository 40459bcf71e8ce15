"""调研: what asks the reader, what he writes, what was published; nobody is told who answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys import launching
from surveys.models import Survey, SurveyKind, Who
from surveys.survey_list import SurveyList
from tests.surveys.authoring_made import NOW, drafted, opened, published, settled

LIST = "/surveys/"
LATER = NOW + timedelta(days=16)


def shown(reader, now=NOW) -> tuple[list[str], list[str], list[str]]:
    """The three groups of a reader, by title."""
    page = SurveyList(reader, now)
    return (
        [row.title for row in page.to_answer],
        [row.survey.title for row in page.running],
        [row.title for row in page.published],
    )


def test_an_open_survey_asks_its_people_and_nobody_else(city, today):
    opened(city, title="财政局调研")
    assert shown(city.staff) == (["财政局调研"], [], [])
    assert shown(city.office) == (["财政局调研"], ["财政局调研"], [])
    assert shown(city.gongwei) == ([], ["财政局调研"], [])
    assert shown(city.stranger) == shown(city.admin) == ([], [], [])


def test_a_draft_is_seen_by_its_writers_only(city, today):
    drafted(city, title="在编的")
    drafted(city, title="工委的", where=city.committee, by=city.gongwei)
    assert shown(city.office) == ([], ["在编的"], [])
    assert shown(city.gongwei) == ([], ["工委的", "在编的"], [])
    assert shown(city.secretary) == shown(city.member) == ([], [], [])


def test_what_was_published_moves_to_the_results_of_whoever_was_asked(city, today):
    published(city, title="公布的")
    assert shown(city.member) == ([], [], [])  # counted, and the day has not come
    assert shown(city.office) == ([], ["公布的"], [])
    assert shown(city.member, LATER) == shown(city.office, LATER) == ([], [], ["公布的"])
    assert shown(city.stranger, LATER) == ([], [], [])


def test_one_that_has_closed_asks_nobody(city, today):
    row = opened(city, title="截止的")
    assert shown(city.member, row.closes_at) == ([], [], [])
    assert [(line.word, line.look) for line in SurveyList(city.office, row.closes_at).running] == [("正在汇总", "soon")]


def test_the_first_to_end_stands_first_and_one_to_come_says_when(city, today, as_person):
    opened(city, title="后截止")
    row = settled(drafted(city, title="先截止"), city.office, closes_at=NOW + timedelta(days=2))
    later = settled(drafted(city, title="还没开始"), city.office, opens_at=NOW + timedelta(days=1))
    for one in (row, later):
        launching.launch(one, by=city.office, now=NOW)
    page = as_person(city.member).get(LIST)
    assert [one.title for one in page.context["list"].to_answer] == ["先截止", "后截止", "还没开始"]
    text = page.content.decode()
    assert "11月22日 10:02 截止" in text
    assert "11月21日 10:02 开始" in text
    assert "已填" not in text
    assert "未填" not in text


@pytest.mark.parametrize(
    ("role", "sentence", "offered"),
    [("member", "没有在填的调研", False), ("office", "还没有在编的调研", True), ("gongwei", "还没有在编的调研", True)],
)
def test_an_empty_list_says_what_will_stand_there(city, today, as_person, role, sentence, offered):
    text = as_person(getattr(city, role)).get(LIST).content.decode()
    assert sentence in text
    assert "还没有公布的结果" in text
    assert ("/surveys/new/" in text) is offered


@pytest.mark.parametrize("asked", ["", "0", "-1", "x", "²", "99999999999999999999"])
def test_a_page_that_is_not_there_is_the_nearest_one(city, today, as_person, asked):
    assert as_person(city.member).get(LIST, {"page": asked}).status_code == 200


@pytest.mark.parametrize(
    ("role", "now", "number"), [("office", NOW, 7), ("member", NOW, 6), ("office", LATER, 8), ("member", LATER, 7)]
)
def test_the_queries_do_not_grow(city, today, as_person, time_machine, role, now, number):
    counts = []
    for size in (1, 2):
        time_machine.move_to(NOW, tick=False)
        for count in range(size):
            drafted(city, title=f"草稿{size}{count}")
            opened(city, title=f"在填{size}{count}")
            published(city, title=f"公布{size}{count}")
        time_machine.move_to(now, tick=False)
        client = as_person(getattr(city, role))
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        counts.append(len(queries))
    assert counts == [number, number]


def test_an_appraisal_has_its_own_pages_and_its_votes_stand_in_no_list(city, today, as_person, time_machine):
    row = drafted(city, title="评议", where=city.first)
    Survey.objects.filter(pk=row.pk).update(kind=SurveyKind.APPRAISAL, who=Who.MEMBERS)
    assert shown(city.secretary) == ([], ["评议"], [])
    assert shown(city.office) == shown(city.member) == ([], [], [])
    leads = as_person(city.secretary).get(reverse("survey", args=[row.pk]))
    assert leads.headers["Location"] == reverse("appraisal", args=[row.pk])
    assert as_person(city.secretary).get(reverse("survey-author", args=[row.pk])).status_code == 403
    times = {"opens_at": NOW, "closes_at": NOW + timedelta(days=10), "publish_on": LATER.date()}
    Survey.objects.filter(pk=row.pk).update(**times, launched_at=NOW, frozen_on=today)
    Survey.objects.filter(pk=row.pk).update(closed_at=LATER)
    assert shown(city.secretary, LATER)[2] == shown(city.member, LATER)[2] == []
    time_machine.move_to(LATER, tick=False)
    for reader in (city.secretary, city.member):
        found = as_person(reader).get(reverse("survey", args=[row.pk]))
        assert "results" not in found.headers.get("Location", "")


@pytest.mark.parametrize("role", ["member", "office", "gongwei"])
def test_every_list_of_the_group_opens_from_here(city, today, as_person, role):
    client = as_person(getattr(city, role))
    page = client.get(LIST).content.decode()
    for name in ("survey-list", "appraisal-list", "quiz-list", "research-list"):
        assert f'href="{reverse(name)}"' in page
        assert client.get(reverse(name)).status_code == 200

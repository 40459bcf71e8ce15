"""The pages of writing a survey: who gets in, what stands there, and that typed text is never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys import authoring
from surveys.bank import shipped
from surveys.models import STORE, ReportingUnit, Survey
from tests.conftest import TODAY
from tests.surveys.authoring_made import NOW, TEXT, drafted, opened, published, rules, settled

PAGES = (
    "survey-author",
    "survey-source",
    "survey-bank",
    "survey-settings",
    "survey-preview",
    "survey-launch",
    "survey-delete",
)


def url(name: str, row: Survey) -> str:
    """The address of a page of this survey."""
    return reverse(name, args=[row.pk])


def text(response) -> str:
    """The page as it is sent."""
    return response.content.decode()


def form_of(row: Survey, **changes) -> dict[str, object]:
    """The settings as the page would send them."""
    given = {name: value for name, value in rules(row, **changes).items() if value not in (None, False)}
    given |= {"organisation": row.organisation_id, "opened": authoring.settings_digest(row)}
    for name in ("opens_at", "closes_at"):
        moment = given[name]
        given[name] = moment if isinstance(moment, str) else moment.astimezone(NOW.tzinfo).strftime("%Y-%m-%dT%H:%M")
    return given | changes


@pytest.mark.parametrize("name", PAGES)
def test_who_gets_in(city, today, as_person, name):
    draft, running = drafted(city), opened(city, title="在填的")
    found = {
        role: (
            as_person(someone).get(url(name, draft)).status_code,
            as_person(someone).get(url(name, running)).status_code,
        )
        for role, someone in city.cast.items()
    }
    read_only = name in ("survey-author", "survey-preview")
    writer, asked, stranger = (200, 200 if read_only else 403), (404, 403), (404, 404)
    assert found == dict.fromkeys(found, asked) | {
        "office": writer,
        "committee": writer,
        "stranger": stranger,
        "administrator": stranger,
    }


def test_the_one_address_leads_on(city, today, as_person):
    draft, running = drafted(city), opened(city, title="在填的")
    leads = {
        (role, row.title): as_person(getattr(city, role)).get(url("survey", row)).headers.get("Location")
        for role in ("office", "gongwei", "member")
        for row in (draft, running)
    }
    assert leads == {
        ("office", draft.title): url("survey-author", draft),
        ("office", running.title): url("survey-desk", running),
        ("gongwei", draft.title): url("survey-author", draft),
        ("gongwei", running.title): url("survey-author", running),
        ("member", draft.title): None,
        ("member", running.title): url("survey-desk", running),
    }


def test_once_published_it_leads_to_the_results(city, today, as_person, time_machine):
    row = published(city)
    time_machine.move_to(NOW + timedelta(days=15), tick=False)
    for role in ("office", "gongwei", "member"):
        answer = as_person(getattr(city, role)).get(url("survey", row))
        assert answer.headers["Location"] == reverse("survey-results", args=[row.pk])


@pytest.mark.parametrize(
    ("name", "number"), [("survey-author", 10), ("survey-preview", 7), ("survey-settings", 11), ("survey-launch", 9)]
)
def test_the_queries_do_not_grow(city, today, as_person, name, number):
    client, counts = as_person(city.office), []
    for size in (1, 3):
        row = drafted(city, text="\n".join(f"{place}. 问{place}（单选）\n甲 / 乙" for place in range(1, size + 1)))
        client.get(url(name, row))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(name, row)).status_code == 200
        counts.append(len(queries))
    assert counts == [number, number]


def test_a_draft_begins_from_nothing_from_what_is_shipped_or_from_the_wave_before(city, today, as_person):
    wave, client = opened(city, title="第一期"), as_person(city.office)
    name = next(iter(shipped()))
    given = {"title": "新的", "organisation": city.finance.pk, "who": "everyone", "programme": ""}
    for start, asked in (("empty", 0), (f"shipped:{name}", None), (f"wave:{wave.pk}", 6)):
        answer = client.post(reverse("survey-new"), given | {"start": start})
        row = Survey.objects.latest("pk")
        assert answer.headers["Location"] == url("survey-author", row)
        assert asked is None or len(row.asked.asking) == asked
        assert row.asked.asking or start == "empty"
        assert row.previous == (wave if start.startswith("wave") else None)


def test_a_refused_beginning_keeps_what_was_typed(city, today, as_person):
    given = {"title": "长" * 41, "organisation": city.water.pk, "who": "members", "start": "wave:999"}
    answer = as_person(city.office).post(reverse("survey-new"), given)
    assert answer.status_code == 422
    assert "长" * 41 in text(answer)
    assert set(answer.context["form"].errors) == {"organisation", "start"}
    assert not Survey.objects.exists()


def test_the_list_of_organisations_holds_what_the_writer_keeps(city, today, as_person):
    offered = as_person(city.office).get(reverse("survey-new")).context["form"].fields["organisation"].queryset
    assert city.finance in offered
    assert city.water not in offered
    assert city.committee not in offered
    assert as_person(city.secretary).get(reverse("survey-new")).status_code == 403


def test_the_text_stands_with_its_lines_and_what_was_not_understood(city, today, as_person):
    row = drafted(city, text=f"{TEXT}\n不愿意　　　　愿意")
    page = as_person(city.office).get(url("survey-author", row))
    shown = page.context["page"]
    assert (len(shown.lines), shown.unrecognised) == (14, 1)
    assert [(line.look, line.text) for line in shown.lines if line.look == "is-bad"] == [
        ("is-bad", "不愿意　　　　愿意")
    ]
    assert "14 行，1 行没认出" in text(page)
    assert "先改好 1 行没认出的才能启用" in text(page)
    assert "第 4 题选“岗位发展与交流机会”时才问" in text(page)
    assert "6 题 7 问" in text(page)


def test_a_text_is_saved_whatever_it_says(city, today, as_person):
    row, client = drafted(city), as_person(city.office)
    given = {"text": "谁也认不出的一行\r\n<b>1. 您好吗？", "opened": authoring.digest(row.source)}
    assert client.post(url("survey-source", row), given).headers["Location"] == url("survey-author", row)
    row.refresh_from_db()
    assert row.source == "谁也认不出的一行\n<b>1. 您好吗？"
    assert "<b>1. 您好吗" not in text(client.get(url("survey-author", row)))


def test_a_text_that_is_too_long_stays_in_the_page(city, today, as_person):
    row, client = drafted(city), as_person(city.office)
    given = {"text": "长" * 300_000, "opened": authoring.digest(row.source)}
    answer = client.post(url("survey-source", row), given)
    assert answer.status_code == 422
    assert "长" * 300_000 in text(answer)
    assert "原文最多 200,000 个字，现在 300,000 个。" in text(answer)
    row.refresh_from_db()
    assert row.source == TEXT


def test_whoever_saves_later_keeps_his_text_and_may_put_it_over(city, today, as_person):
    row, mine = drafted(city), "1. 后存的（简答）"
    opened_at = authoring.digest(row.source)
    authoring.save_text(row, "1. 先存的（简答）", opened=opened_at, by=city.gongwei, today=TODAY)
    client = as_person(city.office)
    answer = client.post(url("survey-source", row), {"text": mine, "opened": opened_at})
    assert answer.status_code == 422
    assert "你打开以后，别人改过这一份" in text(answer)
    assert mine in text(answer)
    assert Survey.objects.get(pk=row.pk).source == "1. 先存的（简答）"
    again = {"text": mine, "opened": answer.context["standing"]}
    assert text(answer).count('name="opened"') == 1
    assert client.post(url("survey-source", row), again).status_code == 302
    assert Survey.objects.get(pk=row.pk).source == mine


def test_the_rules_are_saved_and_refused_beside_their_field(city, today, as_person):
    row, client = drafted(city), as_person(city.office)
    assert client.post(url("survey-settings", row), form_of(row, k="9")).headers["Location"] == url(
        "survey-author", row
    )
    row.refresh_from_db()
    assert (row.k, row.closes_at, row.by_desk) == (9, rules(row)["closes_at"], True)
    for changes, named in (
        ({"k": "4"}, "k"),
        ({"opens_at": "2026-13-45T25:61"}, "opens_at"),
        ({"closes_at": "2026-11-01T00:00"}, "closes_at"),
        ({"opens_at": "0001-01-01T00:00"}, "opens_at"),
        ({"closes_at": "9999-12-31T23:59"}, "closes_at"),
        ({"publish_on": "9999-12-31"}, "publish_on"),
        ({"retention_days": "x"}, "retention_days"),
        ({"retention_days": "9" * 20}, "retention_days"),
        ({"k": "9" * 20}, "k"),
        ({"title": "长" * 41}, "title"),
        ({"who": "robots"}, "who"),
        ({"programme": "9" * 20}, "programme"),
        ({"organisation": city.water.pk}, "organisation"),
    ):
        answer = client.post(url("survey-settings", row), form_of(row, **changes))
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [named])
    row.refresh_from_db()
    assert row.k == 9


def test_rules_that_somebody_else_saved_meanwhile_are_not_overwritten_unseen(city, today, as_person):
    row = drafted(city)
    given = form_of(row, k="7")
    settled(row, city.gongwei, k=8)
    client = as_person(city.office)
    answer = client.post(url("survey-settings", row), given)
    assert answer.status_code == 422
    assert 'value="7"' in text(answer)
    assert Survey.objects.get(pk=row.pk).k == 8
    assert client.post(url("survey-settings", row), given | {"opened": answer.context["standing"]}).status_code == 302
    assert Survey.objects.get(pk=row.pk).k == 7


def test_launching_asks_for_the_tick_and_then_locks_everything(city, today, as_person):
    row, client = settled(drafted(city), city.office), as_person(city.office)
    page = text(client.get(url("survey-launch", row)))
    assert page.count("<dt>") == 7
    assert "2026年11月20日 9:02 至 2026年11月30日 10:02" in page
    answer = client.post(url("survey-launch", row), {})
    assert answer.status_code == 422
    assert "请先核对上面七项，再打勾。" in text(answer)
    assert Survey.objects.get(pk=row.pk).is_draft
    assert client.post(url("survey-launch", row), {"checked": "on"}).headers["Location"] == url("survey-author", row)
    row.refresh_from_db()
    assert (row.is_draft, ReportingUnit.objects.filter(survey=row).exists()) == (False, True)
    page = text(client.get(url("survey-author", row)))
    assert "锁住的七项" in page
    for gone in ("改原文", "改时间和规则", "从题库加题", "题型", "启用调研", "删掉草稿"):
        assert gone not in page
    assert client.post(url("survey-source", row), {"text": "改了"}).status_code == 403


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"text": ""}, "题"),
        ({"text": f"{TEXT}\n不愿意　　　　愿意"}, "原文里还有 1 行没认出"),
        ({}, "写上开始和截止的时间。"),
    ],
)
def test_what_is_not_ready_is_not_launched(city, today, as_person, given, sentence):
    row, client = drafted(city, **given), as_person(city.office)
    answer = client.post(url("survey-launch", row), {"checked": "on"})
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert Survey.objects.get(pk=row.pk).is_draft


def test_a_walk_follows_what_is_chosen_and_leaves_nothing(city, today, as_person):
    row, client = drafted(city), as_person(city.office)
    asked = {one.number: one for one in row.asked.asking}
    first = client.get(url("survey-preview", row))
    assert first.context["preview"].place == 0
    pages = first.context["preview"].way[1]
    other, growth = asked["4"].choices[0].code, asked["4"].choices[1].code
    for chosen, seen in ((other, False), (growth, True)):
        given, found, place = {f"a.{asked['4'].code}": chosen}, [], 0
        while place is not None:
            walk = client.post(url("survey-preview", row), given | {"page": place}).context["preview"]
            found += [one.number for one in walk.asked]
            place = walk.ahead if walk.place is not None else None
        assert ("5" in found) is seen
        assert "6" in found
    assert pages >= 2
    assert len(first.context["preview"].routes) >= 2
    assert Survey.objects.get(pk=row.pk).asked == row.asked
    assert {model: model.objects.count() for model in STORE} == dict.fromkeys(STORE, 0)


@pytest.mark.parametrize("page", ["", "-1", "x", "²", "99999", "0", "99"])
def test_a_walk_to_nowhere_is_no_failure(city, today, as_person, page):
    assert as_person(city.office).post(url("survey-preview", drafted(city)), {"page": page}).status_code == 200


def test_the_next_wave_is_a_draft_with_the_same_questions(city, today, as_person):
    row, client = opened(city, title="第一期"), as_person(city.office)
    answer = client.post(url("survey-copy", row), {"title": "第二期"})
    made = Survey.objects.get(title="第二期")
    assert answer.headers["Location"] == url("survey-author", made)
    assert (made.previous, made.asked) == (row, row.asked)
    assert client.post(url("survey-copy", row), {"title": ""}).status_code == 422
    assert client.get(url("survey-copy", made)).status_code == 403  # a draft is changed, not copied
    assert as_person(city.member).get(url("survey-copy", row)).status_code == 403


def test_a_draft_is_deleted_after_a_question(city, today, as_person):
    row, client = drafted(city), as_person(city.office)
    assert "找不回来" in text(client.get(url("survey-delete", row)))
    assert Survey.objects.filter(pk=row.pk).exists()
    assert client.post(url("survey-delete", row)).headers["Location"] == reverse("survey-list")
    assert not Survey.objects.filter(pk=row.pk).exists()

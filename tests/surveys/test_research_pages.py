"""The screens of 调研成果库: search, forms as they are sent, who gets in, and that they cost the same however long."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys.models import PieceState, ResearchFile, ResearchPiece
from surveys.research import publishing
from surveys.research.searching import normalise, terms_of
from tests.conftest import TODAY
from tests.responsibilities import problems_made
from tests.surveys import research_made as made

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


# --- search


def test_text_is_put_in_one_form():
    assert normalise("ＡＢc　青年\n干部 Ok\x00\r\n三会 一课") == "abc 青年干部 ok 三会一课"
    assert terms_of(" 青年，基层  青年；AB ") == ["青年", "基层", "ab"]
    assert len(terms_of(" ".join(map(str, range(30))))) == 8


@pytest.fixture
def library(city):
    """Four in the library and two that are not."""
    made.published(city, title="青年干部思想状况", year=2025, keywords="", summary="座谈", text="多到基层锻炼。")
    made.published(city, title="窗口服务案例", year=2026, keywords="群众、ＡＰＰ", summary="100% 的窗口", text="排队")
    made.published(
        city,
        title="八小时之外",
        year=2026,
        keywords="",
        summary="文体",
        text="",
        file=made.telling_word("书画\n摄影基地"),
    )
    made.published(city, title="基层减负实践", year=2024, keywords="", summary="减负", text="青年")
    made.submitted(city, title="青年评审中")
    made.draft(city, title="青年草稿")


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("", ["八小时之外", "窗口服务案例", "青年干部思想状况", "基层减负实践"]),
        ("青年", ["青年干部思想状况", "基层减负实践"]),
        ("青年 基层", ["青年干部思想状况", "基层减负实践"]),
        ("青年 锻炼", ["青年干部思想状况"]),
        ("窗口", ["窗口服务案例"]),
        ("app", ["窗口服务案例"]),
        ("%", ["窗口服务案例"]),
        ("_", []),
        ("摄影", ["八小时之外"]),
        ("案例 群众 没有这个词", []),
        ("座谈多到", []),
        (made.AUTHOR, []),
        ("财政局", []),
    ],
)
def test_every_term_has_to_occur_in_title_summary_keywords_or_text(library, city, as_person, q, found):
    page = as_person(city.stranger).get(reverse("research-list"), {"q": q})
    assert [line.piece.title for line in page.context["library"].lines] == found


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({"year": "2026"}, 2),
        ({"kind": "report"}, 4),
        ({"kind": "case"}, 0),
        ({"year": "20x6", "kind": "?", "page": "x"}, 4),
    ],
)
def test_year_and_kind_narrow_and_nonsense_does_not(library, city, as_person, query, number):
    page = as_person(city.stranger).get(reverse("research-list"), query)
    assert page.context["library"].page.paginator.count == number


# --- the forms


def test_a_piece_is_written_with_its_file_and_handed_in(city, as_person):
    client = as_person(city.member)
    answer = client.post(reverse("research-new"), made.typed(city) | {"file": made.telling_word()})
    piece = ResearchPiece.objects.get()
    assert answer.url == reverse("research-submit", args=[piece.pk])
    assert piece.paper.text.startswith(made.TEXT)
    client.post(answer.url, {})
    piece.refresh_from_db()
    assert (piece.state, piece.round) == (PieceState.SUBMITTED, 1)


def test_a_bad_file_takes_nothing_along_and_the_words_stay_in_the_form(city, as_person):
    bad = SimpleUploadedFile("图.jpg", b"\xff\xd8\xffnothing")
    answer = as_person(city.member).post(reverse("research-new"), made.typed(city) | {"file": bad})
    assert answer.status_code == 422
    assert "图.jpg" in answer.context["form"].errors["file"][0]
    assert made.TEXT in answer.content.decode()
    assert not ResearchPiece.objects.exists()


def test_an_edit_keeps_the_file_unless_another_comes(city, as_person):
    piece = made.draft(city, file=made.telling_word())
    client, url = as_person(city.member), reverse("research-edit", args=[piece.pk])
    client.post(url, made.typed(city, title="改过的题目"))
    piece.refresh_from_db()
    assert (piece.title, ResearchFile.objects.get().type) == ("改过的题目", "docx")
    client.post(url, made.typed(city) | {"file": made.telling_pdf()})
    assert ResearchFile.objects.get().type == "pdf"
    client.post(reverse("research-file-drop", args=[piece.pk]))
    assert not ResearchFile.objects.exists()
    piece.refresh_from_db()
    assert "field work" not in piece.words


@pytest.mark.parametrize(
    "different",
    [{"year": "二"}, {"year": "9" * 30}, {"kind": "x"}, {"organisation": "0"}, {"title": ""}, {"organisation": "x"}],
)
def test_what_is_wrong_is_refused_as_a_form(city, as_person, different):
    assert as_person(city.member).post(reverse("research-new"), made.typed(city, **different)).status_code == 422


def test_the_office_walks_a_piece_into_the_library(city, as_person):
    piece = made.submitted(city)
    client = as_person(city.gongwei)
    assert client.post(reverse("research-reviewer", args=[piece.pk]), {"reviewer": "没有这个人"}).status_code == 422
    assert client.post(reverse("research-reviewer", args=[piece.pk]), {"reviewer": "白简"}).status_code == 302
    review = piece.reviews.get()
    reviewer = Client()
    reviewer.force_login(city.stranger)
    url = reverse("research-review", args=[review.pk])
    assert reviewer.post(url, {"verdict": "revise", "reasons": "补数据"}).status_code == 302
    assert client.post(reverse("research-publish", args=[piece.pk])).status_code == 302
    piece.refresh_from_db()
    assert piece.state == PieceState.PUBLISHED


def test_opening_pages_writes_nothing(city, as_person):
    piece = made.draft(city)
    before = ResearchPiece.objects.values().get()
    client = as_person(city.member)
    for route in ("research", "research-edit", "research-submit", "research-delete"):
        assert client.get(reverse(route, args=[piece.pk])).status_code == 200
    assert ResearchPiece.objects.values().get() == before


# --- who gets in: route → (who gets another status than the rest, the status of the rest)

ACCESS = {
    "research-list": ({}, 200),
    "research-new": ({}, 200),
    "research": ({}, 200),
    "research-file": ({}, 200),
    "research-edit": ({"member": 200}, 404),
    "research-submit": ({"member": 200}, 404),
    "research-delete": ({"member": 200}, 404),
    "research-file-drop": ({"member": 200}, 404),
    "research-withdraw": ({"member": 200, "office": 403, "committee": 403}, 404),
    "research-reviewer": ({"office": 200, "committee": 200, "member": 403}, 404),
    "research-reviewer-end": ({"office": 200, "committee": 200, "member": 403}, 404),
    "research-publish": ({"office": 200, "committee": 200, "member": 403}, 404),
    "research-return": ({"office": 200, "committee": 200, "member": 403}, 404),
    "research-problem": ({"office": 200, "committee": 200, "member": 200}, 403),
    "research-review": ({"stranger": 200}, 404),
    "research-review-file": ({"stranger": 200}, 404),
}


@pytest.mark.parametrize("route", ACCESS)
def test_who_gets_in(city, route):
    url = reverse(route, args=made.addresses(city).get(route, []))
    special, others = ACCESS[route]
    found = {}
    for name, person in city.cast.items():
        client = Client()
        client.force_login(person)
        response = client.get(url)
        b"".join(response)
        found[name] = response.status_code
    assert found == {name: special.get(name, others) for name in city.cast}
    assert Client().get(url).status_code == 302


# --- what it costs


def fill(city, size: int) -> dict[str, list[int]]:
    """``size`` of everything that the pages list."""
    shown = made.published(city, title="入库", file=made.telling_word())
    asked = [made.reviewing_by(city, title=f"评审{number}") for number in range(size)]
    for number in range(size):
        made.published(city, title=f"成果{number}", names_authors=bool(number % 2))
        made.draft(city, by=city.office, title=f"草稿{number}", organisation=city.finance_committee)
        problem = problems_made.found(city, f"问题{number}")
        publishing.link(shown, problem, by=city.office, today=TODAY)
        problems_made.found(city, f"另一个{number}")
    return {"research": [shown.pk], "research-problem": [shown.pk], "research-review": [asked[0].pk]}


COUNTS = {
    ("research-list", "office"): 11,
    ("research-list", "stranger"): 10,
    ("research", "office"): 8,
    ("research", "staff"): 8,
    ("research-problem", "office"): 6,
    ("research-review", "stranger"): 5,
}


@pytest.mark.parametrize("size", [1, 3])
def test_a_page_asks_the_same_at_any_size(city, size):
    args, found = fill(city, size), {}
    for route, role in COUNTS:
        client = Client()
        client.force_login(city.cast[role])
        url = reverse(route, args=args.get(route, []))
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        found[route, role] = len(queries)
    assert found == COUNTS

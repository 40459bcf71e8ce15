"""A reviewer learns neither author nor organisation by any door, and an author never learns who reviewed."""

from __future__ import annotations

from urllib.parse import quote, unquote

import pytest
from django.urls import reverse

from surveys.models import ResearchReview
from surveys.research import publishing, reviewing
from tests.conftest import TODAY
from tests.surveys import research_made as made

pytestmark = pytest.mark.usefixtures("today")
# All that could tell a reviewer who wrote it: the person, his branch, his organ. 第一党支部 is the name of many.
SECRETS = (made.AUTHOR, "财政局", "第一党支部", "终稿")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def told(response, *words: str) -> list[str]:
    """What of ``words`` reaches the reader: body and headers."""
    body = b"".join(response) if response.streaming else response.content
    everything = made.everything_in(body) if body[:4] in (b"PK\x03\x04", b"%PDF") else body
    headers = repr(sorted(response.headers.items())).encode()
    return [word for word in words if word.encode() in everything + headers or quote(word).encode() in headers]


@pytest.fixture
def review(city) -> ResearchReview:
    """Under review by a secretary of another organ, with a file that says too much."""
    return made.reviewing_by(city, file=made.telling_word())


def test_what_could_leak_is_there_for_whoever_decides(city, as_person, review):
    client = as_person(city.gongwei)
    assert told(client.get(reverse("research", args=[review.piece_id])), *SECRETS[:3]) == [made.AUTHOR, "第一党支部"]
    assert told(client.get(reverse("research-list")), "第一党支部") == ["第一党支部"]


@pytest.mark.parametrize("route", ["research-list", "research-review", "research-review-file"])
def test_no_page_and_no_file_of_a_reviewer_names_author_or_organisation(city, as_person, review, route):
    args = [] if route == "research-list" else [review.pk]
    response = as_person(city.stranger).get(reverse(route, args=args))
    assert response.status_code == 200
    assert told(response, made.TITLE if route != "research-review-file" else made.TEXT) != []
    assert told(response, *SECRETS) == []


def test_a_refused_opinion_tells_no_more_than_the_page(city, as_person, review):
    response = as_person(city.stranger).post(reverse("research-review", args=[review.pk]), {})
    assert response.status_code == 422
    assert told(response, *SECRETS) == []


def test_the_pdf_of_a_reviewer_tells_nothing(city, as_person):
    review = made.reviewing_by(city, file=made.telling_pdf())
    response = as_person(city.stranger).get(reverse("research-review-file", args=[review.pk]))
    assert told(response, *SECRETS, "SECRETXMP", "SECRETREMARK") == []


def test_the_file_is_saved_under_a_name_that_says_nothing(city, as_person, review):
    response = as_person(city.stranger).get(reverse("research-review-file", args=[review.pk]))
    assert f"调查报告_评审稿_{review.pk}.docx" in unquote(response.headers["Content-Disposition"])
    b"".join(response)


def test_the_piece_itself_and_its_file_as_it_came_stay_unseen_by_its_reviewer(city, as_person, review):
    client = as_person(city.stranger)
    for route in (
        "research",
        "research-file",
        "research-edit",
        "research-submit",
        "research-reviewer",
        "research-publish",
    ):
        assert client.get(reverse(route, args=[review.piece_id])).status_code == 404, route


@pytest.mark.parametrize("q", [made.AUTHOR, "财政局", "青年干部", "走访"])
def test_search_answers_a_reviewer_about_the_library_only(city, as_person, review, q):
    library = as_person(city.stranger).get(reverse("research-list"), {"q": q}).context["library"]
    assert library.lines == []


def test_no_other_reviewers_opinion_is_his_to_open(city, as_person, review):
    other = reviewing.appoint(
        review.piece, made.make.person("严其", city.water_branch, login="yanqi"), by=city.gongwei, today=TODAY
    )
    assert as_person(city.stranger).get(reverse("research-review", args=[other.pk])).status_code == 404


def test_once_it_is_decided_his_page_is_gone(city, as_person, review):
    reviewing.give(review, verdict="publish", reasons="好", by=city.stranger, today=TODAY)
    publishing.publish(review.piece, by=city.gongwei, today=TODAY)
    client = as_person(city.stranger)
    for route in ("research-review", "research-review-file"):
        assert client.get(reverse(route, args=[review.pk])).status_code == 404


def test_the_library_names_authors_only_if_they_agreed(city, as_person):
    silent, named = made.published(city), made.published(city, title="署名的成果", names_authors=True)
    client = as_person(city.stranger)
    page = client.get(reverse("research", args=[silent.pk]))
    assert told(page, made.AUTHOR, "第一党支部") == []
    assert told(page, "市财政局党组") == ["市财政局党组"]
    assert told(client.get(reverse("research", args=[named.pk])), made.AUTHOR, "第一党支部") == [
        made.AUTHOR,
        "第一党支部",
    ]
    lines = {line.piece.pk: line.whose for line in client.get(reverse("research-list")).context["library"].lines}
    assert lines == {silent.pk: "市财政局党组", named.pk: f"{made.AUTHOR}，市财政局党组，第一党支部"}


def test_the_file_of_the_library_is_the_clean_copy(city, as_person):
    piece = made.published(city, file=made.telling_word())
    response = as_person(city.stranger).get(reverse("research-file", args=[piece.pk]))
    assert told(response, made.AUTHOR, made.REMARK) == []
    own = as_person(city.member).get(reverse("research-file", args=[piece.pk]))
    assert told(own, made.AUTHOR, made.REMARK) == [made.AUTHOR, made.REMARK]


@pytest.mark.parametrize("decide", ["wait", "publish", "return"])
def test_whoever_handed_it_in_never_learns_who_reviewed(city, as_person, decide):
    review = made.reviewed(city)
    if decide == "publish":
        publishing.publish(review.piece, by=city.gongwei, today=TODAY)
    if decide == "return":
        publishing.send_back(review.piece, because="请补数据", by=city.gongwei, today=TODAY)
    client = as_person(city.member)
    routes = [("research", [review.piece_id]), ("research-list", [])]
    for route, args in routes:
        assert told(client.get(reverse(route, args=args)), str(city.stranger), "评审人：") == []
    opinions = client.get(reverse("research", args=[review.piece_id])).context["page"].opinions
    assert opinions == ([] if decide == "wait" else [("建议发布", "材料扎实，建议具体。")])


def test_an_office_that_handed_in_itself_is_an_author_like_any_other(city, as_person):
    piece = made.submitted(city, by=city.office, organisation=city.finance_committee, authors="许文澜")
    reviewing.appoint(piece, city.stranger, by=city.gongwei, today=TODAY)
    client = as_person(city.office)
    assert told(client.get(reverse("research", args=[piece.pk])), str(city.stranger)) == []
    for route in ("research-reviewer", "research-publish", "research-return"):
        assert client.get(reverse(route, args=[piece.pk])).status_code == 403, route

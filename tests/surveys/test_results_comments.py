"""大家写下的话: read where they are published, put in other words or held back before, never after."""

from __future__ import annotations

from io import BytesIO

import docx
import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from surveys import comment_review
from surveys.models import Comment, Survey
from tests.conftest import City
from tests.surveys import results_made as made

WORDS = "三楼的老周说报销要跑四趟"


@pytest.fixture
def survey(city: City, today, time_machine) -> Survey:
    row = made.released(city, comments=11)
    made.say(row, WORDS)
    time_machine.move_to(made.CLOSED, tick=False)
    return row


@pytest.fixture
def comment(survey: Survey) -> Comment:
    return Comment.objects.get(text=WORDS)


def signed_in(person) -> Client:
    """A browser of his own: one that has idled since another day is asked to log in again."""
    client = Client()
    client.force_login(person)
    return client


def acts(survey: Survey, comment: Comment) -> tuple[str, str]:
    return tuple(reverse(route, args=[survey.pk, comment.pk]) for route in ("survey-comment", "survey-comment-hold"))


def outputs(client, survey: Survey) -> dict[str, str]:
    """Every output as text."""
    found = {
        route: client.get(reverse(route, args=[survey.pk])).content.decode()
        for route in ("survey-results", "survey-comments", "survey-summary")
    }
    word = docx.Document(BytesIO(client.get(reverse("survey-results-word", args=[survey.pk])).content))
    found["word"] = "\n".join(paragraph.text for paragraph in word.paragraphs)
    data = client.get(reverse("survey-results-excel", args=[survey.pk])).content
    book = openpyxl.load_workbook(BytesIO(data))
    found["excel"] = "\n".join(str(row) for sheet in book for row in sheet.iter_rows(values_only=True))
    return found


def test_all_of_them_stand_on_their_page_and_in_both_files(city, survey, time_machine):
    time_machine.move_to(made.LATER, tick=False)
    found = outputs(signed_in(city.gongwei), survey)
    for name in ("survey-comments", "word", "excel"):
        assert [text for text in survey.comments.values_list("text", flat=True) if text not in found[name]] == []
    assert "全部 12 条" in found["survey-results"]


def test_the_author_puts_one_in_other_words_and_the_first_words_are_gone(city, survey, comment, time_machine):
    client, said = signed_in(city.gongwei), "报销跑的次数多"
    change, _ = acts(survey, comment)
    assert WORDS in client.get(change).content.decode()
    assert client.post(change, {"text": said}).status_code == 302
    comment.refresh_from_db()
    assert (comment.text, comment.is_paraphrased, comment.is_hidden) == (said, True, False)
    time_machine.move_to(made.LATER, tick=False)
    found = outputs(signed_in(city.gongwei), survey)
    assert [name for name, text in found.items() if WORDS in text or "老周" in text] == []
    assert said in found["survey-comments"]
    assert "转述" in found["survey-comments"]


def test_one_that_is_held_back_leaves_only_that_there_was_one(city, survey, comment, time_machine):
    client = signed_in(city.gongwei)
    _, hold = acts(survey, comment)
    assert client.get(hold).status_code == 200
    assert Comment.objects.get(pk=comment.pk).text == WORDS  # asking changes nothing
    assert client.post(hold).status_code == 302
    comment.refresh_from_db()
    assert (comment.text, comment.is_hidden) == ("", True)
    assert client.get(acts(survey, comment)[0]).status_code == 404
    time_machine.move_to(made.LATER, tick=False)
    found = outputs(signed_in(city.gongwei), survey)
    assert [name for name, text in found.items() if WORDS in text] == []
    assert "11 条，另有 1 条没有公布" in found["survey-comments"]
    assert "全部 11 条" in found["survey-results"]


def test_after_publication_nothing_changes_any_more(city, survey, comment, time_machine):
    time_machine.move_to(made.LATER, tick=False)
    client = signed_in(city.gongwei)
    change, hold = acts(survey, comment)
    for answer in (client.post(change, {"text": "别的话"}), client.post(hold)):
        assert answer.status_code == 422
        assert "公布以后不再改动" in answer.content.decode()
    comment.refresh_from_db()
    assert (comment.text, comment.is_hidden) == (WORDS, False)
    assert (
        reverse("survey-comment-hold", args=[survey.pk, comment.pk]) not in outputs(client, survey)["survey-comments"]
    )


@pytest.mark.parametrize("who", ["office", "member", "admin", "stranger"])
def test_nobody_but_the_author_looks_comments_over(city, survey, comment, time_machine, who):
    person = getattr(city, who)
    for address in acts(survey, comment):
        assert signed_in(person).get(address).status_code == 404
    time_machine.move_to(made.LATER, tick=False)
    expected = 404 if who == "admin" else 403
    for address in acts(survey, comment):
        assert signed_in(person).get(address).status_code == expected
    for verb in (comment_review.hold_back, lambda row, **by: comment_review.paraphrase(row, text="x", **by)):
        with pytest.raises(PermissionDenied):
            verb(comment, by=person, now=made.CLOSED)
    comment.refresh_from_db()
    assert comment.text == WORDS


@pytest.mark.parametrize("text", ["", "  ", "长" * 1001])
def test_empty_and_endless_words_are_refused(city, survey, comment, text):
    answer = signed_in(city.gongwei).post(acts(survey, comment)[0], {"text": text})
    assert answer.status_code == 422
    with pytest.raises(ValidationError) as refused:
        comment_review.paraphrase(comment, text=text, by=city.gongwei, now=made.CLOSED)
    assert "text" in refused.value.message_dict
    comment.refresh_from_db()
    assert comment.text == WORDS


def test_the_same_words_are_no_paraphrase(city, survey, comment):
    comment_review.paraphrase(comment, text=f" {WORDS} ", by=city.gongwei, now=made.CLOSED)
    comment.refresh_from_db()
    assert (comment.text, comment.is_paraphrased) == (WORDS, False)


def test_a_comment_of_another_survey_is_not_found_here(city, survey, comment):
    other = made.released(city)
    assert signed_in(city.gongwei).get(reverse("survey-comment", args=[other.pk, comment.pk])).status_code == 404


def test_comments_of_a_unit_are_read_by_who_reads_the_unit(city, survey, time_machine):
    water = made.part_named(survey, "市水务局机关党委").key
    made.say(survey, "闸门值班室漏雨", water)
    time_machine.move_to(made.LATER, tick=False)
    for person, reads in ((city.gongwei, True), (city.stranger, True), (city.office, False), (city.member, False)):
        client = signed_in(person)
        text = "".join(outputs(client, survey).values())
        text += client.get(reverse("survey-comments", args=[survey.pk]), {"part": water}).content.decode()
        assert ("闸门值班室漏雨" in text) == reads
        assert ("市水务局机关党委 1 条" in text) == reads


def test_long_lists_come_page_by_page(city, survey, time_machine):
    for place in range(40):
        made.say(survey, f"又一句 {place}")
    time_machine.move_to(made.LATER, tick=False)
    client, address = signed_in(city.member), reverse("survey-comments", args=[survey.pk])
    pages = [client.get(address, {"page": number}).context["list"].page for number in (1, 2)]
    assert [len(page) for page in pages] == [30, 22]
    assert len({row.pk for page in pages for row in page}) == 52

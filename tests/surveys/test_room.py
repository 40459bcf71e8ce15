"""The separate room through its own handler: the whole way, without script; bad input; nothing that tells who it is."""

from __future__ import annotations

import gzip
import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core import mail

from surveys import ballots, keys
from surveys.models import DropBox, SpentBallot, Survey
from surveys.promising import Promise
from surveys.room import handler, limiting
from tests.surveys import room_client as room
from tests.surveys import surveys_made as made

pytestmark = pytest.mark.django_db
PLACE = "10.9.8.7"


@pytest.fixture
def survey(city, time_machine) -> Survey:
    time_machine.move_to(made.NOW, tick=False)
    limiting.wrong_ballots.__init__()
    made.crowd(city)
    return made.launched(city)


@pytest.fixture
def ballot(survey) -> str:
    return ballots.issue(survey, 2)


def begin(survey: Survey, ballot: str) -> room.Answer:
    return room.post(f"/s/{survey.code}/page/0/", [("ballot", ballot)])


WELL = {
    "age": "b", "post": "refused", "feel__x": "5", "feel__y": "2", "feel__z": "3", "load": "4",
    "worry": "b", "path": "a", "gain": ["a", "b"], "praise": "8", "say": "食堂晚一点",
}  # fmt: skip


def onward(page: room.Answer, **answers: str | list[str]) -> room.Answer:
    """Answer what the page asks, well unless told otherwise, and go on."""
    asked = {
        name: value for name, value in {**WELL, **answers}.items() if f'name="a.{name.replace("__", ".")}"' in page.text
    }
    return room.post(page.action, room.fill(page, **asked))


def page_asking(survey: Survey, ballot: str, key: str) -> room.Answer:
    """The page that asks ``key``, with everything before answered well."""
    page = begin(survey, ballot)
    while f'name="a.{key}"' not in page.text:
        page = onward(page)
    return page


def walk(survey: Survey, ballot: str) -> room.Answer:
    """Up to the review."""
    page = begin(survey, ballot)
    while not page.action.endswith("/submit/"):
        page = onward(page)
        assert page.status == 200
    return page


def test_the_whole_way_without_script(survey, ballot):
    review = walk(survey, ballot)
    assert review.status == 200
    for words in (
        "36 至 50 岁",
        "不愿回答",
        "非常符合",
        "不太符合",
        "岗位发展",
        "轮岗",
        "党日、讲堂",
        "8 分",
        "食堂晚一点",
    ):
        assert words in review.text
    thanks = room.post(review.action, review.fields)
    assert (thanks.status, "已收到，谢谢你" in thanks.text) == (200, True)
    rows = {row.part: row.payload for row in DropBox.objects.all()}
    assert rows == {
        "": {
            "age": "b",
            "post": "refused",
            "feel.x": "5",
            "feel.y": "2",
            "feel.z": "3",
            "load": "4",
            "worry": "b",
            "path": "a",
            "gain": ["a", "b"],
            "praise": "8",
        },
        "say": "食堂晚一点",
    }
    assert SpentBallot.objects.get().unit == 2


def test_a_lost_answer_is_told_and_the_first_sheet_counts(survey, ballot):
    review = walk(survey, ballot)
    room.post(review.action, review.fields)
    again = room.post(review.action, review.fields)
    assert again.status == 409
    assert "那一份已经收下" in again.text
    assert begin(survey, ballot).status == 409
    assert SpentBallot.objects.count() == 1


def test_a_question_that_does_not_follow_is_neither_asked_nor_kept(survey, ballot):
    page = walk(survey, ballot)
    fields = [(name, value) for name, value in page.fields if name != "a.worry"] + [("a.worry", "a")]
    thanks = room.post(f"/s/{survey.code}/submit/", fields)
    assert thanks.status == 200
    assert "path" not in DropBox.objects.get(part="").payload


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"post": "a"}, "不想说就选“不愿回答”"),
        ({"age": "z", "post": "a"}, "不想说就选“不愿回答”"),
        ({"age": "' OR 1=1", "post": "a"}, "不想说就选“不愿回答”"),
    ],
)
def test_what_is_missing_is_said_beside_it_and_nothing_typed_is_lost(survey, ballot, answers, sentence):
    page = begin(survey, ballot)
    wrong = room.post(page.action, room.fill(page, **answers))
    assert wrong.status == 422
    assert wrong.text.count(sentence) == 1
    assert ("a.post", "a") in wrong.fields


@pytest.mark.parametrize(
    ("gain", "sentence"),
    [
        (["a", "b", "c"], "最多选 2 项，现在选了 3 项"),
        (["a", "d"], "就不能再选别的"),
        ([], "请至少选一项"),
        (["x"], "请至少选一项"),
    ],
)
def test_several_choices_have_their_limits(survey, ballot, gain, sentence):
    wrong = onward(page_asking(survey, ballot, "gain"), gain=gain)
    assert wrong.status == 422
    assert sentence in wrong.text


def test_a_statement_left_out_and_a_text_too_long(survey, ballot):
    assert "还有 1 条没有选" in onward(page_asking(survey, ballot, "feel.z"), feel__z="").text
    wrong = onward(page_asking(survey, ballot, "say"), say="长" * 2001)
    assert "最多写 2000 个字，现在有 2001 个" in wrong.text
    assert ("a.say", "长" * 2001) in wrong.fields


def test_a_submit_that_lacks_something_comes_back_to_it(survey, ballot):
    back = room.post(f"/s/{survey.code}/submit/", [("ballot", ballot), ("a.age", "b")])
    assert back.status == 422
    assert "您的岗位类别" in back.text
    assert not SpentBallot.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"), [("", "请先输入票号"), ("1234", "对不上"), ("0" * 16, "对不上"), ("票" * 9, "对不上")]
)
def test_a_ballot_that_is_none_is_told_beside_the_field(survey, typed, sentence):
    answer = begin(survey, typed)
    assert answer.status == 422
    assert sentence in answer.text
    assert ("ballot", typed) in answer.fields


def test_answers_survive_a_mistyped_ballot(survey, ballot):
    page = begin(survey, ballot)
    fields = [("ballot", "0" * 16), *((n, v) for n, v in room.fill(page, age="b", post="a") if n != "ballot")]
    answer = room.post(page.action, fields)
    assert answer.status == 422
    assert {("a.age", "b"), ("a.post", "a")} <= set(answer.fields)


def test_trying_ballots_ends_soon_and_is_forgotten_with_the_hour(survey, ballot, time_machine):
    for _ in range(limiting.MOST_WRONG):
        begin(survey, "0" * 16)
    assert "输错的票号太多" in begin(survey, ballot).text
    time_machine.move_to(made.NOW + timedelta(hours=1), tick=False)
    assert begin(survey, ballot).status == 200


def test_without_the_key_nothing_is_taken_and_it_is_said(survey, ballot):
    keys.destroy(survey)
    assert "系统现在核不了票" in begin(survey, ballot).text


@pytest.mark.parametrize(("hours", "words"), [(-2, "还没有开始"), (24 * 8, "已经截止，正在汇总")])
def test_before_and_after_the_room_is_shut(survey, ballot, time_machine, hours, words):
    time_machine.move_to(made.NOW + timedelta(hours=hours), tick=False)
    page = room.get(f"/s/{survey.code}/")
    assert page.status == 200
    assert words in page.text
    assert 'id="ballot"' not in page.text
    assert begin(survey, ballot).status == 422
    assert room.post(f"/s/{survey.code}/submit/", [("ballot", ballot)]).status == 422


def test_a_draft_and_a_wrong_code_are_not_there(survey, city):
    draft = made.draft(city, title="草稿")
    for code in (draft.code, "zzzzzz"):
        page = room.get(f"/s/{code}/")
        assert page.status == 404
        assert "没有这份调研" in page.text
    assert room.get(f"/s/{survey.code.upper()}/").status == 200
    assert room.get("/s/").status == room.get("/s/a/b/c/").status == 404


@pytest.mark.parametrize("path", ["page/0/", "review/", "submit/"])
def test_a_get_is_inert(survey, path):
    answer = room.get(f"/s/{survey.code}/{path}?ballot=1234")
    assert (answer.status, answer.header("Location")) == (302, f"/s/{survey.code}/")


def test_nobody_is_known_in_the_room(survey, ballot, city, client):
    client.force_login(city.secretary)
    cookie = f"sessionid={client.session.session_key}"
    before = Session.objects.get().expire_date
    answers = [
        room.get(f"/s/{survey.code}/", HTTP_COOKIE=cookie, HTTP_USER_AGENT="MARKER", HTTP_REFERER="MARKER"),
        room.post(f"/s/{survey.code}/page/0/", [("ballot", ballot)], HTTP_COOKIE=cookie),
        room.get(f"/s/{survey.code}/promise/", HTTP_COOKIE=cookie),
    ]
    for answer in answers:
        assert answer.header("Set-Cookie") == ""
        assert answer.header("Cache-Control") == "no-store"
        assert answer.header("Referrer-Policy") == "no-referrer"
        assert "林知远" not in answer.text
        assert "csrfmiddlewaretoken" not in answer.text
        assert "http://" not in answer.text.replace("http://www.w3.org", "")
        assert "https://" not in answer.text
    assert Session.objects.get().expire_date == before
    assert client.session[SESSION_KEY] == str(city.secretary.pk)


def test_the_room_has_this_middleware_and_no_other():
    assert handler.MIDDLEWARE == (
        "django.middleware.security.SecurityMiddleware",
        "csp.middleware.CSPMiddleware",
        "surveys.room.middleware.RoomMiddleware",
    )


def test_what_the_visitor_tells_of_himself_is_gone_before_django_sees_it(survey, monkeypatch):
    seen = {}
    monkeypatch.setattr(handler.RoomHandler, "__call__", lambda self, environ, start: seen.update(environ) or [])
    house = handler.Doorkeeper(lambda environ, start: [])
    house(
        {"PATH_INFO": "/s/abc/", "HTTP_USER_AGENT": "x", "REMOTE_USER": "y", **dict.fromkeys(handler.TELLING, "x")},
        None,
    )
    assert seen == {"PATH_INFO": "/s/abc/"}


def test_what_is_not_the_room_goes_to_the_house(survey):
    assert room.get("/login/").status == 200
    assert room.get("/surveys/").status == 302


def test_the_ballot_stands_in_no_address_and_no_log(survey, caplog, monkeypatch):
    ballot = ballots.issue(survey, 2)
    with caplog.at_level(logging.DEBUG):
        review = walk(survey, ballot)
        assert ballot.replace(" ", "") not in review.action
        room.post(review.action, review.fields)
        monkeypatch.setattr("surveys.room.views.hand_in", lambda *a, **k: 1 / 0)
        broken = walk(survey, ballots.issue(survey, 3))
        failed = room.post(broken.action, broken.fields)
    assert failed.status == 500
    assert "没有收下" in failed.text
    said = caplog.text
    for marker in (ballot, ballot.replace(" ", ""), "食堂", PLACE, "feel", "division"):
        assert marker not in said
    assert "The room failed: ZeroDivisionError" in said
    assert mail.outbox == []


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x00", b"a=" + b"x" * 300_000, b"ballot=%00", b"%", b"&" * 6000, b"a.age=" + b"a&" * 5]
)
def test_rubbish_is_answered_in_words(survey, body):
    answer = room.ask("POST", f"/s/{survey.code}/page/0/", body)
    assert answer.status in (400, 413, 422)
    assert answer.header("Cache-Control") == "no-store"


def test_files_are_not_taken(survey):
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nhello\r\n--x--\r\n'
    answer = room.ask("POST", f"/s/{survey.code}/page/0/", body, CONTENT_TYPE="multipart/form-data; boundary=x")
    assert answer.status == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_refused(survey, method):
    assert room.ask(method, f"/s/{survey.code}/").status == 405


def test_words_of_the_questionnaire_are_escaped(city, survey):
    review = onward(page_asking(survey, ballots.issue(survey, 2), "say"), say="<script>alert(1)</script>")
    assert "<script>alert" not in review.text
    assert "&lt;script&gt;alert" in review.text


def test_the_promise_is_what_is_set(survey, city):
    told = json.loads(room.get(f"/s/{survey.code}/promise.json").body)
    row = Survey.objects.get(pk=survey.pk)
    for name in (
        "k",
        "k_comments",
        "k_crosses",
        "by_desk",
        "by_slip",
        "retention_days",
        "title",
        "kind",
        "who",
        "crosses",
    ):
        assert told[name] == getattr(row, name)
    assert told["closes_at"] == row.closes_at.isoformat()
    assert told["destroys_on"] == row.destroys_on.isoformat()
    assert (told["anonymous"], told["stores_person"], told["stores_time"], told["stores_address"]) == (
        True,
        False,
        False,
        False,
    )
    page = room.get(f"/s/{survey.code}/promise/").text
    for sentence in [
        *Promise(survey).kept,
        *Promise(survey).not_kept,
        *(words for pair in Promise(survey).limits for words in pair),
    ]:
        assert sentence in page
    assert f"少于 {row.k} 人的不出" in page


def test_the_first_question_is_light(survey, ballot):
    pages = [room.get(f"/s/{survey.code}/").body, begin(survey, ballot).body]
    files = [
        Path(settings.BASE_DIR, "static", name).read_bytes() for name in ("css/room.css", "js/room.js", "img/seal.svg")
    ]
    assert sum(len(gzip.compress(content)) for content in [*pages, *files]) < 60 * 1024


def test_a_page_asks_the_database_a_fixed_number_of_times(survey, ballot, django_assert_num_queries):
    with django_assert_num_queries(2):
        room.get(f"/s/{survey.code}/")
    with django_assert_num_queries(2):
        begin(survey, ballot)
    review = walk(survey, ballot)
    # Survey, spent, savepoint pair, lock on PostgreSQL aside, the ballot, the rows.
    with django_assert_num_queries(6 + (settings.DATABASES["default"]["ENGINE"].endswith("postgresql"))):
        room.post(review.action, review.fields)

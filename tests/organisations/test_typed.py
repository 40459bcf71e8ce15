"""What was typed survives a log-in that ran out and a page that was open too long, with CSRF checks on."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from organisations.models import Person
from organisations.typed import Typed

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.organisations.login_urls")]
PASSWORD = "Yun-duan-7"
LONG = "会议传达学习了有关文件精神。😀<b>&amp;</b>\r\n" * 500
FIELDS = {"title": "十一月主题党日", "content": LONG, "absent": ["12", "7", "12"], "empty": "", "lead": "\r\n第二行"}


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def shuji() -> Person:
    person = Person.objects.enrol("林知远")
    person.grant_access("shuji", PASSWORD, initial=False)
    return person


def token(response) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', response.content.decode())[1]


def hidden(response, name: str) -> str:
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())[1])


def areas(response) -> dict[str, list[str]]:
    """The page's hidden text areas as a browser submits them: the first line break goes, others become CRLF."""
    found: dict[str, list[str]] = {}
    for name, text in re.findall(
        r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', response.content.decode(), re.S
    ):
        found.setdefault(html.unescape(name), []).append(html.unescape(text))
    return found


def log_in(browser: Client, **fields):
    page = browser.get("/login/")
    return browser.post(
        "/login/", {"username": "shuji", "password": PASSWORD, "csrfmiddlewaretoken": token(page), **fields}
    )


def post_signed_out(browser: Client, **more):
    """Post from a page that was open when the session ended: the token is good, the session is gone."""
    first = token(browser.get("/login/"))
    return browser.post("/note/?from=desk", {**FIELDS, **more, "csrfmiddlewaretoken": first})


def test_the_whole_way_from_an_ended_session_to_the_saved_record(browser: Client, shuji: Person):
    asked = post_signed_out(browser)
    assert asked.status_code == 401
    assert "你刚才写的还在" in asked.content.decode()

    offered = browser.post(
        "/login/",
        {
            "username": "shuji",
            "password": PASSWORD,
            "csrfmiddlewaretoken": token(asked),
            "carried": hidden(asked, "carried"),
            "next": "",
        },
    )
    assert offered.status_code == 200
    assert 'action="/note/?from=desk"' in offered.content.decode()

    saved = browser.post("/note/?from=desk", {**areas(offered), "csrfmiddlewaretoken": token(offered)})
    assert saved.status_code == 200
    kept = saved.json()
    assert kept.pop("csrfmiddlewaretoken")
    assert kept == {name: value if isinstance(value, list) else [value] for name, value in FIELDS.items()}


def test_a_wrong_password_on_the_way_does_not_lose_it(browser: Client, shuji: Person):
    asked = post_signed_out(browser)
    form = {
        "username": "shuji",
        "password": "falsch",
        "csrfmiddlewaretoken": token(asked),
        "carried": hidden(asked, "carried"),
    }
    refused = browser.post("/login/", form)
    assert refused.status_code == 422
    assert Typed.unsealed(hidden(refused, "carried")) == Typed.unsealed(hidden(asked, "carried"))


def test_neither_a_lock_out_on_the_way(browser: Client, shuji: Person):
    asked = post_signed_out(browser)
    form = {
        "username": "shuji",
        "password": "falsch",
        "csrfmiddlewaretoken": token(asked),
        "carried": hidden(asked, "carried"),
    }
    for _ in range(5):
        refused = browser.post("/login/", form)
    assert refused.status_code == 429
    assert Typed.unsealed(hidden(refused, "carried")).fields[0] == ("title", "十一月主题党日")


def test_files_are_not_carried_and_the_page_says_so(browser: Client, shuji: Person):
    asked = post_signed_out(browser, photo=SimpleUploadedFile("a.txt", b"x"))
    assert "选好的附件带不过去，登录后请再选一次" in asked.content.decode()
    offered = browser.post(
        "/login/",
        {
            "username": "shuji",
            "password": PASSWORD,
            "csrfmiddlewaretoken": token(asked),
            "carried": hidden(asked, "carried"),
        },
    )
    assert "选好的附件没有带过来" in offered.content.decode()


def test_a_page_left_open_while_another_tab_logged_in_again_can_still_be_saved(browser: Client, shuji: Person):
    stale = token(browser.get("/login/"))
    log_in(browser)
    offered = browser.post("/note/", {**FIELDS, "csrfmiddlewaretoken": stale})
    assert offered.status_code == 403
    assert "这一页打开得太久了，还没有保存" in offered.content.decode()
    saved = browser.post("/note/", {**areas(offered), "csrfmiddlewaretoken": token(offered)})
    assert saved.json()["content"] == [LONG]


def test_a_stale_page_without_a_session_asks_for_the_log_in_first(browser: Client, shuji: Person):
    asked = browser.post("/note/", {**FIELDS, "csrfmiddlewaretoken": "a" * 64})
    assert asked.status_code == 401
    assert Typed.unsealed(hidden(asked, "carried")).path == "/note/"


def test_what_another_site_posts_is_not_offered_again(browser: Client, shuji: Person):
    log_in(browser)
    response = browser.post("/note/", FIELDS, headers={"Origin": "https://evil.example"})
    assert response.status_code == 403
    page = response.content.decode()
    assert "不是从本系统的页面发出的" in page
    assert "<textarea" not in page
    assert "carried" not in page


def test_a_fragment_with_a_stale_token_is_told_to_save_by_hand(browser: Client, shuji: Person):
    log_in(browser)
    response = browser.post("/autosave/", FIELDS, headers={"HX-Request": "true"})
    assert response.status_code == 401
    assert "请按“保存”" in response.content.decode()


def test_a_stale_log_in_page_asks_again_with_the_name_kept(browser: Client, shuji: Person):
    response = browser.post("/login/", {"username": "shuji", "password": PASSWORD, "csrfmiddlewaretoken": "a" * 64})
    assert response.status_code == 403
    assert response.context["form"]["username"].value() == "shuji"
    assert PASSWORD not in response.content.decode()


def test_a_log_in_page_left_open_in_a_second_tab_leads_to_the_desk(browser: Client, shuji: Person):
    stale = token(browser.get("/login/"))
    log_in(browser)
    response = browser.post("/login/", {"username": "shuji", "password": PASSWORD, "csrfmiddlewaretoken": stale})
    assert (response.status_code, response.url) == (302, "/")


def test_reloading_the_page_that_offers_the_text_offers_it_again(browser: Client, shuji: Person):
    asked = post_signed_out(browser)
    form = {
        "username": "shuji",
        "password": PASSWORD,
        "csrfmiddlewaretoken": token(asked),
        "carried": hidden(asked, "carried"),
    }
    browser.post("/login/", form)
    again = browser.post("/login/", form)
    assert areas(again)["content"] == [LONG]


def test_passwords_and_tokens_are_never_carried(rf):
    request = rf.post("/x/", {"new_password1": "geheim", "csrfmiddlewaretoken": "t", "title": "会"})
    assert Typed.of(request).fields == [("title", "会")]


def test_a_sealed_text_cannot_be_changed(rf):
    sealed = Typed("/note/", [("title", "会")]).sealed()
    assert Typed.unsealed(sealed) == Typed("/note/", [("title", "会")])
    assert Typed.unsealed(sealed[:-1] + ("A" if sealed[-1] != "A" else "B")) is None
    assert Typed.unsealed("") is None


def test_an_address_that_looks_like_another_site_stays_on_this_one(rf):
    request = rf.post("/", {"a": "b"})
    request.path = "//evil.example/steal/"
    assert Typed.of(request).path == "/%2Fevil.example/steal/"


def sent_too_late(browser: Client, time_machine):
    """The answer to what 林知远 sent after his time had run out."""
    time_machine.move_to("2026-11-20T10:00+08:00", tick=False)
    log_in(browser)
    time_machine.move_to("2026-11-20T10:45+08:00", tick=False)
    return browser.post("/note/", {**FIELDS, "csrfmiddlewaretoken": browser.cookies["csrftoken"].value})


def log_in_and_go_on(browser: Client, asked, username: str):
    form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": token(asked)}
    return browser.post("/login/", {**form, "carried": hidden(asked, "carried")})


def test_who_wrote_it_goes_on_after_his_time_ran_out(browser: Client, shuji: Person, time_machine):
    offered = log_in_and_go_on(browser, sent_too_late(browser, time_machine), "shuji")
    assert areas(offered)["content"] == [LONG]


def test_the_next_person_at_the_computer_is_not_asked_to_save_it(browser: Client, shuji: Person, time_machine):
    Person.objects.enrol("何望舒").grant_access("shuji2", PASSWORD, initial=False)
    answer = log_in_and_go_on(browser, sent_too_late(browser, time_machine), "shuji2")
    assert (answer.status_code, answer.url) == (302, "/")
    assert "会议传达学习" not in browser.get("/").content.decode()

"""An initial password opens one page: the one on which it is changed. Then everything goes on where it was."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver

from organisations.models import Person
from organisations.typed import Typed
from tests.conftest import City
from tests.contract.test_access import ROLES, ROWS
from tests.organisations.test_typed import areas, hidden

pytestmark = pytest.mark.django_db
INITIAL, OWN = "Kmt7-Qra4-Vxe2", "Chun-tian-26"
WHY = "这是别人交给你的初始密码，先换成自己的再用。"
CAST = [role for role in ROLES if role != "anonymous"]
rooms = pytest.mark.urls("tests.organisations.login_urls")


@pytest.fixture
def newcomer() -> Person:
    person = Person.objects.enrol("陆景行")
    person.grant_access("lu", INITIAL)
    return person


@pytest.fixture
def browser(client: Client, newcomer: Person) -> Client:
    """Signed in with what was handed over."""
    client.force_login(newcomer)
    return client


def fields(new: str = OWN, again: str = "", old: str = INITIAL) -> dict[str, str]:
    return {"old_password": old, "new_password1": new, "new_password2": again or new}


def is_initial(person: Person) -> bool:
    return Person.objects.get(pk=person.pk).password_is_initial


# --- who is led there, and from where


@pytest.mark.parametrize("role", CAST)
def test_every_role_changes_it_before_anything_opens(city: City, client: Client, today: date, role: str):
    person = city.cast[role]
    person.hand_out_password(INITIAL)
    entered = client.post("/login/", {"username": person.username, "password": INITIAL})
    assert (entered.status_code, entered.url) == (302, "/")
    away = client.get("/")
    assert (away.status_code, away.url) == (302, "/password/?next=/")
    page = client.get(away.url)
    assert page.status_code == 200
    assert WHY in page.content.decode()
    changed = client.post(away.url, fields())
    assert (changed.status_code, changed.url) == (302, "/")
    assert client.get("/").status_code == 200
    assert not is_initial(person)


def test_no_address_is_forgotten(city: City, client: Client, today: date):
    city.admin.hand_out_password(INITIAL)
    client.force_login(city.admin)
    open_to_him = {"login", "healthz", "logout", "password"}
    asked = set()
    for method, route, _ in ROWS:
        if route not in open_to_him:
            asked.add((method, client_answer(client, method, route)))
    assert asked == {("GET", (302, "/password/")), ("POST", (401, ""))}


def client_answer(client: Client, method: str, route: str) -> tuple[int, str]:
    """The status, and the path that it leads to; numbers and words in the address are made up: nothing is looked up yet."""
    answer = client.generic(method, made_up(route))
    return answer.status_code, urlsplit(answer.headers.get("Location", "")).path


def made_up(route: str) -> str:
    (pattern, names), *_ = get_resolver().reverse_dict.getlist(route)[0][0]
    anything = "0" * 8 + "-0000-4000-8000-" + "0" * 12
    samples = {"token": anything, "comment": anything, "extension": "xlsx", "subject": "people"}
    return "/" + pattern % {name: samples.get(name, 1) for name in names}


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/organisations/person/", "/admin/login/", "/admin/password_change/"]
)
def test_neither_is_the_administration(city: City, client: Client, path: str):
    city.admin.hand_out_password(INITIAL)
    client.force_login(city.admin)
    answer = client.get(path)
    assert (answer.status_code, answer.url) == (302, f"/password/?next={path}")


def test_the_health_page_and_the_way_out_stay_open(browser: Client):
    assert browser.get("/healthz").status_code == 200
    out = browser.post("/logout/")
    assert (out.status_code, out.url) == (302, "/login/")


def test_the_page_leads_nowhere_but_out(browser: Client):
    page = browser.get("/password/").content.decode()
    assert 'action="/logout/"' in page
    assert "topbar" not in page
    assert "tabbar" not in page
    assert "不做了" not in page


def test_a_remembered_log_in_is_led_there_too(client: Client, newcomer: Person):
    client.post("/login/", {"username": "lu", "password": INITIAL, "remember": "on"})
    assert client.get("/").url == "/password/?next=/"


# --- where it goes on


def test_he_lands_where_he_wanted(client: Client, newcomer: Person):
    wanted = "/activities/?page=1&kind=party-lecture"
    asked = client.get(wanted)
    entered = client.post("/login/", {"username": "lu", "password": INITIAL, "next": wanted})
    assert asked.status_code == 302
    led = client.get(entered.url)
    assert led.url == "/password/?next=/activities/%3Fpage%3D1%26kind%3Dparty-lecture"
    refused = client.post(led.url, fields(again="Chun-tian-27"))
    assert refused.status_code == 422
    assert 'action="/password/?next=/activities/%3Fpage%3D1%26kind%3Dparty-lecture"' in refused.content.decode()
    assert client.post(led.url, fields()).url == wanted


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example", ""]
)
def test_never_on_another_site(browser: Client, newcomer: Person, elsewhere: str):
    answer = browser.post("/password/", fields(), query_params={"next": elsewhere})
    assert (answer.status_code, answer.url) == (302, "/")


# --- what was being written


@rooms
@pytest.mark.parametrize("send", ["get", "post"])
def test_a_fragment_is_told_in_one_sentence(browser: Client, send: str):
    answer = getattr(browser, send)("/note/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    said = answer.content.decode()
    assert said.startswith('<p class="note note--late" role="alert">你用的还是别人交给你的初始密码')
    assert 'href="/password/" target="_blank"' in said


@rooms
def test_a_form_is_carried_through_the_change_even_past_a_refusal(browser: Client):
    sent = {"title": "十一月主题党日", "absent": ["12", "7", "12"], "lead": "\r\n第二行"}
    asked = browser.post("/note/?from=desk", sent)
    assert asked.status_code == 401
    assert WHY in asked.content.decode()
    assert 'action="/password/"' in asked.content.decode()
    refused = browser.post("/password/", {**fields(old="x"), "carried": hidden(asked, "carried")})
    assert refused.status_code == 422
    offered = browser.post("/password/", {**fields(), "carried": hidden(refused, "carried")})
    assert offered.status_code == 200
    assert 'action="/note/?from=desk"' in offered.content.decode()
    assert browser.post("/note/?from=desk", areas(offered)).json() == {
        name: value if isinstance(value, list) else [value] for name, value in sent.items()
    }


@rooms
def test_files_are_not_carried_and_the_page_says_so(browser: Client):
    asked = browser.post("/note/", {"title": "会", "photo": SimpleUploadedFile("a.txt", b"x")})
    assert "选好的附件带不过去，换好后请再选一次" in asked.content.decode()


@rooms
def test_what_was_sent_without_a_session_passes_log_in_and_change(client: Client, newcomer: Person):
    asked = client.post("/note/", {"title": "十一月主题党日"})
    entered = client.post("/login/", {"username": "lu", "password": INITIAL, "carried": hidden(asked, "carried")})
    assert WHY in entered.content.decode()
    offered = client.post("/password/", {**fields(), "carried": hidden(entered, "carried")})
    assert areas(offered) == {"title": ["十一月主题党日"]}


@rooms
def test_a_time_out_on_the_page_itself_loses_nothing_and_keeps_no_password(client, newcomer, time_machine):
    time_machine.move_to("2026-11-20T10:00+08:00", tick=False)
    client.force_login(newcomer)
    asked = client.post("/note/", {"title": "十一月主题党日"})
    time_machine.move_to("2026-11-20T10:45+08:00", tick=False)
    late = client.post("/password/", {**fields(), "carried": hidden(asked, "carried")})
    assert late.status_code == 401
    assert is_initial(newcomer)
    assert Typed.unsealed(hidden(late, "carried")) == Typed("/note/", [("title", "十一月主题党日")], False, newcomer.pk)


@rooms
def test_a_time_out_with_nothing_written_leads_back_to_the_page(client, newcomer, time_machine):
    time_machine.move_to("2026-11-20T10:00+08:00", tick=False)
    client.force_login(newcomer)
    client.get("/password/?next=/note/")
    time_machine.move_to("2026-11-20T10:45+08:00", tick=False)
    late = client.post("/password/?next=/note/", fields())
    entered = client.post("/login/", {"username": "lu", "password": INITIAL, "carried": hidden(late, "carried")})
    assert (entered.status_code, entered.url) == (302, "/password/?next=/note/")


@rooms
def test_a_second_tab_goes_on_after_the_first_has_changed_it(browser: Client):
    asked = browser.post("/note/", {"title": "十一月主题党日"})
    browser.post("/password/", fields())
    offered = browser.post("/password/", {**fields(), "carried": hidden(asked, "carried")})
    assert areas(offered) == {"title": ["十一月主题党日"]}


# --- what is accepted


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        (fields(new=INITIAL), "new_password1", "新密码要和现在的不一样。"),
        (fields(old="x"), "old_password", "现在的密码不对"),
        (fields(new="chuntianlaile"), "new_password2", "至少三种"),
    ],
)
def test_what_does_not_serve_is_refused_at_its_field(browser: Client, newcomer: Person, sent, field, sentence):
    answer = browser.post("/password/", sent)
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert list(errors) == [field]
    assert sentence in errors[field][0]
    assert errors[field][0] in answer.content.decode()
    assert is_initial(newcomer)
    assert Person.objects.get(pk=newcomer.pk).check_password(INITIAL)


def test_nobody_keeps_his_password_by_changing_it_later_either(city: City, as_person, today: date):
    answer = as_person(city.member).post("/password/", fields(old="zhigong" * 2, new="zhigong" * 2))
    assert "新密码要和现在的不一样。" in answer.context["form"].errors["new_password1"]


# --- who sets it, who does not


def test_opening_and_renewing_set_it_and_the_own_change_ends_it(city: City, as_person, today: date):
    person = Person.objects.get(name="陆景行")
    keeper = as_person(city.office)
    keeper.post(f"/people/{person.pk}/access/", {"username": "13800138000"})
    assert is_initial(person)
    Person.objects.get(pk=person.pk).choose_password(OWN)
    assert not is_initial(person)
    keeper.post(f"/people/{person.pk}/access/password/")
    assert is_initial(person)
    keeper.post(f"/people/{person.pk}/access/withdraw/")
    assert not is_initial(person)


def test_a_new_password_of_his_ends_the_other_sessions(client: Client, browser: Client, newcomer: Person):
    other = Client()
    other.force_login(newcomer)
    browser.post("/password/", fields())
    assert other.get("/").url.startswith("/login/")
    assert browser.get("/").status_code == 200


def test_log_ins_of_the_demonstration_are_free(client: Client):
    call_command("demo", branches=3, stage="empty", password=OWN, into_this_database=True, verbosity=0)
    openable = Person.objects.exclude(username=None)
    assert openable.count() == 6
    assert not openable.filter(password_is_initial=True).exists()
    client.post("/login/", {"username": "shuji", "password": OWN})
    assert client.get("/").status_code == 200


# --- nobody reads it


def test_neither_the_roster_nor_the_person_page_tells(city: City, as_person, today: date):
    client = as_person(city.office)
    paths = [f"/people/{city.member.pk}/", "/people/", f"/organisations/{city.first.pk}/"]

    def bodies() -> list[str]:
        return [client.get(path).content.decode().split("<main")[1].split("</main>")[0] for path in paths]

    before = bodies()
    Person.objects.filter(pk=city.member.pk).update(password_is_initial=True)
    assert bodies() == before


def test_the_administration_does_not_tell_either(city: City, as_person, today: date):
    city.member.hand_out_password(INITIAL)
    city.member.choose_password(OWN)
    person = Person.objects.get(name="陆景行")
    person.grant_access("lu", INITIAL)
    assert LogEntry.objects.get_for_object(person).first().changes["password_is_initial"] == ["False", "True"]
    client = as_person(city.admin)
    listed = client.get("/admin/auditlog/logentry/")
    shown = set(listed.context["cl"].queryset)
    assert LogEntry.objects.get_for_object(person).first() in shown
    of_member = LogEntry.objects.get_for_object(city.member)
    assert len([entry for entry in of_member if set(entry.changes) == {"password_is_initial"}]) == 2
    assert not [entry for entry in of_member if entry in shown and set(entry.changes) == {"password_is_initial"}]
    entry = client.get(f"/admin/auditlog/logentry/{LogEntry.objects.get_for_object(person).first().pk}/change/")
    assert "登录名" in entry.content.decode()
    assert "密码由别人交给" not in entry.content.decode()
    assert "密码由别人交给" not in client.get(f"/admin/organisations/person/{person.pk}/change/").content.decode()

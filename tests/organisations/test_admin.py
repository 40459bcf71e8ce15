"""/admin/: administrators only; plain data is edited, rows with verbs are shown, what was said is not there."""

from __future__ import annotations

import pytest
from auditlog.models import LogEntry
from django.contrib import admin

from organisations.models import Person, Post
from programmes.models import ActivityKind, Line
from reminders.models import Holiday
from tests import make

pytestmark = pytest.mark.django_db

EDITED = {"organisations.post", "programmes.line", "programmes.activitykind", "reminders.holiday"}
SHOWN = {
    "organisations.organisation",
    "organisations.person",
    "organisations.membership",
    "organisations.appointment",
    "organisations.export",
    "programmes.programme",
    "programmes.requirement",
    "programmes.obligation",
    "reminders.heartbeat",
    "auditlog.logentry",
}


def url(label: str, *rest: object) -> str:
    return "/".join(["/admin", *label.split("."), *map(str, rest)]) + "/"


def test_nothing_else_is_registered():
    assert {model._meta.label_lower for model in admin.site._registry} == EDITED | SHOWN


@pytest.mark.parametrize("reader", ["member", "staff", "recorder", "leader", "secretary", "office", "gongwei"])
def test_only_administrators_enter(city, as_person, today, reader):
    client = as_person(getattr(city, reader))
    assert client.get("/admin/organisations/person/", follow=True).status_code == 403


def test_every_list_opens_and_is_searched(city, as_person, today):
    client = as_person(city.admin)
    assert client.get("/admin/").status_code == 200
    for label in EDITED | SHOWN:
        assert client.get(url(label)).status_code == 200, label
        assert client.get(url(label), {"q": "第一"}).status_code == 200, label


def test_rows_with_verbs_are_only_shown(city, as_person, today):
    client = as_person(city.admin)
    for label in SHOWN:
        assert client.get(url(label, "add")).status_code == 403, label
        model = next(model for model in admin.site._registry if model._meta.label_lower == label)
        row = model._default_manager.first()
        if row is not None and label != "auditlog.logentry":
            assert client.get(url(label, row.pk, "change")).status_code == 200, label
            assert client.post(url(label, row.pk, "change"), {"name": "改"}).status_code == 403, label
            assert client.post(url(label, row.pk, "delete"), {"post": "yes"}).status_code == 403, label
    assert Person.objects.get(pk=city.member.pk).name == "夏安禾"


def test_a_person_is_shown_without_a_password(city, as_person, today):
    body = as_person(city.admin).get(url("organisations.person", city.member.pk, "change")).content.decode()
    assert "夏安禾" in body
    assert city.member.password not in body
    assert "密码" not in body.split('id="content"')[1]


def test_plain_data_is_edited(city, as_person, today):
    client = as_person(city.admin)
    assert client.post(url("reminders.holiday", "add"), {"date": "2026-12-01", "name": "调休"}).status_code == 302
    assert Holiday.objects.get().name == "调休"
    line = Line.objects.first()
    client.post(
        url("programmes.line", line.pk, "change"),
        {"pillar": line.pillar, "name": "坚定信念", "order": 1, "code": "other"},
    )
    assert (Line.objects.get(pk=line.pk).name, Line.objects.get(pk=line.pk).code) == ("坚定信念", line.code)


@pytest.mark.parametrize("model", [Post, ActivityKind, Line])
def test_what_records_point_to_is_not_deleted(city, as_person, today, model):
    row = model.objects.first()
    assert (
        as_person(city.admin).post(url(model._meta.label_lower, row.pk, "delete"), {"post": "yes"}).status_code == 403
    )
    assert model.objects.filter(pk=row.pk).exists()


def test_the_audit_shows_who_changed_what_and_no_record(city, as_person, today):
    make.activity(city.first, "theme-party-day", on=today, by=city.secretary, title="不给管理员看的标题")
    client = as_person(city.admin)
    client.post(
        f"/people/{city.member.pk}/edit/",
        {"name": "夏安和", "category": "full_member", "joined_on": "1995-11-24", "birth_year": "1970"},
    )
    entry = LogEntry.objects.filter(object_repr="夏安和").latest("pk")
    listed = client.get(url("auditlog.logentry")).content.decode()
    assert "夏安和" in listed
    assert "不给管理员看的标题" not in listed
    shown = client.get(url("auditlog.logentry", entry.pk, "change")).content.decode()
    assert "姓名：夏安禾 → 夏安和" in shown
    assert "罗守正" in shown
    hidden = LogEntry.objects.filter(content_type__app_label="activities").first()
    assert hidden is not None
    assert (
        client.get(url("auditlog.logentry", hidden.pk, "change"), follow=True)
        .content.decode()
        .count("不给管理员看的标题")
        == 0
    )

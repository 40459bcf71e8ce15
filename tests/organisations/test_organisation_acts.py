"""Setting up, describing, appointing at, moving and closing an organisation."""

from __future__ import annotations

from datetime import date

import pytest

from organisations.models import Appointment, Level, Organisation, Person, Post
from tests import make

pytestmark = pytest.mark.django_db
READERS = [("secretary", 403), ("leader", 404), ("member", 404), ("stranger", 404), ("other_secretary", 404)]


def fresh(organisation: Organisation) -> Organisation:
    return Organisation.objects.get(pk=organisation.pk)


@pytest.mark.parametrize("act", ["edit", "appoint", "move", "close"])
def test_acts_on_a_branch_are_for_those_who_keep_it(city, as_person, today, act):
    url = f"/organisations/{city.first.pk}/{act}/"
    before = Organisation.objects.values().get(pk=city.first.pk)
    for reader, status in READERS:
        client = as_person(getattr(city, reader))
        assert (client.get(url).status_code, client.post(url, {}).status_code) == (status, status), reader
    for reader in ("office", "gongwei", "admin"):
        client = as_person(getattr(city, reader))
        assert client.get(url).status_code == 200
        assert client.post(url, {}).status_code == 422
    assert Organisation.objects.values().get(pk=city.first.pk) == before


@pytest.mark.parametrize("act", ["move", "close"])
def test_an_organ_is_moved_and_closed_by_those_above_it(city, as_person, today, act):
    assert as_person(city.office).get(f"/organisations/{city.finance.pk}/{act}/").status_code == 403
    assert as_person(city.office).get(f"/organisations/{city.finance_committee.pk}/{act}/").status_code == 200
    assert as_person(city.gongwei).get(f"/organisations/{city.finance.pk}/{act}/").status_code == 200
    assert as_person(city.admin).get(f"/organisations/{city.committee.pk}/{act}/").status_code == 403


# --- setting up


def test_a_branch_is_set_up_as_the_last_child(city, as_person, today):
    client = as_person(city.office)
    opened = client.get("/organisations/add/", {"parent": city.finance_committee.pk})
    assert [value for value, _ in opened.context["form"].fields["level"].choices] == [
        Level.GENERAL_BRANCH,
        Level.BRANCH,
    ]
    assert opened.context["form"]["level"].value() == Level.BRANCH
    data = {"level": Level.BRANCH, "name": "第三党支部", "remark": "会计处", "founded_on": "2026-11-20"}
    response = client.post(f"/organisations/add/?parent={city.finance_committee.pk}", data)
    branch = Organisation.objects.get(name="第三党支部")
    assert response.headers["Location"] == f"/organisations/{branch.pk}/"
    assert branch.parent == city.finance_committee
    assert list(Organisation.objects.filter(parent=city.finance_committee).in_tree_order())[-1] == branch


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"level": Level.WORK_COMMITTEE}, "level", "选一个"),
        ({"name": " "}, "name", "必填"),
        ({"name": "长" * 10_000}, "name", "最多 80 个字"),
        ({"founded_on": "2019-12-31"}, "founded_on", "不存在"),
        ({"founded_on": "2031-01-01"}, "founded_on", "太远"),
    ],
)
def test_what_does_not_fit_is_not_set_up(city, as_person, today, fields, field, sentence):
    before = Organisation.objects.count()
    data = {"level": Level.BRANCH, "name": "第三党支部", "remark": "", "founded_on": "2026-11-20"} | fields
    response = as_person(city.office).post(f"/organisations/add/?parent={city.finance_committee.pk}", data)
    assert response.status_code == 422
    assert sentence in "".join(response.context["form"].errors[field])
    assert Organisation.objects.count() == before


def test_without_or_with_a_foreign_parent_one_starts_at_ones_own_root(city, as_person, today):
    for query in ({}, {"parent": city.water.pk}, {"parent": "x"}):
        assert "市财政局党组新设组织" in as_person(city.office).get("/organisations/add/", query).content.decode()
    assert as_person(city.secretary).get("/organisations/add/").status_code == 403
    assert as_person(city.office).get("/organisations/add/", {"parent": city.first_group.pk}).status_code == 403


def test_the_city_sets_up_an_organ_with_its_system(city, as_person, today):
    data = {
        "level": Level.PARTY_GROUP,
        "name": "市教育局党组",
        "remark": "",
        "founded_on": "2026-11-20",
        "system": "government",
    }
    as_person(city.gongwei).post(f"/organisations/add/?parent={city.committee.pk}", data)
    assert Organisation.objects.get(name="市教育局党组").system == "government"


# --- describing

DESCRIPTION = {
    "name": "预算党支部",
    "full_name": "",
    "remark": "预算处",
    "code": "CZ01",
    "founded_on": "2020-01-01",
    "term_years": "3",
    "term_began_on": "2026-05-16",
}


def test_the_plain_facts_are_changed(city, as_person, today):
    assert as_person(city.office).post(f"/organisations/{city.first.pk}/edit/", DESCRIPTION).status_code == 302
    row = fresh(city.first)
    assert (row.name, row.full_name, row.remark, row.code, row.term_ends_on()) == (
        "预算党支部",
        "",
        "预算处",
        "CZ01",
        date(2029, 5, 16),
    )
    assert (row.path, row.parent_id, row.level) == (city.first.path, city.finance_committee.pk, Level.BRANCH)


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"term_years": ""}, "term_years", "要么都填"),
        ({"term_began_on": ""}, "term_years", "要么都填"),
        ({"term_years": "99"}, "term_years", "选一个"),
        ({"term_began_on": "2031-01-01"}, "term_began_on", "太远"),
        ({"founded_on": "2019-01-01"}, "founded_on", "不能早于市财政局机关党委"),
        ({"founded_on": "2021-01-01"}, "founded_on", "不能晚于第一党小组"),
        ({"name": ""}, "name", "必填"),
    ],
)
def test_facts_that_cannot_be_are_refused(city, as_person, today, fields, field, sentence):
    response = as_person(city.office).post(f"/organisations/{city.first.pk}/edit/", DESCRIPTION | fields)
    assert response.status_code == 422
    assert sentence in "".join(response.context["form"].errors[field])
    assert fresh(city.first).name == "第一党支部"


def test_a_code_is_used_once(city, as_person, today):
    Organisation.objects.filter(pk=city.second.pk).update(code="CZ01")
    assert as_person(city.office).post(f"/organisations/{city.first.pk}/edit/", DESCRIPTION).status_code == 422


def test_a_group_has_no_term(city, as_person, today):
    data = {"name": "先锋小组", "full_name": "", "remark": "", "code": "", "founded_on": "2020-01-01"}
    assert as_person(city.office).post(f"/organisations/{city.first_group.pk}/edit/", data).status_code == 302
    assert (fresh(city.first_group).name, fresh(city.first_group).code) == ("先锋小组", None)


# --- posts


def give(client, where: Organisation, code: str, **fields: object):
    data = {"post": Post.objects.get(code=code).pk, "since": "2026-11-20", "last_day": ""} | fields
    return client.post(f"/organisations/{where.pk}/appoint/", data)


def test_a_branch_offers_its_posts_and_its_people(city, as_person, today):
    form = as_person(city.office).get(f"/organisations/{city.first.pk}/appoint/").context["form"]
    assert [label for _, label in form.fields["post"].choices] == [
        "请选择",
        "书记",
        "副书记",
        "组织委员",
        "宣传委员",
        "纪检委员",
        "代记录人",
    ]
    assert city.member in form.fields["person"].queryset
    assert city.other_secretary not in form.fields["person"].queryset
    assert give(as_person(city.office), city.first, "branch-organiser", person=city.member.pk).status_code == 302
    assert Appointment.objects.get(person=city.member).organisation == city.first


def test_who_holds_posts_now_stands_above_with_the_way_to_end_it(city, as_person, today):
    body = as_person(city.office).get(f"/organisations/{city.first.pk}/appoint/").content.decode()
    row = Appointment.objects.get(person=city.deputy)
    assert f"/people/{city.deputy.pk}/posts/{row.pk}/end/" in body


def test_at_an_organ_the_person_is_written_down(city, as_person, today):
    client = as_person(city.office)
    assert give(client, city.finance_committee, "organ-committee-secretary", person="林知远").status_code == 302
    assert Appointment.objects.get(organisation=city.finance_committee).person == city.secretary
    assert give(client, city.finance_committee, "organ-committee-member", person="1001").status_code == 302


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("白简", "没有这个人"), ("没有的人", "没有这个人"), ("", "必填"), ("长" * 41, "最多 40 个字")],
)
def test_a_person_that_is_not_ones_own_is_not_found(city, as_person, today, name, sentence):
    response = give(as_person(city.office), city.finance_committee, "organ-committee-secretary", person=name)
    assert response.status_code == 422
    assert sentence in "".join(response.context["form"].errors["person"])


def test_namesakes_are_told_apart_by_number(city, as_person, today):
    make.person("林知远", city.second, staff_no="3003")
    client = as_person(city.office)
    refused = give(client, city.finance_committee, "organ-committee-secretary", person="林知远")
    assert "1001" in "".join(refused.context["form"].errors["person"])
    assert give(client, city.finance_committee, "organ-committee-secretary", person="3003").status_code == 302


def test_namesakes_of_a_branch_carry_their_birth_year(city, as_person, today):
    make.person("夏安禾", city.first, birth_year=1991)
    body = as_person(city.office).get(f"/organisations/{city.first.pk}/appoint/").content.decode()
    assert ">夏安禾（1991年生）<" in body
    assert ">夏安禾（1970年生）<" in body


# --- moving and closing


def test_a_branch_is_moved_with_all_below_it(city, as_person, today):
    client = as_person(city.gongwei)
    asked = client.get(f"/organisations/{city.first.pk}/move/").content.decode()
    assert "它和它下面的 2 个组织、11 个人" in asked
    assert client.post(f"/organisations/{city.first.pk}/move/", {"parent": city.water.pk}).status_code == 302
    assert fresh(city.first).parent == city.water
    assert Person.objects.under(city.water, today).filter(pk=city.member.pk).exists()


def test_only_places_that_fit_and_that_one_keeps_are_offered(city, as_person, today):
    def offered(reader: Person, what: Organisation) -> list[str]:
        form = as_person(reader).get(f"/organisations/{what.pk}/move/").context["form"]
        return [row.name for row in form.fields["parent"].queryset]

    assert offered(city.gongwei, city.first) == ["市财政局党组", "市水务局机关党委"]
    assert offered(city.office, city.first) == ["市财政局党组"]
    assert offered(city.gongwei, city.first_group) == ["第二党支部"]
    assert (
        as_person(city.office).post(f"/organisations/{city.first.pk}/move/", {"parent": city.water.pk}).status_code
        == 422
    )
    assert fresh(city.first).parent == city.finance_committee


def test_closing_waits_until_people_and_groups_are_gone(city, as_person, today):
    client = as_person(city.office)
    refused = client.post(f"/organisations/{city.first.pk}/close/", {"closed_on": "2026-11-20"})
    assert refused.status_code == 422
    assert "下面还有 2 个组织" in refused.content.decode()
    refused = client.post(f"/organisations/{city.second.pk}/close/", {"closed_on": "2026-11-20"})
    assert "还有 5 人隶属于它" in refused.content.decode()
    assert Organisation.objects.filter(closed_on__isnull=False).count() == 0


def test_an_empty_branch_is_closed_and_takes_no_more_acts(city, as_person, today):
    empty = make.organisation("第九党支部", Level.BRANCH, city.finance_committee)
    client = as_person(city.office)
    assert client.post(f"/organisations/{empty.pk}/close/", {"closed_on": "2026-11-20"}).status_code == 302
    assert fresh(empty).closed_on == today
    assert "已经撤销" in client.get(f"/organisations/{empty.pk}/").content.decode()
    for act in ("edit", "appoint", "move", "close"):
        assert client.get(f"/organisations/{empty.pk}/{act}/").status_code == 403
    assert client.post(f"/organisations/{city.second.pk}/close/", {"closed_on": "2031-01-01"}).status_code == 422

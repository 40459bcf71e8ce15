"""What the sheet fills in, and that it never touches what somebody has typed."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from organisations.models import Category, Person
from programmes.models import ActivityKind, Programme
from tests import make
from tests.activities.sheet import fields, one

pytestmark = pytest.mark.django_db
LOG, REFILL = "/activities/log/", "/activities/log/refill/"


@pytest.fixture
def page(city, today, as_person):
    """``page("kind=theme-party-day")``: the fields of a new sheet for the secretary of the first branch."""
    client = as_person(city.secretary)
    return lambda query="": fields(client.get(f"{LOG}?{query}"))


@pytest.fixture
def refill(city, today, as_person):
    """``refill(data, title="…")``: the fields after a change, as the page without script gets them."""
    client = as_person(city.secretary)

    def send(data, **changes):
        response = client.post(REFILL, data | changes)
        assert response.status_code == 200
        return fields(response)

    return send


def names(data):
    return [Person.objects.get(pk=int(pk)).name for pk in one(data, "roll").split(",") if pk]


def agenda(data):
    return [one(data, name) for name in sorted(data) if name.startswith("agenda-") and name.endswith("-title")]


def pk_of(code):
    return str(make.kind(code).pk)


def test_a_routine_record_is_filled_in_but_for_who_was_absent(city, page):
    data = page("kind=theme-party-day")
    assert one(data, "title") == "11月主题党日"
    assert one(data, "held_on") == "2026-11-20"
    assert (one(data, "starts_at"), one(data, "ends_at")) == ("14:00", "16:00")
    assert one(data, "place") == ""
    assert one(data, "chair") == str(city.secretary.pk)
    assert one(data, "recorder") == str(city.secretary.pk)
    assert one(data, "programme") == str(Programme.objects.get(kinds__code="theme-party-day", year=2026).pk)
    assert one(data, "organisation") == str(city.first.pk)
    assert names(data) == [
        "林知远",
        "周以宁",
        "沈若川",
        "江予安",
        "夏安禾",
        "许清",
        "陆景行",
        "顾清和",
        "宋怀瑾",
        "方既白",
    ]
    assert agenda(data) == ["传达学习重要讲话和文件精神", "围绕本月主题交流讨论", "通报支部近期工作，听取党员意见"]
    assert "agenda-0-first" in data
    assert "agenda-1-first" not in data


def test_place_and_hours_come_from_the_last_record_of_the_kind(city, page):
    when = {"starts_at": time(9, 30), "ends_at": time(11, 0)}
    make.activity(city.first, "theme-party-day", on=date(2026, 10, 15), by=city.secretary, place="三楼活动室", **when)
    make.activity(city.first, "party-lecture", on=date(2026, 10, 16), by=city.secretary, place="礼堂")
    make.activity(city.second, "theme-party-day", on=date(2026, 11, 2), by=city.office, place="别人的会议室")
    data = page("kind=theme-party-day")
    assert (one(data, "starts_at"), one(data, "ends_at"), one(data, "place")) == ("09:30", "11:00", "三楼活动室")


def test_without_a_kind_nothing_is_guessed_but_day_and_people_in_charge(city, page):
    data = page()
    assert (one(data, "title"), one(data, "starts_at"), one(data, "roll")) == ("", "", "")
    assert (one(data, "held_on"), one(data, "chair")) == ("2026-11-20", str(city.secretary.pk))
    assert agenda(data) == [""]


def test_a_changed_kind_replaces_what_is_untouched_and_nothing_else(city, page, refill):
    data = page("kind=theme-party-day")
    data = refill(data, kinds=pk_of("committee-meeting"), place="五楼", **{"agenda-1-title": "研究困难党员帮扶"})
    assert one(data, "title") == "11月支委会"
    assert one(data, "ends_at") == "15:00"
    assert one(data, "place") == "五楼"
    assert agenda(data) == ["传达学习重要讲话和文件精神", "研究困难党员帮扶", "通报支部近期工作，听取党员意见"]
    assert names(data) == ["林知远", "周以宁", "江予安"]
    data = refill(data, kinds=pk_of("theme-party-day"), title="自己写的标题")
    assert one(data, "title") == "自己写的标题"
    assert one(data, "place") == "五楼"


def test_an_emptied_field_stays_empty(page, refill):
    data = refill(page("kind=theme-party-day"), title="", kinds=pk_of("committee-meeting"))
    assert one(data, "title") == ""


def test_several_kinds_share_one_title_one_agenda_and_the_union_of_people(city, page, refill):
    data = refill(page("kind=committee-meeting"), kinds=[pk_of("theme-party-day"), pk_of("party-lecture")])
    assert one(data, "title") == "11月主题党日暨第四季度党课"
    assert agenda(data) == [
        "传达学习重要讲话和文件精神",
        "围绕本月主题交流讨论",
        "通报支部近期工作，听取党员意见",
        "主讲人讲课",
        "交流讨论",
    ]
    assert len(names(data)) == 10


def test_the_same_first_topic_of_two_kinds_stands_once(page, refill):
    data = refill(page("kind=theme-party-day"), kinds=[pk_of("theme-party-day"), pk_of("branch-meeting")])
    assert agenda(data).count("传达学习重要讲话和文件精神") == 1


def test_a_group_meeting_goes_to_the_group_that_is_due_first(city, page, refill):
    make.activity(city.first_group, "group-meeting", on=date(2026, 10, 15), by=city.leader)
    data = refill(page("kind=theme-party-day"), kinds=pk_of("group-meeting"))
    assert one(data, "organisation") == str(city.second_group.pk)
    assert names(data) == ["夏安禾", "陆景行", "顾清和", "宋怀瑾", "方既白"]
    assert one(data, "chair") == ""
    data = refill(data, organisation=str(city.first_group.pk))
    assert one(data, "organisation") == str(city.first_group.pk)
    assert one(data, "chair") == str(city.leader.pk)
    assert names(data) == ["林知远", "周以宁", "沈若川", "江予安", "许清"]
    assert one(refill(data, kinds=pk_of("theme-party-day")), "organisation") == str(city.first.pk)


def test_who_was_added_or_taken_off_stays_so(city, page, refill):
    data = refill(page("kind=theme-party-day"), add_person=str(city.staff.pk), remove_person=str(city.member.pk))
    assert "丁念慈" in names(data)
    assert "夏安禾" not in names(data)
    data = refill(data, kinds=pk_of("committee-meeting"))
    assert names(data) == ["林知远", "周以宁", "江予安", "丁念慈"]


def test_absences_and_reasons_survive_a_refill(city, page, refill):
    pk = city.member.pk
    marks = {"absent": str(pk), f"why-{pk}": "leave", f"note-{pk}": "会后补学"}
    data = refill(page("kind=theme-party-day"), **marks, held_on="2026-11-19")
    assert data["absent"] == [str(pk)]
    assert one(data, f"why-{pk}") == "leave"
    assert one(data, f"note-{pk}") == "会后补学"


def test_the_roll_is_that_of_the_day(city, page, refill):
    newcomer = make.person("韩松年", city.first_group, since=date(2026, 11, 10))
    data = page("kind=theme-party-day")
    assert newcomer.name in names(data)
    assert newcomer.name not in names(refill(data, held_on="2026-11-05"))


def test_a_joint_record_lists_the_partners_people_under_their_name(city, today, as_person):
    client = as_person(city.secretary)
    data = fields(client.get(f"{LOG}?kind=theme-party-day"))
    response = client.post(REFILL, data | {"partners": str(city.second.pk)})
    assert len(names(fields(response))) == 15
    assert '<h3 class="roll__group">第二党支部</h3>' in response.content.decode()


def test_a_mass_meeting_counts_heads(city, page, refill):
    data = refill(page("kind=theme-party-day"), kinds=pk_of("culture-sports"))
    assert data["headcount"] == ["on"]


def test_a_long_roll_counts_heads(city, page, monkeypatch):
    monkeypatch.setattr("activities.prefill.LONGEST_ROLL", 9)
    data = page("kind=theme-party-day")
    assert (data["headcount"], one(data, "expected"), one(data, "roll")) == (["on"], "10", "")


def test_votes_are_those_of_full_members(city, page):
    city.member.category = Category.PROBATIONARY
    city.member.save(update_fields=["category"])
    data = page("kind=branch-meeting")
    assert len(names(data)) == 10
    assert (one(data, "voters_due"), one(data, "voters_present")) == ("9", "9")


def test_the_programme_is_the_edition_that_runs_on_the_day(city, page, refill):
    old = Programme.objects.get(kinds__code="theme-party-day", year=2026)
    Programme.objects.filter(pk=old.pk).update(ends_on=date(2026, 11, 1))
    new = Programme.objects.create(code=old.code, line=old.line, year=2027, name=old.name, starts_on=date(2026, 11, 1))
    data = page("kind=theme-party-day")
    assert one(data, "programme") == str(new.pk)
    assert one(refill(data, held_on="2026-10-30"), "programme") == str(old.pk)


def test_a_title_template_follows_the_day(page, refill):
    assert one(refill(page("kind=theme-party-day"), held_on="2026-10-30"), "title") == "10月主题党日"


@pytest.mark.parametrize("day", ["", "nonsense", "0001-01-01", "9999-12-31", "2026-13-45"])
def test_a_day_that_nobody_can_have_meant_changes_nothing_else(page, refill, day):
    data = refill(page("kind=theme-party-day"), held_on=day)
    assert one(data, "held_on") == day
    assert len(names(data)) == 10


def test_a_day_to_come_has_no_roll_to_tap(city, today, as_person):
    client = as_person(city.secretary)
    data = fields(client.get(f"{LOG}?kind=theme-party-day"))
    html = client.post(REFILL, data | {"held_on": (today + timedelta(days=7)).isoformat()}).content.decode()
    assert "保存安排" in html
    assert 'name="absent"' not in html


def test_a_row_more_and_a_row_less_without_script(page, refill):
    data = refill(page("kind=theme-party-day"), drop_agenda="1")
    assert agenda(data) == ["传达学习重要讲话和文件精神", "通报支部近期工作，听取党员意见"]


def test_what_is_due_stands_on_its_chip(city, today, as_person):
    make.activity(city.first, "theme-party-day", on=date(2026, 10, 15), by=city.secretary)
    html = as_person(city.secretary).get(LOG).content.decode()
    assert '主题党日<span class="chip__due">剩 10 天</span>' in html
    assert '党小组会<span class="chip__due is-late">超 20 天</span>' in html
    assert "领导干部讲党课<span" in html.split("更多类别")[1]


def test_the_work_committee_holds_its_own_and_calls_no_city_by_name(city, today, as_person):
    client = as_person(city.gongwei)
    ideals = ActivityKind.objects.get(code="ideals-education")
    data = fields(client.get(f"{LOG}?kind=ideals-education"))
    assert data["kinds"] == [str(ideals.pk)]
    assert (one(data, "organisation"), one(data, "roll")) == (str(city.committee.pk), "")


def test_an_office_chooses_the_organisation_first(city, today, as_person):
    client = as_person(city.office)
    html = client.get(LOG).content.decode()
    assert html.index('id="id_organisation"') < html.index('id="kindchips"')
    data = fields(client.get(f"{LOG}?organisation={city.second.pk}&kind=theme-party-day"))
    assert one(data, "organisation") == str(city.second.pk)
    assert one(data, "chair") == str(city.other_secretary.pk)
    assert one(data, "recorder") == str(city.office.pk)


def swapped(client, data, trigger):
    """The fragment for the script after a change of the element with this id."""
    headers = {"HX-Request": "true", "HX-Trigger": trigger}
    response = client.post(REFILL, data, headers=headers)
    assert response.headers["HX-Trigger-After-Settle"] == '{"refilled": {}}'
    return response.content.decode()


def test_a_fragment_brings_the_sheet_and_what_changed_outside_it(city, today, as_person):
    client = as_person(city.office)
    data = fields(client.get(f"{LOG}?organisation={city.first.pk}")) | {"kinds": pk_of("group-meeting")}
    html = swapped(client, data, "kindchips")
    assert '<div id="sheet">' in html
    assert 'id="kindchips"' not in html
    assert f'<option value="{city.first_group.pk}" selected>' in html.split('id="host"')[1]
    assert 'id="save" hx-swap-oob="true"' in html
    html = swapped(client, data | {"organisation": str(city.finance.pk)}, "host")
    assert 'id="kinds" hx-swap-oob="true"' in html


def test_a_secretary_of_one_branch_has_no_list_of_hosts(city, today, as_person):
    client = as_person(city.secretary)
    html = swapped(client, fields(client.get(f"{LOG}?kind=theme-party-day")), "kindchips")
    assert '<input type="hidden" name="organisation"' in html
    assert 'id="host"' not in html


def test_making_up_is_offered_for_the_period_before_and_preset_by_the_address(city, page):
    october = make.obligation(city.first_group, "group-meeting-monthly", "2026-10")
    data = page(f"makes_up_for={october.pk}")
    assert one(data, "makes_up_for") == str(october.pk)
    assert one(data, "organisation") == str(city.first_group.pk)
    assert data["kinds"] == [pk_of("group-meeting")]
    assert one(page(f"kind=group-meeting&organisation={city.first_group.pk}"), "makes_up_for") == ""


def test_nothing_to_make_up_asks_nothing(city, page):
    make.activity(city.first, "theme-party-day", on=date(2026, 10, 15), by=city.secretary)
    assert "makes_up_for" not in page("kind=theme-party-day")


def test_what_is_recorded_afterwards_asks_for_its_day_and_speaks_of_its_month(city, today, as_person):
    """补记 from the desk: a guessed day would count for the wrong month."""
    page = (
        as_person(city.leader)
        .get(f"/activities/log/?kind=group-meeting&organisation={city.first_group.pk}&within=2026-10")
        .content.decode()
    )
    assert 'name="within" value="2026-10"' in page
    assert "补记2026年10月的：先填当时是哪一天。" in page
    assert 'value="10月党小组会"' in page
    assert 'value="2026-11-20"' not in page


def test_a_period_that_still_runs_or_means_nothing_is_no_past_period(city, today, as_person):
    for within in ("2026-11", "2027-01", "abc", ""):
        page = as_person(city.secretary).get(f"/activities/log/?kind=theme-party-day&within={within}").content.decode()
        assert 'name="within"' not in page
        assert 'value="2026-11-20"' in page

"""Editions of a list: draft, issue, revise, discard. What is issued is never edited."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections

from organisations.models import Person
from responsibilities import drafting, editions, seating
from responsibilities.models import Assignment, Duty, DutyLevel, DutyList, DutyPost, Measure, Standing
from tests import make
from tests.conftest import TODAY
from tests.responsibilities.lists_made import NEW_YEAR, in_force, issue, sample, unsaved

NOW = make.moment(TODAY)
DECEMBER = date(2026, 12, 1)


def refusal(act, *args, **kwargs) -> str:
    """What the act says instead of being done."""
    with pytest.raises(ValidationError) as refused:
        act(*args, **kwargs)
    return "".join(refused.value.messages)


def test_a_list_begins_as_a_draft_that_only_its_keepers_see(city):
    row = editions.begin(city.finance, preset="three-by-four", title="　本局清单 ", by=city.office, now=NOW)
    assert (row.title, row.edition, row.is_draft, row.made_by) == ("本局清单", 1, True, city.office)
    assert (row.levels.count(), row.posts.count(), row.duties.count()) == (3, 4, 0)
    deputies = row.posts.get(name="分管领导").posts.values_list("code", flat=True)
    assert set(deputies) == {"party-group-party-work", "organ-committee-secretary"}
    seen = {role for role, who in city.cast.items() if DutyList.objects.visible_to(who, TODAY).exists()}
    assert seen == {"office", "committee"}


def test_only_a_keeper_begins_and_only_with_a_preset_that_exists(city):
    for outsider in (city.secretary, city.admin, city.stranger):
        with pytest.raises(PermissionDenied):
            editions.begin(city.finance, preset="three-by-four", title="清单", by=outsider, now=NOW)
    with pytest.raises(PermissionDenied):  # the office of one organ, for another
        editions.begin(city.water, preset="three-by-four", title="清单", by=city.office, now=NOW)
    assert "没有这一套" in refusal(editions.begin, city.finance, preset="x", title="清单", by=city.office, now=NOW)
    assert refusal(editions.begin, city.finance, preset="three-by-four", title=" ", by=city.office, now=NOW)
    assert not DutyList.objects.exists()


def test_issuing_puts_it_in_force_and_opens_what_is_to_be_done(city, today):
    row = in_force(city)
    assert (row.since, row.until, row.standing) == (NEW_YEAR, None, Standing.TRIAL)
    assert DutyList.objects.in_force(TODAY).get() == row
    owed = Assignment.objects.filter(organisation=city.first, ended_on=None)
    assert owed.count() == row.duties.filter(level__name="党支部").count()
    assert Measure.objects.filter(assignment__organisation=city.first).exists()
    everybody = {role for role, who in city.cast.items() if DutyList.objects.visible_to(who, TODAY).exists()}
    assert everybody == {*city.cast} - {"member", "staff"}  # those two hold no post anywhere


def test_revising_copies_everything_and_leaves_the_old_edition_alone(city, today):
    row = in_force(city)
    draft = editions.revise(row, by=city.gongwei, now=NOW)
    assert (draft.series, draft.edition, draft.is_draft, draft.is_sample) == (row.series, 2, True, False)
    plain = ("number", "content", "measure", "standard", "basis", "rhythm", "times", "proof", "requirement_code")
    seats = ("level__name", "post__name", "line__code", "type", "category")
    assert list(draft.duties.values_list(*plain, *seats)) == list(row.duties.values_list(*plain, *seats))
    assert _kinds(draft) == _kinds(row)
    assert _posts(draft) == _posts(row)
    assert {duty.level.duty_list_id for duty in draft.duties.select_related("level")} == {draft.pk}
    row.refresh_from_db()
    assert (row.until, row.duties.count()) == (None, 40)


def _kinds(row: DutyList) -> list[tuple[int, str]]:
    return list(row.duties.order_by("number", "kinds__code").values_list("number", "kinds__code"))


def _posts(row: DutyList) -> list[tuple[str, str]]:
    return list(row.posts.order_by("order", "posts__code").values_list("name", "posts__code"))


def test_the_old_edition_ends_the_day_the_new_one_begins(city, today):
    row = in_force(city)
    draft = editions.revise(row, by=city.gongwei, now=NOW)
    drafting.remove_line(draft.duties.get(number=40), by=city.gongwei)
    issue(draft, city, since=TODAY)
    row.refresh_from_db()
    assert (row.until, draft.until) == (TODAY, None)
    assert list(DutyList.objects.in_force(TODAY)) == [draft]
    assert list(DutyList.objects.in_force(date(2026, 11, 19))) == [row]
    standing = Assignment.objects.standing().values_list("duty__duty_list", flat=True).distinct()
    assert set(standing) == {draft.pk}
    assert row.duties.count() == 40  # kept, and readable


def test_what_begins_later_leaves_the_present_edition_in_force_until_then(city, today):
    row = in_force(city)
    draft = editions.revise(row, by=city.gongwei, now=NOW)
    issue(draft, city, since=DECEMBER)
    row.refresh_from_db()
    assert row.until == DECEMBER
    assert list(DutyList.objects.in_force(TODAY)) == [row]
    assert set(Assignment.objects.standing().values_list("duty__duty_list", flat=True)) == {row.pk}


@pytest.mark.parametrize("since", [NEW_YEAR, date(2025, 12, 31)])
def test_a_new_edition_begins_after_the_one_before(city, today, since):
    draft = editions.revise(in_force(city), by=city.gongwei, now=NOW)
    assert "2026年1月1日起施行，新的一版要晚于这一天" in refusal(issue, draft, city, since=since)
    assert DutyList.objects.get(pk=draft.pk).is_draft


@pytest.mark.parametrize("since", [date(1900, 1, 1), date(2099, 1, 1)])
def test_a_day_out_of_reason_is_refused(city, today, since):
    row = sample(city)
    assert "请核对" in refusal(issue, row, city, since=since)


def test_a_list_that_nobody_could_carry_out_is_refused(city, today):
    row = editions.begin(city.committee, preset="three-by-four", title="清单", by=city.gongwei, now=NOW)
    assert "一项责任也没有" in refusal(issue, row, city, since=TODAY)
    for seat in [*row.levels.all(), *row.posts.all()]:
        seating.remove_seat(seat, by=city.gongwei)
    said = refusal(issue, row, city, since=TODAY)
    assert "没有级" in said
    assert "没有岗位" in said


def test_a_level_with_duties_and_no_organisation_is_refused(city, today):
    row = sample(city, organisation=city.water)  # an organ without a party group
    assert "级“党组（党委）”下写了责任，可市水务局机关党委没有这一级的党组织" in refusal(issue, row, city, since=TODAY)
    row.duties.filter(level__name="党组（党委）").delete()
    issue(row, city, since=TODAY)
    assert set(Assignment.objects.values_list("organisation__name", flat=True)) == {"市水务局机关党委", "水务党支部"}


def test_no_verb_touches_an_issued_edition(city, today):
    row = in_force(city)
    duty, level, post = row.duties.first(), row.levels.first(), row.posts.first()
    head = {"title": "改名", "document_no": "", "note": "", "programme": None}
    seat = {"name": "改", "place": 1}
    acts = [
        lambda: editions.amend_head(row, by=city.gongwei, **head),
        lambda: editions.discard(row, by=city.gongwei),
        lambda: issue(row, city, since=DECEMBER),
        lambda: drafting.add_line(unsaved(row), [], by=city.gongwei, today=TODAY),
        lambda: drafting.add_lines(row, [(unsaved(row), [])], by=city.gongwei, today=TODAY),
        lambda: drafting.change_line(duty, [], by=city.gongwei, today=TODAY),
        lambda: drafting.remove_line(duty, by=city.gongwei),
        lambda: drafting.move_line(duty, up=False, by=city.gongwei),
        lambda: seating.write_level(row, level, levels=["branch"], by=city.gongwei, **seat),
        lambda: seating.write_post(row, post, note="", posts=[], everybody=True, by=city.gongwei, **seat),
        lambda: seating.remove_seat(level, by=city.gongwei),
    ]
    before = _state(row)
    assert {refusal(act) for act in acts} == {editions.ISSUED}
    assert _state(row) == before


def _state(row: DutyList) -> list[object]:
    lists = [DutyList.objects.filter(pk=row.pk), Duty.objects.filter(duty_list=row)]
    seats = [DutyLevel.objects.filter(duty_list=row), DutyPost.objects.filter(duty_list=row)]
    return [list(rows.values()) for rows in [*lists, *seats]]


def test_no_verb_of_a_draft_is_for_others(city, today):
    row = sample(city)
    duty = row.duties.first()
    for outsider in (city.office, city.secretary, city.admin):
        for act in (
            lambda who: editions.discard(row, by=who),
            lambda who: issue(row, city, since=TODAY, by=who),
            lambda who: editions.revise(row, by=who, now=NOW),
            lambda who: drafting.remove_line(duty, by=who),
            lambda who: seating.remove_seat(row.levels.first(), by=who),
        ):
            with pytest.raises(PermissionDenied):
                act(outsider)
    assert DutyList.objects.get().duties.count() == 40


def test_one_draft_at_a_time_and_discarding_it_leaves_the_rest(city, today):
    row = in_force(city)
    draft = editions.revise(row, by=city.gongwei, now=NOW)
    assert "已经有一份修订稿" in refusal(editions.revise, row, by=city.gongwei, now=NOW)
    editions.discard(draft, by=city.gongwei)
    assert list(DutyList.objects.all()) == [row]
    assert row.duties.count() == 40
    assert refusal(editions.discard, draft, by=city.gongwei) == editions.GONE
    assert editions.revise(row, by=city.gongwei, now=NOW).edition == 2


def test_a_file_becomes_the_next_edition_with_the_seats_of_the_one_before(city, today):
    row = in_force(city)
    again = {"preset": "", "title": "新清单", "by": city.gongwei, "now": NOW, "revises": row}
    draft = editions.begin(city.committee, **again)
    assert (draft.edition, draft.duties.count(), draft.levels.count()) == (2, 0, 3)
    editions.discard(draft, by=city.gongwei)
    assert "只能修订本单位的清单" in refusal(editions.begin, city.finance, **again)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_issue_one_draft_at_the_same_moment_issue_it_once(city):
    assert connection.vendor == "postgresql"
    row = sample(city)
    days = {city.gongwei: DECEMBER, make.holds(city.office, "committee-secretary", city.committee): date(2026, 12, 15)}
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def send(by: Person, since: date) -> None:
        try:
            barrier.wait(timeout=10)
            issue(row, city, since=since, by=by)
            outcomes.append("issued")
        except ValidationError as refused:
            outcomes.append(refused.messages[0])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=who) for who in days.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == sorted(["issued", editions.ISSUED])
    assert DutyList.objects.get().since in days.values()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_revise_at_the_same_moment_leave_one_draft(city):
    row = in_force(city)
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def revise() -> None:
        try:
            barrier.wait(timeout=10)
            editions.revise(DutyList.objects.get(pk=row.pk), by=None, now=NOW)
            outcomes.append("revised")
        except ValidationError as refused:
            outcomes.append(refused.messages[0][:8])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=revise) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["revised", "这份清单已经有一"]
    assert DutyList.objects.filter(since=None).count() == 1

"""Who is reminded of duties, and when: measures that no obligation says already, and posts that nobody holds."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from organisations.appointing import end
from organisations.models import Level
from programmes.reminding import ObligationSource
from reminders.models import Reminder, Wanted
from responsibilities import editions, ticking
from responsibilities.models import DutyList, Evidence, Measure, Origin, Rhythm
from responsibilities.opening import open_measures
from responsibilities.reminding import DutySource, MeasureSource
from tests import make
from tests.conftest import City
from tests.responsibilities import duties_made

TODAY = date(2026, 11, 20)
ALREADY_SAID = "theme-party-day-monthly"


def about(measure: Measure, today: date) -> list[Wanted]:
    """The lines about one measure."""
    return [line for line in MeasureSource().missing(today) if line.subject == str(measure.pk)]


def only(city: City, content: str = "每月讲一次纪律", since: date = date(2026, 11, 1), **fields: object) -> DutyList:
    """An issued list of a single line of the branch secretary's."""
    duty_list = duties_made.draft(city)
    duties_made.line(duty_list, content, **fields)
    return duties_made.issued(duty_list, since=since)


def vacancies(today: date = TODAY) -> list[Wanted]:
    return DutySource().missing(today)


@pytest.mark.parametrize(
    ("rhythm", "period", "days", "steps"),
    [
        (Rhythm.MONTH, "2026-11", ["11-22", "11-23", "11-30", "12-31", "01-01"], [[], ["7"], ["0"], ["late"], []]),
        (
            Rhythm.QUARTER,
            "2026-Q4",
            ["12-09", "12-10", "12-24", "12-31", "01-01"],
            [[], ["21"], ["7"], ["0"], ["late"]],
        ),
        (Rhythm.HALF, "2026-H2", ["11-30", "12-01", "12-24", "12-31", "06-30"], [[], ["30"], ["7"], ["0"], ["late"]]),
        (Rhythm.STANDING, "2026", ["11-30", "12-01", "12-31", "01-01"], [[], ["30"], ["0"], ["late"]]),
    ],
)
def test_the_ladder_follows_the_rhythm(city, today, rhythm, period, days, steps):
    measure = duties_made.measure(only(city, rhythm=rhythm), 1, city.first, period)
    asked = [date.fromisoformat(f"{2027 if day < '11' else 2026}-{day}") for day in days]
    assert [[line.step for line in about(measure, day)] for day in asked] == steps


def test_the_line_says_what_by_when_and_leads_to_the_duty(city, today):
    measure = duties_made.measure(only(city), 1, city.first)
    (line,) = about(measure, date(2026, 11, 25))
    assert (line.recipient_id, line.due_on, line.about_on) == (
        city.secretary.pk,
        date(2026, 11, 23),
        date(2026, 11, 30),
    )
    assert (line.title, line.detail) == ("每月讲一次纪律", "市直机关党的建设工作责任清单，11月30日到期")
    assert line.url == reverse("duty", args=[measure.assignment_id])
    assert not line.is_late


def test_whoever_was_given_it_is_reminded_instead_of_the_holder(city, today):
    measure = duties_made.measure(only(city), 1, city.first)
    Measure.objects.filter(pk=measure.pk).update(owner=city.leader)
    assert [line.recipient_id for line in about(measure, date(2026, 11, 25))] == [city.leader.pk]


def test_a_holder_higher_up_reads_which_branch_is_meant(city, today):
    make.holds(city.deputy, "party-group-party-work", city.finance)
    measure = duties_made.measure(only(city, post="leader"), 1, city.first)
    (line,) = about(measure, date(2026, 11, 25))
    assert (line.recipient_id, line.title) == (city.deputy.pk, "每月讲一次纪律（第一党支部）")


def test_what_follows_an_obligation_is_said_once(city, today):
    duty_list = only(city, kinds=("theme-party-day",), requirement_code=ALREADY_SAID)
    measure = duties_made.measure(duty_list, 1, city.first)
    owed = make.obligation(city.first, ALREADY_SAID, "2026-11")
    day = date(2026, 11, 25)
    assert about(measure, day) == []
    assert str(owed.pk) in {line.subject for line in ObligationSource().missing(day)}


def test_what_is_done_is_silent_and_speaks_again_when_taken_back(city, today):
    measure, source = duties_made.measure(only(city), 1, city.first), MeasureSource()
    day = date(2026, 11, 25)
    (line,) = about(measure, day)
    Reminder.from_line("measure", line, make.moment(day)).save()
    standing = Reminder.objects.filter(source.still_open())
    assert (source.still_wanted([line.key], day), standing.count()) == ({line.key}, 1)
    said = Evidence.objects.create(
        measure=measure, text="讲过了", done_on=TODAY, by=city.secretary, at=make.moment(TODAY)
    )
    ticking.recount_measures([measure.pk])
    assert (source.still_wanted([line.key], day), standing.count()) == (set(), 0)
    said.withdrawn_at = make.moment(day)
    said.save()
    ticking.recount_measures([measure.pk])
    assert (source.still_wanted([line.key], day), standing.count()) == ({line.key}, 1)


def test_a_holder_who_is_gone_is_not_reminded_any_more(city, today):
    measure = duties_made.measure(only(city), 1, city.first)
    (line,) = about(measure, date(2026, 11, 25))
    end(city.secretary.appointments.get(), on=date(2026, 11, 25), today=date(2026, 11, 25))
    assert MeasureSource().still_wanted([line.key], date(2026, 11, 25)) == set()


def test_an_own_measure_is_said_as_early_as_its_time_allows(city, today):
    row = duties_made.assignment(only(city), 1, city.first)
    span = {"starts_on": date(2026, 11, 1), "ends_on": date(2027, 1, 1)}
    short = row.own_measures.create(origin=Origin.OWN, text="补一次", due_on=date(2026, 12, 1), **span)
    longer = row.own_measures.create(origin=Origin.OWN, text="再补一次", due_on=date(2026, 12, 11), **span)
    assert [[line.step for line in about(one, TODAY)] for one in (short, longer)] == [[], ["21"]]


def test_what_is_everybodys_is_said_to_whoever_leads(city, today):
    made = editions.begin(city.committee, preset="four-subjects", title="党员清单", by=None, now=make.moment(TODAY))
    fields = {"type": "post", "rhythm": Rhythm.MONTH, "proof": "text", "content": "参加组织生活", "number": 1}
    made.duties.create(level=made.levels.get(name="党支部"), post=made.posts.get(everybody=True), **fields)
    duties_made.issued(made, since=date(2026, 11, 1))
    measure = duties_made.measure(made, 1, city.first)
    assert [line.recipient_id for line in about(measure, date(2026, 11, 25))] == [city.secretary.pk]


def test_a_post_that_nobody_held_for_a_month_is_the_offices_matter(city, today):
    only(city, since=date(2026, 1, 1))
    assert vacancies() == []
    end(city.secretary.appointments.get(), on=date(2026, 10, 22), today=TODAY)
    assert vacancies() == []
    end_day = date(2026, 11, 21)
    (line,) = vacancies(end_day)
    assert (line.recipient_id, line.due_on, line.subject) == (city.office.pk, end_day, str(city.first.pk))
    assert line.title == "第一党支部：支部书记岗位空缺满一个月"
    assert line.detail == "名下 1 项责任还有措施要办，没有在岗的人"
    assert line.url == reverse("organisation", args=[city.first.pk])
    # The day stays the same however often it is asked, so that it is said once.
    assert [one.key for one in vacancies(date(2026, 11, 28))] == [line.key]
    make.holds(city.deputy, "branch-secretary", city.first, since=end_day)
    assert DutySource().still_wanted([line.key], date(2026, 11, 28)) == set()


def test_where_nobody_ever_held_it_the_month_runs_from_the_list_and_from_the_founding(city, today):
    only(city, since=date(2026, 10, 25), level="group", post="head", rhythm=Rhythm.HALF)
    assert vacancies(date(2026, 11, 23)) == []
    assert [line.subject for line in vacancies(date(2026, 11, 24))] == [str(city.finance.pk)]


def test_a_young_branch_has_a_month_to_fill_its_posts(city, today):
    only(city, since=date(2026, 1, 1))
    young = make.organisation("新党支部", Level.BRANCH, city.finance_committee, founded_on=date(2026, 11, 5))
    open_measures(TODAY)
    assert [[line.subject for line in vacancies(date(2026, 12, day))] for day in (4, 5)] == [[], [str(young.pk)]]


def test_an_empty_post_with_nothing_to_do_is_no_matter(city, today):
    duty_list = only(city, since=date(2026, 11, 1), level="group", post="head", rhythm=Rhythm.HALF)
    measure = duties_made.measure(duty_list, 1, city.finance, "2026-H2")
    Evidence.objects.create(measure=measure, text="研究过了", done_on=TODAY, by=city.office, at=make.moment(TODAY))
    ticking.recount_measures([measure.pk])
    assert vacancies(date(2026, 12, 20)) == []


def test_several_empty_posts_of_an_organisation_are_one_line(city, today):
    duty_list = duties_made.draft(city)
    for post in ("head", "leader"):
        duties_made.line(duty_list, "研究党建", level="group", post=post, rhythm=Rhythm.YEAR)
    duties_made.issued(duty_list)
    (line,) = vacancies()
    assert line.title == "市财政局党组：党组书记、分管领导岗位空缺满一个月"


@pytest.mark.parametrize("branches", [0, 3])
def test_queries_do_not_grow_with_the_city(city, today, django_assert_num_queries, branches):
    for number in range(branches):
        make.organisation(f"第{number}新支部", Level.BRANCH, city.finance_committee)
    only(city)
    only(city, level="group", post="head", rhythm=Rhythm.HALF)
    with django_assert_num_queries(3):
        assert len(MeasureSource().missing(date(2026, 12, 10))) == 3  # the new ones have no secretary
    with django_assert_num_queries(5):
        assert len(DutySource().missing(date(2026, 12, 10))) == 1 + branches

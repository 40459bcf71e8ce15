"""An import of organisations is taken back: what they were asked for goes along unless something was done about it."""

from __future__ import annotations

from datetime import date

import pytest

from organisations.importing.units import Organisations
from organisations.models import Organisation
from programmes.models import Obligation
from responsibilities import ticking
from responsibilities.models import Assignment, Evidence, Measure, Rhythm
from responsibilities.opening import forget_untouched, open_measures
from tests import make
from tests.organisations.importing import lists
from tests.responsibilities import duties_made

TODAY = date(2026, 11, 20)
SUBJECT = Organisations()
RULE = "theme-party-day-monthly"


@pytest.fixture
def imported(city, today):
    """A branch that came with an import, for which a night has opened its duties."""
    made = duties_made.draft(city)
    duties_made.line(made, "每月组织主题党日", kinds=("theme-party-day",))
    duties_made.line(made, "年初定好支部学习计划", rhythm=Rhythm.YEAR)
    duties_made.issued(made, since=date(2026, 11, 1))
    into = lists.context(city.finance, city.office, SUBJECT, today)
    lists.judge(SUBJECT, [{"name": "第三党支部", "parent": "市财政局机关党委"}], into)
    lists.write(SUBJECT, into)
    open_measures(TODAY)
    branch = Organisation.objects.get(name="第三党支部")
    assert branch.assignments.count() == 2
    return into, branch


def test_what_nobody_touched_goes_with_its_branch(imported):
    into, branch = imported
    assert [outcome for outcome, _ in lists.take_back(SUBJECT, into).values()] == ["undone"]
    assert not Organisation.objects.filter(pk=branch.pk).exists()


def test_a_word_about_one_of_them_keeps_the_branch(city, imported):
    into, branch = imported
    measure = Measure.objects.get(assignment__organisation=branch, text="年初定好支部学习计划")
    Evidence.objects.create(measure=measure, text="定了", done_on=TODAY, by=city.office, at=make.moment(TODAY))
    ticking.recount_measures([measure.pk])
    assert [outcome for outcome, _ in lists.take_back(SUBJECT, into).values()] == ["kept"]
    open_measures(TODAY)
    assert branch.assignments.count() == 2
    assert ticking.rebuild() == 0


def test_a_measure_follows_the_obligation_that_was_opened_anew(city, today):
    made = duties_made.draft(city)
    duties_made.line(made, "每月主题党日", kinds=("theme-party-day",), requirement_code=RULE)
    duties_made.issued(made, since=date(2026, 11, 1))
    row, measure = duties_made.assignment(made, 1, city.first), duties_made.measure(made, 1, city.first)
    owed = make.obligation(city.first, RULE, "2026-11")
    copy = Obligation(**{field.attname: getattr(owed, field.attname) for field in Obligation._meta.concrete_fields})
    owed.delete()
    open_measures(TODAY)
    row.refresh_from_db()
    measure.refresh_from_db()
    assert (measure.exempt, row.measures, row.first_due_on) == (True, 0, None)
    copy.pk = None
    copy.save()
    open_measures(TODAY)
    row.refresh_from_db()
    measure.refresh_from_db()
    assert (measure.obligation, measure.exempt, row.measures) == (copy, False, 1)
    assert ticking.rebuild() == 0


def test_nothing_follows_an_obligation_that_may_be_taken_back_tonight(city, today):
    Obligation.objects.filter(code=RULE, organisation=city.first).update(provisional=True)
    made = duties_made.draft(city)
    duties_made.line(made, "每月主题党日", kinds=("theme-party-day",), requirement_code=RULE)
    duties_made.issued(made, since=date(2026, 11, 1))
    row = duties_made.assignment(made, 1, city.first)
    assert row.own_measures.count() == 0
    Obligation.objects.filter(code=RULE, organisation=city.first).update(provisional=False)
    open_measures(TODAY)
    assert row.own_measures.count() == 1


def test_what_is_asked_again_counts_what_was_recorded_meanwhile(city, today):
    made = duties_made.draft(city)
    duties_made.line(made, "每月组织主题党日", kinds=("theme-party-day",))
    duties_made.issued(made, since=date(2026, 11, 1))
    row = duties_made.assignment(made, 1, city.first)
    Assignment.objects.filter(pk=row.pk).update(ended_on=TODAY)
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 3), by=city.secretary, today=TODAY)
    open_measures(TODAY)
    row.refresh_from_db()
    assert (row.ended_on, row.done) == (None, 1)
    assert ticking.rebuild() == 0


def test_forgetting_costs_the_same_for_one_and_for_three(city, today, django_assert_num_queries):
    duties_made.small_list(city)
    places = [city.first.pk, city.second.pk, city.water_branch.pk]
    with django_assert_num_queries(15):
        forget_untouched(places[:1])
    open_measures(TODAY)
    with django_assert_num_queries(15):
        forget_untouched(places)
    assert Assignment.objects.filter(organisation__in=places).count() == 0

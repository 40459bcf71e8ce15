"""责任落实 on the board and on a programme: counted over what lies below, by the functions of their own floor."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from dashboards.carried_out import CarriedOut
from programmes.models import Programme
from programmes.periods import parse
from responsibilities.figures import ProblemSums, Sums
from tests import make
from tests.conftest import TODAY
from tests.responsibilities import duties_made, problems_made

Q4 = parse("2026-Q4")


def carried(organisation) -> CarriedOut:
    return CarriedOut(organisation, Q4, TODAY)


def test_duties_are_summed_over_what_lies_below(city, today):
    duties_made.small_list(city)
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 3), by=city.secretary, today=TODAY)
    # Three branches with eleven months and a year each, one party group with two half-years.
    assert carried(city.committee).duties == Sums(places=7, measures=38, done=1, late=4)
    assert carried(city.water).duties == Sums(places=2, measures=12, done=0, late=1)


def test_problems_are_counted_where_they_were_found(city, today):
    problems_made.closed(city)
    problems_made.in_work(city, "食堂晚餐结束太早", due_on=date(2026, 11, 10))
    assert carried(city.finance).problems == ProblemSums(found=2, closed=1, still_open=1, late=1)
    assert carried(city.water).problems == ProblemSums(found=0, closed=0, still_open=0, late=0)


def test_the_board_says_them_beside_what_was_owed(city, today, as_person):
    duties_made.small_list(city)
    shown = as_person(city.gongwei).get(reverse("board-held"), {"organisation": city.committee.pk}).content.decode()
    assert "38 条措施" in shown
    assert "名党员" in shown


def test_a_programme_shows_the_lists_that_belong_to_it_and_no_draft(city, today, as_person):
    programme = Programme.objects.earliest("pk")
    made = duties_made.small_list(city)
    made.programme = programme
    made.save(update_fields=["programme"])
    waiting = duties_made.draft(city, "还在拟的清单")
    waiting.programme = programme
    waiting.save(update_fields=["programme"])
    shown = as_person(city.gongwei).get(reverse("programme", args=[programme.pk])).content.decode()
    assert made.title in shown
    assert "还在拟的清单" not in shown

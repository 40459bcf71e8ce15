"""What the records say to the questions of an inspection, and that it costs the same however many there are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from programmes import exempting
from programmes.models import Obligation
from programmes.rulebook import shipped_rulebook
from responsibilities.answering import SOURCES, Answer, Records
from responsibilities.inspection_loading import shipped_templates
from responsibilities.models import CheckVerdict
from tests import make
from tests.responsibilities import duties_made, inspections_made, problems_made

TODAY = date(2026, 11, 20)
YES, NO, NA = CheckVerdict.YES, CheckVerdict.NO, CheckVerdict.NOT_APPLICABLE


def said(city, source: str, parameter: str = "", where=None, day: date = TODAY) -> Answer:
    return SOURCES[source](Records(where or city.first, day), parameter)


def owed(city, months, done=(), code="theme-party-day-monthly", where=None) -> None:
    """Rows of the months of this year, with those ``done``: as opening and recording leave them."""
    where = where or city.first
    pattern = Obligation.objects.get(organisation=where, code=code, period="2026-10")
    Obligation.objects.filter(organisation=where, code=code).delete()
    for month in months:
        first, after = date(2026, month, 1), date(2026 + month // 12, month % 12 + 1, 1)
        dates = {"starts_on": first, "ends_on": after, "due_on": after - timedelta(days=1)}
        Obligation.objects.create(
            organisation=where,
            requirement=pattern.requirement,
            code=code,
            period=f"2026-{month:02d}",
            needed=1,
            done=int(month in done),
            provisional=False,
            **dates,
        )


def test_what_is_overdue_is_not_so_and_its_months_are_named(city, today):
    owed(city, range(1, 12), done={1, 2, 3, 4, 5, 7, 9, 10})
    assert said(city, "obligations", "theme-party-day-monthly") == Answer(NO, "6月、8月没有记录，也没有不适用")


def test_what_is_done_is_told_by_runs_of_months(city, today):
    owed(city, range(1, 12), done=range(1, 11))
    assert said(city, "obligations", "theme-party-day-monthly") == Answer(YES, "1 至 10月各 1 次")


def test_an_exempt_month_is_neither_missing_nor_counted(city, today):
    owed(city, range(1, 12), done={1, 2, 3, 4, 5, 7, 8, 9, 10})
    Obligation.objects.filter(organisation=city.first, period="2026-06").update(exemption_state="granted")
    told = said(city, "obligations", "theme-party-day-monthly")
    assert told == Answer(YES, "1 至 5月、7 至 10月各 1 次，6月不适用")


def test_what_is_not_due_yet_and_what_is_not_owed_is_not_asked(city, today):
    assert said(city, "obligations", "org-life-meeting-yearly") == Answer(NA, "今年的还没有到期，2026年12月31日前办")
    assert said(city, "obligations", "study-centre-quarterly").verdict == NA
    assert said(city, "obligations", "no-such-code") == Answer(NA, "按要求，这里不用办")


def test_a_request_that_waits_is_left_to_the_eye(city, today):
    row = make.obligation(city.first, "theme-party-day-monthly", "2026-10")
    Obligation.objects.filter(organisation=city.first, code=row.code).exclude(pk=row.pk).delete()
    why = {"cause": "away", "reason": "集中外出", "by": city.secretary, "now": make.moment(TODAY)}
    exempting.ask(city.first, row, until=row.ends_on, **why)
    assert said(city, "obligations", row.code) == Answer("", "申请了不适用，还没有答复")


def test_the_groups_of_a_branch_answer_by_name(city, today):
    make.activity(city.first_group, "group-meeting", on=date(2026, 10, 9), by=city.secretary, today=TODAY)
    told = said(city, "obligations", "group-meeting-monthly")
    assert told == Answer(NO, "第二党小组10月没有记录，也没有不适用")


def test_an_organ_answers_for_its_committee_and_not_for_its_branches(city, today):
    by = {"by": city.office, "today": TODAY}
    Obligation.objects.filter(organisation=city.finance_committee, period="2026-Q3").delete()
    make.activity(city.finance_committee, "organ-committee-meeting", on=date(2026, 11, 9), **by)
    told = said(city, "obligations", "organ-committee-meeting-quarterly", city.finance)
    assert told == Answer(YES, "第四季度各 1 次")
    assert said(city, "obligations", "theme-party-day-monthly", city.finance).verdict == NA


def test_the_first_topic_is_x_of_y_meetings(city, today):
    from activities.entries import AgendaLine

    assert said(city, "first-topic").verdict == NA
    by = {"by": city.secretary, "today": TODAY}
    make.activity(city.first, "committee-meeting", on=date(2026, 11, 3), **by)
    assert said(city, "first-topic") == Answer(YES, "今年 1 次会议，次次列了第一议题")
    make.activity(city.first, "committee-meeting", on=date(2026, 11, 4), agenda=(AgendaLine("其他", "", False),), **by)
    assert said(city, "first-topic") == Answer("", "今年 2 次会议，1 次列了第一议题")
    assert said(city, "minutes").fact == "11月4日“11月支委会”、11月3日“11月支委会”"


def test_a_vote_without_quorum_is_named(city, today):
    from activities.entries import Votes

    by = {"by": city.secretary, "today": TODAY}
    assert said(city, "votes") == Answer(NA, "今年没有表决过")
    make.activity(city.first, "branch-meeting", on=date(2026, 11, 3), votes=Votes(10, 5, 5, 0, 0), **by)
    assert said(city, "votes").verdict == YES
    make.activity(city.first, "branch-meeting", on=date(2026, 11, 4), votes=Votes(10, 4, 4, 0, 0), **by)
    assert said(city, "votes") == Answer(NO, "11月4日应到会有表决权 10 人，实到 4 人")


def test_the_term_and_the_terms_below(city, today):
    assert said(city, "term") == Answer(YES, "本届到2027年5月16日")
    assert said(city, "term", day=date(2027, 5, 16)) == Answer(NO, "2027年5月16日届满，就是今天")
    assert said(city, "term", where=city.second) == Answer("", "没有填本届起止日期")
    assert said(city, "terms-below", where=city.finance) == Answer(YES, "1 个党支部都在任期内，1 个没有填届期")
    assert said(city, "terms-below", where=city.finance, day=date(2027, 6, 1)).fact == "过了届满日的：第一党支部"


def test_duties_and_problems_past_their_day(city, today):
    assert said(city, "duties-and-problems") == Answer(NA, "两张清单里都没有要办的")
    duties_made.small_list(city)
    assert said(city, "duties") == Answer(NO, "承担 2 项责任，1 项有措施过了期")
    assert said(city, "problems").verdict == NA
    problems_made.found(city)
    assert said(city, "problems") == Answer(YES, "在办 1 件，今年销号 0 件，没有过期的")
    assert said(city, "problems", day=date(2026, 12, 31)).verdict == NO
    assert said(city, "closed-problem") == Answer(NA, "今年没有销号的问题")
    done = problems_made.closed(city, "灯不亮")
    assert said(city, "closed-problem") == Answer("", f"问题清单{done.label}")


def test_questions_of_the_shipped_lists_name_requirements_that_there_are():
    codes = {requirement.code for requirement in shipped_rulebook().requirements}
    asked = {item.parameter for entry in shipped_templates() for item in entry.items if item.source == "obligations"}
    assert asked <= codes


@pytest.mark.parametrize("code", ["branch-check", "organ-check"])
def test_the_records_answer_three_fifths_of_a_list_in_few_queries(city, today, django_assert_max_num_queries, code):
    duties_made.small_list(city)
    where = city.first if code == "branch-check" else city.finance
    row = inspections_made.template(code)
    with django_assert_max_num_queries(7):
        answered, asked = inspections_made.share_answered(row, where, TODAY)
    assert answered * 5 >= asked * 3, (answered, asked)

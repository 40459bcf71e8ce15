"""The verbs on a record, and that what it counts for follows at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from activities import recording
from activities.entries import Absence, AgendaLine, Votes
from activities.models import Activity, ActivityState, Attendance, Draft, Revision
from organisations.appointing import transfer
from organisations.models import Person
from programmes.models import ObligationState
from tests import make

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
NOW = make.moment(TODAY)


def roll_of(where) -> tuple[int, ...]:
    return tuple(Person.objects.under(where, TODAY).party_members().order_by("pk").values_list("pk", flat=True))


def save(entry, by, key=None, today=TODAY):
    return recording.record(entry, key=key or uuid4(), by=by, now=make.moment(today), today=today)


def correct(activity, entry, by, *, reason="", revision=None, today=TODAY):
    return recording.correct(
        activity,
        entry,
        revision=revision or activity.revision,
        reason=reason,
        by=by,
        now=make.moment(today),
        today=today,
    )


def test_a_record_settles_what_is_owed_and_freezes_the_attendance(city):
    roll = roll_of(city.first)
    entry = make.entry(
        city.first, "theme-party-day", on=TODAY, roll=roll, absences={roll[0]: Absence("trip", "省里开会")}
    )
    activity = save(entry, city.secretary)
    row = make.obligation(city.first, "theme-party-day-monthly", "2026-11")
    assert (row.done, row.done_on, row.state(TODAY)) == (1, TODAY, ObligationState.DONE)
    assert (activity.expected, activity.present) == (len(roll), len(roll) - 1)
    transfer(city.member, to=city.water_branch, on=TODAY, today=TODAY)
    assert activity.attendances.count() == len(roll)
    absent = activity.attendances.get(present=False)
    assert (absent.person_id, absent.why) == (roll[0], "出差，省里开会")


def test_the_same_key_five_times_is_one_record(city):
    key = uuid4()
    entry = make.entry(city.first, "theme-party-day", on=TODAY)
    assert len({save(entry, city.secretary, key).pk for _ in range(5)}) == 1
    assert Activity.objects.count() == 1


def test_somebody_elses_key_is_refused(city):
    key = uuid4()
    entry = make.entry(city.first, "theme-party-day", on=TODAY)
    save(entry, city.secretary, key)
    with pytest.raises(ValidationError, match="不是你的"):
        save(entry, city.recorder, key)


def test_saving_removes_the_draft(city):
    key = uuid4()
    Draft.objects.create(token=key, person=city.secretary, updated_at=NOW)
    save(make.entry(city.first, "theme-party-day", on=TODAY), city.secretary, key)
    assert not Draft.objects.exists()


def test_one_record_of_two_kinds_counts_for_both(city):
    save(make.entry(city.first, "theme-party-day", "party-lecture", on=TODAY), city.secretary)
    assert make.obligation(city.first, "theme-party-day-monthly", "2026-11").done == 1
    assert make.obligation(city.first, "party-lecture-quarterly", "2026-Q4").done == 1


def test_a_joint_record_counts_for_the_partner_until_it_declines(city):
    activity = save(make.entry(city.first, "theme-party-day", on=TODAY, partners=(city.second,)), city.secretary)
    assert make.obligation(city.second, "theme-party-day-monthly", "2026-11").done == 1
    recording.decline(activity.partnerships.get(), reason="我们没有参加", by=city.other_secretary, now=NOW, today=TODAY)
    assert make.obligation(city.second, "theme-party-day-monthly", "2026-11").done == 0
    assert make.obligation(city.first, "theme-party-day-monthly", "2026-11").done == 1
    with pytest.raises(ValidationError, match="已经谢绝"):
        recording.decline(activity.partnerships.get(), reason="再说一次", by=city.other_secretary, now=NOW, today=TODAY)


def test_only_the_partners_side_may_decline(city):
    activity = save(make.entry(city.first, "theme-party-day", on=TODAY, partners=(city.second,)), city.secretary)
    with pytest.raises(PermissionDenied):
        recording.decline(activity.partnerships.get(), reason="x", by=city.stranger, now=NOW, today=TODAY)


def test_recorded_late_what_was_held_in_time_is_simply_done(city):
    save(make.entry(city.first_group, "group-meeting", on=date(2026, 10, 20)), city.leader)
    row = make.obligation(city.first_group, "group-meeting-monthly", "2026-10")
    assert row.state(TODAY) == ObligationState.DONE


def test_made_up_for_counts_there_as_late_and_not_in_its_own_month(city):
    october = make.obligation(city.first_group, "group-meeting-monthly", "2026-10")
    assert october.state(TODAY) == ObligationState.OVERDUE
    save(make.entry(city.first_group, "group-meeting", on=TODAY, makes_up_for=october), city.leader)
    october.refresh_from_db()
    assert october.state(TODAY) == ObligationState.LATE
    november = make.obligation(city.first_group, "group-meeting-monthly", "2026-11")
    assert november.done == 0


def test_what_the_host_makes_up_for_counts_for_the_partner_in_its_own_month(city):
    october = make.obligation(city.first, "theme-party-day-monthly", "2026-10")
    entry = make.entry(city.first, "theme-party-day", on=TODAY, partners=(city.second,), makes_up_for=october)
    save(entry, city.secretary)
    october.refresh_from_db()
    assert (october.done, october.late) == (1, 1)
    assert make.obligation(city.first, "theme-party-day-monthly", "2026-11").done == 0
    november = make.obligation(city.second, "theme-party-day-monthly", "2026-11")
    assert (november.done, november.late) == (1, 0)


def test_making_up_for_one_rule_leaves_the_other_kinds_where_they_are(city):
    october = make.obligation(city.first, "theme-party-day-monthly", "2026-10")
    save(make.entry(city.first, "theme-party-day", "party-lecture", on=TODAY, makes_up_for=october), city.secretary)
    assert make.obligation(city.first, "party-lecture-quarterly", "2026-Q4").done == 1
    assert make.obligation(city.first, "theme-party-day-monthly", "2026-11").done == 0


@pytest.mark.parametrize(("period", "sentence"), [("2026-11", "只能在下一期"), ("2026-12", "只能在下一期")])
def test_only_the_period_before_can_be_made_up_for(city, period, sentence):
    row = make.obligation(city.first, "theme-party-day-monthly", period)
    with pytest.raises(ValidationError, match=sentence):
        save(make.entry(city.first, "theme-party-day", on=TODAY, makes_up_for=row), city.secretary)


def test_a_day_to_come_is_planned_and_counts_for_nothing(city):
    activity = save(
        make.entry(city.first, "theme-party-day", on=date(2026, 11, 27), roll=roll_of(city.first)), city.secretary
    )
    assert (activity.state, activity.present, activity.number) == (ActivityState.PLANNED, None, 0)
    assert not activity.attendances.exists()
    assert make.obligation(city.first, "theme-party-day-monthly", "2026-11").done == 0


def test_a_planned_activity_becomes_held_by_being_completed(city):
    on = date(2026, 11, 27)
    entry = make.entry(city.first, "theme-party-day", on=on, roll=roll_of(city.first))
    activity = save(entry, city.secretary)
    correct(activity, entry, city.secretary, today=on)
    activity.refresh_from_db()
    assert (activity.state, activity.number) == (ActivityState.HELD, 1)
    assert make.obligation(city.first, "theme-party-day-monthly", "2026-11").done == 1


def test_serial_numbers_run_within_year_and_organisation(city):
    first = save(make.entry(city.first, "theme-party-day", on=date(2026, 11, 3)), city.secretary)
    second = save(make.entry(city.first, "party-lecture", on=date(2026, 11, 4)), city.secretary)
    other = save(make.entry(city.second, "theme-party-day", on=date(2026, 11, 4)), city.other_secretary)
    assert [first.number, second.number, other.number] == [1, 2, 1]
    assert second.document_number == "〔2026〕第 2 号"


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"held_on": date(2027, 1, 1)}, "held_on"),
        ({"held_on": date(2019, 12, 31)}, "held_on"),
        ({"starts_at": time(15, 0), "ends_at": time(14, 0)}, "ends_at"),
        ({"title": "长" * 10_000}, "title"),
        ({"headcount": True, "expected": 10, "present": 11}, "present"),
        ({"headcount": True}, "present"),
        ({"votes": Votes(due=24, present=25, yes=25, no=0, abstained=0)}, "voters_present"),
        ({"votes": Votes(due=24, present=20, yes=18, no=1, abstained=0)}, "votes_for"),
        ({"kinds": ()}, "kinds"),
        ({"title": "   "}, "title"),
    ],
)
def test_what_cannot_be_a_record_is_refused_by_field_and_leaves_nothing(city, fields, name):
    entry = replace(make.entry(city.first, "theme-party-day", on=TODAY), **fields)
    with pytest.raises(ValidationError) as refusal:
        save(entry, city.secretary)
    assert name in refusal.value.message_dict
    assert not Activity.objects.exists()


def test_a_branch_holds_no_study_centre_session(city):
    with pytest.raises(ValidationError, match="党支部不开展"):
        save(make.entry(city.first, "study-centre-session", on=TODAY), city.secretary)


def test_nobody_records_for_a_foreign_branch(city):
    for someone in (city.member, city.other_secretary, city.gongwei, city.admin):
        with pytest.raises(PermissionDenied):
            save(make.entry(city.first, "theme-party-day", on=TODAY), someone)


def test_a_vote_needs_half_present_and_more_than_half_of_all_due(city):
    entry = make.entry(
        city.first, "branch-meeting", on=TODAY, votes=Votes(due=24, present=20, yes=12, no=8, abstained=0)
    )
    activity = save(entry, city.secretary)
    assert (activity.vote_quorate, activity.vote_passed) == (True, False)
    activity.votes_for = 13
    assert activity.vote_passed
    activity.voters_present = 11
    assert (activity.vote_quorate, activity.vote_passed) == (False, False)


def test_study_hours_follow_the_duration(city):
    activity = save(
        make.entry(city.first, "theme-party-day", on=TODAY, starts_at=time(14, 0), ends_at=time(16, 20)), city.secretary
    )
    assert activity.study_hours in (0, 2.5)
    assert replace(make.entry(city.first, "party-lecture", on=TODAY), starts_at=None, ends_at=None).study_hours() >= 0


def test_a_correction_keeps_before_and_after_and_moves_the_credit(city):
    entry = make.entry(city.first, "theme-party-day", on=TODAY, roll=roll_of(city.first))
    activity = save(entry, city.secretary)
    october = make.obligation(city.first, "theme-party-day-monthly", "2026-10")
    revision = correct(activity, replace(entry, held_on=date(2026, 10, 30), title="10月主题党日"), city.recorder)
    october.refresh_from_db()
    assert october.state(TODAY) == ObligationState.DONE
    assert make.obligation(city.first, "theme-party-day-monthly", "2026-11").done == 0
    assert (revision.before["held_on"], revision.after["held_on"]) == ("2026-11-20", "2026-10-30")
    assert (revision.by, revision.number) == (city.recorder, 2)


def test_a_correction_that_changes_nothing_leaves_no_trace(city):
    entry = make.entry(city.first, "theme-party-day", on=TODAY, roll=roll_of(city.first))
    activity = save(entry, city.secretary)
    assert correct(activity, entry, city.secretary) is None
    assert not Revision.objects.exists()


def test_after_seven_working_days_a_correction_says_why(city):
    entry = make.entry(city.first, "theme-party-day", on=date(2026, 11, 2))
    activity = save(entry, city.secretary, today=date(2026, 11, 2))
    changed = replace(entry, place="五楼会议室")
    correct(activity, changed, city.secretary, today=date(2026, 11, 11))
    activity.refresh_from_db()
    with pytest.raises(ValidationError) as refusal:
        correct(activity, entry, city.secretary, today=date(2026, 11, 12))
    assert "reason" in refusal.value.message_dict
    assert (
        correct(activity, entry, city.secretary, reason="地点写错了", today=date(2026, 11, 12)).reason == "地点写错了"
    )


def test_the_second_of_two_correctors_is_told(city):
    entry = make.entry(city.first, "theme-party-day", on=TODAY)
    activity = save(entry, city.secretary)
    correct(activity, replace(entry, title="甲改的"), city.secretary)
    with pytest.raises(recording.StaleRevision) as stale:
        correct(activity, replace(entry, title="乙改的"), city.recorder, revision=1)
    assert stale.value.current.title == "甲改的"
    activity.refresh_from_db()
    assert activity.title == "甲改的"


def test_a_correction_keeps_make_up_study_of_those_still_absent(city):
    roll = roll_of(city.first)
    entry = make.entry(
        city.first,
        "theme-party-day",
        on=date(2026, 11, 10),
        roll=roll,
        absences={roll[0]: Absence("trip"), roll[1]: Absence("leave")},
    )
    activity = save(entry, city.secretary)
    for row in activity.attendances.filter(present=False):
        recording.note_make_up(row, on=date(2026, 11, 15), by=city.recorder, today=TODAY)
    correct(activity, replace(entry, absences={roll[0]: Absence("trip")}), city.secretary)
    made_up = dict(Attendance.objects.filter(activity=activity).values_list("person_id", "made_up_on"))
    assert made_up[roll[0]] == date(2026, 11, 15)
    assert made_up[roll[1]] is None


def test_make_up_study_is_for_the_absent_and_lies_between_then_and_now(city):
    roll = roll_of(city.first)
    activity = save(
        make.entry(city.first, "theme-party-day", on=TODAY, roll=roll, absences={roll[0]: Absence("trip")}),
        city.secretary,
    )
    with pytest.raises(ValidationError, match="未到"):
        recording.note_make_up(
            activity.attendances.filter(present=True).first(), on=TODAY, by=city.secretary, today=TODAY
        )
    with pytest.raises(ValidationError, match="之后"):
        recording.note_make_up(
            activity.attendances.get(present=False), on=date(2026, 11, 19), by=city.secretary, today=TODAY
        )
    with pytest.raises(PermissionDenied):
        recording.note_make_up(activity.attendances.get(present=False), on=TODAY, by=city.member, today=TODAY)


def test_a_withdrawn_record_counts_for_nothing_and_cannot_change(city):
    entry = make.entry(city.first, "theme-party-day", on=TODAY, partners=(city.second,))
    activity = save(entry, city.secretary)
    with pytest.raises(ValidationError, match="为什么撤回"):
        recording.withdraw(activity, reason=" ", by=city.secretary, now=NOW, today=TODAY)
    recording.withdraw(activity, reason="记重了", by=city.secretary, now=NOW, today=TODAY)
    assert activity.state == ActivityState.WITHDRAWN
    for where in (city.first, city.second):
        assert make.obligation(where, "theme-party-day-monthly", "2026-11").done == 0
    with pytest.raises(ValidationError, match="已经撤回"):
        correct(activity, entry, city.secretary)


def test_the_first_topic_stands_first(city):
    lines = (AgendaLine("讨论"), AgendaLine("学习讲话", "林知远", True))
    activity = save(make.entry(city.first, "theme-party-day", on=TODAY, agenda=lines), city.secretary)
    assert [item.title for item in activity.agenda.all()] == ["学习讲话", "讨论"]


def test_a_twin_of_the_same_day_is_found(city):
    entry = make.entry(city.first, "theme-party-day", on=TODAY)
    activity = save(entry, city.secretary)
    assert recording.same_day(entry) == activity
    assert recording.same_day(entry, except_pk=activity.pk) is None
    assert recording.same_day(replace(entry, held_on=date(2026, 11, 19))) is None
    assert recording.same_day(make.entry(city.first, "party-lecture", on=TODAY)) is None


def test_emoji_and_markup_are_kept_as_text(city):
    title = "<script>alert(1)</script> 🎉"
    assert save(make.entry(city.first, "theme-party-day", on=TODAY, title=title), city.secretary).title == title


def test_saving_takes_a_constant_number_of_queries(city, django_assert_num_queries):
    roll = roll_of(city.first)
    save(make.entry(city.first, "party-lecture", on=date(2026, 11, 2), roll=roll), city.secretary)
    with django_assert_num_queries(20):
        save(make.entry(city.first, "theme-party-day", on=TODAY, roll=roll[:1]), city.secretary)
    with django_assert_num_queries(20):
        save(make.entry(city.first, "theme-party-day", on=date(2026, 11, 19), roll=roll), city.secretary)


def test_moved_to_another_year_a_record_gets_a_number_of_that_year(city):
    day = date(2025, 12, 20)
    for held_on in (day, TODAY, TODAY):
        activity = save(make.entry(city.first, "theme-party-day", on=held_on), city.secretary)
    assert (activity.held_on.year, activity.number) == (2026, 2)
    correct(activity, make.entry(city.first, "theme-party-day", on=day), city.secretary)
    activity.refresh_from_db()
    assert activity.document_number == "〔2025〕第 2 号"


def test_a_withdrawn_record_cannot_be_declined(city):
    activity = save(make.entry(city.first, "theme-party-day", on=TODAY, partners=(city.second,)), city.secretary)
    partnership = activity.partnerships.get()
    recording.withdraw(activity, reason="记错了", by=city.secretary, now=NOW, today=TODAY)
    with pytest.raises(ValidationError, match="已经撤回"):
        recording.decline(partnership, reason="我们没有参加", by=city.other_secretary, now=NOW, today=TODAY)
    partnership.refresh_from_db()
    assert partnership.declined_at is None


def test_who_was_taken_off_meanwhile_has_nothing_to_decline(city):
    entry = make.entry(city.first, "theme-party-day", on=TODAY, partners=(city.second,))
    activity = save(entry, city.secretary)
    partnership = activity.partnerships.get()
    correct(activity, replace(entry, partners=()), city.secretary)
    with pytest.raises(ValidationError, match="已经不是和你们联合"):
        recording.decline(partnership, reason="我们没有参加", by=city.other_secretary, now=NOW, today=TODAY)


def test_a_key_that_went_to_another_host_in_the_same_moment_is_refused(city, monkeypatch):
    """Both requests have looked for the key and found none; the database lets only one of them in."""
    key = uuid4()
    save(make.entry(city.first_group, "group-meeting", on=TODAY), city.secretary, key)
    real, looks = Activity.objects.filter, []

    def blind_once(*args, **conditions):
        if "submission_key" in conditions and not looks:
            looks.append(1)
            return Activity.objects.none()
        return real(*args, **conditions)

    monkeypatch.setattr(Activity.objects, "filter", blind_once)
    with pytest.raises(ValidationError, match="另一个单位"):
        save(make.entry(city.second_group, "group-meeting", on=TODAY), city.secretary, key)
    assert real(submission_key=str(key)).count() == 1

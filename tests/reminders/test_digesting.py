"""The ledger and the digest: sent once, silent when done, never on a day off, and no source stops another."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from organisations.models import Person
from reminders.digesting import deliver, open_count, reconcile
from reminders.models import Digest, Holiday, Key, Reminder, ReminderState, Wanted
from tests import make

FRIDAY = date(2026, 11, 20)
SATURDAY, MONDAY = FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=3)


def at(day: date, hour: int = 8, minute: int = 30) -> datetime:
    return make.moment(day, hour, minute)


@dataclass
class Fake:
    """A source that wants what it is told."""

    name: str = "fake"
    lines: list[Wanted] = field(default_factory=list)
    done_meanwhile: set[str] = field(default_factory=set)
    broken: bool = False

    def missing(self, today: date) -> list[Wanted]:
        if self.broken:
            raise RuntimeError("no answer")
        return list(self.lines)

    def still_wanted(self, keys: list[Key], today: date) -> set[Key]:
        if self.broken:
            raise RuntimeError("no answer")
        return {key for key in keys if key[0] not in self.done_meanwhile}

    def verb(self, is_late: bool) -> str:
        return "去办"


def line(person: Person, subject: str = "1", step: str = "7", due_on: date = FRIDAY, **fields: object) -> Wanted:
    return Wanted(subject, step, person.pk, due_on, f"事 {subject}", "", "/", **fields)  # type: ignore[arg-type]


@pytest.fixture
def reader(db: None) -> Person:
    return make.person("林知远")


@pytest.fixture
def other(db: None) -> Person:
    return make.person("何望舒")


def states() -> list[tuple[str, str]]:
    return list(Reminder.objects.order_by("subject", "pk").values_list("subject", "state"))


def test_one_digest_a_person_and_day_however_often_it_runs(reader: Person, other: Person) -> None:
    source = Fake(lines=[line(reader, "1"), line(reader, "2"), line(other, "3")])
    for _ in range(2):
        reconcile(at(FRIDAY, 8, 10), [source])
    assert Reminder.objects.count() == 3
    assert deliver(at(FRIDAY), [source]).digests == 2
    assert deliver(at(FRIDAY), [source]).digests == 0
    assert states() == [("1", "sent"), ("2", "sent"), ("3", "sent")]
    assert [digest.items.count() for digest in Digest.objects.order_by("recipient")] == [2, 1]
    assert open_count(reader) == 2


def test_what_comes_up_after_the_digest_waits_for_the_next_working_day(reader: Person) -> None:
    source = Fake(lines=[line(reader, "1")])
    reconcile(at(FRIDAY, 8, 10), [source])
    deliver(at(FRIDAY), [source])
    source.lines.append(line(reader, "2"))
    reconcile(at(FRIDAY, 11), [source])
    assert deliver(at(FRIDAY, 11, 10), [source]).sent == 0
    assert deliver(at(MONDAY), [source]).sent == 1
    assert [digest.day for digest in Digest.objects.order_by("day")] == [FRIDAY, MONDAY]


@pytest.mark.parametrize(
    ("moment", "sent"),
    [(at(FRIDAY, 8, 29), 0), (at(FRIDAY, 8, 30), 1), (at(FRIDAY, 17), 1), (at(SATURDAY), 0), (at(MONDAY), 1)],
)
def test_delivery_waits_for_a_working_day_and_half_past_eight(reader: Person, moment: datetime, sent: int) -> None:
    source = Fake(lines=[line(reader)])
    reconcile(at(FRIDAY, 0, 10), [source])
    assert deliver(moment, [source]).sent == sent


def test_the_citys_own_calendar_moves_the_delivery(reader: Person) -> None:
    Holiday.objects.create(date=FRIDAY, is_workday=False)
    Holiday.objects.create(date=SATURDAY, is_workday=True)
    source = Fake(lines=[line(reader)])
    reconcile(at(FRIDAY, 8, 10), [source])
    assert deliver(at(FRIDAY), [source]).sent == 0
    assert deliver(at(SATURDAY), [source]).sent == 1


def test_a_line_is_not_sent_before_its_day(reader: Person) -> None:
    source = Fake(lines=[line(reader, due_on=MONDAY)])
    reconcile(at(FRIDAY, 8, 10), [source])
    assert deliver(at(FRIDAY), [source]).sent == 0
    assert deliver(at(MONDAY), [source]).sent == 1


def test_what_was_done_before_the_digest_is_never_sent(reader: Person) -> None:
    source = Fake(lines=[line(reader)])
    reconcile(at(FRIDAY, 8, 10), [source])
    source.lines.clear()
    assert reconcile(at(FRIDAY, 8, 20), [source]).resolved == 1
    assert deliver(at(FRIDAY), [source]).digests == 0
    assert states() == []


def test_what_was_done_a_second_before_its_sending_vanishes(reader: Person, other: Person) -> None:
    source = Fake(lines=[line(reader, "1"), line(reader, "2"), line(other, "3")])
    reconcile(at(FRIDAY, 8, 10), [source])
    source.done_meanwhile = {"1", "3"}
    done = deliver(at(FRIDAY), [source])
    assert (done.sent, done.dropped, done.digests) == (1, 2, 1)
    assert states() == [("2", "sent")]
    assert not Digest.objects.filter(recipient=other).exists(), "an empty day sends nothing"


def test_what_is_done_after_its_sending_is_closed_and_opens_again_when_it_is_undone(reader: Person) -> None:
    wanted = line(reader)
    source = Fake(lines=[wanted])
    reconcile(at(FRIDAY, 8, 10), [source])
    deliver(at(FRIDAY), [source])
    source.lines = []
    reconcile(at(FRIDAY, 11), [source])
    assert open_count(reader) == 0
    assert Reminder.objects.get().closed_at == at(FRIDAY, 11)
    source.lines = [wanted]
    assert reconcile(at(FRIDAY, 15), [source]).inserted == 0
    assert open_count(reader) == 1
    assert deliver(at(MONDAY), [source]).sent == 0, "the same step is said once"


def test_the_next_step_takes_the_place_of_the_one_before(reader: Person) -> None:
    source = Fake(lines=[line(reader, step="7")])
    reconcile(at(FRIDAY, 8, 10), [source])
    deliver(at(FRIDAY), [source])
    source.lines = [line(reader, step="0", due_on=SATURDAY)]
    assert reconcile(at(SATURDAY, 8, 10), [source]).resolved == 0
    assert [row.step for row in Reminder.objects.still_open()] == ["7"], "open all the weekend"
    deliver(at(MONDAY), [source])
    assert [row.step for row in Reminder.objects.still_open()] == ["0"]


def test_a_source_that_raises_changes_nothing_and_stops_no_other(
    reader: Person, other: Person, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = Fake(name="broken", lines=[line(reader)]), Fake(name="sound")
    reconcile(at(FRIDAY, 8, 10), [broken, sound])
    broken.broken, sound.lines = True, [line(other, "2")]
    done = reconcile(at(FRIDAY, 8, 20), [broken, sound])
    assert (done.inserted, done.resolved, done.failed) == (1, 0, ("broken",))
    assert deliver(at(FRIDAY), [broken, sound]).sent == 1
    assert states() == [("1", ReminderState.WAITING), ("2", ReminderState.SENT)]
    assert Reminder.objects.get(subject="1").claimed_at is None
    broken.broken = False
    assert deliver(at(FRIDAY, 9), [broken, sound]).sent == 1
    assert "林知远" not in caplog.text


def test_a_source_that_is_no_longer_named_wants_nothing(reader: Person) -> None:
    reconcile(at(FRIDAY, 8, 10), [Fake(lines=[line(reader)])])
    assert deliver(at(FRIDAY), []).dropped == 1
    assert states() == []


def test_a_step_unsent_for_two_working_days_is_missed_but_what_is_late_is_not(reader: Person) -> None:
    source = Fake(lines=[line(reader, "1"), line(reader, "2", step="late", is_late=True)])
    reconcile(at(FRIDAY, 0, 10), [source])
    tuesday = FRIDAY + timedelta(days=4)
    assert deliver(at(tuesday + timedelta(days=1)), [source]).missed == 1
    assert states() == [("1", ReminderState.MISSED), ("2", ReminderState.SENT)]


def test_two_working_days_after_its_step_a_line_is_still_sent(reader: Person) -> None:
    source = Fake(lines=[line(reader)])
    reconcile(at(FRIDAY, 0, 10), [source])
    assert deliver(at(FRIDAY + timedelta(days=4)), [source]).sent == 1


def test_a_line_that_is_wanted_long_after_its_step_is_sent_to_whom_it_is_new(reader: Person) -> None:
    source = Fake(lines=[line(reader, due_on=FRIDAY - timedelta(days=30))])
    reconcile(at(FRIDAY, 8, 10), [source])
    assert deliver(at(FRIDAY), [source]).sent == 1


def test_the_bell_is_quiet_once_the_digest_is_read(reader: Person) -> None:
    source = Fake(lines=[line(reader)])
    reconcile(at(FRIDAY, 8, 10), [source])
    deliver(at(FRIDAY), [source])
    digest = Digest.objects.get()
    digest.mark_read(at(FRIDAY, 9))
    digest.mark_read(at(FRIDAY, 10))
    assert open_count(reader) == 0
    assert Digest.objects.get().read_at == at(FRIDAY, 9)
    assert Reminder.objects.still_open().count() == 1


def test_long_names_are_cut_to_the_column(reader: Person) -> None:
    wanted = Wanted("1", "7", reader.pk, FRIDAY, "长" * 300, "长" * 300, "/")
    reconcile(at(FRIDAY, 8, 10), [Fake(lines=[wanted])])
    row = Reminder.objects.get()
    row.full_clean()
    assert (len(row.title), len(row.detail)) == (120, 200)


@pytest.mark.parametrize("size", [1, 3, 30])
def test_queries_do_not_grow_with_the_number_of_readers(db: None, django_assert_num_queries, size: int) -> None:  # type: ignore[no-untyped-def]
    source = Fake(lines=[line(make.person(f"人{number}"), str(number)) for number in range(size)])
    with django_assert_num_queries(5):
        reconcile(at(FRIDAY, 8, 10), [source])
    with django_assert_num_queries(13):
        deliver(at(FRIDAY), [source])
    assert Digest.objects.count() == size


def test_time_travels_over_a_year_with_days_off_and_every_step_is_sent_once(reader: Person) -> None:
    source = Fake()
    day, sent = date(2026, 1, 1), 0
    while day < date(2027, 1, 10):
        source.lines = [line(reader, f"{day:%Y-%m}", due_on=day.replace(day=1))]
        reconcile(at(day, 8, 10), [source])
        sent += deliver(at(day), [source]).sent
        day += timedelta(days=1)
    assert sent == 13
    assert Digest.objects.count() == 13
    assert next(digest.day for digest in Digest.objects.order_by("day")) == date(2026, 1, 4), (
        "a Sunday on which people work"
    )


def test_the_ledger_of_a_day_is_the_day_in_shanghai(reader: Person) -> None:
    source = Fake(lines=[line(reader)])
    after_midnight_in_utc = datetime(2026, 11, 20, 0, 30, tzinfo=timezone.get_fixed_timezone(0))
    reconcile(after_midnight_in_utc, [source])
    deliver(after_midnight_in_utc, [source])
    assert Digest.objects.get().day == FRIDAY

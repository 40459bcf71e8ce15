"""Taking an import back: all that is still as it was written, nothing that somebody has touched since."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations import roster
from organisations.appointing import transfer
from organisations.importing import batches, working
from organisations.importing.people_undoing import HAS_ACCESS, MOVED
from organisations.models import Category, Membership, Person
from organisations.models.importing import ImportBatch, ImportState, Outcome
from programmes.models import Obligation
from tests import make
from tests.organisations.importing.rosters import NOW, TODAY, checked, undone, written

pytestmark = pytest.mark.django_db
FIRST, SECOND = "第一党支部", "第二党支部"
LINES = [
    ["柳青", "2001", "预备党员", "2025-06-30", 2000, FIRST],
    ["沈若川", "", "预备党员", "2012.6", 1990, FIRST],
    ["林知远", "1001", "", "", "", SECOND],
    ["周以柠", "", "", "", 1984, FIRST],
]


def everything():
    """People and where they belong, and what is owed (by its meaning: rows that went and came back have other keys)."""
    owed = Obligation.objects.order_by("organisation", "code", "period")
    return (
        list(Person.objects.order_by("pk").values()),
        list(Membership.objects.order_by("person", "since").values("person", "organisation", "since", "until")),
        list(owed.values_list("organisation", "code", "period", "needed", "provisional")),
    )


@pytest.fixture
def batch(city, today):
    batch = checked(LINES, city.finance, city.office)
    batch.rows.filter(number=5).update(decision="this", target=city.deputy.pk)
    return written(batch)


def outcomes(batch):
    rows = batch.rows.exclude(outcome="").order_by("number")
    return [(one.outcome, one.why if one.outcome == Outcome.KEPT else "") for one in rows]


def test_everything_is_as_it_was_before(city, today):
    before = everything()
    batch = checked(LINES, city.finance, city.office)
    batch.rows.filter(number=5).update(decision="this", target=city.deputy.pk)
    batch = written(batch)
    assert batch.counts["written"] == 4
    assert everything() != before
    batch = undone(batch)
    assert (batch.state, batch.counts["undone"], batch.counts["kept"]) == (ImportState.UNDONE, 4, 0)
    assert outcomes(batch) == [(Outcome.UNDONE, "")] * 4
    assert everything() == before


def test_what_somebody_has_touched_since_is_kept(city, today, batch):
    """One corrects the birth year of the new one, another moves the secretary on: both acts stand, the rest goes back."""
    new = Person.objects.get(name="柳青")
    facts = roster.Facts("柳青", Category.PROBATIONARY, date(2025, 6, 30), 1999, "2001")
    roster.correct(new, facts, by=city.office, today=TODAY)
    transfer(city.secretary, to=city.first, on=TODAY + timedelta(days=1), today=TODAY)
    batch = undone(batch)
    assert outcomes(batch) == [
        (Outcome.KEPT, "出生年后来又改过。"),
        (Outcome.UNDONE, ""),
        (Outcome.KEPT, MOVED),
        (Outcome.UNDONE, ""),
    ]
    assert (batch.counts["undone"], batch.counts["kept"]) == (2, 2)
    assert Person.objects.get(pk=new.pk).birth_year == 1999
    assert Person.objects.get(pk=city.recorder.pk).joined_on == date(2012, 5, 9)
    assert Person.objects.get(pk=city.deputy.pk).name == "周以宁"
    assert city.secretary.memberships.count() == 3


def test_a_new_person_who_has_been_used_stays(city, today):
    places = {"甲": FIRST, "乙": SECOND, "丙": SECOND, "丁": SECOND}
    lines = [[f"新人{name}", "", "正式党员", "", 1990, branch] for name, branch in places.items()]
    batch = written(checked(lines, city.finance, city.office))
    attending, holding, entering, gone = Person.objects.filter(name__startswith="新人").order_by("pk")
    make.activity(city.first, "branch-meeting", on=TODAY, by=city.secretary, roll=(attending.pk,))
    make.holds(holding, "branch-discipline", city.second, since=TODAY)
    entering.grant_access("13800000000", "Sanli-2026")
    batch = undone(batch)
    kept = {row.target: row.why for row in batch.rows.filter(outcome=Outcome.KEPT)}
    assert kept == {
        attending.pk: "导入后已经用到：到会情况。",
        holding.pk: "导入后已经用到：任职。",
        entering.pk: HAS_ACCESS,
    }
    assert not Person.objects.filter(pk=gone.pk).exists()


def test_what_is_owed_follows_back(city, today):
    """Seven full members make 支委会 due; four of them go again."""
    make.holds(city.other_secretary, "branch-discipline", city.second)
    owed = Obligation.objects.filter(organisation=city.second, code="committee-meeting-monthly", period="2026-12")
    lines = [[f"新人{name}", "", "正式党员", "", 1990, SECOND] for name in "甲乙丙丁"]
    batch = written(checked(lines, city.finance, city.office))
    assert owed.exists()
    undone(batch)
    assert not owed.exists()


def test_for_seven_days_and_once(city, today, batch, django_capture_on_commit_callbacks):
    late = NOW + timedelta(days=7)
    with pytest.raises(ValidationError, match="七天"):
        batches.undo(batch, by=city.office, now=late)
    with django_capture_on_commit_callbacks() as callbacks:
        batches.undo(batch, by=city.gongwei, now=late - timedelta(seconds=1))
        batches.undo(batch, by=city.office, now=late - timedelta(seconds=1))
    assert len(callbacks) == 1
    working.take_back(batch.pk, late)
    after = everything()
    working.take_back(batch.pk, late)
    batches.undo(batch, by=city.office, now=late)
    batch.refresh_from_db()
    assert (batch.state, batch.undone_by, batch.undone_at) == (ImportState.UNDONE, city.gongwei, late)
    assert everything() == after


def test_an_undo_that_fails_takes_nothing_back(city, today, batch, monkeypatch, caplog):
    before = everything()
    with monkeypatch.context() as broken:
        broken.setattr(working, "tell_upper_floors", lambda *_: 1 / 0)
        batch = undone(batch)
    assert (batch.state, batch.message[:6]) == (ImportState.DONE, "撤销没有成功")
    assert everything() == before
    assert undone(batch).state == ImportState.UNDONE


def test_a_worker_that_died_may_be_replaced_even_after_seven_days(city, today, batch):
    started = NOW + timedelta(days=6, hours=23)
    batches.undo(batch, by=city.office, now=started)
    batches.undo(batch, by=city.office, now=started + timedelta(hours=2))
    batch.refresh_from_db()
    assert batch.started_at == started + timedelta(hours=2)


def test_taking_back_costs_the_same_for_two_and_for_forty(city, today):
    def statements(count):
        lines = [[f"某{chr(0x4E00 + n)}", "", "正式党员", "", 1990, FIRST] for n in range(count)]
        batch = written(checked(lines, city.finance, city.office))
        with CaptureQueriesContext(connection) as captured:
            undone(batch)
        assert ImportBatch.objects.get(pk=batch.pk).counts["undone"] == count
        return len(captured)

    statements(2)  # the first of all looks up what the process keeps
    assert statements(2) == statements(40)

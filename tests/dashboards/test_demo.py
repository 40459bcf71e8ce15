"""The demo city: the same plan by the verbs and in bulk gives the same rows; the command refuses what it must."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from activities.models import Activity, ActivityState, AgendaItem, Attachment, Attendance, Partnership, Revision
from dashboards.demo import bundling, story
from dashboards.demo.bulk import BulkWriter
from dashboards.demo.city import FULL_SIZE, MARK, City, shares
from dashboards.demo.names import organs_in_order
from dashboards.demo.people import ROLES
from dashboards.demo.stages import Stage, Wish, make, quarter_end_before
from dashboards.demo.writing import Writer
from organisations.models import Appointment, Membership, Organisation, Person
from programmes.models import Exemption, Obligation
from programmes.models.obligation import ExemptionMark
from reminders.models import Digest
from tests import make as making

AS_OF = date(2026, 11, 20)
PASSWORD = "Anhe-2026"
pytestmark = pytest.mark.django_db


def wish(**fields: Any) -> Wish:
    """A small city that lived from July to 20 November 2026."""
    values: dict[str, Any] = {
        "stage": Stage.RUNNING,
        "seed": 7,
        "branches": 9,
        "password": PASSWORD,
        "as_of": AS_OF,
        "months": 4,
    }
    return Wish(**(values | fields))


@pytest.fixture
def clock(time_machine: Any) -> None:
    """Noon of 20 November 2026."""
    time_machine.move_to(making.moment(AS_OF, 12), tick=False)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """Where the files of this city are kept."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


WHERE, WHO, RECORD = "organisation__path", "person__staff_no", "activity__submission_key"
BY_NUMBER = {"id", "organisation", "programme", "makes_up_for", "chair", "recorder", "submitted_by", "withdrawn_by"}
# What the story wrote, without the numbers that the database gives to rows: model → fields.
COMPARED: dict[str, tuple[Any, tuple[str, ...]]] = {
    "organisations": (Organisation, ("path", "name", "level", "founded_on", "closed_on", "term_began_on")),
    "people": (Person, ("staff_no", "name", "category", "birth_year", "joined_on", "username")),
    "memberships": (Membership, (WHO, WHERE, "since", "until")),
    "appointments": (Appointment, (WHO, "post__code", WHERE, "since", "until")),
    "obligations": (
        Obligation,
        (
            WHERE,
            "code",
            "period",
            "starts_on",
            "due_on",
            "needed",
            "done",
            "late",
            "done_on",
            "exemption_state",
            "provisional",
        ),
    ),
    "exemptions": (
        Exemption,
        (
            WHERE,
            "code",
            "since",
            "until",
            "state",
            "reason",
            "answer",
            "asked_by__name",
            "asked_at",
            "decided_by__name",
            "decided_at",
        ),
    ),
    "activities": (
        Activity,
        (
            *(field.name for field in Activity._meta.concrete_fields if field.name not in BY_NUMBER),
            *(WHERE, "programme__code", "programme__year", "makes_up_for__code", "makes_up_for__period"),
            *(f"{who}__staff_no" for who in ("chair", "recorder", "submitted_by", "withdrawn_by")),
        ),
    ),
    "kinds": (Activity.kinds.through, (RECORD, "activitykind__code")),
    "agenda": (AgendaItem, (RECORD, "order", "title", "speaker", "first_topic")),
    "partners": (Partnership, (RECORD, WHERE, "declined_at", "declined_because")),
    "attendance": (Attendance, (RECORD, WHO, "present", "reason", "note", "made_up_on")),
    "revisions": (Revision, (RECORD, "number", "at", "reason", "after__title", "after__content")),
}


def picture() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the story in an order of their own."""
    return {name: sorted(model.objects.values_list(*fields), key=repr) for name, (model, fields) in COMPARED.items()}


def made_by(writer: type[Writer]) -> dict[str, list[tuple[Any, ...]]]:
    """The picture of the city as ``writer`` makes it; nothing of it stays."""
    with transaction.atomic():
        make(wish(), writer=writer)
        seen = picture()
        transaction.set_rollback(True)
    return seen


def test_the_faster_way_gives_the_same_rows_as_the_verbs(clock, monkeypatch):
    # What is rare in life is made frequent, so that it is compared too.
    monkeypatch.setattr(bundling, "JOINT", 0.7)
    for name, share in {"SAVED_TWICE": 0.05, "CORRECTED": 0.05, "CORRECTED_LATE": 0.05, "DECLINING": 0.4}.items():
        monkeypatch.setattr(story, name, share)
    by_verbs, in_bulk = made_by(Writer), made_by(BulkWriter)
    for name, rows in by_verbs.items():
        assert rows, f"the story has no {name}"
        assert rows == in_bulk[name], name
    states = {state for *_, state, _ in by_verbs["obligations"]}
    assert states == {ExemptionMark.NONE, ExemptionMark.ASKED, ExemptionMark.GRANTED}
    assert {"held", "planned", "withdrawn"} <= {
        value for row in by_verbs["activities"] for value in row if value in ActivityState
    }
    assert any(declined_at for _, _, declined_at, _ in by_verbs["partners"])


def test_the_same_seed_makes_the_same_city_and_another_seed_another(clock):
    def names(seed: int) -> list[str]:
        with transaction.atomic():
            make(wish(seed=seed, branches=2, months=0))
            found = list(Person.objects.order_by("staff_no").values_list("name", flat=True))
            transaction.set_rollback(True)
        return found

    assert names(1) == names(1)
    assert names(1) != names(2)


def test_three_records_carry_files_the_same_by_the_same_seed(clock, folder):
    def hung() -> list[tuple[Any, ...]]:
        with transaction.atomic():
            make(wish(branches=2, months=2))
            rows = Attachment.objects.order_by("pk")
            found = list(rows.values_list("activity__submission_key", "name", "type", "caption", "sha256", "width"))
            transaction.set_rollback(True)
        return found

    rows = hung()
    assert len({key for key, *_ in rows}) == 3
    assert [(name, kind, width) for _, name, kind, _, _, width in rows] == [
        ("展厅.jpg", "jpg", 1200),
        ("宣誓.jpg", "jpg", 1200),
        ("支委会.jpg", "jpg", 1200),
        ("关于举办青年大讲堂的通知.docx", "docx", None),
    ]
    assert [bool(caption) for _, _, _, caption, _, _ in rows] == [True, True, True, False]
    assert len([file for file in folder.rglob("*") if file.is_file()]) == 4 + 3  # and the small ones of the pictures
    assert hung() == rows


def test_a_city_of_one_branch_can_be_made(clock):
    made = make(wish(branches=1, months=2))
    assert [branch.organisation.name for branch in made.branches] == ["机关党支部"]
    assert Activity.objects.counted().exists()


def test_the_full_size_is_a_hundred_and_ten_organs_with_sixteen_hundred_branches():
    names = [name for name, _ in organs_in_order()]
    counts = shares(FULL_SIZE, City(7, AS_OF, Organisation()).random("shares"))
    assert len(names) == len(set(names)) == len(counts) == 110
    assert (sum(counts), min(counts) >= 1) == (1600, True)


def test_an_empty_city_has_a_tree_people_and_rules_but_no_life(clock):
    make(wish(stage=Stage.EMPTY, branches=2, months=None))
    assert Organisation.objects.filter(code=MARK).exists()
    assert Person.objects.exists()
    assert (Activity.objects.count(), Attachment.objects.count(), Digest.objects.count()) == (0, 0, 0)


def test_the_stage_says_how_long_the_life_was():
    assert [wish(stage=stage, months=None).life() for stage in Stage] == [0, 3, 15, 15]
    assert wish(months=None, branches=FULL_SIZE).life() == 36
    assert quarter_end_before(date(2026, 11, 20)) == date(2026, 9, 30)
    assert quarter_end_before(date(2026, 4, 1)) == date(2026, 3, 31)
    assert quarter_end_before(date(2026, 1, 5)) == date(2025, 12, 31)


def demo(**options: Any) -> None:
    call_command("demo", **({"stage": "empty", "branches": 1, "password": PASSWORD} | options))


def test_the_command_prints_the_log_ins_once_and_changes_nothing_the_second_time(clock, capsys, monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "from-Environment-1")
    call_command("demo", stage="empty", branches=1)
    first = capsys.readouterr().out
    assert all(f"{username} " in first and role in first for username, role in ROLES.items())
    assert first.count("from-Environment-1") == 1
    before = picture()
    call_command("demo", stage="started", branches=4)
    assert capsys.readouterr().out == "演示城市已经在这里，没有改动。\n"
    assert picture() == before


def test_without_a_password_one_is_made_up(clock, capsys, monkeypatch):
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    call_command("demo", stage="empty", branches=1)
    password = capsys.readouterr().out.split("密码都是 ")[1].split(" ")[0]
    assert len(password) >= 12
    assert Person.objects.get(username="shuji").check_password(password)


def test_the_command_refuses_a_database_with_anything_in_it(clock):
    making.person("王一")
    with pytest.raises(CommandError, match="已经有组织或人员"):
        demo()
    assert Organisation.objects.count() == 0


def test_the_command_writes_into_a_real_database_only_when_told_to(clock, settings):
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="--into-this-database"):
        demo()
    assert Person.objects.count() == 0
    demo(into_this_database=True)
    assert Person.objects.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [({"branches": 0}, "1 至 1600"), ({"branches": 1601}, "1 至 1600"), ({"as_of": date(2026, 11, 21)}, "今天之后")],
)
def test_the_command_refuses_nonsense(clock, options, said):
    with pytest.raises(CommandError, match=said):
        demo(**options)
    assert Organisation.objects.count() == 0

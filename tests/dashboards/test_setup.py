"""第一次运行: what it says is looked up, and what it offers is done."""

from __future__ import annotations

from collections import namedtuple
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from dashboards import selfcheck
from dashboards.selfcheck import SelfCheck
from dashboards.setup import Setup
from organisations.models import Category, Level, Organisation, Person, Post
from programmes.models import ActivityKind, Obligation, Requirement
from reminders.models import Heartbeat
from responsibilities.inspection_loading import load_templates, shipped_templates
from tests import make
from tests.conftest import City

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def admin(db, today) -> Person:
    """An administrator and a root, and nothing else."""
    call_command("load_posts", verbosity=0)
    root = make.organisation("市直机关工委", Level.WORK_COMMITTEE, None)
    someone = make.person("韩露", None, login="admin", category=Category.STAFF)
    return make.holds(someone, "administrator", root)


def screen(person: Person, today, *, secure: bool = False) -> Setup:
    return Setup(person, today, timezone.now(), secure=secure)


def standing(setup: Setup) -> dict[str, bool]:
    return {step.title: step.done for step in setup.steps}


def test_an_empty_system_waits_at_its_rules(admin: Person, today) -> None:
    setup = screen(admin, today)
    assert standing(setup) == {
        "数据库与存储": True,
        "管理员": True,
        "本级单位": True,
        "规则与种子": False,
        "后台": False,
        "导入单位、人员和任职": False,
        "开通登录": False,
    }
    assert setup.current.title == "规则与种子"
    assert [step.told for step in setup.steps[1:4]] == ["韩露", "市直机关工委", "还没有装"]


def test_the_desk_of_an_empty_system_leads_there(admin: Person, as_person) -> None:
    html = as_person(admin).get(reverse("desk")).content.decode()
    assert "系统还是空的" in html
    assert f'href="{reverse("setup")}"' in html


def test_a_full_city_is_not_taken_for_empty(city: City, today, as_person) -> None:
    assert "系统还是空的" not in as_person(city.admin).get(reverse("desk")).content.decode()


def test_the_rules_are_loaded_and_what_is_owed_is_opened(admin: Person, today, as_person) -> None:
    branch = make.organisation("第一党支部", Level.BRANCH, _organ(Organisation.objects.get()))
    client = as_person(admin)
    assert "装上规则和种子" in client.get(reverse("setup")).content.decode()
    Post.objects.filter(code="group-leader").delete()
    response = client.post(reverse("setup-rules"))
    assert response.url == reverse("setup")
    assert Requirement.objects.exists()
    assert ActivityKind.objects.exists()
    assert Obligation.objects.filter(organisation=branch).exists()
    html = client.get(reverse("setup")).content.decode()
    assert "装上规则和种子" not in html
    assert f"{Requirement.objects.count()} 条要求、3 个支柱、9 条线" in html


def _organ(root: Organisation) -> Organisation:
    return make.organisation("市财政局机关党委", Level.ORGAN_COMMITTEE, root)


@pytest.fixture
def check_lists(today) -> None:
    """Those that the product ships for inspections: the cast has none."""
    load_templates(shipped_templates(), today, shipped=True)


def test_a_rule_that_is_missing_is_noticed(city: City, check_lists: None, today) -> None:
    assert not screen(city.admin, today).missing_rules
    Post.objects.filter(code="committee-deputy").delete()
    assert screen(city.admin, today).missing_rules


def test_the_lists_are_counted_and_the_next_is_the_first_that_is_empty(admin: Person, today) -> None:
    setup = screen(admin, today)
    assert [row.count for row in setup.lists][:2] == [0, 0]
    assert setup.next_list == "organisations"
    branch = make.organisation("第一党支部", Level.BRANCH, _organ(Organisation.objects.get()))
    setup = screen(admin, today)
    assert setup.lists_told.startswith("已有 2 个党组织，还没有花名册")
    assert setup.next_list == "people"
    make.person("林知远", branch)
    assert [row.count for row in screen(admin, today).lists][:2] == [2, 1]


def test_a_working_city_is_through(city: City, check_lists: None, today) -> None:
    Heartbeat.objects.create(name="beat", at=timezone.now())
    setup = screen(city.admin, today)
    assert all(standing(setup).values())
    assert setup.current is None


def test_somebody_has_to_be_able_to_record(city: City, today) -> None:
    Person.objects.exclude(pk=city.admin.pk).update(username=None)
    assert not standing(screen(city.admin, today))["开通登录"]


def told(check: SelfCheck, name: str) -> tuple[bool, str]:
    found = getattr(check, name)
    return found.good, found.told


def check_of(today, *, secure: bool = True) -> SelfCheck:
    return SelfCheck(today, timezone.now(), secure=secure)


@pytest.mark.parametrize(
    ("silent_for", "good", "sentence"),
    [
        (timedelta(seconds=40), True, "后台在工作，40 秒前有动静"),
        (timedelta(minutes=12), False, "后台已有 12 分钟没有动静"),
        (timedelta(days=2, hours=3), False, "后台已有 2 天没有动静"),
    ],
)
def test_the_silence_of_the_background_is_told(db, today, silent_for, good, sentence) -> None:
    Heartbeat.objects.create(name="beat", at=timezone.now() - silent_for)
    found = told(check_of(today), "background")
    assert found[0] is good
    assert found[1].startswith(sentence)


def test_a_background_that_never_ran_is_told(db, today) -> None:
    good, sentence = told(check_of(today), "background")
    assert not good
    assert "还没有启动过" in sentence


def test_plain_http_is_warned_of(db, today) -> None:
    assert told(check_of(today, secure=False), "transport")[0] is False
    assert told(check_of(today, secure=True), "transport")[0] is True


def test_open_doors_are_warned_of(db, today, settings) -> None:
    assert check_of(today).hosts.good
    settings.ALLOWED_HOSTS = ["*"]
    assert not check_of(today).hosts.good
    settings.DEBUG = True
    assert "调试方式开着" in check_of(today).hosts.told


def test_what_is_well_is_said_to_be_well(db, today) -> None:
    check = check_of(today)
    for name in ("clock", "tables", "encoding", "word"):
        assert told(check, name)[0], name


def test_a_migration_that_was_not_run_is_noticed(db, today) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="organisations", name="0001_initial").delete()
    assert told(check_of(today), "tables") == (False, "数据表还差 1 步没有更新，请运行 manage.py migrate")


def test_what_wants_mending_stands_first(db, today) -> None:
    check = check_of(today, secure=False)
    assert [one.good for one in check.checks] == sorted(one.good for one in check.checks)
    assert check.to_mend == sum(not one.good for one in check.checks) >= 2


def test_little_room_is_not_enough(db, monkeypatch) -> None:
    monkeypatch.setattr(selfcheck.shutil, "disk_usage", lambda folder: Usage(10**12, 10**12, 300 * 1024**2))
    storage = selfcheck.Storage()
    assert not storage.works
    assert storage.told.endswith("可写，只剩 300 MB")


def test_a_folder_that_cannot_be_written_is_noticed(db, monkeypatch) -> None:
    monkeypatch.setattr(selfcheck.os, "access", lambda path, mode: False)
    assert "不能写" in selfcheck.Storage().told

"""The named cast: a small believable city. The names keep their meaning in every test.

林知远 secretary of the first branch; 沈若川 recorder there; 江予安 leader of its first group; 何望舒 secretary of the second
branch of the same organ (must not see the first); 许文澜 office of the organ; 梁允中 office of the work committee; 夏安禾 a
plain member of the first branch; 丁念慈 staff without party; 罗守正 administrator; 白简 secretary in another organ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from django.core.management import call_command
from django.db import models
from django.test import Client
from hypothesis import HealthCheck, settings

from organisations.models import Category, Level, Organisation, Person
from programmes.opening import open_periods
from tests import make
from tests.snapshot import Snapshot

TODAY = date(2026, 11, 20)

# How fast a machine is, and what else it does, is no matter of the tests.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@dataclass
class City:
    """The cast and where they belong."""

    committee: Organisation
    finance: Organisation
    finance_committee: Organisation
    first: Organisation
    first_group: Organisation
    second_group: Organisation
    second: Organisation
    water: Organisation
    water_branch: Organisation
    secretary: Person
    deputy: Person
    recorder: Person
    leader: Person
    other_secretary: Person
    office: Person
    gongwei: Person
    member: Person
    staff: Person
    admin: Person
    stranger: Person

    @property
    def cast(self) -> dict[str, Person]:
        """Role → person, as the access table names them."""
        return {
            "member": self.member,
            "recorder": self.recorder,
            "group_leader": self.leader,
            "secretary": self.secretary,
            "other_secretary": self.other_secretary,
            "stranger": self.stranger,
            "office": self.office,
            "committee": self.gongwei,
            "staff": self.staff,
            "administrator": self.admin,
        }


_rules_as_shipped, _city_in_place = Snapshot(), Snapshot()


def _load_rules() -> None:
    for command in ("load_posts", "load_article", "load_rulebook", "load_inspections"):
        call_command(command, verbosity=0)


@pytest.fixture
def rules(db: None) -> None:
    """Posts, article, rulebook and check lists as shipped."""
    _rules_as_shipped.restore(_load_rules)


def _organs() -> dict[str, Organisation]:
    committee = make.organisation("市直机关工委", Level.WORK_COMMITTEE, None)
    finance = make.organisation("市财政局党组", Level.PARTY_GROUP, committee, system="government")
    finance_committee = make.organisation("市财政局机关党委", Level.ORGAN_COMMITTEE, finance)
    first = make.organisation(
        "第一党支部",
        Level.BRANCH,
        finance_committee,
        full_name="中共市财政局机关第一支部委员会",
        term_years=3,
        term_began_on=date(2024, 5, 16),
    )
    water = make.organisation("市水务局机关党委", Level.ORGAN_COMMITTEE, committee, system="government")
    return {
        "committee": committee,
        "finance": finance,
        "finance_committee": finance_committee,
        "first": first,
        "first_group": make.organisation("第一党小组", Level.GROUP, first),
        "second_group": make.organisation("第二党小组", Level.GROUP, first),
        "second": make.organisation("第二党支部", Level.BRANCH, finance_committee),
        "water": water,
        "water_branch": make.organisation("水务党支部", Level.BRANCH, water),
    }


def _people(organs: dict[str, Organisation]) -> dict[str, Person]:
    first, second = organs["first_group"], organs["second_group"]
    people = {
        "secretary": make.person(
            "林知远", first, login="shuji", staff_no="1001", joined_on=date(2004, 6, 1), birth_year=1978
        ),
        "deputy": make.person("周以宁", first, joined_on=date(2008, 7, 1), birth_year=1984),
        "recorder": make.person("沈若川", first, login="jiluyuan", joined_on=date(2012, 5, 9), birth_year=1990),
        "leader": make.person("江予安", first, login="zuzhang", joined_on=date(2010, 3, 2), birth_year=1986),
        "member": make.person("夏安禾", second, login="zhigong", joined_on=date(1995, 11, 24), birth_year=1970),
        "staff": make.person("丁念慈", organs["first"], login="qunzhong", category=Category.STAFF, birth_year=1996),
        "other_secretary": make.person("何望舒", organs["second"], login="shuji2", birth_year=1980),
        "office": make.person("许文澜", organs["second"], login="jiguan", birth_year=1982),
        "gongwei": make.person("梁允中", None, login="gongwei", birth_year=1975),
        "admin": make.person("罗守正", None, login="admin", category=Category.STAFF),
        "stranger": make.person("白简", organs["water_branch"], login="shuji3", birth_year=1979),
    }
    for name, where in [
        ("许清", first),
        ("陆景行", second),
        ("顾清和", second),
        ("宋怀瑾", second),
        ("方既白", second),
    ]:
        make.person(name, where, birth_year=1985)
    for name in ("叶知秋", "程思齐", "孟书言"):
        make.person(name, organs["second"], birth_year=1988)
    return people


def _posts(organs: dict[str, Organisation], people: dict[str, Person]) -> None:
    make.holds(people["secretary"], "branch-secretary", organs["first"])
    make.holds(people["deputy"], "branch-deputy", organs["first"])
    make.holds(people["leader"], "branch-discipline", organs["first"])
    make.holds(people["recorder"], "recorder", organs["first"])
    make.holds(people["leader"], "group-leader", organs["first_group"])
    make.holds(people["other_secretary"], "branch-secretary", organs["second"])
    make.holds(people["office"], "organ-office", organs["finance"])
    make.holds(people["gongwei"], "committee-officer", organs["committee"])
    make.holds(people["admin"], "administrator", organs["committee"])
    make.holds(people["stranger"], "branch-secretary", organs["water_branch"])


_keys: dict[str, tuple[type[models.Model], int]] = {}


def _build_city() -> None:
    _load_rules()
    organs = _organs()
    people = _people(organs)
    _posts(organs, people)
    open_periods(date(2026, 10, 1))
    open_periods(TODAY)
    _keys.update({name: (type(row), row.pk) for name, row in (organs | people).items()})


@pytest.fixture
def city(db: None) -> City:
    """The cast in place, with what is owed opened for November 2026 (month, quarter, half-year, year) and the month before."""
    _city_in_place.restore(_build_city)
    organisations, people = Organisation.objects.in_bulk(), Person.objects.in_bulk()
    return City(
        **{name: (organisations if model is Organisation else people)[pk] for name, (model, pk) in _keys.items()}
    )  # type: ignore[arg-type]


@pytest.fixture
def today(time_machine: object) -> date:
    """Friday 20 November 2026, 10:02 in Shanghai: the clock stands there."""
    time_machine.move_to(make.moment(TODAY), tick=False)  # type: ignore[attr-defined]
    return TODAY


@pytest.fixture
def as_person(client: Client):  # type: ignore[no-untyped-def]
    """``as_person(city.secretary)``: the client, signed in as somebody."""

    def sign_in(someone: Person) -> Client:
        client.force_login(someone)
        return client

    return sign_in

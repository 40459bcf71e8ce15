"""The command that gives a new system its first administrator."""

from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from organisations.management.commands import administrator
from organisations.models import Organisation, Person
from organisations.permissions import Act

pytestmark = pytest.mark.django_db


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``typed("…", "…")``: what is typed at the terminal, in order."""

    def answers(*passwords: str) -> None:
        left = list(passwords)
        monkeypatch.setattr(administrator, "getpass", lambda prompt: left.pop(0))

    return answers


def command(**options: str) -> None:
    call_command("administrator", **({"committee": "市直机关工委", "name": "罗守正", "username": "luo"} | options))


def test_an_empty_system_gets_its_committee_and_its_administrator(typed, capsys):
    typed("Shi-zhi-2026", "Shi-zhi-2026")
    command()
    person = Person.objects.get()
    assert person.check_password("Shi-zhi-2026")
    assert (person.name, person.username) == ("罗守正", "luo")
    assert person.may(Act.ADMINISTER, Organisation.objects.get(name="市直机关工委", parent=None))
    assert capsys.readouterr().out == "市直机关工委的系统管理员：罗守正，登录名 luo。\n"


def test_there_is_only_one_first_administrator(typed):
    typed("Shi-zhi-2026", "Shi-zhi-2026")
    command()
    with pytest.raises(CommandError, match="已经有系统管理员：罗守正"):
        command(name="白简", username="bai")
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("passwords", "said"),
    [
        (("Shi-zhi-2026", "Shi-zhi-2025"), "不一样"),
        (("Ab-1", "Ab-1"), "8"),
        (("Shouzheng-26", "Shouzheng-26"), "相似"),
    ],
)
def test_a_password_that_the_rules_refuse_makes_nothing(typed, passwords, said):
    typed(*passwords)
    with pytest.raises(CommandError, match=said):
        command(username="shouzheng26")
    assert (Person.objects.count(), Organisation.objects.count()) == (0, 0)


def test_a_second_work_committee_is_refused(typed):
    typed("Shi-zhi-2026", "Shi-zhi-2026")
    administrator._committee("省直机关工委", administrator.FOUNDED)
    with pytest.raises(CommandError, match="已经有“省直机关工委”"):
        command()
    assert Person.objects.count() == 0


def test_a_log_in_name_that_is_taken_is_refused(typed):
    person = Person.objects.enrol("王一")
    person.grant_access("luo", "Wang-yi-2026")
    with pytest.raises(CommandError, match="已经有人用了"):
        command()

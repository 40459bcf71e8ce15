"""What a password must be made of."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from organisations.models import Person


def refusals(password: str) -> list[str]:
    person = Person(name="林知远", username="13812345678", staff_no="GH-2041-Lin", initials="lzy")
    try:
        validate_password(password, person)
    except ValidationError as error:
        return [refusal.code for refusal in error.error_list]
    return []


@pytest.mark.parametrize("password", ["Yun-duan-7", "yunduan-7", "YUNduan7", "云端漫步aB9"])
def test_three_kinds_of_characters_are_enough(password: str):
    assert "password_too_plain" not in refusals(password)


@pytest.mark.parametrize(
    "password", ["yunduanmanbu", "yunduan77777", "YUNDUAN-YUNDUAN", "20261120", "云端漫步云端漫步"]
)
def test_two_kinds_are_not(password: str):
    assert "password_too_plain" in refusals(password)


def test_it_is_long_enough_uncommon_and_not_the_person_himself():
    assert refusals("Yd-7") == ["password_too_short"]
    assert refusals("P@ssw0rd") == ["password_too_common"]
    assert refusals("GH-2041-Lin7") == ["password_too_similar"]
    assert refusals("Yun-duan-7") == []

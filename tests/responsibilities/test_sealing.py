"""Sealed text opens with the key, in its own row, for its own two people, and nowhere else."""

from __future__ import annotations

import base64
import os
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from responsibilities.models import Talk, TalkProposal
from responsibilities.sealing import Bond, SealBrokenError, seal, unseal
from tests.responsibilities.talks_made import MARKER, WORDS, proposal, talk

BOND = Bond("talk", UUID(int=5), (1, 2))


def new_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def text(response) -> str:
    return response.content.decode()


def test_what_was_sealed_opens_and_is_not_to_be_read_before():
    sealed = seal(WORDS, BOND)
    assert unseal(sealed, BOND) == WORDS
    plain = base64.urlsafe_b64decode(sealed)
    assert MARKER.encode() not in plain
    assert b"difficulty" not in plain


@pytest.mark.parametrize(
    "other",
    [
        Bond("proposal", BOND.key, BOND.parties),
        Bond("talk", UUID(int=6), BOND.parties),
        Bond("talk", BOND.key, (1, 3)),
        Bond("talk", BOND.key, (2, 1)),
    ],
)
def test_bound_to_something_else_it_does_not_open(other):
    with pytest.raises(SealBrokenError):
        unseal(seal(WORDS, BOND), other)


@pytest.mark.parametrize("sealed", ["", "x", "考", seal(WORDS, BOND)[:-4] + "AAA=", "gAAAAAB" + "A" * 200])
def test_what_was_tampered_with_does_not_open_and_quotes_nothing(sealed):
    with pytest.raises(SealBrokenError) as refusal:
        unseal(sealed, BOND)
    assert str(refusal.value) == ""
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


def test_its_length_tells_neither_the_occasion_nor_whether_anything_was_written():
    lengths = {
        len(seal({"occasion": why, "points": said}, BOND))
        for why in ("daily", "anniversary")
        for said in ("", "好" * 90)
    }
    assert len(lengths) == 1


def test_another_key_opens_nothing_and_an_older_one_still_does(settings):
    sealed, old = seal(WORDS, BOND), settings.TALK_KEYS
    settings.TALK_KEYS = [new_key()]
    with pytest.raises(SealBrokenError):
        unseal(sealed, BOND)
    settings.TALK_KEYS = [new_key(), *old]
    assert unseal(sealed, BOND) == WORDS


# --- in the rows


@pytest.fixture
def row(city, today) -> Talk:
    return talk(city.secretary, city.member)


def test_a_text_pasted_into_another_talk_of_the_same_two_does_not_open(city, row, as_person):
    other = talk(city.secretary, city.member, points="另一次")
    Talk.objects.filter(pk=other.pk).update(sealed=row.sealed)
    answer = as_person(city.member).get(reverse("talk", args=[other.pk]))
    assert answer.status_code == 503
    assert "这一段打不开" in text(answer)
    assert MARKER not in text(answer)


def test_neither_does_a_row_whose_parties_were_exchanged(city, row, as_person):
    Talk.objects.filter(pk=row.pk).update(partner=city.other_secretary)
    assert as_person(city.other_secretary).get(reverse("talk", args=[row.pk])).status_code == 503
    assert as_person(city.member).get(reverse("talk", args=[row.pk])).status_code == 404


@pytest.mark.parametrize("route", ["talk", "talk-edit"])
def test_with_a_wrong_key_the_page_says_so_and_the_list_goes_on(city, row, as_person, settings, route):
    settings.TALK_KEYS = [new_key()]
    browser = as_person(city.member)
    answer = browser.get(reverse(route, args=[row.pk]))
    assert answer.status_code == 503
    assert "TALK_KEYS" in text(answer)
    listed = browser.get(reverse("talk-list"))
    assert listed.status_code == 200
    assert "打不开" in text(listed)


def test_what_does_not_open_can_still_be_deleted(city, row, as_person, settings):
    settings.TALK_KEYS = [new_key()]
    assert as_person(city.member).post(reverse("talk-delete", args=[row.pk])).status_code == 302
    assert not Talk.objects.exists()


def test_resealing_brings_everything_to_the_first_key(city, row, settings, capsys):
    asked, old, fresh = proposal(row, city.member), settings.TALK_KEYS, new_key()
    settings.TALK_KEYS = [fresh, *old]
    call_command("reseal_talks")
    assert "重新密封了 2 段" in capsys.readouterr().out
    settings.TALK_KEYS = [fresh]
    row.refresh_from_db()
    assert unseal(row.sealed, row.bond)["points"] == WORDS["points"]
    asked.refresh_from_db()
    assert MARKER in unseal(asked.sealed, asked.bond)["detail"]


def test_resealing_leaves_alone_what_it_cannot_open_and_says_how_much(city, row, settings):
    settings.TALK_KEYS = [new_key()]
    with pytest.raises(CommandError, match="1 段现有的密钥都打不开"):
        call_command("reseal_talks")
    assert Talk.objects.get().sealed == row.sealed


def test_the_key_of_a_row_is_its_own(city, row):
    assert row.key != uuid4()
    assert proposal(row, city.member).key != row.key
    assert TalkProposal.objects.get().key != Talk.objects.get().key

"""The command that counts anew."""

from datetime import date

import pytest
from django.core.management import call_command

from programmes.models import Obligation
from tests import make

TODAY = date(2026, 11, 20)


@pytest.mark.usefixtures("today")
def test_a_figure_that_went_wrong_is_mended_and_said(city, capsys):
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 10), by=city.secretary)
    right = make.obligation(city.first, "theme-party-day-monthly", "2026-11")
    Obligation.objects.filter(pk=right.pk).update(done=9, done_on=None)
    call_command("recount")
    assert capsys.readouterr().out == "改正了 1 项。\n"
    mended = Obligation.objects.get(pk=right.pk)
    assert (mended.done, mended.done_on) == (1, date(2026, 11, 10))
    call_command("recount")
    assert capsys.readouterr().out == "都对，没有改动。\n"


@pytest.mark.django_db(transaction=True)
def test_it_needs_no_transaction_around_it(city, capsys):
    make.activity(city.first, "theme-party-day", on=date(2026, 11, 10), by=city.secretary)
    Obligation.objects.update(done=9)
    call_command("recount")
    assert capsys.readouterr().out == f"改正了 {Obligation.objects.count()} 项。\n"

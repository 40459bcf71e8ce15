"""Two confirmations of one import at the same moment are one: nothing is made twice."""

from __future__ import annotations

import pytest
from django.db import connection

from organisations.models import Person
from responsibilities.importing import receiving
from responsibilities.models import Duty, DutyImport, DutyList
from tests.conftest import TODAY
from tests.organisations.importing.test_two_at_once import together
from tests.responsibilities import imports_made as made
from tests.responsibilities.imports_made import PLAIN, TITLES

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_two_confirmations_at_once_are_one(city, today):
    assert connection.vendor == "postgresql"
    record = made.received(made.workbook(TITLES, *PLAIN), city.committee, city.gongwei)
    page = made.preview(record)
    made_lists = []

    def confirm() -> None:
        found = receiving.confirm(
            DutyImport.objects.get(pk=record.pk),
            taken={shown.key for shown in page.new},
            kept=set(),
            seen=page.seen,
            by=Person.objects.get(pk=city.gongwei.pk),
            now=made.NOW,
            today=TODAY,
        )
        made_lists.append(found.pk)

    assert together(*[confirm] * 4) == []
    assert len(made_lists) == 4
    assert set(made_lists) == {DutyList.objects.get().pk}
    assert Duty.objects.count() == 4

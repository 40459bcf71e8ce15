"""What the wizard says so that nobody has to guess: that a level was guessed, whose group a group is; and what it asks by itself."""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from organisations.idle import SEEN
from organisations.models import ImportBatch, ImportState
from tests.conftest import City
from tests.organisations.importing.rosters import workbook
from tests.organisations.test_import_pages import LINES, office, page, press, received, send

__all__ = ["office", "press"]
HTMX = {"HX-Request": "true"}


def test_a_level_that_was_guessed_is_marked_and_one_that_was_written_is_not(office, press, city: City) -> None:
    lines = [("第八党支部", city.finance_committee.name, ""), ("第九党支部", city.finance_committee.name, "党支部")]
    send(office, city, workbook(lines, ("名称", "上级", "层级")), subject="organisations")
    batch = ImportBatch.objects.latest("pk")
    columns = {f"column_{column['index']}": column["field"] for column in batch.columns}
    press("people-import-columns", batch, **columns, since="2026-11-20")
    rows = re.findall(r'<th scope="row">(第.党支部)</th><td>([^<]*)<', page(office, batch))
    above = city.finance_committee.name
    assert rows == [
        ("第八党支部", f"{above}，党支部（层级没填，按名称认的）"),
        ("第九党支部", f"{above}，党支部"),
    ]


def test_a_group_is_chosen_by_the_name_of_its_branch_and_its_own(office, city: City) -> None:
    batch = received(office, city, [("许清", "正式", "", "1985", "一支部一组")])
    html = office.get(reverse("people-import-columns", args=[batch.pk])).content.decode()
    choices = dict(re.findall(r'<option value="(\d+)"[^>]*>\s*([^<]*?)\s*</option>', html))
    assert choices[str(city.first_group.pk)].strip() == "第一党支部第一党小组"
    assert choices[str(city.second_group.pk)].strip() == "第一党支部第二党小组"
    assert choices[str(city.second.pk)].strip() == "第二党支部"


def test_a_page_that_asks_how_far_the_worker_is_does_not_keep_the_log_in_alive(
    office: Client, city: City, time_machine
) -> None:
    batch = received(office, city, LINES)
    ImportBatch.objects.update(state=ImportState.CHECKING, started_at=timezone.now())
    page(office, batch)
    stamp = office.session[SEEN]
    asking = reverse("people-import-progress", args=[batch.pk])
    for _ in range(3):
        time_machine.shift(timedelta(minutes=10))
        assert office.get(asking, headers=HTMX).status_code == 200
        assert office.session[SEEN] == stamp
    time_machine.shift(timedelta(seconds=1))
    assert office.get(asking, headers=HTMX).status_code == 401

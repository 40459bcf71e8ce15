"""The wizard of imports: from the file to the preview, the writing and back, as its keeper presses the buttons."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from organisations.importing.subjects import SUBJECTS
from organisations.models import ImportBatch, ImportState, Organisation, Outcome, Person, Verdict
from organisations.models.importing import Decision
from tests import make
from tests.conftest import City
from tests.organisations.importing.rosters import workbook

TITLES = ("姓名", "人员类别", "入党时间", "出生年", "所属支部")
LINES = (
    ("叶知秋", "正式", "", "1988", "二支部"),  # as on the roster
    ("许清", "正式", "", "1985", "二支部"),  # moved
    ("陆景行", "正式", "2010-07-01", "1985", "一支部"),  # a day that was not known
    ("柳青", "预备", "2026-06-30", "1999", "二支部"),
    ("韩露", "正式", "2033.7", "1980", "二支部"),
)


@pytest.fixture
def office(city: City, today, as_person, settings, tmp_path):
    """The organ's office, signed in, with an empty folder for files."""
    settings.MEDIA_ROOT = tmp_path
    return as_person(city.office)


@pytest.fixture
def press(office, django_capture_on_commit_callbacks):
    """``press(route, batch, **data)``: POST, with what a worker does done at once."""

    def post(route: str, batch: ImportBatch, **data):
        with django_capture_on_commit_callbacks(execute=True):
            return office.post(reverse(route, args=[batch.pk]), data)

    return post


def send(client, city: City, file=None, **given):
    """Press 下一步 on the first page."""
    data = {"subject": "people", "organisation": city.finance.pk, "since": "2026-11-20", **given}
    return client.post(reverse("people-import"), data | ({"file": file} if file else {}))


def received(client, city: City, lines=LINES, titles=TITLES) -> ImportBatch:
    response = send(client, city, workbook(lines, titles))
    batch = ImportBatch.objects.latest("pk")
    assert response.url == reverse("people-import-columns", args=[batch.pk])
    return batch


def settled(batch: ImportBatch, city: City) -> dict[str, str]:
    """The second page as it stands, with both ways of writing a branch pointed at theirs."""
    data = {f"column_{column['index']}": column["field"] for column in batch.columns}
    meant = {"一支部": city.first.pk, "二支部": city.second.pk}
    data |= {f"place_{number}": str(meant[place["text"]]) for number, place in enumerate(batch.places)}
    return data | {"since": "2026-11-20"}


@pytest.fixture
def checked(office, press, city: City) -> ImportBatch:
    batch = received(office, city)
    response = press("people-import-columns", batch, **settled(batch, city))
    assert response.url == reverse("people-import-batch", args=[batch.pk])
    batch.refresh_from_db()
    assert batch.state == ImportState.READY
    return batch


def page(client, batch: ImportBatch, query: str = "") -> str:
    response = client.get(reverse("people-import-batch", args=[batch.pk]) + query)
    assert response.status_code == 200
    return response.content.decode()


def bar(html: str) -> str:
    return re.search(r"新增 [^<]*删除 0 \S+?(?=<)", html)[0]


# --- the file


def test_what_is_no_table_is_refused_beside_the_file(office, city: City) -> None:
    for file in (None, SimpleUploadedFile("a.xlsx", b""), SimpleUploadedFile("a.xlsx", b"%PDF-1.7 no table")):
        response = send(office, city, file)
        html = response.content.decode()
        assert response.status_code == 422
        assert 'id="id_file_error"' in html
        assert 'aria-invalid="true"' in html
        assert 'href="#id_file"' in html
        assert 'id="id_file"' in html
    assert not ImportBatch.objects.exists()


def test_a_csv_of_chinese_windows_is_read_and_read_again(office, press, city: City) -> None:
    text = "姓名,人员类别,所属支部\r\n柳青,正式,二支部\r\n姓名,人员类别,所属支部\r\n蒋一诺,正式,二支部\r\n"
    assert send(office, city, SimpleUploadedFile("名册.csv", text.encode("gbk"))).status_code == 302
    batch = ImportBatch.objects.get()
    assert batch.columns[0]["samples"][0] == "柳青"
    assert press("people-import-reread", batch, header_row="3").status_code == 302
    batch.refresh_from_db()
    assert batch.columns[0]["samples"] == ["蒋一诺"]


def test_nobody_imports_into_what_he_does_not_keep(office, city: City) -> None:
    response = send(office, city, workbook(LINES, TITLES), organisation=city.water.pk)
    assert response.status_code == 422
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("subject", list(SUBJECTS))
def test_the_template_is_understood_as_it_is(office, city: City, subject: str) -> None:
    response = office.get(reverse("people-import-template", args=[subject]))
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert send(office, city, BytesFile(response.content), subject=subject).status_code == 302
    batch = ImportBatch.objects.get()
    assert batch.total == 1
    assert all(column["field"] for column in batch.columns), batch.columns


class BytesFile(SimpleUploadedFile):
    """An uploaded workbook."""

    def __init__(self, content: bytes) -> None:
        super().__init__("模板.xlsx", BytesIO(content).getvalue())


# --- columns and units


def test_two_columns_on_one_field_and_a_missing_name_are_refused(office, press, city: City) -> None:
    batch = received(office, city)
    twice = settled(batch, city) | {"column_1": "name"}
    without = settled(batch, city) | {"column_0": ""}
    for data in (twice, without):
        response = press("people-import-columns", batch, **data)
        assert response.status_code == 422
        assert "errsum" in response.content.decode()
    batch.refresh_from_db()
    assert batch.state == ImportState.RECEIVED


def test_another_header_row_is_read_again(office, press, city: City) -> None:
    batch = received(office, city)
    assert press("people-import-reread", batch, sheet=batch.sheet, header_row="2").status_code == 302
    batch.refresh_from_db()
    assert (batch.header_row, batch.total) == (2, len(LINES) - 1)
    response = press("people-import-reread", batch, sheet="没有", header_row="0")
    assert response.status_code == 422


def test_a_unit_elsewhere_cannot_be_chosen(office, press, city: City) -> None:
    batch = received(office, city)
    data = settled(batch, city) | {"place_0": str(city.water_branch.pk)}
    assert press("people-import-columns", batch, **data).status_code == 422


def test_where_there_are_very_many_units_one_is_written_down(office, press, city: City, monkeypatch) -> None:
    monkeypatch.setattr("organisations.forms.importing.MOST_OFFERED", 1)
    batch = received(office, city)
    names = {"一支部": "第一党支部", "二支部": "第二党支部"}
    data = settled(batch, city) | {f"place_{n}": names[place["text"]] for n, place in enumerate(batch.places)}
    wrong = press("people-import-columns", batch, **(data | {"place_0": "第九党支部"}))
    assert "没有这个单位" in wrong.content.decode()
    assert press("people-import-columns", batch, **data).status_code == 302
    batch.refresh_from_db()
    assert {place["organisation"] for place in batch.places} == {city.first.pk, city.second.pk}


# --- the preview


def test_the_preview_says_what_would_be_written(office, checked: ImportBatch) -> None:
    html = page(office, checked)
    assert bar(html) == "新增 1 人，变更 2 人，错 1 行不导，删除 0 人"
    assert "确认导入 3 人" in html
    assert "入党时间“2033.7”晚于今天" in html
    assert "许清，第一党支部第一党小组，1985年生，正式党员" in html
    assert "柳青" in html
    assert "第二党支部，预备，2026-06-30" in html  # not as the file writes it
    assert not Person.objects.filter(name="柳青").exists()


def test_what_is_decided_is_kept_and_what_is_unticked_is_not_written(office, press, checked: ImportBatch) -> None:
    doubtful = checked.rows.get(verdict=Verdict.SUSPICIOUS)
    new = checked.rows.get(verdict=Verdict.NEW)
    changed = checked.rows.get(verdict=Verdict.CHANGED)
    choice = {f"decide_{doubtful.pk}": "skip", "row": [new.pk, changed.pk], "take": [changed.pk]}
    assert press("people-import-decide", checked, **choice).status_code == 302
    assert bar(page(office, checked)) == "新增 0 人，变更 1 人，错 1 行不导，删除 0 人"
    press("people-import-confirm", checked, row=[changed.pk], take=[changed.pk])
    assert not Person.objects.filter(name="柳青").exists()
    assert str(Person.objects.get(name="陆景行").joined_on) == "2010-07-01"
    html = page(office, checked)
    assert "你选了不导" in html


def test_confirming_keeps_what_the_page_shows(office, press, checked: ImportBatch) -> None:
    doubtful = checked.rows.get(verdict=Verdict.SUSPICIOUS)
    press("people-import-confirm", checked, **{f"decide_{doubtful.pk}": "new"})
    assert Person.objects.filter(name="许清").count() == 2


def test_a_choice_that_cannot_be_is_refused_with_the_page_as_it_was(office, press, checked: ImportBatch) -> None:
    doubtful = checked.rows.get(verdict=Verdict.SUSPICIOUS)
    response = press("people-import-confirm", checked, **{f"decide_{doubtful.pk}": "perhaps"})
    assert response.status_code == 422
    assert "没有这个选项" in response.content.decode()
    checked.refresh_from_db()
    assert checked.state == ImportState.READY


def test_each_choice_answers_with_the_bar(office, checked: ImportBatch) -> None:
    doubtful = checked.rows.get(verdict=Verdict.SUSPICIOUS)
    url = reverse("people-import-decide", args=[checked.pk])
    response = office.post(url, {f"decide_{doubtful.pk}": "new"}, headers={"HX-Request": "true"})
    html = response.content.decode()
    assert bar(html) == "新增 2 人，变更 1 人，错 1 行不导，删除 0 人"
    assert "<html" not in html


def test_a_long_list_is_leafed_through_and_forgets_nothing(office, press, checked: ImportBatch) -> None:
    extra = [
        checked.rows.model(batch=checked, number=100 + n, verdict=Verdict.NEW, cells={"name": f"同志{n}"})
        for n in range(120)
    ]
    checked.rows.model.objects.bulk_create(extra)
    html = page(office, checked)
    assert html.count('name="take"') == 51  # fifty new ones and the one change
    assert "另有 71 行" in html
    second = page(office, checked, "?show=new&page=2")
    shown = re.findall(r'name="row" value="(\d+)"', second)
    assert len(shown) == 50
    response = press("people-import-decide", checked, row=shown, take=shown[1:], show="new", page="2", to="new.3")
    assert response.url.endswith("?show=new&page=3")
    assert page(office, checked, "?show=new&page=3").count('name="take"') == 21
    assert bar(page(office, checked)).startswith("新增 120 人")


def test_people_elsewhere_are_not_told_about(office, checked: ImportBatch, city: City) -> None:
    doubtful = checked.rows.get(verdict=Verdict.SUSPICIOUS)
    doubtful.candidates = [city.stranger.pk]
    doubtful.save()
    html = page(office, checked)
    assert "在别的单位，不在你管的范围" in html
    assert city.stranger.name not in html
    assert "1979年生" not in html


def test_the_refused_rows_come_back_as_a_workbook(office, checked: ImportBatch) -> None:
    response = office.get(reverse("people-import-refused", args=[checked.pk]))
    assert response.content[:2] == b"PK"
    assert "filename*=UTF-8''" in response["Content-Disposition"]


# --- the worker


@pytest.mark.parametrize("state", [ImportState.CHECKING, ImportState.WRITING, ImportState.UNDOING])
def test_progress_asks_again_until_there_is_a_page(office, checked: ImportBatch, state: str) -> None:
    asking = reverse("people-import-progress", args=[checked.pk])
    ImportBatch.objects.update(state=state, started_at=timezone.now(), done=84, total=117)
    html = page(office, checked)
    assert f'hx-get="{asking}"' in html
    assert '<meta http-equiv="refresh"' in html
    assert "第 84 行，共 117 行" in html
    assert "HX-Redirect" not in office.get(asking, headers={"HX-Request": "true"})
    ImportBatch.objects.update(state=ImportState.READY)
    answer = office.get(asking, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == reverse("people-import-batch", args=[checked.pk])


def test_what_a_dead_worker_left_can_be_begun_again(office, press, checked: ImportBatch) -> None:
    ImportBatch.objects.update(state=ImportState.WRITING, started_at=timezone.now() - timedelta(hours=1))
    html = page(office, checked)
    assert "hx-get" not in html
    assert "再导一次" in html
    press("people-import-confirm", checked)
    checked.refresh_from_db()
    assert checked.state == ImportState.DONE


# --- done and undone


def test_written_and_taken_back(office, press, checked: ImportBatch) -> None:
    press("people-import-confirm", checked)
    assert Person.objects.filter(name="柳青").exists()
    html = page(office, checked)
    assert "已导入" in html
    assert "2026年11月27日 10:02 以前可以整个撤销" in html
    asked = office.get(reverse("people-import-undo", args=[checked.pk])).content.decode()
    assert "这次新增的 1 人撤下，变更的 2 人改回原样" in asked
    press("people-import-undo", checked)
    assert not Person.objects.filter(name="柳青").exists()
    assert "改回原样" in page(office, checked)


def test_what_was_touched_since_stays_and_is_named(office, press, checked: ImportBatch, city: City) -> None:
    press("people-import-confirm", checked)
    Person.objects.filter(name="柳青").update(birth_year=1998)
    press("people-import-undo", checked)
    kept = checked.rows.get(outcome=Outcome.KEPT)
    html = page(office, checked)
    assert "没有撤销" in html
    assert kept.why in html
    assert "柳青" in html


def test_a_second_press_and_an_old_tab_do_no_harm(office, press, checked: ImportBatch) -> None:
    first = press("people-import-confirm", checked)
    second = press("people-import-confirm", checked, row=["1"], take=["1"])
    assert first.url == second.url
    assert Person.objects.filter(name="柳青").count() == 1
    late = press("people-import-decide", checked, row=["1"])
    assert late.status_code == 422
    assert "这个文件已经导入过了" in late.content.decode()
    assert press("people-import-columns", checked, since="2026-11-20").status_code == 422
    columns = office.get(reverse("people-import-columns", args=[checked.pk]))
    assert columns.url == reverse("people-import-batch", args=[checked.pk])


def test_a_file_that_is_not_wanted_leaves_nothing(office, press, checked: ImportBatch, tmp_path) -> None:
    assert "都会删掉" in office.get(reverse("people-import-discard", args=[checked.pk])).content.decode()
    press("people-import-discard", checked)
    assert not ImportBatch.objects.exists()
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


def test_earlier_imports_say_who_how_many_and_until_when(office, press, checked: ImportBatch, city: City) -> None:
    assert "继续" in office.get(reverse("people-import")).content.decode()
    press("people-import-confirm", checked)
    html = office.get(reverse("people-import")).content.decode()
    assert "许文澜，11月20日 10:02" in html
    assert "新增 1 人，变更 2 人" in html
    assert "11月27日以前" in html


def test_a_decision_is_one_of_three() -> None:
    assert [label for _, label in Decision.choices] == ["就是此人", "是新的人", "这行先不导"]


def test_no_import_of_another_organ_is_seen(checked: ImportBatch, city: City, client) -> None:
    water = make.person("水务办公室", city.water_branch, login="shuiwu")
    make.holds(water, "organ-office", city.water)
    client.force_login(water)
    assert client.get(reverse("people-import-batch", args=[checked.pk])).status_code == 404
    assert checked.file_name not in client.get(reverse("people-import")).content.decode()
    assert Organisation.objects.filter(pk=city.water.pk).exists()

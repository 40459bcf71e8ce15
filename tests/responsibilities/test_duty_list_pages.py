"""The pages of duty lists: who sees what, how an edition stands, what it changed, and the file."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.models import Export
from responsibilities import drafting, editions
from responsibilities.list_changes import changes_between
from responsibilities.list_pages import DutyListPage, lines_of
from responsibilities.models import DutyList, Standing
from tests import make, tables
from tests.conftest import TODAY
from tests.responsibilities.lists_made import in_force, issue, sample, unsaved

NOW = make.moment(TODAY)
LISTS = "/responsibilities/lists/"


def page(row: DutyList, name: str = "duty-list", *more: int) -> str:
    """The address of a page of this edition."""
    return reverse(name, args=[row.pk, *more])


def text(response) -> str:
    """The page as it is sent."""
    return response.content.decode()


def test_the_lists_stand_in_tree_order_with_how_they_stand(city, today, as_person):
    editions.begin(city.finance, preset="four-subjects", title="本局清单", by=city.office, now=NOW)
    row = in_force(city)
    draft = editions.revise(row, by=city.gongwei, now=NOW)
    lists = as_person(city.gongwei).get(LISTS).context["lists"]
    assert [(str(one.row.organisation), one.row.edition, one.state[1], one.row.size) for one in lists.listed] == [
        ("市直机关工委", 2, "修订稿", 40),
        ("市直机关工委", 1, "施行中", 40),
        ("市财政局党组", 1, "草稿", 0),
    ]
    issue(draft, city, since=date(2026, 12, 1))
    assert [one.state[1] for one in as_person(city.secretary).get(LISTS).context["lists"].listed] == [
        "待施行",
        "施行中",
    ]
    lists = as_person(city.gongwei).get(LISTS).context["lists"]
    assert lists.listed[1].last_day == date(2026, 11, 30)


def test_whoever_keeps_no_list_reads_it_and_is_offered_nothing(city, today, as_person):
    row = in_force(city)
    for reader, offered in ((city.secretary, False), (city.gongwei, True)):
        found = text(as_person(reader).get(page(row)))
        assert ("修订" in found) is offered
        assert "过好主题党日，事先定主题，事后抓落实。" in found
        assert "没有公开" in found  # the sample says what it is
        assert (reverse("duty-list-add") in text(as_person(reader).get(LISTS))) is offered


def test_the_table_follows_levels_and_posts(city, today):
    cells = DutyListPage(city.secretary, in_force(city), TODAY).cells
    assert [(cell.level.name, cell.post.name, len(cell.lines)) for cell in cells] == [
        ("党组（党委）", "党组书记", 6),
        ("党组（党委）", "分管领导", 6),
        ("机关党委", "分管领导", 2),
        ("机关党委", "机关党委专职副书记", 11),
        ("党支部", "机关党委专职副书记", 1),
        ("党支部", "支部书记", 14),
    ]
    numbers = [line.duty.number for cell in cells for line in cell.lines]
    assert numbers == list(range(1, 41))


@pytest.mark.parametrize("name", ["duty-lists", "duty-list", "draft"])
def test_the_queries_do_not_grow(city, today, as_person, name):
    row = in_force(city)
    draft = editions.revise(row, by=city.gongwei, now=NOW)
    address = LISTS if name == "duty-lists" else page(draft if name == "draft" else row)
    counts = []
    for size in (1, 3):
        for number in range(size):
            editions.begin(city.finance, preset="three-by-four", title=f"清单{number}", by=None, now=NOW)
            drafting.add_line(unsaved(draft, f"第{size}{number}项。"), [], by=None, today=TODAY)
        client = as_person(city.gongwei)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts == [{"duty-lists": 6, "duty-list": 11, "draft": 13}[name]] * 2


def test_what_an_edition_changed_is_told_line_by_line(city, today, as_person):
    row = in_force(city)
    draft = editions.revise(row, by=city.gongwei, now=NOW)
    gone, changed, moved = (draft.duties.get(number=number) for number in (1, 40, 39))
    drafting.remove_line(gone, by=None)
    changed.standard, changed.times = "一年两次。", 2
    drafting.change_line(changed, list(changed.kinds.all()), by=None, today=TODAY)
    moved.content = moved.content.replace("走到", "到")
    drafting.change_line(moved, list(moved.kinds.all()), by=None, today=TODAY)
    drafting.add_line(unsaved(draft, "另加的一项。"), [], by=None, today=TODAY)
    changes = changes_between(lines_of(row), lines_of(draft))
    assert [(change.word, [field.label for field in change.fields]) for change in changes] == [
        ("改动", ["工作内容"]),
        ("改动", ["工作标准", "频次"]),
        ("新增", []),
        ("删去", []),
    ]
    assert [(field.before, field.after) for field in changes[1].fields][1] == ("每年", "每年 2 次")
    found = text(as_person(city.gongwei).get(page(draft)))
    assert "<del>每年</del>" in found
    assert "<ins>另加的一项。</ins>" in found
    assert changes_between(lines_of(row), lines_of(row)) == []


def test_the_file_has_the_usual_columns_and_every_line(city, today, as_person):
    row = in_force(city)
    response = as_person(city.secretary).get(reverse("duty-list-export", args=["xlsx"]), {"list": row.pk})
    heading, *lines = tables.rows(response)
    assert (
        "/".join(heading) == "序号/类别/责任层级/责任岗位/责任类型/工作内容/工作措施/工作标准/依据/频次/完成时限/佐证"
    )
    assert len(lines) == 40
    assert lines[28][:5] == (29, "理想信念", "党支部", "支部书记", "政治责任")
    assert lines[28][9:] == ("每月", "活动记录：主题党日")
    assert lines[5][9:] == ("日常", "写一句话")
    assert Export.objects.get().source == "duties"


@pytest.mark.parametrize("asked", ["", "x", "0", "99999999999999999999", "²"])
def test_a_file_of_nothing_is_not_found(city, today, as_person, asked):
    client = as_person(city.gongwei)
    assert client.get(reverse("duty-list-export", args=["csv"]), {"list": asked}).status_code == 404


def test_a_draft_is_taken_away_by_its_keepers_alone(city, today, as_person):
    row = sample(city)
    found = {
        who.name: as_person(who).get(reverse("duty-list-export", args=["csv"]), {"list": row.pk}).status_code
        for who in (city.secretary, city.office, city.gongwei)
    }
    assert found == {"林知远": 404, "许文澜": 404, "梁允中": 200}


def test_a_list_is_begun_from_the_sample_or_empty(city, today, as_person):
    client = as_person(city.gongwei)
    begun = {"organisation": city.committee.pk, "title": "市直机关清单"}
    response = client.post(reverse("duty-list-add"), begun | {"start": "sample"})
    row = DutyList.objects.get()
    assert (response.url, row.title, row.duties.count(), row.made_by) == (page(row), "市直机关清单", 40, city.gongwei)
    client.post(reverse("duty-list-add"), begun | {"start": "four-subjects", "title": "另一份"})
    assert DutyList.objects.get(title="另一份").posts.last().everybody
    refused = client.post(reverse("duty-list-add"), begun | {"start": "nonsense", "organisation": city.first.pk})
    assert refused.status_code == 422
    assert {"start", "organisation"} <= set(refused.context["form"].errors)
    assert DutyList.objects.count() == 2


def test_a_line_is_written_changed_moved_and_removed(city, today, as_person):
    row, client = sample(city), as_person(city.gongwei)
    seats = {"level": row.levels.last().pk, "post": row.posts.last().pk}
    form = client.get(page(row, "duty-list-line-add"), seats).context["form"]
    assert (form["level"].initial, form["post"].initial) == (row.levels.last(), row.posts.last())
    typed = seats | {"type": "post", "content": "每季度分析一次。", "rhythm": "quarter", "times": "2", "proof": "text"}
    assert client.post(page(row, "duty-list-line-add"), typed).status_code == 302
    duty = row.duties.get(number=41)
    assert (duty.content, duty.rhythm, duty.times) == ("每季度分析一次。", "quarter", 2)
    client.post(page(row, "duty-list-line-up", duty.pk))
    duty.refresh_from_db()
    assert duty.number == 40
    client.post(page(row, "duty-list-line", duty.pk), typed | {"requirement_code": "theme-party-day-monthly"})
    duty.refresh_from_db()
    assert (duty.rhythm, duty.times, duty.proof) == ("month", 1, "kinds")
    kept = client.get(page(row, "duty-list-line", duty.pk)).context["form"]
    assert [option.data["label"] for option in kept["kinds"].subwidgets if option.data["selected"]] == ["主题党日"]
    client.post(page(row, "duty-list-line-remove", duty.pk))
    assert row.duties.count() == 40


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"content": ""}, "content", "请写工作内容"),
        ({"content": "长" * 10_000}, "content", "最多 400 个字"),
        ({"proof": "kinds"}, "kinds", "请选哪些活动类别"),
        ({"proof": "kinds", "kinds": ["99999999999999999999"]}, "kinds", "请在给出的选项里选"),
        ({"rhythm": "once"}, "deadline", "请写完成时限"),
        ({"rhythm": "once", "deadline": "2026-13-01"}, "deadline", "日期要写成"),
        ({"times": "1000"}, "times", "不能大于 99"),
        ({"level": "99999999999999999999"}, "level", "请在给出的选项里选"),
        ({"requirement_code": "study-centre-quarterly"}, "requirement_code", "不在这一级"),
        ({"rhythm": ""}, "rhythm", "请选择"),
    ],
)
def test_what_is_wrong_with_a_line_stands_beside_its_field(city, today, as_person, typed, field, said):
    row = sample(city)
    good = {"level": row.levels.last().pk, "post": row.posts.last().pk, "type": "post", "content": "走访。"}
    good |= {"rhythm": "quarter", "times": "1", "proof": "text", "category": "写过的类别"}
    response = as_person(city.gongwei).post(page(row, "duty-list-line-add"), good | typed)
    assert response.status_code == 422
    assert said in "".join(response.context["form"].errors[field])
    assert "写过的类别" in text(response)
    assert row.duties.count() == 40


def test_a_line_of_another_list_is_not_found_here(city, today, as_person):
    row, other = sample(city), sample(city)
    stray = other.duties.first().pk
    client = as_person(city.gongwei)
    assert client.get(page(row, "duty-list-line", stray)).status_code == 404
    assert client.post(page(row, "duty-list-line-remove", stray)).status_code == 404
    assert client.get(page(row, "duty-list-level", other.levels.first().pk)).status_code == 404
    assert client.get(page(row, "duty-list-post", other.posts.first().pk)).status_code == 404


def test_issuing_says_whom_it_will_bind(city, today, as_person):
    row, client = sample(city), as_person(city.gongwei)
    row.posts.get(name="支部书记").posts.clear()
    found = text(client.get(page(row, "duty-list-issue")))
    assert "6 个党组织按它承担责任：党组（党委） 1 个、机关党委 2 个、党支部 3 个" in found
    assert "“支部书记”没有对应的职务" in found
    refused = client.post(page(row, "duty-list-issue"), {"since": "1999-01-01", "standing": "trial"})
    assert (refused.status_code, "请核对" in text(refused)) == (422, True)
    assert client.post(page(row, "duty-list-issue"), {"since": "2026-11-20", "standing": "in_force"}).status_code == 302
    row.refresh_from_db()
    assert (row.since, row.standing) == (TODAY, Standing.IN_FORCE)
    for name in ("duty-list-issue", "duty-list-head", "duty-list-discard", "duty-list-line-add"):
        assert client.get(page(row, name)).status_code == 403


def test_a_head_a_level_and_a_post_are_written(city, today, as_person):
    row, client = sample(city), as_person(city.gongwei)
    head = {"title": "市直机关清单", "document_no": "〔2026〕3 号", "note": "试行一年。", "programme": ""}
    assert client.post(page(row, "duty-list-head"), head).status_code == 302
    assert client.post(page(row, "duty-list-head"), head | {"title": "长" * 121}).status_code == 422
    assert client.post(page(row, "duty-list-level-add"), {"name": "党小组", "levels": ["group"], "place": "9"})
    assert client.post(page(row, "duty-list-post-add"), {"name": "党员", "everybody": "on", "place": "1"})
    row.refresh_from_db()
    assert (row.title, row.document_no, row.programme) == ("市直机关清单", "〔2026〕3 号", None)
    assert [level.name for level in row.levels.all()][-1] == "党小组"
    assert row.posts.first().everybody
    level = row.levels.last()
    assert (
        client.post(page(row, "duty-list-level", level.pk), {"name": "", "levels": ["x"], "place": "0"}).status_code
        == 422
    )
    assert client.post(page(row, "duty-list-level-remove", level.pk)).status_code == 302
    refused = client.post(page(row, "duty-list-post-remove", row.posts.last().pk))
    assert (refused.status_code, "还有 14 项责任" in text(refused)) == (422, True)

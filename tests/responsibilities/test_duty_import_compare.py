"""A file beside the edition before, and the draft that is made of what was seen: no more, no less, no twice."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from responsibilities import editions
from responsibilities.importing import receiving
from responsibilities.models import Duty, DutyImport, DutyList
from tests.conftest import TODAY, City
from tests.responsibilities import imports_made as made
from tests.responsibilities import lists_made
from tests.responsibilities.imports_made import PLAIN, TITLES

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def before(city: City) -> DutyList:
    """The four lines of the plain table, in force."""
    record = made.received(made.workbook(TITLES, *PLAIN), city.committee, city.gongwei, title="责任清单")
    draft = made.confirmed(record, city.gongwei)
    lists_made.issue(draft, city, since=lists_made.NEW_YEAR)
    return draft


def revising(city: City, before: DutyList, *rows):
    return made.received(made.workbook(TITLES, *rows), city.committee, city.gongwei, revises=before)


def words(duties):
    names = ("category", "type", "content", "measure", "standard", "basis", "rhythm", "times", "deadline", "proof")
    return [
        (
            *(getattr(duty, name) for name in names),
            duty.level.name,
            duty.post.name,
            duty.line,
            duty.requirement_code,
            sorted(kind.code for kind in duty.kinds.all()),
        )
        for duty in duties
    ]


def test_the_file_that_the_product_writes_changes_nothing(city, as_person):
    shipped = lists_made.in_force(city)
    file = b"".join(as_person(city.gongwei).get(reverse("duty-list-export", args=["xlsx"]), {"list": shipped.pk}))
    record = made.received(file, city.committee, city.gongwei, revises=shipped)
    assert made.preview(record).counts == {"new": 0, "changed": 0, "same": 40, "missing": 0, "refused": 0}
    draft = made.confirmed(record, city.gongwei)
    assert words(draft.duties.all()) == words(shipped.duties.all())
    assert (draft.series, draft.edition, draft.is_draft) == (shipped.series, 2, True)


def test_the_file_that_the_product_writes_makes_the_same_list_elsewhere(city, as_person):
    shipped = lists_made.in_force(city)
    file = b"".join(as_person(city.gongwei).get(reverse("duty-list-export", args=["xlsx"]), {"list": shipped.pk}))
    draft = made.confirmed(made.received(file, city.finance, city.office), city.office)
    without_lines = [(*row[:12], *row[13:]) for row in words(draft.duties.all())]
    assert without_lines == [(*row[:12], *row[13:]) for row in words(shipped.duties.all())]
    assert draft.organisation == city.finance


def test_a_new_list_is_a_draft_with_kinds_rules_and_days(city):
    record = made.received(made.workbook(TITLES, *PLAIN), city.committee, city.gongwei)
    before = (DutyList.objects.count(), Duty.objects.count())
    assert made.preview(record).counts == {"new": 4, "changed": 0, "same": 0, "missing": 0, "refused": 0}
    assert (DutyList.objects.count(), Duty.objects.count()) == before  # nothing is written by looking
    draft = made.confirmed(record, city.gongwei)
    assert [
        (duty.number, duty.level.name, duty.rhythm, duty.proof, duty.requirement_code) for duty in draft.duties.all()
    ] == [
        (1, "党组（党委）", "quarter", "kinds", "study-centre-quarterly"),
        (2, "机关党委", "once", "text", ""),
        (3, "党支部", "month", "kinds", "theme-party-day-monthly"),
        (4, "党支部", "quarter", "kinds", "party-lecture-quarterly"),
    ]
    assert (draft.title, draft.made_by, draft.is_draft) == ("责任清单", city.gongwei, True)


def test_new_changed_the_same_and_no_longer_there(city, before):
    first, _, _, fourth = PLAIN
    rows = (
        first,
        ("2", "组织生活", "过好主题党日，主题要贴近业务。", "每月主题党日", "各党支部", "支部书记", "每季度", ""),
        ("3", "服务群众", "走访调研服务对象。", "", "各党支部", "支部书记", "每半年", ""),
        (*fourth[:7], "备注变了，不是责任的内容"),
    )
    page = made.preview(revising(city, before, *rows))
    assert page.counts == {"new": 1, "changed": 1, "same": 2, "missing": 1, "refused": 0}
    assert [(one.label, one.before, one.after) for one in page.changed[0].changes] == [
        ("工作内容", "过好主题党日。", "过好主题党日，主题要贴近业务。"),
        ("频次", "每月", "每季度"),
    ]
    assert page.changed[0].line.notes == ["原来对应的要求不再相符，按表里写的来"]
    assert [one.duty.content for one in page.missing] == ["按期上党课。"]


def test_what_is_not_taken_stays_as_it_was_and_what_is_kept_stays(city, before):
    rows = (("2", "组织生活", "过好主题党日。", "每月主题党日", "各党支部", "支部书记", "每季度", ""),)
    record = revising(city, before, *rows)
    page = made.preview(record)
    kept = before.duties.get(content__startswith="按期")
    about = {"taken": set(), "kept": {kept.pk}, "seen": page.seen}
    draft = receiving.confirm(record, **about, by=city.gongwei, now=made.NOW, today=TODAY)
    old = before.duties.filter(content__in=["过好主题党日。", "按期上党课。"])
    assert words(draft.duties.all()) == words(old)
    assert before.duties.count() == 4


def test_where_the_file_is_silent_the_edition_before_goes_on(city, before):
    line = before.duties.get(content="过好主题党日。")
    Duty.objects.filter(pk=line.pk).update(standard="主题要贴近业务。", basis="条例", type="leadership")
    page = made.preview(revising(city, before, *PLAIN))
    assert page.counts["changed"] == 0
    assert page.counts["same"] == 4


def test_a_line_that_moves_to_another_post_is_changed_and_not_new(city, before):
    moved = ("3", "组织生活", "按期上党课。", "组织党课", "机关党委", "专职副书记", "每季度至少1次", "")
    page = made.preview(revising(city, before, *PLAIN[:2], moved, PLAIN[3]))
    assert page.counts == {"new": 0, "changed": 1, "same": 3, "missing": 0, "refused": 0}
    assert ("责任岗位", "支部书记", "机关党委专职副书记") in [
        (one.label, one.before, one.after) for one in page.changed[0].changes
    ]
    assert made.confirmed(page.record, city.gongwei).duties.count() == 4


def test_the_second_click_finds_the_draft_of_the_first(city):
    record = made.received(made.workbook(TITLES, *PLAIN), city.committee, city.gongwei)
    draft = made.confirmed(record, city.gongwei)
    seen = made.preview(record).seen
    again = receiving.confirm(record, taken=set(), kept=set(), seen=seen, by=city.gongwei, now=made.NOW, today=TODAY)
    assert again == draft
    assert DutyList.objects.count() == 1


def test_nothing_is_written_but_what_was_seen(city):
    record = made.received(made.workbook(TITLES, *PLAIN), city.committee, city.gongwei)
    page = made.preview(record)
    seats = {seat["text"]: ("党支部", "支部书记") for seat in record.seats}
    columns = {column["index"]: column["field"] for column in record.columns}
    assert receiving.choose(record, columns=columns, seats=seats, by=city.gongwei)
    about = {"taken": {"0", "1", "2", "3"}, "kept": set(), "by": city.gongwei, "now": made.NOW, "today": TODAY}
    with pytest.raises(ValidationError, match="又有变动"):
        receiving.confirm(record, seen=page.seen, **about)
    assert not DutyList.objects.exists()


def test_nobody_imports_for_an_organisation_that_he_does_not_keep(city):
    data = made.workbook(TITLES, *PLAIN)
    for person, place in ((city.secretary, city.first), (city.office, city.water), (city.member, city.committee)):
        with pytest.raises(PermissionDenied):
            made.received(data, place, person)
    record = made.received(data, city.committee, city.gongwei)
    with pytest.raises(PermissionDenied):
        made.confirmed(record, city.office)
    with pytest.raises(PermissionDenied):
        receiving.discard(record, by=city.office)
    assert DutyImport.objects.count() == 1


def test_a_list_is_revised_by_its_own_organisation_and_once_at_a_time(city, before):
    data = made.workbook(TITLES, *PLAIN)
    with pytest.raises(ValidationError, match="只能修订本单位的清单"):
        made.received(data, city.finance, city.office, revises=before)
    record = made.received(data, city.committee, city.gongwei, revises=before)
    draft = editions.revise(before, by=city.gongwei, now=made.NOW)
    with pytest.raises(ValidationError, match="已经有一份修订稿"):
        made.confirmed(record, city.gongwei)
    with pytest.raises(ValidationError, match="还没有发布的草稿"):
        made.received(data, city.committee, city.gongwei, revises=draft)
    record.refresh_from_db()
    assert record.made is None


def test_a_draft_that_was_thrown_away_can_be_made_again(city):
    record = made.received(made.workbook(TITLES, *PLAIN), city.committee, city.gongwei)
    editions.discard(made.confirmed(record, city.gongwei), by=city.gongwei)
    record.refresh_from_db()
    assert made.confirmed(record, city.gongwei).duties.count() == 4

"""Writing a survey: beginning, the text, the rules, the next wave; two who write at once; what is launched."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from surveys import authoring, launching
from surveys.models import Survey, SurveyKind, Who
from tests.conftest import TODAY
from tests.surveys.authoring_made import NOW, TEXT, drafted, opened, rules, settled


def fields(refused) -> list[str]:
    """The fields that a refusal names."""
    return sorted(refused.value.message_dict)


def save(row: Survey, text: str, by, opened_at: str | None = None) -> None:
    """Save a text as somebody who has just opened the page."""
    mark = authoring.digest(row.source) if opened_at is None else opened_at
    authoring.save_text(row, text, opened=mark, by=by, today=TODAY)


def test_a_draft_holds_the_text_and_what_it_asks(city, today):
    row = drafted(city)
    assert row.is_draft
    assert row.source == TEXT
    assert [(one.number, one.type, one.attribute) for one in row.asked.asking] == [
        ("1", "single", True),
        ("2", "single", True),
        ("3", "matrix", False),
        ("4", "single", False),
        ("5", "single", False),
        ("6", "long", False),
    ]
    assert (row.k, row.k_comments, row.k_crosses, row.retention_days) == (5, 10, 20, 30)


@pytest.mark.parametrize("role", ["secretary", "member", "staff", "stranger", "admin"])
def test_only_offices_begin_one(city, today, role):
    with pytest.raises(PermissionDenied):
        drafted(city, by=getattr(city, role))
    assert not Survey.objects.exists()


def test_an_organ_writes_for_itself_and_not_for_the_city(city, today):
    with pytest.raises(PermissionDenied):
        drafted(city, where=city.committee)
    with pytest.raises(PermissionDenied):
        drafted(city, where=city.water)
    assert drafted(city, where=city.first).organisation == city.first


@pytest.mark.parametrize("title", ["", "  ", "长" * 41])
def test_a_title_is_short_and_there(city, today, title):
    with pytest.raises(ValidationError) as refused:
        drafted(city, title=title)
    assert fields(refused) == ["title"]


def test_a_text_that_is_not_understood_is_kept_all_the_same(city, today):
    row, text = drafted(city), "这一行谁也认不出\r\n￥%……&*\r\n\r\n1. 您好吗？（单选）\r\n好 / 不好\r\n"
    save(row, text, city.office)
    row = Survey.objects.get(pk=row.pk)
    assert row.source == "这一行谁也认不出\n￥%……&*\n\n1. 您好吗？（单选）\n好 / 不好"
    assert [one.text for one in row.asked.asking] == ["您好吗？"]
    save(row, "", city.office)
    assert (row.source, list(row.asked.questions)) == ("", [])


def test_a_text_that_is_too_long_changes_nothing(city, today):
    row = drafted(city)
    with pytest.raises(ValidationError) as refused:
        save(row, "长" * 200_001, city.office)
    assert fields(refused) == ["text"]
    assert Survey.objects.get(pk=row.pk).source == TEXT
    save(row, "长" * 200_000, city.office)
    assert len(row.source) == 200_000


def test_the_later_of_two_is_told(city, today):
    row = drafted(city)
    both_opened = authoring.digest(row.source)
    save(row, f"{TEXT}\n7. 先存的（简答）", city.office, both_opened)
    with pytest.raises(ValidationError) as refused:
        save(row, f"{TEXT}\n7. 后存的（简答）", city.gongwei, both_opened)
    assert refused.value.code == "stale"
    assert "先存的" in Survey.objects.get(pk=row.pk).source
    save(row, row.source, city.gongwei, both_opened)  # the same text takes nothing away


def test_the_later_of_two_is_told_about_rules_too(city, today):
    row = drafted(city)
    both_opened = authoring.settings_digest(row)
    authoring.settle(row, opened=both_opened, by=city.office, now=NOW, **rules(row, k=8))
    with pytest.raises(ValidationError) as refused:
        authoring.settle(row, opened=both_opened, by=city.gongwei, now=NOW, **rules(row, k=9))
    assert refused.value.code == "stale"
    assert Survey.objects.get(pk=row.pk).k == 8


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"k": 4}, ["k"]),
        ({"k_comments": 9}, ["k_comments"]),
        ({"k_crosses": 19}, ["k_crosses"]),
        ({"k": 1001}, ["k"]),
        ({"retention_days": 0}, ["retention_days"]),
        ({"retention_days": 181}, ["retention_days"]),
        ({"retention_days": 2}, ["retention_days"]),  # before publication
        ({"closes_at": NOW - timedelta(hours=2)}, ["closes_at"]),
        ({"closes_at": NOW + timedelta(days=900)}, ["closes_at"]),
        ({"publish_on": TODAY + timedelta(days=9)}, ["publish_on"]),
        ({"by_desk": False, "by_slip": False}, ["by_desk"]),
        ({"crosses": [["nobody", "knows"]]}, ["crosses"]),
        ({"who": "robots"}, ["who"]),
        ({"desk_note": "远" * 81}, ["desk_note"]),
    ],
)
def test_rules_that_do_not_hold_are_refused_by_field(city, today, changes, named):
    row = drafted(city)
    with pytest.raises(ValidationError) as refused:
        settled(row, city.office, **changes)
    assert fields(refused) == named
    kept = Survey.objects.get(pk=row.pk)
    assert (kept.k, kept.opens_at, kept.retention_days) == (5, None, 30)


def test_thresholds_may_be_raised_and_taken_back(city, today):
    row = settled(drafted(city), city.office, k=12, k_comments=15, k_crosses=30, who=Who.MEMBERS)
    assert (row.k, row.k_comments, row.k_crosses, row.who) == (12, 15, 30, "members")
    assert settled(row, city.office, k=5).k == 5


def test_two_questions_about_the_person_may_be_crossed_while_they_are_asked(city, today):
    row = drafted(city)
    pair = list(authoring.crosses_of(row.asked)[0])
    settled(row, city.office, crosses=[pair])
    assert row.crosses == [pair]
    save(row, TEXT.split("# 过去三个月")[1], city.office)
    assert row.crosses == []


def test_rules_may_not_carry_a_draft_to_where_its_writer_has_no_say(city, today):
    row = drafted(city)
    with pytest.raises(PermissionDenied):
        settled(row, city.office, organisation=city.water)


def test_the_next_wave_asks_the_same_under_the_same_codes(city, today):
    first = settled(drafted(city), city.office, k=8, by_slip=True)
    launching.launch(first, by=city.office, now=NOW)
    second = authoring.follow(first, title="下一期", by=city.office, today=TODAY)
    assert second.previous == first
    assert second.asked == first.asked
    assert [one.code for one in second.asked.questions] == [one.code for one in first.asked.questions]
    assert (second.k, second.by_slip, second.desk_note) == (8, True, "机关党委 302 室")
    assert (second.opens_at, second.closes_at, second.publish_on, second.launched_at) == (None, None, None, None)
    assert second.code != first.code


def test_a_wave_whose_text_says_something_else_is_written_out_anew(city, today):
    first = opened(city)
    Survey.objects.bulk_create([Survey(organisation=city.finance, title="没有原文", questionnaire=first.questionnaire)])
    bare = Survey.objects.get(title="没有原文")
    text = authoring.text_of(bare)
    save(bare, text, city.office)
    assert bare.asked == first.asked


def test_only_a_launched_survey_of_ones_own_is_followed(city, today):
    row = drafted(city)
    with pytest.raises(ValidationError):
        authoring.follow(row, title="下一期", by=city.office, today=TODAY)
    of_city = opened(city, where=city.committee, by=city.gongwei)
    with pytest.raises(PermissionDenied):
        authoring.follow(of_city, title="下一期", by=city.office, today=TODAY)


def test_what_is_launched_takes_no_word_any_more(city, today):
    row = opened(city)
    for act in (
        lambda: save(row, "改了", city.office),
        lambda: settled(row, city.office, k=9),
        lambda: authoring.discard(row, by=city.office, today=TODAY),
    ):
        with pytest.raises(ValidationError) as refused:
            act()
        assert refused.value.messages == [authoring.LAUNCHED]
    assert Survey.objects.get(pk=row.pk).source == TEXT


def test_others_change_nothing(city, today):
    row = drafted(city)
    for role in ("secretary", "stranger", "admin"):
        with pytest.raises(PermissionDenied):
            save(row, "改了", getattr(city, role))
        with pytest.raises(PermissionDenied):
            authoring.discard(row, by=getattr(city, role), today=TODAY)
    assert Survey.objects.get(pk=row.pk).source == TEXT


def test_an_appraisal_is_not_written_here(city, today):
    row = drafted(city, where=city.first)
    Survey.objects.filter(pk=row.pk).update(kind=SurveyKind.APPRAISAL)
    for person in (city.office, city.secretary):
        with pytest.raises(PermissionDenied):
            save(row, "改了", person)


def test_a_draft_can_be_deleted_once(city, today):
    row = drafted(city)
    authoring.discard(Survey.objects.get(pk=row.pk), by=city.gongwei, today=TODAY)
    assert not Survey.objects.exists()
    with pytest.raises(ValidationError) as refused:
        save(row, "改了", city.office)
    assert refused.value.messages == ["这份草稿刚刚被删掉了。"]

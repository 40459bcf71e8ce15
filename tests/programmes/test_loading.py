"""Loading is idempotent, says what it did, and never touches what people have changed."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from organisations.models import Level
from programmes.article import shipped_article
from programmes.loading import RULES_HOLD_SINCE, load_article, load_rulebook
from programmes.models import ActivityKind, Indicator, Line, Obligation, Programme, Requirement
from programmes.opening import open_periods
from programmes.periods import Cadence
from programmes.rulebook import shipped_rulebook
from programmes.tasks import bring_programmes
from tests import make

pytestmark = pytest.mark.django_db

ARTICLE = shipped_article()
RULEBOOK = shipped_rulebook()
TODAY = date(2026, 11, 20)


@pytest.fixture
def article():
    """The article of 2026 in the database."""
    load_article(ARTICLE, 2026)


@pytest.fixture
def rulebook(article):
    """The rules in force, first loaded on the day."""
    load_rulebook(RULEBOOK, TODAY)


def changed(code, **values):
    """The rulebook with one requirement written otherwise."""
    entries = tuple(replace(entry, **values) if entry.code == code else entry for entry in RULEBOOK.requirements)
    return replace(RULEBOOK, requirements=entries)


def without(code):
    """The rulebook without one requirement."""
    return replace(RULEBOOK, requirements=tuple(entry for entry in RULEBOOK.requirements if entry.code != code))


def rows(code):
    """All rows of a code: since, until, minimum."""
    return list(Requirement.objects.filter(code=code).order_by("pk").values_list("since", "until", "minimum"))


# --- the article


def test_the_first_load_makes_everything():
    lines, kinds, programmes = load_article(ARTICLE, 2026)
    assert (len(lines.added), len(kinds.added), len(programmes.added)) == (
        9,
        len(ARTICLE.kinds),
        len(ARTICLE.programmes),
    )
    assert Line.objects.count() == 9
    assert ActivityKind.objects.count() == len(ARTICLE.kinds)
    assert Programme.objects.filter(year=2026).count() == len(ARTICLE.programmes)
    assert Indicator.objects.count() == sum(len(programme.indicators) for programme in ARTICLE.programmes)


def test_what_is_loaded_is_what_the_file_says_and_fits_the_models(article):
    kind = ActivityKind.objects.get(code="theme-party-day")
    assert (kind.name, kind.levels, kind.hours_rule) == ("主题党日", ["general_branch", "branch"], "duration")
    assert kind.agenda[0] == {"title": "传达学习重要讲话和文件精神", "first_topic": True}
    programme = Programme.objects.get(code="soul-forging", year=2026)
    assert (programme.starts_on, programme.ends_on) == (date(2026, 1, 1), date(2027, 1, 1))
    assert kind.programme == programme
    assert set(programme.kinds.values_list("code", flat=True)) == {
        "theme-party-day", "study-forging", "documentary-viewing", "case-education",
    }  # fmt: skip
    indicator = programme.indicators.get(name="主题党日")
    assert (indicator.target, indicator.per, [kind.code for kind in indicator.kinds.all()]) == (
        12,
        "branch",
        ["theme-party-day"],
    )
    for row in [*Line.objects.all(), *ActivityKind.objects.all(), *Programme.objects.all(), *Indicator.objects.all()]:
        row.full_clean()


def test_a_second_load_changes_nothing(article):
    for changes in load_article(ARTICLE, 2026):
        assert (changes.added, changes.updated, changes.left_alone) == ([], [], [])
        assert changes.unchanged
    assert Indicator.objects.count() == sum(len(programme.indicators) for programme in ARTICLE.programmes)


def test_a_kind_that_a_person_changed_is_left_alone_until_an_update_is_asked_for(article):
    ActivityKind.objects.filter(code="party-lecture").update(name="微党课")
    _, kinds, _ = load_article(ARTICLE, 2026)
    assert kinds.left_alone == ["微党课"]
    assert "与文件不同，未动：微党课" in kinds.sentence()
    assert ActivityKind.objects.get(code="party-lecture").name == "微党课"
    _, kinds, _ = load_article(ARTICLE, 2026, update=True)
    assert kinds.updated == ["党课"]
    assert ActivityKind.objects.get(code="party-lecture").name == "党课"


def test_an_order_of_ones_own_is_no_difference(article):
    Line.objects.filter(code="theory").update(order=5)
    lines, _, _ = load_article(ARTICLE, 2026)
    assert not lines.left_alone
    assert Line.objects.get(code="theory").order == 5


def test_a_programme_that_people_wrote_on_is_never_touched(article):
    row = Programme.objects.get(code="ball-league", year=2026)
    row.indicators.all().delete()
    row.kinds.clear()
    Programme.objects.filter(pk=row.pk).update(goal="我们自己的目标。")
    load_article(ARTICLE, 2026, update=True)
    row.refresh_from_db()
    assert (row.goal, row.indicators.count(), row.kinds.count()) == ("我们自己的目标。", 0, 0)


def test_the_next_year_brings_its_programmes_and_the_kinds_follow(article):
    own = Programme.objects.get(code="youth-theory", year=2026)
    ActivityKind.objects.filter(code="quiz-contest").update(programme=None)
    ActivityKind.objects.filter(code="red-site-visit").update(programme=own)
    _, _, programmes = load_article(ARTICLE, 2027)
    assert len(programmes.added) == len(ARTICLE.programmes)
    assert ActivityKind.objects.get(code="theme-party-day").programme.year == 2027
    assert ActivityKind.objects.get(code="quiz-contest").programme is None
    assert ActivityKind.objects.get(code="red-site-visit").programme == own


def test_an_earlier_year_loaded_later_does_not_take_the_kinds_back(article):
    load_article(ARTICLE, 2025)
    assert ActivityKind.objects.get(code="theme-party-day").programme.year == 2026
    assert Programme.objects.filter(year=2025).count() == len(ARTICLE.programmes)


def test_a_new_kind_joins_the_programme_that_is_there(article):
    ActivityKind.objects.filter(code="documentary-viewing").delete()
    _, kinds, programmes = load_article(ARTICLE, 2026)
    assert (kinds.added, programmes.added) == (["观看文献片、电教片"], [])
    kind = ActivityKind.objects.get(code="documentary-viewing")
    assert kind.programme.code == "soul-forging"
    assert kind in kind.programme.kinds.all()


# --- the rulebook


def test_the_first_load_dates_the_rules_from_2019(rulebook):
    assert Requirement.objects.count() == len(RULEBOOK.requirements)
    assert set(Requirement.objects.values_list("since", "until", "origin")) == {(RULES_HOLD_SINCE, None, "rulebook")}
    row = Requirement.objects.get(code="committee-meeting-monthly")
    assert (row.level, row.min_full_members, row.needs_committee, row.remind_before) == ("branch", 7, True, [7, 0])
    assert [kind.code for kind in row.kinds.all()] == ["committee-meeting"]
    for row in Requirement.objects.all():
        row.full_clean()


def test_a_second_load_of_the_rules_changes_nothing(rulebook):
    changes = load_rulebook(RULEBOOK, TODAY)
    assert (changes.added, changes.updated, changes.left_alone, changes.ended) == ([], [], [], [])
    assert changes.unchanged == len(RULEBOOK.requirements)
    assert changes.sentence() == "要求：新增 0，更新 0，不变 12。"


def test_a_changed_entry_closes_the_row_at_the_next_period_and_opens_another(rulebook):
    changes = load_rulebook(changed("theme-party-day-monthly", minimum=2), TODAY)
    assert changes.updated == ["主题党日（自 2026年12月1日起）"]
    assert rows("theme-party-day-monthly") == [
        (RULES_HOLD_SINCE, date(2026, 12, 1), 1),
        (date(2026, 12, 1), None, 2),
    ]
    again = load_rulebook(changed("theme-party-day-monthly", minimum=2), TODAY)
    assert again.unchanged == len(RULEBOOK.requirements)


@pytest.mark.parametrize(
    ("code", "values", "turn"),
    [
        ("branch-meeting-quarterly", {"minimum": 2}, date(2027, 1, 1)),
        ("theme-party-day-monthly", {"cadence": Cadence.QUARTER}, date(2027, 1, 1)),
        ("branch-meeting-quarterly", {"cadence": Cadence.MONTH}, date(2027, 1, 1)),
        ("group-meeting-monthly", {"basis": "另有规定"}, date(2026, 12, 1)),
        ("group-meeting-monthly", {"kinds": ("group-meeting", "theory-study")}, date(2026, 12, 1)),
    ],
)
def test_old_and_new_row_meet_where_the_longer_period_turns(rulebook, code, values, turn):
    load_rulebook(changed(code, **values), TODAY)
    old, new = Requirement.objects.filter(code=code).order_by("pk")
    assert (old.until, new.since) == (turn, turn)


def test_a_second_change_before_the_first_takes_effect_leaves_no_overlap(rulebook):
    load_rulebook(changed("theme-party-day-monthly", cadence=Cadence.QUARTER), TODAY)
    load_rulebook(changed("theme-party-day-monthly", minimum=3), TODAY)
    assert rows("theme-party-day-monthly") == [
        (RULES_HOLD_SINCE, date(2027, 1, 1), 1),
        (date(2027, 1, 1), date(2027, 1, 1), 1),
        (date(2027, 1, 1), None, 3),
    ]
    assert Requirement.objects.filter(code="theme-party-day-monthly").in_force(date(2027, 1, 1)).get().minimum == 3
    assert Requirement.objects.filter(code="theme-party-day-monthly").in_force(date(2026, 12, 1)).get().minimum == 1


def test_an_entry_that_is_gone_ends_its_row_and_may_come_back(rulebook):
    changes = load_rulebook(without("party-lecture-quarterly"), TODAY)
    assert changes.ended == ["党课"]
    assert rows("party-lecture-quarterly") == [(RULES_HOLD_SINCE, date(2027, 1, 1), 1)]
    assert load_rulebook(without("party-lecture-quarterly"), TODAY).ended == []
    back = load_rulebook(RULEBOOK, date(2027, 3, 1))
    assert back.added == ["党课"]
    assert rows("party-lecture-quarterly")[1] == (date(2027, 4, 1), None, 1)


def test_a_new_entry_holds_from_the_next_period(article):
    load_rulebook(without("group-meeting-monthly"), TODAY)
    assert load_rulebook(RULEBOOK, TODAY).added == ["党小组会"]
    assert rows("group-meeting-monthly") == [(date(2026, 12, 1), None, 1)]


def test_a_row_that_a_person_wrote_is_left_alone(rulebook):
    row = Requirement.objects.get(code="group-meeting-monthly")
    row.until = date(2026, 12, 1)
    row.save()
    kinds = list(row.kinds.all())
    row.pk, row.since, row.until, row.minimum, row.origin = None, date(2026, 12, 1), None, 2, "person"
    row.save(force_insert=True)
    row.kinds.set(kinds)
    before = rows("group-meeting-monthly")
    changes = load_rulebook(changed("group-meeting-monthly", minimum=4), TODAY)
    assert changes.left_alone == ["党小组会"]
    assert load_rulebook(without("group-meeting-monthly"), TODAY).ended == []
    assert rows("group-meeting-monthly") == before


def test_a_rule_of_one_organisation_is_left_alone(rulebook):
    organ = make.organisation(
        "市财政局机关党委", Level.ORGAN_COMMITTEE, make.organisation("工委", Level.WORK_COMMITTEE, None)
    )
    common = Requirement.objects.get(code="theme-party-day-monthly")
    common.pk, common.organisation, common.minimum, common.origin = None, organ, 2, "person"
    common.save(force_insert=True)
    changes = load_rulebook(changed("theme-party-day-monthly", minimum=3), TODAY)
    assert changes.updated == ["主题党日（自 2026年12月1日起）"]
    local = Requirement.objects.get(organisation=organ)
    assert (local.minimum, local.until) == (2, None)


def test_what_is_owed_follows_a_change_from_the_next_period_on(rulebook):
    committee = make.organisation(
        "市水务局机关党委", Level.ORGAN_COMMITTEE, make.organisation("工委", Level.WORK_COMMITTEE, None)
    )
    branch = make.organisation("水务党支部", Level.BRANCH, committee)
    open_periods(TODAY)
    load_rulebook(changed("theme-party-day-monthly", minimum=2), TODAY)
    needed = Obligation.objects.filter(organisation=branch, code="theme-party-day-monthly").order_by("period")
    assert list(needed.values_list("period", "needed")) == [("2026-11", 1), ("2026-12", 2)]


# --- the commands


def test_the_commands_say_what_they_did(capsys):
    call_command("load_article", year=2026)
    call_command("load_rulebook")
    first = capsys.readouterr().out
    assert f"类别：新增 {len(ARTICLE.kinds)}，更新 0，不变 0。" in first
    assert "要求：新增 12，更新 0，不变 0。" in first
    call_command("load_article", year=2026)
    call_command("load_rulebook")
    assert "要求：新增 0，更新 0，不变 12。" in capsys.readouterr().out


def test_rules_before_the_article_are_refused_with_a_sentence():
    with pytest.raises(CommandError, match="请先运行 load_article"):
        call_command("load_rulebook")


def test_the_beat_brings_the_programmes_of_a_new_year_and_leaves_the_old_ones(article, time_machine):
    before = set(Programme.objects.filter(year=2026).values_list("code", flat=True))
    time_machine.move_to("2027-01-04T00:05+08:00", tick=False)
    for _ in range(2):
        bring_programmes()
    assert set(Programme.objects.filter(year=2027).values_list("code", flat=True)) == before
    assert Programme.objects.filter(year=2026).count() == len(before)

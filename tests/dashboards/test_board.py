"""看板: who may open it, what it counts, and that its cost does not grow with the tree."""

from __future__ import annotations

import re
from datetime import date, time

import pytest
from django.urls import reverse

from activities.entries import AgendaLine
from dashboards.board import CommitteeBoard
from organisations.models import Level, Organisation
from programmes.compliance import Cell
from programmes.models import Obligation
from programmes.opening import open_periods
from programmes.periods import parse
from tests import make
from tests.conftest import TODAY, City

Q4 = parse("2026-Q4")


def board_of(city: City, organisation: Organisation, key: str = "2026-Q4", **options: str) -> CommitteeBoard:
    """The board as the work committee sees it."""
    return CommitteeBoard(city.gongwei, organisation, parse(key), TODAY, **options)


def page(client, organisation: Organisation | None = None, **query: str):
    """The answer to a request for a board."""
    where = {"organisation": organisation.pk} if organisation else {}
    return client.get(reverse("board"), where | query)


# --- who may open it


@pytest.mark.parametrize("role", ["member", "recorder", "group_leader", "secretary", "staff", "administrator"])
def test_without_the_right_to_a_board_it_is_forbidden(city: City, today: date, as_person, role: str):
    assert page(as_person(city.cast[role])).status_code == 403
    assert as_person(city.cast[role]).get(reverse("board-held")).status_code == 403


def test_a_stranger_is_asked_to_log_in(city: City, client):
    assert page(client).status_code == 302


def test_an_organisation_out_of_reach_is_not_found(city: City, today: date, as_person):
    client = as_person(city.office)
    assert page(client, city.finance_committee).status_code == 200
    assert page(client, city.water).status_code == 404
    assert page(client, city.committee).status_code == 404
    assert client.get(reverse("board-held"), {"organisation": city.water.pk}).status_code == 404


@pytest.mark.parametrize("nonsense", ["x", "-1", "0", "1.5", "９", "9" * 40])
def test_an_organisation_that_is_no_number_is_not_found(city: City, today: date, as_person, nonsense: str):
    assert as_person(city.gongwei).get(reverse("board"), {"organisation": nonsense}).status_code == 404


def test_by_default_it_is_the_highest_board_that_one_may_see(city: City, today: date, as_person):
    assert page(as_person(city.gongwei)).context["board"].organisation == city.committee
    assert page(as_person(city.office)).context["board"].organisation == city.finance


def test_a_deeper_board_is_not_taken_for_the_highest(city: City, today: date, as_person):
    make.holds(city.stranger, "organ-committee-secretary", city.finance_committee)
    make.holds(city.stranger, "organ-committee-secretary", city.water)
    assert page(as_person(city.stranger)).context["board"].organisation == city.water


# --- which period


def test_by_default_it_is_the_present_quarter(city: City, today: date, as_person):
    assert page(as_person(city.gongwei)).context["board"].period == Q4


@pytest.mark.parametrize("nonsense", ["abc", "2026-13", "2026-Q5", "26-Q4", "0001"])
def test_a_period_that_means_nothing_gives_the_present_one_and_says_so(
    city: City, today: date, as_person, nonsense: str
):
    answer = page(as_person(city.gongwei), period=nonsense)
    assert answer.status_code == 200
    assert answer.context["board"].period == Q4
    assert "看不懂的期间" in answer.content.decode()
    assert "现在看的是2026年第四季度。" in answer.content.decode()


@pytest.mark.parametrize("key", ["1900", "1900-01", "2019-Q1", "2026-H2", "2027-Q1", "2999"])
def test_any_period_can_be_shown(city: City, today: date, as_person, key: str):
    assert page(as_person(city.gongwei), period=key).status_code == 200


def test_the_switches_lead_to_the_periods_around_today(city: City, today: date):
    shown = board_of(city, city.committee)
    assert [(choice.label, choice.url.split("period=")[1], choice.current) for choice in shown.cadences] == [
        ("月", "2026-11", False),
        ("季", "2026-Q4", True),
        ("年", "2026", False),
    ]
    assert [(choice.label, choice.current) for choice in shown.neighbours] == [("第三季度", False), ("第四季度", True)]


def test_a_period_gone_by_leads_on_and_keeps_its_year(city: City):
    shown = board_of(city, city.committee, "2025-Q3")
    assert [choice.url.split("period=")[1] for choice in shown.neighbours] == ["2025-Q2", "2025-Q3", "2025-Q4"]
    assert [choice.url.split("period=")[1] for choice in shown.cadences] == ["2025-09", "2025-Q3", "2025"]


# --- what it counts


def test_units_are_the_children_each_with_everything_below(city: City):
    shown = board_of(city, city.committee)
    assert [unit.label for unit in shown.units] == ["市财政局党组", "市水务局机关党委"]
    finance = shown.grid[city.finance.path]
    assert finance["branch-meeting-quarterly"] == Cell(needed=2)  # two branches
    assert finance["theme-party-day-monthly"] == Cell(needed=4, overdue=2)  # two branches in October and November
    assert finance["group-meeting-monthly"] == Cell(needed=4, overdue=2)  # two groups of one branch
    assert finance["study-centre-quarterly"] == Cell(needed=1)  # its own


def test_a_level_that_stands_alone_is_skipped_and_keeps_its_own_row(city: City):
    shown = board_of(city, city.finance)
    assert [unit.label for unit in shown.units] == [
        "市财政局党组本级",
        "市财政局机关党委本级",
        "第一党支部",
        "第二党支部",
    ]
    assert set(shown.grid[city.finance_committee.path]) == {
        "organ-committee-meeting-quarterly",
        "thought-analysis-half",
    }
    assert shown.grid[city.first.path]["group-meeting-monthly"] == Cell(needed=4, overdue=2)


def test_the_pillars_sum_their_lines_and_the_lines_their_requirements(city: City):
    shown = board_of(city, city.finance)
    education, responsibility, atmosphere = shown.pillars
    assert education.cell == sum((line.cell for line in education.lines), Cell())
    assert responsibility.cell.needed == sum(
        cell.needed for code, cell in shown.sums.items() if code in problem_codes(shown)
    )
    assert education.cell + responsibility.cell == sum(shown.sums.values(), Cell())
    assert not atmosphere.cell.asked
    assert [line.sentence for line in atmosphere.lines] == ["没有应办要求"] * 3


def problem_codes(shown: CommitteeBoard) -> set[str]:
    """The codes of the second pillar."""
    return {column.code for column in shown.columns if column.pillar == 2}


def test_a_recorded_activity_is_done_at_once_on_every_board_above(city: City):
    before = board_of(city, city.committee).sums["branch-meeting-quarterly"]
    make.activity(city.first, "branch-meeting", on=date(2026, 11, 5), by=city.secretary, today=TODAY)
    for organisation in (city.committee, city.finance, city.finance_committee):
        assert board_of(city, organisation).sums["branch-meeting-quarterly"].done == 1
    assert board_of(city, city.committee).sums["branch-meeting-quarterly"] == before + Cell(done=1)


def test_the_period_before_is_counted_by_the_same_definition(city: City):
    november = board_of(city, city.finance, "2026-11")
    october = board_of(city, city.finance, "2026-10")
    assert [pillar.before for pillar in november.pillars] == [pillar.cell.overdue for pillar in october.pillars]
    assert sum(pillar.before for pillar in november.pillars) > 0


def test_a_line_says_how_overdue_changed(city: City):
    line = board_of(city, city.finance, "2026-11").pillars[0].lines[0]
    assert line.sentence == "没有逾期，比上期少 2 项"
    Obligation.objects.filter(period="2026-11").update(due_on=date(2026, 11, 10))
    Obligation.objects.filter(period="2026-11", organisation=city.first).update(done=1)
    assert board_of(city, city.finance, "2026-11").pillars[0].lines[0].sentence == "逾期 1 项，比上期少 1 项"


def test_a_closed_unit_stays_while_it_has_something_to_count(city: City):
    closed = make.organisation("市档案馆机关党委", Level.ORGAN_COMMITTEE, city.committee)
    gone = make.organisation("市地方志办机关党委", Level.ORGAN_COMMITTEE, city.committee)
    open_periods(TODAY)
    Obligation.objects.filter(organisation=gone).delete()
    Organisation.objects.filter(pk__in=[closed.pk, gone.pk]).update(closed_on=date(2026, 10, 1))
    labels = [unit.label for unit in board_of(city, city.committee).units]
    assert "市档案馆机关党委" in labels
    assert "市地方志办机关党委" not in labels


def test_waiting_names_the_oldest_of_this_period_and_the_one_before(city: City):
    Obligation.objects.filter(organisation=city.second, period="2026-10").update(done=1)
    shown = board_of(city, city.finance, "2026-11")
    assert [(item.what, item.name, item.days) for item in shown.waiting] == [
        ("10月支委会", "第一党支部", 20),
        ("10月主题党日", "第一党支部", 20),
        ("10月党小组会", "第一党支部第一党小组", 20),
        ("10月党小组会", "第一党支部第二党小组", 20),
    ]
    assert shown.overdue == 4
    assert [item.name for item in board_of(city, city.committee).waiting][1] == "市财政局机关党委第一党支部"


def test_what_is_exempt_or_pending_is_neither_missing_nor_waiting(city: City):
    october = Obligation.objects.filter(organisation=city.first, period="2026-10")
    october.filter(code="theme-party-day-monthly").update(exemption_state="granted")
    october.filter(code="committee-meeting-monthly").update(exemption_state="asked")
    shown = board_of(city, city.finance_committee, "2026-10")
    cells = shown.grid[city.first.path]
    assert cells["theme-party-day-monthly"] == Cell(exempt=1)
    assert cells["committee-meeting-monthly"] == Cell(pending=1)
    assert "第一党支部" not in [item.name for item in shown.waiting]
    assert '<td class="gapna">不适用</td>' in shown.heat
    assert '<td class="gapna">待批</td>' in shown.heat


# --- getting about


def test_the_crumbs_lead_back_as_far_as_one_may_see(city: City, today: date):
    assert [label for label, _ in board_of(city, city.finance).crumbs] == ["市直机关工委", "市财政局党组"]
    own = CommitteeBoard(city.office, city.finance_committee, Q4, TODAY)
    assert [label for label, _ in own.crumbs] == ["市财政局党组", "市财政局机关党委"]
    assert [label for label, _ in CommitteeBoard(city.office, city.finance, Q4, TODAY).crumbs] == [
        "市财政局党组",
        "全部单位",
    ]


def test_from_a_gap_to_the_record_in_three_clicks(city: City, today: date, as_person):
    made = make.activity(city.first, "theme-party-day", on=date(2026, 10, 9), by=city.secretary, today=TODAY)
    client = as_person(city.gongwei)
    organ = leads_to(page(client, period="2026-10"), "市财政局党组", "1/2")
    assert organ == f"/board/?organisation={city.finance.pk}&period=2026-10"
    records = leads_to(client.get(organ), "第一党支部", "1/1")
    assert records == f"/activities/?organisation={city.first.pk}&period=2026-10&kind=theme-party-day"
    assert f'href="/activities/{made.pk}/"' in client.get(records).content.decode()
    assert leads_to(client.get(organ), "第二党支部", "0/1") == f"/organisations/{city.second.pk}/"


def leads_to(answer, unit: str, figures: str) -> str:
    """Where the first cell with these figures in the row of a unit leads."""
    row = re.search(rf'<tr><th scope="row"><a[^>]*>{unit}</a></th>(.*?)</tr>', answer.content.decode()).group(1)
    return re.search(rf'<a href="([^"]+)">{figures}</a>', row).group(1).replace("&amp;", "&")


def test_records_of_a_yearly_requirement_are_sought_in_its_year(city: City):
    make.activity(city.first, "organisational-life-meeting", on=date(2026, 3, 6), by=city.secretary, today=TODAY)
    heat = board_of(city, city.finance).heat
    assert f"?organisation={city.first.pk}&amp;period=2026&amp;kind=organisational-life-meeting" in heat


def test_the_table_can_be_narrowed_to_a_system(city: City):
    assert board_of(city, city.committee).systems == []  # all of one
    make.organisation("市总工会机关党委", Level.ORGAN_COMMITTEE, city.committee, system="people")
    open_periods(TODAY)
    everything = board_of(city, city.committee)
    assert [choice.label for choice in everything.systems] == ["全部", "政府", "群团"]
    people = board_of(city, city.committee, system="people")
    assert "市总工会机关党委" in people.heat
    assert "市财政局党组" not in people.heat
    assert "市财政局党组" in str(board_of(city, city.committee, system="nonsense").heat)


# --- the page


def test_the_page_shows_every_part_and_no_ranking(city: City, today: date, as_person):
    text = page(as_person(city.gongwei)).content.decode()
    for part in ("三力概览", "要求落实全景", "需要帮助的单位", "各单位", "等得最久的事", "走势", "本期没有应办要求"):
        assert part in text
    for forbidden in ("排名", "得分", "积分", "第一名", "%"):
        assert forbidden not in re.sub(r"<[^>]*>", "", text)


def test_a_name_with_markup_is_shown_as_text(city: City, today: date, as_person):
    Organisation.objects.filter(pk=city.water.pk).update(name='<b>"水务"&局</b>')
    text = page(as_person(city.gongwei), period="2026-10").content.decode()
    assert '<b>"水务"' not in text
    assert "&lt;b&gt;&quot;水务&quot;&amp;局&lt;/b&gt;" in text


def test_an_empty_period_says_so(city: City, today: date, as_person):
    text = page(as_person(city.gongwei), period="2019-Q1").content.decode()
    assert "本期没有到期的应办事项" in text
    assert 'class="heat"' not in text


@pytest.mark.parametrize("branches", [1, 3])
@pytest.mark.parametrize("place", ["committee", "finance"])
def test_the_board_asks_the_same_at_any_size(
    city: City, today: date, as_person, django_assert_num_queries, branches: int, place: str
):
    for number in range(branches):
        make.organisation(f"新设第{number}党支部", Level.BRANCH, city.finance_committee)
    open_periods(date(2026, 10, 1))
    open_periods(TODAY)
    client = as_person(city.gongwei)
    page(client, getattr(city, place))  # the idle stamp is written once a minute
    with django_assert_num_queries(14):
        page(client, getattr(city, place))


# --- what was held


def test_what_was_held_comes_as_a_fragment_and_as_a_page(city: City, today: date, as_person):
    make.activity(city.first, "theme-party-day", on=date(2026, 10, 9), by=city.secretary, today=TODAY)
    client = as_person(city.gongwei)
    where = {"organisation": city.finance.pk, "period": "2026-10"}
    fragment = client.get(reverse("board-held"), where, headers={"HX-Request": "true"}).content.decode()
    assert '<span id="held-firm-beliefs" hx-swap-oob="true">，记下 1 次</span>' in fragment
    assert "<html" not in fragment
    whole = client.get(reverse("board-held"), where).content.decode()
    assert "第一议题 1／1 次会议" in whole
    assert "<html" in whole


def test_the_first_topic_is_so_many_of_so_many_meetings(city: City, today: date):
    from dashboards.held import Held

    plain = (AgendaLine("只议一件事"),)
    make.activity(city.first, "branch-meeting", on=date(2026, 10, 9), by=city.secretary, today=TODAY)
    make.activity(
        city.first,
        "branch-meeting",
        "theme-party-day",
        on=date(2026, 10, 16),
        by=city.secretary,
        today=TODAY,
        agenda=plain,
    )
    make.activity(
        city.first,
        "culture-sports",
        on=date(2026, 10, 17),
        by=city.secretary,
        today=TODAY,
        agenda=plain,
        starts_at=time(9),
    )
    make.activity(city.water_branch, "branch-meeting", on=date(2026, 10, 9), by=city.stranger, today=TODAY)
    assert Held(city.finance, Q4, TODAY).first_topic == (1, 2)
    assert Held(city.committee, Q4, TODAY).first_topic == (2, 3)
    numbers = {part.line.code: part.number for part in Held(city.finance, Q4, TODAY).lines}
    assert numbers["problems"] == 2
    assert numbers["firm-beliefs"] == 1
    assert numbers["culture-sports"] == 1
    assert numbers["care"] == 0

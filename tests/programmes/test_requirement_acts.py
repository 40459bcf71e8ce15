"""要求: adding a rule, writing one more strictly for an organ, retiring one."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from organisations.models import Level
from programmes.models import Requirement
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
TODAY = date(2026, 11, 20)
DECEMBER = date(2026, 12, 1)
PARTY_DAY, MEETING = "theme-party-day-monthly", "branch-meeting-quarterly"
HTMX = {"HX-Request": "true"}


def standing(code: str = PARTY_DAY, organisation=None) -> Requirement:
    return Requirement.objects.get(code=code, organisation=organisation, until=None)


def sentence(**different: object) -> dict[str, object]:
    """The form as it is sent for the party day, two a month."""
    typed = {
        "level": Level.BRANCH,
        "min_full_members": "0",
        "cadence": "month",
        "minimum": "2",
        "since": "2026-12-01",
        "due_days_before_end": "0",
        "remind_before": "7、0",
        "basis": "本级惯例",
        "reason": "试行以后商定",
    }
    return typed | different


def text(response) -> str:
    return response.content.decode()


def test_a_rule_is_added_with_the_kinds_that_count(city, as_person):
    typed = sentence(
        name="专题党课",
        line=str(standing().line_id),
        kinds=[str(make.kind("party-lecture").pk)],
        cadence="half",
        since="2027-01-01",
        minimum="1",
    )
    response = as_person(city.gongwei).post(reverse("requirement-add"), typed, follow=True)
    assert "专题党课：新的写法从 2027年1月1日起。" in text(response)
    row = Requirement.objects.get(name="专题党课")
    assert (row.code, row.written_by, [kind.code for kind in row.kinds.all()]) == (
        "party-lecture-half",
        city.gongwei,
        ["party-lecture"],
    )
    assert "待执行" in text(response)


@pytest.mark.parametrize(
    ("different", "words"),
    [
        ({"name": ""}, "请写名称"),
        ({"name": "主题党日"}, "已经有一条同名的要求"),
        ({"line": ""}, "请选条线"),
        ({"line": "999"}, "没有这个条线"),
        ({"kinds": []}, "请至少选一类"),
        ({"kinds": ["999"]}, "不存在或已经停用"),
        ({"kinds": ["x"]}, "不存在"),
        ({"level": "group"}, "没有办法完成"),
    ],
)
def test_a_rule_that_is_not_in_order_is_not_added(city, as_person, different, words):
    typed = sentence(
        name="专题党课", line=str(standing().line_id), kinds=[str(make.kind("party-lecture").pk)], since="2026-12-01"
    )
    response = as_person(city.gongwei).post(reverse("requirement-add"), typed | different)
    assert response.status_code == 422
    assert words in text(response)
    assert Requirement.objects.count() == 12


def test_a_new_rule_can_be_tried_out(city, as_person):
    page = text(as_person(city.gongwei).post(reverse("requirement-add-preview"), sentence(level="group"), headers=HTMX))
    assert '<span class="num">2</span>个党小组适用' in page


def test_an_organ_office_writes_a_stricter_rule_for_its_organ(city, as_person):
    client = as_person(city.office)
    url = reverse("requirement-tighten", args=[standing().pk])
    assert "本单位写得更严：主题党日" in text(client.get(url))
    assert '<span class="num">2</span>个党支部适用' in text(
        client.post(reverse("requirement-tighten-preview", args=[standing().pk]), sentence(), headers=HTMX)
    )
    assert client.post(url, sentence(minimum="1", cadence="quarter", since="2027-01-01")).status_code == 422
    assert client.post(url, sentence()).status_code == 302
    own = standing(organisation=city.finance)
    assert (own.minimum, own.since) == (2, DECEMBER)
    page = text(client.get(reverse("requirement-edit", args=[own.pk])))
    assert "只对市财政局党组及所属" in page
    assert "全市的写法：党支部，每月至少 1 次" in page


def test_retiring_is_asked_first_and_says_what_it_does(city, as_person):
    client, url = as_person(city.gongwei), reverse("requirement-retire", args=[standing().pk])
    assert "从2026年12月1日起不再要求党支部每月至少 1 次" in text(client.get(url))
    assert client.post(url, {"reason": ""}).status_code == 422
    assert standing().is_active
    page = text(client.post(url, {"reason": "并入组织生活"}, follow=True))
    assert "主题党日从下一期起停用。" in page
    assert "12月1日起：停用" in page
    assert not standing().is_active
    assert client.get(reverse("requirement-retire", args=[standing().pk])).url == reverse("requirement-list")

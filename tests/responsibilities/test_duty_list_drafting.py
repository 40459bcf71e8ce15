"""The lines, levels and posts of a draft: numbered through, completed from the requirements, and checked."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from organisations.models import Post
from responsibilities import drafting, editions, seating
from responsibilities.models import DutyLevel, DutyPost, Proof, Rhythm
from tests import make
from tests.conftest import TODAY
from tests.responsibilities.lists_made import sample, unsaved


@pytest.fixture
def row(city, today):
    """An empty draft of the work committee's."""
    return editions.begin(city.committee, preset="three-by-four", title="清单", by=city.gongwei, now=make.moment(TODAY))


def add(row, content, *kinds, **fields):
    """One more line."""
    bound = [make.kind(code) for code in kinds]
    return drafting.add_line(unsaved(row, content, **fields), bound, by=None, today=TODAY)


def told(row) -> list[tuple[int, str]]:
    """The lines by number."""
    return list(row.duties.values_list("number", "content"))


def faults(row, *kinds, **fields) -> set[str]:
    """The fields that are complained about."""
    with pytest.raises(ValidationError) as refused:
        add(row, fields.pop("content", "走访服务对象。"), *kinds, **fields)
    return set(refused.value.message_dict)


def test_lines_are_numbered_by_level_post_and_their_order_within(row):
    top = {"level": row.levels.first(), "post": row.posts.first()}
    add(row, "三级第一项。")
    add(row, "三级第二项。")
    add(row, "一级第一项。", **top)
    assert told(row) == [(1, "一级第一项。"), (2, "三级第一项。"), (3, "三级第二项。")]
    second = row.duties.get(number=3)
    drafting.move_line(second, up=True, by=None)
    assert told(row) == [(1, "一级第一项。"), (2, "三级第二项。"), (3, "三级第一项。")]
    drafting.move_line(second, up=True, by=None)  # the first of its post stays where it is
    assert told(row)[1] == (2, "三级第二项。")
    drafting.remove_line(row.duties.get(number=1), by=None)
    assert told(row) == [(1, "三级第二项。"), (2, "三级第一项。")]


def test_a_line_moves_when_its_post_changes(row):
    add(row, "甲。")
    duty = add(row, "乙。")
    duty.post = row.posts.first()
    drafting.change_line(duty, [], by=None, today=TODAY)
    assert told(row) == [(1, "乙。"), (2, "甲。")]


def test_a_requirement_says_rhythm_kinds_and_proof(row):
    duty = add(row, "开支委会。", requirement_code="committee-meeting-monthly", rhythm=Rhythm.YEAR, times=7)
    assert (duty.rhythm, duty.times, duty.proof) == ("month", 1, Proof.KINDS)
    assert [kind.code for kind in duty.kinds.all()] == ["committee-meeting"]


def test_what_is_not_proven_by_records_keeps_no_kinds(row):
    duty = add(row, "谈心谈话。", "branch-meeting", proof=Proof.TALKS)
    assert not duty.kinds.exists()


def test_what_is_wrong_is_said_by_the_field(row, city):
    other = sample(city)
    assert faults(row, content=" ") == {"content"}
    assert faults(row, proof=Proof.KINDS) == {"kinds"}
    assert faults(row, "study-centre-session", proof=Proof.KINDS) == {"kinds"}  # no branch ever holds one
    assert faults(row, rhythm=Rhythm.ONCE) == {"deadline"}
    assert faults(row, deadline=date(2026, 12, 31)) == {"deadline"}
    assert faults(row, times=0) == {"times"}
    assert faults(row, times=100) == {"times"}
    assert faults(row, requirement_code="no-such-rule") == {"requirement_code"}
    assert faults(row, requirement_code="study-centre-quarterly") == {"requirement_code"}
    assert faults(row, level=other.levels.last(), post=other.posts.last()) == {"level", "post"}
    assert faults(row, content="长" * 401) == {"content"}
    assert not row.duties.exists()


def test_a_list_has_an_end(row, monkeypatch):
    monkeypatch.setattr(drafting, "MOST_LINES", 2)
    many = [(unsaved(row, f"第{number}项。"), []) for number in range(3)]
    with pytest.raises(ValidationError, match="最多 2 项，现在是 3 项"):
        drafting.add_lines(row, many, by=None, today=TODAY)
    assert drafting.add_lines(row, many[:2], by=None, today=TODAY) == 2
    with pytest.raises(ValidationError, match="最多 2 项"):
        add(row, "再加一项。")
    assert told(row) == [(1, "第0项。"), (2, "第1项。")]


def test_a_line_that_is_gone_is_not_brought_back(row):
    duty = add(row, "甲。")
    drafting.remove_line(duty, by=None)
    duty.pk = duty.pk or 1
    with pytest.raises(ValidationError, match="刚刚被删掉"):
        drafting.change_line(duty, [], by=None, today=TODAY)


def test_levels_and_posts_take_the_place_they_are_given(row):
    seating.write_level(row, DutyLevel(), name="党小组", levels=["group"], place=1, by=None)
    assert [level.name for level in row.levels.all()] == ["党小组", "党组（党委）", "机关党委", "党支部"]
    level = row.levels.first()
    seating.write_level(row, level, name="小组", levels=["group"], place=4, by=None)
    assert [level.name for level in row.levels.all()] == ["党组（党委）", "机关党委", "党支部", "小组"]
    writer = DutyPost()
    roster = Post.objects.filter(code="branch-publicist")
    plain = {"note": "", "posts": roster, "by": None}
    seating.write_post(row, writer, name="宣传委员", everybody=False, place=99, **plain)
    assert [post.name for post in row.posts.all()][-1] == "宣传委员"
    assert writer.posts.get().code == "branch-publicist"
    seating.write_post(row, writer, name="党员", everybody=True, place=5, **plain)
    assert not writer.posts.exists()


def test_placing_a_level_numbers_its_lines_anew(row):
    add(row, "三级。")
    add(row, "一级。", level=row.levels.first(), post=row.posts.first())
    last = row.levels.last()
    seating.write_level(row, last, name=last.name, levels=last.levels, place=1, by=None)
    assert told(row) == [(1, "三级。"), (2, "一级。")]


def test_seats_that_make_no_sense_are_refused(row):
    level, post = row.levels.first(), row.posts.first()
    add(row, "一级。", level=level, post=post)
    for seat in (level, post):
        with pytest.raises(ValidationError, match="还有 1 项责任"):
            seating.remove_seat(seat, by=None)
    with pytest.raises(ValidationError, match="已经有“党支部”了"):
        seating.write_level(row, DutyLevel(), name="党支部", levels=["branch"], place=1, by=None)
    with pytest.raises(ValidationError, match="请选这一级"):
        seating.write_level(row, DutyLevel(), name="空", levels=[], place=1, by=None)
    with pytest.raises(ValidationError, match="请选哪些职务"):
        seating.write_post(row, DutyPost(), name="空", note="", posts=[], everybody=False, place=1, by=None)

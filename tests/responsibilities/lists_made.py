"""Duty lists for the tests of lists: the shipped one as a draft, and in force."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from organisations.models import Organisation, Person
from responsibilities import drafting, editions
from responsibilities.loading import draft_from, shipped_list
from responsibilities.models import Assignment, Duty, DutyList, DutyType, Proof, Rhythm, Standing
from tests import make
from tests.conftest import TODAY, City

NEW_YEAR = date(2026, 1, 1)
# Three levels and five posts, none of which any preset has.
THREE_BY_FIVE = """
title = "三级五岗清单"

[[level]]
name = "一级"
levels = ["party_group"]
[[level]]
name = "二级"
levels = ["organ_committee", "general_branch"]
[[level]]
name = "三级"
levels = ["branch", "group"]

[[post]]
name = "党委书记"
posts = ["party-group-secretary"]
[[post]]
name = "党委其他成员"
posts = ["party-group-member"]
[[post]]
name = "机关党委书记"
posts = ["organ-committee-secretary"]
[[post]]
name = "机关纪委书记"
posts = ["organ-discipline-secretary"]
[[post]]
name = "党支部书记"
posts = ["branch-secretary"]

[[duty]]
level = "三级"
post = "党支部书记"
type = "post"
content = "过好主题党日。"
requirement = "theme-party-day-monthly"

[[duty]]
level = "二级"
post = "机关纪委书记"
type = "post"
content = "开展警示教育。"
rhythm = "half"
kinds = ["case-education"]
"""


def sample(city: City, organisation: Organisation | None = None, by: Person | None = None) -> DutyList:
    """A draft of the shipped list."""
    now = make.moment(TODAY)
    return draft_from(shipped_list(), organisation or city.committee, by=by, now=now, today=TODAY)


def in_force(city: City, since: date = NEW_YEAR) -> DutyList:
    """The shipped list, issued by the work committee."""
    row = sample(city, by=city.gongwei)
    issue(row, city, since=since)
    return row


def issue(row: DutyList, city: City, *, since: date, by: Person | None = None, today: date = TODAY) -> None:
    """Issue a draft on trial."""
    editions.issue(row, since=since, standing=Standing.TRIAL, by=by or city.gongwei, today=today)


def unsaved(row: DutyList, content: str = "走访服务对象。", **fields: object) -> Duty:
    """A line for the last level and post of a draft."""
    seats = {"level": row.levels.last(), "post": row.posts.last()}
    plain = {"type": DutyType.POST, "rhythm": Rhythm.YEAR, "proof": Proof.TEXT}
    return Duty(duty_list=row, content=content, **(plain | seats | fields))


def written(folder: Path, text: str) -> Path:
    """A file with this text."""
    file = folder / "duties.toml"
    file.write_text(text, encoding="utf-8")
    return file


def addresses(city: City) -> dict[str, list[object]]:
    """What the addresses of lists take: an edition that the work committee issued, and a draft of one organ's.

    The duty is the first branch's, by the edition in force.
    """
    plain = {"preset": "three-by-four", "now": make.moment(TODAY)}
    common = editions.begin(city.committee, title="市直机关清单", by=city.gongwei, **plain)
    drafting.add_line(unsaved(common), [], by=city.gongwei, today=TODAY)
    issue(common, city, since=NEW_YEAR)
    draft = editions.begin(city.finance, title="本局清单", by=city.office, **plain)
    line = drafting.add_line(unsaved(draft), [], by=city.office, today=TODAY)
    of_draft = {name: [draft.pk] for name in ("head", "discard", "issue", "line-add", "level-add", "post-add")}
    of_draft |= {name: [draft.pk, line.pk] for name in ("line", "line-up", "line-down", "line-remove")}
    of_draft |= {name: [draft.pk, draft.levels.first().pk] for name in ("level", "level-remove")}
    of_draft |= {name: [draft.pk, draft.posts.first().pk] for name in ("post", "post-remove")}
    duty = Assignment.objects.get(duty__duty_list=common, organisation=city.first)
    here = {"duty": [duty.pk], "duty-list": [common.pk], "duty-list-revise": [common.pk], "duty-list-export": ["csv"]}
    return here | {f"duty-list-{name}": args for name, args in of_draft.items()}

"""Drafts for the tests of writing surveys, made through the product's own verbs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from organisations.models import Organisation, Person
from surveys import authoring, launching
from surveys.models import Survey
from tests import make
from tests.conftest import TODAY, City

NOW = make.moment(TODAY)
TEXT = """1. 您的年龄段（单选）
35 岁及以下 / 36–50 岁 / 51 岁及以上
2. 您的岗位类别（单选）
业务 / 综合 / 窗口 / 党务
# 过去三个月
3. 下面的说法在多大程度上符合您的感受？（五级）
- 支部的学习对我做好本职工作有帮助
- 我的意见会被认真对待
4. 目前最影响您工作状态的是？（单选）
工作任务与时间压力 / 岗位发展与交流机会 / 没有明显影响
5. 发展上您更看重？（单选，第 4 题选“岗位发展与交流机会”才问）
轮岗 / 培训 / 职级
6. 还有什么想对组织说的？（简答，选填）"""


def drafted(
    city: City,
    *,
    where: Organisation | None = None,
    by: Person | None = None,
    title: str = "思想动态调研",
    text: str = TEXT,
) -> Survey:
    """A draft of the organ's office, of the whole organ."""
    return authoring.begin(where or city.finance, title=title, text=text, by=by or city.office, today=TODAY)


def rules(row: Survey, **changes: Any) -> dict[str, Any]:
    """The rules of a draft, ready to be launched, with some of them changed."""
    given = {name: getattr(row, name) for name in authoring.SETTINGS}
    times = {
        "opens_at": NOW - timedelta(hours=1),
        "closes_at": NOW + timedelta(days=10),
        "publish_on": TODAY + timedelta(days=15),
    }
    return given | times | {"desk_note": "机关党委 302 室"} | changes


def settled(row: Survey, by: Person, now: datetime = NOW, **changes: Any) -> Survey:
    """The draft with its times and rules set."""
    opened = authoring.settings_digest(row)
    authoring.settle(row, opened=opened, by=by, now=now, **rules(row, **changes))
    return row


def opened(city: City, *, by: Person | None = None, **given: Any) -> Survey:
    """A launched survey that takes answers."""
    by = by or city.office
    row = settled(drafted(city, by=by, **given), by)
    launching.launch(row, by=by, now=NOW)
    return row


def published(city: City, **given: Any) -> Survey:
    """A survey that was counted and published."""
    row = opened(city, **given)
    Survey.objects.filter(pk=row.pk).update(closed_at=row.closes_at)
    row.refresh_from_db()
    return row


def addresses(city: City) -> dict[str, list[object]]:
    """What the addresses of writing take: a draft of the organ's office; a launched one where only that makes sense."""
    draft, running = drafted(city, title="在编的"), opened(city, title="在填的")
    of_draft = ("author", "source", "retype", "bank", "settings", "preview", "launch", "delete")
    return {"survey": [running.pk], "survey-copy": [running.pk]} | {f"survey-{name}": [draft.pk] for name in of_draft}

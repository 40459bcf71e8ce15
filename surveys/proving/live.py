"""The running system as it is: what its tables, settings and surveys would tell an attacker now. Reads only."""

from __future__ import annotations

from itertools import combinations

from django.contrib import admin
from django.db import connection, models
from django.utils import timezone

from .. import checks, keys
from ..models import STORE, DeskMark, DropBox, Sheet, SpentBallot, Survey
from . import attacks
from .finding import Finding

CLOCKS = ("date", "time", "interval")
LOG_SETTINGS = {
    "log_statement": ("none",),
    "log_min_duration_statement": ("-1",),
    "track_commit_timestamp": ("off",),
    "log_min_error_statement": ("panic",),
}


def findings() -> list[Finding]:
    """Everything that can be read off the running system."""
    found = [_columns(), _pointing(), _guards(), _left_alone(), _transactions(), _closed(), _destroyed()]
    return [*found, _logged()] if connection.vendor == "postgresql" else found


def _columns() -> Finding:
    columns = [(column, kind) for model in STORE for column, kind in _read_columns(model._meta.db_table)]
    clocks = [f"{column}（{kind}）" for column, kind in columns if any(word in kind for word in CLOCKS)]
    names = "、".join(sorted({column for column, _ in columns}))
    return Finding(
        "答卷库里有没有时间、姓名、地址这样的栏",
        "直接读数据库里四张表（领票记号、用过的票、投放箱、答卷）的每一栏。",
        f"一共 {len(columns)} 栏，只有：{names}。"
        + (f"有时间栏：{'、'.join(clocks)}。" if clocks else "没有任何时间栏。"),
        not clocks,
    )


def _read_columns(table: str) -> list[tuple[str, str]]:
    """Name and type of the columns of a table, as the database itself has them."""
    question = (
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
        if connection.vendor == "postgresql"
        else "SELECT name, lower(type) FROM pragma_table_info(%s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(question, [table])
        return [(str(name), str(kind)) for name, kind in cursor.fetchall()]


def _pointing() -> Finding:
    pointing = {
        field.related_model._meta.label
        for model in STORE
        for field in model._meta.get_fields()
        if field.is_relation and isinstance(field.related_model, type) and issubclass(field.related_model, models.Model)
    }
    return Finding(
        "答卷能不能顺着关联找到人",
        "列出四张表指向的所有别的表。",
        f"只指向 {'、'.join(sorted(pointing))}，这张表里没有人员。",
        pointing == {Survey._meta.label},
    )


def _guards() -> Finding:
    faults = checks.faults()
    return Finding(
        "启用后的设置能不能偷偷改",
        "核对数据库里的保护触发器和表的存放方式。",
        "；".join(faults) or "触发器齐全：启用后连数据库管理员直接改也会被拒绝；表里不留先后次序。",
        not faults,
    )


def _left_alone() -> Finding:
    errors = checks.store_is_left_alone(None)
    shown = [str(model._meta.verbose_name) for model in STORE if admin.site.is_registered(model)]
    return Finding(
        "操作日志和管理后台看不看得到答卷",
        "核对审计名单和管理后台登记的表。",
        "；".join(str(error.msg) for error in errors) or "审计不记录这四张表，管理后台里也没有它们。",
        not errors and not shown,
    )


def _transactions() -> Finding:
    title, tried = "能不能按“同一次写入”把领票和答卷对上", "按数据库的事务号，把四张表两两连接。"
    if connection.vendor != "postgresql":
        return Finding(title, tried, "SQLite 不留事务号；表也没有隐藏的行号，次序就是随机编号的次序。", True)
    pairs = [
        (one, other)
        for one, other in combinations(STORE, 2)
        # Both know no person, and count only together (anonymity.md §3.5).
        if {one, other} != {SpentBallot, DropBox}
    ]
    joined = sum(attacks.joined_by_transaction(one, other) for one, other in pairs)
    batches = [attacks.transactions(Sheet, survey.pk) for survey in Survey.objects.filter(launched_at__isnull=False)]
    held = joined == 0 and max(batches, default=0) <= 1
    return Finding(title, tried, f"对上 {joined} 对；每份调研的答卷都出自同一次整批重写。", held)


def _closed() -> Finding:
    closed = list(Survey.objects.filter(closed_at__isnull=False))
    left = sum(model.objects.filter(survey__in=closed).count() for model in (DeskMark, SpentBallot, DropBox))
    with_key = [survey.title for survey in closed if keys.exists(survey)]
    return Finding(
        "截止以后还剩不剩领票记号、用过的票和密钥",
        f"查已经截止的 {len(closed)} 份调研。",
        f"剩下记号和票 {left} 条，密钥 {len(with_key)} 把。",
        left == 0 and not with_key,
    )


def _destroyed() -> Finding:
    today = timezone.localdate()
    rows = Survey.objects.filter(closed_at__isnull=False)
    over = [survey for survey in rows if survey.destroys_on and survey.destroys_on < today]
    left = Sheet.objects.filter(survey__in=over).count()
    return Finding(
        "过了销毁日期还有没有逐份答卷",
        f"查过了销毁日期的 {len(over)} 份调研。",
        f"剩下 {left} 份。",
        left == 0,
    )


def _logged() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(LOG_SETTINGS)])
        loose = {name: value for name, value in cursor.fetchall() if value not in LOG_SETTINGS[name]}
    said = "、".join(f"{name} = {value}" for name, value in sorted(loose.items()))
    return Finding(
        "数据库日志会不会记下答卷",
        "核对 PostgreSQL 的四个日志设置。",
        f"请按部署说明改：{said}。" if loose else "都按部署说明设好了。",
        # A failing statement alone is logged with its text: no answer is written by one that works.
        not (loose.keys() - {"log_min_error_statement"}),
    )

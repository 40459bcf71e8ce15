"""System checks: what anonymity rests on and a change elsewhere could silently undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.checks import CheckMessage, Error
from django.db import connections

from . import guards
from .models import STORE


def faults(alias: str = "default") -> list[str]:
    """What is wrong with the database that surveys would run on, each in one Chinese sentence; empty when it is sound."""
    connection = connections[alias]
    missing = guards.expected(connection) - {name for name, _ in guards.found(connection)}
    sentences = [f"数据库缺少保护触发器 {name}，请运行 manage.py migrate。" for name in sorted(missing)]
    sentences += [f"表 {table} 会留下先后次序，请运行 manage.py migrate。" for table in guards.with_rowid(connection)]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW track_commit_timestamp")
            if cursor.fetchone()[0] != "off":
                sentences.append("PostgreSQL 的 track_commit_timestamp 要关掉：它给每一份答卷记下时间。")
    return sentences


def guards_stand(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The guards are in the database (asked with ``check --database default`` and by migrate)."""
    if not databases or "default" not in databases:
        return []
    connection = connections["default"]
    if "surveys_survey" not in connection.introspection.table_names():
        return []
    return [Error(sentence, id="surveys.E001") for sentence in faults()]


def store_is_left_alone(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """No audit, no administration and no shared transaction touches the survey store."""
    tracked: Sequence[Any] = settings.AUDITLOG_INCLUDE_TRACKING_MODELS
    named = {entry if isinstance(entry, str) else entry["model"] for entry in tracked}
    labels = {model._meta.label for model in STORE}
    errors: list[CheckMessage] = []
    if getattr(settings, "AUDITLOG_INCLUDE_ALL_MODELS", False) or named & labels or "surveys" in named:
        errors.append(Error("审计不能记录答卷库。", id="surveys.E002"))
    if apps.is_installed("django.contrib.admin") and any(admin.site.is_registered(model) for model in STORE):
        errors.append(Error("答卷库不能进管理后台。", id="surveys.E003"))
    if any(database.get("ATOMIC_REQUESTS") for database in settings.DATABASES.values()):
        errors.append(Error("ATOMIC_REQUESTS 会把领票和交卷放进同一个事务。", id="surveys.E004"))
    return errors

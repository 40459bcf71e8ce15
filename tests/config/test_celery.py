"""The one beat table names tasks that exist, and nothing is ever put off by the broker."""

import ast
from pathlib import Path

from django.conf import settings

from config.celery import app

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("config", "dashboards", "activities", "programmes", "reminders", "organisations", "documents")


def test_every_entry_of_the_beat_table_is_a_task():
    app.loader.import_default_modules()
    named = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert named - set(app.tasks) == set()


def test_a_task_that_its_worker_lost_is_run_again():
    assert settings.CELERY_TASK_ACKS_LATE
    assert settings.CELERY_TASK_REJECT_ON_WORKER_LOST
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT


def test_nothing_is_sent_with_an_eta_or_a_countdown():
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for floor in FLOORS
        for file in (ROOT / floor).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.keyword) and node.arg in ("eta", "countdown")
    ]
    assert found == []

"""The Celery application and the one beat table: everything that runs by itself is named here.

Nothing is ever sent with an ETA or a countdown: what is due later is a row with a due time that one of these scans.
"""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("sanli")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Times are Asia/Shanghai. A run that is missed or doubled does no harm: each task looks at rows, not at the clock.
app.conf.beat_schedule = {
    "bring-programmes": {"task": "programmes.tasks.bring_programmes", "schedule": crontab(hour=0, minute=5)},
    "open-periods": {"task": "programmes.tasks.open_periods", "schedule": crontab(hour=0, minute=10)},
    "open-measures": {"task": "responsibilities.tasks.open_measures", "schedule": crontab(hour=0, minute=20)},
    "close-unanswered": {"task": "responsibilities.tasks.close_unanswered", "schedule": crontab(hour=0, minute=40)},
    "mix-sheets": {"task": "surveys.tasks.mix_sheets", "schedule": crontab(minute="*/10")},
    "close-surveys": {"task": "surveys.tasks.close_surveys", "schedule": crontab(minute="*/5")},
    "update-meters": {"task": "surveys.tasks.update_meters", "schedule": crontab(hour="8,13", minute=35)},
    "rewrite-marks": {"task": "surveys.tasks.rewrite_marks", "schedule": crontab(hour=3, minute=20)},
    "destroy-sheets": {"task": "surveys.tasks.destroy_sheets", "schedule": crontab(hour=3, minute=40)},
    "forget-ended-sessions": {
        "task": "organisations.tasks.forget_ended_sessions",
        "schedule": crontab(hour=2, minute=40),
    },
    "expire-exports": {"task": "organisations.tasks.expire_exports", "schedule": crontab(minute=50)},
    "forget-imports": {"task": "organisations.tasks.forget_imports", "schedule": crontab(hour=2, minute=50)},
    "expire-drafts": {"task": "activities.tasks.expire_drafts", "schedule": crontab(hour=2, minute=30)},
    "sweep-attachments": {"task": "activities.tasks.sweep_attachments", "schedule": crontab(hour=3, minute=10)},
    "reconcile-before-digest": {"task": "reminders.tasks.reconcile", "schedule": crontab(hour=8, minute=10)},
    "reconcile": {"task": "reminders.tasks.reconcile", "schedule": crontab(minute=20)},
    "deliver": {"task": "reminders.tasks.deliver", "schedule": crontab(minute="*/10")},
    "tick": {"task": "reminders.tasks.tick", "schedule": crontab()},
}


@setup_logging.connect
def keep_django_logging(**kwargs: object) -> None:
    """Leave logging as settings.LOGGING has it; a receiver, even an empty one, stops Celery from replacing it."""

"""Settings, URLs, the Celery application and how the program is started; imported by no other floor."""

from config.celery import app as celery_app

__all__ = ["celery_app"]

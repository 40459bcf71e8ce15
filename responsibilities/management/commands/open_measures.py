"""``manage.py open_measures``: make the measures of the periods that have begun. Idempotent."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from responsibilities.opening import open_measures


class Command(BaseCommand):
    help = "按施行中的责任清单，开出本期的措施。可以重复执行。"

    def handle(self, *args: Any, **options: Any) -> None:
        open_measures(timezone.localdate())

"""``manage.py open_periods``: make the rows of what is owed in the current and the next periods. Idempotent."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from programmes.opening import open_periods


class Command(BaseCommand):
    help = "开出本期和下一期的应办事项（可以反复运行）。"

    def handle(self, *args: Any, **options: Any) -> None:
        done = open_periods(timezone.localdate())
        if options["verbosity"]:
            self.stdout.write(f"应办事项：新开 {done.created} 项，改写 {done.rewritten} 项，删去 {done.deleted} 项。")

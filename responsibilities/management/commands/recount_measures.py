"""``manage.py recount_measures``: recount every measure and tally from the raw rows, and say how many were wrong."""

from typing import Any

from django.core.management.base import BaseCommand

from responsibilities.ticking import rebuild


class Command(BaseCommand):
    help = "按原始记录重算全部措施，报告改正了几处。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"改正了 {rebuild()} 处。")

"""``manage.py recount``: count anew, from the records themselves, what every organisation has done of what it owes."""

from typing import Any

from django.core.management.base import BaseCommand

from activities.crediting import rebuild


class Command(BaseCommand):
    help = "按活动记录重新计算全部应办事项的已办数（平时不用：每次保存都会重算）。"

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = rebuild()
        if options["verbosity"]:
            self.stdout.write(f"改正了 {wrong} 项。" if wrong else "都对，没有改动。")

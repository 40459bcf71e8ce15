"""``manage.py load_bank``: the bank of survey questions that the product ships."""

from typing import Any

from django.core.management.base import BaseCommand

from surveys.bank import load_bank


class Command(BaseCommand):
    help = "载入随系统带来的调研题库。编码不变，前后两期才能比较；不再用的题停用，不删除。"

    def handle(self, *args: Any, **options: Any) -> None:
        changed = load_bank()
        if options["verbosity"] > 1:
            self.stdout.writelines(changed)
        if options["verbosity"]:
            self.stdout.write(f"调研题库：改动 {len(changed)} 题。")

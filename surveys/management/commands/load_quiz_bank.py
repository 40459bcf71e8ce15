"""``manage.py load_quiz_bank``: the questions of 知识竞答 that the product ships."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from surveys.quizzing.loading import load, shipped_questions


class Command(BaseCommand):
    help = "载入随系统带来的竞答题目（单位自己出的题不动，答过的题保持原样）。"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            new, changed, gone = load(shipped_questions())
        except ValidationError as error:
            raise CommandError("".join(error.messages)) from error
        if options["verbosity"]:
            self.stdout.write(f"竞答题目：新增 {new} 题，改动 {changed} 题，不再抽 {gone} 题。")

"""``manage.py load_article``: lines, kinds and the programmes of a year, as the product ships them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from programmes.article import shipped_article
from programmes.entries import EntryError
from programmes.loading import load_article


class Command(BaseCommand):
    help = "载入条线、活动类别和当年的项目（已有的不动）。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, help="项目的年度，默认今年。")
        parser.add_argument("--update", action="store_true", help="条线和类别与文件不同的，改回文件的写法。")

    def handle(self, *args: Any, **options: Any) -> None:
        year = options["year"] or timezone.localdate().year
        try:
            done = load_article(shipped_article(), year, update=options["update"])
        except EntryError as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            for changes in done:
                self.stdout.write(changes.sentence())

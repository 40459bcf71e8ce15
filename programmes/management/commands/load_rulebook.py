"""``manage.py load_rulebook``: the requirements that the product ships. Run it after ``load_article``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from programmes.entries import EntryError
from programmes.loading import load_rulebook
from programmes.rulebook import shipped_rulebook


class Command(BaseCommand):
    help = "载入通用要求（人改过的不动，改动从下一期起执行）。"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            changes = load_rulebook(shipped_rulebook(), timezone.localdate())
        except EntryError as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            self.stdout.write(changes.sentence())

"""``manage.py load_inspections``: the check lists that the product ships, or one's own in a file."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from programmes.entries import EntryError
from responsibilities.inspection_loading import load_templates, read_templates, shipped_templates


class Command(BaseCommand):
    help = "载入督查用的检查表：随系统带的，或者用 --file 指定自己写的。改过的另起一版，用过的不动。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, help="自己写的检查表（TOML）。")

    def handle(self, *args: Any, **options: Any) -> None:
        file = options["file"]
        try:
            entries = read_templates(file) if file else shipped_templates()
            changes = load_templates(entries, timezone.localdate(), shipped=file is None)
        except OSError as error:
            raise CommandError(f"读不了 {file}：{error.strerror}。") from error
        except (EntryError, ValidationError) as error:
            raise CommandError("；".join(getattr(error, "messages", [str(error)]))) from error
        if options["verbosity"]:
            self.stdout.write(changes.sentence())

"""``manage.py load_duties``: a draft of the duty list that the product ships, or of one in a file of one's own."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from organisations.models import Organisation
from programmes.entries import EntryError
from responsibilities.loading import draft_from, read_list, shipped_list
from responsibilities.models import DutyList


class Command(BaseCommand):
    help = "把责任清单拟成草稿：随系统带的示例，或者用 --file 指定自己写的。发布要在页面上确认。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, help="自己写的清单（TOML）。")
        parser.add_argument("--organisation", help="制定单位的编码或名称，默认最上级。")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = self._organisation(options["organisation"])
        now = timezone.now()
        try:
            entry = read_list(options["file"]) if options["file"] else shipped_list()
            if DutyList.objects.filter(organisation=organisation, title=entry.title).exists():
                self._say(options, f"{organisation}已经有“{entry.title}”，没有再拟。")
                return
            draft = draft_from(entry, organisation, by=None, now=now, today=timezone.localdate(now))
        except OSError as error:
            raise CommandError(f"读不了 {options['file']}：{error.strerror}。") from error
        except (EntryError, ValidationError) as error:
            raise CommandError("；".join(getattr(error, "messages", [str(error)]))) from error
        self._say(options, f"{organisation}“{draft.title}”拟成草稿，{draft.duties.count()} 项责任。")

    def _organisation(self, named: str | None) -> Organisation:
        """The organisation of that code or name, by default the root."""
        if not named:
            root = Organisation.objects.filter(parent=None).first()
            if root is None:
                raise CommandError("还没有单位，先建本级单位。")
            return root
        found = list(Organisation.objects.filter(code=named)) or list(Organisation.objects.filter(name=named)[:2])
        if len(found) != 1:
            raise CommandError(f"{'有几个' if found else '没有'}叫“{named}”的单位，请写编码。")
        return found[0]

    def _say(self, options: dict[str, Any], sentence: str) -> None:
        if options["verbosity"]:
            self.stdout.write(sentence)

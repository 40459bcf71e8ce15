"""``manage.py digest [--as-of 2026-11-20T08:30]``: what the beat does before and at 08:30, at once or as of a moment."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reminders.digesting import deliver, reconcile


def _moment(text: str) -> datetime:
    """The moment in local time. Raises CommandError for what is no moment."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"看不懂的时间“{text}”，应写成 2026-11-20T08:30。") from error
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


class Command(BaseCommand):
    help = "核对应提醒的事项，并在工作日 08:30 之后送出当天的汇总。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", help="当作这一刻运行，例如 2026-11-20T08:30。")

    def handle(self, *args: Any, **options: Any) -> None:
        now = _moment(options["as_of"]) if options["as_of"] else timezone.now()
        ledger = reconcile(now)
        sent = deliver(now)
        if options["verbosity"]:
            self.stdout.write(
                f"提醒：新增 {ledger.inserted} 条，办结 {ledger.resolved} 条；送出汇总 {sent.digests} 份，含 {sent.sent} 条。"
            )
        if ledger.failed:
            raise CommandError(f"有来源出错，没有核对：{'、'.join(ledger.failed)}。")

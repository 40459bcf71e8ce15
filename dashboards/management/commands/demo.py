"""``manage.py demo``: a fictional city in an empty database, to look at and to measure with."""

import os
import secrets
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dashboards.demo.city import MARK
from dashboards.demo.people import ROLES
from dashboards.demo.stages import Stage, Wish, make, quarter_end_before
from organisations.models import Organisation, Person


class Command(BaseCommand):
    help = "在空的数据库里造一座演示用的城市：组织、人员、活动都是虚构的。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--stage",
            choices=[stage.value for stage in Stage],
            default=Stage.RUNNING.value,
            help="empty 只有组织、人员和要求；started 约三个月；running 到今天（默认）；quarter_end 到上个季度最后一个工作日。",
        )
        parser.add_argument("--seed", type=int, default=7, help="同一个数造出同一座城市，默认 7。")
        parser.add_argument("--branches", type=int, default=12, help="党支部的个数，1 至 1600，默认 12。")
        parser.add_argument("--password", help="六个演示登录名共用的密码；不写就取 DEMO_PASSWORD，都没有就随机生成。")
        parser.add_argument("--as-of", type=date.fromisoformat, help="故事讲到哪一天，例如 2026-11-20。")
        parser.add_argument("--into-this-database", action="store_true", help="设了 DATABASE_URL 也写进去。")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED and not options["into_this_database"]:
            raise CommandError("设了 DATABASE_URL，演示数据不写进正式的数据库。确实要写，加 --into-this-database。")
        if Organisation.objects.filter(code=MARK).exists():
            self.stdout.write("演示城市已经在这里，没有改动。")
            return
        if Organisation.objects.exists() or Person.objects.exists():
            raise CommandError("数据库里已经有组织或人员，演示城市只造在空的数据库里。")
        password = options["password"] or os.environ.get("DEMO_PASSWORD") or f"Sanli-{secrets.token_hex(4)}"
        make(self._wish(options, password), tell=self._tell if options["verbosity"] > 1 else lambda line: None)
        self._announce(password)

    def _wish(self, options: dict[str, Any], password: str) -> Wish:
        stage, branches = Stage(options["stage"]), options["branches"]
        if not 1 <= branches <= 1600:
            raise CommandError("--branches 要在 1 至 1600 之间。")
        today = timezone.localdate()
        as_of = options["as_of"] or (quarter_end_before(today) if stage == Stage.QUARTER_END else today)
        if as_of > today:
            raise CommandError("--as-of 不能在今天之后。")
        return Wish(stage, options["seed"], branches, password, as_of)

    def _tell(self, line: str) -> None:
        self.stdout.write(f"  {line}")

    def _announce(self, password: str) -> None:
        """Who may log in, and the password: printed this once, kept nowhere."""
        self.stdout.write("演示城市造好了，可以这样登录：")
        for username, role in ROLES.items():
            self.stdout.write(f"  {username:<10}{role}")
        self.stdout.write(f"  密码都是 {password} （只显示这一次）")

"""``manage.py reseal_talks``: seal talks and reports with the first of TALK_KEYS, so that an older key can be taken away."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from responsibilities.resealing import reseal_all


class Command(BaseCommand):
    help = "用 TALK_KEYS 的第一把密钥重新密封谈心谈话和汇报，之后旧密钥可以撤掉。"

    def handle(self, *args: Any, **options: Any) -> None:
        done, broken = reseal_all()
        if broken:
            raise CommandError(
                f"重新密封了 {done} 段；另有 {broken} 段现有的密钥都打不开，没有改动。旧密钥还要留着，放在 TALK_KEYS 后面再试。"
            )
        self.stdout.write(f"重新密封了 {done} 段，旧密钥可以撤掉了。")

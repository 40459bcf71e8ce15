"""Try the attacks on this system and write a report for staff."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from surveys.proving import live, rehearsal, report, scratch


class Command(BaseCommand):
    help = "试一遍所有能想到的办法，看能不能从系统里认出谁填了什么，并写成一份 Word 报告。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", default="匿名检验报告.docx", help="报告写到哪里")
        parser.add_argument("--rehearse-into", help="只在这个空数据库里演练，把结果写进这个文件（由程序自己调用）")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rehearse_into"]:
            rows = [finding.as_json() for finding in rehearsal.rehearse()]
            Path(options["rehearse_into"]).write_text(json.dumps(rows, ensure_ascii=False))
            return
        read = live.findings()
        self._print("正在运行的系统", read)
        rehearsed = scratch.rehearsed()
        self._print("当场演练", rehearsed)
        where = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
        Path(options["out"]).write_bytes(report.word(read, rehearsed, where=where, now=timezone.now()))
        self.stdout.write(f"{report.summary([*read, *rehearsed])}报告写在 {options['out']}。")
        if any(finding.held is False for finding in (*read, *rehearsed)):
            raise CommandError("有没守住的，先不要启用调研。")

    def _print(self, title: str, findings: list[Any]) -> None:
        self.stdout.write(f"{title}：{'' if findings else '没有做，这个数据库用户不能新建数据库。'}")
        for finding in findings:
            self.stdout.write(f"  {finding.verdict}　{finding.title}：{finding.result}")

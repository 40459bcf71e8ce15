"""自检: what of the installation can be looked at from inside, each as one sentence."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from documents.word import OfficialDocument
from organisations.templatetags.sanli import cn_date
from reminders.models import Heartbeat
from reminders.workdays import WorkCalendar

ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
# The beat ticks once a minute; three missed ticks mean that nobody works in the background.
LATE_AFTER = timedelta(minutes=3)
LEAST_FREE = 2 * 1024**3
SAMPLE = "中共党员、党（总）支部委员会——“三会一课”"


@dataclass(frozen=True)
class Check:
    """One thing looked at: the sentence, and whether it is as it should be."""

    told: str
    good: bool


class Storage:
    """Database and files: which, whether they can be written, how much room is left."""

    @cached_property
    def free(self) -> int:
        """Bytes left where files are kept."""
        return shutil.disk_usage(_nearest(Path(settings.MEDIA_ROOT))).free

    @cached_property
    def writable(self) -> bool:
        """Whether rows and files can be written. Looked at, not tried: a page that is read writes nothing."""
        return os.access(_nearest(Path(settings.MEDIA_ROOT)), os.W_OK) and _database_takes_rows()

    @property
    def works(self) -> bool:
        """Whether there is room to begin with."""
        return self.writable and self.free >= LEAST_FREE

    @property
    def told(self) -> str:
        """SQLite，可写，剩 42 GB."""
        room = f"剩 {self.free / 1024**3:,.0f} GB" if self.free >= 1024**3 else f"只剩 {self.free // 1024**2:,} MB"
        return f"{ENGINES[connection.vendor]}，{'可写' if self.writable else '不能写'}，{room}"


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that is there: the first file makes the rest."""
    return next(path for path in (folder, *folder.parents) if path.is_dir())


def _database_takes_rows() -> bool:
    """Whether the database would accept a row: SQLite's file may be written, PostgreSQL is no standby."""
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        return not Path(name).exists() or os.access(name, os.W_OK)
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        return bool(cursor.fetchone()[0] == "off")


def _encoding() -> str:
    """How the database writes characters. PostgreSQL says so of itself to whoever connects."""
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        return str(connection.connection.get_parameter_status("server_encoding"))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA encoding")
        return str(cursor.fetchone()[0])


class SelfCheck:
    """All checks; those that want something done come first."""

    def __init__(self, today: date, now: datetime, *, secure: bool) -> None:
        self.today, self.now, self.secure = today, now, secure

    @cached_property
    def checks(self) -> list[Check]:
        """All of them, what wants something done first."""
        found = [
            self.clock,
            self.transport,
            self.hosts,
            self.tables,
            self.encoding,
            self.word,
            self.styles,
            self.holidays,
            self.background,
        ]
        return sorted(found, key=lambda check: check.good)

    @property
    def to_mend(self) -> int:
        """How many want something done."""
        return sum(not check.good for check in self.checks)

    @cached_property
    def clock(self) -> Check:
        """The zone in which every date of the product is meant, and what the machine's clock says in it."""
        here = settings.TIME_ZONE == "Asia/Shanghai"
        told = f"时区 {settings.TIME_ZONE}，这台机器的日期是 {cn_date(self.today)}，请对一下"
        return Check(told, here)

    @cached_property
    def transport(self) -> Check:
        """Whether passwords travel encrypted."""
        if self.secure:
            return Check("正在用 HTTPS，登录密码加密传输", True)
        return Check("正在用 HTTP，登录密码会明文传输。请配置证书后再开放给其他人", False)

    @cached_property
    def hosts(self) -> Check:
        """Whether the program answers to its own names only, and shows nobody its inside."""
        if settings.DEBUG:
            return Check("调试方式开着，出错页会露出内部信息，请关掉", False)
        if "*" in settings.ALLOWED_HOSTS:
            return Check("任何域名都能访问到这里，正式使用时请在 ALLOWED_HOSTS 里写明", False)
        return Check("调试方式已关，只认写明的域名", True)

    @cached_property
    def tables(self) -> Check:
        """Whether the tables are those that this version of the program expects."""
        loader = MigrationLoader(connection, load=False)
        loader.load_disk()
        applied = set(MigrationRecorder(connection).applied_migrations())
        missing = len(set(loader.disk_migrations) - applied)
        if missing:
            return Check(f"数据表还差 {missing} 步没有更新，请运行 manage.py migrate", False)
        return Check("数据表和程序版本一致", True)

    @cached_property
    def encoding(self) -> Check:
        """Whether the database keeps every character of a name."""
        name = _encoding()
        good = name.upper().replace("-", "") == "UTF8"
        return Check(f"数据库编码 {name}，{'生僻字也存得下' if good else '中文会出错，请用 UTF-8 重建数据库'}", good)

    @cached_property
    def word(self) -> Check:
        """Whether a Word document comes out with its Chinese text whole."""
        document = OfficialDocument(organisation="自检", created=self.now)
        document.title(SAMPLE)
        with ZipFile(BytesIO(document.save())) as package:
            whole = SAMPLE in package.read("word/document.xml").decode()
        return Check("Word 公文能生成，中文完整" if whole else "Word 公文里的中文不完整，请检查安装", whole)

    @cached_property
    def styles(self) -> Check:
        """Whether the files of the page's look were collected."""
        try:
            staticfiles_storage.url("css/theme.css")
        except ValueError:
            return Check("样式文件没有收集，请运行 manage.py collectstatic", False)
        return Check("样式和脚本齐全", True)

    @cached_property
    def holidays(self) -> Check:
        """Whether the holidays that count for due dates are known."""
        unknown = WorkCalendar.around(self.today).years_without_data(self.today)
        if unknown:
            years = "、".join(str(year) for year in unknown)
            return Check(f"{years} 年的节假日还不知道，暂按周一到周五算，请在基础数据里补上", False)
        return Check(f"{self.today.year} 年的节假日和调休已有", True)

    @cached_property
    def background(self) -> Check:
        """Whether somebody works in the background: imports and reminders are done there."""
        last = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
        if last is None:
            return Check("后台还没有启动过，导入和提醒都要它，请启动 Celery worker 和 beat", False)
        seconds = max(0, round((self.now - last).total_seconds()))
        if self.now - last > LATE_AFTER:
            return Check(f"后台已有 {_span(seconds)}没有动静，导入和提醒都停着，请检查 Celery worker 和 beat", False)
        return Check(f"后台在工作，{_span(seconds)}前有动静", True)


def _span(seconds: int) -> str:
    """40 秒, 12 分钟, 3 小时, 5 天."""
    for size, word in ((86_400, "天"), (3_600, "小时"), (60, "分钟")):
        if seconds >= size:
            return f"{seconds // size} {word}"
    return f"{seconds} 秒"

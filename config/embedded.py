"""What `make run` starts: everything on one machine, out of one folder, until Ctrl-C.

The folder is $SANLI_VAR (default ./var). A step that would change nothing is skipped by comparing what it reads
with a stamp from the last run, so that the second start takes seconds. Django itself is loaded only in the
processes started from here.
"""

import fcntl
import hashlib
import json
import os
import socket
import sqlite3
import sys
from collections.abc import Iterable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import IO

from config.children import CannotRun, Children, Stop

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("SANLI_VAR") or BASE_DIR / "var").resolve()
DATABASE = VAR / "db.sqlite3"
DEMO_LOG_INS = {
    "shuji": "支部书记",
    "jiluyuan": "支部记录员",
    "jiguan": "机关党委办公室",
    "gongwei": "机关工委",
    "zhigong": "普通党员",
    "admin": "系统管理员",
}


def main() -> None:
    """Prepare, run until told to stop, stop everything; raise CannotRun with the reason when it cannot."""
    host, port = os.environ.get("HOST") or "127.0.0.1", _port()
    os.environ |= {"SANLI_EMBEDDED": "1", "SANLI_VAR": str(VAR), "DJANGO_SETTINGS_MODULE": "config.settings"}
    VAR.mkdir(parents=True, exist_ok=True)
    with _only_one(), Children(BASE_DIR, Stop()) as children:
        _refuse_taken_port(host, port)
        made_demo = Preparation(children).run()
        children.start("网页", "-m", "gunicorn", *_gunicorn(host, port))
        children.wait_for_answer(f"http://{_reachable(host)}:{port}/healthz")
        # Only now: on two cores it would keep the first page waiting.
        # People run it as root in a container; Celery's warning about that would drown the address.
        children.start("后台", "-W", "ignore:You're running the worker", "-m", "celery", *_celery())
        _announce(f"http://{_reachable(host)}:{port}/", made_demo=made_demo)
        children.watch()
        print("\n正在停止……", flush=True)
    print("已停止。", flush=True)


class Preparation:
    """Brings the folder up to the code: tables, static files, rules, the demo city, the obligations of the period."""

    def __init__(self, children: Children) -> None:
        self.children = children
        self.file = VAR / "stamps.json"
        self.stamps: dict[str, str] = json.loads(self.file.read_text()) if self.file.exists() else {}

    def run(self) -> bool:
        """Do what is needed; return whether the demo city was made now."""
        if self.stamps.get("demo") == "begun":
            _remove_database()
        if not DATABASE.exists():
            self.stamps = {name: value for name, value in self.stamps.items() if name == "static"}
        requirements = BASE_DIR / "requirements.txt"
        tables = _digest([*BASE_DIR.glob("*/migrations/*.py"), requirements])
        static = _digest([*(BASE_DIR / "static").rglob("*"), requirements])
        rules = _digest(BASE_DIR.glob("*/*.toml")) + tables
        self._step("tables", tables, "建表", "migrate", "--verbosity=0")
        self._step("static", static, "收集样式和脚本", "collectstatic", "--noinput", "--clear", "--verbosity=0")
        self._step("posts", rules, "装入岗位", "load_posts", "--verbosity=0")
        self._step("article", f"{date.today().year} {rules}", "装入条线和项目", "load_article", "--verbosity=0")
        self._step("rulebook", rules, "装入要求", "load_rulebook", "--verbosity=0")
        self._step("inspections", rules, "装入检查表", "load_inspections", "--verbosity=0")
        self._step("bank", rules, "装入调研题库", "load_bank", "--verbosity=0")
        self._step("quiz", rules, "装入竞答题库", "load_quiz_bank", "--verbosity=0")
        made_demo = self._demo_if_empty()
        self._step("periods", f"{date.today()} {rules}", "开出本期和下期的应办事项", "open_periods", "--verbosity=0")
        self._step("measures", f"{date.today()} {rules}", "开出责任清单本期的措施", "open_measures", "--verbosity=0")
        return made_demo

    def _demo_if_empty(self) -> bool:
        """Make the demo city in a database without organisations; remembered while it runs, to start anew if cut short."""
        if not _is_empty():
            return False
        self._remember("demo", "begun")
        # It reads DEMO_PASSWORD itself, or makes one, and prints it.
        self._manage("造一座演示的城市（约 20 秒）", "demo")
        self._remember("demo", "made")
        return True

    def _step(self, name: str, stamp: str, what: str, *command: str) -> None:
        """Run a management command unless the last run saw the same `stamp`."""
        if self.stamps.get(name) != stamp:
            self._manage(what, *command)
            self._remember(name, stamp)

    def _manage(self, what: str, *command: str) -> None:
        """Run `manage.py command` and say so; raise CannotRun when it fails."""
        print(f"· {what}", flush=True)
        self.children.finish(what, "manage.py", *command)

    def _remember(self, name: str, stamp: str) -> None:
        """Keep a stamp for the next run."""
        self.stamps[name] = stamp
        draft = self.file.with_suffix(".new")
        draft.write_text(json.dumps(self.stamps, indent=1))
        # In one step: half a file would stop every later start.
        draft.replace(self.file)


def _port() -> int:
    """Return PORT, by default 8000; raise CannotRun when it is no port."""
    raw = os.environ.get("PORT") or "8000"
    if not raw.isascii() or not raw.isdigit() or not 0 < int(raw) < 65536:
        raise CannotRun(f"PORT 要写 1 到 65535 的整数，现在是“{raw}”。")
    return int(raw)


def _only_one() -> IO[str]:
    """Return the open lock on the folder; raise CannotRun when another process holds it."""
    lock = (VAR / "run.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise CannotRun(f"{VAR} 里已经有一个三力在运行，先到那个窗口按 Ctrl-C。") from error
    return lock


def _refuse_taken_port(host: str, port: int) -> None:
    """Raise CannotRun when the address cannot be listened on."""
    with closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotRun(
                f"{host}:{port} 用不了（{error.strerror}）。换一个端口：make run PORT={port + 1}"
            ) from error


def _reachable(host: str) -> str:
    """Return the name under which this machine reaches an address it listens on."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _gunicorn(host: str, port: int) -> list[str]:
    """Return the web server's arguments: two workers, the program loaded once, no access log."""
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return ["config.wsgi", "--bind", bind, "--workers", "2", "--preload", "--log-level", "error"]


def _celery() -> list[str]:
    """Return the background process's arguments: one worker with the beat in it."""
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return ["--quiet", "-A", "config", "worker", "-B", "--pool", "solo", "--loglevel", "ERROR", *quiet]


def _is_empty() -> bool:
    """Say whether the database knows no organisation yet."""
    with closing(sqlite3.connect(DATABASE)) as connection:
        return connection.execute("SELECT 1 FROM organisations_organisation LIMIT 1").fetchone() is None


def _remove_database() -> None:
    """Remove a database whose demo city was cut short: nothing else was in it."""
    for file in VAR.glob(f"{DATABASE.name}*"):
        file.unlink()


def _digest(files: Iterable[Path]) -> str:
    """Return a digest of the files' names and contents."""
    digest = hashlib.sha256()
    for file in sorted(file for file in files if file.is_file()):
        digest.update(str(file.relative_to(BASE_DIR)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _announce(address: str, *, made_demo: bool) -> None:
    """Print where it is and who may log in; passwords were printed by `demo` and are kept nowhere."""
    print(f"\n三力在 {address} 。按 Ctrl-C 停止。")
    if made_demo:
        print("登录名和密码见上面，只显示这一次。", flush=True)
        return
    print("演示登录名：" + "，".join(f"{name}（{who}）" for name, who in DEMO_LOG_INS.items()))
    print("密码在第一次运行时显示过。换一个：.venv/bin/python manage.py changepassword shuji", flush=True)


if __name__ == "__main__":
    try:
        main()
    except CannotRun as reason:
        sys.exit(str(reason))

"""Reading the environment: every value is checked once, at start, and a bad one is refused in one sentence.

The sentences are Chinese because the person who reads them is the administrator who set the variable.
"""

import base64
import binascii
import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET_KEY = 50
SEALING_KEY_BYTES = 32
HOW_TO_MAKE_A_KEY = (
    "请用 python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())' 生成。"
)
POSTGRES_SCHEMES = {"postgres", "postgresql"}
REDIS_SCHEMES = {"redis", "rediss", "unix"}
# Protection that production never goes without; the variables exist in other projects, so people try them.
NEVER_OFF = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS")
OFF = {"0", "false", "no", "off", ""}
ON = {"1", "true", "yes", "on"}
# One of these means that production was meant, and then everything else it needs is asked for.
OF_PRODUCTION = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "MEDIA_ROOT")

_env = environ.Env()


def is_embedded() -> bool:
    """Say whether the one-machine mode is meant: asked for, or nothing of production is set. Raise on what is no answer.

    The second half is for a newcomer who types `python manage.py …` in a fresh clone.
    """
    asked = os.environ.get("SANLI_EMBEDDED", "").strip().lower()
    if asked and asked not in ON | OFF:
        raise refuse("SANLI_EMBEDDED", f"要写 1 或 0，现在是“{asked}”。")
    if asked:
        return asked in ON
    return not any(os.environ.get(name) for name in OF_PRODUCTION)


def refuse(name: str, why: str) -> ImproperlyConfigured:
    """Return the error that stops the start: the variable, what is wrong and what would be right."""
    return ImproperlyConfigured(f"环境变量 {name}：{why}")


def text(name: str, why_needed: str) -> str:
    """Return a required variable; raise when it is missing or blank."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise refuse(name, f"没有设置。{why_needed}")
    return value


def positive_number(name: str, default: int, *, least: int = 1) -> int:
    """Return a whole number of at least `least`; raise on anything else."""
    raw = os.environ.get(name, "").strip()
    if not raw:
        return default
    if not raw.isascii() or not raw.isdigit() or int(raw) < least:
        raise refuse(name, f"要写不小于 {least} 的整数，现在是“{raw}”。")
    return int(raw)


def names(name: str, why_needed: str) -> list[str]:
    """Return a required comma-separated list without blanks; raise when nothing is left."""
    values = [part.strip() for part in text(name, why_needed).split(",") if part.strip()]
    if not values:
        raise refuse(name, f"是空的。{why_needed}")
    return values


def secret_key() -> str:
    """Return SECRET_KEY; raise when it is shorter than 50 characters or too regular to be random."""
    key = text("SECRET_KEY", "请设置一段 50 个字符以上的随机文字。")
    if len(key) < SHORTEST_SECRET_KEY or len(set(key)) < 5:
        raise refuse(
            "SECRET_KEY", f"要 {SHORTEST_SECRET_KEY} 个字符以上的随机文字，现在只有 {len(key)} 个字符或太有规律。"
        )
    return key


def generated_secret_key(file: Path) -> str:
    """Return the key kept in `file`, made on the first start and readable by its owner alone."""
    return _kept(file, lambda: secrets.token_urlsafe(64))


def generated_talk_keys(file: Path) -> list[str]:
    """Return the keys kept in `file`, one made on the first start: of its own, never derived from the secret key."""
    return _sealing_keys(str(file), _kept(file, lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()))


def talk_keys() -> list[str]:
    """Return TALK_KEYS, the keys that seal talks and open them; raise when there is none, or one that is no key."""
    return _sealing_keys("TALK_KEYS", text("TALK_KEYS", f"谈心谈话用它密封。{HOW_TO_MAKE_A_KEY}"))


def _sealing_keys(name: str, raw: str) -> list[str]:
    keys = [part.strip() for part in raw.split(",") if part.strip()]
    for place, key in enumerate(keys, 1):
        # Which one, not what it says: whoever reads the terminal need not learn it.
        if not _is_sealing_key(key):
            raise refuse(name, f"第 {place} 把不是密钥。{HOW_TO_MAKE_A_KEY}")
    if not keys:
        raise refuse(name, f"是空的。{HOW_TO_MAKE_A_KEY}")
    return keys


def _is_sealing_key(key: str) -> bool:
    try:
        made = base64.b64decode(key.encode(), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return False
    return len(made) == SEALING_KEY_BYTES and len(set(made)) >= 5


def _kept(file: Path, make: Callable[[], str]) -> str:
    """Return what `file` holds, made on the first start and readable by its owner alone."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(make())
        # Two processes may start at once: the first link wins and both read the same key.
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return file.read_text().strip()


def make_folders(var: Path) -> None:
    """Make the folders that the embedded mode writes to: media, static files, mail, the broker's messages."""
    for name in ("media", "static", "mail", "broker/queue", "broker/control"):
        (var / name).mkdir(parents=True, exist_ok=True)


def postgres(name: str) -> dict[str, Any]:
    """Return the Django settings of the PostgreSQL database that variable `name` points at."""
    url = text(name, "请写成 postgres://用户:密码@主机:5432/库名 。")
    database: dict[str, Any] = {}
    # Looked at first: the library warns of an unknown scheme with the whole address, password and all.
    if urlsplit(url).scheme in POSTGRES_SCHEMES:
        with contextlib.suppress(ValueError):
            database = dict(_env.db_url_config(url))
    if not database.get("NAME"):
        raise refuse(name, "不是 PostgreSQL 的地址，请写成 postgres://用户:密码@主机:5432/库名 。")
    # A connection costs about 7 ms: keep it, and look whether it still lives before each request.
    database |= {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    # The board of a whole year groups some 75,000 rows: with the usual 4 MB PostgreSQL sorts them on disk, 75 ms instead of 28.
    # Compiling a statement pays for reports of minutes; where a plan only looks dear it costs a page 300 ms for 3 ms of work.
    options = "-c work_mem=16MB -c jit=off"
    database["OPTIONS"] = {"connect_timeout": 5, "options": options, **database.get("OPTIONS", {})}
    return database


def sqlite(file: Path) -> dict[str, Any]:
    """Return the Django settings of an SQLite file that several processes write to (see docs/decisions/0002)."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            # What is deleted is overwritten: handed-in sheets must not be left in free pages.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
        },
    }


def redis_url(name: str) -> str:
    """Return the address of Redis; raise when it is none."""
    url = text(name, "请写成 redis://主机:6379/0 。")
    if urlsplit(url).scheme not in REDIS_SCHEMES:
        raise refuse(name, "不是 Redis 的地址，请写成 redis://主机:6379/0 。")
    return url


def origins(name: str, hosts: list[str]) -> list[str]:
    """Return CSRF_TRUSTED_ORIGINS; by default the allowed hosts under https, since production redirects to it."""
    if not os.environ.get(name, "").strip():
        return [f"https://*{host}" if host.startswith(".") else f"https://{host}" for host in hosts]
    values = names(name, "请写成 https://主机名，多个用逗号隔开。")
    for value in values:
        if urlsplit(value).scheme != "https" or not urlsplit(value).netloc:
            raise refuse(name, f"“{value}”不是 https:// 开头的地址。")
    return values


def allowed_hosts() -> list[str]:
    """Return ALLOWED_HOSTS; raise when it is empty or lets every name in."""
    hosts = names("ALLOWED_HOSTS", "请写用户访问的主机名，多个用逗号隔开。")
    if "*" in hosts:
        raise refuse("ALLOWED_HOSTS", "不能写“*”，请写用户访问的主机名。")
    return hosts


def writable_folder(name: str, what_for: str = "附件存放") -> Path:
    """Return an existing folder that this process may write to; raise otherwise."""
    folder = Path(text(name, f"请写{what_for}的文件夹。"))
    if not folder.is_dir():
        raise refuse(name, f"文件夹 {folder} 不存在，请先建好。")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise refuse(name, f"文件夹 {folder} 不能写入，请把它交给运行本系统的用户。")
    return folder


def refuse_unprotected() -> None:
    """Raise when someone tries to switch off secure cookies, the redirect to https or HSTS in production."""
    for name in NEVER_OFF:
        if os.environ.get(name) is not None and os.environ[name].strip().lower() in OFF:
            raise refuse(name, "正式运行时不能关闭。要在没有 https 的电脑上试用，请用 make run。")

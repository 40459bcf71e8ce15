"""A wrong environment is refused at start, in one sentence that names the variable."""

import os
import runpy
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment
from tests.deploy_check import production

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
KEY = "b25seS1mb3ItdGVzdHMtMDEyMzQ1Njc4OWFiY2RlZmc="


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    return production(str(tmp_path)) | {"SANLI_VAR": str(tmp_path / "var")}


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], dict[str, Any]]:
    """Run the settings file under an environment of its own; return what it sets."""

    def run(variables: dict[str, str]) -> dict[str, Any]:
        monkeypatch.setattr(os, "environ", dict(variables))
        return runpy.run_path(str(ROOT / "config" / "settings.py"))

    return run


def test_production_is_made_by_the_environment_alone(start, variables: dict[str, str]):
    settings = start(variables)
    assert settings["EMBEDDED"] is False
    assert settings["DEBUG"] is False
    database = settings["DATABASES"]["default"]
    assert (database["ENGINE"], database["NAME"]) == ("django.db.backends.postgresql", "sanli")
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (600, True)
    assert settings["ALLOWED_HOSTS"] == ["sanli.example.cn"]
    assert settings["CSRF_TRUSTED_ORIGINS"] == ["https://sanli.example.cn"]
    assert settings["CELERY_BROKER_URL"] == "redis://127.0.0.1:6379/0"
    assert str(settings["MEDIA_ROOT"]) == variables["MEDIA_ROOT"]
    assert settings["IDLE_MINUTES"] == 30
    protection = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS")
    assert all(settings[name] for name in protection)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("DATABASE_URL", "", "没有设置"),
        ("SANLI_EMBEDDED", "maybe", "要写 1 或 0"),
        ("DATABASE_URL", "not a url", "不是 PostgreSQL 的地址"),
        ("DATABASE_URL", "mysql://u:p@h/db", "不是 PostgreSQL 的地址"),
        ("DATABASE_URL", "postgres://u:p@h/", "不是 PostgreSQL 的地址"),
        ("DATABASE_URL", "postgres://u:p@h:port/db", "不是 PostgreSQL 的地址"),
        ("SECRET_KEY", "short", "50 个字符以上"),
        ("SECRET_KEY", "a" * 60, "太有规律"),
        ("TALK_KEYS", "", "没有设置"),
        ("TALK_KEYS", " , ", "是空的"),
        ("TALK_KEYS", "short", "第 1 把不是密钥"),
        ("TALK_KEYS", "A" * 43 + "=", "第 1 把不是密钥"),
        ("TALK_KEYS", "密" * 44, "第 1 把不是密钥"),
        ("TALK_KEYS", f"{KEY},{KEY[:-2]}", "第 2 把不是密钥"),
        ("ALLOWED_HOSTS", "", "没有设置"),
        ("ALLOWED_HOSTS", " , ", "是空的"),
        ("ALLOWED_HOSTS", "*", "不能写“*”"),
        ("REDIS_URL", "", "没有设置"),
        ("REDIS_URL", "localhost:6379", "不是 Redis 的地址"),
        ("MEDIA_ROOT", "", "没有设置"),
        ("MEDIA_ROOT", "/nowhere/at/all", "不存在"),
        ("SURVEY_KEYS", "", "没有设置。请写调研密钥存放的文件夹"),
        ("SURVEY_KEYS", "/nowhere/at/all", "不存在"),
        ("CSRF_TRUSTED_ORIGINS", "sanli.example.cn", "不是 https:// 开头的地址"),
        ("IDLE_MINUTES", "0", "要写不小于 1 的整数"),
        ("IDLE_MINUTES", "-5", "要写不小于 1 的整数"),
        ("IDLE_MINUTES", "half an hour", "要写不小于 1 的整数"),
        ("IDLE_MINUTES", "３０", "要写不小于 1 的整数"),
        ("REMEMBER_DAYS", "-1", "要写不小于 0 的整数"),
        ("PASSWORD_MIN_LENGTH", "4", "要写不小于 8 的整数"),
        ("TRUSTED_PROXIES", "one", "要写不小于 0 的整数"),
        ("SESSION_COOKIE_SECURE", "0", "不能关闭"),
        ("CSRF_COOKIE_SECURE", "false", "不能关闭"),
        ("SECURE_SSL_REDIRECT", "off", "不能关闭"),
        ("SECURE_HSTS_SECONDS", "0", "不能关闭"),
    ],
)
def test_nonsense_is_refused_in_one_sentence(start, variables: dict[str, str], name: str, value: str, why: str):
    with pytest.raises(ImproperlyConfigured) as refusal:
        start(variables | {name: value})
    said = str(refusal.value)
    assert said.startswith(f"环境变量 {name}：")
    assert why in said
    assert "\n" not in said


def test_a_refused_address_is_not_repeated_with_its_password(start, variables: dict[str, str]):
    with pytest.raises(ImproperlyConfigured) as refusal:
        start(variables | {"DATABASE_URL": "mysql://u:hush@h/db"})
    assert "hush" not in str(refusal.value)


def test_a_refused_sealing_key_is_not_repeated(start, variables: dict[str, str]):
    with pytest.raises(ImproperlyConfigured) as refusal:
        start(variables | {"TALK_KEYS": f"{KEY},hush"})
    assert "hush" not in str(refusal.value)
    assert KEY not in str(refusal.value)


def test_the_first_sealing_key_comes_first_and_none_follows_from_the_secret_key(
    start, variables: dict[str, str], tmp_path: Path
):
    second = environment.generated_talk_keys(tmp_path / "other")[0]
    assert start(variables | {"TALK_KEYS": f"{KEY}, {second},"})["TALK_KEYS"] == [KEY, second]
    folders = [tmp_path / "one", tmp_path / "two"]
    made = [
        start({"SANLI_VAR": str(folder), "SANLI_EMBEDDED": "1", "SECRET_KEY": "k" * 60})["TALK_KEYS"]
        for folder in folders
    ]
    assert made[0] != made[1]
    assert start({"SANLI_VAR": str(folders[0])})["TALK_KEYS"] == made[0]
    assert stat.S_IMODE((folders[0] / "talk_keys").stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MEDIA_ROOT", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(ImproperlyConfigured, match="不能写入"):
        environment.writable_folder("MEDIA_ROOT")


def test_a_management_command_says_it_without_a_traceback(variables: dict[str, str]):
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=ROOT, env=variables | {"SECRET_KEY": "x"}, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("环境变量 SECRET_KEY：")
    assert "Traceback" not in done.stderr


def test_nothing_set_means_the_embedded_mode(start, tmp_path: Path):
    settings = start({"SANLI_VAR": str(tmp_path)})
    assert settings["EMBEDDED"] is True
    assert settings["DEBUG"] is False
    assert settings["DATABASES"]["default"]["NAME"] == str(tmp_path / "db.sqlite3")
    assert settings["CELERY_BROKER_URL"] == "filesystem://"
    assert settings["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]


def test_the_embedded_mode_ignores_a_database_url(start, variables: dict[str, str]):
    settings = start(variables | {"SANLI_EMBEDDED": "1"})
    assert settings["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"


def test_half_a_production_environment_is_not_taken_for_the_embedded_mode(start, tmp_path: Path):
    with pytest.raises(ImproperlyConfigured, match="环境变量 ALLOWED_HOSTS：没有设置"):
        start({"SANLI_VAR": str(tmp_path), "SECRET_KEY": "k" * 10 + "0123456789" * 5})


@pytest.mark.parametrize("name", ["REDIS_URL", "ALLOWED_HOSTS", "MEDIA_ROOT"])
def test_one_variable_of_production_alone_is_not_taken_for_the_embedded_mode(start, variables, name: str):
    with pytest.raises(ImproperlyConfigured, match="环境变量 SECRET_KEY：没有设置"):
        start({name: variables[name], "SANLI_VAR": variables["SANLI_VAR"]})


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path):
    file = tmp_path / "var" / "secret_key"
    first = environment.generated_secret_key(file)
    assert len(first) >= environment.SHORTEST_SECRET_KEY
    assert environment.generated_secret_key(file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == ["secret_key"]

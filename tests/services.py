"""A pytest plugin: tests that need PostgreSQL, Redis, a browser or LibreOffice are left out aloud, or insisted on.

`make test` runs with Python alone and prints what it left out and why. `make check` names the services in
SANLI_REQUIRE (a comma-separated list); then the tests run, and a missing service or any skipped test is a failure.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable

import pytest
from django.conf import settings

REQUIRED = frozenset(part.strip() for part in os.environ.get("SANLI_REQUIRE", "").split(",") if part.strip())
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
WHY_LEFT_OUT = {
    "postgres": "they need PostgreSQL: set TEST_DATABASE_URL=postgres://… and SANLI_REQUIRE=postgres",
    "redis": "they need Redis: set SANLI_REQUIRE=redis (TEST_REDIS_URL if it is elsewhere)",
    "chromium": "they need Chromium: set SANLI_REQUIRE=chromium",
    "soffice": "they need LibreOffice Writer: set SANLI_REQUIRE=soffice",
}


def postgres_missing() -> str:
    """Return why the database under test is not PostgreSQL, or an empty string."""
    if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        return ""
    return "TEST_DATABASE_URL is not set"


def redis_missing() -> str:
    """Return why Redis cannot be used, or an empty string."""
    import redis

    try:
        redis.Redis.from_url(REDIS_URL, socket_connect_timeout=2).ping()
    except redis.RedisError as error:
        return f"{REDIS_URL}: {error}"
    return ""


def chromium_missing() -> str:
    """Return why no browser can be driven, or an empty string."""
    return "" if chromium_path() else "no chromium on the PATH"


def chromium_path() -> str | None:
    """Return the browser that the journeys drive."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def soffice_missing() -> str:
    """Return why no Word file can be opened, or an empty string."""
    return "" if soffice_path() else "no soffice on the PATH"


def soffice_path() -> str | None:
    """Return the LibreOffice that opens our Word files."""
    return shutil.which("soffice")


MISSING: dict[str, Callable[[], str]] = {
    "postgres": postgres_missing,
    "redis": redis_missing,
    "chromium": chromium_missing,
    "soffice": soffice_missing,
}

# Marked by hand, never guessed: what makes databases of its own, or opens none, says the same in both runs.
ONCE = "once"
WHY_LEFT_OUT[ONCE] = "they ask the database under test for nothing: the run on SQLite has them"

left_out: Counter[str] = Counter()
skipped: set[str] = set()


def pytest_configure(config: pytest.Config) -> None:
    """Stop at once when a required service is not there."""
    unknown = REQUIRED - MISSING.keys()
    if unknown:
        raise pytest.UsageError(f"SANLI_REQUIRE does not know {', '.join(sorted(unknown))}")
    for name in sorted(REQUIRED):
        reason = MISSING[name]()
        if reason:
            raise pytest.UsageError(f"SANLI_REQUIRE asks for {name}, but {reason}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a service that was not asked for."""
    kept = []
    for item in items:
        wanting = [name for name in MISSING if name not in REQUIRED and item.get_closest_marker(name)]
        if "postgres" in REQUIRED and item.get_closest_marker(ONCE):
            wanting.append(ONCE)
        left_out.update(wanting[:1])
        if not wanting:
            kept.append(item)
    if len(kept) < len(items):
        gone = set(items) - set(kept)
        config.hook.pytest_deselected(items=[item for item in items if item in gone])
        items[:] = kept


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember every skip."""
    if report.skipped:
        skipped.add(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail on a skip where services are required; hand the counts of a parallel worker to its controller."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = dict(left_out)
    elif REQUIRED and skipped and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Take over what a parallel worker left out; every worker collects the same tests."""
    left_out.update(Counter(getattr(node, "workeroutput", {}).get("left_out", {})) - left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out and why, and which skips were not allowed."""
    for name, count in sorted(left_out.items()):
        terminalreporter.write_line(f"Left out: {count} tests marked {name}; {WHY_LEFT_OUT[name]}.")
    if REQUIRED:
        for nodeid in sorted(skipped):
            terminalreporter.write_line(f"Skipped although SANLI_REQUIRE is set, so this run fails: {nodeid}")

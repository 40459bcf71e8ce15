"""Settings of the bench: the embedded mode in a folder of its own, or PostgreSQL as in production; all else unchanged."""

import os

os.environ["SANLI_EMBEDDED"] = "1"

from config import environment
from config.settings import *  # noqa: F403
from config.settings import BASE_DIR, TEMPLATES

if os.environ.get("BENCH_DATABASE_URL"):
    DATABASES = {"default": environment.postgres("BENCH_DATABASE_URL")}

ROOT_URLCONF = "tests.bench.urls"
TEMPLATES = [TEMPLATES[0] | {"DIRS": [*TEMPLATES[0]["DIRS"], BASE_DIR / "tests" / "bench" / "templates"]}]

"""Settings for processes that a test starts beside itself: the embedded mode in a folder of its own, or PostgreSQL.

$SANLI_VAR is the folder; $TEST_DATABASE_URL, where it is set, the database itself and not the server to make one on.
"""

import os

os.environ["SANLI_EMBEDDED"] = "1"

from config import environment
from config.settings import *  # noqa: F403

if os.environ.get("TEST_DATABASE_URL"):
    DATABASES = {"default": environment.postgres("TEST_DATABASE_URL")}

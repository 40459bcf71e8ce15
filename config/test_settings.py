"""Settings of the test suite: the embedded mode without its files, or PostgreSQL where TEST_DATABASE_URL points at one."""

import os
import tempfile
from pathlib import Path

os.environ["SANLI_EMBEDDED"] = "1"
os.environ["SANLI_VAR"] = str(Path(tempfile.gettempdir()) / f"sanli-tests-{os.getuid()}")
os.environ["SECRET_KEY"] = "only-for-tests-" + "0123456789" * 5
os.environ["TALK_KEYS"] = "b25seS1mb3ItdGVzdHMtMDEyMzQ1Njc4OWFiY2RlZmc="
for name in ("IDLE_MINUTES", "REMEMBER_DAYS", "PASSWORD_MIN_LENGTH", "HOST"):
    os.environ.pop(name, None)

from config import environment  # noqa: E402
from config.settings import *  # noqa: E402, F403

if os.environ.get("TEST_DATABASE_URL"):
    DATABASES = {"default": environment.postgres("TEST_DATABASE_URL")}
    # Connections of a test process end with it.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    # A cluster made under a C locale would count a Chinese character as three.
    DATABASES["default"]["TEST"] = {"CHARSET": "UTF8", "TEMPLATE": "template0"}

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# The default hasher is slow on purpose and would be most of the suite's time.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, str] = {"data_folder_in": os.environ["SANLI_VAR"]}

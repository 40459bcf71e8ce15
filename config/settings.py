"""Settings: one file, two modes, told apart by the environment alone.

Production   DATABASE_URL, REDIS_URL, SECRET_KEY, TALK_KEYS, ALLOWED_HOSTS and MEDIA_ROOT are set (deploy/sanli.env.example).
Embedded     SANLI_EMBEDDED=1, as `make run` sets it, or nothing set at all: SQLite, media and the broker's files
             under $SANLI_VAR (default ./var); DATABASE_URL is then ignored.
"""

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from config import environment

BASE_DIR = Path(__file__).resolve().parent.parent
EMBEDDED = environment.is_embedded()
VAR = Path(os.environ.get("SANLI_VAR") or BASE_DIR / "var").resolve()

# --- Never different anywhere -------------------------------------------------------------------------------------

DEBUG = False
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

INSTALLED_APPS = [
    "dashboards",
    "surveys",
    "responsibilities",
    "activities",
    "programmes",
    "reminders",
    "organisations.apps.OrganisationsConfig",
    "organisations.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "auditlog",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "js_lib_bootstrap5",
    "lucide",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "organisations.middleware.LargestRequestMiddleware",
    "organisations.middleware.CleanInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "organisations.idle.IdleMiddleware",
    "organisations.middleware.LoginRequiredMiddleware",
    "organisations.middleware.InitialPasswordMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "organisations.middleware.AuditActorMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "organisations.navigation.navigation",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "organisations.controls.ControlRenderer"

# --- Dotted paths by which a lower floor reaches a higher one without importing it ---------------------------------

REMINDER_SOURCES = [
    "programmes.reminding.ObligationSource",
    "programmes.reminding.BirthdaySource",
    "programmes.reminding.TermSource",
    "responsibilities.reminding.MeasureSource",
    "responsibilities.reminding.DutySource",
    "responsibilities.reminding_duties.HandoverSource",
    "responsibilities.reminding_duties.SelfCheckSource",
    "responsibilities.reminding_problems.ProblemSource",
    "responsibilities.reminding_talks.TalkSource",
    "responsibilities.reminding_talks.BriefingSource",
    "surveys.reminding.SurveySource",
]
OPEN_REMINDERS_COUNT = "reminders.digesting.open_count"
AFTER_TREE_CHANGE = "programmes.opening.after_tree_change"
BEFORE_UPROOTING = "responsibilities.opening.forget_untouched"
AFTER_OPENING = "activities.crediting.recount"
AFTER_COUNTING = "responsibilities.ticking.after_counting"
# Lists that may be taken away as files (organisations/tables.py).
EXPORTS = {
    "activities": "activities.exporting.ActivityExport",
    "people": "organisations.exporting.RosterExport",
    "coverage": "dashboards.exporting.CoverageExport",
    "problems": "responsibilities.problem_export.ProblemExport",
    "duties": "responsibilities.list_export.DutyExport",
}

# --- Storage: the only part that the two modes do differently ------------------------------------------------------

if EMBEDDED:
    environment.make_folders(VAR)
    SECRET_KEY = os.environ.get("SECRET_KEY") or environment.generated_secret_key(VAR / "secret_key")
    # The first key seals talks and reports, all of them open (responsibilities/sealing.py).
    TALK_KEYS = (
        environment.talk_keys() if os.environ.get("TALK_KEYS") else environment.generated_talk_keys(VAR / "talk_keys")
    )
    SURVEY_KEYS = VAR / "survey_keys"
    ALLOWED_HOSTS = ["*"] if os.environ.get("HOST") else ["localhost", "127.0.0.1", "[::1]"]
    DATABASES = {"default": environment.sqlite(VAR / "db.sqlite3")}
    MEDIA_ROOT = VAR / "media"
    STATIC_ROOT = VAR / "static"
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR / "mail"
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR / "broker" / "queue"),
        "data_folder_out": str(VAR / "broker" / "queue"),
        "control_folder": str(VAR / "broker" / "control"),
        "store_processed": False,
    }
    CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
    TRUSTED_PROXIES = 0
else:
    environment.refuse_unprotected()
    SECRET_KEY = environment.secret_key()
    ALLOWED_HOSTS = environment.allowed_hosts()
    TALK_KEYS = environment.talk_keys()
    # One file for each survey that is running, outside the database and outside its backups; web servers share it.
    SURVEY_KEYS = environment.writable_folder("SURVEY_KEYS", "调研密钥存放")
    CSRF_TRUSTED_ORIGINS = environment.origins("CSRF_TRUSTED_ORIGINS", ALLOWED_HOSTS)
    DATABASES = {"default": environment.postgres("DATABASE_URL")}
    MEDIA_ROOT = environment.writable_folder("MEDIA_ROOT")
    STATIC_ROOT = Path(os.environ.get("STATIC_ROOT") or VAR / "static")
    CELERY_BROKER_URL = environment.redis_url("REDIS_URL")
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": CELERY_BROKER_URL,
            "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
        }
    }
    # A task that its worker did not finish is handed out again after this long, so longer than any task may run.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
    CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
    # How many proxies of our own stand in front, each adding one address to X-Forwarded-For.
    TRUSTED_PROXIES = environment.positive_number("TRUSTED_PROXIES", 1, least=0)
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Who gets in ---------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "organisations.Person"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk"
# Axes first: it refuses a locked account before a password is looked at.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "organisations.passwords.LengthValidator",
        "OPTIONS": {"min_length": environment.positive_number("PASSWORD_MIN_LENGTH", 8, least=8)},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "organisations.passwords.CharacterClassesValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "staff_no", "name", "initials")},
    },
]

IDLE_MINUTES = environment.positive_number("IDLE_MINUTES", 30)
# 0 takes the checkbox 保持登录 off the log-in page.
REMEMBER_DAYS = environment.positive_number("REMEMBER_DAYS", 7, least=0)
SESSION_COOKIE_AGE = int(timedelta(days=max(REMEMBER_DAYS, 1)).total_seconds())
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "organisations.csrf.csrf_failure"

AXES_HANDLER = "organisations.lockout.TwoThresholdHandler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
LOCKOUT_ACCOUNT_LIMIT = 50
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "organisations.lockout.locked_out"
AXES_CLIENT_IP_CALLABLE = "organisations.lockout.client_address"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# Axes keeps the failed form: never the password, and never the text that a log-in carries on.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "carried", "next", "csrfmiddlewaretoken"]

# A log form holds some fields for each person expected; a mass meeting is recorded by headcount.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# A whole request, files and all: a few photos at once without script. deploy/nginx.conf says the same.
LARGEST_REQUEST = 64 * 1024 * 1024

SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- What is written down about writes: before, after and who; never a password, never an address -------------------

AUDITLOG_INCLUDE_TRACKING_MODELS = [
    "organisations.Organisation",
    {"model": "organisations.Person", "exclude_fields": ["password", "last_login"]},
    "organisations.Membership",
    "organisations.Appointment",
    # Bulk statements pass the audit by: an import and its rows say themselves what was before and after. What the
    # file looks like and how far a worker is would only repeat names.
    {
        "model": "organisations.ImportBatch",
        "exclude_fields": ["columns", "places", "stage", "done", "total", "started_at", "file"],
    },
    "organisations.Post",
    "reminders.Holiday",
    "programmes.Line",
    "programmes.Programme",
    "programmes.Indicator",
    "programmes.ActivityKind",
    "programmes.Requirement",
    "programmes.Exemption",
    "activities.Activity",
    {"model": "activities.Attachment", "exclude_fields": ["file", "thumbnail", "sha256"]},
]
AUDITLOG_DISABLE_REMOTE_ADDR = True
AUDITLOG_CID_HEADER = None

# --- Background work (the beat table is in config/celery.py) --------------------------------------------------------

CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 600
CELERY_TASK_TIME_LIMIT = 660
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- Logs: to standard error, with nothing in them about a person ---------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "config.logs.WithoutPersonalData",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Replaces Django's own handlers, which would mail whole requests.
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # 4xx answers name what people typed into the address line.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
        # Warns that files have no host name.
        "kombu": {"level": "ERROR"},
        # Axes names accounts and addresses; its rows in the database are enough.
        "axes": {"level": "CRITICAL"},
    },
}

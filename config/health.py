"""/healthz: whether the parts that the program stands on answer, for whoever watches over it. Knows nothing personal."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from reminders.models import Heartbeat

# The beat ticks once a minute; three missed ticks mean that nobody works in the background.
LATE_AFTER_SECONDS = 180


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Report database, broker and background work; 503 when the database is down, since then no page works."""
    if not _database_answers():
        return JsonResponse({"database": "down"}, status=503)
    return JsonResponse({"database": "ok", "broker": _broker(), "background": _background(timezone.now())})


def _database_answers() -> bool:
    """Say whether a trivial query succeeds."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _broker() -> str:
    """Return “ok” or “down”: Redis, which is also the cache, or the broker's folder."""
    if settings.EMBEDDED:
        return "ok" if Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"]).is_dir() else "down"
    try:
        cache.set("healthz", "ok", 10)
        return "ok" if cache.get("healthz") == "ok" else "down"
    except RedisError:
        return "down"


def _background(now: datetime) -> dict[str, object]:
    """Return how many seconds ago the background work last said that it lives (None: never), and whether that is late."""
    last = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    age = None if last is None else round((now - last).total_seconds())
    return {"age_seconds": age, "late": age is None or age > LATE_AFTER_SECONDS}

"""What the beat calls on this floor, and what pages hand over to a worker."""

from celery import shared_task
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.http import Http404
from django.utils import timezone

from . import tables
from .importing import working
from .models.export import Export, SupersededError


@shared_task
def forget_ended_sessions() -> None:
    """Delete the rows of sessions that have ended; Django leaves them."""
    call_command("clearsessions")


@shared_task
def check_import(batch_id: int) -> None:
    """Compare a file with what is stored and lay out the preview."""
    working.check(batch_id, timezone.now())


@shared_task
def write_import(batch_id: int) -> None:
    """Write what a preview shows."""
    working.write(batch_id, timezone.now())


@shared_task
def undo_import(batch_id: int) -> None:
    """Take an import back."""
    working.take_back(batch_id, timezone.now())


@shared_task
def forget_imports() -> None:
    """Throw away files, previews and rows that nobody needs any more."""
    working.forget(timezone.now())


@shared_task
def make_export(pk: int) -> None:
    """Write the file that somebody asked for. A message that comes twice does no harm."""
    export = Export.objects.select_related("person").filter(pk=pk).first()
    if export is None:
        return
    try:
        tables.make(export, timezone.now())
    except SupersededError:
        return
    except (PermissionDenied, Http404):
        export.fail(timezone.now())  # he may no longer read it
    except Exception:
        export.fail(timezone.now())
        raise


@shared_task
def expire_exports() -> None:
    """Delete files and lines whose time is over."""
    tables.expire(timezone.now())

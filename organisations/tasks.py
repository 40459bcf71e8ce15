"""What the beat calls on this floor, and what pages hand over to a worker."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from .importing import working


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

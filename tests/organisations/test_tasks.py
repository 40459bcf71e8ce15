"""What runs by itself on this floor."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from organisations.tasks import forget_ended_sessions


@pytest.mark.django_db
def test_only_ended_sessions_are_forgotten():
    ended, running = SessionStore(), SessionStore()
    ended.set_expiry(timezone.now() - timedelta(seconds=1))
    for session in (ended, running):
        session.save()
    forget_ended_sessions()
    assert [row.session_key for row in Session.objects.all()] == [running.session_key]

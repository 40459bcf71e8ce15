"""What the tests of files share: a folder of their own."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def media(settings, tmp_path) -> Path:
    """Where uploaded files lie during one test."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path

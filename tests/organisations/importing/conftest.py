"""Files of an import go to a folder that each test has for itself."""

import pytest


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Where received files are kept."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path

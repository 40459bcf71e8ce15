"""What tests of surveys need besides."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from surveys import guards


@pytest.fixture(autouse=True)
def _guards_give_way_to_the_flush(request: pytest.FixtureRequest) -> Iterator[None]:
    """A transactional test is emptied by DELETE on SQLite, which the guards refuse. The flush puts them back (post_migrate)."""
    marker = request.node.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    guards.lift(connection)

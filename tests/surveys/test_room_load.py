"""Two hundred people at once in the real server, while its workers are killed; `make load` does it with two thousand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.postgres
def test_no_sheet_is_lost_or_doubled_while_workers_die():
    command = [sys.executable, "-W", "ignore", "-m", "tests.room_load", "200"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert "One sheet a ballot, nothing lost, nothing doubled." in done.stdout, done.stdout + done.stderr[-2000:]
    assert "respondents             200" in done.stdout
    assert done.returncode == 0

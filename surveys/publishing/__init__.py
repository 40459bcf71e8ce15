"""What may be published of anonymous answers, and nothing else. Pure: no database, no clock, no files.

From sheets and head-counts to tables: parts.py (who is published apart), figures.py (how exactly), releasing.py (what is
withheld), worlds.py (the auditor), breakdowns.py (attributes and crosses), tables.py (what stays). Comments and their
masking stand apart; identifiability.py says before the launch what will be possible; comparing.py compares two waves.
"""

from .comments import comment_pools
from .comparing import Change, compare
from .identifiability import Check, identifiability
from .parts import HeadUnit, Part, Unit, heads_of, partition
from .rules import Rules
from .tables import Table, tables

__all__ = [
    "Change",
    "Check",
    "HeadUnit",
    "Part",
    "Rules",
    "Table",
    "Unit",
    "comment_pools",
    "compare",
    "heads_of",
    "identifiability",
    "partition",
    "tables",
]

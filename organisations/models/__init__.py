"""Organisations, people, posts and appointments; feedback about the system itself."""

from .appointment import Appointment, Post
from .export import Export
from .feedback import Feedback
from .importing import (
    Decision,
    ImportBatch,
    ImportMemory,
    ImportRow,
    ImportState,
    ImportSubject,
    Outcome,
    Verdict,
)
from .organisation import ALLOWED_PARENTS, Level, Organisation
from .person import PARTY_MEMBERS, Category, Membership, Person

__all__ = [
    "ALLOWED_PARENTS",
    "PARTY_MEMBERS",
    "Appointment",
    "Category",
    "Decision",
    "Export",
    "Feedback",
    "ImportBatch",
    "ImportMemory",
    "ImportRow",
    "ImportState",
    "ImportSubject",
    "Level",
    "Membership",
    "Organisation",
    "Outcome",
    "Person",
    "Post",
    "Verdict",
]

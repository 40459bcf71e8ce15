"""Organisations, people, posts and appointments; feedback about the system itself."""

from .appointment import Appointment, Post
from .feedback import Feedback
from .organisation import ALLOWED_PARENTS, Level, Organisation
from .person import PARTY_MEMBERS, Category, Membership, Person

__all__ = [
    "ALLOWED_PARENTS",
    "PARTY_MEMBERS",
    "Appointment",
    "Category",
    "Feedback",
    "Level",
    "Membership",
    "Organisation",
    "Person",
    "Post",
]

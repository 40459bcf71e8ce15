"""Organisations, people, posts and appointments; feedback about the system itself."""

from .appointment import Appointment, Post
from .feedback import Feedback
from .organisation import ALLOWED_PARENTS, Level, Organisation
from .person import Category, Membership, Person

__all__ = ["ALLOWED_PARENTS", "Appointment", "Category", "Feedback", "Level", "Membership", "Organisation", "Person", "Post"]

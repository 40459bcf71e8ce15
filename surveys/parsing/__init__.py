"""Questionnaires as they are pasted, and the canonical text that gives them back."""

from .lines import Line, Parsed
from .parser import parse
from .writing import write

__all__ = ["Line", "Parsed", "parse", "write"]

"""The attacks on the anonymity of surveys, as a report that staff or the union can read: `manage.py prove_anonymity`."""

from .finding import Finding

__all__ = ["Finding"]

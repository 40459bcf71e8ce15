"""The kinds of lists that can be imported, by the code that a batch keeps."""

from __future__ import annotations

from .people import People
from .posts import Appointments
from .subject import Subject
from .units import Organisations

SUBJECTS: dict[str, Subject] = {subject.code: subject for subject in (People(), Organisations(), Appointments())}


def subject_of(code: str) -> Subject:
    """The subject of that code. KeyError for none."""
    return SUBJECTS[code]

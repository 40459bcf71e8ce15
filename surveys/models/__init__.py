"""Surveys, the store that knows no person, what is published; the research library."""

from .appraisal import AppraisalDecision, Tier
from .released import BankQuestion, Comment, Destruction, Part, ReleasedTable
from .store import STORE, DeskMark, DropBox, ReportingUnit, Sheet, SpentBallot
from .survey import State, Survey, SurveyKind, Who

__all__ = [
    "STORE",
    "AppraisalDecision",
    "BankQuestion",
    "Comment",
    "DeskMark",
    "Destruction",
    "DropBox",
    "Part",
    "ReleasedTable",
    "ReportingUnit",
    "Sheet",
    "SpentBallot",
    "State",
    "Survey",
    "SurveyKind",
    "Tier",
    "Who",
]

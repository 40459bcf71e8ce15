"""Surveys, the store that knows no person, what is published; the research library."""

from .appraisal import AppraisalDecision, Tier
from .finding import Finding
from .quiz import Attempt, AttemptAnswer, Quiz, QuizQuestion, QuizType
from .released import BankQuestion, Comment, Destruction, Part, ReleasedTable
from .research import PieceKind, PieceState, PieceVerdict, ResearchFile, ResearchPiece, ResearchReview
from .store import STORE, DeskMark, DropBox, ReportingUnit, Sheet, SpentBallot
from .survey import State, Survey, SurveyKind, Who

__all__ = [
    "STORE",
    "AppraisalDecision",
    "Attempt",
    "AttemptAnswer",
    "BankQuestion",
    "Comment",
    "DeskMark",
    "Destruction",
    "DropBox",
    "Finding",
    "Part",
    "PieceKind",
    "PieceState",
    "PieceVerdict",
    "Quiz",
    "QuizQuestion",
    "QuizType",
    "ReleasedTable",
    "ReportingUnit",
    "ResearchFile",
    "ResearchPiece",
    "ResearchReview",
    "Sheet",
    "SpentBallot",
    "State",
    "Survey",
    "SurveyKind",
    "Tier",
    "Who",
]

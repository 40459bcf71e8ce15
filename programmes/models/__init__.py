"""What is expected: lines, programmes, kinds, requirements, obligations, exemptions."""

from .exemption import Exemption, ExemptionCause, ExemptionState
from .obligation import Obligation, ObligationState
from .programme import ActivityKind, Expected, Indicator, Line, Measure, Pillar, Programme
from .requirement import Requirement

__all__ = [
    "ActivityKind",
    "Exemption",
    "ExemptionCause",
    "ExemptionState",
    "Expected",
    "Indicator",
    "Line",
    "Measure",
    "Obligation",
    "ObligationState",
    "Pillar",
    "Programme",
    "Requirement",
]

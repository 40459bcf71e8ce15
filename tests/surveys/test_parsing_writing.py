"""The canonical text gives the questionnaire back."""

import pytest
from hypothesis import HealthCheck, given, settings

from surveys.parsing import parse, write

from .questionnaires_made import questionnaires

pytestmark = pytest.mark.once

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(questionnaires())
def test_what_is_written_is_read_the_same(questionnaire):
    text = write(questionnaire)
    assert parse(text).questionnaire == questionnaire, text


@SLOW
@given(questionnaires())
def test_what_is_written_has_no_line_that_is_not_understood(questionnaire):
    assert parse(write(questionnaire)).unrecognised == []

"""How exactly a figure is said, so that nobody is seen to have chosen as all others did."""

import pytest

from surveys.publishing.figures import Precision, Share, figure, mean, precision_of, share
from surveys.publishing.measures import measures
from surveys.questionnaire import Question

from .publishing_made import STATE, questionnaire

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("base", "heads", "precision"),
    [
        (9, 40, Precision.NARROW),
        (10, 40, Precision.SMALL),
        (20, 40, Precision.MIDDLE),
        (100, 400, Precision.LARGE),
        # All or all but one of the people must not follow from how exactly their answers are spoken of.
        (10, 11, Precision.NARROW),
        (21, 21, Precision.SMALL),
        (101, 101, Precision.MIDDLE),
        (100, None, Precision.LARGE),
    ],
)
def test_precision_grows_with_the_answers(base, heads, precision):
    assert precision_of(base, heads) == precision


@pytest.mark.parametrize("base", range(10, 400))
def test_every_printed_end_takes_in_the_last_three_counts(base):
    """So that who chose otherwise himself cannot tell whether he was the only one."""
    precision = precision_of(base)
    ends = [share(base - away, base, precision) for away in range(3)]
    starts = [share(away, base, precision) for away in range(3)]
    assert len(set(ends)) == len(set(starts)) == 1
    assert ends[0].percent is starts[0].percent is None
    assert ends[0].label.endswith("% 以上")
    assert starts[0].label.endswith("% 以下")


@pytest.mark.parametrize("base", range(5, 12))
def test_of_few_only_quarters_and_halves_that_take_in_the_last_three(base):
    said = [share(count, base, Precision.NARROW) for count in range(base + 1)]
    assert {one.percent for one in said} == {None}
    assert said[-1] == said[-2] == said[-3]
    assert said[0] == said[1] == said[2]
    assert len({one.label for one in said}) == (2 if base < 8 else 4)


@pytest.mark.parametrize("precision", list(Precision))
def test_what_is_printed_bounds_the_truth(precision):
    base = {Precision.NARROW: 9, Precision.SMALL: 17, Precision.MIDDLE: 64, Precision.LARGE: 811}[precision]
    for count in range(base + 1):
        said = share(count, base, precision)
        assert said.low <= 100 * count / base <= said.high


def test_more_than_nine_tenths_are_never_printed_exactly():
    assert share(181, 200, Precision.LARGE) == Share(None, 90, 100, "90% 以上")
    assert share(180, 200, Precision.LARGE).label == "90% 以上"
    assert share(179, 200, Precision.LARGE).label == "90%"
    assert share(19, 200, Precision.LARGE) == Share(None, 0, 10, "10% 以下")


@pytest.mark.parametrize("base", range(5, 130))
def test_a_mean_at_the_end_takes_in_more_than_everybody_at_the_end(base):
    (measure,) = measures(questionnaire(Question("q", "scale", "说法")))
    precision = precision_of(base)
    top = mean(measure, (0, 0, 0, 0, base), precision)
    assert top.end == "high"
    assert mean(measure, (0, 0, 0, 2, base - 2), precision) == top
    bottom = mean(measure, (base, 0, 0, 0, 0), precision)
    assert bottom.end == "low"
    assert mean(measure, (base - 2, 2, 0, 0, 0), precision) == bottom


def test_means_of_few_are_in_halves():
    (measure,) = measures(questionnaire(Question("q", "scale", "说法")))
    said = figure(measure, (1, 1, 2, 2, 1), Precision.NARROW)
    assert (said.mean.label, said.favourable.label, said.shares) == ("3.0", "不到一半", ())
    assert figure(measure, (2, 3, 4, 6, 5), Precision.SMALL).mean.label == "3.5"
    assert figure(measure, (20, 31, 40, 60, 50), Precision.LARGE).mean.label == "3.44"


def test_of_few_nothing_but_scales():
    (measure,) = measures(questionnaire(STATE))
    assert figure(measure, (3, 3, 3), Precision.NARROW) is None

"""Pictures drawn on the server: shapes follow the mock-ups, words are escaped."""

import lucide
import pytest
from django.utils.safestring import SafeString

from organisations.drawing import SQUARES, STATE_ICONS, bar_svg, icon_svg, months_svg, spark_svg, state_html


def test_icon_is_hidden_from_readers_and_sized_by_css() -> None:
    svg = icon_svg("plus")
    assert isinstance(svg, SafeString)
    assert svg == (
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round"'
        ' stroke-linejoin="round" aria-hidden="true"><path d="M5 12h14"/><path d="M12 5v14"/></svg>'
    )


def test_icon_is_drawn_once() -> None:
    assert icon_svg("bell") is icon_svg("bell")


def test_unknown_icon_is_refused() -> None:
    with pytest.raises(lucide.IconDoesNotExist):
        icon_svg("no-such-icon")


@pytest.mark.parametrize("state", STATE_ICONS)
def test_state_is_icon_and_word(state: str) -> None:
    html = state_html(state, "超 20 天")
    assert html.startswith(f'<span class="state state--{state}"><svg class="icon"')
    assert html.endswith("</svg>超 20 天</span>")


def test_state_escapes_its_word_and_fills_when_asked() -> None:
    html = state_html("done", "<b>", fill=True)
    assert 'class="state state--done state--fill"' in html
    assert "&lt;b&gt;" in html


def test_unknown_state_is_refused() -> None:
    with pytest.raises(KeyError):
        state_html("great", "很好")


def test_months_stand_at_their_place() -> None:
    svg = months_svg([(1, 1, "done"), (10, 1, "late"), (11, 1, "todo"), (12, 1, "future")], "10月逾期")
    assert svg == (
        '<svg class="months" viewBox="0 0 192 14" role="img" aria-label="10月逾期">'
        '<rect class="m-done" x="0" y="1" width="12" height="12"/>'
        '<rect class="m-late" x="144" y="1" width="12" height="12"/><path class="m-x" d="M147.5 4.5l5 5m0-5l-5 5"/>'
        '<rect class="m-todo" x="161" y="2" width="10" height="10"/>'
        '<rect class="m-future" x="176" y="1" width="12" height="12"/></svg>'
    )


def test_a_quarter_is_one_square_of_three_months() -> None:
    svg = months_svg([(1, 3, "done"), (4, 3, "late"), (10, 3, "next")], "")
    assert '<rect class="m-done" x="0" y="1" width="44" height="12"/>' in svg
    assert '<path class="m-x" d="M67.5 4.5l5 5m0-5l-5 5"/>' in svg
    assert '<rect class="m-next" x="145" y="2" width="42" height="10"/>' in svg


def test_exempt_has_a_line_and_pending_a_dot() -> None:
    svg = months_svg([(2, 1, "exempt"), (3, 1, "pending")], "")
    assert '<path class="m-exempt" d="M16 7h12"/>' in svg
    assert '<circle class="m-pending" cx="38" cy="7" r="2"/>' in svg


def test_every_state_of_the_strip_has_its_class() -> None:
    for state in SQUARES:
        assert 'class="m-' in months_svg([(1, 1, state)], "")


def test_months_escape_their_label_and_refuse_an_unknown_state() -> None:
    assert 'aria-label="&quot;10月&quot;"' in months_svg([], '"10月"')
    with pytest.raises(KeyError):
        months_svg([(1, 1, "perhaps")], "")


@pytest.mark.parametrize(("done", "needed", "width"), [(8, 9, "88.89"), (9, 9, "100"), (12, 9, "100"), (0, 0, "0")])
def test_bar_is_filled_to_its_share(done: int, needed: int, width: str) -> None:
    svg = bar_svg(done, needed)
    assert f'<rect class="bar__fill" width="{width}" height="6"/>' in svg
    assert 'aria-hidden="true"' in svg


def test_bar_with_words_is_a_picture_with_a_mark() -> None:
    svg = bar_svg(8, 9, "已办 8，应办 9", mark=18, pillar=True)
    assert svg.startswith('<svg class="bar bar--pillar"')
    assert 'role="img" aria-label="已办 8，应办 9"' in svg
    assert 'x1="100" x2="100"' in svg


def test_spark_runs_from_least_to_greatest_with_a_dot_on_the_last() -> None:
    svg = spark_svg([0, 5, 10], "近 3 个月")
    assert 'points="4,20 40,12 76,4"' in svg
    assert '<circle class="dot" cx="76" cy="4" r="2.5"/>' in svg


def test_flat_single_and_missing_points() -> None:
    assert 'points="4,12 76,12"' in spark_svg([3, 3], "")
    assert 'points="4,12"' in spark_svg([3], "")
    assert spark_svg([], "") == ""

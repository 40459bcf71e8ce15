from datetime import date

import pytest

from documents import gbt9704 as gb

pytestmark = pytest.mark.once


def test_text_block_is_156_by_225_mm():
    assert (gb.TEXT_WIDTH_MM, gb.TEXT_HEIGHT_MM) == (156, 225)


def test_22_lines_fit_the_text_block_and_23_do_not():
    height = gb.TEXT_HEIGHT_MM * gb.POINTS_PER_MM
    assert 22 * gb.LINE_PITCH <= height < 23 * gb.LINE_PITCH


def test_grid_and_spacing_both_put_28_characters_in_a_line():
    width = gb.TEXT_WIDTH_MM * gb.POINTS_PER_MM
    by_grid = gb.SIZE_3 + gb.CHAR_SPACE / 4096
    by_spacing = gb.SIZE_3 + gb.CHAR_SPACING_TWIPS / gb.TWIPS_PER_POINT
    assert 28 * by_grid == pytest.approx(width, abs=0.01)
    assert 28 * by_spacing <= width < 29 * by_spacing


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九")]
)
def test_numbers_in_chinese(number, words):
    assert gb.chinese_number(number) == words


@pytest.mark.parametrize("number", [0, -1, 100])
def test_numbers_outside_the_range_are_refused(number):
    with pytest.raises(ValueError, match="outside"):
        gb.chinese_number(number)


def test_four_levels_of_headings_have_their_own_marks():
    assert [gb.heading_number(level, 2) for level in (1, 2, 3, 4)] == ["二、", "（二）", "2.", "（2）"]
    with pytest.raises(ValueError, match="four levels"):
        gb.heading_number(5, 1)


def test_dates_are_written_without_leading_zeros():
    assert gb.written_date(date(2026, 3, 5)) == "2026年3月5日"


def test_a_substitute_is_one_name_that_word_can_read():
    for typeface in gb.TYPEFACES:
        assert typeface.substitute
        assert "," not in typeface.substitute
        assert len(typeface.substitute) <= 31

import pytest

from documents.text import clean, one_line, paragraphs

pytestmark = pytest.mark.once


def test_line_ends_of_every_kind_become_one_kind():
    assert clean("一\r\n二\r三\v四\f五\x85六\u2028七\u2029八") == "一\n二\n三\n四\n五\n六\n七\n八"


def test_characters_that_no_document_may_hold_are_dropped():
    assert clean("a\x00b\x07c\x1fd\x7fe\x9ff\ud800g\ufffeh\uffffi\u202ej\u2066k") == "abcdefghijk"


def test_tabs_emoji_and_rare_characters_stay():
    text = "\t👩‍👩‍👧 ❤️ 𠮷 ·　<b>&"
    assert clean(text) == text


def test_paragraphs_are_lines_that_hold_something_without_indents_made_by_hand():
    assert paragraphs("　　首先\n\n 其次 \n　\n") == ["首先", "其次"]


def test_one_line_keeps_spaces_inside():
    assert one_line("市财政局　〔2026〕\n第31号\x00") == "市财政局　〔2026〕 第31号"

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from documents.minutes import AgendaEntry, Attendee, Minutes, Votes, minutes_document
from tests.documents.opened import W, lines, part, word

pytestmark = pytest.mark.once

MINUTES = Minutes(
    organisation="中共市财政局机关第一支部委员会",
    number="〔2026〕第31号",
    kinds=("主题党日", "党课"),
    title="参观史料专题展",
    held_on=date(2026, 10, 23),
    start=time(14, 0),
    end=time(16, 20),
    place="市博物馆",
    chair="林知远（党支部书记）",
    recorder="沈若川（宣传委员）",
    expected=3,
    present=1,
    created=datetime(2026, 10, 23, 9, 6, tzinfo=UTC),
    attendance=(
        Attendee("林知远", present=True),
        Attendee("顾清和", present=False, reason="出差", made_up_on=date(2026, 10, 30)),
        Attendee("罗守正", present=False),
    ),
    agenda=(AgendaEntry("传达学习重要讲话精神", "林知远领学", is_first_topic=True), AgendaEntry("参观展览")),
    content="会议首先学习。\n随后参观。",
    decisions="十一月底前完成初稿，责任人孟书言。",
)


def order_of(data: bytes) -> list[str]:
    """Return what stands in the document from top to bottom, by style, repetitions drawn together."""
    found: list[str] = []
    for block in part(data, "word/document.xml")[0]:
        style = block.find(f".//{W}pStyle")
        name = "表" if block.tag == f"{W}tbl" else "" if style is None else style.get(f"{W}val")
        if name and name != (found or [""])[-1]:
            found.append(name)
    return found


def facts_of(data: bytes) -> dict[str, str]:
    labels, values = lines(data, "FactLabel"), lines(data, "FactValue")
    return dict(zip(labels, values, strict=True))


def test_a_record_follows_the_order_of_paper():
    data = minutes_document(replace(MINUTES, votes=Votes(3, 2, 2, 0, 0), corrections=1))
    section = ["Heading1", "BodyText"]
    head = ["Kicker", "Title", "Number", "表"]
    ending = ["AnnexNote", "Signature", "Note"]
    assert order_of(data) == [*head, *section * 4, *ending, "AnnexMark", "Title", "Subtitle", "表"]
    assert lines(data, "Heading1") == ["一、议程", "二、内容纪实", "三、表决情况", "四、决定事项"]


def test_the_head_names_kinds_title_organisation_and_number():
    data = minutes_document(MINUTES)
    assert lines(data, "Kicker") == ["主题党日、党课记录"]
    assert lines(data, "Title") == ["参观史料专题展", "到会情况表"]
    assert lines(data, "Number") == ["中共市财政局机关第一支部委员会　〔2026〕第31号"]


def test_facts_say_when_where_who_and_who_was_not_there():
    assert facts_of(minutes_document(MINUTES)) == {
        "时间": "2026年10月23日 14:00至16:20",
        "地点": "市博物馆",
        "主持人": "林知远（党支部书记）",
        "记录人": "沈若川（宣传委员）",
        "到会": "应到3人，实到1人",
        "缺席": "顾清和（出差，10月30日补学）、罗守正",
    }


def test_partners_guests_and_hours_appear_where_there_are_any():
    data = minutes_document(
        replace(MINUTES, partners=("中共市博物馆支部委员会",), guests=("王守一", "李怀安"), study_hours="2学时")
    )
    facts = facts_of(data)
    assert (facts["联合单位"], facts["列席"], facts["学时"]) == ("中共市博物馆支部委员会", "王守一、李怀安", "2学时")


def test_an_open_end_leaves_the_end_out():
    assert facts_of(minutes_document(replace(MINUTES, end=None)))["时间"] == "2026年10月23日 14:00"


def test_the_agenda_marks_the_first_topic_and_who_spoke():
    data = minutes_document(replace(MINUTES, content="", decisions=""))
    assert lines(data, "BodyText") == ["1. 第一议题：传达学习重要讲话精神（林知远领学）", "2. 参观展览"]


def test_a_vote_is_told_with_both_denominators():
    data = minutes_document(replace(MINUTES, agenda=(), content="", decisions="", votes=Votes(24, 22, 20, 1, 1)))
    assert lines(data, "BodyText") == ["应到会有表决权24人，实到会有表决权22人。赞成20票，反对1票，弃权1票。"]


@pytest.mark.parametrize(
    ("decisions", "written"),
    [
        ("完成初稿", ["完成初稿"]),
        ("完成初稿\n走访社区", ["1. 完成初稿", "2. 走访社区"]),
        ("一、完成初稿\n二、走访社区", ["一、完成初稿", "二、走访社区"]),
        ("（1）完成初稿\n走访社区", ["（1）完成初稿", "走访社区"]),
    ],
)
def test_several_decisions_are_numbered_unless_somebody_did_it_by_hand(decisions, written):
    data = minutes_document(replace(MINUTES, agenda=(), content="", decisions=decisions))
    assert lines(data, "BodyText") == written


def test_empty_parts_leave_no_heading():
    data = minutes_document(replace(MINUTES, agenda=(), content=" \n", decisions="\x00"))
    assert lines(data, "Heading1") == []


def test_the_attendance_list_stands_on_its_own_page_with_reasons_and_make_up():
    opened = word(minutes_document(MINUTES))
    mark = next(paragraph for paragraph in opened.paragraphs if paragraph.text == "附件")
    assert mark.paragraph_format.page_break_before
    assert [[cell.text for cell in row.cells] for row in opened.tables[1].rows] == [
        ["序号", "姓名", "到会", "缺席原因", "补学"],
        ["1", "林知远", "到会", "", ""],
        ["2", "顾清和", "缺席", "出差", "2026年10月30日"],
        ["3", "罗守正", "缺席", "", ""],
    ]


def test_a_mass_meeting_counts_heads_and_lists_nobody():
    data = minutes_document(replace(MINUTES, headcount=True, expected=300, present=286, attendance=()))
    assert facts_of(data)["到会"] == "应到300人，实到286人（按人数统计）"
    assert lines(data, "AnnexNote") == lines(data, "AnnexMark") == []
    assert len(word(data).tables) == 1


def test_what_nobody_noted_is_left_out():
    bare = replace(MINUTES, headcount=True, start=None, end=None, expected=None, present=36, attendance=())
    facts = facts_of(minutes_document(bare))
    assert facts["时间"] == "2026年10月23日"
    assert facts["到会"] == "实到36人（按人数统计）"


def test_the_result_of_a_vote_follows_its_figures():
    data = minutes_document(replace(MINUTES, votes=Votes(3, 2, 2, 0, 0, "赞成2票，超过半数，通过。")))
    assert "赞成2票，超过半数，通过。" in lines(data, "BodyText")


def test_corrections_are_mentioned_once_there_are_any():
    assert lines(minutes_document(MINUTES), "Note") == []
    noted = lines(minutes_document(replace(MINUTES, corrections=2)), "Note")
    assert noted == ["（本记录保存后更正2次，更正前后的内容在系统中留存）"]


def test_hostile_and_endless_text_makes_a_file_that_opens():
    hostile = "<script>\x00\ud800😀\r\n" + "长" * 10_000
    data = minutes_document(
        replace(
            MINUTES,
            title=hostile,
            place=hostile,
            content=hostile,
            attendance=(Attendee(hostile, present=False, reason=hostile),),
        )
    )
    texts = [paragraph.text for paragraph in word(data).paragraphs]
    assert texts[1] == "<script>😀 " + "长" * 10_000
    assert "<script>😀" in texts
    assert word(data).tables[1].rows[1].cells[3].text == "<script>😀\n" + "长" * 10_000


def test_the_same_minutes_are_the_same_bytes():
    assert minutes_document(MINUTES) == minutes_document(MINUTES)

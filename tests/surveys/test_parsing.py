"""What each way of writing means, and what is said of what is not understood."""

import pytest

from surveys.parsing import parse, write
from surveys.parsing.persons import BANDS, NAMES
from surveys.questionnaire import AGREEMENT, Question, ShowIf

pytestmark = pytest.mark.once

AUTHOR_PAGE = """1. 您的年龄段（单选）
35 岁及以下 / 36–50 岁 / 51 岁及以上
2. 您的岗位类别（单选）
业务 / 综合 / 窗口 / 党务
# 过去三个月
3. 下面的说法在多大程度上符合您的感受？（五级）
- 支部的学习对我做好本职工作有帮助
- 我的意见会被认真对待
- 遇到困难时，组织会主动关心
4. 目前最影响您工作状态的是？（单选）
工作任务与时间压力 / 岗位发展与交流机会 / 家庭照料负担 / 没有明显影响
5. 发展上您更看重？（单选，第 4 题选“岗位发展与交流机会”才问）
轮岗 / 培训 / 职级 / 说得清的标准
6、您的处室和职务是______
7. 愿意把本单位推荐为“和美机关”吗？（0–10）
不愿意                                愿意
8. 还有什么想对组织说的？（简答，选填）
# 谢谢"""


def questions(text: str) -> list[Question]:
    return list(parse(text).questionnaire.questions)


def only(text: str) -> Question:
    (question,) = questions(text)
    return question


def texts(question: Question) -> list[str]:
    return [choice.text for choice in question.choices]


def problems(text: str) -> dict[int, str]:
    return {line.number: line.problem for line in parse(text).unrecognised}


# The text of the author page


def test_the_author_page_is_read_line_by_line():
    parsed = parse(AUTHOR_PAGE)
    assert [line.role for line in parsed.lines] == [
        *("question", "choice", "question", "choice", "section", "question", "statement", "statement", "statement"),
        *("question", "choice", "question", "choice", "unknown", "question", "unknown", "question", "note"),
    ]
    assert problems(AUTHOR_PAGE) == {14: NAMES, 16: "没认出是选项还是说明；写成“两端：不愿意，愿意”。"}


def test_the_author_page_gives_its_questions():
    found = questions(AUTHOR_PAGE)
    assert [one.number for one in found] == ["1", "2", "3", "4", "5", "7", "8"]
    assert [one.type for one in found] == ["single", "single", "matrix", "single", "single", "rating", "long"]
    assert [one.attribute for one in found] == [True, True, False, False, False, False, False]
    assert [one.refusable for one in found] == [True, True, False, False, False, False, False]
    assert [one.required for one in found] == [True] * 6 + [False]
    assert found[4].show_if == ShowIf(found[3].code, ("b",))
    assert [row.dimension for row in found[2].statements] == ["理论学习", "意见回应", "组织关怀"]
    assert texts(found[2]) == list(AGREEMENT)


# Marks


@pytest.mark.parametrize(
    ("mark", "kind"),
    [
        ("[单选题]", "single"), ("【多选题】", "multiple"), ("（单选）", "single"), ("(可多选)", "multiple"), ("（最多选3项）", "multiple"),
        ("（选 1–3 项）", "multiple"), ("（限选三项）", "multiple"), ("[单选提]", "single"), ("【多选题）", "multiple"), ("（单 选 题）", "single"),
        ("（多选，最多选两项", "multiple"), ("", "single"),
    ],
)  # fmt: skip
def test_marks_of_choosing(mark, kind):
    question = only(f"1. 您喜欢的活动{mark}\nA. 球类 B. 书画 C. 健步")
    assert (question.type, question.text, texts(question)) == (kind, "您喜欢的活动", ["球类", "书画", "健步"])


@pytest.mark.parametrize(
    ("mark", "least", "most"),
    [
        ("最多选3项", 0, 3),
        ("选 1–3 项", 1, 3),
        ("限选二项", 0, 2),
        ("至少选2项", 2, 0),
        ("多选，至多选 4 项", 0, 4),
        ("任选3项", 3, 3),
    ],
)
def test_how_many_may_be_chosen(mark, least, most):
    question = only(f"1. 您喜欢的活动（{mark}）\n甲 / 乙 / 丙 / 丁")
    assert (question.type, question.minimum, question.maximum) == ("multiple", least, most)


@pytest.mark.parametrize(
    ("line", "kind", "required"),
    [
        ("1. 您的建议（简答）", "long", False), ("1. 您的建议（简答，必答）", "long", True), ("1. 您的建议 [简答题] *", "long", True),
        ("*1. 最喜欢的书（填空）", "short", True), ("1. 最喜欢的书：____", "short", False), ("1. 您对工作的看法", "long", False),
    ],
)  # fmt: skip
def test_texts(line, kind, required):
    question = only(line)
    assert (question.type, question.required) == (kind, required)


@pytest.mark.parametrize("mark", ["（五级）", "[量表题]", "（五级量表）", ""])
def test_a_row_of_five_labels_is_a_scale(mark):
    question = only(f"1. 您对食堂的评价{mark}\n很不满意 不满意 一般 满意 很满意")
    assert question.type == "scale"
    assert [(one.code, one.text) for one in question.choices][::4] == [("1", "很不满意"), ("5", "很满意")]


def test_five_counts_for_the_good_end_whichever_stands_first():
    question = only("1. 您对食堂的评价（五级）\n非常满意 / 满意 / 一般 / 不满意 / 非常不满意")
    assert texts(question) == ["非常不满意", "不满意", "一般", "满意", "非常满意"]
    kept = only("1. 您对食堂的评价（五级，正序）\n非常满意 / 满意 / 一般 / 不满意 / 非常不满意")
    assert texts(kept)[0] == "非常满意"


@pytest.mark.parametrize(
    "below",
    [
        "- 学习有用\n- 意见有回音",
        "1）学习有用\n2）意见有回音",
        "很不符合\t不太符合\t一般\t比较符合\t非常符合\n学习有用\t○\t○\t○\t○\t○\n意见有回音\t○\t○\t○\t○\t○",
        "题目\t很不符合\t不太符合\t一般\t比较符合\t非常符合\n学习有用\n意见有回音",
        "① 学习有用\n② 意见有回音",
    ],
)
def test_statements_of_a_matrix(below):
    question = only(f"1. 请选择符合程度（五级）\n{below}")
    assert question.type == "matrix"
    assert [row.text for row in question.statements] == ["学习有用", "意见有回音"]
    assert texts(question) == list(AGREEMENT)


@pytest.mark.parametrize(
    "below",
    ["两端：不愿意，愿意", "不愿意 0 1 2 3 4 5 6 7 8 9 10 愿意", "不愿意 ○0 ○1 ○2 ○3 ○4 ○5 ○6 ○7 ○8 ○9 ○10 愿意"],
)
def test_the_ends_of_a_rating(below):
    question = only(f"1. 愿意推荐吗（0–10）\n{below}")
    assert (question.type, question.low, question.high) == ("rating", "不愿意", "愿意")


# Choices


def test_others_and_exclusive_choices():
    question = only("1. 参加过哪些？（多选）\nA. 健步 B. 其他____ C. 以上都没有")
    assert [one.other for one in question.choices] == [False, True, False]
    assert [one.exclusive for one in question.choices] == [False, False, True]
    assert texts(question) == ["健步", "其他", "以上都没有"]
    assert [one.code for one in question.choices] == ["a", "b", "c"]


@pytest.mark.parametrize("written", ["其他（请注明）", "其他：____", "其他 [请填写]", "其他，请说明", "其他_____*"])
def test_words_are_asked_for_beside_a_choice(written):
    question = only(f"1. 参加过哪些？（多选）\n□健步\n□{written}")
    assert [(one.text, one.other) for one in question.choices] == [("健步", False), ("其他", True)]


def test_a_refusal_among_the_choices_is_offered_by_the_room():
    question = only("1. 您的想法（单选）\n愿意 / 不愿意 / 不愿回答")
    assert (texts(question), question.refusable) == (["愿意", "不愿意"], True)


# Persons


@pytest.mark.parametrize(
    "text", ["性别", "您的年龄段", "您所在岗位的类别", "您的职级", "学历", "您的政治面貌", "您的工作年限"]
)
def test_questions_about_the_person_are_attributes(text):
    question = only(f"1. {text}（单选）\n甲 / 乙")
    assert (question.attribute, question.refusable) == (True, True)


@pytest.mark.parametrize(
    "text", ["发展上您更看重哪类岗位机会？", "您对岗位安排是否满意？", "您希望参加哪个年龄段的活动？"]
)
def test_what_somebody_thinks_is_no_attribute(text):
    assert not only(f"1. {text}（单选）\n甲 / 乙").attribute


@pytest.mark.parametrize(
    "text",
    [
        "您的姓名：____",
        "联系电话______",
        "您的处室和职务是____",
        "工号（填空）",
        "请留下您的姓名和手机号（简答）",
        "所在单位：____",
    ],
)
def test_who_somebody_is_must_not_be_asked(text):
    assert questions(f"1. {text}") == []
    assert problems(f"1. {text}") == {1: NAMES}


def test_an_age_is_asked_in_bands():
    assert problems("1. 您的年龄：____岁") == {1: BANDS}


@pytest.mark.parametrize(
    "text", ["您对所在支部的建议（简答）", "对岗位安排有什么意见？____", "您希望单位提供哪些帮助（简答）"]
)
def test_an_opinion_about_the_unit_may_be_asked(text):
    assert problems(f"1. {text}") == {}


# Conditions


@pytest.mark.parametrize(
    "written",
    [
        "2. 为什么？（单选）（第1题选“否”时才问）", "2. 为什么？（单选，第 1 题选B才问）", "2. （若第1题选B请答）为什么？（单选）",
        "2. 若第1题选B，请回答：为什么？（单选）", "2. 为什么？（上题选“否”的请答）（单选）", "2. 为什么？（依赖于第1题第2个选项）（单选）",
        "（第1题选“否”时才问）\n2. 为什么？（单选）", "2. 为什么？（单选）\n（第1题选“否”时才问）",
    ],
)  # fmt: skip
def test_when_a_question_is_asked(written):
    first, second = questions(f"1. 参加过吗？（单选）\nA. 是 B. 否\n{written}\nA. 忙 B. 远")
    assert second.show_if == ShowIf(first.code, ("b",))
    assert second.text == "为什么？"


def test_a_jump_leaves_out_what_lies_between():
    found = questions("1. 参加过吗？\nA. 是（请跳至第3题） B. 否\n2. 为什么？\nA. 忙 B. 远\n3. 还来吗？\nA. 来 B. 不来")
    assert [one.show_if for one in found] == [None, ShowIf(found[0].code, ("b",)), None]


def test_a_number_means_the_question_of_its_own_section():
    text = "# 甲\n1. 来过吗（单选）\n是 / 否\n# 乙\n1. 去过吗（单选）\n是 / 否\n2. 为什么（单选，第1题选“是”时才问）\n忙 / 远"
    found = questions(text)
    assert found[2].show_if == ShowIf(found[1].code, ("a",))
    assert parse(write(parse(text).questionnaire)).questionnaire == parse(text).questionnaire


def test_a_condition_that_leads_nowhere_is_said():
    assert "没有这道题或这个选项" in problems("1. 为什么？（单选，第 9 题选“是”时才问）\n忙 / 远")[1]


# Codes


def test_codes_do_not_change_when_another_line_is_edited():
    before = questions("1. 您最想说什么（简答）\n2. 来过吗（单选）\n是 / 否")
    after = questions(
        "1. 您最想说的是什么（简答）\n2. 新的一题（单选）\n甲 / 乙\n3. 来过吗？（单选）\n是 / 否 / 不清楚"
    )
    assert before[1].code == after[2].code
    assert before[0].code != after[0].code


def test_two_questions_alike_have_different_codes():
    first, second = questions("1. 来过吗（单选）\n是 / 否\n2. 来过吗（单选）\n是 / 否")
    assert second.code == f"{first.code}-2"


def test_a_question_of_the_bank_has_its_code():
    assert only("3、目前最影响您工作状态的是（单选）\n甲 / 乙").code == "load-source"


# What is not understood


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("1. 排一排 [排序题]\n甲\n乙", 1, "没有排序题"),
        ("1. 打分（1–10分）", 1, "五级"),
        ("1. 您来过吗（单选）", 1, "这道题没有选项"),
        ("1. 这是一道题", 1, "没认出这道题怎么答"),
        ("A. 是 B. 否", 1, "选项前面没有题目"),
        ("1. 请评价（五级）\n好 / 中 / 差", 1, "正好五档"),
        ("1. 请评价（矩阵）\n很不满意 / 不满意 / 一般 / 满意 / 很满意", 1, "没有说法"),
        ("1. 写一句（填空）\nA. 是 B. 否", 2, "下面不能有选项"),
        ("1. 来过吗（单选）\nA. 是 B. 否\n请认真回想以后再选。", 3, "没认出是选项还是说明"),
        ("1. 推荐吗（0–10）\n两端：好", 2, "两端要写两句"),
        ("字" * 1200, 1, "超过 1000 个字"),
    ],
)
def test_what_is_not_understood_says_what_to_write_instead(text, line, words):
    found = problems(text)
    assert list(found) == [line]
    assert words in found[line]


def test_title_introduction_and_thanks():
    parsed = parse("机关思想动态调研\n同志您好：请放心填写。\n不记名。\n1. 来过吗（单选）\n是 / 否\n谢谢您的支持！")
    assert [line.role for line in parsed.lines] == [
        "title",
        "introduction",
        "introduction",
        "question",
        "choice",
        "note",
    ]
    assert parsed.title == "机关思想动态调研"
    assert parsed.questionnaire.introduction == "同志您好：请放心填写。\n不记名。"


def test_a_written_questionnaire_can_be_read_by_people():
    text = write(
        parse(
            "1、您的年龄段 [单选题]*\nA.35 岁及以下\nB.36–50 岁\nC.51 岁及以上\n2、愿意来吗(多选,最多2项)\n①来 ②不来 ③其他____"
        ).questionnaire
    )
    assert text == (
        "1. 您的年龄段（单选）\n35 岁及以下 / 36–50 岁 / 51 岁及以上\n\n2. 愿意来吗（多选，最多选 2 项）\n来 / 不来 / 其他____\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "1. 落实得：好□ 较好□ 差□",
        "1. 落实得：\n好□ 较好□ 差□",
        "1. 落实得：□好 □较好 □差",
        "1. 落实得：\n好 □   较好 □   差 □",
    ],
)
def test_boxes_may_stand_before_or_behind(text):
    question = only(text)
    assert (question.text, texts(question)) == ("落实得", ["好", "较好", "差"])


def test_room_behind_a_rating_is_no_part_of_it():
    assert only("10、您给食堂打分（0-10）：____").text == "您给食堂打分"


def test_choices_may_be_figured_behind_the_question():
    question = only("6. 您最关心的（可多选，不超过3个）：1.收入 2.晋升 3.住房")
    assert (question.type, question.text, texts(question), question.maximum) == (
        "multiple",
        "您最关心的",
        ["收入", "晋升", "住房"],
        3,
    )

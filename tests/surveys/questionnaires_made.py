"""Questionnaires made at random, for properties: any that a parser could give, with texts that look like something else."""

from hypothesis import strategies as st

from surveys.parsing import codes, defaults
from surveys.parsing.persons import who_asked
from surveys.questionnaire import AGREEMENT, Choice, Question, Questionnaire, QuestionType, Section, ShowIf, Statement

AWKWARD = (
    "其他", "其他____", "以上都没有", "不愿回答", "甲/乙", "A. 甲 B. 乙", "1. 您的性别", "（单选）", "谢谢", "# 过去", "- 一条",
    "“岗位”与（发展）", "您的年龄段", "两端：低，高", "一、基本情况", "□男 □女", "第 3 题选“是”时才问", "`引号`", "非常 满意", "是 否", "跳至第5题",
    "1 2 3 4 5", "说明：请看", "*", "Q1", "【维度：关怀】", "导语：您好", "您好？", "没有", "很不满意", "第一部分 情况", "遇到困难时，组织会主动关心",
)  # fmt: skip
WORDS = st.text(alphabet="支部学习工作您的是否满意的，。？、（）/ 12Aa.：*_【】“”`#-", min_size=1, max_size=14)


def _is_plain(text: str) -> bool:
    return bool(text) and text == text.strip()


TEXTS = st.one_of(st.sampled_from(AWKWARD), WORDS).map(str.strip).filter(_is_plain)
DIMENSIONS = st.sampled_from(["", "组织关怀", "理论学习"])


def unlike_asking_who(text: str) -> bool:
    """A text question that asks a name is refused: no text gives it."""
    return not who_asked(text)


@st.composite
def choices(draw, kind: str) -> tuple[Choice, ...]:
    texts = draw(st.lists(TEXTS, min_size=2, max_size=6, unique=True))
    several = kind == QuestionType.MULTIPLE
    found = codes.choice_codes("", texts)
    marked = draw(st.booleans())
    return tuple(
        Choice(
            f"x{place}" if marked and place % 2 else code,
            text,
            draw(st.booleans()),
            several and draw(st.booleans()),
        )
        for place, (text, code) in enumerate(zip(texts, found, strict=True))
    )


@st.composite
def statements(draw) -> tuple[Statement, ...]:
    texts = draw(st.lists(TEXTS, min_size=1, max_size=4, unique=True))
    return tuple(
        Statement(draw(st.sampled_from([codes.statement_code(text), f"row-{place}"])), text, draw(DIMENSIONS))
        for place, text in enumerate(texts)
        if place == 0 or codes.statement_code(text) != codes.statement_code(texts[0])
    )


@st.composite
def questions(draw, code: str) -> Question:
    kind = draw(st.sampled_from(QuestionType.values))
    text_type = kind in (QuestionType.SHORT, QuestionType.LONG)
    scale = kind in (QuestionType.SCALE, QuestionType.MATRIX)
    text = draw(TEXTS.filter(unlike_asking_who) if text_type else TEXTS)
    labels = draw(
        st.sampled_from(
            [AGREEMENT, ("很不满意", "不满意", "一般", "满意", "非常满意"), ("高", "较高", "中", "低", "很低")]
        )
    )
    several = kind == QuestionType.MULTIPLE
    least = draw(st.integers(0, 2)) if several else 0
    picked = draw(choices(kind)) if kind in (QuestionType.SINGLE, QuestionType.MULTIPLE) else ()
    return Question(
        code=code,
        type=kind,
        text=text,
        number=draw(st.sampled_from(["", "1", "2", "3", "12", "2.1"])),
        hint=draw(st.one_of(st.just(""), TEXTS)),
        choices=defaults.scale_choices(labels) if scale else picked,
        statements=draw(statements()) if kind == QuestionType.MATRIX else (),
        required=kind == QuestionType.STATEMENT or draw(st.booleans()),
        refusable=draw(st.booleans()),
        attribute=draw(st.booleans()),
        minimum=least,
        maximum=least + draw(st.integers(0, 2)) if several else 0,
        low=draw(st.one_of(st.just(""), TEXTS)) if kind == QuestionType.RATING else "",
        high="高" if kind == QuestionType.RATING else "",
        dimension=draw(DIMENSIONS),
        max_length=draw(st.sampled_from([0, 50, 300])) if text_type else 0,
    )


@st.composite
def questionnaires(draw) -> Questionnaire:
    """Two or three sections with conditions on what stands before."""
    sections, before = [], []
    for place in range(draw(st.integers(1, 3))):
        some = []
        for at in range(draw(st.integers(0, 4))):
            question = draw(questions(f"c{place}{at}"))
            asked = [one for one in before if one.type in (QuestionType.SINGLE, QuestionType.MULTIPLE)]
            if asked and draw(st.booleans()):
                target = draw(st.sampled_from(asked))
                wanted = draw(st.lists(st.sampled_from([one.code for one in target.choices]), min_size=1, unique=True))
                question = Question(**vars(question) | {"show_if": ShowIf(target.code, tuple(wanted))})
            some.append(question)
            before.append(question)
        words = "\n".join(draw(st.lists(TEXTS, max_size=2)))
        sections.append(Section(draw(st.one_of(st.just(""), TEXTS)), words, tuple(some)))
    first = sections[0]
    if not (first.title or first.text or first.questions):
        sections = sections[1:] if len(sections) == 1 else [Section("开始"), *sections[1:]]
    return Questionnaire(tuple(sections), "\n".join(draw(st.lists(TEXTS, max_size=2))))

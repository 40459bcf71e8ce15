"""The bracketed marks of a question: its type, its limits, whether it must be answered, dimension, code, condition."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from surveys.questionnaire import QuestionType

from .conditions import Condition, take_condition

OPEN, CLOSE = "（(［[【〔", "）)］]】〕"
_GROUP = re.compile(f"[{re.escape(OPEN)}]([^{re.escape(OPEN + CLOSE)}]{{0,160}})(?:[{re.escape(CLOSE)}]|$)")
_PARTS = re.compile("[，,；;、|]")
_SPACE = re.compile(r"\s+")
_DASH = "(?:[-–—~～－至到]|--)"
_NUMBER = "([0-9]{1,2}|[一二两三四五六七八九十])"
_CHINESE = {mark: place for place, mark in enumerate("零一二三四五六七八九十")} | {"两": 2}

# Types as they are written, typing slips included; the words of 问卷星 and of this house.
_TYPES = (
    (
        QuestionType.SINGLE,
        "单[选先远][题題提]?|单项选择题?|单选择题|单项|只选一项|[限任]选[一1]项|请?选择?[一1]项|判断题?|下拉题?|下拉框?单?选?题?|是非题",
    ),
    (
        QuestionType.MULTIPLE,
        "[可请]?[以]?多[选先远][题題提]?|多项选择题?|多项选?择?|不定项(?:选择)?题?|可[以]?选?择?多项|可多选择?题?",
    ),
    (
        QuestionType.SCALE,
        f"(?:[五5](?:级|分制?|点))?(?:李克特)?(?:五级)?量表题?|[五5]级(?:评价|评分|打分)?|李克特五?级?|五分制|1{_DASH}5分?(?:打分|评分)?",
    ),
    (QuestionType.MATRIX, "矩阵(?:单选|量表|评价)?[题題提]?|矩阵打分题?|表格单选题?"),
    (QuestionType.RATING, f"0{_DASH}10分?(?:打分|评分)?|十一级(?:量表)?|[Nn][Pp][Ss](?:量表)?题?|净推荐值题?"),
    (QuestionType.SHORT, "(?:单项)?填空[题題提]?|单行文本题?"),
    (QuestionType.LONG, "简[答达][题題提]?|问答题?|开放(?:性|式)?(?:问?题)?|主观题?|论述题?|多行文本题?"),
    (QuestionType.STATEMENT, "说明|文字说明|段落说明|只看不答"),
)
_TYPE_WORDS = tuple((kind, re.compile(pattern)) for kind, pattern in _TYPES)
_UNSUPPORTED = {
    re.compile("排序题?|.*排序"): "没有排序题；可以写成“（多选，最多选 3 项）”。",
    re.compile(
        "矩阵(?:多选|填空|文本|下拉|滑动条?|数值).*题?|表格(?:填空|数值|文本|下拉|组合)?题?|自增表格.*"
    ): "没有这种矩阵；每条说法改成一道单选或多选。",
    re.compile("多项填空题?|表单题?"): "一道题只能填一个空，请拆成几道“（填空）”。",
    re.compile("比重题?|滑动条?题?|滑条题?|数值题?"): "没有比重题；可以写成“（五级）”或“（0–10）”。",
    re.compile(
        f"1{_DASH}10分?(?:打分|评分)?|10分制|十分制|十级(?:量表)?|百分制|0{_DASH}100分?"
    ): "打分只有“（五级）”和“（0–10）”两种，请改成其中一种。",
    re.compile(
        "(?:文件|图片|附件)?上传(?:文件|图片|附件)?题?|签名题?|手写签名|地图题?|地区题?|日期题?|时间题?|位置题?"
    ): "不记名的调研不收文件、签名、日期和位置，请删去这道题。",
}
_LIMITS = (
    (re.compile(f"(?:请|可|任|限|可以)?选?择?{_NUMBER}{_DASH}{_NUMBER}[项个]"), (1, 2)),
    (
        re.compile(
            f"(?:请)?(?:最多|至多|限|限选|不超过|不多于|可选|最多可)(?:可?选?择?|不超过)?{_NUMBER}[项个](?:以内)?"
        ),
        (0, 1),
    ),
    (re.compile(f"(?:请)?选?择?(?:最少|至少|不少于)选?择?{_NUMBER}[项个]"), (1, 0)),
    (re.compile(f"(?:请|任)选?择?{_NUMBER}[项个]|选择?{_NUMBER}[项个]"), (1, 1)),
)
_FLAGS = {
    "required": (
        re.compile("必答题?|必填题?|必选题?|\\*"),
        re.compile("选填|选答题?|可不填|非必答题?|非必填|可选|可填可不填|自愿填写?|不必填"),
    ),
    "refusable": (re.compile("可以?不愿回答"), re.compile("不设不愿回答")),
    "attribute": (re.compile("身份题"), re.compile("非身份题")),
    "ascending": (re.compile("正序"), re.compile("倒序")),
}
_LENGTH = re.compile("(?:限|不超过|最多|限写)?([0-9]{1,4})个?字(?:以内|之内|内|左右)?")
_NAMED = re.compile(r"^\s*(维度|编码)\s*[:：]\s*(.+?)\s*$")
_CODE = re.compile("[A-Za-z][A-Za-z0-9_-]{0,39}")
_LOW_HIGH = re.compile(
    r"^\s*([01])\s*分?\s*(?:表示|代表|[=＝:：]|为|是)\s*[“\"]?([^，,；;、]{1,20}?)[”\"]?[，,；;、\s]+(10|5)\s*分?\s*(?:表示|代表|[=＝:：]|为|是)\s*[“\"]?([^，,；;、]{1,20}?)[”\"]?\s*$"
)


@dataclass
class Marks:
    """What the brackets of one line say; None and empty where they are silent."""

    type: str = ""
    unsupported: str = ""
    required: bool | None = None
    refusable: bool | None = None
    attribute: bool | None = None
    ascending: bool | None = None
    minimum: int = 0
    maximum: int = 0
    max_length: int = 0
    dimension: str | None = None
    code: str = ""
    low: str = ""
    high: str = ""
    condition: Condition | None = None
    rest: list[str] = field(default_factory=list)

    @property
    def is_silent(self) -> bool:
        """Whether nothing was marked that makes a line a question."""
        return not (self.type or self.unsupported or self.minimum or self.maximum or self.condition)


def take_marks(text: str) -> tuple[str, Marks]:
    """`text` without its marks, and the marks. A bracket that says something else stays in the text."""
    marks = Marks()
    kept = _GROUP.sub(lambda found: _taken(found, marks), text)
    return kept.strip(), marks


def type_named(words: str) -> str:
    """The type that `words` name in whole ("单项选择题"); empty when they name none."""
    close = _SPACE.sub("", words)
    return next((kind for kind, pattern in _TYPE_WORDS if pattern.fullmatch(close)), "")


def _taken(found: re.Match[str], marks: Marks) -> str:
    body = found[1]
    if not body.strip():
        ends = not found.string[found.end() :].strip(" ？?。.：:*")
        return "" if ends else found[0]
    if _takes_whole(body, marks):
        return ""
    left, condition = take_condition(body)
    marks.condition = condition or marks.condition
    parts = [part.strip() for part in _PARTS.split(left) if part.strip()]
    unknown = [part for part in parts if not _takes(_SPACE.sub("", part), marks)]
    if condition is None and len(unknown) == len(parts):
        return found[0]
    marks.rest += unknown
    return ""


def _takes_whole(body: str, marks: Marks) -> bool:
    """Take a bracket whose words may hold commas: a name, the two ends."""
    if named := _NAMED.match(body):
        return _takes_name(named[1], named[2], marks)
    if ends := _LOW_HIGH.match(body):
        if (ends[1], ends[3]) not in {("0", "10"), ("1", "5")}:
            return False
        marks.type = marks.type or (QuestionType.RATING if ends[3] == "10" else QuestionType.SCALE)
        marks.low, marks.high = ends[2].strip(), ends[4].strip()
        return True
    return False


def _takes_name(name: str, value: str, marks: Marks) -> bool:
    if name == "维度":
        marks.dimension = "" if value == "无" else value
        return True
    if not _CODE.fullmatch(value):
        return False
    marks.code = value
    return True


def _takes(part: str, marks: Marks) -> bool:
    """Take one mark; False when it is none."""
    return _takes_flag(part, marks) or _takes_limit(part, marks) or _takes_type(part, marks)


def _takes_type(part: str, marks: Marks) -> bool:
    if kind := type_named(part):
        marks.type = kind if not marks.type or kind == QuestionType.MATRIX else marks.type
        return True
    for pattern, sentence in _UNSUPPORTED.items():
        if pattern.fullmatch(part):
            marks.unsupported = sentence
            return True
    return False


def _takes_flag(part: str, marks: Marks) -> bool:
    for name, (yes, no) in _FLAGS.items():
        if yes.fullmatch(part) or no.fullmatch(part):
            setattr(marks, name, bool(yes.fullmatch(part)))
            return True
    if length := _LENGTH.fullmatch(part):
        marks.max_length = int(length[1])
        return True
    return False


def _takes_limit(part: str, marks: Marks) -> bool:
    for pattern, (least, most) in _LIMITS:
        if found := pattern.fullmatch(part):
            numbers = [_figure(group) for group in found.groups() if group]
            marks.minimum = numbers[least - 1 if least <= len(numbers) else 0] if least else marks.minimum
            marks.maximum = numbers[most - 1] if most else marks.maximum
            return True
    return False


def _figure(digits: str) -> int:
    return int(digits) if digits.isascii() else _CHINESE[digits]

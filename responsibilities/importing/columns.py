"""What the columns of a duty list may be, with the titles that offices write above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError

from organisations.importing.columns import guess
from organisations.importing.fields import ORDINALS, plain
from organisations.importing.subject import Field

from ..models import DutyType


def _text(cell: Any) -> str | None:
    return str(cell) or None


def type_of(text: str) -> str | None:
    """政治责任, 领导责任 or 岗位责任 where the text names one of them; None for another one. ValueError for several."""
    bare = plain(text)
    found = [str(kind) for kind in DutyType if kind.label in bare or kind.label.removesuffix("责任") == bare]
    if len(found) > 1:
        raise ValueError("写了几种责任")
    return found[0] if found else None


def _type(cell: Any) -> str:
    """For guessing what a column is: 责任类别 may be this or the category."""
    found = type_of(str(cell))
    if found is None:
        raise ValueError("不是责任类型")
    return found


def _field(code: str, label: str, words: str, read: Any = _text, **more: Any) -> Field:
    return Field(code, label, (label, *words.split()), read, **more)


FIELDS = (
    _field(
        "content",
        "工作内容",
        "责任内容 内容 工作任务 任务 重点任务 主要任务 主要内容 具体内容 责任事项 工作事项 职责 主要职责 工作职责 岗位职责 职责内容 "
        "职责任务 主体责任内容 任务内容 重点工作 清单内容 履责内容 责任要求",
        required=True,
    ),
    _field(
        "measure",
        "工作措施",
        "具体措施 措施 落实措施 推进措施 推进步骤 工作举措 举措 具体举措 主要措施 主要举措 落实举措 工作步骤 落实步骤 工作要求 具体要求 "
        "具体任务 履责措施 履责方式 工作安排 具体工作",
    ),
    _field("category", "类别", "项目 责任类别 工作类别 大类 分类 板块 工作项目 任务类别 类型 任务分类 责任项目 方面"),
    _field(
        "unit",
        "责任单位",
        "责任主体 牵头单位 责任部门 牵头部门 责任党组织 落实单位 实施主体 主体 单位 主责单位 责任科室 责任处室 承办单位 落实主体",
    ),
    _field(
        "person",
        "责任人",
        "责任人员 责任领导 负责人 具体责任人 第一责任人 直接责任人 牵头领导 责任对象 牵头人 责任人姓名",
    ),
    _field("level", "责任层级", "层级 级别 级 责任级别 党组织层级 哪一级"),
    _field("post", "责任岗位", "岗位 职务 岗 责任岗 岗位名称 责任职务 哪一岗"),
    _field("type", "责任类型", "责任性质 责任种类 责任类别 性质 类型 责任属性", _type),
    _field(
        "deadline",
        "完成时限",
        "时限 完成时间 时间要求 时间节点 办理时限 完成期限 期限 时间安排 进度安排 时间 频次完成时限 频次时限 完成时限频次 落实时限 "
        "推进时限 工作时限 节点",
    ),
    _field("rhythm", "频次", "频率 周期 次数 频次要求 工作频次 次数要求 开展频次"),
    _field(
        "standard",
        "工作标准",
        "标准 目标要求 工作目标 目标 完成标准 质量要求 预期成效 预期目标 成效 标志性成果 标准要求 达到标准",
    ),
    _field(
        "basis", "依据", "制度依据 政策依据 文件依据 依据条款 法规依据 依据文件 任务来源 工作依据 条款 法规条款 来源"
    ),
    _field("proof", "佐证", "佐证材料 印证材料 工作痕迹 资料 成果形式 支撑材料 履责痕迹 痕迹资料 落实佐证"),
)
# Titles that no field takes; they still show which row is the header.
OTHERS = "序号 编号 序 备注 说明 配合单位 协办单位 配合部门 参与单位 联系电话 进展情况 进展状态 完成情况 落实情况 联系人 监督单位 督办单位"
KNOWN = frozenset(plain(word) for word in [*OTHERS.split(), *(word for field in FIELDS for word in field.words)])
LONG_WORDS = tuple(word for word in KNOWN if len(word) > 2)
LONGEST_TITLE = 14
SEATS = ("unit", "person", "level", "post")
LABELS = {field.code: field.label for field in FIELDS}
NO_COLUMN = ("", "不导入")


def is_title(text: str) -> bool:
    """Whether this looks like the title of a column of a duty list."""
    bare = plain(text)
    if not bare or len(bare) > LONGEST_TITLE:
        return False
    return bare in KNOWN or any(word in bare for word in LONG_WORDS)


def is_ordinal(title: str) -> bool:
    """Whether the column only counts the rows."""
    return plain(title) in ORDINALS


def guessed(titles: Sequence[str], rows: Sequence[tuple[Any, Sequence[str]]]) -> list[dict[str, Any]]:
    """What each column seems to be; the cells of private ones are not even kept as samples."""
    found = guess(titles, rows, FIELDS, {})
    return [asdict(column) | {"samples": list(column.samples)} for column in found]


def check_columns(columns: Sequence[dict[str, Any]], *, seated: bool) -> None:
    """Refuse two columns for one field, and a list without contents or without anybody. ValidationError by column.

    ``seated``: headings of the table or its title name who is meant, so that no column has to.
    """
    taken: dict[str, str] = {}
    errors: dict[str, str] = {}
    for column in columns:
        code, key = column["field"], f"column_{column['index']}"
        if code and code not in LABELS:
            errors[key] = "没有这一项。"
        elif code in taken:
            errors[key] = f"{LABELS[code]}已经是 {taken[code]} 列了。"
        elif code:
            taken[code] = column["letter"]
    if "content" not in taken and "measure" not in taken:
        errors["columns"] = "还要指出哪一列是工作内容。"
    elif not seated and not set(SEATS) & set(taken):
        errors["columns"] = (
            "表里没有责任单位、责任人、层级、岗位中的任何一列，看不出是谁的责任。请指出哪一列是，或者在表里补上再传。"
        )
    if errors:
        raise ValidationError(errors)

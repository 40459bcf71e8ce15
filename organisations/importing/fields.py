"""What the columns of each kind of list may be, with the titles that offices write above them."""

from __future__ import annotations

import re

from . import values
from .subject import Field

ONE_YEAR = "只取年份"


def _field(code: str, label: str, words: str, read: object, **more: object) -> Field:
    return Field(code, label, (label, *words.split()), read, **more)  # type: ignore[arg-type]


PEOPLE_FIELDS = (
    _field("name", "姓名", "党员姓名 职工姓名 人员姓名 名字 姓名全称", values.name, required=True),
    _field("staff_no", "工号", "职工号 员工号 人员编号 人事编号 职工编号 员工编号 党员编号", values.number_text),
    _field(
        "category",
        "人员类别",
        "党员类别 党员类型 人员类型 政治面貌 政治面目 类别 党员身份 党员性质 身份",
        values.category,
    ),
    _field(
        "joined_on",
        "入党时间",
        "入党日期 入党年月 加入党组织时间 加入党组织日期 加入中国共产党时间 何时入党 加入中共时间 加入党组织年月 参加党组织时间",
        values.day,
    ),
    _field(
        "birth_year", "出生年", "出生年月 出生日期 出生年份 出生时间 出生年月日 出生 生日", values.year, note=ONE_YEAR
    ),
    _field(
        "organ",
        "所在单位",
        "单位 单位名称 工作单位 所在部门 部门 所属单位 所属党委 所属机关 机关党委 所在党委 所在机关",
        values.short_text(80),
        is_place=True,
    ),
    _field(
        "branch",
        "所在支部",
        "支部 党支部 所属支部 所在党支部 所属党支部 支部名称 党支部名称 所在党组织 所属党组织 党组织 组织关系所在支部 党组织名称 "
        "组织关系 现支部 隶属支部",
        values.short_text(120),
        required=True,
        is_place=True,
    ),
    _field(
        "group",
        "党小组",
        "小组 所在党小组 所属党小组 所在小组 所属小组 小组名称 党小组名称",
        values.short_text(80),
        is_place=True,
    ),
    _field(
        "since",
        "转入时间",
        "转入日期 变动日期 变动时间 转接时间 组织关系转入时间 组织关系转入日期 进入支部时间 到支部时间 加入支部时间 转入支部时间 "
        "进入现支部时间 加入当前党组织日期",
        values.day,
    ),
)

ORGANISATION_FIELDS = (
    _field(
        "name",
        "名称",
        "单位 单位名称 组织名称 党组织名称 党组织 支部名称 党支部名称",
        values.short_text(80),
        required=True,
    ),
    _field(
        "parent",
        "上级",
        "上级组织 上级党组织 上级单位 上级党委 上级党组织名称 隶属 隶属党组织 隶属关系 主管单位 所属党委",
        values.short_text(120),
    ),
    _field("level", "层级", "级别 组织类别 党组织类别 党组织类型 组织类型 类别 类型 党组织层级", values.level),
    _field("code", "编码", "代码 组织编码 组织代码 党组织编码 党组织代码 单位编码 单位代码", values.number_text),
    _field("system", "系统", "所属系统 系统类别 口 所属口 战线", values.system),
    _field("full_name", "全称", "单位全称 组织全称 党组织全称 规范名称 全名 公文名称", values.short_text(120)),
    _field("founded_on", "成立日期", "成立时间 建立时间 建立日期 批准成立时间 设立时间 设立日期 组建时间", values.day),
    _field(
        "term_began_on",
        "本届起于",
        "换届时间 换届日期 本届时间 本届起始 本届起始时间 届起 上次换届时间 最近换届时间 本届选举时间 最近一次换届时间",
        values.day,
    ),
    _field("term_years", "任期", "任期年限 每届任期 任期年 届期", values.whole),
)

APPOINTMENT_FIELDS = (
    _field("name", "姓名", "党员姓名 人员姓名 任职人员 人选", values.name, required=True),
    _field("staff_no", "工号", "职工号 员工号 人员编号 人事编号", values.number_text),
    _field(
        "place",
        "党组织",
        "任职党组织 所在党组织 所在支部 所属支部 支部 党支部 所在党支部 单位 任职单位 组织名称 党组织名称 任职组织 支部名称",
        values.short_text(120),
        required=True,
        is_place=True,
    ),
    _field(
        "post",
        "职务",
        "党内职务 担任职务 任职 支部职务 所任职务 职务名称 党内职务名称 岗位 现任职务 党务职务",
        values.uncoded,
        required=True,
    ),
    _field(
        "since",
        "任职时间",
        "任职日期 起任时间 任职起始 起任日期 任职开始时间 任现职时间 当选时间 任职起始时间",
        values.day,
    ),
    _field(
        "last_day",
        "最后一天",
        "届满时间 免职时间 离任时间 任职结束 任期届满 届满日期 免职日期 离任日期 任职结束时间 止任时间",
        values.day,
    ),
)

# Titles of rosters that no field takes; they still show which row is the header.
OTHERS = (
    "序号 编号 性别 民族 籍贯 学历 学位 职务 职称 职级 备注 身份证号 公民身份号码 联系电话 手机 手机号码 家庭住址 年龄 "
    "毕业院校 专业 转正时间 转正日期 参加工作时间 行政职务 工作岗位 党龄 说明 文化程度 是否在职 党籍状态 书记 人数 党员数"
)
ALL_FIELDS = (*PEOPLE_FIELDS, *ORGANISATION_FIELDS, *APPOINTMENT_FIELDS)


def plain(title: object) -> str:
    """A title without spaces, marks and remarks in brackets: ``* 入党 时间（年月）`` → 入党时间."""
    seen = values.clean(title) if title is not None else ""
    bare = re.sub(r"[（(【\[].*?[）)】\]]", "", seen)
    return re.sub(r"[\s*※★:：、/·_\-.]", "", bare)


KNOWN_TITLES = frozenset(
    plain(word) for word in [*OTHERS.split(), *(word for field in ALL_FIELDS for word in field.words)]
)
ORDINALS = frozenset({"序号", "编号", "序", "行号", "No", "NO", "no", "#"})

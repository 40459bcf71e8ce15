"""Questions about the person: those that are an attribute, and those that ask who somebody is."""

from __future__ import annotations

import re

_ABOUT = re.compile(
    "性别|年龄|年纪|岗位|职级|职务|职称|级别|学历|文化程度|文化水平|受教育程度|政治面貌|政治身份|工作年限|工作时间|工龄|党龄|民族|婚姻|婚育|"
    "身份|人员类[别型]|单位(?:性质|类[别型]|层级|级别)|(?:所在|所属)的?(?:单位|部门|处室|科室|支部|党组织|地区|区域)|(?:哪个|什么)(?:单位|部门|处室|科室)|"
    "编制|户籍|入党|参加工作|家庭(?:状况|情况|结构)|子女|月?收入|出生年|是否(?:为|是)?(?:中共)?党员|是(?:不是)?(?:中共)?党员|担任.{0,6}职务|部门$"
)
_OPINION = re.compile(
    "满意|认为|希望|影响|觉得|看重|关注|压力|评价|评分|感受|感到|建议|意见|看法|想法|作用|需要|需求|哪些|哪方面|哪一方面|了解|符合|同意|愿意|困难|培训|帮助|期待|期望|发展|如何|怎样|频率|几次|多久"
)
_BASICS = re.compile("基本情况|基本信息|个人情况|个人信息|背景信息|人口学|基础信息|身份信息")
_LONGEST = 28
_STEMS = re.compile(r"[\s您你的请是为本人（）()：:？?_＿.。、，,*]")

_WHO = (
    "姓名|名字|称呼|联系方式|联系电话|电话(?:号码)?|手机号?码?|移动电话|邮箱|电子邮件|微信号?|QQ号?码?|工号|警号|证件号码?|身份证号?码?|处室|科室|"
    "职务|岗位|职位|职称|部门|单位(?:名称|全称)?|支部(?:名称)?|党支部|党组织(?:名称)?|住址|家庭住址|地址|出生(?:日期|年月)|生日|签名|签字"
)
_ASKS_WHO = re.compile(
    rf"(?:填写|写下|写明|输入|留下|注明)?(?:所在|所属|现|具体)*(?:{_WHO})(?:(?:和|及|与|以及|或|/|及其)?(?:所在|所属)?(?:{_WHO}))*(?:什么|哪里|哪个|多少|叫什么)*"
)
_SURELY_WHO = re.compile(
    "姓名|联系方式|联系电话|手机号|电话号码|身份证|工号|警号|微信号|电子邮箱|家庭住址|您的电话|签名"
)

NAMES = "填空题会问出姓名和职务，不能用；按单位的结果由票决定，不必问。"
BANDS = "身份信息不能填空；改成单选，写几个宽的档，例如“35 岁及以下 / 36–50 岁 / 51 岁及以上”。"


def is_attribute(text: str, section: str = "") -> bool:
    """Whether a question to choose is about the person: then it is published for the whole only."""
    if _OPINION.search(text) or len(text) > _LONGEST:
        return False
    return bool(_ABOUT.search(text) or _BASICS.search(section))


def who_asked(text: str) -> str:
    """The sentence that refuses a text question which asks who somebody is; empty when it asks something else."""
    if _SURELY_WHO.search(text) and not _OPINION.search(text):
        return NAMES
    close = _STEMS.sub("", text)
    if _ASKS_WHO.fullmatch(close):
        return NAMES
    if len(close) <= 12 and _ABOUT.search(close) and not _OPINION.search(close):
        return BANDS
    return ""

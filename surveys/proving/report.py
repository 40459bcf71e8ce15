"""The report of the attacks as a Word file, in words for staff and the union."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from documents.word import OfficialDocument

from .finding import Finding

WAYS = (
    "第一部分读的是正在运行的系统，一个字也不改。第二部分另开一座空的数据库，用同一套程序请"
    "一百二十个编造的人领票、填写、交卷，再用攻击者的办法找人；因为人是编造的，真相已知，才数得清碰对了几个。"
)
CANNOT = (
    "这些检验防不住正在运行的服务器被最高权限的人盯着内存，也防不住有人站在身后看屏幕。"
    "管网络的人仍可能知道某台设备打开过填写页，看不到填了什么。"
)


def word(live: Sequence[Finding], rehearsed: Sequence[Finding], *, where: str, now: datetime) -> bytes:
    """The report as bytes."""
    document = OfficialDocument(organisation=where, created=now)
    document.title("思想动态调研匿名检验报告")
    document.paragraph(
        f"检验时间：{timezone.localtime(now):%Y年%-m月%-d日 %H:%M}。数据库：{where}。{summary([*live, *rehearsed])}"
    )
    document.heading(1, "怎样检验的")
    document.paragraph(WAYS)
    document.heading(1, "正在运行的系统")
    _table(document, live)
    document.heading(1, "当场演练")
    _table(document, rehearsed)
    document.heading(1, "程序做不到的")
    document.paragraph(CANNOT)
    return document.save()


def summary(findings: Sequence[Finding]) -> str:
    """How many held, in one sentence."""
    held = sum(finding.held is True for finding in findings)
    broken = [finding.title for finding in findings if finding.held is False]
    untried = sum(finding.held is None for finding in findings)
    said = f"共 {len(findings)} 项，守住 {held} 项"
    said += f"，没能试 {untried} 项" if untried else ""
    return f"{said}，没守住 {len(broken)} 项：{'；'.join(broken)}。" if broken else f"{said}，没有一项被攻破。"


def _table(document: OfficialDocument, findings: Sequence[Finding]) -> None:
    if not findings:
        document.paragraph("没有做：这个数据库用户不能新建数据库。")
        return
    rows = [[finding.title, finding.tried, finding.result, finding.verdict] for finding in findings]
    document.table(["试了什么", "怎么试的", "结果", "结论"], rows, [3, 4, 4, 1.4], frozenset({3}))

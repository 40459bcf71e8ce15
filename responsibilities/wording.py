"""How often and by what proof, as a list says it: the same words on the page, in print and in the file that is read back."""

from __future__ import annotations

from .models import Duty, Proof, Rhythm

# Between the names of kinds, which have 、 within them.
BETWEEN = "；"
RECORDS = "活动记录："


def rhythm_words(duty: Duty) -> str:
    """每月, 每半年 2 次, 日常, 2026年6月30日前."""
    if duty.rhythm == Rhythm.ONCE and duty.deadline:
        return f"{duty.deadline.year}年{duty.deadline.month}月{duty.deadline.day}日前"
    label = Rhythm(duty.rhythm).label
    return f"{label} {duty.times} 次" if duty.times > 1 else label


def proof_words(duty: Duty) -> str:
    """活动记录：党课；主题党日, 谈心谈话次数, 督查记录, 写一句话. Reads ``kinds``, fetched along."""
    if duty.proof == Proof.KINDS:
        return RECORDS + BETWEEN.join(kind.name for kind in duty.kinds.all())
    return Proof(duty.proof).label

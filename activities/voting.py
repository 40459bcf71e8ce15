"""The result of a vote in words."""

from __future__ import annotations

from .models import Activity


def verdict(activity: Activity) -> str:
    """赞成 18 票，超过应到会有表决权 24 人的半数，通过。 Empty without a vote.

    Rule: at least half of those with a vote must be present, and more than half of those who were due — not of those
    present — must say yes (《中国共产党支部工作条例（试行）》第十一条).
    """
    if not activity.has_votes:
        return ""
    half = f"应到会有表决权 {activity.voters_due} 人的半数"
    if not activity.vote_quorate:
        return f"实到会有表决权 {activity.voters_present} 人，不到{half}，表决无效。"
    if activity.vote_passed:
        return f"赞成 {activity.votes_for} 票，超过{half}，通过。"
    return f"赞成 {activity.votes_for} 票，没有超过{half}，没有通过。"

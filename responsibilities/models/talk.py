"""谈心谈话 and 思想汇报、工作汇报: what two people said to each other. Nobody else reads it.

Kept in the clear are who, with whom, where they belong and on which day: from these the yearly coverage is counted. All
words are sealed (``responsibilities/sealing.py``), kind and place of a talk too. Neither model is registered in /admin/,
exported or audited.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from organisations.models import Organisation, Person


class TalkQuerySet(models.QuerySet["Talk"]):
    def visible_to(self, person: Person) -> TalkQuerySet:
        """Those that ``person`` is a party to: no post lets anybody else in."""
        return self.filter(Q(initiator=person) | Q(partner=person))


class Talk(models.Model):
    """One talk between two people."""

    initiator = models.ForeignKey(Person, verbose_name="谈话人", on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Person, verbose_name="谈话对象", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, verbose_name="对象所在支部", on_delete=models.PROTECT, related_name="+"
    )
    held_on = models.DateField("日期")
    sealed = models.TextField("密封的内容")
    revision = models.PositiveIntegerField("修订", default=1)
    written_at = models.DateTimeField("写下时间")
    edited_by = models.ForeignKey(
        Person, verbose_name="最近谁改的", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    edited_at = models.DateTimeField("最近改的时间", null=True, blank=True)
    removed_at = models.DateTimeField("删去时间", null=True, blank=True)

    objects = TalkQuerySet.as_manager()

    class Meta:
        verbose_name = "谈心谈话"
        verbose_name_plural = "谈心谈话"
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(initiator=F("partner")),
                name="talk_between_two",
                violation_error_message="谈话是两个人的事，不能和自己谈。",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "held_on"], name="talk_by_organisation"),
            models.Index(fields=["initiator", "held_on"], name="talk_by_initiator"),
        ]

    def __str__(self) -> str:
        return f"{self.held_on:%Y-%m-%d}"


class ProposalState(models.TextChoices):
    """A problem leaves a talk only by the other's word."""

    ASKED = "asked", "等对方同意"
    AGREED = "agreed", "已同意"
    REFUSED = "refused", "没有同意"


class TalkProposal(models.Model):
    """A problem rewritten from a talk, sealed until the other party agrees. No row links the problem back to the talk."""

    talk = models.ForeignKey(Talk, verbose_name="谈话", on_delete=models.CASCADE, related_name="proposals")
    proposed_by = models.ForeignKey(Person, verbose_name="谁提的", on_delete=models.PROTECT, related_name="+")
    sealed = models.TextField("密封的内容")
    state = models.CharField("状态", max_length=8, choices=ProposalState, default=ProposalState.ASKED)
    proposed_at = models.DateTimeField("提出时间")
    answered_at = models.DateTimeField("回答时间", null=True, blank=True)

    class Meta:
        verbose_name = "谈话中的问题"
        verbose_name_plural = "谈话中的问题"
        ordering = ["proposed_at", "pk"]

    def __str__(self) -> str:
        return self.get_state_display()


class BriefingKind(models.TextChoices):
    """The two kinds of short report to the organisation."""

    THOUGHT = "thought", "思想汇报"
    WORK = "work", "工作汇报"


class BriefingQuerySet(models.QuerySet["Briefing"]):
    def visible_to(self, person: Person) -> BriefingQuerySet:
        """One's own, and those sent to one."""
        return self.filter(Q(author=person) | Q(recipient=person, sent_at__isnull=False))


class Briefing(models.Model):
    """A short report of a member or post-holder, private to him and whom he sends it to; answered, never scored."""

    author = models.ForeignKey(Person, verbose_name="汇报人", on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Person, verbose_name="向谁汇报", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, verbose_name="党组织", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("类别", max_length=8, choices=BriefingKind)
    since = models.DateField("从哪天")
    until = models.DateField("到哪天", help_text="之后的第一天。")
    sealed = models.TextField("密封的内容")
    sealed_answer = models.TextField("密封的回复", blank=True)
    revision = models.PositiveIntegerField("修订", default=1)
    saved_at = models.DateTimeField("保存时间")
    sent_at = models.DateTimeField("送出时间", null=True, blank=True)
    answered_at = models.DateTimeField("回复时间", null=True, blank=True)

    objects = BriefingQuerySet.as_manager()

    class Meta:
        verbose_name = "汇报"
        verbose_name_plural = "汇报"
        ordering = ["-saved_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(author=F("recipient")),
                name="report_to_another",
                violation_error_message="不能向自己汇报。",
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("since")),
                name="report_span_not_empty",
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

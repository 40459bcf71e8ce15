"""谈心谈话 and 思想汇报、工作汇报: what two people said to each other. Nobody else reads it.

Kept in the clear are who, with whom, where they belong and on which day: from these the yearly coverage is counted. All
words are sealed (``responsibilities/sealing.py``), occasion and place of a talk too. Neither model is registered in
/admin/, exported or audited. What is deleted is gone: no row stays behind.
"""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from organisations.models import Organisation, Person

from ..sealing import Bond


class Occasion(models.TextChoices):
    """Why people talk: the occasions that always call for a talk (五必谈、六必谈), and those that need none. Sealed."""

    DAILY = "daily", "日常交流"
    CHANGE = "change", "工作变动"
    DIFFICULTY = "difficulty", "遇到困难"
    COMMENDED = "commended", "受表彰"
    CAUTIONED = "cautioned", "受提醒"
    FAMILY = "family", "家庭变故"
    SIGNS = "signs", "有苗头、有矛盾"
    ANNIVERSARY = "anniversary", "入党周年"
    APPRAISAL = "appraisal", "反馈评议结果"
    ASKED_FOR = "asked_for", "本人要求"


class TalkQuerySet(models.QuerySet["Talk"]):
    def visible_to(self, person: Person) -> TalkQuerySet:
        """Those that ``person`` is a party to: no post lets anybody else in."""
        return self.filter(Q(initiator=person) | Q(partner=person))

    def with_names(self) -> TalkQuerySet:
        """With all whom a line names."""
        return self.select_related("initiator", "partner", "organisation", "edited_by")


class Talk(models.Model):
    """One talk between two people."""

    key = models.UUIDField("密封用的标识", default=uuid4, unique=True, editable=False)
    initiator = models.ForeignKey(Person, verbose_name="谈话人", on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Person, verbose_name="谈话对象", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, verbose_name="计入哪个支部", on_delete=models.PROTECT, related_name="+"
    )
    held_on = models.DateField("日期")
    sealed = models.TextField("密封的内容")
    revision = models.PositiveIntegerField("修订", default=1)
    written_at = models.DateTimeField("写下时间")
    edited_by = models.ForeignKey(
        Person, verbose_name="最近谁改的", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    edited_at = models.DateTimeField("最近改的时间", null=True, blank=True)

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
            models.Index(fields=["partner", "held_on"], name="talk_by_partner"),
        ]

    def __str__(self) -> str:
        return f"{self.held_on:%Y-%m-%d}"

    @property
    def bond(self) -> Bond:
        """What its words are bound to."""
        return Bond("talk", self.key, (self.initiator_id, self.partner_id))

    def other(self, person: Person) -> Person:
        """Whom ``person``, one of the two, talked with."""
        return self.partner if self.initiator_id == person.pk else self.initiator


class ProposalState(models.TextChoices):
    """A problem leaves a talk only by the other's word."""

    ASKED = "asked", "等对方同意"
    AGREED = "agreed", "已同意"
    REFUSED = "refused", "没有同意"


class ProposalQuerySet(models.QuerySet["TalkProposal"]):
    def visible_to(self, person: Person) -> ProposalQuerySet:
        """Those of talks that ``person`` is a party to."""
        return self.filter(Q(talk__initiator=person) | Q(talk__partner=person))

    def waiting_for(self, person: Person) -> ProposalQuerySet:
        """Those that wait for the word of ``person``."""
        return self.visible_to(person).asked().exclude(proposed_by=person)

    def asked(self) -> ProposalQuerySet:
        """Those that wait for an answer."""
        return self.filter(state=ProposalState.ASKED)


class TalkProposal(models.Model):
    """A problem rewritten from a talk, sealed until the other party agrees. No row links the problem back to the talk."""

    key = models.UUIDField("密封用的标识", default=uuid4, unique=True, editable=False)
    talk = models.ForeignKey(Talk, verbose_name="谈话", on_delete=models.CASCADE, related_name="proposals")
    proposed_by = models.ForeignKey(Person, verbose_name="谁提的", on_delete=models.PROTECT, related_name="+")
    sealed = models.TextField("密封的内容", blank=True)
    state = models.CharField("状态", max_length=8, choices=ProposalState, default=ProposalState.ASKED)
    # No time of the answer: together with the time of registering it would lead from the problem back to the talk.
    proposed_on = models.DateField("提出日期")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "谈话中的问题"
        verbose_name_plural = "谈话中的问题"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["talk"],
                condition=Q(state="asked"),
                name="one_open_proposal",
                violation_error_message="已经有一件在等回话，先把它回了。",
            ),
            models.CheckConstraint(condition=Q(state="asked") | Q(sealed=""), name="answered_proposal_is_empty"),
        ]

    def __str__(self) -> str:
        return self.get_state_display()

    @property
    def bond(self) -> Bond:
        """What its words are bound to."""
        return Bond("proposal", self.key, (self.talk.initiator_id, self.talk.partner_id))


class BriefingKind(models.TextChoices):
    """The two kinds of short report to the organisation."""

    THOUGHT = "thought", "思想汇报"
    WORK = "work", "工作汇报"


class BriefingQuerySet(models.QuerySet["Briefing"]):
    def visible_to(self, person: Person) -> BriefingQuerySet:
        """One's own, and those sent to one."""
        return self.filter(Q(author=person) | Q(recipient=person, sent_at__isnull=False))

    def written_by(self, person: Person) -> BriefingQuerySet:
        """One's own."""
        return self.visible_to(person).filter(author=person)

    def received_by(self, person: Person) -> BriefingQuerySet:
        """Those sent to one."""
        return self.visible_to(person).filter(recipient=person, sent_at__isnull=False)

    def with_names(self) -> BriefingQuerySet:
        """With all whom a line names."""
        return self.select_related("author", "recipient", "organisation")


class Briefing(models.Model):
    """A short report of a member or post-holder, private to him and whom he sends it to; answered, never scored."""

    key = models.UUIDField("密封用的标识", default=uuid4, unique=True, editable=False)
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
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(sent_at__isnull=False), name="report_sent_before_answered"
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "sent_at"], name="briefing_by_recipient"),
            models.Index(fields=["author", "-saved_at"], name="briefing_by_author"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def bond(self) -> Bond:
        """What its words are bound to."""
        return self._bond("briefing")

    @property
    def answer_bond(self) -> Bond:
        """What the answer is bound to."""
        return self._bond("answer")

    def _bond(self, about: str) -> Bond:
        return Bond(about, self.key, (self.author_id, self.recipient_id))

    @property
    def is_sent(self) -> bool:
        """Whether the other side can read it."""
        return self.sent_at is not None

    @property
    def is_answered(self) -> bool:
        """Whether it was answered: then nothing changes any more."""
        return self.answered_at is not None

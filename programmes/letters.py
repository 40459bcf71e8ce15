"""不适用 on paper: the request of a branch (请示) and the answer to it (批复), in the words of an office.

Reasons are people's own text and stand as they were typed.
"""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from documents.downloads import file_name
from documents.gbt9704 import written_date
from documents.letters import Letter
from organisations import paths
from organisations.models import Appointment, Level, Organisation
from organisations.permissions import ROLE_MAY, Act

from .models import Exemption, ExemptionState
from .models.exemption import ExemptionCause

# Whom a letter goes to: these write and read letters of their own; a 总支 passes its branches' on.
OFFICES = (Level.ORGAN_COMMITTEE, Level.PARTY_GROUP, Level.WORK_COMMITTEE)
# What a body calls itself, and is called by the one above.
SELF = {Level.BRANCH: "支部", Level.GENERAL_BRANCH: "总支", Level.PARTY_GROUP: "党组"}


def request_letter(exemption: Exemption, now: datetime) -> Letter:
    """The request as it was sent; ``now`` becomes the date of the file."""
    asked_on = timezone.localdate(exemption.asked_at)
    cause = "" if exemption.cause == ExemptionCause.OTHER else f"{exemption.get_cause_display()}。"
    text = (
        f"{_whose(exemption, '我')}申请{_span(exemption)}不适用“{exemption.name}”要求。现将有关情况请示如下。",
        f"缘由：{cause}{exemption.reason}",
        _afterwards(exemption),
        "妥否，请批示。",
    )
    sender, office = _body(exemption.organisation), answering_office(exemption)
    return Letter(sender.official_name, _title(exemption, "请示"), office.official_name, text, asked_on, now)


def answer_letter(exemption: Exemption, now: datetime) -> Letter:
    """The answer of a decided request. Raises ValueError where nobody has answered."""
    if exemption.decided_at is None or not exemption.is_answered:
        raise ValueError("there is no answer")
    asked_on = timezone.localdate(exemption.asked_at)
    you = f"你{_self(_body(exemption.organisation))}"
    received = f"{you}{written_date(asked_on)}报来的《{_title(exemption, '请示')}》收悉。经研究，批复如下。"
    sender, to = answering_office(exemption), _body(exemption.organisation)
    text = (received, *_decision(exemption), "此复。")
    signed_on = timezone.localdate(exemption.decided_at)
    return Letter(sender.official_name, _title(exemption, "批复"), to.official_name, text, signed_on, now)


def _decision(exemption: Exemption) -> list[str]:
    what = f"{_whose(exemption, '你')}{_span(exemption)}不适用“{exemption.name}”要求"
    if exemption.state == ExemptionState.GRANTED:
        return [part for part in (f"同意{what}。", exemption.answer, _afterwards(exemption)) if part]
    return [f"不同意{what}，原到期日不变。", f"理由：{exemption.answer}"]


def _title(exemption: Exemption, kind: str) -> str:
    return f"关于“{exemption.name}”要求不适用的{kind}"


def _span(exemption: Exemption) -> str:
    """2026年10月, or 自2026年10月1日起."""
    return exemption.span_label if exemption.until else f"自{written_date(exemption.since)}起"


def _afterwards(exemption: Exemption) -> str:
    if exemption.until is None:
        return "上述情况改变后，及时报告，并恢复该项要求。"
    return "上述期间以外，照常落实该项要求。"


def _body(organisation: Organisation) -> Organisation:
    """Who writes: of a group its branch."""
    return organisation.parent if organisation.level == Level.GROUP and organisation.parent else organisation


def _self(body: Organisation) -> str:
    return SELF.get(Level(body.level), "委")


def _whose(exemption: Exemption, who: str) -> str:
    """我支部, 你支部第二党小组."""
    body = _body(exemption.organisation)
    group = "" if body == exemption.organisation else exemption.organisation.name
    return f"{who}{_self(body)}{group}"


def answering_office(exemption: Exemption) -> Organisation:
    """Who answers: the work committee where it did so itself, else the nearest office above."""
    above = list(exemption.organisation.ancestors().filter(level__in=OFFICES))
    decided_from = _decided_from(exemption)
    if (decided_from and decided_from.level == Level.WORK_COMMITTEE) or not above:
        return decided_from or exemption.organisation
    return above[-1]


def _decided_from(exemption: Exemption) -> Organisation | None:
    """Where the one who answered held the post that lets him; None before the answer."""
    if exemption.decided_at is None or exemption.decided_by is None:
        return None
    deciding = [role for role, acts in ROLE_MAY.items() if Act.DECIDE_EXEMPTION in acts]
    posts = Appointment.objects.holding(timezone.localdate(exemption.decided_at)).filter(
        person=exemption.decided_by,
        post__role__in=deciding,
        organisation__path__in=paths.prefixes(exemption.organisation.path),
    )
    post = posts.select_related("organisation").order_by("-organisation__path").first()
    return post.organisation if post else None


def letter_file_name(exemption: Exemption, kind: str, day: date) -> str:
    """请示_第一党支部_2026年11月20日.docx."""
    return file_name(f"“{exemption.name}”不适用的{kind}", _body(exemption.organisation).name, written_date(day), "docx")

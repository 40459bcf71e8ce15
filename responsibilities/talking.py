"""谈心谈话: noting one, mending it, deleting it, and taking a problem out of it by the word of both."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from organisations.models import Person
from organisations.permissions import Act

from . import ticking
from .models import Problem, ProblemSource, ProposalState, Talk, TalkProposal
from .registering import Found, put_down
from .sealing import seal, unseal
from .talk_people import kind_of_talk, partners, place_of_talk

LOOK_BACK = timedelta(days=366)
CHANGED = "changed"  # the code of the refusal where the other one was faster


@dataclass(frozen=True)
class Words:
    """What is sealed of a talk besides its kind."""

    occasion: str
    place: str = ""
    points: str = ""
    agreed: str = ""


@transaction.atomic
def note(partner: Person, *, held_on: date, words: Words, by: Person, now: datetime, today: date) -> Talk:
    """``by`` notes that he talked with ``partner``: from now on both read it, and nobody else."""
    _check_day(held_on, today)
    if not partners(by, today).filter(pk=partner.pk).exists():
        raise ValidationError({"partner": "请选本单位的一位同志。"})
    place = place_of_talk(by, partner, held_on, today)
    if place is None:
        raise ValidationError({"partner": "你们两位都不在哪个支部，没有地方计数，先请管理员把名册补上。"})
    talk = Talk(initiator=by, partner=partner, organisation=place, held_on=held_on, written_at=now)
    talk.sealed = _sealed(talk, words)
    talk.full_clean(exclude=["sealed"])
    talk.save()
    ticking.after_talk(place.pk, held_on)
    return talk


def _check_day(held_on: date, today: date) -> None:
    if held_on > today:
        raise ValidationError({"held_on": "谈过了再记，日期不能在今天以后。"})
    if held_on < today - LOOK_BACK:
        raise ValidationError({"held_on": "一年以前的不再补记，请核对年份。"})


def _sealed(talk: Talk, words: Words) -> str:
    kind = kind_of_talk(talk.initiator, talk.partner, talk.organisation, talk.held_on)
    return seal({"kind": kind, **asdict(words)}, talk.bond)


@transaction.atomic
def amend(talk: Talk, *, held_on: date, words: Words, revision: int, by: Person, now: datetime, today: date) -> Talk:
    """Either of the two mends it, and the other sees who and when. Refused where the other was faster."""
    row = _claim(talk, by)
    if row.revision != revision:
        who = row.edited_by.name if row.edited_by else "对方"
        raise ValidationError(f"你打开以后，{who}改过这次谈话。现在存着的在下面，核对以后再保存一次。", code=CHANGED)
    if held_on != row.held_on:
        _check_day(held_on, today)
    before = row.held_on
    row.held_on = held_on
    row.sealed = _sealed(row, words)
    row.edited_by, row.edited_at, row.revision = by, now, row.revision + 1
    row.save(update_fields=["held_on", "sealed", "edited_by", "edited_at", "revision"])
    for day in {before, held_on}:
        ticking.after_talk(row.organisation_id, day)
    return row


@transaction.atomic
def delete(talk: Talk, *, by: Person) -> None:
    """Either of the two deletes it for both, with what was proposed in it. It is no longer counted either."""
    row = _claim(talk, by)
    place, day = row.organisation_id, row.held_on
    row.delete()
    ticking.after_talk(place, day)


def _claim(talk: Talk, by: Person) -> Talk:
    """The row as it stands, under lock, for one of its two people. PermissionDenied."""
    rows = Talk.objects.select_for_update(no_key=True, of=("self",)).with_names()
    row = rows.filter(pk=talk.pk).first()
    if row is None:
        raise ValidationError("对方刚刚把这次谈话删掉了。")
    if by.pk not in (row.initiator_id, row.partner_id):
        raise PermissionDenied
    return row


def handler_among(talk: Talk, today: date) -> Person | None:
    """Which of the two registers what comes out of the talk, because he may do so there; None: one has to give his name."""
    for person in (talk.initiator, talk.partner):
        if person.may(Act.HANDLE_PROBLEMS, talk.organisation, today):
            return person
    return None


@transaction.atomic
def propose(talk: Talk, *, title: str, detail: str, named: bool, by: Person, today: date) -> TalkProposal:
    """One of the two writes a problem anew, without what the talk was about; the other has to agree before it goes out.

    ``named``: whoever handles it may know that it comes from ``by``.
    """
    row = _claim(talk, by)
    if not named and handler_among(row, today) is None:
        raise ValidationError({"named": "你们两位都不经办问题，登记要有一位具名：勾上，或者请支部书记来提。"})
    proposal = TalkProposal(talk=row, proposed_by=by, proposed_on=today)
    proposal.sealed = seal({"title": title, "detail": detail, "named": "yes" if named else ""}, proposal.bond)
    try:
        with transaction.atomic():
            proposal.save()
    except IntegrityError:
        raise ValidationError("已经有一件在等回话，先把它回了。") from None
    return proposal


@transaction.atomic
def agree(proposal: TalkProposal, *, named: bool, by: Person, now: datetime, today: date) -> Problem:
    """The other says yes: it becomes a problem like any other, with no way back to the talk, and the proposal is emptied.

    ``named``: whoever handles it may know that it comes from ``by``. Who registers it is named in any case; with the word of
    both others it is the partner's.
    """
    row = _claim_open(proposal, by)
    words = unseal(row.sealed, row.bond)
    talk = row.talk
    handler = handler_among(talk, today)
    willing = {by.pk: named, row.proposed_by_id: bool(words["named"])}
    raiser = next((one for one in (talk.partner, talk.initiator) if willing[one.pk] and one != handler), None)
    registrar = handler or raiser
    if registrar is None:
        raise ValidationError({"named": "你们两位都不经办问题，登记要有一位具名。"})
    _empty(row, ProposalState.AGREED)
    found = Found(
        organisation=talk.organisation,
        title=words["title"],
        detail=words["detail"],
        source=ProblemSource.TALK,
        found_on=today,
        raised_by=raiser,
    )
    return put_down(found, by=registrar, now=now, today=today)


@transaction.atomic
def refuse(proposal: TalkProposal, *, by: Person) -> None:
    """The other says no, and needs no reason: what was proposed is emptied."""
    _empty(_claim_open(proposal, by), ProposalState.REFUSED)


@transaction.atomic
def take_back(proposal: TalkProposal, *, by: Person) -> None:
    """Whoever proposed it thinks better of it, before the other has answered: nothing stays."""
    row = _claim_proposal(proposal, by)
    if row.proposed_by_id != by.pk:
        raise PermissionDenied
    row.delete()


def _claim_open(proposal: TalkProposal, by: Person) -> TalkProposal:
    """A proposal that waits for the word of ``by``, under lock."""
    row = _claim_proposal(proposal, by)
    if row.proposed_by_id == by.pk:
        raise ValidationError("自己提的，要等对方回话。")
    return row


def _claim_proposal(proposal: TalkProposal, by: Person) -> TalkProposal:
    talk = _claim(proposal.talk, by)
    row = TalkProposal.objects.select_for_update(no_key=True).filter(pk=proposal.pk).first()
    if row is None or row.state != ProposalState.ASKED:
        raise ValidationError("这一件已经回过话，或者收回了。")
    row.talk = talk
    return row


def _empty(row: TalkProposal, state: str) -> None:
    row.sealed, row.state = "", state
    row.save(update_fields=["sealed", "state"])

"""How a sheet begins: from the address that was opened, from what was typed so far, or from a record to be corrected."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.utils.datastructures import MultiValueDict

from organisations.models import Organisation, Person
from organisations.permissions import Act
from programmes.models import Obligation

from .forms.agenda import AgendaRow, read_rows, write_rows
from .forms.log import LogForm
from .forms.offer import Offer
from .forms.roll import read_pks, write_pks
from .forms.sheet import Sheet
from .models import Activity, ActivityState
from .prefill import MARK, Habits, Raw, fill


def fill_in(offer: Offer, form_class: type[LogForm] = LogForm) -> Sheet:
    """The sheet with everything filled in that nobody has touched."""
    offer.settle_host()
    habits = Habits(None if offer.activity else offer.host, offer.chosen_kinds)
    fill(offer.raw, offer, habits)
    form = form_class(by=offer.by, today=offer.today, raw=offer.raw, offer=offer)
    return Sheet(form, habits)


def new(query: QueryDict, *, by: Person, today: date) -> Offer:
    """A new record as the address asks for it: ``kind`` by code, ``organisation`` and ``makes_up_for`` by pk.

    ``within`` is the key of a past period whose record is added afterwards: the day is left for the person to say.

    Http404 or PermissionDenied for an organisation that may not be seen or logged for; anything else unknown is ignored.
    """
    raw: Raw = MultiValueDict({"token": [str(uuid4())]})
    raw["within"] = query.get("within", "")
    offer = Offer(raw, by=by, today=today)
    raw["held_on"] = raw[MARK + "held_on"] = "" if offer.within else today.isoformat()
    if "organisation" in query:
        raw["organisation"] = str(_host_asked(query["organisation"], offer))
    codes = query.getlist("kind")
    raw.setlist("kinds", [str(kind.pk) for kind in offer.kinds if kind.code in codes])
    for pk in read_pks(query.get("makes_up_for", "")):
        _make_up(offer, pk)
    return offer


def _host_asked(text: str, offer: Offer) -> int:
    pks = read_pks(text)
    if any(host.pk in pks for host in offer.hosts):
        return pks[0]
    if Organisation.objects.visible_to(offer.by, offer.today).filter(pk__in=pks).exists():
        raise PermissionDenied("你不能替这个单位记录。")
    raise Http404


def _make_up(offer: Offer, pk: int) -> None:
    """Preset host, kind and 补办 by what is to be made up for."""
    rows = Obligation.objects.manageable_by(offer.by, Act.LOG, offer.today)
    obligation = rows.select_related("organisation", "requirement").filter(pk=pk).first()
    if obligation is None:
        return
    raw = offer.raw
    raw["organisation"] = str(obligation.organisation_id)
    raw["makes_up_for"] = str(pk)
    if not raw.getlist("kinds"):
        credited = set(obligation.requirement.kinds.values_list("pk", flat=True))
        fitting = [kind for kind in offer.kinds if kind.pk in credited]
        held = [kind for kind in fitting if obligation.organisation.level in kind.levels]
        raw.setlist("kinds", [str(kind.pk) for kind in held[:1]])


def rearrange(raw: Raw) -> None:
    """Do what the buttons of a page without script ask for: a row more or less on the agenda, a name more or less."""
    if "drop_agenda" in raw:
        raw[f"agenda-{raw['drop_agenda'][:4]}-title"] = raw[f"agenda-{raw['drop_agenda'][:4]}-speaker"] = ""
        write_rows(raw, read_rows(raw))
    if "add_agenda" in raw:
        write_rows(raw, [*read_rows(raw), AgendaRow()])
    roll = read_pks(f"{raw.get('roll', '')},{raw.get('add_person', '')}")
    off = read_pks(raw.get("remove_person", ""))
    raw["roll"] = write_pks([pk for pk in roll if pk not in off])
    for name in ("drop_agenda", "add_agenda", "add_person", "remove_person"):
        raw.pop(name, None)


def correction(activity: Activity, *, by: Person, today: date) -> Offer:
    """A record opened for correction. Its roll is frozen: who is expected by now and is not on it counts as taken off."""
    offer = Offer(of_record(activity), by=by, today=today, activity=activity)
    offer.raw.setlist("kinds", [str(kind.pk) for kind in offer.kinds if kind.recorded])
    offer.raw.setlist("partners", [str(node.pk) for node in offer.partners if node.recorded])
    if activity.state == ActivityState.HELD and not activity.headcount:
        offer.raw[MARK + "roll"] = write_pks([person.pk for person in offer.expected])
    return offer


def of_record(activity: Activity) -> Raw:
    """A record as the form would have sent it, but for its kinds and partners."""
    raw: Raw = MultiValueDict({"activity": [str(activity.pk)], "revision": [str(activity.revision)]})
    for name in ("title", "place", "content", "decisions", "guests"):
        raw[name] = getattr(activity, name)
    for name in ("organisation", "programme", "makes_up_for", "chair", "recorder"):
        raw[name] = _text(getattr(activity, f"{name}_id"))
    for name in (
        "expected",
        "present",
        "voters_due",
        "voters_present",
        "votes_for",
        "votes_against",
        "votes_abstained",
    ):
        raw[name] = _text(getattr(activity, name))
    for name in ("starts_at", "ends_at"):
        raw[name] = _clock(getattr(activity, name))
    raw["held_on"] = activity.held_on.isoformat()
    raw["headcount"] = "on" if activity.headcount else ""
    raw["has_votes"] = "on" if activity.has_votes else ""
    write_rows(raw, [AgendaRow(item.title, item.speaker, item.first_topic) for item in activity.agenda.all()])
    _write_roll(raw, activity)
    return raw


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _clock(value: object) -> str:
    return f"{value:%H:%M}" if value else ""


def _write_roll(raw: Raw, activity: Activity) -> None:
    rows = list(activity.attendances.all())
    raw["roll"] = write_pks([row.person_id for row in rows])
    absent = [row for row in rows if not row.present]
    raw.setlist("absent", [str(row.person_id) for row in absent])
    for row in absent:
        raw[f"why-{row.person_id}"] = row.reason
        raw[f"note-{row.person_id}"] = row.note

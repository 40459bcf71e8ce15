"""What somebody typed, carried unharmed through a log-in or past a stale page.

The text travels in the pages themselves, signed, in one hidden field: nothing is stored on the server, it works in
every tab and without JavaScript, and nobody can change what will be sent again. Where it is known who wrote it, it is
offered to that person alone: at a shared computer the next one to log in is not asked to save it in his own name. A form
whose text is for few eyes says itself, signed, for whom it was drawn (``mark_of``), so that it is always known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import escape_leading_slashes

if TYPE_CHECKING:
    from .models import Person

SALT = "organisations.typed"
WRITER, WRITER_SALT = "writer", "organisations.typed.writer"
# Long enough to be worth showing before it is sent again.
SHOWN_FROM = 20


@dataclass(frozen=True)
class Typed:
    """The fields of one POST and where they were going; files cannot be carried."""

    path: str
    fields: list[tuple[str, str]]
    had_files: bool = False
    person: int | None = None  # who wrote it; None where the session had gone before it was sent

    @classmethod
    def of(cls, request: HttpRequest) -> Typed:
        """Return what `request` posted, several values of one name in their order; no token and no password.

        A page that only carries something on hands that on, not itself.
        """
        carried = cls.carried_by(request)
        if carried is not None:
            return carried
        fields = [
            (name, value)
            for name, values in request.POST.lists()
            if name != "csrfmiddlewaretoken" and "password" not in name.lower()
            for value in values
        ]
        return cls(
            escape_leading_slashes(request.get_full_path()),
            [(name, str(value)) for name, value in fields],
            bool(request.FILES),
            _writer(request),
        )

    @classmethod
    def carried_by(cls, request: HttpRequest) -> Typed | None:
        """Return what `request` carries from an earlier one; None where it carries nothing."""
        return cls.unsealed(request.POST.get("carried", ""))

    def sealed(self) -> str:
        """Return the one value that a hidden field carries."""
        return signing.dumps([self.path, self.fields, self.had_files, self.person], salt=SALT, compress=True)

    @classmethod
    def unsealed(cls, value: str) -> Typed | None:
        """Return what was sealed; None when `value` is empty or was tampered with."""
        try:
            path, fields, had_files, person = cast(
                tuple[str, list[list[str]], bool, int | None], signing.loads(value, salt=SALT)
            )
        except signing.BadSignature:
            return None
        return cls(path, [(name, text) for name, text in fields], had_files, person)

    def may_be_sent_by(self, person_id: int | None) -> bool:
        """Whether somebody may be asked to send it again: the one who wrote it, or anybody where that is not known."""
        return self.person in (None, person_id)

    def texts(self) -> list[str]:
        """Return the longer texts, for the person to see that they are there."""
        return [text for _, text in self.fields if len(text) >= SHOWN_FROM and not text.isascii()]


def mark_of(person: Person) -> str:
    """Return what a form carries in the hidden field ``writer`` to say for whom it was drawn."""
    return signing.dumps(person.pk, salt=WRITER_SALT)


def _writer(request: HttpRequest) -> int | None:
    """Return the pk of whoever the form was drawn for, is logged in, or was until this very request; None where nobody knows."""
    user = getattr(request, "user", None)
    return _marked(request) or getattr(user, "pk", None) or getattr(request, "timed_out_person", None)


def _marked(request: HttpRequest) -> int | None:
    try:
        return cast(int, signing.loads(request.POST.get(WRITER, ""), salt=WRITER_SALT))
    except signing.BadSignature:
        return None


def resume(request: HttpRequest, typed: Typed, *, title: str, lead: str, status: int = 200) -> HttpResponse:
    """Return the page that sends `typed` again to where it was going, with a token that is valid now."""
    return render(request, "resume.html", {"typed": typed, "title": title, "lead": lead}, status=status)

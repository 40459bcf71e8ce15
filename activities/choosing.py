"""The organisations that a list offers for narrowing: indented as the tree, and never an endless drop-down."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from organisations import paths, scoping
from organisations.models import Level, Organisation, Person
from organisations.permissions import Act

LONGEST = 300
ORGANS = 2 * paths.STEP  # the length of the paths of the organs' roots

Row = tuple[int, str, str, str]


def organisation_choices(reader: Person, chosen: Organisation | None, today: date) -> tuple[tuple[str, str], ...]:
    """(pk, indented name) of what ``reader`` sees, down to the branches, in tree order; nothing where there is no choice.

    A reader of one branch chooses among its groups. Above 300 only the organs are offered, and what lies in the organ of
    the ``chosen`` one.
    """
    seen = Organisation.objects.manageable_by(reader, Act.SEE, today).in_tree_order()
    itself = Q(pk=chosen.pk) if chosen else Q(pk__in=[])
    rows = _rows(seen.filter(~Q(level=Level.GROUP) | itself), LONGEST + 1)
    if len(rows) > LONGEST:
        near = scoping.under(chosen.root_path_of_organ) & ~Q(level=Level.GROUP) if chosen else itself
        rows = _rows(seen.annotate(length=Length("path")).filter(Q(length__lte=ORGANS) | near | itself), 2 * LONGEST)
    elif sum(level != Level.GROUP for _, _, _, level in rows) <= 1:
        rows = _rows(seen, LONGEST)
    return _indented(rows) if len(rows) > 1 else ()


def _rows(organisations: QuerySet[Organisation], most: int) -> list[Row]:
    return list(organisations.values_list("pk", "path", "name", "level")[:most])


def _indented(rows: list[Row]) -> tuple[tuple[str, str], ...]:
    """Names with a full-width space for each ancestor that is offered too."""
    choices = []
    above: list[str] = []
    for pk, path, name, _ in rows:
        while above and not paths.contains(above[-1], path):
            above.pop()
        choices.append((str(pk), "　" * len(above) + name))
        above.append(path)
    return tuple(choices)

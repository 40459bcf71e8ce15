"""The organisations that a list offers for narrowing: indented as the tree, and never an endless drop-down."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from organisations import paths, scoping
from organisations.models import Level, Organisation, Person
from organisations.permissions import Act

LONGEST = 300
ORGANS = 2 * paths.STEP  # the length of the paths of the organs' roots

Seen = tuple[int, str, str, str]  # pk, path, name, level


class OrganisationChoices:
    """What ``reader`` sees, down to the branches, in tree order; a reader of one branch chooses among its groups.

    Above 300 only the organs are offered, and what lies in the organ of the ``chosen`` one.
    """

    def __init__(self, reader: Person, chosen: Organisation | None, today: date) -> None:
        self.reader = reader
        self.chosen = chosen
        self.today = today

    @cached_property
    def _seen(self) -> list[Seen]:
        seen = Organisation.objects.manageable_by(self.reader, Act.SEE, self.today)
        everything = _highest(seen)
        if len(everything) > LONGEST:
            rows = self._of_many(seen)
        else:
            chosen = self.chosen.pk if self.chosen else None
            rows = [row for row in everything if row[3] != Level.GROUP or row[0] == chosen]
            if sum(row[3] != Level.GROUP for row in rows) <= 1:
                rows = everything
        return sorted(rows, key=lambda row: row[1])

    def _of_many(self, seen: QuerySet[Organisation]) -> list[Seen]:
        """Without the groups; where even that is too long, the organs, and what lies in the organ of the chosen one."""
        itself = Q(pk=self.chosen.pk) if self.chosen else Q(pk__in=[])
        offered = seen.filter(~Q(level=Level.GROUP) | itself)
        rows = _highest(offered)
        if len(rows) <= LONGEST:
            return rows
        near = _highest(offered.filter(scoping.under(self.chosen.root_path_of_organ))) if self.chosen else []
        return list({*(row for row in rows if len(row[1]) <= ORGANS), *near})

    @cached_property
    def _depths(self) -> list[int]:
        """For each of those, how many of its ancestors are offered too."""
        depths, above = [], []
        for _, path, _, _ in self._seen:
            while above and not paths.contains(above[-1], path):
                above.pop()
            depths.append(len(above))
            above.append(path)
        return depths

    @property
    def tops(self) -> list[str]:
        """The names of the highest ones."""
        return [name for (_, _, name, _), depth in zip(self._seen, self._depths, strict=True) if not depth]

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """(pk, name with a full-width space for each ancestor); nothing where there is no choice."""
        if len(self._seen) <= 1:
            return ()
        return tuple(
            (str(pk), "　" * depth + name) for (pk, _, name, _), depth in zip(self._seen, self._depths, strict=True)
        )


def _highest(organisations: QuerySet[Organisation]) -> list[Seen]:
    """The highest ones first, one more than may be offered."""
    rows = organisations.order_by(Length("path"), "path").values_list("pk", "path", "name", "level")
    return list(rows[: LONGEST + 1])

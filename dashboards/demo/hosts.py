"""Who holds activities in the demo city, who leads and records them, and who is expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from activities.expecting import YOUTH_LIMIT
from organisations.models import Organisation, Person
from programmes.models import ActivityKind, Expected

from .city import Branch, City, Group, Organ


@dataclass(frozen=True)
class Host:
    """One organisation as the story sees it; ``organ`` is None for the work committee, ``branch`` above the branches."""

    organisation: Organisation
    city: City
    organ: Organ | None = None
    branch: Branch | None = None
    group: Group | None = None

    @property
    def members(self) -> list[Person]:
        """The party members under it, in roster order."""
        if self.group:
            return self.group.people
        if self.branch:
            return self.branch.members
        organs = [self.organ] if self.organ else self.city.organs
        return [person for organ in organs for branch in organ.branches for person in branch.members]

    def young(self, day: date) -> list[Person]:
        """Everybody under it who turns at most 40 in the year of ``day``, in the party or not."""
        branches = [self.branch] if self.branch else self.organ.branches if self.organ else []
        people = (person for branch in branches for person in (*branch.members, *branch.others))
        return [person for person in people if (person.birth_year or 0) >= day.year - YOUTH_LIMIT]

    def chair(self, day: date) -> Person:
        """Who leads on that day."""
        if self.group:
            return self.group.leader
        if self.branch:
            return self.branch.chair_on(day)
        if self.organ is None:
            return self.city.officer
        if self.organisation == self.organ.party_group:
            return self.organ.leaders[0]
        return self.organ.committee_people[0]

    def recorder(self, day: date) -> Person:
        """Who saves the record on that day: a delegated recorder, the secretary, or the office of the organ."""
        if self.group:
            return self.group.leader
        if self.branch is None:
            return self.organ.office if self.organ else self.city.officer
        if self.branch.recorder and self.branch.recorder_since and day >= self.branch.recorder_since:
            return self.branch.recorder
        chair = self.branch.chair_on(day)
        return (
            chair
            if chair in (self.branch.secretary, self.branch.officers.get("branch-deputy"))
            else self.branch.organ.office
        )

    def expected(self, kind: ActivityKind, day: date, random: Random) -> list[Person]:
        """Who is on the roll: by the rule of the kind; for what is open to all, some who came."""
        match kind.expected:
            case Expected.COMMITTEE:
                return self._committee(day)
            case Expected.STUDY_CENTRE:
                return list(self.organ.leaders) if self.organ else []
            case Expected.YOUTH:
                return self.young(day)
            case Expected.OPEN:
                there = (self.young(day) if kind.code.startswith("youth-") else None) or self.members
                return random.sample(there, min(len(there), random.randint(4, 11)))
        return list(self.members)

    def _committee(self, day: date) -> list[Person]:
        if self.branch is None:
            return list(self.organ.committee_people) if self.organ else []
        gone = self.branch.secretary if self.branch.vacant_since and day >= self.branch.vacant_since else None
        return [person for person in self.branch.committee if person is not gone]


def hosts_of(city: City) -> dict[int, Host]:
    """Every organisation of the city as a host, by its pk."""
    hosts = [Host(city.root, city)]
    for organ in city.organs:
        own = {node.pk: node for node in (organ.root, organ.committee) if node}
        hosts += [Host(node, city, organ) for node in own.values()]
        for branch in organ.branches:
            hosts.append(Host(branch.organisation, city, organ, branch))
            hosts += [Host(group.organisation, city, organ, branch, group) for group in branch.groups]
    return {host.organisation.pk: host for host in hosts}

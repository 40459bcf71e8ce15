"""Rosters, posts and log-ins of the demo city, laid down in bulk as an import of rosters would."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from organisations.models import Appointment, Category, Membership, Organisation, Person, Post
from organisations.models.person import initials_of

from .city import Branch, City, Organ
from .names import people_names

BATCH = 2000
ROSTER_SINCE = date(2019, 1, 1)
# (name, category, year of birth, joined) of the first branch, group by group: the people of the mock-ups.
CAST = (
    ("林知远 周以宁 许文澜 沈若川 江予安 陆景行 顾清和 宋怀瑾", "1978 1984 1982 1990 1986 1983 1991 1988"),
    ("苏明达 唐致和 韩松年 段清越 温如初 白简 叶知秋 程思齐", "1987 1985 1968 1994 1981 1989 1992 1979"),
    ("魏长歌 夏安禾 方既白 孟书言 谢庭芳 邵云岫 卫向晚 丁念慈", "1983 1970 1988 1993 1976 1986 1995 1999"),
)
# Whose political birthday is near: name → (years, days to come).
BIRTHDAYS = {"韩松年": (31, 4), "叶知秋": (8, 15), "夏安禾": (29, 28)}
COMMITTEE_OFFICER, ADMINISTRATOR = "梁允中", "罗守正"
COMMITTEE_POSTS = ("branch-secretary", "branch-deputy", "branch-organiser", "branch-publicist", "branch-discipline")
ROLES = {
    "shuji": "支部书记",
    "jiluyuan": "支部记录员",
    "jiguan": "机关党委办公室",
    "gongwei": "机关工委",
    "zhigong": "普通党员",
    "admin": "系统管理员",
}


class Roster:
    """Collects people with where they belong and what they hold, and writes all of it at once."""

    def __init__(self, city: City) -> None:
        self.city = city
        cast = {name for group, _ in CAST for name in group.split()} | {COMMITTEE_OFFICER, ADMINISTRATOR}
        self.names = people_names(city.random("names"), cast)
        self.no_password = make_password(None)
        self.people: list[Person] = []
        self.belongs: list[tuple[Person, Organisation]] = []
        self.holds: list[tuple[Person, str, Organisation, date]] = []

    def add(
        self, where: Organisation | None, random: Random, category: str = Category.FULL_MEMBER, **fields: object
    ) -> Person:
        """One more person on the roster, with a generated name unless one is given."""
        name = str(fields.pop("name", "")) or next(self.names)
        birth_year = fields.pop("birth_year", None) or random.randint(1966, 2000)
        joined_on = None
        if category in (Category.FULL_MEMBER, Category.PROBATIONARY):
            joined_on = _joined_on(random, int(str(birth_year)), category, self.city.as_of)
        person = Person(
            name=name,
            initials=initials_of(name),
            staff_no=f"{1001 + len(self.people):05d}",
            category=category,
            birth_year=birth_year,
            joined_on=joined_on,
            password=self.no_password,
        )
        self.people.append(person)
        if where is not None:
            self.belongs.append((person, where))
        return person

    def appoint(self, person: Person, post: str, where: Organisation, since: date | None = None) -> Person:
        """``person`` has held the post of that code since then (default: elected the term before, and again)."""
        began = where.term_began_on
        self.holds.append(
            (person, post, where, since or (began.replace(year=began.year - 3, day=1) if began else ROSTER_SINCE))
        )
        return person

    def write(self) -> None:
        """Everything into the database."""
        Person.objects.bulk_create(self.people, batch_size=BATCH)
        Membership.objects.bulk_create(
            [Membership(person=person, organisation=where, since=ROSTER_SINCE) for person, where in self.belongs],
            batch_size=BATCH,
        )
        posts = {post.code: post for post in Post.objects.all()}
        Appointment.objects.bulk_create(
            [
                Appointment(person=person, post=posts[code], organisation=where, since=since)
                for person, code, where, since in self.holds
            ],
            batch_size=BATCH,
        )


def _joined_on(random: Random, birth_year: int, category: str, as_of: date) -> date:
    """Somewhere between 20 and 34 years of age; within the last eleven months for a probationary member."""
    if category == Category.PROBATIONARY:
        return date.fromordinal(as_of.toordinal() - random.randint(40, 330))
    year = min(birth_year + random.randint(20, 34), as_of.year - 2)
    return date(year, random.randint(1, 12), random.randint(1, 28))


def settle(city: City, password: str) -> None:
    """Fill the branches, hand out the posts, open the log-ins (all with ``password``)."""
    roster = Roster(city)
    for organ in city.organs:
        for branch in organ.branches:
            _fill_branch(roster, branch)
        _organ_posts(roster, organ)
    _work_committee(roster)
    _open_log_ins(city, roster, password)
    roster.write()


def _fill_branch(roster: Roster, branch: Branch) -> None:
    random = roster.city.random("people", branch.organisation.path)
    first_of_all = roster.city.branches[0] is branch
    places = _places(branch)
    for person in _cast(roster, random, places) if first_of_all else _strangers(roster, random, branch, places):
        branch.members.append(person)
    for _ in range(random.choice((0, 1, 1, 2, 3))):
        category = random.choice((Category.STAFF, Category.STAFF, Category.APPLICANT))
        branch.others.append(roster.add(branch.organisation, random, category, birth_year=random.randint(1980, 2002)))
    _branch_posts(roster, branch)


def _places(branch: Branch) -> list[Organisation]:
    """Where each member of the branch belongs, one entry a person."""
    if not branch.groups:
        return [branch.organisation] * branch.size
    share = -(-branch.size // len(branch.groups))
    return [branch.groups[number // share].organisation for number in range(branch.size)]


def _cast(roster: Roster, random: Random, places: list[Organisation]) -> Iterator[Person]:
    people = [pair for names, years in CAST for pair in zip(names.split(), years.split(), strict=True)]
    for (name, year), where in zip(people, places, strict=True):
        category = Category.PROBATIONARY if name == "丁念慈" else Category.FULL_MEMBER
        person = roster.add(where, random, category, name=name, birth_year=int(year))
        if name in BIRTHDAYS:
            years, days = BIRTHDAYS[name]
            day = roster.city.as_of + timedelta(days=days)
            person.joined_on = date(day.year - years, day.month, min(day.day, 28))
        yield person


def _strangers(roster: Roster, random: Random, branch: Branch, places: list[Organisation]) -> Iterator[Person]:
    for number, where in enumerate(places):
        probationary = not branch.retired and number > 2 and random.random() < 0.03
        birth_year = random.randint(1946, 1965) if branch.retired else None
        category = Category.PROBATIONARY if probationary else Category.FULL_MEMBER
        yield roster.add(where, random, category, birth_year=birth_year)


def _branch_posts(roster: Roster, branch: Branch) -> None:
    """Seven full members elect a committee; a smaller branch has a secretary only. Group leaders come from their groups."""
    for group in branch.groups:
        group.people = [
            person
            for person, where in roster.belongs[-branch.size - len(branch.others) :]
            if where is group.organisation
        ]
        roster.appoint(group.leader, "group-leader", group.organisation)
    number = 1 if branch.size < 7 else 3 if branch.size < 15 else 5
    for code, person in zip(
        COMMITTEE_POSTS if number != 3 else (COMMITTEE_POSTS[0], *COMMITTEE_POSTS[2:4]),
        branch.members[:number],
        strict=False,
    ):
        branch.officers[code] = roster.appoint(person, code, branch.organisation)


def _organ_posts(roster: Roster, organ: Organ) -> None:
    """Leaders of the organ, who belong to its branches as ordinary members, its committee and its office."""
    ordinary = [person for branch in organ.branches for person in branch.members[5:]] or organ.branches[0].members
    random = roster.city.random("organ", organ.name)
    chosen = random.sample(ordinary, min(len(ordinary), 8))
    first = organ.branches[0]
    organ.office = first.officers.get("branch-organiser") or first.members[-1]
    roster.appoint(organ.office, "organ-office", organ.root, ROSTER_SINCE)
    if organ.party_group is not None:
        organ.leaders = chosen[:5]
        codes = ("party-group-secretary", "party-group-party-work", *["party-group-member"] * 3)
        for person, code in zip(organ.leaders, codes, strict=False):
            roster.appoint(person, code, organ.root)
    if organ.committee is not None:
        _organ_committee(roster, organ, chosen)


def _organ_committee(roster: Roster, organ: Organ, chosen: list[Person]) -> None:
    heads = [branch.secretary for branch in organ.branches if branch.secretary not in chosen][:2]
    codes = ("organ-committee-secretary", "organ-committee-deputy", "organ-discipline-secretary")
    for code, person in zip(codes, reversed(chosen), strict=False):
        organ.committee_people.append(roster.appoint(person, code, organ.committee))  # type: ignore[arg-type]
    for person in heads:
        organ.committee_people.append(roster.appoint(person, "organ-committee-member", organ.committee))  # type: ignore[arg-type]


def _work_committee(roster: Roster) -> None:
    """The work committee's own people, who belong to no branch below it."""
    city, random = roster.city, roster.city.random("committee")
    roster.appoint(roster.add(None, random), "committee-secretary", city.root)
    roster.appoint(roster.add(None, random), "committee-deputy", city.root)
    city.officer = roster.appoint(
        roster.add(None, random, name=COMMITTEE_OFFICER, birth_year=1975), "committee-officer", city.root
    )
    city.log_ins["admin"] = roster.add(None, random, Category.STAFF, name=ADMINISTRATOR, birth_year=1985)
    roster.appoint(city.log_ins["admin"], "administrator", city.root)


def _open_log_ins(city: City, roster: Roster, password: str) -> None:
    """Give the six roles of the demo their log-ins. One hash for all: the password is the same, and hashing is slow.

    It is no initial password, though somebody else made it: these log-ins are for trying out, shared by whoever looks on, and
    the first to come would shut the others out by changing it.
    """
    first = city.branches[0]
    by_name = {person.name: person for person in first.members}
    city.log_ins |= {
        "shuji": by_name["林知远"],
        "jiluyuan": by_name["沈若川"],
        "jiguan": by_name["许文澜"],
        "gongwei": city.officer,
        "zhigong": by_name["夏安禾"],
    }
    first.recorder = by_name["沈若川"]
    hashed = make_password(password)
    for username, person in city.log_ins.items():
        person.username, person.password = username, hashed

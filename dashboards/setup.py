"""第一次运行: how far an empty system is on its way to a working city. Everything that it says is looked up, nothing is ticked off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db import transaction
from django.db.models import Count, Q, Value

from organisations.importing.subjects import SUBJECTS
from organisations.loading import load_posts, shipped_codes
from organisations.models import Appointment, Organisation, Person, Post
from organisations.models.importing import ImportSubject
from organisations.permissions import ROLE_MAY, Act, Role
from programmes.article import shipped_article
from programmes.loading import load_article, load_rulebook
from programmes.models import ActivityKind, Line, Pillar, Requirement
from programmes.opening import open_periods
from programmes.rulebook import shipped_rulebook
from responsibilities.inspection_loading import load_templates, shipped_templates
from responsibilities.models import InspectionTemplate

from .selfcheck import SelfCheck, Storage


@dataclass(frozen=True)
class Step:
    """One step: what stands there now, whether that will do, and which fragment asks for more."""

    number: int
    title: str
    told: str
    done: bool
    fragment: str = ""


@dataclass(frozen=True)
class ListToImport:
    """One of the files that fill an empty city, how many of its rows are there already, and from when what has no date holds."""

    subject: str
    label: str
    hint: str
    count: int
    since: date

    @property
    def told(self) -> str:
        """已有 12 个."""
        return f"已有 {self.count:,} {UNITS[self.subject]}" if self.count else "还没有"


UNITS = {
    ImportSubject.ORGANISATIONS: "个党组织",
    ImportSubject.PEOPLE: "人",
    ImportSubject.APPOINTMENTS: "个任职",
}


RECORDING = [role for role, acts in ROLE_MAY.items() if Act.LOG in acts]


class Setup:
    """The page of an administrator who makes an empty system into a working city."""

    def __init__(self, person: Person, today: date, now: datetime, *, secure: bool) -> None:
        self.person, self.today = person, today
        self.check = SelfCheck(today, now, secure=secure)

    @cached_property
    def steps(self) -> list[Step]:
        """All steps in their order."""
        told = [
            ("数据库与存储", self.storage.told, self.storage.works, ""),
            ("管理员", "、".join(self.administrators), bool(self.administrators), ""),
            ("本级单位", self.root.official_name, True, "dashboards/_setup_root.html"),
            ("规则与种子", self.rules_told, not self.missing_rules, "dashboards/_setup_rules.html"),
            ("后台", self.check.background.told, self.check.background.good, ""),
            ("导入单位、人员和任职", self.lists_told, self.next_list is None, "dashboards/_setup_lists.html"),
            ("开通登录", self.log_ins_told, self.recorders_in, "dashboards/_setup_access.html"),
        ]
        return [Step(number, *step) for number, step in enumerate(told, 1)]

    @cached_property
    def current(self) -> Step | None:
        """The first step that is not done."""
        return next((step for step in self.steps if not step.done), None)

    @cached_property
    def storage(self) -> Storage:
        """Where rows and files are kept."""
        return Storage()

    @cached_property
    def administrators(self) -> list[str]:
        """Who holds the post of an administrator today, by name."""
        rows = Appointment.objects.visible_to(self.person, self.today).holding(self.today)
        return list(
            rows.filter(post__role=Role.ADMINISTRATOR).order_by("since", "pk").values_list("person__name", flat=True)
        )

    @cached_property
    def root(self) -> Organisation:
        """The top of the tree. It is there before any administrator is: he is appointed at it."""
        return Organisation.objects.manageable_by(self.person, Act.ADMINISTER, self.today).in_tree_order()[0]

    # --- what the product ships

    @cached_property
    def missing_rules(self) -> bool:
        """Whether posts, lines, kinds, requirements or check lists that the product ships have not been loaded yet."""
        shipped = {
            "post": shipped_codes(),
            "line": shipped_article().line_codes,
            "kind": shipped_article().kind_codes,
            "requirement": {entry.code for entry in shipped_rulebook().requirements},
            "template": {entry.code for entry in shipped_templates()},
        }
        return any(codes - self._loaded[sort] for sort, codes in shipped.items())

    @property
    def rules_told(self) -> str:
        """11 条要求、3 个支柱、9 条线、59 个活动类别、18 个职务."""
        if not any(self._loaded[sort] for sort in ("line", "kind", "requirement")):
            return "还没有装"
        requirements, lines, kinds, posts = (
            len(self._loaded[sort]) for sort in ("requirement", "line", "kind", "post")
        )
        return f"{requirements} 条要求、{len(Pillar)} 个支柱、{lines} 条线、{kinds} 个活动类别、{posts} 个职务，装好后都能改"

    @cached_property
    def _loaded(self) -> dict[str, set[str]]:
        """The codes of what is there, by sort: one statement."""
        sorts = {
            "post": Post,
            "line": Line,
            "kind": ActivityKind,
            "requirement": Requirement,
            "template": InspectionTemplate,
        }
        first, *others = [
            model.objects.order_by().annotate(sort=Value(sort)).values_list("sort", "code")
            for sort, model in sorts.items()
        ]
        found: dict[str, set[str]] = {sort: set() for sort in sorts}
        for sort, code in first.union(*others):
            found[sort].add(code)
        return found

    # --- what the city brings

    @cached_property
    def lists(self) -> list[ListToImport]:
        """The three files, in the order in which they are needed.

        What there was before the system came must be older than what is recorded of this year: units without a date are as
        old as the root, and people belong from the first day of the year.
        """
        new_year = self.today.replace(month=1, day=1)
        organisations = (
            Organisation.objects.visible_to(self.person, self.today).open_on(self.today).exclude(parent=None)
        )
        people = Person.objects.visible_to(self.person, self.today)
        rows = [
            ListToImport(
                ImportSubject.ORGANISATIONS,
                "单位表",
                "两列就够：单位、上级",
                organisations.count(),
                self.root.founded_on,
            ),
            ListToImport(
                ImportSubject.PEOPLE,
                "花名册",
                "也可以让各单位自己导",
                people.exclude(memberships=None).count(),
                new_year,
            ),
            ListToImport(
                ImportSubject.APPOINTMENTS,
                "任职表",
                "书记、委员、组长",
                self._posts_held["plain"],
                new_year,
            ),
        ]
        return [row for row in rows if row.subject in SUBJECTS]

    @cached_property
    def next_list(self) -> str | None:
        """The first list of which nothing is there yet; None when each has begun."""
        return next((row.subject for row in self.lists if not row.count), None)

    @property
    def lists_told(self) -> str:
        """已有 12 个党组织，还没有花名册."""
        return "，".join(row.told if row.count else f"还没有{row.label}" for row in self.lists)

    @property
    def recorders_in(self) -> bool:
        """Whether somebody who may record can log in."""
        return bool(self._posts_held["recording"])

    @cached_property
    def _posts_held(self) -> dict[str, int]:
        """How many appointments there are besides those of administrators, and how many of them record and can log in."""
        rows = Appointment.objects.visible_to(self.person, self.today).holding(self.today)
        can_log_in = Q(post__role__in=RECORDING, person__username__isnull=False, person__is_active=True)
        plain = Count("pk", filter=~Q(post__role=Role.ADMINISTRATOR))
        return rows.order_by().aggregate(plain=plain, recording=Count("pk", filter=can_log_in))

    @property
    def log_ins_told(self) -> str:
        """Whether anybody can begin."""
        if self.recorders_in:
            return "已经有人可以登录记录"
        return "还没有书记或记录员可以登录，记录还不能开始"


def is_empty(person: Person, today: date) -> bool:
    """True while nothing stands below the root: the desk then leads to the first run."""
    return not Organisation.objects.visible_to(person, today).exclude(parent=None).exists()


@transaction.atomic
def load_rules(today: date) -> None:
    """Load what the product ships, as the commands do, and open what is owed.

    Posts, lines, kinds, this year's programmes, requirements, check lists for inspections.
    """
    load_posts()
    load_article(shipped_article(), today.year)
    load_rulebook(shipped_rulebook(), today)
    load_templates(shipped_templates(), today, shipped=True)
    open_periods(today)

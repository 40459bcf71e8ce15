"""``manage.py administrator``: the first administrator of a new system, and the work committee that he sets up below.

Further administrators are appointed in the system itself. The password is asked for on the terminal, never taken from the
command line, which everybody on the machine can read.
"""

from datetime import date
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from organisations.appointing import appoint
from organisations.loading import load_posts
from organisations.models import Appointment, Category, Level, Organisation, Person, Post
from organisations.permissions import Role
from organisations.tree import plant

# Nothing below may be older than the root; its real date can be entered later.
FOUNDED = date(1949, 10, 1)


class Command(BaseCommand):
    help = "新装的系统：设立机关工委，任命第一位系统管理员。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--committee", required=True, help="机关工委的名称，例如 市直机关工委。")
        parser.add_argument("--name", required=True, help="管理员的姓名。")
        parser.add_argument("--username", required=True, help="管理员的登录名。")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        holder = (
            Appointment.objects.holding(today).filter(post__role=Role.ADMINISTRATOR).select_related("person").first()
        )
        if holder:
            raise CommandError(f"已经有系统管理员：{holder.person}。再加的请他在系统里任职。")
        if Person.objects.filter(username=options["username"]).exists():
            raise CommandError(f"登录名“{options['username']}”已经有人用了。")
        person = Person(name=options["name"], username=options["username"])
        password = _ask_password(person)
        with transaction.atomic():
            committee = _committee(options["committee"], today)
            person = Person.objects.enrol(options["name"], category=Category.STAFF)
            # Typed by himself a moment ago: nobody handed it to him.
            person.grant_access(options["username"], password, initial=False)
            appoint(person, Post.objects.get(code="administrator"), committee, since=today, today=today)
        self.stdout.write(f"{committee}的系统管理员：{person}，登录名 {person.username}。")


def _ask_password(person: Person) -> str:
    """A password that the rules accept, typed twice. Raises CommandError with the reason when it is none."""
    password = getpass("密码：")
    if password != getpass("再输一遍："):
        raise CommandError("两次输入的不一样。")
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return password


def _committee(name: str, today: date) -> Organisation:
    """The root of the tree, set up if there is none. Raises CommandError if it has another name."""
    load_posts()
    root = Organisation.objects.filter(level=Level.WORK_COMMITTEE).first()
    if root is None:
        return plant(name=name, level=Level.WORK_COMMITTEE, parent=None, founded_on=FOUNDED, today=today)
    if root.name != name:
        raise CommandError(f"系统里已经有“{root}”，一套系统只有一个机关工委。")
    return root

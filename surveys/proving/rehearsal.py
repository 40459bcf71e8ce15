"""A survey with invented people on an empty database, and every attack on it: here the truth is known, so hits can be counted.

Each of 120 people takes a ballot at the desk and hands in a sheet with a number that only the rehearsal knows. An attacker
who pairs people with sheets by chance hits one of 120 on average; ten hits happen by chance less than once in a million.
"""

from __future__ import annotations

import io
import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from organisations.appointing import appoint, transfer
from organisations.models import Level, Organisation, Person, Post
from organisations.tree import plant

from .. import ballots, closing, desk, destroying, keys, sealing
from ..answering import Given
from ..handing_in import AlreadySpentError, hand_in
from ..launching import launch
from ..models import STORE, DeskMark, DropBox, Sheet, SpentBallot, Survey
from ..promising import Promise
from ..questionnaire import Choice, Question, Questionnaire, QuestionType, Section
from . import attacks
from .finding import Finding

PEOPLE = 120
MOST_HITS = 10
MOST_AGREEMENT = 0.35
LONG_AGO = date(2020, 1, 1)
WORDS = "食堂再晚一点"


@dataclass
class Rehearsed:
    """What was done, with the truth that no table holds."""

    survey: Survey
    people: list[Person]
    codes: list[str]
    logged: str
    before: str
    after: str


def rehearse() -> list[Finding]:
    """Run it on the empty database that this process has. ValueError if there is anybody in it."""
    if Organisation.objects.exists():
        raise ValueError("the rehearsal wants a database of its own")
    done = _hand_in()
    found = [_transactions(done), _order(done), _digests(done), _backup(done), _logs(done), _twice(done)]
    found += [_frozen(done), _promised(done), _pages(done)]
    return [*found, _closed(done), _gone(done)]


def _city() -> tuple[Organisation, list[Person], Person]:
    """One organ with a branch of invented people, and whoever sets the survey up."""
    today = timezone.localdate()
    told: dict[str, Any] = {"founded_on": LONG_AGO, "today": today, "tell": False}
    committee = plant(name="演练机关工委", level=Level.WORK_COMMITTEE, parent=None, **told)
    organ = plant(name="演练机关党委", level=Level.ORGAN_COMMITTEE, parent=committee, **told)
    branch = plant(name="演练党支部", level=Level.BRANCH, parent=organ, **told)
    people = [Person.objects.enrol(f"演练{number}", category="full_member") for number in range(PEOPLE)]
    for person in people:
        transfer(person, to=branch, on=LONG_AGO, today=today, tell=False)
    office = Person.objects.enrol("演练工委", category="full_member")
    post = Post.objects.get(code="committee-officer")
    appoint(office, post, committee, since=LONG_AGO, until=None, today=today, tell=False)
    return committee, people, office


def _questions() -> Questionnaire:
    choices = (Choice("a", "好"), Choice("b", "不好"))
    return Questionnaire((Section("", "", (Question("mood", QuestionType.SINGLE, "心情怎么样？", choices=choices),)),))


def _launched() -> tuple[Survey, list[Person]]:
    committee, people, office = _city()
    now = timezone.now()
    survey = Survey.objects.create(
        organisation=committee,
        title="演练",
        questionnaire=_questions().to_json(),
        desk_note="演练",
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=1),
        publish_on=timezone.localdate(now) + timedelta(days=2),
    )
    launch(survey, by=office, now=now)
    return survey, people


def _hand_in() -> Rehearsed:
    """Everybody takes a ballot in a random order and hands in a little later, as people do; mixed as by the beat."""
    survey, people = _launched()
    now, shuffled = timezone.now(), random.SystemRandom()
    arrivals = list(enumerate(people))
    shuffled.shuffle(arrivals)
    codes = [""] * len(people)
    with _listening() as said:
        for count, (number, person) in enumerate(arrivals, 1):
            codes[number] = desk.hand_out(survey, by=person, now=now)
            given = Given({"mood": "a", "marker": str(number)}, {"say": f"{WORDS}{number}"})
            before = _backed_up() if count == PEOPLE else ""
            hand_in(survey, ballots.read(survey, codes[number]), given, now=now)
            after = _backed_up() if count == PEOPLE else ""
            if count % 25 == 0:
                sealing.mix(survey)
    sealing.mix(survey, whole=True)
    sealing.rewrite()
    sealing.sweep()
    return Rehearsed(survey, people, codes, said.getvalue(), before, after)


@contextmanager
def _listening() -> Iterator[io.StringIO]:
    """Everything that any logger says meanwhile, down to DEBUG."""
    said = io.StringIO()
    handler, root = logging.StreamHandler(said), logging.getLogger()
    old, level = root.handlers[:], root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield said
    finally:
        root.handlers, root.level = old, level


def _backed_up() -> str:
    """What a backup by the deployment notes holds of the store: sheets alone."""
    return str(serializers.serialize("json", Sheet.objects.order_by("pk")))


def _markers(survey: Survey) -> list[int]:
    """The numbers on the sheets, in the order in which the sheets lie in the file."""
    by_key = {str(row.pk).replace("-", ""): int(row.payload["marker"]) for row in Sheet.objects.filter(part="")}
    places = attacks.in_place(Sheet, "id", survey.pk, part="")
    return [by_key[str(key).replace("-", "")] for key in places]


def _transactions(done: Rehearsed) -> Finding:
    tried = f"{PEOPLE} 个演练的人领票、交卷以后，按数据库的事务号把领票记号、用过的票和答卷两两连接。"
    if connection.vendor != "postgresql":
        return Finding("按同一次写入对人和答卷", tried, "SQLite 不留事务号。", True)
    joined = attacks.joined_by_transaction(DeskMark, Sheet) + attacks.joined_by_transaction(SpentBallot, Sheet)
    batches = attacks.transactions(Sheet, done.survey.pk)
    held = joined == 0 and batches == 1
    return Finding("按同一次写入对人和答卷", tried, f"对上 {joined} 对；全部答卷同属 {batches} 次整批重写。", held)


def _order(done: Rehearsed) -> Finding:
    marks = {ballots.desk_mark(done.survey, person.pk): number for number, person in enumerate(done.people)}
    people = [marks[mark] for mark in attacks.in_place(DeskMark, "mark", done.survey.pk)]
    sheets = _markers(done.survey)
    hits = sum(one == other for one, other in zip(people, sheets, strict=True))
    agreement = attacks.spearman(people, sheets)
    return Finding(
        "按先后次序对人和答卷",
        "假定密钥也泄露了：把领票记号还原成人，按两张表在文件里的位置一一配对。",
        f"{PEOPLE} 对里碰对 {hits} 对（瞎猜平均 1 对），次序相关系数 {agreement:.2f}。",
        hits < MOST_HITS and abs(agreement) < MOST_AGREEMENT,
    )


def _digests(done: Rehearsed) -> Finding:
    spent = set(SpentBallot.objects.values_list("pk", flat=True))
    marks = set(DeskMark.objects.values_list("pk", flat=True))
    sheets = {str(row.pk) for row in Sheet.objects.all()}
    common = len(spent & marks) + len(sheets & (spent | marks))
    return Finding(
        "按编号对票、记号和答卷",
        "比较三张表的全部编号。",
        f"{len(spent)} 张票、{len(marks)} 个记号、{len(sheets)} 份答卷和留言，没有共同的编号。"
        if not common
        else f"有 {common} 个共同的编号。",
        common == 0,
    )


def _backup(done: Rehearsed) -> Finding:
    return Finding(
        "比较一个人交卷前后的两份备份",
        "交最后一份答卷的前一刻和后一刻各做一次备份（按部署说明，不含投放箱、记号和票），逐字比较。",
        "两份备份一字不差。" if done.before == done.after else "两份备份不一样。",
        done.before == done.after,
    )


def _logs(done: Rehearsed) -> Finding:
    traces = [WORDS, *done.codes, *(code.replace(" ", "") for code in done.codes)]
    seen = sum(trace in done.logged for trace in traces)
    return Finding(
        "从程序日志里找票号和答案",
        f"把日志开到最详细，{PEOPLE} 人交卷的全过程里找每一个票号和留言。",
        f"找到 {seen} 处。",
        seen == 0,
    )


def _twice(done: Rehearsed) -> Finding:
    ballot, taken = ballots.read(done.survey, done.codes[0]), 0
    for _ in range(20):
        try:
            hand_in(done.survey, ballot, Given({"mood": "b"}), now=timezone.now())
        except AlreadySpentError:
            continue
        taken += 1
    return Finding("一张票填两次", "拿一张用过的票再交 20 次。", f"收下 {taken} 次。", taken == 0)


def _frozen(done: Rehearsed) -> Finding:
    statements = [
        "UPDATE surveys_survey SET k = 1 WHERE id = %s",
        "UPDATE surveys_survey SET retention_days = 9999 WHERE id = %s",
        "UPDATE surveys_survey SET closes_at = opens_at WHERE id = %s",
        "DELETE FROM surveys_survey WHERE id = %s",
        "UPDATE surveys_reportingunit SET heads = 1 WHERE survey_id = %s",
    ]
    refused = sum(attacks.refused(statement, done.survey.pk) for statement in statements)
    return Finding(
        "启用后直接在数据库里改设置",
        "用管理员的办法直接改最少人数、保留天数、截止时间和单位人数，或者删掉调研。",
        f"{len(statements)} 种改法，数据库拒绝了 {refused} 种。",
        refused == len(statements),
    )


def _promised(done: Rehearsed) -> Finding:
    told, frozen = Promise(done.survey).as_json(), Survey.objects.get(pk=done.survey.pk).frozen()
    different = [name for name, value in frozen.items() if told.get(name) != value]
    return Finding(
        "承诺页和实际设置是不是一回事",
        "把承诺页的数据和数据库里冻结的设置逐项比较。",
        f"{len(frozen)} 项全部一致。" if not different else f"不一致：{'、'.join(different)}。",
        not different,
    )


def _pages(done: Rehearsed) -> Finding:
    tried = "把数据库文件一个字节一个字节地读，找已经移走的答卷。"
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete")
            on = cursor.fetchone()[0] == 1
        return Finding("从删掉的数据里找答卷", tried, "SQLite 已设为删除即覆盖。" if on else "删除没有覆盖。", on)
    pages = attacks.raw_pages(DropBox)
    if pages is None:
        return Finding("从删掉的数据里找答卷", tried, "这个数据库用户没有读文件的权限，没能试。", None)
    left = pages.count(b"marker")
    return Finding("从删掉的数据里找答卷", tried, f"投放箱的文件里剩下 {left} 处。", left == 0)


def _closed(done: Rehearsed) -> Finding:
    now = done.survey.closes_at + timedelta(minutes=1) if done.survey.closes_at else timezone.now()
    closing.close(done.survey, now=now)
    left = sum(model.objects.count() for model in (DeskMark, SpentBallot, DropBox))
    try:
        ballots.read(done.survey, done.codes[0])
        readable = True
    except (keys.KeyGoneError, ValidationError):
        readable = False
    return Finding(
        "截止以后再查谁领过票",
        "截止汇总以后，再查记号、票和密钥。",
        f"剩下 {left} 条；{'密钥还在' if readable else '密钥已经销毁，手里拿着票也认不出用没用过'}。",
        left == 0 and not readable,
    )


def _gone(done: Rehearsed) -> Finding:
    day = done.survey.destroys_on or timezone.localdate()
    destroying.destroy(done.survey, now=timezone.now() + (day - timezone.localdate()) + timedelta(days=1))
    left = sum(model.objects.count() for model in STORE)
    return Finding(
        "到了销毁日期再找答卷",
        "到期销毁以后，再查四张表。",
        f"剩下 {left} 份；销毁记录写着销毁了 {done.survey.destruction.certificate['destroyed']} 份。",
        left == 0,
    )

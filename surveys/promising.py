"""The promise page: what is kept, what is not, and what we cannot do. Each sentence has a mechanism and a test.

Where a mitigation is not built, the promise does not claim it (anonymity.md, build order): the drop box is not encrypted
yet, so the page says what a write-ahead log may hold, and for how long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from organisations.templatetags.sanli import cn_date

from .models import Survey, SurveyKind

# How long an archived write-ahead log may be kept (deploy/README.md says the same).
LOG_DAYS = 7


@dataclass(frozen=True)
class Step:
    """One step from the ballot to the destruction."""

    when: str
    what: str
    how: str


class Promise:
    """The promise of one launched survey, from its frozen settings."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey

    @property
    def is_appraisal(self) -> bool:
        """Whether it is the secret ballot of an appraisal."""
        return self.survey.kind == SurveyKind.APPRAISAL

    @property
    def short(self) -> str:
        """The promise in one sentence, for the first page."""
        if self.is_appraisal:
            return "这张票不记姓名：谁填的哪一张，系统里查不到。全体意见一致时，等于知道每个人怎么填。"
        return (
            f"这份问卷不记姓名：票只用来防止重复填写，和答案对不上；少于 {self.survey.k} 人的单位不单独出结果，"
            "截止前谁也看不到结果。"
        )

    @property
    def kept(self) -> list[str]:
        """What stays."""
        unit = "本支部，一个支部的票都一样" if self.is_appraisal else f"已并到 {self.survey.k} 人以上"
        lines = [
            "你选的答案，和别人的混在一起，打乱次序",
            f"票上的单位，{unit}",
            "“这张票用过了”的一个指纹，防止一票两填",
        ]
        if self.survey.by_desk:
            lines.append("登录领票时“领过了”的一个记号：没有时间、没有票号，截止后销毁")
        return lines

    @property
    def not_kept(self) -> list[str]:
        """What does not."""
        return [
            "姓名、工号、手机号、登录状态",
            "填写时间，哪怕只是日期",
            "网络地址、手机型号、先后次序",
            "谁填了、谁没填的名单：没有这样的页面，也没有这样的数据",
            "单独一份答卷的查看页：结果只有表，没有“某一份”",
        ]

    @property
    def steps(self) -> list[Step]:
        """From the ballot to the destruction, with the days of this survey."""
        return [*self._steps_of_answering(), *self._steps_of_publishing()]

    def _steps_of_answering(self) -> list[Step]:
        ways = {
            (True, True): "登录领票只留“领过”的记号，抽签票连记号也没有",
            (True, False): "登录领票只留“领过”的记号，没有时间，也没有票号",
            (False, True): "票从信封里自己抽，没有任何记号",
        }[self.survey.by_desk, self.survey.by_slip]
        return [
            Step("领票", "票是签了名的随机数，发出时不入库", ways),
            Step("填写", "填写页和登录是两间屋子", "不带登录状态，不连任何外部网站，票不出现在网址里"),
            Step("交卷", "答卷和用过的票写在一起，都不认得人", "攒够 10 份就整批打乱重写一次"),
        ]

    def _steps_of_publishing(self) -> list[Step]:
        survey = self.survey
        closes = cn_date(timezone.localdate(survey.closes_at)) if survey.closes_at else ""
        limits = (
            f"少于 {survey.k} 人的不出，能减出来的也不出；留言满 {survey.k_comments} 条才出，去掉姓名、打乱次序另放"
        )
        if self.is_appraisal:
            limits = (
                f"每位党员的各档票数，只给本支部委员会，上级和系统管理员在系统里没有这一页；收回不到 {survey.k} 张票的，"
                "一个票数也不出；评定意见由支委会另作决定，不照票数自动得出"
            )
        return [
            Step(
                closes,
                "截止，算出启用时就定好的表",
                "截止前谁也看不到结果，只看得到参与人数的大致刻度；领票记号、用过的票和密钥随即销毁",
            ),
            Step(cn_date(survey.publish_on), "票数交给支部委员会" if self.is_appraisal else "公布", limits),
            Step(cn_date(survey.destroys_on), "逐份答卷全部销毁", "只留下表；销毁记录在本页公布"),
        ]

    @property
    def limits(self) -> list[tuple[str, str]]:
        """What we cannot do, in plain words."""
        lines = [
            (
                "正在运行的服务器若被最高权限的人盯着内存，",
                "能看到正经过的内容。这一条程序防不住，只能靠管住谁能登录服务器。",
            ),
            ("数据库的运行日志，", f"最多 {LOG_DAYS} 天内可能按先后留着刚交的答案，里面没有姓名和地址；过期即删。"),
            ("单位的网络，", "管网络的人仍可能知道某台设备打开过这个网址，看不到填了什么。可以用自己的网络填。"),
            ("别人站在你身后。", "请换个地方填。"),
        ]
        if not self.is_appraisal:
            said = ("留言里你自己写出的事，", "可能让人猜到是你。请不要写姓名、电话和只有你知道的经过。")
            lines.insert(3, said)
        if self.survey.by_desk:
            lines.insert(
                2,
                (
                    "截止之前，同时拿到密钥和数据库的人，",
                    "能知道谁领过票，不能知道谁填了什么。不想留下记号，可以抽纸票。"
                    if self.survey.by_slip
                    else "能知道谁领过票，不能知道谁填了什么。",
                ),
            )
        if self.is_appraisal:
            lines.insert(
                0, ("意见一致的时候，", "例如全体都投“合格”，看到票数就知道每个人怎么投的。不记名也改变不了这一点。")
            )
        return lines

    def as_json(self) -> dict[str, Any]:
        """The frozen settings and the facts of the mechanism (anonymity.md §6.9: equal to what runs)."""
        return self.survey.frozen() | {
            "stores_person": False,
            "stores_time": False,
            "stores_address": False,
            "encrypted_drop_box": False,
            "log_days": LOG_DAYS,
            "destroyed": self.survey.destroyed_at is not None,
        }

"""怎样公布的: by which rules these figures came about, in the words that screen, Word and Excel print alike."""

from __future__ import annotations

from django.utils import timezone

from organisations.templatetags.sanli import cn_date

from .models import Destruction, Survey
from .published import BASE, Published

HOW_SAID = (
    "满 100 份的单位，比例到 1%；20 至 99 份到 5%；10 至 19 份到 10%，不出分布；不足 10 份只出均分（到 0.5）和"
    "符合的大致比例。两头不说满：90% 以上、10% 以下（不足 20 份为 80%、20%）"
)


def method(published: Published, destruction: Destruction | None, *, reads_all: bool) -> list[tuple[str, str]]:
    """Name and sentence of every rule that shaped these figures; of units merged, those that concern the reader."""
    survey = published.survey
    return [
        ("不出的", f"少于 {survey.k} 份的单位不单独公布，并到一起；并完还能减出来的，再并一个"),
        ("并了哪些", _merged(published, reads_all)),
        ("比例", f"{HOW_SAID}。{BASE}"),
        ("身份", _attributes(published, survey)),
        ("留言", f"满 {survey.k_comments} 条才出，去掉姓名，打乱次序，和答案、和别的留言都对不上"),
        ("应答率", "只有全体的份数是公布的；各单位只说应填多少人和大致比例"),
        ("逐份答卷", destroyed(survey, destruction)),
    ]


def _merged(published: Published, reads_all: bool) -> str:
    """Which units have no figures of their own, by what they were put into."""
    said = [f"{'、'.join(unit['name'] for unit in one['units'])}：{one['sentence']}" for one in published.merged]
    return "；".join(said) or ("没有" if reads_all else "你能看的范围里没有")


def _attributes(published: Published, survey: Survey) -> str:
    refused = "；".join(f"{one['text']}：{one['sentence']}" for one in published.refused)
    rule = f"不和单位里的小数交叉；两种身份交叉要每格满 {survey.k_crosses} 份，而且启用时就定好了表"
    return f"{rule}。没有出的：{refused}" if refused else rule


def destroyed(survey: Survey, destruction: Destruction | None) -> str:
    """When single sheets are destroyed, or were, and what was found afterwards."""
    if destruction is None:
        return f"{cn_date(survey.destroys_on)}全部销毁，只留这些表；之前也没有逐份查看的页面"
    certificate = destruction.certificate
    left = certificate.get("left", 0)
    return f"{cn_date(timezone.localdate(destruction.done_at))}已全部销毁，销毁后再查，剩 {left} 份；之前也没有逐份查看的页面"

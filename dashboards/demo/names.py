"""Names that belong to nobody, and the organs of a city that is on no map.

Personal names are put together from a list of surnames and of characters; every city draws them in its own order.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from organisations.models.organisation import System

CITY = "安和市"

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
    "顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍"
)
FIRST_CHARACTERS = (
    "知若清文景明思予望怀以书安允守念既秋远舒砚澄修立承嘉宜婉静晓雨晨宁海云松竹亦可向正德敬谨朴一子泽南星岚溪"
)
SECOND_CHARACTERS = "远川澜宁安然和行瑾白秋齐言中禾正慈简之达年歌庭芳舟岩辰霖桐峰平华敏洁萍莹轩毅诚朗源涛辉蕾颖昕语"

ORGANS: dict[str, str] = {
    System.PARTY: (
        "市委宣传部 市委办公室 市委组织部 市委统战部 市委政法委 市委编办 市委网信办 市委老干部局 市委党校 市委政研室 "
        "市委巡察办 市委机要局 市委信访局 市委社会工作部 市委党史研究室 市人大机关 市政协机关 市纪委监委机关"
    ),
    System.GOVERNMENT: (
        "市财政局 市水务局 市教育局 市交通运输局 市住房城乡建设局 市生态环境局 市农业农村局 市卫生健康委 市市场监管局 "
        "市政府办公室 市发展改革委 市科技局 市工业和信息化局 市民族宗教局 市公安局 市民政局 市司法局 市人力资源社会保障局 "
        "市自然资源局 市城市管理局 市林业和园林局 市商务局 市文化旅游局 市退役军人局 市应急管理局 市审计局 市外事办 市国资委 "
        "市体育局 市统计局 市医疗保障局 市粮食和储备局 市信访服务中心 市政务服务局 市机关事务局 市地方金融局 市人防办 市税务局 "
        "市气象局 市邮政管理局 市消防救援支队 市烟草专卖局 市城乡规划局 市数据局"
    ),
    System.PEOPLE: "市总工会 团市委 市妇联 市科协 市文联 市残联 市工商联 市侨联 市红十字会 市社科联 市法学会 市贸促会 市作协 市记协",
    System.INSTITUTION: (
        "市检验检测院 市急救中心 市图书馆 市博物馆 市档案馆 市水文站 市航道管理处 市疾控中心 市第一医院 市第二医院 市妇幼保健院 "
        "市职业技术学院 市体育馆 市文化馆 市美术馆 市群众艺术馆 市公共资源交易中心 市不动产登记中心 市住房公积金中心 市社会保险中心 "
        "市就业服务中心 市城建档案馆 市环境监测站 市农业科学院 市林业科学院 市园林管理处 市公路管理处 市市政设施管理处 市公交集团 "
        "市热力集团 市自来水集团 市燃气管理处 市广播电视台 市日报社"
    ),
}
OFFICES = [
    "办公室",
    "人事处",
    "法规处",
    "规划处",
    "综合处",
    "信息处",
    "审批处",
    "监督处",
    "财务处",
    "机关服务中心",
    "业务一处",
    "业务二处",
    "业务三处",
    "窗口服务处",
    "政策研究室",
    "督查室",
    "宣传处",
    "离退休干部处",
    "安全处",
    "项目处",
]
COMMUNITIES = [
    "安和社区",
    "清源社区",
    "柳林社区",
    "北山社区",
    "长桥社区",
    "东湖社区",
    "望江社区",
    "书院社区",
    "新民社区",
    "向阳社区",
]
GUEST_POSTS = [
    "社区党委书记",
    "社区党委副书记",
    "物业项目经理",
    "共建单位党支部书记",
    "结对企业负责人",
    "网格员",
    "市直机关工委联络员",
]


def organs_in_order() -> list[tuple[str, str]]:
    """(name, system) of every organ: the first of each system by turns, so that a small city has all four."""
    columns = [[(name, system) for name in names.split()] for system, names in ORGANS.items()]
    columns.sort(key=lambda column: column[0][1] != System.GOVERNMENT)
    longest = max(len(column) for column in columns)
    return [column[place] for place in range(longest) for column in columns if place < len(column)]


def people_names(random: Random, taken: set[str]) -> Iterator[str]:
    """Names without end, none of them in ``taken``; a large city has namesakes, as any city has."""
    while True:
        name = random.choice(SURNAMES) + random.choice(FIRST_CHARACTERS)
        if random.random() < 0.86:
            name += random.choice(SECOND_CHARACTERS)
        if name not in taken:
            yield name

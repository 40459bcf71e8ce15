"""Takes out of a comment what names somebody: names of the roster, titles with a surname, numbers, addresses.

Rather too much than too little: a masked word more costs a reader nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

NAME = "某同志"
SURNAMES = (
    "欧阳|上官|司马|诸葛|慕容|东方|皇甫|尉迟|公孙|令狐|司徒|夏侯|"
    "[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田"
    "任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季"
    "俞章鲁葛伍韦申尤毕聂丛焦柳邢岳齐梅莫庄辛管祝左涂谷祁耿牟卜路詹关苗凌费纪靳盛童欧甄项曲游阳裴席卫查屈鲍覃霍翁隋甘景薄"
    "单柏闫肖佟车房边吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫栾冀]"
)
# A character before a surname with which it makes a word: 公安局长, 由于书记, 现任主任, 地方主任.
NOT_BEFORE = r"(?<![公治由关对等属至现前新历兼担上首地对各双语天人])"
OFFICES = (
    "局长|处长|科长|厅长|部长|县长|区长|市长|镇长|乡长|所长|站长|院长|校长|队长|股长|组长|会长|司长|主任|书记|主席|常委|委员|"
    "干事|秘书长|秘书|巡视员|调研员|总工程师|总工|总经理|经理|教授|老师|医生|大夫|师傅|支队长|大队长|政委|检察长|庭长|社长|台长|馆长|董事长"
)
FULL_TITLE = re.compile(rf"{NOT_BEFORE}(?:{SURNAMES})(?=(?:副|总|代|老)?(?:{OFFICES}))")
# 李局, 王处: only after a word that leads to a person or at the beginning (园林局), and where no other word begins (高科技).
LEADING = r"(?:(?<![一-龥])|(?<=[请找向给让被把跟和与对是的了说们我咱像如由位叫问等为在以但而要望求靠归当连]))"
NO_WORD = "(?![长面部势限域促级里内机党办外技研目学员普幻室置罚理于处境门委位下说有以在记本])"
AFTER = r"(?=$|[\s，。！？、；：,.!?;:”’）)》]|[的也都就说对很是不和在要让把被给跟没有总常曾太这那个等来去从为们])"
SHORT_TITLE = re.compile(rf"{LEADING}(?:{SURNAMES})(?=[局处科厅部总院校队所书]{NO_WORD})")
FAMILIAR = re.compile(rf"(?<![大从古])[老小](?:{SURNAMES}){AFTER}")
PATTERNS = (
    (re.compile(r"[A-Za-z\d_.+-]+\s*@\s*[A-Za-z\d-]+(?:\.[A-Za-z\d-]+)+"), "［邮箱］"),
    (re.compile(r"(?<!\d)\d{6}[\s-]?(?:19|20)\d{2}[\s-]?\d{4}[\s-]?\d{3}[\dXx](?![\dXx])"), "［证件号］"),
    (re.compile(r"(?<!\d)\d{15}(?!\d)"), "［证件号］"),
    (re.compile(r"(?<!\d)(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)"), "［电话］"),
    (re.compile(r"(?<!\d)0\d{2,3}[\s-]?\d{7,8}(?!\d)"), "［电话］"),
    (re.compile(r"(工号|警号|编号|证号|学号|员工号)(\s*[:：为是]?\s*)[A-Za-z]{0,4}\d{2,}"), r"\1\2［号码］"),
    (re.compile(r"(?<![A-Za-z\d])(?:[A-Za-z]{1,4}\d{4,}|\d{7,})(?![A-Za-z\d])"), "［号码］"),
    (re.compile(r"(微信|QQ|qq)(号?\s*[:：为是]?\s*)[A-Za-z\d][\w-]{4,}"), r"\1\2［号码］"),
)
FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}


def mask(text: str, names: Iterable[str]) -> str:
    """Return `text` without what names somebody: `names` (longest first, also written apart), titles, numbers, addresses."""
    found = text.translate(FULL_WIDTH)
    for pattern, token in PATTERNS:
        found = pattern.sub(token, found)
    together = "".join(found.split())
    for name in sorted({one for one in names if len(one) > 1 and one in together}, key=lambda one: (-len(one), one)):
        found = re.sub(r"\s*".join(map(re.escape, name)), NAME, found)
    for pattern in (FULL_TITLE, SHORT_TITLE):
        found = pattern.sub("某", found)
    return FAMILIAR.sub(NAME, found)

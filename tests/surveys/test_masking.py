"""Comments name nobody: names, titles, numbers and addresses are taken out, ordinary words stay."""

import pytest

from surveys.publishing.masking import mask

pytestmark = pytest.mark.once

NAMES = {"王小明", "王小", "欧阳建国", "李雷", "赵", "张三丰"}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("王小明安排加班，李雷也不管。", "某同志安排加班，某同志也不管。"),
        ("王 小 明安排加班", "某同志安排加班"),
        ("王小\n明安排加班", "某同志安排加班"),
        ("找欧阳建国和张三丰", "找某同志和某同志"),
        ("王小说的", "某同志说的"),
    ],
)
def test_names_of_the_roster_longest_first(text, masked):
    assert mask(text, NAMES) == masked


def test_a_name_of_one_character_is_no_name():
    assert mask("赵国的事", NAMES) == "赵国的事"


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "+86 13812345678",
        "１３８１２３４５６７８",
        "0431-85551234",
        "043185551234",
    ],
)
def test_telephone_numbers(text):
    assert mask(f"请打{text}问", ()) == "请打［电话］问"


@pytest.mark.parametrize(
    "text", ["22010219800101123X", "220102198001011234", "220102 19800101 1234", "220102800101123"]
)
def test_identity_numbers(text):
    assert mask(f"我是{text}。", ()) == "我是［证件号］。"


@pytest.mark.parametrize("text", ["li.lei@jlsw.gov.cn", "lilei_01@qq.com", "lilei @ 163.com"])
def test_mail_addresses(text):
    assert mask(f"写到{text}，谢谢", ()) == "写到［邮箱］，谢谢"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("工号10023的同志", "工号［号码］的同志"),
        ("警号：A012345", "警号：［号码］"),
        ("GA20231234经手", "［号码］经手"),
        ("编号为 JS102", "编号为 ［号码］"),
        ("微信号 lilei_2020", "微信号 ［号码］"),
    ],
)
def test_staff_numbers_and_accounts(text, masked):
    assert mask(text, ()) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("王处长总让我们加班", "某处长总让我们加班"),
        ("请李局多来基层", "请某局多来基层"),
        ("李局，您多来基层", "某局，您多来基层"),
        ("希望李局的承诺兑现", "希望某局的承诺兑现"),
        ("我们张副书记很好", "我们某副书记很好"),
        ("欧阳主任、刘科长", "某主任、某科长"),
        ("跟陈主任反映过", "跟某主任反映过"),
        ("老王的意见没人听", "某同志的意见没人听"),
        ("小李、小张都走了", "某同志、某同志都走了"),
        ("周总不批", "某总不批"),
    ],
)
def test_titles_with_a_surname(text, masked):
    assert mask(text, ()) == masked


@pytest.mark.parametrize(
    "text",
    [
        "公安局长期加班，由于书记不在，办公室主任代管",
        "园林局和公安局都来了，高空作业要注意",
        "高科技设备用不上，马路对面停不了车",
        "支部书记和处长都应该来，现任主任很好",
        "2026 年 11 月发的 3 份文件，共 120 人，第 15 条",
        "食堂开到 19:30，电话打不通",
        "方便的话多组织活动，党组书记讲党课",
        "老年活动室、小事不小",
    ],
)
def test_ordinary_words_stay(text):
    assert mask(text, NAMES) == text

"""What the tables say, how exactly, and what they keep back."""

import json
import random

import pytest

from surveys.questionnaire import Question, Statement

from .publishing_made import (
    AGE,
    CARE,
    POST,
    POST_WISH,
    RATING,
    STATE,
    TOOK,
    WORDS,
    answers,
    city,
    labels,
    mixed,
    published,
    questionnaire,
    row,
)

pytestmark = pytest.mark.once

EVERYTHING = questionnaire(AGE, POST, CARE, STATE, POST_WISH, TOOK, RATING, WORDS)


# Tables


def test_the_payloads_of_a_whole_survey():
    units = city([60, 50, 30], [40, 35], [6], [25])
    tables = published(EVERYTHING, mixed(units, EVERYTHING, random.Random(3)), units)
    assert json.loads(json.dumps([table.payload for table in tables.values()]))
    assert {table.kind for table in tables.values()} == {
        "response",
        "dimensions",
        "question",
        "attribute",
        "suppressed",
    }
    assert all(key.startswith(f"{table.part}.") for key, table in tables.items())
    assert max(len(key) for key in tables) <= 120
    assert not any("words" in key for key in tables)
    for part in ("all", "u1", "u2", "u101", "all+"):
        assert f"{part}.response" in tables
        assert f"{part}.dimensions" in tables
    assert [one["text"] for one in tables["all.question.care"].payload["rows"]] == [
        statement.text for statement in CARE.statements
    ]


def test_shares_mean_and_favourable_share_of_the_whole():
    units = city([400], [400])
    sheets = [
        *answers(1, 100, care1="5"),
        *answers(1, 50, care1="4"),
        *answers(2, 90, care1="3"),
        *answers(2, 60, care1="1"),
    ]
    one = row(published(questionnaire(CARE), sheets, units)["all.question.care"], "care.1")
    assert labels(one) == ["20%", "10% 以下", "30%", "17%", "33%"]
    assert one["mean"]["label"] == "3.43"
    assert one["favourable"]["label"] == "50%"
    assert one["favourable_label"] == "比较符合、非常符合"


def test_refused_and_missing_answers_stand_in_no_percentage():
    units = city([300], [300])
    sheets = [
        *answers(1, 60, state="load"),
        *answers(2, 60, state="post"),
        *answers(1, 100, state="refused"),
        *answers(2, 90),
    ]
    one = row(published(questionnaire(STATE), sheets, units)["all.question.state"])
    assert labels(one) == ["50%", "50%", "10% 以下"]


def test_shares_of_several_choices_are_of_people():
    units = city([300], [300])
    sheets = [*answers(1, 100, took=["day", "help"]), *answers(2, 100, took=["day"]), *answers(2, 50, took=["refused"])]
    sheets += [*answers(2, 50, took=["help"]), *answers(2, 50, took="refused"), *answers(1, 10, took=[])]
    table = published(questionnaire(TOOK), sheets, units)["all.question.took"]
    assert table.payload["multiple"] is True
    assert labels(row(table)) == ["80%", "60%"]


def test_a_rating_has_a_mean_and_three_bands():
    units = city([300], [300])
    sheets = [*answers(1, 50, rating="10"), *answers(1, 50, rating="7"), *answers(2, 100, rating="2")]
    one = row(published(questionnaire(RATING), sheets, units)["all.question.rating"])
    assert labels(one) == ["50%", "25%", "25%"]
    assert [choice["text"] for choice in one["choices"]] == ["0–6", "7–8", "9–10"]
    assert one["mean"]["label"] == "5.3"


def test_a_dimension_is_the_mean_of_published_means():
    asked = questionnaire(
        Question(
            "care",
            "matrix",
            "下面的说法",
            statements=tuple(Statement(code, code, "组织关怀") for code in "12"),
        )
    )
    units = city([300], [300])
    sheets = [*answers(1, 80, care1="5", care2="3"), *answers(2, 60, care1="2", care2="2")]
    tables = published(
        asked, [*sheets, *answers(1, 70, care1="4", care2="1"), *answers(2, 70, care1="3", care2="5")], units
    )
    (whole,) = tables["all.dimensions"].payload["rows"]
    means = [one["mean"]["value"] for one in tables["all.question.care"].payload["rows"]]
    assert means == [3.61, 2.79]
    assert whole["mean"]["label"] == "3.20"
    assert whole["questions"] == 2


def test_a_dimension_of_a_unit_stands_beside_the_whole():
    units = city([100], [100], [100])
    rng = random.Random(5)
    sheets = [
        (unit, {"care.1": rng.choice("345" if unit == 1 else "234"), "care.2": rng.choice("234")})
        for unit in (1, 2, 3)
        for _ in range(80)
    ]
    tables = published(questionnaire(CARE), sheets, units)
    whole = {one["dimension"]: one["mean"]["value"] for one in tables["all.dimensions"].payload["rows"]}
    for one in tables["u1.dimensions"].payload["rows"]:
        assert one["whole"]["value"] == whole[one["dimension"]]
        assert one["difference"] == pytest.approx(one["mean"]["value"] - whole[one["dimension"]], abs=0.06)


def test_questions_about_the_person_and_after_an_answer_are_published_for_the_whole_only():
    units = city([100], [100])
    tables = published(EVERYTHING, mixed(units, EVERYTHING, random.Random(4)), units)
    shown = {
        code: {table.part for key, table in tables.items() if key.endswith(f".question.{code}")}
        for code in ("age", "wish", "state")
    }
    assert shown == {"age": {"all"}, "wish": {"all"}, "state": {"all", "u1", "u2"}}
    assert tables["all.question.wish"].payload["conditional"] is True
    assert all(choice["share"]["percent"] % 5 == 0 for choice in row(tables["all.question.age"])["choices"])


def test_no_count_of_answers_stands_in_any_payload():
    units = city([61, 47], [53], [44])
    sheets = mixed(units, EVERYTHING, random.Random(6), rate=0.7)
    tables = published(EVERYTHING, sheets, units)
    assert tables["all.response"].payload["n"] == len(sheets)
    assert {table.payload["n"] for table in tables.values() if table.kind == "response" and table.part != "all"} == {
        None
    }
    assert not any("count" in json.dumps(table.payload) for table in tables.values())


def test_too_few_answers_publish_only_that():
    units = city([30], [30])
    tables = published(questionnaire(STATE), answers(1, 4, state="load"), units)
    assert list(tables) == ["all.response"]
    assert tables["all.response"].payload["label"] == "未达到发布条件"
    assert tables["all.response"].payload["n"] is None


# Responses


def responses(*taking: tuple[int, int]) -> list[str]:
    """What is printed of units of which so many of so many took part, the whole last."""
    units = city(*([heads] for _, heads in taking))
    sheets = [sheet for number, (n, _) in enumerate(taking, start=1) for sheet in answers(number, n, state="load")]
    tables = published(questionnaire(STATE), sheets, units)
    return [
        tables[f"{key}.response"].payload["label"] for key in [*(f"u{at}" for at in range(1, len(taking) + 1)), "all"]
    ]


def test_a_response_rate_is_rounded_with_its_people():
    assert responses((78, 100), (31, 40), (10, 16)) == ["78%", "80%", "60%", "76%"]


def test_up_to_95_of_100_a_rate_is_plain_and_beyond_it_is_not():
    assert responses((92, 100), (99, 100), (80, 100)) == ["92%", "95% 以上", "80%", "90%"]


def test_of_few_people_it_is_only_said_that_there_is_something():
    assert responses((7, 8), (9, 11), (40, 60)) == ["已达到发布条件", "已达到发布条件", "67%", "71%"]


def test_full_participation_of_everybody_is_not_said():
    units = city([30], [30])
    tables = published(questionnaire(STATE), [*answers(1, 30, state="load"), *answers(2, 30, state="no")], units)
    assert tables["all.response"].payload["n"] is None
    assert {tables[f"{key}.response"].payload["label"] for key in ("all", "u1", "u2")} <= {
        "95% 以上",
        "90% 以上",
        "已达到发布条件",
    }


def test_a_full_unit_beside_plain_ones_cannot_be_worked_out_from_the_whole():
    """The whole says how many answered; one sibling at least must be said so roughly that the full one may not be."""
    said = responses((40, 40), (20, 40), (30, 40))
    assert said == ["90% 以上", "50%", "75%", "75%"]


# Withheld


def test_merged_units_are_named_but_not_why_each():
    units = city([30], [9], [6], [40])
    sheets = [
        *answers(1, 20, state="load"),
        *answers(2, 3, state="no"),
        *answers(3, 6, state="no"),
        *answers(4, 30, state="post"),
    ]
    tables = published(questionnaire(STATE), sheets, units)
    (merged,) = tables["all.suppressed"].payload["merged"]
    assert (merged["part"], merged["name"]) == ("all+", "其他支部合并")
    assert [(unit["name"], unit["reason"]) for unit in merged["units"]] == [("单位2", "answers"), ("单位3", "heads")]
    assert merged["sentence"] == "少于 5 份，或为防止用总体倒推，并入“其他支部合并”"


def test_a_unit_whose_branches_cannot_be_told_apart_says_so():
    units = city([30, 4], [40])
    sheets = [*answers(101, 20, state="load"), *answers(102, 3, state="no"), *answers(2, 30, state="post")]
    merged = published(questionnaire(STATE), sheets, units)["all.suppressed"].payload["merged"]
    assert [(one["part"], [unit["number"] for unit in one["units"]]) for one in merged] == [("u1", [101, 102])]


def test_unanimous_units_do_not_stand_beside_a_plain_rest():
    """甲 all agree, 乙 is plain: whole less 乙 would be 甲 to the last person, so something gives way."""
    units = city([40], [40])
    sheets = [*answers(1, 20, state="load"), *answers(2, 8, state="load"), *answers(2, 12, state="no")]
    tables = published(questionnaire(STATE), sheets, units)
    assert labels(row(tables["all.question.state"]))[0] != "100%"
    both = [tables.get(f"u{at}.question.state") for at in (1, 2)]
    said = [labels(row(table))[0] for table in both if table]
    assert "100%" not in said


# Attributes and crosses


def by_age(unit: int, code: str, count: int, rng: random.Random, post: str = "b") -> list:
    return [
        (unit, {"age": code, "post": post, "care.1": rng.choice("12345"), "care.2": rng.choice("234")})
        for _ in range(count)
    ]


def aged(*numbers: tuple[int, str, int], post: str = "b") -> list:
    rng = random.Random(8)
    return [sheet for unit, code, count in numbers for sheet in by_age(unit, code, count, rng, post)]


PERSONAL = questionnaire(AGE, POST, CARE)


def blocks(tables, key: str) -> list[str]:
    return [block["label"] for block in tables[key].payload["blocks"]]


def test_an_attribute_is_published_for_the_whole_and_for_large_units():
    units = city([200], [200], [60])
    sheets = aged(
        (1, "y", 50),
        (1, "m", 40),
        (1, "o", 30),
        (2, "y", 30),
        (2, "m", 30),
        (2, "o", 20),
        (3, "y", 15),
        (3, "m", 15),
        (3, "o", 12),
    )
    tables = published(PERSONAL, sheets, units)
    assert {table.part for key, table in tables.items() if key.endswith("attribute.age")} == {"all", "u1"}
    assert blocks(tables, "all.attribute.age") == ["35 岁及以下", "36–50 岁", "51 岁及以上"]
    block = tables["all.attribute.age"].payload["blocks"][0]
    assert [one["question"] for one in block["rows"]] == [CARE.text, CARE.text]
    assert {one["dimension"] for one in block["dimensions"]} == {"意见回应", "组织关怀"}


def test_small_choices_of_an_attribute_are_pooled_with_who_would_not_say():
    units = city([200], [200])
    sheets = aged((1, "y", 60), (1, "m", 50), (1, "o", 4), (2, "y", 30), (2, "m", 20), (2, "refused", 7))
    tables = published(PERSONAL, sheets, units)
    assert blocks(tables, "all.attribute.age") == ["35 岁及以下", "36–50 岁", "51 岁及以上、未填或不愿回答"]


def test_too_small_a_pool_takes_in_the_smallest_choice():
    units = city([200], [200])
    sheets = aged((1, "y", 60), (1, "m", 50), (1, "o", 4), (2, "y", 30), (2, "m", 20))
    tables = published(PERSONAL, sheets, units)
    assert blocks(tables, "all.attribute.age") == ["35 岁及以下", "36–50 岁、51 岁及以上"]


def test_fewer_than_a_hundred_answers_are_not_cut_by_attribute():
    units = city([60], [60])
    tables = published(PERSONAL, aged((1, "y", 25), (1, "m", 25), (2, "o", 24), (2, "y", 25)), units)
    assert not any("attribute" in key for key in tables)
    refused = tables["all.suppressed"].payload["refused"]
    assert [one["text"] for one in refused] == ["年龄段", "岗位类别"]


def test_a_large_unit_shows_no_attribute_where_the_rest_would_be_few():
    """All but three of the youngest are in 单位1: the whole less 单位1 would be those three."""
    units = city([300], [300])
    sheets = aged((1, "y", 60), (1, "m", 50), (1, "o", 30), (2, "y", 3), (2, "m", 50), (2, "o", 30))
    tables = published(PERSONAL, sheets, units)
    assert {table.part for key, table in tables.items() if key.endswith("attribute.age")} == {"all"}


def crossed(numbers: dict[tuple[str, str], int], **rules):
    units = city([600], [600])
    sheets = [
        sheet
        for (age, post), count in numbers.items()
        for at in (1, 2)
        for sheet in aged((at, age, count // 2), post=post)
    ]
    return published(PERSONAL, sheets, units, crosses=(("age", "post"),), **rules)


FULL = {(age, post): 40 for age in "ymo" for post in "bzw"}


def test_a_cross_fixed_at_the_launch_is_published():
    payload = crossed(FULL)["all.cross.age.post"].payload
    assert (payload["rows"], payload["columns"]) == (
        ["35 岁及以下", "36–50 岁", "51 岁及以上"],
        ["业务", "综合", "窗口"],
    )
    assert all(cell["rows"] for line in payload["cells"] for cell in line)


def test_a_cross_that_was_not_fixed_is_not_published():
    units = city([600], [600])
    sheets = [sheet for age in "ymo" for post in "bzw" for sheet in aged((1, age, 20), (2, age, 20), post=post)]
    assert not any("cross" in key for key in published(PERSONAL, sheets, units))


def test_a_small_cell_takes_one_in_its_row_and_one_in_its_column_with_it():
    cells = crossed(FULL | {("y", "b"): 12})["all.cross.age.post"].payload["cells"]
    hidden = {(row, column) for row, line in enumerate(cells) for column, cell in enumerate(line) if cell is None}
    assert (0, 0) in hidden
    for axis in (0, 1):
        lines = [cell[axis] for cell in hidden]
        assert all(lines.count(line) >= 2 for line in lines)


def test_a_cross_that_cannot_be_made_safe_is_refused_in_words():
    tables = crossed(dict.fromkeys(FULL, 14))
    assert not any("cross" in key for key in tables)
    assert [one["text"] for one in tables["all.suppressed"].payload["refused"]] == ["年龄段 × 岗位类别"]

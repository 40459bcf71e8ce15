"""To whom a way of writing points: 各党支部, 党组书记, 分管领导 → a level and a post of the list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from organisations.importing.values import level_of
from organisations.models import Level, Post

from ..models import DutyList
from ..presets import preset_named

# From here on a likeness of names is worth proposing; from SURE on nobody has to look.
ALIKE, SURE = 0.6, 0.85
MOST_PARTS = 12
MARKS = "、，,;；／/\n"
AND = re.compile(r"以及|和|及|与")
# What a part has to have so that 和 between two of them is an “and”, and a heading is about somebody.
SOMEBODY = re.compile(
    r"(书记|委员|党员|领导(干部|班子)?|党组|党委|支部|总支|工委|小组|负责人|干部|成员|组长|人员)([（(][^）)]*[）)])?$"
)
DOING = re.compile(r"坚持|加强|落实|推进|强化|抓|开展|学习|，")
TITLE = re.compile(r"(责任清单|任务清单|职责清单|工作清单|清单|主体责任|责任|职责|岗位|层面|任务|一览表|表)+$")
LEAD = re.compile(r"^20\d\d年?度?|^第?[（(]?([一二三四五六七八九十]{1,3}|\d{1,2})[)）、.．章部]+\s*")
VAGUE = re.compile(r"^(中共|各级|各基层|各|本|全体|所属|下属|基层|每个|局|委|厅|市直|直属)+")
BRACKETS = re.compile(r"[（(【\[].*?[）)】\]]")
SAME = (
    ("党支部", "支部"),
    ("党总支", "总支"),
    ("直属机关党委", "机关党委"),
    ("支部委员会", "支部"),
    ("机关党的委员会", "机关党委"),
)


@dataclass(frozen=True)
class LevelName:
    """A level of the list."""

    name: str
    codes: frozenset[str]


@dataclass(frozen=True)
class PostName:
    """A post of the list; ``held``: the roster posts that hold it, each with its level."""

    name: str
    note: str
    held: tuple[tuple[str, str], ...]
    everybody: bool


@dataclass(frozen=True)
class SeatNames:
    """What a way of writing can be."""

    levels: tuple[LevelName, ...]
    posts: tuple[PostName, ...]


@dataclass(frozen=True)
class Guess:
    """A level and a post by name, empty where nothing fits; ``sure``: the words say it."""

    level: str
    post: str
    sure: bool


def of_preset(code: str) -> SeatNames:
    """The levels and posts of a shipped preset. KeyError."""
    preset = preset_named(code)
    known = {post.code: (post.name, post.level) for post in Post.objects.all()}
    return SeatNames(
        tuple(LevelName(level.name, frozenset(level.levels)) for level in preset.levels),
        tuple(
            PostName(post.name, post.note, tuple(known[one] for one in post.posts if one in known), post.everybody)
            for post in preset.posts
        ),
    )


def of_list(duty_list: DutyList) -> SeatNames:
    """Those of an edition."""
    posts = duty_list.posts.prefetch_related("posts")
    return SeatNames(
        tuple(LevelName(level.name, frozenset(level.levels)) for level in duty_list.levels.all()),
        tuple(
            PostName(post.name, post.note, tuple((one.name, one.level) for one in post.posts.all()), post.everybody)
            for post in posts
        ),
    )


# --- several in one cell


def parts(text: str) -> list[str]:
    """党组书记、支部书记 → both. What stands in brackets is never divided."""
    found: list[str] = []
    depth, word = 0, ""
    for mark in text:
        depth += (mark in "（(【[") - (mark in "）)】]")
        if depth <= 0 and mark in MARKS:
            found.append(word)
            word = ""
        else:
            word += mark
    whole = [part.strip(" 。.：:") for part in [*found, word]]
    return [part for one in whole if one for part in _by_and(one)][:MOST_PARTS]


def _by_and(text: str) -> list[str]:
    """党组书记和支部书记 → both; 和美机关党委 stays whole."""
    sides = AND.split(text)
    return sides if len(sides) > 1 and all(SOMEBODY.search(side) for side in sides) else [text]


def pairs(place: str, role: str) -> list[tuple[str, str]]:
    """Who is meant by a cell of units and one of people: side by side where there are as many, else each with all."""
    places, roles = parts(place), parts(role)
    if not places or not roles:
        return [(one, "") for one in places] or [("", one) for one in roles]
    if len(places) == len(roles):
        return list(zip(places, roles, strict=True))
    if len(places) == 1:
        return [(places[0], role) for role in roles]
    if len(roles) == 1:
        return [(place, roles[0]) for place in places]
    return [("、".join(places), role) for role in roles]


def somebody_in(heading: str) -> str:
    """The words of a heading that say whose the duties below are: 二、党支部书记责任清单 → 党支部书记; else empty."""
    bare = (
        BRACKETS.sub("", heading.replace("\n", "")) if not re.search(r"党组（党委）|党委（党组）", heading) else heading
    )
    while (shorter := TITLE.sub("", LEAD.sub("", bare.strip(" ：:“”《》")))) != bare:
        bare = shorter
    return bare if SOMEBODY.search(bare) and not DOING.search(bare) and len(bare) <= 16 else ""


def written(place: str, role: str) -> str:
    """A way of writing as the page shows it."""
    return "，".join(part for part in (place, role) if part)


# --- what it means


def bare(text: str) -> str:
    """Words without what makes no difference: 各党支部 → 支部."""
    found = re.sub(r"\s", "", BRACKETS.sub("", text) or text)
    found = VAGUE.sub("", found) or found
    for long, short in SAME:
        found = found.replace(long, short)
    return found


def likeness(left: str, right: str) -> float:
    """How alike two names are, from 0 to 1."""
    if not left or not right or ("纪" in left) != ("纪" in right):  # 机关纪委 is one character from 机关党委
        return 0.0
    if left == right:
        return 1.0
    short, long = sorted((left, right), key=len)
    if len(short) > 2 and long.endswith(short):
        return 0.9
    return SequenceMatcher(None, left, right).ratio()


def guess(place: str, role: str, names: SeatNames) -> Guess:
    """What a way of writing seems to mean."""
    code = level_code(place) or level_code(role)
    post, how = _post(place, role, code, names)
    if place and level_code(role) not in ("", code):  # 支部书记 of 机关党委: one of the two is not meant
        how = min(how, ALIKE)
    level = _level(place, code, post, names)
    if not role and level is not None and how < SURE:
        post = _first_at(level, names)  # a unit alone names nobody
    return Guess(level.name if level else "", post.name if post else "", bool(level and post) and how >= SURE)


def level_code(text: str) -> str:
    """The level of the tree that words name: by their ending, or by where they begin for a post. Empty for none."""
    found = bare(text)
    if not found:
        return ""
    named = level_of(found)
    if named:
        return named
    begins = (
        ("机关党委", Level.ORGAN_COMMITTEE),
        ("机关工委", Level.WORK_COMMITTEE),
        ("工委", Level.WORK_COMMITTEE),
        ("党组", Level.PARTY_GROUP),
        ("党委", Level.PARTY_GROUP),
        ("总支", Level.GENERAL_BRANCH),
        ("支部", Level.BRANCH),
        ("支委", Level.BRANCH),
        ("党小组", Level.GROUP),
    )
    return next((str(level) for word, level in begins if word in found), "")


def _level(place: str, code: str, post: PostName | None, names: SeatNames) -> LevelName | None:
    """By its own name, by the level of the tree, else where the post is held."""
    called = bare(place)
    for level in names.levels:
        if called and called == bare(level.name):
            return level
    by_code = [level for level in names.levels if code in level.codes] if code else []
    if by_code:
        return by_code[0]
    if code or post is None:
        return None
    held = [at for _, at in post.held]
    at = [(sum(one in level.codes for one in held), level) for level in names.levels]
    best = max((count for count, _ in at), default=0)
    return next((level for count, level in at if count == best), None) if best else None


def _post(place: str, role: str, code: str, names: SeatNames) -> tuple[PostName | None, float]:
    """The post that is called most like it, and how alike."""
    called = _callings(place, role)
    found = []
    for rank, post in enumerate(names.posts):
        like = max((likeness(one, name) for one in called for name in _names_of(post)), default=0.0)
        if post.everybody and bare(role or place) in ("党员", "党员干部"):
            like = 1.0
        elsewhere = bool(code and post.held and all(at != code for _, at in post.held))
        found.append((like, not elsewhere, -rank, post))
    found.sort(key=lambda one: one[:3], reverse=True)
    if not found or found[0][0] < ALIKE:
        return None, 0.0
    several = len(found) > 1 and found[0][:2] == found[1][:2]
    return found[0][3], min(found[0][0], ALIKE) if several else found[0][0]


def _callings(place: str, role: str) -> list[str]:
    """What to look for: 书记 of 各党支部 is 支部书记."""
    if not role:
        return [bare(place)]
    called = [bare(role)]
    where = bare(place)
    if where and not called[0].startswith(where):
        called.append(where + called[0])
    return called


def _names_of(post: PostName) -> Iterable[str]:
    """What a post may be called: by its own name, by those of the roster with their level before them."""
    labels = dict(Level.choices)
    yield bare(post.name)
    for name, at in post.held:
        yield bare(name) if len(name) > 2 else bare(f"{labels[at]}{name}")
        if len(name) > 2 and not name.startswith(bare(labels[at])):
            yield bare(f"{labels[at]}{name}")


def _first_at(level: LevelName, names: SeatNames) -> PostName | None:
    """Who answers for a unit where nobody is named: the post that is most of all held there."""
    shares = []
    for rank, post in enumerate(names.posts):
        here = [name for name, at in post.held if at in level.codes]
        heads = any(name.endswith("书记") and not name.endswith("副书记") for name in here)
        shares.append((bool(here), heads, len(here) / max(1, len(post.held)), -rank, post))
    best = max(shares, default=None, key=lambda share: share[:4])
    return best[4] if best and best[0] else None


def listed(ways: Sequence[tuple[str, str, str]], names: SeatNames) -> list[dict[str, object]]:
    """Each way of writing once, with what it seems to mean; ``ways``: its words, place and role, once for each row."""
    counts: dict[str, int] = {}
    for text, _, _ in ways:
        counts[text] = counts.get(text, 0) + 1
    meant = {text: (place, role) for text, place, role in reversed(ways)}
    found = []
    for text, rows in counts.items():
        what = guess(*meant[text], names)
        found.append({"text": text, "rows": rows, "level": what.level, "post": what.post, "sure": what.sure})
    return found

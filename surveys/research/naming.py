"""Where a text itself says who wrote it: shown to whoever hands it in, before a reviewer reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from organisations import paths
from organisations.models import Organisation

from ..models import ResearchPiece

SHORTEST_NAME = 2
MOST_LINES = 20
LONGEST_LINE = 80
_BETWEEN = re.compile(r"[、,，;；/（）()：:]+")
_GAP = re.compile(r"\s+")
# Nobody is told by these.
NO_NAMES = {"执笔", "课题组", "调研组", "作者", "成员", "组长"}
_SUFFIX = re.compile(r"(机关)?(党组|党委|党总支|党支部|支部委员会|委员会)$")
_ORDINAL = re.compile(r"^第?[一二三四五六七八九十\d]{1,3}(党总支|党?支部|党小组)$")


@dataclass(frozen=True)
class Named:
    """A place in a piece that names somebody: 正文第 3 行."""

    where: str
    line: str
    name: str


def names_of(piece: ResearchPiece) -> list[str]:
    """The names that a reviewer must not read, the longest first: authors, whoever hands it in, the organisation and its organ."""
    names = {*_people(piece.authors), _GAP.sub("", piece.submitted_by.name)}
    organisation = piece.organisation
    above = organisation.ancestors() if paths.depth(organisation.path) > 1 else ()
    for node in [organisation, *(one for one in above if paths.depth(one.path) > 1)]:
        names |= _organisation_names(node)
    return sorted((name for name in names if len(name) >= SHORTEST_NAME), key=len, reverse=True)


def _people(authors: str) -> set[str]:
    found: set[str] = set()
    for part in _BETWEEN.split(authors):
        # “张 三” is one name, “林知远 沈若川” are two: both readings are looked for.
        found |= {_GAP.sub("", part), *(word for word in part.split() if len(word) >= SHORTEST_NAME)}
    return found - NO_NAMES


def _organisation_names(node: Organisation) -> set[str]:
    names = {name for name in (node.name, node.full_name) if name and not _ORDINAL.match(name)}
    stems = {_SUFFIX.sub("", name) for name in names}
    short = {stem[1:] for stem in stems if stem.startswith("市") and len(stem) > 3 and not stem.startswith("市委")}
    return names | stems | short


def named_in(piece: ResearchPiece) -> list[Named]:
    """The lines of title, summary, keywords, text and file in which one of them stands; at most twenty."""
    names = names_of(piece)
    longest, found = max(map(len, names), default=0), []
    lines = [(where, _GAP.sub("", line)) for where, line in _lines(piece)]
    ends = [following[: longest - 1] for _, following in lines[1:]] + [""]
    for (where, line), end in zip(lines, ends, strict=True):
        # A PDF breaks its lines within names.
        name = next((name for name in names if 0 <= (line + end).find(name) < len(line)), None)
        if name is not None:
            found.append(Named(where, _around(line + end, name), name))
    return found[:MOST_LINES]


def _around(line: str, name: str) -> str:
    """So much of a long line that the name stands in it."""
    begin = max(0, line.index(name) - LONGEST_LINE // 2)
    return line[begin : begin + LONGEST_LINE]


def _lines(piece: ResearchPiece) -> Iterator[tuple[str, str]]:
    yield "题目", piece.title
    yield "摘要", piece.summary
    yield "关键词", piece.keywords
    paper = getattr(piece, "paper", None)
    for part, text in (("正文", piece.text), ("文件", paper.text if paper else "")):
        for number, line in enumerate((line for line in text.splitlines() if line.strip()), start=1):
            yield f"{part}第 {number} 行", line

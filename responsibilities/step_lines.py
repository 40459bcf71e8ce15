"""推进步骤 as they are typed: one step a line, a day at its end if it has one (起草方案，11月25日前). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from django.core.exceptions import ValidationError

MOST = 12
LONGEST = 200
_DAY = re.compile(r"[\s，,（(]*(?:([0-9]{4})年)?([0-9]{1,2})月([0-9]{1,2})日(?:之?前)?[）)。]?$")


@dataclass(frozen=True)
class StepLine:
    """One step."""

    text: str
    due_on: date | None = None


def read(typed: str, starts_on: date, due_on: date) -> list[StepLine]:
    """The steps in ``typed``; a day without a year is the first such day from ``starts_on`` on. ValidationError."""
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    if len(lines) > MOST:
        raise _refusal(f"最多 {MOST} 步，现在是 {len(lines)} 步。")
    steps = [_read_line(line, starts_on) for line in lines]
    for step in steps:
        if len(step.text) > LONGEST:
            raise _refusal(f"“{step.text[:12]}…”太长了，一步最多 {LONGEST} 个字。")
        if step.due_on is not None and not starts_on <= step.due_on <= due_on:
            raise _refusal(f"“{step.text[:20]}”的日期应在 {_said(starts_on)}到{_said(due_on)}之间。")
    return steps


def _read_line(line: str, starts_on: date) -> StepLine:
    found = _DAY.search(line)
    text = line[: found.start()].strip() if found else line
    if found is None or not text:
        return StepLine(line)
    year, month, day = found.groups()
    try:
        due_on = date(int(year or starts_on.year), int(month), int(day))
        if not year and due_on < starts_on:
            due_on = date(starts_on.year + 1, int(month), int(day))
    except ValueError:
        raise _refusal(f"“{line[:30]}”里的日期看不懂，请核对。") from None
    return StepLine(text, due_on)


def write(steps: Iterable[StepLine], starts_on: date) -> str:
    """The text that ``read`` reads as these steps."""
    return "\n".join(_write_line(step, starts_on) for step in steps)


def _write_line(step: StepLine, starts_on: date) -> str:
    day = step.due_on
    if day is None:
        return step.text
    year = "" if day.year == starts_on.year else f"{day.year}年"
    return f"{step.text}，{year}{day.month}月{day.day}日前"


def matched(before: Sequence[str], after: Sequence[str]) -> list[int | None]:
    """For each text of ``after`` the place of the step of ``before`` that it is; None for a new one.

    The same words are the same step, wherever lines were put in or taken out; lines changed in place are the same too.
    """
    found: list[int | None] = [None] * len(after)
    for act, start, end, begin, stop in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if act == "equal" or (act == "replace" and end - start == stop - begin):
            found[begin:stop] = range(start, end)
    return found


def _said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _refusal(sentence: str) -> ValidationError:
    return ValidationError({"steps": sentence})

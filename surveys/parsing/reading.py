"""Line after line: what each one adds to the questions. What is not understood is said on its line."""

from __future__ import annotations

import re
from collections.abc import Callable

from surveys.questionnaire import QuestionType

from . import lines as roles
from .choices import has_blank, inline_start, joined, read_choice, split_marked, split_strokes
from .conditions import Condition, leading_condition, whole_condition
from .document import TOO_LONG, Document
from .drafts import CHOOSING, Draft, RawSection
from .marks import take_marks, type_named
from .plain import ENDING, UNCLEAR, first_lines, read_plain, read_row
from .scales import cells_of, header_labels, row_statement
from .shapes import CHINESE_STYLES, Shape

_SECOND = re.compile(r"^(.*?\S)(?:\s{2,}|\t)([0-9]{1,3})\s*[.、．]\s*(\S.*)$")
_MARKED_ROW = re.compile(r"^(.{2,80}[）)\]】])\s*[:：]?\s*([^（(\[【]+[/／].*)$")
_FIGURED_ROW = re.compile(r"^(.{2,80}?[：:？?）)])\s*(1\s*[.、．)）][^0-9/]{1,20}2\s*[.、．)）][^/]{1,300})$")
_FIGURE = re.compile(r"\s*(?<![0-9])[1-9]\s*[.、．)）]\s*(?![0-9])")
_COLON = re.compile(r"^(.{1,60}?[：:？?])\s*(\S.*)$")
NO_QUESTION = "选项前面没有题目；请在上面一行写题目，例如“1. 您的年龄段（单选）”。"
TEXT_WITH_CHOICES = "上面是填空题，下面不能有选项；要选就把题目里的“填空”改成“单选”或“多选”。"
ENDS_WRONG = "两端要写两句，用逗号隔开，例如“两端：不愿意，愿意”。"
ENDS_NOWHERE = "“两端”只用在（0–10）的题目下面。"


class Reader:
    """Reads a document through once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._pending: Condition | None = None
        self._readers: dict[str, Callable[[int, Shape], None]] = {
            "blank": lambda place, shape: document.note(place, roles.BLANK),
            "rule": lambda place, shape: document.note(place, roles.NOTE),
            "long": lambda place, shape: document.unknown(place, TOO_LONG),
            "room": self._room,
            "hash": self._section,
            "part": self._section,
            "whole": self._whole,
            "ends": self._ends,
            "hint": self._hint,
            "lead": lambda place, shape: first_lines(document, place, shape.rest, sure=True),
            "number": self._number,
            "bullet": self._bullet,
            "choice": self._choice,
            "table": self._table,
            "plain": self._plain,
        }

    def read(self) -> None:
        """Read every line."""
        for place, shape in enumerate(self.document.shapes):
            self._readers[shape.kind](place, shape)
        if self._pending and (current := self.document.current):
            current.add_condition(self._pending)

    # Sections

    def _section(self, place: int, shape: Shape) -> None:
        title = shape.rest
        if title and ENDING.match(title) and self.document.has_questions:
            self.document.note(place, roles.NOTE)
            return
        self.document.note(place, roles.SECTION)
        kind = type_named(re.sub(r"[（(].*$", "", title))
        default = str(take_marks(title)[1].type or kind) if kind else ""
        self.document.sections.append(RawSection(title, default_type=default))

    def _whole(self, place: int, shape: Shape) -> None:
        """【…】 alone: a mark of the question above, else a title."""
        text = self.document.cleaned[place]
        current = self.document.current
        silent = take_marks(text)[0] == text
        if current and not silent:
            self._plain(place, Shape("plain", text))
        elif silent and not whole_condition(text):
            self._section(place, shape)
        else:
            self._plain(place, Shape("plain", text))

    # Numbered lines

    def _number(self, place: int, shape: Shape) -> None:
        document = self.document
        if shape.style in CHINESE_STYLES and document.is_heading(place, shape):
            self._section(place, shape)
        elif document.is_instructing and not document.looks_like_question(place, shape.rest):
            first_lines(document, place, document.cleaned[place], sure=True)
        elif self._is_row_below(place, shape):
            self._row_below(place, shape)
        else:
            self._leave_heading(shape)
            self._question(place, shape.number, shape.style, shape.rest, starred=shape.starred)

    def _is_row_below(self, place: int, shape: Shape) -> bool:
        """Whether a numbered line is a statement or choice of the question above, not a question."""
        current = self.document.current
        if current is None or "." in shape.number or current.is_text or current.is_rating:
            return False
        marked = not take_marks(shape.rest)[1].is_silent or inline_start(shape.rest) > 0
        if marked:
            return False
        number = int(shape.number)
        if current.sub_style == shape.style and number == current.sub_last + 1:
            return not (shape.style == current.style and self._is_next_question(place, shape, current))
        if number != 1 or (current.how == "letter" and not current.is_matrix_like):
            return False
        if current.is_matrix_like:
            return not current.statements and (shape.style != current.style or current.number != "0")
        asks = bool(re.search("[？?]$", shape.rest)) or self.document.following[place].kind == "choice"
        return current.awaits_choices and bool(current.style) and shape.style != current.style and not asks

    def _is_next_question(self, place: int, shape: Shape, current: Draft) -> bool:
        follows = self.document.following[place].kind == "choice" or self.document.row_follows(place)
        asks = bool(re.search("[？?]$", shape.rest)) or follows
        return shape.number == str(int(float(current.number or 0)) + 1) and asks

    def _row_below(self, place: int, shape: Shape) -> None:
        current = self.document.current
        assert current is not None  # noqa: S101 - _is_row_below has looked
        current.sub_style, current.sub_last = shape.style, int(shape.number)
        if current.is_matrix_like:
            current.add_statement(shape.rest)
            self.document.note(place, roles.STATEMENT)
            return
        pieces = re.split(r"\s+[（(]?[0-9]{1,2}[.、)）]\s*(?=[^0-9])", shape.rest)
        current.sub_last += len(pieces) - 1
        current.add_choices(pieces, "number")
        self.document.note(place, roles.CHOICE)

    def _leave_heading(self, shape: Shape) -> None:
        """A numbered line without anything of its own above the first sub-question was a heading."""
        document = self.document
        current = document.current
        if (
            current
            and shape.number in ("1", f"{current.number}.1")
            and shape.style != current.style
            and current.is_bare
            and current.style
        ):
            document.section.drafts.pop()
            document.note(current.line, roles.SECTION)
            document.sections.append(RawSection(current.text))

    # Questions

    def _question(self, place: int, number: str, style: str, rest: str, *, starred: bool = False) -> None:
        rest, condition = leading_condition(rest)
        start = inline_start(rest)
        text, inline = (rest[:start], rest[start:]) if start > 0 else _cut_row(rest)
        text, marks = take_marks(text)
        stripped = text.rstrip(" *＊✱")
        if starred or stripped != text:
            marks.required = True if marks.required is None else marks.required
        text = joined(stripped.lstrip("*＊✱ "))
        draft = Draft(place, text, number, style, marks, default_type=self.document.section.default_type)
        draft.hint += marks.rest
        draft.has_room = has_blank(text)
        draft.add_condition(condition)
        draft.add_condition(self._pending)
        self._pending = None
        draft.low, draft.high = marks.low, marks.high
        self.document.section.drafts.append(draft)
        self.document.note(place, roles.QUESTION)
        self._inline(place, draft, inline)

    def _inline(self, place: int, draft: Draft, inline: str) -> None:
        """The choices on the line of the question, and a second question behind them."""
        if inline and not split_marked(inline):
            draft.add_choices(split_strokes(inline), "row")
        elif inline:
            pieces = split_marked(inline)
            second = _SECOND.match(pieces[-1])
            if second and draft.number.isdigit() and int(second[2]) == int(draft.number) + 1:
                draft.add_choices([*pieces[:-1], second[1]], "letter")
                self._question(place, second[2], draft.style, second[3])
                return
            draft.add_choices(pieces, "letter")
        elif (found := _COLON.match(draft.text)) and draft.type in ("", *CHOOSING):
            pieces = split_strokes(found[2])
            if pieces and all(len(piece) <= 20 for piece in pieces):
                draft.text = found[1]
                draft.add_choices(pieces, "row")

    # What stands below a question

    def _choice(self, place: int, shape: Shape) -> None:
        document, text = self.document, self.document.cleaned[place]
        current = document.current
        if current is None:
            document.unknown(place, NO_QUESTION)
            return
        pieces = split_marked(text)
        if current.type in ("short", "long"):
            document.unknown(place, TEXT_WITH_CHOICES)
        elif read_row(document, place, current, text):
            return
        elif text[0] in "①②③④⑤⑥⑦⑧⑨⑩" and len(pieces) == 1 and current.is_matrix_like:
            current.add_statement(pieces[0])
            document.note(place, roles.STATEMENT)
        else:
            current.add_choices(pieces, "letter")
            document.note(place, roles.CHOICE)

    def _bullet(self, place: int, shape: Shape) -> None:
        document = self.document
        current = document.current
        if current is None or document.section.drafts == []:
            first_lines(document, place, document.cleaned[place])
        elif current.is_matrix_like:
            current.add_statement(shape.rest)
            document.note(place, roles.STATEMENT)
        elif current.is_text or current.is_rating or current.how not in ("", "bullet"):
            document.unknown(place, UNCLEAR)
        else:
            current.add_choices([shape.rest], "bullet")
            document.note(place, roles.CHOICE)

    def _ends(self, place: int, shape: Shape) -> None:
        current = self.document.current
        words = [word.strip() for word in re.split("[,，;；/—]+", shape.rest)]
        if current is None or not (current.is_rating or current.type == QuestionType.SCALE):
            self.document.unknown(place, ENDS_NOWHERE)
        elif len(words) != 2 or not any(words):
            self.document.unknown(place, ENDS_WRONG)
        else:
            current.low, current.high = (read_choice(word).text for word in words)
            self.document.note(place, roles.ENDS)

    def _hint(self, place: int, shape: Shape) -> None:
        if self.document.current is None:
            first_lines(self.document, place, self.document.cleaned[place])
        else:
            self.document.current.hint.append(shape.rest)
            self.document.note(place, roles.NOTE)

    def _room(self, place: int, shape: Shape) -> None:
        current = self.document.current
        if current and current.awaits_choices and not current.type:
            current.has_room = True
        self.document.note(place, roles.NOTE)

    def _table(self, place: int, shape: Shape) -> None:
        document, cells = self.document, cells_of(self.document.cleaned[place])
        current = document.current
        labels = header_labels(cells)
        if labels and (current is None or not current.awaits_choices) and document.section.title:
            self._question(place, "", "", document.section.title)
            current = document.current
        if current and labels and not current.choices and (len(labels) == 5 or current.is_matrix_like):
            current.add_choices(labels, "row")
            document.note(place, roles.CHOICE)
        elif current and current.is_matrix_like and (statement := row_statement(cells)):
            current.add_statement(re.sub(r"^[（(]?[0-9]{1,2}[)）.、]\s*", "", statement))
            document.note(place, roles.STATEMENT)
        else:
            self._plain(place, Shape("plain", document.cleaned[place]))

    def _plain(self, place: int, shape: Shape) -> None:
        document, text = self.document, self.document.cleaned[place]
        condition = whole_condition(text) if re.search("题|[Qq][0-9]", text) and len(text) <= 160 else None
        current = document.current
        if condition is not None:
            above = place > 0 and current is not None and document.roles[place - 1] == roles.QUESTION
            if above and current:
                current.add_condition(condition)
            else:
                self._pending = condition
            document.note(place, roles.NOTE)
        elif not read_plain(document, place, text):
            self._question(place, "", "", text)


def _cut_row(rest: str) -> tuple[str, str]:
    """A question with its choices behind it: 年龄（单选） 甲/乙/丙, or 您最关心的：1.收入 2.住房."""
    found = _MARKED_ROW.match(rest)
    if found and not take_marks(found[1])[1].is_silent and split_strokes(found[2]):
        return found[1], found[2]
    if figured := _FIGURED_ROW.match(rest):
        words = _FIGURE.split(figured[2])[1:]
        if all(words):
            return figured[1], " / ".join(words)
    return rest, ""

"""Template tags and filters that every page of the house uses: `{% load sanli %}`."""

import datetime
from collections.abc import Iterable, Iterator, Sequence

from django import template
from django.core.paginator import Page
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    Field,
    RadioSelect,
    Select,
)
from django.forms.boundfield import BoundWidget
from django.forms.utils import ErrorList
from django.forms.widgets import ChoiceWidget
from django.utils.safestring import SafeString

from organisations import drawing

register = template.Library()

WEEKDAYS = "一二三四五六日"
DIGITS = "零一二三四五六七八九"


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "check" %}`: a lucide icon, hidden from screen readers."""
    return drawing.icon_svg(name)


@register.simple_tag
def state(name: str, word: str, fill: bool = False) -> SafeString:
    """`{% state "late" "超 20 天" %}`: done, todo, soon, late or off, as icon and word."""
    return drawing.state_html(name, word, fill=fill)


@register.simple_tag
def months(squares: Iterable[tuple[int, int, str]], label: str) -> SafeString:
    """`{% months row.squares row.squares_label %}`: the year strip (see drawing.months_svg)."""
    return drawing.months_svg(squares, label)


@register.simple_tag
def bar(done: float, needed: float, label: str = "", mark: float | None = None, pillar: bool = False) -> SafeString:
    """`{% bar row.done row.needed %}`: a bar of done out of needed (see drawing.bar_svg)."""
    return drawing.bar_svg(done, needed, label, mark=mark, pillar=pillar)


@register.simple_tag
def spark(points: Sequence[float], label: str) -> SafeString:
    """`{% spark line.months line.label %}`: a sparkline (see drawing.spark_svg)."""
    return drawing.spark_svg(points, label)


@register.filter(expects_localtime=True)
def cn_date(day: datetime.date | None) -> str:
    """2026年3月6日; nothing for no date."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


@register.filter(expects_localtime=True)
def cn_day(day: datetime.date | None) -> str:
    """11月20日; nothing for no date."""
    return f"{day.month}月{day.day}日" if day else ""


@register.filter(expects_localtime=True)
def cn_weekday(day: datetime.date | None) -> str:
    """星期五; nothing for no date."""
    return f"星期{WEEKDAYS[day.weekday()]}" if day else ""


@register.filter(expects_localtime=True)
def compact_day(day: datetime.date | None) -> str:
    """11/24, 12/05: for narrow columns where days stand under each other."""
    return f"{day.month}/{day.day:02d}" if day else ""


@register.filter
def thousands(number: int | None) -> str:
    """11,428; nothing for no number."""
    return f"{number:,}" if number is not None else ""


@register.filter
def cn_numeral(number: int) -> str:
    """一, 十, 十二, 三十 for 0 to 99, where ordinals live; beyond that the figure itself."""
    if not 0 <= number <= 99:
        return str(number)
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return (DIGITS[tens] if tens > 1 else "") + "十" + (DIGITS[ones] if ones else "")


@register.simple_tag
def page_numbers(page: Page) -> Iterator[int | str]:
    """The page numbers to show around `page`, with an ellipsis where some are left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


def _is_choice_list(field: BoundField) -> bool:
    return isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)


@register.filter
def look(field: BoundField) -> str:
    """How components/_field.html draws `field`: choices, check, or plain."""
    if _is_choice_list(field):
        return "choices"
    return "check" if isinstance(field.field.widget, CheckboxInput) else "plain"


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The field's control with the classes of our form look, marked when it has errors.

    Django itself adds aria-invalid and aria-describedby (`<id>_helptext`, `<id>_error`).
    """
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        look_class = "form-check-input"
    else:
        look_class = "form-select" if isinstance(widget, Select) else "form-control"
    classes = [look_class, widget.attrs.get("class", ""), "is-invalid" if field.errors else ""]
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})


@register.simple_tag
def choice(option: BoundWidget, css_class: str = "form-check-input") -> SafeString:
    """One radio button or check box of a list of choices, without its label."""
    option.data["attrs"] = {**option.data["attrs"], "class": css_class}
    return option.tag()


def _request_to_fill(field: BoundField) -> str:
    return "请选择" if isinstance(field.field.widget, ChoiceWidget) else "请填写"


def _messages(errors: ErrorList) -> list[str]:
    return [str(message) for message in errors]


def _is_plain_omission(message: str) -> bool:
    return message == str(Field.default_error_messages["required"])


@register.filter
def field_errors(field: BoundField) -> list[str]:
    """The sentences under a field; an omission without words of its own is 请填写 or 请选择."""
    return [_request_to_fill(field) if _is_plain_omission(message) else message for message in _messages(field.errors)]


@register.simple_tag
def error_links(form: BaseForm) -> list[tuple[str, str]]:
    """What the summary above a refused form lists: (address of the field or "", sentence)."""
    links = [("", message) for message in _messages(form.non_field_errors())]
    for field in form:
        first = f"{field.auto_id}_0" if _is_choice_list(field) else field.id_for_label
        for message in _messages(field.errors):
            if _is_plain_omission(message):
                sentence = f"{_request_to_fill(field)}{field.label}"
            else:
                sentence = f"{field.label}：{message}"
            links.append((f"#{first}" if first else "", sentence))
    return links

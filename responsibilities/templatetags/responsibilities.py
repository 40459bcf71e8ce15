"""Template tags of this floor: `{% load responsibilities %}`."""

from django import template

from ..models import ProblemStep
from ..problem_page import story_line

register = template.Library()


@register.simple_tag
def story(step: ProblemStep, is_reduced: bool) -> tuple[str, str]:
    """`{% story step page.is_reduced as line %}`: what was done, and by whom with which words (see problem_page.story_line)."""
    return story_line(step, is_reduced=is_reduced)

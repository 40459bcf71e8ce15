"""Who led an activity and who wrote it down, with the post that they held at the host on that day."""

from __future__ import annotations

from organisations.models import Appointment, Person
from organisations.permissions import Role

from .models import Activity


def presiding(activity: Activity) -> tuple[str, str]:
    """(主持人, 记录人): 林知远（书记）, 沈若川（宣传委员）; empty where nobody was named."""
    people = [pk for pk in (activity.chair_id, activity.recorder_id) if pk]
    held = Appointment.objects.holding(activity.held_on).at(activity.organisation).filter(person__in=people)
    # A delegated recorder holds no post worth a bracket.
    rows = held.exclude(post__role=Role.RECORDER).values_list("person_id", "post__name")
    posts: dict[int, str] = {}
    for person_id, name in rows:
        posts.setdefault(person_id, name)
    return _named(activity.chair, posts), _named(activity.recorder, posts)


def _named(person: Person | None, posts: dict[int, str]) -> str:
    if person is None:
        return ""
    return f"{person.name}（{posts[person.pk]}）" if person.pk in posts else person.name

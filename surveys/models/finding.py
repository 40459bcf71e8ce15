"""What was made of the results: which published figure was put on the list of problems. Knows nobody; the problem does."""

from __future__ import annotations

from django.db import models

from responsibilities.models import Problem

from .survey import Survey


class Finding(models.Model):
    """One published table (or one line of it, or one comment) that became a problem.

    ``table`` is the key of a released table, or ``comment.<id>``; ``line`` the dimension or the row in it, empty for all.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="findings")
    table = models.CharField("表", max_length=120)
    line = models.CharField("行", max_length=120, blank=True)
    problem = models.OneToOneField(Problem, verbose_name="问题", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "调研发现的问题"
        verbose_name_plural = "调研发现的问题"
        ordering = ["survey", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "table", "line"], name="one_problem_a_published_line"),
        ]

    def __str__(self) -> str:
        return f"{self.survey}：{self.problem}"

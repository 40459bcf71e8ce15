"""The log form bound to a record that stands: what may be wrong about it, and why."""

from __future__ import annotations

from typing import Any

from django import forms

from .log import LogForm


class CorrectForm(LogForm):
    """A correction. ``revision`` is the one that the page was opened at."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label="为什么改",
        required=False,
        max_length=400,
        error_messages={"max_length": "最多 400 个字，现在是 %(show_value)d 个。"},
        widget=forms.TextInput({"placeholder": "例：补上当天漏记的一项决定"}),
    )

    def clean_revision(self) -> int:
        """The number; 0, which is never current, if it is none."""
        return self.cleaned_data["revision"] or 0

    def said(self) -> dict[str, Any]:
        """What the verb wants to know beside the entry."""
        return {"revision": self.cleaned_data["revision"], "reason": self.cleaned_data["reason"]}

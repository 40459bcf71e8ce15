"""The two fields of a self-check."""

from __future__ import annotations

from typing import Any

from organisations.forms.acts import ActForm
from programmes.forms.attempting import attempt

from .measures import sentence


class SelfCheckForm(ActForm):
    """What one says oneself; everything else is read from the records."""

    use_required_attribute = False

    shortfalls = sentence("存在的不足", 3000, required=False, rows=6)
    plans = sentence("下步打算", 3000, required=False, rows=6)

    def hand_to(self, verb: Any, *args: Any, **kwargs: Any) -> bool:
        """Validate and give both fields to ``verb``. False, with the sentences beside the fields, if it has to be changed."""
        if not self.is_valid():
            return False
        return attempt(self, verb, *args, **self.cleaned_data, **kwargs)

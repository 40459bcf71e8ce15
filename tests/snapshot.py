"""The tests' city is built once through the verbs; after that its rows are laid down again as they were.

Building it takes most of a second, laying down its rows some ten statements, which are put together once and then only
sent again. The rows of the audit log are left out: they refer to content types, whose numbers differ between databases.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

APPS = ("organisations", "reminders", "programmes", "activities", "responsibilities", "surveys")


class Snapshot:
    """Rows of our apps, remembered after the first build and written back at every later use."""

    def __init__(self) -> None:
        self.rows: list[tuple[type[models.Model], list[models.Model]]] | None = None
        self.statements: list[tuple[str, Any]] = []

    def restore(self, build: Callable[[], None]) -> None:
        """Have the rows in the database: by ``build`` the first time, from memory afterwards."""
        if self.rows is None:
            build()
            self.rows = [
                (model, rows) for model in self._models() if (rows := list(model._default_manager.order_by("pk")))
            ]
            return
        with transaction.atomic():  # tables that refer to each other are checked at the end
            if not self.statements:
                self._lay_down(self.rows)
                return
            with connection.cursor() as cursor:
                for sql, parameters in self.statements:
                    cursor.execute(sql, parameters)

    def _lay_down(self, tables: list[tuple[type[models.Model], list[models.Model]]]) -> None:
        """Insert the rows, and remember the statements."""

        def remember(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
            self.statements.append((sql, parameters))
            return execute(sql, parameters, many, context)

        with connection.execute_wrapper(remember):
            for model, rows in tables:
                model._default_manager.bulk_create(rows)

    @staticmethod
    def _models() -> list[type[models.Model]]:
        """Our tables, what is referred to before what refers to it, the many-to-many tables last."""
        ours = [model for app in APPS for model in apps.get_app_config(app).get_models()]
        ordered: list[type[models.Model]] = []

        def place(model: type[models.Model]) -> None:
            if model in ordered:
                return
            for field in model._meta.concrete_fields:
                target = field.related_model
                if isinstance(target, type) and target is not model and target in ours and not field.null:
                    place(target)
            ordered.append(model)

        for model in ours:
            place(model)
        through = [field.remote_field.through for model in ours for field in model._meta.local_many_to_many]
        return ordered + [model for model in through if model._meta.auto_created]

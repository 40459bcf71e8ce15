"""App configuration: the guards are made after every migrate, the checks run before every start."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db import connections
from django.db.models.signals import post_migrate


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = "调研"

    def ready(self) -> None:
        """Hook in what needs the finished models."""
        from . import checks

        register(checks.guards_stand, Tags.database)
        register(checks.store_is_left_alone)
        post_migrate.connect(_install_guards, sender=self)


def _install_guards(using: str, **kwargs: Any) -> None:
    """Django's own signal, the one place where a remade table can be mended (decision 0013)."""
    from . import guards

    guards.install(connections[using])

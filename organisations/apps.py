"""How Django finds this floor, and the administration that it admits."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class OrganisationsConfig(AppConfig):
    """The tree, people, posts, rights and log-in."""

    name = "organisations"
    verbose_name = "组织与人员"


class AdministrationConfig(AdminConfig):
    """Django's admin with our own door (see administration.py)."""

    default_site = "organisations.administration.AdministrationSite"

"""Addresses of this floor (a contract: see the URL map of the house), one file for each group of screens."""

from . import briefings, duties, inspections, lists, problems, talks

urlpatterns = [
    *duties.urlpatterns,
    *lists.urlpatterns,
    *problems.urlpatterns,
    *inspections.urlpatterns,
    *talks.urlpatterns,
    *briefings.urlpatterns,
]

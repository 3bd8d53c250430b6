"""The editors' pages, one module for each family of records. Importing a module registers what it holds."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from timeline.admin import (
    addresses,
    agreements,
    disagreements,
    events,
    figures,
    gaps,
    officials,
    organizations,
    places,
    rounds,
    sources,
    statements,
    topics,
)
from timeline.admin.sign_in import SignInForm

admin.site.site_header = _("SMA Timeline: editors’ pages")
admin.site.site_title = _("SMA Timeline")
admin.site.index_title = _("Records")
admin.site.login_form = SignInForm

__all__ = [
    "addresses",
    "agreements",
    "disagreements",
    "events",
    "figures",
    "gaps",
    "officials",
    "organizations",
    "places",
    "rounds",
    "sources",
    "statements",
    "topics",
]

"""Makes everything ready to be served, and says where it is served."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _


class Command(BaseCommand):
    help = "Migrates, loads the fixtures into an empty database and collects the static files. Safe to run at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("load_fixtures", if_empty=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write(_("The site is at %(address)s/ (Ctrl-C ends it).") % {"address": settings.SITE_URL})
        if not get_user_model()._default_manager.exists():
            self.stdout.write(
                _("Nobody can sign in at %(address)s/admin/ yet: “make admin” makes the first administrator.")
                % {"address": settings.SITE_URL}
            )

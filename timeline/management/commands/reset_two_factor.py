"""`manage.py reset_two_factor <username>`: the way back for whoever has lost the phone and the recovery codes.

Who may type this here may do anything with the site, so it asks for no other proof.
"""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from timeline.security import second_factor


class Command(BaseCommand):
    help = "Takes away the second factor and the recovery codes of one person, and ends their sign-ins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = get_user_model()._default_manager.filter(username=username.replace("\x00", "")).first()
        if user is None:
            raise CommandError(_("There is nobody of the name “%(name)s”.") % {"name": username})
        second_factor.take_away(user, "second-factor-reset")
        self.stdout.write(
            _("%(name)s signs in with the password alone next time, and sets up the second factor anew.")
            % {"name": username}
        )

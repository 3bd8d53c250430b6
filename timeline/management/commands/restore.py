"""Put a backup in the place of the database."""

import sqlite3
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from timeline import backups


class Command(BaseCommand):
    help = (
        "Puts a backup in the place of the SQLite database, having read it through; of the database as it was a backup "
        "is taken before. Whatever was written since the backup is gone from the site."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path)
        parser.add_argument("--folder", type=Path, default=Path(settings.VAR_DIR) / "backups")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, backup: Path, folder: Path, yes: bool, **options: Any) -> None:
        if not yes and input(_("Replace the database by %(backup)s? Type yes: ") % {"backup": backup}).strip() != "yes":
            raise CommandError(_("Nothing was done."))
        try:
            before = backups.restore(backup, folder)
        except backups.Unusable as refusal:
            raise CommandError(_("%(why)s Nothing was done.") % {"why": refusal}) from refusal
        except (OSError, sqlite3.Error) as error:
            raise CommandError(
                _("It could not be read or written: %(error)s. Nothing was done.") % {"error": error}
            ) from error
        sentence = _(
            "Restored. As it was before, the database is in %(path)s. Everybody signs in anew. "
            "Now run “manage.py migrate”, in case the backup is of an older version, and “manage.py check_data”."
        )
        self.stdout.write(sentence % {"path": before.path})

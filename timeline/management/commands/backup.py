"""Take a backup of the database, while the site runs."""

import sqlite3
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from timeline import backups

KEPT = 14


class Command(BaseCommand):
    help = "Copies the SQLite database, reads the copy through, compresses it and keeps the newest ones. For a timer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=Path(settings.VAR_DIR) / "backups")
        parser.add_argument("--keep", type=int, default=KEPT, help="how many stay, this one among them")

    def handle(self, *args: Any, folder: Path, keep: int, **options: Any) -> None:
        if keep < 1:
            raise CommandError(_("At least one backup must stay: --keep 1."))
        try:
            taken = backups.take(folder, keep)
        except backups.Unusable as refusal:
            raise CommandError(str(refusal)) from refusal
        except (OSError, sqlite3.Error) as error:
            sentence = _("The backup could not be written: %(error)s. The older ones are as they were.")
            raise CommandError(sentence % {"error": error}) from error
        sentence = _("%(path)s, %(size)s bytes, read through and sound; %(removed)s older removed.")
        self.stdout.write(sentence % {"path": taken.path, "size": taken.size, "removed": len(taken.removed)})
        if taken.of_the_future:
            sentence = _("These names are of a time to come; remove them, or they stay while others go: %(names)s")
            self.stderr.write(sentence % {"names": ", ".join(each.name for each in taken.of_the_future)})

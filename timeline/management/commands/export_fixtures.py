"""Write the database back to the fixture files, so that editors' work can be reviewed as a diff."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from timeline import fixture_files


class Command(BaseCommand):
    help = (
        "Write the published records, old addresses and what is left of withdrawn records to the fixture files of a "
        "folder; never users, history or pasted text."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=Path(settings.FIXTURE_DIRS[0]))
        parser.add_argument(
            "--all", action="store_true", dest="everything", help="drafts and withdrawn records too: not for the public"
        )

    def handle(self, *args: Any, folder: Path, everything: bool, **options: Any) -> None:
        try:
            count = fixture_files.export(folder, everything=everything, warn=self.stderr.write)
        except OSError as error:
            raise CommandError(_("The files could not be written: %(error)s") % {"error": error}) from error
        self.stdout.write(_("%(count)s records written to %(folder)s.") % {"count": count, "folder": folder})

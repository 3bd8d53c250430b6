"""Load the fixtures: new records are added, untouched ones follow the files, those that editors changed are left."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from timeline import fixture_files


class Command(BaseCommand):
    help = "Load all fixture files of a folder in one transaction. Safe to run again, also after editors have worked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=Path(settings.FIXTURE_DIRS[0]))
        parser.add_argument("--if-empty", action="store_true", help="do nothing when the database holds any record")

    def handle(self, *args: Any, folder: Path, if_empty: bool, **options: Any) -> None:
        if if_empty and fixture_files.holds_records():
            self.stdout.write(_("The database holds records already; nothing was loaded."))
            return
        try:
            report = fixture_files.load(folder)
        except fixture_files.FixtureError as error:
            raise CommandError(_("Nothing was loaded. %(error)s") % {"error": error}) from error
        for clash in report.clashes:
            self.stdout.write(_("Left as it is: %(clash)s") % {"clash": clash})
        counts = {"added": report.added, "updated": report.updated, "unchanged": report.unchanged}
        counts["clashes"] = len(report.clashes)
        self.stdout.write(
            _("Records: %(added)s added, %(updated)s updated, %(unchanged)s unchanged, %(clashes)s left as they are.")
            % counts
        )
        if report.added or report.updated:
            _have_rows_counted()
        if report.addresses:
            self.stdout.write(_("Old addresses: %(count)s written.") % {"count": report.addresses})


def _have_rows_counted() -> None:
    """PostgreSQL plans by what it has counted last, and counts by itself some minutes later.

    Until then a static copy of ten thousand records takes ten times as long and more. SQLite's plans need no counts.
    """
    if connection.vendor == "postgresql":
        tables = [
            connection.ops.quote_name(each._meta.db_table) for each in apps.get_app_config("timeline").get_models()
        ]
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(tables)}")

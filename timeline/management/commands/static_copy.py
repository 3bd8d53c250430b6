"""Write the whole public site to a folder, which any web server or object store can serve."""

from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils.translation import gettext as _

from timeline import static_copy

MOST_TOLD = 20


class Command(BaseCommand):
    help = "Write the public site to a folder, or what has changed of it since the last time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--processes", type=int, default=1, help="how many make pages at the same time")
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--anew", action="store_true", help="make everything, whatever the copy before says")
        how.add_argument("--follow", action="store_true", help="stay, and bring the copy up after each change")

    def handle(self, *args: Any, folder: Path, processes: int, anew: bool, follow: bool, **options: Any) -> None:
        if not 1 <= processes <= 64:
            raise CommandError(_("The number of processes must be from 1 to 64."))
        try:
            if follow:
                with suppress(KeyboardInterrupt):  # by which who has started it ends it
                    for report in static_copy.follow(folder, processes=processes):
                        self._tell(folder, report)
            else:
                self._tell(folder, static_copy.write(folder, processes=processes, anew=anew))
        except static_copy.NotOurs as error:
            raise CommandError(str(error)) from error
        except static_copy.Busy as error:
            raise CommandError(_("Another process is writing this copy.")) from error
        except OSError as error:
            raise CommandError(_("The copy could not be written: %(error)s") % {"error": error}) from error
        except OperationalError as error:
            raise CommandError(_("The database does not answer: %(error)s") % {"error": error}) from error

    def _tell(self, folder: Path, report: static_copy.Report) -> None:
        for address, page in list(report.missing.items())[:MOST_TOLD]:
            self.stderr.write(
                _("%(page)s leads to %(address)s, which is not there.") % {"page": page, "address": address}
            )
        sentence = _("%(files)s files in %(folder)s; %(made)s of %(addresses)s addresses were made.")
        told = {"files": report.files, "folder": folder, "made": report.made, "addresses": report.addresses}
        self.stdout.write(sentence % told)
        self.stdout.flush()

"""Write the data set, or a part of it, to a folder."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import QueryDict
from django.utils.translation import gettext as _

from timeline import exports
from timeline.chronology import STREAM, BadQuery, Filter, asked_for
from timeline.exports import starting


class Command(BaseCommand):
    help = (
        "Writes what is public as CSV, JSON Lines and SQLite, with what describes it, to a folder. A file that is the "
        "same already is not written again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path)
        parser.add_argument(
            "--filter",
            default="",
            metavar="QUERY",
            help="A part: as in the timeline's address, agreement=12&kind=call.",
        )
        parser.add_argument(
            "--keep", nargs="+", choices=list(exports.FILES), default=[], help="Given by the site: what to make."
        )
        parser.add_argument("--lock", type=int, help="Given by the site: the lock that this process has inherited.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            asked = asked_for(QueryDict(options["filter"].removeprefix("?")), *STREAM)
        except BadQuery as error:
            raise CommandError(error.sentence) from error
        if options["lock"] is not None:
            starting.in_this_process(asked, options["keep"], options["lock"])
        elif options["folder"]:
            self._write(options["folder"], asked)
        else:
            raise CommandError(_("Name the folder to write to."))

    def _write(self, folder: Path, asked: Filter) -> None:
        edition = exports.write_all(folder, asked)
        self.stdout.write(
            _("Version %(version)s: %(rows)s rows in %(files)s files.")
            % {"version": edition.version, "rows": sum(edition.counts.values()), "files": len(exports.FILES)}
        )

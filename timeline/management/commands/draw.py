"""Draw the charts and the pictures of records: those that are missing or stale, in a process of their own."""

import os
import time
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from timeline.charts import starting
from timeline.charts.drawing import draw as draw_charts
from timeline.pictures.drawing import draw as draw_pictures

A_BURST = 2.0  # seconds: an editor's form saves many rows
POLITE = 10


class Command(BaseCommand):
    help = (
        "Draws the charts and the pictures of records that are missing or stale, and removes the rest. Safe to run at "
        "any time, and twice at once."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--after-change",
            type=int,
            metavar="LOCK",
            help="Given by the site when it starts this: the lock that keeps it from being started twice.",
        )

        parser.add_argument("--only", choices=["charts", "pictures"], help="A thousand pictures take minutes.")

    def handle(self, *args: Any, **options: Any) -> None:
        if (lock := options["after_change"]) is not None:
            os.nice(POLITE)
            time.sleep(A_BURST)
            starting.begin(lock)
        if options["only"] != "pictures":
            self._draw_charts()  # first: pages show their tables until they are there
        if options["only"] != "charts":
            self._draw_pictures()

    def _draw_charts(self) -> None:
        charts = draw_charts()
        self.stdout.write(_("%(drawn)s charts drawn, %(kept)s as they were, %(removed)s removed.") % asdict(charts))
        self.stdout.flush()

    def _draw_pictures(self) -> None:
        pictures = draw_pictures()
        self.stdout.write(
            _("%(drawn)s pictures drawn, %(kept)s as they were, %(removed)s removed.") % asdict(pictures)
            if pictures
            else _("The pictures are being drawn by another process, which sees to what is new as well.")
        )

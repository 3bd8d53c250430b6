"""Makes everything ready to be served, and says where it is served."""

import fcntl
import socket
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from timeline import charts


class Command(BaseCommand):
    help = (
        "Migrates, loads the fixtures into an empty database, collects the static files and starts the drawing of "
        "charts and pictures. Safe to run at any time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, help="The port that will be served, on the loopback address.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["port"] is not None:
            refuse_taken(options["port"])
        with one_at_a_time():
            call_command("migrate", verbosity=0)
            call_command("load_fixtures", if_empty=True)
            call_command("collectstatic", interactive=False, verbosity=0)
        if settings.DRAW_AFTER_CHANGE:
            charts.start()  # beside the server: pages show their tables until the pictures are there
        self.stdout.write(_("The site is at %(address)s/ (Ctrl-C ends it).") % {"address": settings.SITE_URL})
        if not get_user_model()._default_manager.exists():
            self.stdout.write(
                _("Nobody can sign in at %(address)s/admin/ yet: “make admin” makes the first administrator.")
                % {"address": settings.SITE_URL}
            )


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Whoever comes second waits, and finds everything done: two would make the same tables and the same files.

    The lock ends with the process, however it ends. Where VAR_DIR cannot be written there is none.
    """
    with ExitStack() as held:
        with suppress(OSError):
            lock = held.enter_context((Path(settings.VAR_DIR) / ".preparing").open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def refuse_taken(port: int) -> None:
    """Before anything is done, with a sentence: the server itself answers with a page of its own insides."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            sentence = _("Port %(port)s cannot be served (%(why)s). Choose another: PORT=8123 make run")
            raise CommandError(sentence % {"port": port, "why": error.strerror}) from error

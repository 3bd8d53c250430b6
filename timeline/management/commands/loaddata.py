"""Django's `loaddata`, with the timeline's entries made once at its end, and for empty databases only."""

import warnings
from collections.abc import Sequence

from django.core.management.base import CommandError
from django.core.management.commands import loaddata
from django.db import transaction
from django.utils.translation import gettext as _

from timeline import fixture_files, history, index


class Command(loaddata.Command):
    def loaddata(self, fixture_labels: Sequence[str]) -> None:
        if fixture_files.holds_records():
            raise CommandError(
                _("loaddata is for an empty database: it would overwrite what editors did. Use load_fixtures instead.")
            )
        with transaction.atomic(), index.suspended(), history.suspended(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "No fixture data found", RuntimeWarning)  # some files hold an empty list
            super().loaddata(fixture_labels)

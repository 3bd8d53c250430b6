"""Make the derived tables anew: the entries of the timeline, and the keys by which near-duplicates are found."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from timeline import duplicates, index


class Command(BaseCommand):
    help = "Make the entries of the timeline anew from the records, in one transaction."

    def handle(self, *args: Any, **options: Any) -> None:
        count = index.rebuild()
        duplicates.rebuild()
        self.stdout.write(ngettext("%(count)s entry.", "%(count)s entries.", count) % {"count": count})

"""Make the derived tables of the timeline anew."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from timeline import index


class Command(BaseCommand):
    help = "Make the entries of the timeline anew from the records, in one transaction."

    def handle(self, *args: Any, **options: Any) -> None:
        count = index.rebuild()
        self.stdout.write(ngettext("%(count)s entry.", "%(count)s entries.", count) % {"count": count})

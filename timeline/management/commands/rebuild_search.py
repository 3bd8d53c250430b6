"""Make the index of the search anew. Readers find what was in it until the new one is there, all at once."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from timeline import search


class Command(BaseCommand):
    help = "Make the index of the search anew from the records, in one transaction."

    def handle(self, *args: Any, **options: Any) -> None:
        count = search.rebuild()
        self.stdout.write(ngettext("%(count)s document.", "%(count)s documents.", count) % {"count": count})

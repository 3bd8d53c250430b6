"""Make the derived tables of the timeline anew."""

from typing import Any

from django.core.management.base import BaseCommand

from timeline import index


class Command(BaseCommand):
    help = "Make the entries of the timeline anew from the records, in one transaction."

    def handle(self, *args: Any, **options: Any) -> None:
        count = index.rebuild()
        self.stdout.write(f"{count} entries.")

"""What is wrong with a fixture file, for the person who edits it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(eq=False)
class FixtureError(ValueError):
    """Names the file, the record and the field, and says in one sentence what to mend. The database is as it was."""

    file: str
    record: str
    field: str
    sentence: str

    def __str__(self) -> str:
        place = [self.file, self.record, _("field %(field)s") % {"field": self.field} if self.field else ""]
        return f"{', '.join(part for part in place if part)}: {self.sentence}"


@dataclass(frozen=True)
class Clash:
    """What the files say and was left alone, and why."""

    record: str
    reason: str

    def __str__(self) -> str:
        return f"{self.record}: {self.reason}"

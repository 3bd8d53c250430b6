"""Which version of a record a form, a row or a list was made of, and where that stands in what is posted."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from timeline import contents
from timeline.models import Record, Revision

SEEN = re.compile(r"([a-z]{1,20})\.([a-z0-9]{4,16})\.([0-9]{1,9})")
LIST_FIELD = "_seen"  # on lists and confirmation pages, once for each row
MOST = 2_000


@dataclass(frozen=True)
class Seen:
    kind: str
    code: str
    version: int

    def __str__(self) -> str:
        return f"{self.kind}.{self.code}.{self.version}"

    @property
    def is_known(self) -> bool:
        return any(model._meta.model_name == self.kind for model in contents.RECORDS)

    def stored(self) -> Record | None:
        return contents.stored((self.kind, self.code)) if self.is_known else None

    def revision(self) -> Revision | None:
        return Revision.objects.filter(kind=self.kind, code=self.code, version=self.version).first()

    def as_it_was(self) -> Record:
        """A record that is gone, with its name for sentences and its code for its history."""
        revision = self.revision() or Revision.objects.filter(kind=self.kind, code=self.code).first()
        if revision is not None:
            return contents.as_it_was(contents.from_json(revision.content))
        kind: Any = next((each for each in contents.RECORDS if each._meta.model_name == self.kind), contents.RECORDS[0])
        record: Record = kind(code=self.code)
        return record


def seen_of(record: Record) -> str:
    return str(Seen(str(record._meta.model_name), record.code, record.version))


def parse(text: str) -> Seen | None:
    found = SEEN.fullmatch(text)
    return Seen(found[1], found[2], int(found[3])) if found else None


def seen_in(posted: Mapping[str, str]) -> dict[str, Seen]:
    """By the field's name: `seen` of the form itself, and one of each row that is a record."""
    return dict(_pairs(posted))


def _pairs(posted: Mapping[str, str]) -> Iterator[tuple[str, Seen]]:
    for name in posted:
        if (name == "seen" or name.endswith("-seen")) and (seen := parse(posted[name])):
            yield name, seen


def seen_in_list(values: list[str]) -> dict[str, int]:
    """By the code of the record, the version that the list showed."""
    return {seen.code: seen.version for value in values[:MOST] if (seen := parse(value))}


class SeenField(forms.CharField):
    """Goes along, and is no change by itself."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(
            required=False,
            max_length=60,
            label=_("version"),
            help_text=_("The version of the record on which this form was opened."),
        )

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False

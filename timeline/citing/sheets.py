"""All that a page shows of how to cite its record. Each form is made when the page asks for it."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from timeline.citing.bibtex import bibtex
from timeline.citing.coins import coins
from timeline.citing.csl import csl_json
from timeline.citing.items import Item, item_of, origin_of
from timeline.citing.ris import ris
from timeline.citing.styles import Words, apa, chicago_bibliography, chicago_note
from timeline.models import Record, Source
from timeline.models.base import kept_with_it


@dataclass(frozen=True)
class Sheet:
    record: Record

    @cached_property
    def item(self) -> Item:
        return item_of(self.record)

    @property
    def is_of_a_work(self) -> bool:
        """Not the page is cited, but what it is about."""
        return isinstance(self.record, Source)

    @property
    def origin(self) -> "Sheet | None":
        """Of a quotation or a figure: the source itself, which who quotes it cites first."""
        source = origin_of(self.record)
        return Sheet(source) if source else None

    @property
    def chicago_note(self) -> Words:
        return chicago_note(self.item)

    @property
    def chicago_bibliography(self) -> Words:
        return chicago_bibliography(self.item)

    @property
    def apa(self) -> Words:
        return apa(self.item)

    @property
    def bibtex(self) -> str:
        return bibtex(self.item)

    @property
    def ris(self) -> str:
        return ris(self.item)

    @property
    def csl_json(self) -> str:
        """As a list, which is what readers of CSL-JSON expect; a line for each field, for people who look into it."""
        fields = (f"{_json(name)}: {_json(value)}" for name, value in csl_json(self.item).items())
        return "[{\n  " + ",\n  ".join(fields) + "\n}]\n"

    @property
    def coins(self) -> str:
        return coins(self.item)

    @cached_property
    def page(self) -> str:
        """The address of the record's page on this site; the files are beside it."""
        return self.record.get_absolute_url()


@kept_with_it
def sheet_of(record: Record) -> Sheet:
    return Sheet(record)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)

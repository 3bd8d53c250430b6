"""How a public page names another record: its kind, address and title, without names that are not public."""

from dataclasses import dataclass
from typing import TypeVar

from timeline.index import title_of
from timeline.models import Figure, Record, Source, Statement
from timeline.rendering import is_korean

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Link:
    kind: str
    url: str
    lead: str  # in our own words
    words: str = ""  # of the record, in their language
    language: str = ""
    note: str = ""

    @property
    def title(self) -> str:
        return self.lead + self.words


def link_to(record: Record, note: str = "") -> Link:
    """Reads the round's agreement, the statement's speaker and organization: fetch them with the records."""
    kind, title, words, language = str(record._meta.verbose_name), title_of(record), "", ""
    if isinstance(record, Statement):
        words, language = f"“{record.opening}”", record.language
    elif isinstance(record, Figure):
        words, language = record.as_stated, "ko" if is_korean(record.as_stated) else "en"
    elif isinstance(record, Source):
        words, language = record.title, _language_of_title(record)
    return Link(kind, record.get_absolute_url(), title.removesuffix(words), words, language, note)


def _language_of_title(source: Source) -> str:
    """A title that describes a work is ours, but for the Korean ones."""
    if not source.title_is_descriptive:
        return source.language
    return "ko" if is_korean(source.title) else "en"


def public(record: R | None) -> R | None:
    """What a key points at, if readers may see it."""
    return record if record is not None and record.is_published else None

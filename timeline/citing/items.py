"""What is cited: a record as a page of this site; a source as the work that it is."""

import re
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from timeline import index
from timeline.addresses import path_of
from timeline.enums import SourceKind
from timeline.models import Figure, Official, Organization, Record, Round, Source, Statement
from timeline.rendering import is_korean

M = TypeVar("M", bound=Record)
SITE = "SMA Timeline"
# What a citation of a figure or a quotation rests on first: what supports the record as a whole, or its words.
OF_THE_WORDS = {"", "text", "as_stated", "amount"}
REMARK = re.compile(r"\s*\([^)]*\)")
BETWEEN_NAMES = re.compile(r"\s+and\s+|\s*,\s*")
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
LONGEST_NAME = 3  # words, of one that begins with a small letter


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to cite. Every text is on one line, whatever was typed."""

    key: str
    type: str  # in the words of CSL
    title: str
    title_is_descriptive: bool = False
    authors: tuple[str, ...] = ()
    container: str = ""
    issued: str = ""  # EDTF
    url: str = ""
    language: str = ""
    abstract: str = ""
    note: str = ""


def with_what_is_cited(records: QuerySet[M]) -> QuerySet[M]:
    """The records with what `item_of` reads of other tables."""
    if records.model is Round:
        return records.select_related("agreement")
    if records.model is Statement:
        return records.select_related("speaker", "on_behalf_of")
    if records.model is Source:
        return records.defer("private_text")
    return records


def key_of(record: Record) -> str:
    """Under which a bibliography knows it: the code, which never changes."""
    return f"sma-timeline-{record.code}"


def item_of(record: Record) -> Item:
    """A public record. Reads `corrected_at` where the query brought it, as `find` does."""
    if isinstance(record, Source):
        return _work(record)
    return Item(
        key=key_of(record),
        type="webpage",
        title=title_of(record),
        authors=(SITE,),
        issued=_last_changed(record),
        url=settings.SITE_URL + path_of("short-link", record.code),
        language=get_language() or "en",
        abstract=_abstract(record),
        note=_note(record),
    )


def origin_of(record: Record) -> Source | None:
    """The source that a quotation or a figure was read in. Reads the `public_citations` that the page attached."""
    if not isinstance(record, Statement | Figure):
        return None
    citations: list[Any] = getattr(record, "public_citations", [])
    best = next((each for each in citations if each.supports in OF_THE_WORDS), None)
    found: Source | None = best.source if best else citations[0].source if citations else None
    return found


# --- the title of a record -------------------------------------------------------------------------------------------


def title_of(record: Record) -> str:
    """As a bibliography names it: with its Korean name, where known; of a statement who said it, when and what."""
    if isinstance(record, Statement):
        return one_line(_spoken(record))
    if isinstance(record, Figure):
        return one_line(_stated(record))
    name_ko = getattr(record, "name_ko", "") or getattr(record, "title_ko", "")
    return one_line(_in_both(index.title_of(record), name_ko))


def _spoken(statement: Statement) -> str:
    values = {"voice": _voice(statement), "date": statement.date, "words": statement.opening}
    if not values["voice"]:
        return _("%(date)s: “%(words)s”") % values
    if statement.is_translation:
        return _("%(voice)s, %(date)s, in translation: “%(words)s”") % values
    return _("%(voice)s, %(date)s: “%(words)s”") % values


def _voice(statement: Statement) -> str:
    """All who speak, without those whose own record is not public."""
    together = [statement.speaker, *sorted(statement.co_speakers.all(), key=lambda official: official.slug)]
    named = [_name(each) for each in together if each is not None and each.is_published]
    body = statement.on_behalf_of
    if not named and statement.attribution:
        named = [statement.attribution[:1].upper() + statement.attribution[1:]]
    elif not named and body is not None and body.is_published:
        named = [_name(body)]
    return _(" and ").join(named)


def _name(party: Official | Organization) -> str:
    return _in_both(party.name, party.name_ko)


def _in_both(name: str, name_ko: str) -> str:
    return f"{name} ({name_ko})" if name_ko and name_ko != name else name


def _stated(figure: Figure) -> str:
    """Beside the exact words what kind of number it is: only these two together mean something."""
    measure = figure.measure_words
    about = f"{measure}, {figure.years}" if figure.years else measure
    stance = str(figure.get_stance_display())
    return f"{stance[:1].upper()}{stance[1:]} ({about}): “{figure.as_stated}”"


def _abstract(record: Record) -> str:
    """Of a statement all its words, as a title holds their beginning only."""
    return one_line(f"“{record.text}”") if isinstance(record, Statement) else ""


def _note(record: Record) -> str:
    words = [_("Version %(number)s of the record.") % {"number": record.version}]
    if isinstance(record, Statement) and record.original_text:
        language = record.get_original_language_display()
        words.append(_("Original (%(language)s): “%(text)s”") % {"language": language, "text": record.original_text})
    return one_line(" ".join(words))


def _last_changed(record: Record) -> str:
    """The day on which what readers see was last changed: the page that is cited has been the same since."""
    at = getattr(record, "corrected_at", None) or record.published_at
    return at.date().isoformat() if at else ""


# --- a work ----------------------------------------------------------------------------------------------------------


def _work(source: Source) -> Item:
    is_news = source.kind == SourceKind.NEWS
    authors = _authors(source.author) or _parted(source.agency)
    if not authors and not is_news:
        authors = (one_line(source.publisher),)
    publisher = one_line(source.publisher)
    return Item(
        key=key_of(source),
        type=_type(source),
        title=one_line(source.title),
        title_is_descriptive=source.title_is_descriptive,
        authors=authors,
        container="" if publisher in authors else publisher,  # who is both is named once
        issued=source.published_on,
        url=one_line(source.url or source.archived_url),
        language=source.language,
        note=_about_the_copy(source),
    )


def _type(source: Source) -> str:
    if source.kind == SourceKind.NEWS:
        return "article-newspaper"
    if source.kind == SourceKind.SOCIAL:
        return "post"
    return "webpage" if source.url else "report"


def _about_the_copy(source: Source) -> str:
    words = []
    if source.title_is_descriptive:
        words.append(_("The title is descriptive."))
    if source.via:
        words.append(_("Read on %(place)s.") % {"place": source.via})
    if source.agency and source.author:
        words.append(_("Text of %(agency)s.") % {"agency": source.agency})
    if source.archived_url and source.url:
        words.append(_("Archived copy: %(address)s") % {"address": source.archived_url})
    return one_line(" ".join(words))


def _authors(byline: str) -> tuple[str, ...]:
    """The people of a byline, each as printed: which part of a name is the family's, a byline does not say.

    What follows in brackets, or says more about the text in small letters, is no name.
    """
    parts = _parted(REMARK.sub("", byline))
    return tuple(name for part in parts if not _is_a_remark(part) for name in _people(part))


def _people(names: str) -> tuple[str, ...]:
    """“Smith, Jr.” stays whole: a comma parts names only where each has several words, or is in Hangul."""
    people = tuple(filter(None, map(one_line, BETWEEN_NAMES.split(names))))
    return people if all(" " in each or is_korean(each) for each in people) else (one_line(names),)


def _parted(line: str) -> tuple[str, ...]:
    return tuple(filter(None, map(one_line, line.split(";"))))


def _is_a_remark(part: str) -> bool:
    return part[0].islower() and len(part.split()) > LONGEST_NAME


# --- texts -----------------------------------------------------------------------------------------------------------


def one_line(text: str) -> str:
    """Without line breaks and signs that no file of ours can hold: whoever reads the files takes a line for a field."""
    return " ".join(UNSEEN.sub(" ", text).split())

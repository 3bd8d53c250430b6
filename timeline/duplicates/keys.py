"""Under which keys a record is looked for: the same keys are asked of what is typed and kept of what is stored."""

import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Any

from timeline.duplicates import romanization, web_addresses, wording
from timeline.models import (
    Agreement,
    Disagreement,
    Event,
    Figure,
    Gap,
    Official,
    Organization,
    Place,
    Record,
    Round,
    Source,
    Statement,
    Topic,
)
from timeline.models.likenesses import KEY_LENGTH

NAME = "n"  # the name as it stands, whatever its case and punctuation
PERSON = "p"  # a Korean name in any spelling
WORD = "w"  # one word of a name or a question
ADDRESS = "u"
MOST_WORDS = 30  # of one record
TITLES = frozenset(
    re.findall(r"\w+", "mr mrs ms dr gen lt col amb sen rep prof sir president ambassador general admiral")
)
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})

Keys = set[str]
# What is read of each kind of record, on a form as in the database.
READS: dict[type[Record], tuple[str, ...]] = {
    Agreement: ("ordinal", "name", "name_ko", "formal_title_ko"),
    Disagreement: ("question", "field"),
    Event: ("kind", "title", "title_ko", "when", "agreement"),
    Figure: (
        "agreement",
        "stance",
        "party",
        "measure",
        "year_from",
        "year_to",
        "amount",
        "currency",
        "growth_percent",
        "usd_equivalent",
        "as_stated",
        "stated_on",
    ),
    Gap: ("agreement", "text"),
    Official: ("name", "family_name", "given_name", "name_ko", "aliases", "country"),
    Organization: ("name", "name_ko", "abbreviation", "aliases", "country"),
    Place: ("name", "name_ko", "country"),
    Round: ("agreement", "number", "when"),
    Source: ("publisher", "title", "published_on", "url", "archived_url"),
    Statement: ("speaker", "on_behalf_of", "attribution", "text", "original_text", "when"),
    Topic: ("name", "name_ko"),
}


def keys_of(record: Record) -> Keys:
    """Empty for the kinds that are found by their day, their agreement or their number."""
    keys = KEYS.get(type(record))
    return keys(record) if keys else set()


def key(sort: str, text: str) -> str:
    whole = f"{sort}:{text}"
    if len(whole) <= KEY_LENGTH:
        return whole
    return f"{sort}#{hashlib.blake2b(text.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"


def names_of(record: Any) -> list[str]:
    """All the names that a record goes by, as they are typed so far."""
    fields = ("name", "name_ko", "formal_title_ko", "abbreviation")
    names = [getattr(record, field, "") for field in fields]
    aliases = getattr(record, "aliases", [])
    names += [each for each in aliases if isinstance(each, str)] if isinstance(aliases, list) else []
    return [name for name in names if name and name.strip()]


def names_of_official(official: Official) -> list[str]:
    whole = f"{official.family_name} {official.given_name}" if official.family_name and official.given_name else ""
    return list(filter(None, [*names_of(official), whole]))


def western_words(name: str) -> list[str]:
    """Family and given names without titles, suffixes and initials. Empty for Hangul."""
    if romanization.HANGUL.search(name):
        return []
    words = [word.strip(".") for word in wording.words(name.replace("-", " "))]
    return [word for word in words if len(word) > 1 and word not in TITLES | SUFFIXES]


def _of_official(official: Official) -> Keys:
    names = names_of_official(official)
    found = _names(names)
    for name in names:
        found |= {key(PERSON, each) for each in romanization.people_keys(name)}
        words = western_words(name)
        found |= _words(word for word in words if word not in romanization.FAMILIES)
    return found


def _of_named(record: Any) -> Keys:
    names = names_of(record)
    return _names(names) | _words(word for name in names for word in wording.words(name))


def _of_source(source: Source) -> Keys:
    addresses = (web_addresses.normal(each) for each in (source.url, source.archived_url))
    return {key(ADDRESS, address) for address in addresses if address}


def _names(names: Iterable[str]) -> Keys:
    return {key(NAME, squeezed) for squeezed in map(wording.squeezed, names) if squeezed}


def _words(words: Iterable[str]) -> Keys:
    return {key(WORD, word) for word in list(dict.fromkeys(words))[:MOST_WORDS]}


KEYS: dict[type[Record], Callable[[Any], Keys]] = {
    Agreement: lambda agreement: _names(names_of(agreement)),
    Disagreement: lambda disagreement: _words(wording.words(disagreement.question)),
    Gap: lambda gap: _words(wording.words(gap.text)),
    Official: _of_official,
    Organization: _of_named,
    Place: _of_named,
    Source: _of_source,
    Topic: _of_named,
}

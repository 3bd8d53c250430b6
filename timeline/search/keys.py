"""By which keys a record itself is asked for: a name in any order and spelling, an ordinal, a round's number.

A query that has the key of a record is answered with that record first.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Any

from timeline.duplicates import romanization
from timeline.models import Official
from timeline.search import analysis

LONGEST_NAME = 120
TITLES = frozenset("mr mrs ms dr gen lt col amb sen rep prof sir president ambassador general admiral".split())
_AGREEMENT_WORDS = (
    r"(?:sma|special measures agreements?|agreement|talks"
    r"|특별협정|협정|협상|방위비\s*분담\s*(?:금\s*)?(?:특별\s*)?협[정상])"
)
_ORDINAL = r"(?:제?\s*(?P<{0}_ko>\d{{1,3}})\s*차|(?P<{0}_en>\d{{1,3}})(?:st|nd|rd|th)|(?P<{0}_word>{1}))"
_WORDS = "|".join(analysis.ORDINAL_WORDS)
_AGREEMENT = _ORDINAL.format("agreement", _WORDS)
_ROUND = _ORDINAL.format("round", _WORDS)
_ONE_AGREEMENT = [
    re.compile(pattern)
    for pattern in (
        rf"(?:the )?{_AGREEMENT}\s*(?:한[ㆍ·\s]?미\s*)?{_AGREEMENT_WORDS}?(?: talks)?",
        rf"{_AGREEMENT_WORDS}[\s-]*(?P<agreement>\d{{1,3}})",
    )
]
_OF_AGREEMENT = (
    rf"(?:(?:the )?{_AGREEMENT}\s*(?:한[ㆍ·\s]?미\s*)?{_AGREEMENT_WORDS}?(?: talks| negotiations)?"
    rf"|sma[\s-]*(?P<agreement>\d{{1,3}}))"
)
_ONE_ROUND = [
    re.compile(pattern)
    for pattern in (
        rf"{_OF_AGREEMENT}[,\s-]*round[\s-]*(?P<round>\d{{1,3}})",
        rf"{_OF_AGREEMENT}[,\s]*{_ROUND}\s*(?:round|회의|협상|회담)(?: of talks)?",
        rf"round[\s-]*(?P<round>\d{{1,3}}) (?:of |in |for )?{_OF_AGREEMENT}",
        rf"(?:the )?{_ROUND} round (?:of |in |for )?(?:talks (?:of |on |for )?)?{_OF_AGREEMENT}",
    )
]


def agreement_key(ordinal: int) -> str:
    return f"agreement {ordinal}"


def round_key(ordinal: int, number: int) -> str:
    return f"round {ordinal} {number}"


def token(key: str) -> str:
    return "e" + hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).hexdigest()


def spellings(record: Any) -> list[str]:
    """All names that a record goes by."""
    names = [getattr(record, field, "") for field in ("name", "name_ko", "formal_title_ko", "abbreviation")]
    aliases = getattr(record, "aliases", [])
    names += [each for each in aliases if isinstance(each, str)] if isinstance(aliases, list) else []
    return list(dict.fromkeys(name.strip() for name in names if name and name.strip()))


def of_names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({key for name in names for key in _whole(name)}))


def of_official(official: Official) -> tuple[str, ...]:
    """In any order and romanization, and by the family name alone."""
    names = spellings(official)
    found = set(of_names([*names, official.family_name]))
    found |= {f"person {key}" for name in names for key in romanization.people_keys(name)}
    return tuple(sorted(found))


def of_query(text: str) -> tuple[str, ...]:
    """The keys that a query can be, as a whole."""
    plain = " ".join(analysis.normal(text).casefold().split()).strip(" ?!.,")
    found = list(_numbered(plain))
    found += [] if found else [f"person {key}" for key in sorted(romanization.people_keys(text))]
    return tuple(dict.fromkeys([*found, *of_names([text])]))


def _numbered(plain: str) -> Iterator[str]:
    for pattern in _ONE_ROUND:
        if match := pattern.fullmatch(plain):
            yield round_key(_number(match, "agreement"), _number(match, "round"))
            return
    for pattern in _ONE_AGREEMENT:
        if match := pattern.fullmatch(plain):
            yield agreement_key(_number(match, "agreement"))
            return


def _number(match: re.Match[str], name: str) -> int:
    values = match.groupdict()
    plain = values.get(name) or values.get(f"{name}_ko") or values.get(f"{name}_en")
    return int(plain) if plain else analysis.ORDINAL_WORDS[values[f"{name}_word"]]


def _whole(name: str) -> Iterator[str]:
    """Its words in the order of the alphabet, hyphenated ones once as one word and once as several."""
    ready = analysis.normal(name[:LONGEST_NAME])
    for form in (re.sub(r"[-\u2010\u2011'’‘ʼ]", "", ready), re.sub(r"[-\u2010\u2011]", " ", ready)):
        found = sorted(each for each in _simple(form) if each not in TITLES)
        if found:
            yield f"name {' '.join(found)}"


def _simple(text: str) -> set[str]:
    return {word for each in _WORD.finditer(text) if (word := analysis.folded(each.group()))}


_WORD = re.compile(r"[^\W_]+(?:\.(?=[^\W_]\b)[^\W_])*")
_HYPHENATED = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)+")
LONGEST_KEPT = 40


def words(text: str) -> set[str]:
    """Its words as people write them, without case, accents and signs; hyphenated ones whole, too."""
    ready = analysis.normal(text)
    found = {analysis.folded(each.group()) for pattern in (_WORD, _HYPHENATED) for each in pattern.finditer(ready)}
    return {each for each in found if each and len(each) < LONGEST_KEPT}

"""By which keys a record itself is asked for: a name in any order and spelling, an ordinal, a round's number, a stage.

A query that has the key of a record is answered with that record first.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from timeline.duplicates import romanization
from timeline.enums import EventKind
from timeline.models import Official
from timeline.search import analysis

LONGEST_NAME = 120
LONGEST_OF_A_NAME = 5  # words
TITLES = frozenset(
    "mr mrs ms dr gen lt col amb sen rep prof sir president ambassador general admiral secretary minister negotiator "
    "대통령 대표 협상대표 수석대표 대사 협상대사 장관 국방장관 외교장관 외교부장관 국무장관 차관 총리 의원 "
    "사령관 대변인 국장 실장 씨".split()
)
_TITLED = re.compile(
    rf"(?P<name>[가-힣]{{2,}}?)(?P<title>{'|'.join(sorted(each for each in TITLES if each[0] >= '가'))})"
)
# What people are called for short, in print and in talk.
SHORT_NAMES = {
    "bill": "william", "bob": "robert", "chuck": "charles", "dick": "richard", "don": "donald", "jim": "james",
    "joe": "joseph", "ken": "kenneth", "matt": "matthew", "mike": "michael", "phil": "philip", "rob": "robert",
    "ron": "ronald", "steve": "stephen", "tim": "timothy", "tom": "thomas", "tony": "antony", "vince": "vincent",
}  # fmt: skip
FULL_NAMES = {full: short for short, full in SHORT_NAMES.items()}
_AGREEMENT_WORDS = (
    r"(?:(?:defense )?(?:cost|burden)[\s-]sharing (?:agreements?|deals?|pacts?|accords?|talks|negotiations)"
    r"|sma|special measures agreements?|agreement|talks"
    r"|특별협정|협정|협상|방위비\s*(?:분담\s*(?:금\s*)?)?(?:특별\s*)?협[정상])"
)
_ORDINAL = r"(?:제?\s*(?P<{0}_ko>\d{{1,3}})\s*차|(?P<{0}_en>\d{{1,3}})(?:st|nd|rd|th)|(?P<{0}_word>{1}))"
_FIRST = r"(?P<{0}_first>첫(?:\s?번째)?|최초의?)"
_WORDS = "|".join(analysis.ORDINAL_WORDS)
_AGREEMENT = _ORDINAL.format("agreement", _WORDS)
_ROUND = rf"(?:{_ORDINAL.format('round', _WORDS)}|{_FIRST.format('round')})"
_ONE_AGREEMENT = [
    re.compile(pattern)
    for pattern in (
        rf"(?:the )?{_AGREEMENT}\s*(?:한[ㆍ·\s]?미\s*)?{_AGREEMENT_WORDS}?(?: talks)?",
        rf"{_FIRST.format('agreement')}\s*(?:한[ㆍ·\s]?미\s*)?{_AGREEMENT_WORDS}",
        rf"{_AGREEMENT_WORDS}[\s-]*(?P<agreement>\d{{1,3}})",
    )
]
# What the legal stages are called, by the kind of event that is one.
_STAGES = {
    EventKind.INITIALLING: r"initiall?(?:ing|ed)|가서명",
    EventKind.CABINET_APPROVAL: r"cabinet approval|국무회의\s*(?:의결|통과|심의)",
    EventKind.SIGNING: r"sign(?:ing|ed|ature)|(?:정식\s*)?서명",
    EventKind.RATIFICATION: r"ratifi(?:cation|ed)|(?:국회\s*)?비준(?:\s*동의)?",
    EventKind.ENTRY_INTO_FORCE: r"(?:entry|enters|entered|coming|came) into force|in force|took effect|effective|발효",
    EventKind.EXPIRY: r"expiry|expiration|expire[sd]|만료",
}
# The same as verbs of a question. What ends may be the talks.
_STAGE_VERBS = {
    EventKind.INITIALLING: r"initiall?ed",
    EventKind.CABINET_APPROVAL: r"(?:approved|passed) by the cabinet",
    EventKind.SIGNING: r"signed",
    EventKind.RATIFICATION: r"ratified|(?:approved|passed|ratified) by the (?:national )?assembly",
    EventKind.ENTRY_INTO_FORCE: r"(?:enter|come|go) into force|take effect",
    EventKind.EXPIRY: r"expired?|lapsed?|(?<!talks )(?<!negotiations )(?:end|run out)",
}
_CURRENT_AGREEMENT = re.compile(
    r"(?:the )?(?:current|present|existing) (?:defense )?(?:sma|special measures agreement|agreement"
    r"|(?:cost|burden)[\s-]sharing (?:agreement|deal|pact|accord))(?: in force)?"
    r"|(?:지금|현재|현행)의?\s*(?:한[ㆍ·\s]?미\s*)?(?:방위비\s*분담\s*(?:금\s*)?)?(?:특별\s*)?협정"
)
_ONE_AGREEMENT_IN_A_SENTENCE = [
    re.compile(pattern)
    for pattern in (
        rf"{_AGREEMENT}\s*(?:한[ㆍ·\s]?미\s*)?{_AGREEMENT_WORDS}",
        r"\bsma[\s-]*(?P<agreement>\d{1,3})\b",
    )
]
OF_AGREEMENT = (
    rf"(?:(?:the )?{_AGREEMENT}\s*(?:한[ㆍ·\s]?미\s*)?{_AGREEMENT_WORDS}?(?: talks| negotiations)?"
    rf"|sma[\s-]*(?P<agreement>\d{{1,3}}))"
)
_ONE_ROUND = [
    re.compile(pattern)
    for pattern in (
        rf"{OF_AGREEMENT}[,\s-]*round[\s-]*(?P<round>\d{{1,3}})",
        rf"{OF_AGREEMENT}[,\s]*{_ROUND}\s*(?:round|회의|협상|회담)(?: of talks)?",
        rf"round[\s-]*(?P<round>\d{{1,3}}) (?:of |in |for )?{OF_AGREEMENT}",
        rf"(?:the )?{_ROUND} round (?:of |in |for )?(?:talks (?:of |on |for )?)?{OF_AGREEMENT}",
    )
]
_DATE = r"(?: date|\s?(?:일자?|날짜?|시기))?(?:[은는이가]?\s*언제\S*)?"
_ONE_STAGE = [
    (kind, re.compile(pattern))
    for kind, words in _STAGES.items()
    for pattern in (
        rf"{OF_AGREEMENT}(?:의|이|가)?\s*(?:{words}){_DATE}",
        rf"(?:(?:the )?date of )?(?:the )?(?:{words})(?: date)? (?:of )?{OF_AGREEMENT}",
        rf"when (?:is|was|does|did|will) {OF_AGREEMENT} (?:to |be )*(?:{_STAGE_VERBS[kind]})",
        rf"{OF_AGREEMENT}(?:은|는|이|가)?\s*언제\s*(?:국회에서\s*)?(?:{words})\S{{0,5}}",
    )
]
CURRENT_AGREEMENT: Final = "agreement in force"


def agreement_key(ordinal: int) -> str:
    return f"agreement {ordinal}"


def round_key(ordinal: int, number: int) -> str:
    return f"round {ordinal} {number}"


def stage_key(ordinal: int, kind: str) -> str:
    """Of an event by which an agreement passed a legal stage, by the kind of event."""
    return f"{kind} {ordinal}"


def of_stages(ordinal: int) -> tuple[str, ...]:
    """Of the agreement itself, which says what is known of a stage, also where no event tells of it."""
    return tuple(stage_key(ordinal, kind) for kind in _STAGES)


def of_stage(ordinal: int | None, kind: str) -> tuple[str, ...]:
    return (stage_key(ordinal, kind),) if ordinal is not None and kind in _STAGES else ()


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
    """In any order and romanization, and by the family name alone, which in Hangul is the last of several words."""
    names = spellings(official)
    families = [
        official.family_name,
        *(words[-1] for name in names if len(words := name.split()) > 1 and _is_hangul(name)),
    ]
    found = set(of_names([*names, *families]))
    found |= {f"person {key}" for name in names for key in romanization.people_keys(name)}
    found |= {f"titled {key}" for key in of_names([*names, *families])}
    found |= set(_joined([*names, *families]))
    return tuple(sorted(found))


def _is_hangul(name: str) -> bool:
    return all("가" <= each <= "힣" or not each.isalpha() for each in name)


def plainly(text: str) -> str:
    """A query as it is compared with wordings: without case, and without what ends a sentence."""
    return " ".join(analysis.normal(text).casefold().split()).strip(" ?!.,")


def of_query(text: str) -> tuple[str, ...]:
    """The keys that a query can be, as a whole."""
    plain = plainly(text)
    found = list(_numbered(plain))
    if not found:
        name = _without_titles(text)
        found += [f"person {key}" for key in sorted(romanization.people_keys(name))]
        found += [*_joined([name]), *of_names(_otherwise(name))]
        found += [f"titled {key}" for key in of_names([name])] if name != text else []
    return tuple(dict.fromkeys([*found, *of_names([text])]))


def _without_titles(name: str) -> str:
    """What is left names a person: “미국 국방장관” is not “미국”."""
    words = name[:LONGEST_NAME].split()
    left = [untitled(word)[0] for word in words if analysis.folded(word) not in TITLES]
    return " ".join(left) if left != words else name


def untitled(word: str) -> tuple[str, str]:
    """A Korean name and the title that is written onto it: 이태우대표, 트럼프대통령. 국방장관 is a title."""
    match = _TITLED.fullmatch(word) if word not in TITLES else None
    return (match["name"], match["title"]) if match else (word, "")


def of_subject(text: str) -> tuple[str, ...]:
    """The round, else the agreement, of which a sentence speaks; nothing where it speaks of several."""
    plain = " ".join(analysis.normal(text).casefold().split())
    rounds = {round_key(number(each, "agreement"), number(each, "round")) for each in _all(_ONE_ROUND, plain)}
    agreements = {agreement_key(number(each, "agreement")) for each in _all(_ONE_AGREEMENT_IN_A_SENTENCE, plain)}
    found = rounds or agreements
    return tuple(found) if len(found) == 1 else ()


def _all(patterns: Iterable[re.Pattern[str]], text: str) -> Iterator[re.Match[str]]:
    for pattern in patterns:
        yield from pattern.finditer(text)


def _otherwise(name: str) -> Iterator[str]:
    """With the short form of a given name written out, and the other way round."""
    words = name.casefold().split()
    for forms in (SHORT_NAMES, FULL_NAMES):
        if len(words) <= LONGEST_OF_A_NAME and any(word in forms for word in words):
            yield " ".join(forms.get(word, word) for word in words)


def _joined(names: Iterable[str]) -> Iterator[str]:
    """All letters of a name as one, without initials: De Hart and DeHart, leetaewoo and Lee Tae-woo."""
    for name in names:
        words = [
            word
            for each in analysis.normal(name[:LONGEST_NAME]).replace("-", " ").split()
            if len(word := analysis.folded(each)) > 1
        ]
        if 1 <= len(words) <= LONGEST_OF_A_NAME:
            for turned in (words, [*words[1:], words[0]], [words[-1], *words[:-1]]):
                yield f"joined {''.join(turned)}"


def _numbered(plain: str) -> Iterator[str]:
    for pattern in _ONE_ROUND:
        if match := pattern.fullmatch(plain):
            yield round_key(number(match, "agreement"), number(match, "round"))
            return
    for kind, pattern in _ONE_STAGE:
        if match := pattern.fullmatch(plain):
            yield stage_key(number(match, "agreement"), kind)
            return
    if _CURRENT_AGREEMENT.fullmatch(plain):
        yield CURRENT_AGREEMENT
        return
    for pattern in _ONE_AGREEMENT:
        if match := pattern.fullmatch(plain):
            yield agreement_key(number(match, "agreement"))
            return


def number(match: re.Match[str], name: str) -> int:
    values = match.groupdict()
    plain = values.get(name) or values.get(f"{name}_ko") or values.get(f"{name}_en")
    return int(plain) if plain else analysis.ORDINAL_WORDS[values.get(f"{name}_word") or "first"]


def _whole(name: str) -> Iterator[str]:
    """Its words in the order of the alphabet, hyphenated ones once as one word and once as several."""
    ready = analysis.normal(name[:LONGEST_NAME])
    for form in (re.sub(r"[-\u2010\u2011'’‘ʼ]", "", ready), re.sub(r"[-\u2010\u2011]", " ", ready)):
        if found := sorted(_simple(form)):
            yield f"name {' '.join(found)}"


def _simple(text: str) -> set[str]:
    return {word for each in _WORD.finditer(text) if (word := analysis.folded(each.group()))}


_WORD = re.compile(r"[^\W_]+(?:\.(?=[^\W_]\b)[^\W_])*")
_HYPHENATED = re.compile(r"(?<![^\W\d_])[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)+")
LONGEST_KEPT = 40


def words(text: str) -> set[str]:
    """Its words as people write them, without case, accents and signs; hyphenated ones whole, too."""
    ready = analysis.normal(text)
    found = {analysis.folded(each.group()) for pattern in (_WORD, _HYPHENATED) for each in pattern.finditer(ready)}
    return {each for each in found if each and len(each) < LONGEST_KEPT}

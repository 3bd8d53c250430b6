"""What an agreement is called that is not called by its ordinal: by the years that it covers, or by how many these are;
who is asked for as its chief negotiator; and which round as its last.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from timeline.enums import Capital
from timeline.models import Agreement
from timeline.search import keys
from timeline.search.spans import spans


class Wordings:
    """Ways to ask for something, one of which a query is as a whole."""

    def __init__(self, *patterns: str) -> None:
        self._patterns = [re.compile(pattern) for pattern in patterns]

    def match(self, plain: str) -> re.Match[str] | None:
        return next(filter(None, (pattern.fullmatch(plain) for pattern in self._patterns)), None)


_NUMBERS = {"one": 1, "single": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "단": 1}
_SEVERAL = frozenset({"multi", "several", "다"})
_AGREEMENT = (
    r"(?:(?:defense )?(?:cost|burden)[\s-]sharing (?:agreements?|deals?|pacts?|accords?)"
    r"|(?:smas?|special measures agreements?)(?: deals?| pacts?)?|agreements?|deals?|pacts?"
    r"|(?:한[ㆍ·\s]?미\s*)?(?:방위비\s*분담\s*(?:금\s*)?)?(?:특별\s*)?협정)"
)
_ENGLISH = rf"(?P<years>\d{{1,2}}|{'|'.join([*_NUMBERS, *_SEVERAL])})[\s-]?years?"
_KOREAN = r"(?P<years>\d{1,2}\s*|단|다)(?:개년|년도?)"
_WHICH = "(?:(?:which|what|the|an?) )*"
_LASTS = "(?:(?:that|which) )?(?:was|is|are|were|lasts?|lasted|covers?|covered|ran|runs|of|with a term of)(?: for)?"
_TERMS = Wordings(
    rf"{_WHICH}{_ENGLISH}(?:[\s-](?:long|term))? {_AGREEMENT}",
    rf"{_WHICH}{_AGREEMENT} {_LASTS} {_ENGLISH}(?: long)?",
    rf"(?:유효\s?기간(?:이|은)?\s*)?{_KOREAN}\s*(?:짜리|단위|기간|동안|간)?(?:의|인)?\s*{_AGREEMENT}",
    rf"{_AGREEMENT}\s*(?:중\s*)?(?:유효\s?)?기간(?:이|은)?\s*{_KOREAN}(?:짜리|인\s?것)?",
)
SIDES = {
    Capital.KR: r"(?:south korea|korea|rok|seoul)(?:['’]?s|n)?|한국(?:\s?측)?|한국인|우리(?:\s?측|나라)?",
    Capital.US: r"(?:the )?(?:u\.?s\.?|united states|america|washington)(?:['’]?s|n)?|미국(?:\s?측)?|미측?",
}
_SIDE = rf"(?:(?P<side>{'|'.join(SIDES.values())})\s*)?"
NEGOTIATOR = (
    r"(?:(?:chief|lead|top|head) (?:negotiator|delegate|representative|envoy)s?|negotiators?|heads? of delegation)"
)
NEGOTIATOR_KO = r"(?:수석\s?대표|협상\s?대표|협상\s?대사|대표|협상단장)"
_WHEN = r"(?:(?:when|where|what) (?:was|is|were) )?"
_WHO = r"(?:who (?:was|is|were|are) )?"
_NEGOTIATORS = Wordings(
    rf"{_WHO}(?:the )?{_SIDE}{NEGOTIATOR} (?:of|for|in|on|at) {keys.OF_AGREEMENT}",
    rf"{_WHO}{keys.OF_AGREEMENT} {_SIDE}{NEGOTIATOR}",
    rf"{_SIDE}{NEGOTIATOR} {keys.OF_AGREEMENT}",
    rf"{_SIDE}{NEGOTIATOR_KO}\s*{keys.OF_AGREEMENT}",
    rf"who (?:led|headed|negotiated) {keys.OF_AGREEMENT}(?: (?:for|on behalf of) {_SIDE})?",
    rf"{keys.OF_AGREEMENT}(?:의|에서)?\s*{_SIDE}{NEGOTIATOR_KO}(?:는|가)?(?:\s*누구\S*)?",
    rf"{_SIDE}{keys.OF_AGREEMENT}(?:의)?\s*{NEGOTIATOR_KO}(?:는|가)?(?:\s*누구\S*)?",
)
_LONGEST = r"(?:(?P<longest>longest)|shortest)"
_LONGEST_KO = r"(?:(?:가장|제일)\s*(?:(?P<longest>긴|길었던|오래\s?간)|짧은|짧았던)|(?P<most>최장)|최단)"
_BY_LENGTH = Wordings(
    rf"{_WHICH}{_LONGEST}(?:[\s-](?:running|lasting|term))? {_AGREEMENT}",
    rf"{_WHICH}{_AGREEMENT} (?:(?:with|was|is|has|had) )?(?:the )?{_LONGEST}(?: term| duration| period)?",
    rf"(?:유효\s?)?(?:기간(?:이|은)?\s*)?{_LONGEST_KO}(?:\s*기간)?(?:의)?\s*{_AGREEMENT}",
)
_LAST = r"(?:last|final|latest|most recent)"
_LAST_KO = r"(?:마지막|최종|최근)\s*(?:회의|회담|협상|라운드|회차)"
_LAST_ROUNDS = Wordings(
    rf"{_WHEN}(?:the )?{_LAST} round(?: of)?(?: {keys.OF_AGREEMENT}| talks| the talks)?(?: held)?",
    rf"{keys.OF_AGREEMENT},? {_LAST} round",
    rf"(?:{keys.OF_AGREEMENT}(?:의)?\s*)?{_LAST_KO}(?:[은는이가]?\s*(?:언제|어디)\S*)?",
)


class Negotiators(NamedTuple):
    ordinal: int
    side: str  # empty for both


def of_agreement(agreement: Agreement) -> tuple[str, ...]:
    found = []
    if agreement.covers_from and agreement.covers_to:
        found.append(_covers(agreement.covers_from, agreement.covers_to))
    if agreement.term_years:
        found.append(lasting(agreement.term_years))
        found += [lasting(0)] if agreement.term_years > 1 else []
    return tuple(found)


def of_query(text: str) -> tuple[str, ...]:
    """The keys of agreements that a query can be, as a whole."""
    plain = keys.plainly(text)
    return tuple(dict.fromkeys((*_by_term(plain), *_by_span(plain))))


def negotiators(text: str) -> Negotiators | None:
    """Of which agreement, and of which side, the chief negotiators are asked for, and nothing else."""
    plain = keys.plainly(text)
    match = _NEGOTIATORS.match(plain)
    if match is None:
        return None
    side = match["side"] or ""
    sides = [capital for capital, words in SIDES.items() if re.fullmatch(words, side)]
    return Negotiators(keys.number(match, "agreement"), sides[0] if sides else "")


def last_round(text: str) -> int | None:
    """Of which agreement the last round is asked for, and nothing else; 0 for the last of all."""
    plain = keys.plainly(text)
    match = _LAST_ROUNDS.match(plain)
    if match is None:
        return None
    return keys.number(match, "agreement") if any(match.groupdict().values()) else 0


def longest(text: str) -> bool | None:
    """Whether the agreement of the longest term is asked for, and nothing else; False for the shortest."""
    match = _BY_LENGTH.match(keys.plainly(text))
    return None if match is None else any(match.groupdict().values())


def lasting(years: int) -> str:
    """The key of agreements of so many years; 0 for more than one."""
    return f"lasts {years}"


def _by_term(plain: str) -> Iterator[str]:
    if match := _TERMS.match(plain):
        years = match["years"].strip()
        yield lasting(0 if years in _SEVERAL else _NUMBERS.get(years) or int(years))


def _by_span(plain: str) -> Iterator[str]:
    """2014–2018년 협정, SMA 2014-2018."""
    if len(found := spans(plain)) == 1:
        first, last, start, end = found[0]
        if re.fullmatch(rf"(?:the )?{_AGREEMENT}", f"{plain[:start]}{plain[end:]}".strip()):
            yield _covers(first, last)


def _covers(first: int, last: int) -> str:
    return f"covers {first} {last}"

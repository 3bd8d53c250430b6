"""One analyser for both engines: text as tokens of plain ASCII, so that FTS5 and PostgreSQL need not agree on words.

The first letter of a token says what it is:

    w  a word, folded and stemmed            j  a hyphenated word written as one
    n  a number, its point as p              h  two Hangul syllables, or the last one of a run
    o  an ordinal: 11th, eleventh, 제11차     b  two syllables with a space between them
    a  an amount: 1.0389 trillion, 1조 389억  c  two Chinese or Japanese characters, or the last one
    r  a rate: 13.9 percent, 13.9%           x  a word in another script
    d  a date: 2024, 202405, 20240521        y  a day of some year: 0521
    i  three Hangul syllables                m  a term of the field in whatever words: furlough, 무급휴직

`sequence` gives those whose order matters (w n h c x), `typed` most of those found beside them.
"""

import hashlib
import re
import threading
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from timeline.search.stemming import english_stemmer

LONGEST_WORD = 40  # letters of a word that count
MOST_TOKENS = 12_000  # of one text; PostgreSQL counts positions to 16,383
_FAR_EAST = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_LETTER = rf"(?:[^\W\d_\uac00-\ud7a3{_FAR_EAST}][\u0300-\u036f]*)"
_PIECE = re.compile(
    rf"(?P<number>\d+(?:[.,]\d+)*)"
    rf"|(?P<hangul>[\uac00-\ud7a3]+)"
    rf"|(?P<east>[{_FAR_EAST}]+)"
    rf"|(?P<initials>{_LETTER}(?:\.{_LETTER})+(?![^\W\d_])\.?)"
    rf"|(?P<word>{_LETTER}+(?:['’ʼ]{_LETTER}+)*)"
)
HYPHENS = frozenset({"-", "\u2010", "\u2011"})
_BETWEEN_RUNS = re.compile(r"[\s·ㆍ\-]{1,3}")
_WITHOUT_MARKS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d", "'": None, "’": None, "ʼ": None}
)
STOP_WORDS = frozenset(
    "a an and are as at be been but by for from had has have he her his in into is it its of on or our she so than "
    "that the their them then there these they this to was we were which will with would you your".split()
)
ORDINAL_WORDS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth".split(), 1
    )
}

# What the stemmer cannot know. “Won” stays what Seoul pays in.
_IRREGULAR = {
    "paid": "pay", "said": "say", "met": "meet", "held": "hold", "began": "begin", "begun": "begin", "sought": "seek",
    "spoke": "speak", "spoken": "speak", "told": "tell", "took": "take", "taken": "take", "rose": "rise",
    "risen": "rise", "gave": "give", "given": "give", "sent": "send", "spent": "spend", "made": "make",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    start: int  # in the text, as `normal` leaves it
    end: int


@dataclass(frozen=True, slots=True)
class Typed:
    """Something whose meaning is known whatever the words for it: a date, an amount, a rate, an ordinal."""

    text: str
    start: int
    end: int


def normal(text: str) -> str:
    """The text in which tokens have their places: the same characters, composed, without NULs and lone surrogates."""
    return unicodedata.normalize("NFC", text.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8"))


# --- words in their order --------------------------------------------------------------------------------------------


def pieces(text: str) -> Iterator[re.Match[str]]:
    return _PIECE.finditer(text)


def sequence(text: str) -> list[Token]:
    """The tokens of a normal text whose order matters. Words that carry nothing are not among them."""
    found: list[Token] = []
    for piece in _PIECE.finditer(text):
        found += _of_piece(piece)
        if len(found) >= MOST_TOKENS:
            break
    return found[:MOST_TOKENS]


def _of_piece(piece: re.Match[str]) -> Iterator[Token]:
    sort, words, start, end = str(piece.lastgroup), piece.group(), piece.start(), piece.end()
    if sort in {"hangul", "east"}:
        letter = "h" if sort == "hangul" else "c"
        for place in range(len(words)):
            pair = words[place : place + 2]
            yield Token(letter + _encoded(pair), start + place, start + place + len(pair))
    elif sort == "number":
        yield Token("n" + number(words), start, end)
    elif token := word_token(words):
        yield Token(token, start, end)


def _encoded(characters: str) -> str:
    return "".join(_base36(ord(each)) for each in characters)


@lru_cache(maxsize=20_000)
def _base36(code: int) -> str:
    """Four letters or digits for each character, so that a pair begins as its first character does."""
    digits = ""
    for _place in range(4):
        code, rest = divmod(code, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits


def number(words: str) -> str:
    """1,183.30 is 1183p3, as 1183.3 is. A comma before three digits parts thousands, any other is a point."""
    plain = "".join(str(unicodedata.digit(each, -1)) if each.isdigit() else each for each in words)
    if not re.fullmatch(r"[\d.,]+", plain):
        return "0"
    plain = re.sub(r",(?=\d{3}(?!\d))", "", plain).replace(",", ".")
    if plain.count(".") > 1:  # a date such as 2024.5.21, a version: its digits alone
        return plain.replace(".", "p")[:LONGEST_WORD]
    whole, _point, rest = plain.partition(".")
    rest, whole = rest.rstrip("0"), whole.lstrip("0") or "0"
    return (f"{whole}p{rest}" if rest else whole)[:LONGEST_WORD]


@lru_cache(maxsize=50_000)
def word_token(word: str) -> str:
    """Empty for a word that carries nothing."""
    plain = folded(word)
    if not plain or plain in STOP_WORDS:
        return ""
    if plain.isascii():
        return ("n" + number(plain)) if plain.isdigit() else "w" + _stem(_IRREGULAR.get(plain, plain))
    raw = plain.encode("utf-8")
    return "x" + (raw.hex() if len(raw) <= LONGEST_WORD else hashlib.blake2b(raw, digest_size=16).hexdigest())


def folded(word: str) -> str:
    """Letters and digits alone, without accents, case and possessive."""
    word = re.sub(r"['’ʼ]s$", "", word, flags=re.IGNORECASE)
    plain = unicodedata.normalize("NFKC", word).casefold()
    parts = unicodedata.normalize("NFKD", plain.translate(_WITHOUT_MARKS))
    letters = "".join(each for each in parts if each.isalnum())
    return unicodedata.normalize("NFC", letters)[:LONGEST_WORD]


_stemming = threading.Lock()  # a stemmer keeps the word that it works on
_stemmer = english_stemmer()


def _stem(word: str) -> str:
    with _stemming:
        return str(_stemmer.stemWord(word))


# --- what stands beside them -----------------------------------------------------------------------------------------


def beside(text: str) -> set[str]:
    """The tokens of a normal text that have no place in the order: typed ones, and words joined across a hyphen."""
    found = {each.text for each in [*typed(text), *days_without_a_year(text)]}
    found |= {token for each in found if each[0] == "d" for token in wider(each)}
    previous: re.Match[str] | None = None
    for piece in _PIECE.finditer(text):
        if piece.lastgroup == "hangul":
            found |= _triples(piece.group())
        if previous is not None and piece.lastgroup == previous.lastgroup:
            between = text[previous.end() : piece.start()]
            if piece.lastgroup == "word" and between in HYPHENS:
                if token := word_token(previous.group() + piece.group()):
                    found.add("j" + token[1:])
            elif piece.lastgroup == "hangul" and _BETWEEN_RUNS.fullmatch(between):
                found.add("b" + _encoded(previous.group()[-1] + piece.group()[0]))
        previous = piece
    return found


def _triples(run: str) -> set[str]:
    return {triple(run[place : place + 3]) for place in range(len(run) - 2)}


def triple(syllables: str) -> str:
    """The token of three syllables that stand together. As two pairs, PostgreSQL would look at each text with both."""
    return "i" + _encoded(syllables)


def pairs_of(triple: str) -> tuple[str, str]:
    """The tokens that stand in the order of a text for one of three syllables."""
    width = len(triple[1:]) // 3
    return f"h{triple[1 : 1 + 2 * width]}", f"h{triple[1 + width :]}"


def joint(pair: str) -> str:
    """The token of two syllables with a space between them."""
    return "b" + _encoded(pair)


def hangul(pair: str) -> str:
    """The token of two syllables that stand together; of one, what the tokens that begin with it begin with."""
    return "h" + _encoded(pair)


_MONTH_NAMES = "january february march april may june july august september october november december".split()
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_MONTH = r"(?P<month>{})\.?".format("|".join(sorted(_MONTHS, key=len, reverse=True)))
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_DATES = [
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        rf"\b{_YEAR}-(?P<month>[01]\d)(?:-(?P<day>[0-3]\d))?\b",
        rf"\b{_YEAR}\s*년\s*(?P<month>1?\d)\s*월(?:\s*(?P<day>[0-3]?\d)\s*일)?",
        rf"\b{_YEAR}\.\s?(?P<month>1?\d)\.\s?(?P<day>[0-3]?\d)\b",
        rf"\b{_DAY}\s+{_MONTH},?\s+{_YEAR}\b",
        rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}\b",
        rf"\b{_MONTH},?\s+{_YEAR}\b",
    )
]
_DAYS = [
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        rf"\b{_DAY}\s+{_MONTH}\b",
        rf"\b{_MONTH}\s+{_DAY}\b(?!,?\s*\d)",
        r"(?P<month>1?\d)\s*월\s*(?P<day>[0-3]?\d)\s*일",
    )
]
_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_SCALES = {"trillion": 12, "tn": 12, "billion": 9, "bn": 9, "million": 6, "조": 12, "억": 8, "만": 4}
_WITHIN_A_SCALE = {"천": 3, "백": 2, "십": 1, "": 0}
_COUNTED_FROM = 10**6  # below it English writes digits alone: 28,500 troops, 2만8500명
_CURRENCY = r"(?:\s*-?(?:korean\s+)?(?:won|dollars?|usd|krw)\b|\s*(?:원|달러))?"
_AMOUNT = re.compile(
    rf"(?:(?:US)?\$|₩|\b(?:USD|KRW)\s)?(?<![\d.,])(?P<number>{_NUMBER})[\s-]*(?P<scale>trillion|billion|million|tn|bn)\b{_CURRENCY}",
    re.IGNORECASE | re.ASCII,
)
_PART = rf"(?=\d)(?:{_NUMBER}[천백십] ?){{0,3}}(?:{_NUMBER})?"  # below ten thousand: 8천5백, 9천602
_LAST_PART = _PART.replace(" ?", "")
_AMOUNT_KO = re.compile(
    rf"(?<![\d.,천백십제])(?<!제 )(?<!SOFA )(?<!행협 )(?:(?:{_PART}\s*[조억만]\s*){{1,4}}"
    rf"(?:(?<=[조억만]){_LAST_PART}|{_LAST_PART}(?=여?\s*(?:원|달러|명)))?"
    rf"|(?:{_NUMBER}[천백]){{1,2}}(?:{_NUMBER})?)(?:여\s?)?\s*(?:원|달러|명)?",
    re.ASCII,
)
_PART_KO = re.compile(rf"(?P<part>{_PART})\s*(?P<scale>[조억만])?", re.ASCII)
_DIGITS_KO = re.compile(rf"(?P<number>{_NUMBER})(?P<scale>[천백십])?", re.ASCII)
_RATE = re.compile(
    rf"(?<![\d.,])(?P<number>{_NUMBER})[\s-]*(?:%|％|percent\b|per\s+cent\b|pct\b|퍼센트|프로(?![가-힣]))",
    re.IGNORECASE | re.ASCII,
)
_ORDINAL = re.compile(
    r"\b(?P<number>\d{1,3})(?:st|nd|rd|th)\b|(?:제\s*)?(?<!\d)(?P<korean>\d{1,3})\s*차(?!례)", re.IGNORECASE | re.ASCII
)
_ORDINAL_WORD = re.compile(r"\b({})\b".format("|".join(ORDINAL_WORDS)), re.IGNORECASE)


def typed(text: str) -> list[Typed]:
    """Dates, amounts, rates and ordinals in the order of the text; none within another."""
    found: list[Typed] = []
    taken = Taken()
    for sort in (_dates, _amounts, _rates, _ordinals):
        found += [each for each in sort(text) if taken.take(each.start, each.end)]
    return sorted(found, key=lambda each: each.start)


class Taken:
    """The stretches of a text that have been read."""

    def __init__(self) -> None:
        self._spans: list[tuple[int, int]] = []  # in order, none within another

    def take(self, start: int, end: int) -> bool:
        """Whether nothing of it had been taken."""
        place = bisect_left(self._spans, (start, end))
        if place and self._spans[place - 1][1] > start:
            return False
        if place < len(self._spans) and self._spans[place][0] < end:
            return False
        self._spans.insert(place, (start, end))
        return True


def _dates(text: str) -> Iterator[Typed]:
    taken = Taken()
    for pattern in _DATES:
        for match in pattern.finditer(text):
            if not taken.take(*match.span()):
                continue
            values = match.groupdict()
            if token := date_token(values["year"], values["month"], values.get("day")):
                yield Typed(token, *match.span())


def date_token(year: str | int, month: str | int | None = None, day: str | int | None = None) -> str:
    """Empty for what is no date, such as the thirteenth month."""
    token = f"d{int(year):04d}"
    if month is None:
        return token
    number = _MONTHS.get(str(month).lower(), 0) or (int(month) if str(month).isdigit() else 0)
    if not 1 <= number <= 12:
        return ""
    if day is None:
        return f"{token}{number:02d}"
    return f"{token}{number:02d}{int(day):02d}" if 1 <= int(day) <= 31 else ""


def wider(date: str) -> set[str]:
    """A date's own token with those of what it lies in."""
    found = {date, date[:7], date[:5]}
    return found | ({"y" + date[5:]} if len(date) == 9 else set())


def days_without_a_year(text: str) -> list[Typed]:
    return [
        Typed("y" + token[5:], *match.span())
        for pattern in _DAYS
        for match in pattern.finditer(text)
        if (token := date_token(0, match["month"], match["day"]))
    ]


def _amounts(text: str) -> Iterator[Typed]:
    for match in _AMOUNT.finditer(text):
        yield Typed(_amount_token(_value(match["number"], match["scale"])), *match.span())
    for match in _AMOUNT_KO.finditer(text):
        value = _korean_value(match.group())
        token = _amount_token(value) if value >= _COUNTED_FROM else f"n{number(str(value))}"
        yield Typed(token, *match.span())


def _korean_value(words: str) -> Decimal:
    """9천602억 is 960,200,000,000."""
    parts = ((_part_value(each["part"]), each["scale"] or "") for each in _PART_KO.finditer(words))
    return sum((value.scaleb(_SCALES.get(scale, 0)) for value, scale in parts), Decimal(0))


def _part_value(part: str) -> Decimal:
    digits = ((_decimal(each["number"]), each["scale"] or "") for each in _DIGITS_KO.finditer(part))
    return sum((value.scaleb(_WITHIN_A_SCALE[scale]) for value, scale in digits), Decimal(0))


def _value(number: str, scale: str) -> Decimal:
    return _decimal(number).scaleb(_SCALES[scale.lower()])


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", "")[:30])


def _amount_token(value: Decimal) -> str:
    return f"a{int(value)}"[:LONGEST_WORD]


def _rates(text: str) -> Iterator[Typed]:
    for match in _RATE.finditer(text):
        yield Typed("r" + number(match["number"]), *match.span())


def _ordinals(text: str) -> Iterator[Typed]:
    for match in _ORDINAL.finditer(text):
        yield Typed(f"o{int(match['number'] or match['korean'])}", *match.span())
    for match in _ORDINAL_WORD.finditer(text):
        yield Typed(f"o{ORDINAL_WORDS[match.group().lower()]}", *match.span())


def decomposed(word: str) -> str:
    return unicodedata.normalize("NFD", word)

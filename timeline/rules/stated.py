"""Amounts of money as sources print them: 1.04 trillion won, US$5 billion, 1조 389억원, 6억2천300만달러."""

import re
from decimal import Decimal

from timeline.enums import Currency

SCALES = {
    "trillion": Decimal(10) ** 12,
    "billion": Decimal(10) ** 9,
    "million": Decimal(10) ** 6,
    "tn": Decimal(10) ** 12,
    "bn": Decimal(10) ** 9,
}
KOREAN_SCALES = {"조": Decimal(10) ** 12, "억": Decimal(10) ** 8, "만": Decimal(10) ** 4}
KOREAN_STEPS = {"천": 1_000, "백": 100, "십": 10}
CURRENCIES = {
    "us$": Currency.USD,
    "$": Currency.USD,
    "usd": Currency.USD,
    "dollar": Currency.USD,
    "dollars": Currency.USD,
    "달러": Currency.USD,
    "불": Currency.USD,
    "₩": Currency.KRW,
    "w": Currency.KRW,
    "krw": Currency.KRW,
    "won": Currency.KRW,
    "원": Currency.KRW,
}
NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
SCALE = r"trillion|billion|million|tn|bn"
ENGLISH = re.compile(
    rf"(?:(?P<sign>US\$|\$|₩|\bW|\bKRW|\bUSD)\s?)?"
    rf"(?P<parts>(?:{NUMBER})(?:[\s-]?(?:{SCALE})\b(?:\s(?:and\s)?(?:{NUMBER})\s?(?:{SCALE})\b)*)?)"
    rf"(?:[\s-](?:South\s)?(?:in\s)?(?:Korean\s)?(?:US\s|U\.S\.\s)?(?P<word>won|dollars?|KRW|USD)\b)?",
    re.IGNORECASE,
)
ENGLISH_PART = re.compile(rf"(?P<number>{NUMBER})\s?-?(?P<scale>{SCALE})?", re.IGNORECASE)
# White papers print 1.5 in a table whose heading says that the unit is 100 million dollars.
TABLE = re.compile(
    rf"^(?P<number>{NUMBER}) \(unit: (?P<mark>USD|KRW) (?P<unit>{NUMBER})\s?(?P<scale>{SCALE})?\)", re.IGNORECASE
)
KOREAN = re.compile(r"(?P<number>\d[\d,.]*(?:\s?[조억만천백십여]|\s?\d[\d,.]*)*)\s?(?P<word>원|달러|불)")
KOREAN_TOKEN = re.compile(rf"{NUMBER}|[조억만천백십]")


def stated_amounts(words: str) -> list[tuple[Decimal, Currency]]:
    """The amounts of won and dollars that the words name, in their order. What it cannot read it leaves out."""
    if table := TABLE.match(words):
        return [
            (
                _number(table["number"]) * _number(table["unit"]) * _scale(table["scale"]),
                CURRENCIES[table["mark"].lower()],
            )
        ]
    english = [(match.start(), _english(match)) for match in ENGLISH.finditer(words)]
    korean = [(match.start(), _korean(match)) for match in KOREAN.finditer(words)]
    return [amount for _start, amount in sorted(english + korean, key=lambda pair: pair[0]) if amount is not None]


def _english(match: re.Match[str]) -> tuple[Decimal, Currency] | None:
    mark = match["word"] or match["sign"]
    if not mark:
        return None
    total = Decimal(0)
    for part in ENGLISH_PART.finditer(match["parts"]):
        total += _number(part["number"]) * _scale(part["scale"])
    return total, CURRENCIES[mark.lower()]


def _number(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))


def _scale(word: str | None) -> Decimal:
    return SCALES[word.lower()] if word else Decimal(1)


def _korean(match: re.Match[str]) -> tuple[Decimal, Currency] | None:
    total = section = number = Decimal(0)
    for token in KOREAN_TOKEN.findall(match["number"]):
        if token in KOREAN_SCALES:
            total += (section + number) * KOREAN_SCALES[token]
            section = number = Decimal(0)
        elif token in KOREAN_STEPS:
            section += (number or 1) * KOREAN_STEPS[token]
            number = Decimal(0)
        else:
            number = _number(token)
    return total + section + number, CURRENCIES[match["word"]]

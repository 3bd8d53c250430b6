"""Money as people of the field write it: ₩1.1833 trillion, US$5 billion; in Korean 1조 1,833억 원. Never a float."""

from decimal import Decimal

from django.utils.translation import get_language

from timeline.calendar_words import grouped

SIGNS = {"KRW": "₩", "USD": "US$"}
WON_WORDS = {"KRW": "원", "USD": "달러"}
SCALES = ((Decimal(10) ** 12, "trillion"), (Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million"))
KOREAN_SCALES = ((10**12, "조"), (10**8, "억"), (10**4, "만"))


def amount_words(amount: Decimal, currency: str) -> str:
    """Exact to the last digit: no rounding, so that what is shown is what is stored."""
    if (get_language() or "en").startswith("ko"):
        return f"{_korean_number(amount)} {WON_WORDS[currency]}"
    for scale, word in SCALES:
        if abs(amount) >= scale:
            return f"{SIGNS[currency]}{grouped(amount / scale)} {word}"
    return f"{SIGNS[currency]}{grouped(amount)}"


def _korean_number(amount: Decimal) -> str:
    rest, words = int(amount), []
    for scale, word in KOREAN_SCALES:
        count, rest = divmod(rest, scale)
        if count:
            words.append(f"{grouped(Decimal(count))}{word}")
    if rest or not words:
        words.append(grouped(Decimal(rest)))
    return " ".join(words)


def percent_words(percent: Decimal) -> str:
    """With a sign, as a change: +13.9 %."""
    return f"{'+' if percent > 0 else '−' if percent < 0 else ''}{grouped(abs(percent))} %"

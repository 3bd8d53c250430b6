"""How alike two texts are, word by word, whatever the order, case and punctuation."""

import re
import unicodedata

LONGEST = 400  # characters compared of each text: what makes two alike stands in the first lines
EMPTY_WORDS = frozenset(
    re.findall(r"\w+", "a an and as at by for from in into is it its of on or that the this to was were with")
)


def words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).casefold().replace("’", "'")
    return [word for word in re.findall(r"[^\W_]+(?:[.,']\d+)*", plain) if word not in EMPTY_WORDS]


def numbers(text: str) -> set[str]:
    """The words with a figure in them: years, amounts, ordinals."""
    return {word for word in words(text) if any(letter.isdigit() for letter in word)}


def squeezed(text: str) -> str:
    """Letters and digits alone: “U.S. Forces, Korea” and “US Forces Korea” are one."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST]).casefold()
    letters = (each for each in plain if each.isalnum() and each not in "\u3164")
    return unicodedata.normalize("NFC", "".join(letters))


def likeness(one: str, other: str) -> float:
    """From 0 to 100. One text may say more than the other: what is being typed is not finished."""
    from rapidfuzz import fuzz  # 2 MB of a worker, for editors alone

    mine, theirs = words(one), words(other)
    if not mine or not theirs:
        return 0.0
    a, b = " ".join(mine), " ".join(theirs)
    whole, shared = fuzz.token_sort_ratio(a, b), fuzz.token_set_ratio(a, b)
    few = min(len(set(mine)), len(set(theirs)))
    return float(whole if few < FEW_WORDS else 0.4 * whole + 0.6 * shared)


FEW_WORDS = 3  # two words are soon part of another text


def spelling(one: str, other: str) -> float:
    """From 0 to 100, for names: the words must be the same, letter by letter nearly so."""
    from rapidfuzz import fuzz

    return float(fuzz.token_sort_ratio(" ".join(words(one)), " ".join(words(other))))

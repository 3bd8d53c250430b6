"""Korean typed with the keyboard set to English: qkddnlql is 방위비."""

from collections.abc import Iterator

# The letters of the usual layout (KS X 5002) in the order of the keys that give them, shifted ones in capitals.
_KEYS = dict(
    zip(
        "rRseEfaqQtTdwWczxvgkoiOjpuPhynbml",
        "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ",
        strict=True,
    )
)
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_PAIRS = {
    "ㅗㅏ": "ㅘ", "ㅗㅐ": "ㅙ", "ㅗㅣ": "ㅚ", "ㅜㅓ": "ㅝ", "ㅜㅔ": "ㅞ", "ㅜㅣ": "ㅟ", "ㅡㅣ": "ㅢ",
    "ㄱㅅ": "ㄳ", "ㄴㅈ": "ㄵ", "ㄴㅎ": "ㄶ", "ㄹㄱ": "ㄺ", "ㄹㅁ": "ㄻ", "ㄹㅂ": "ㄼ", "ㄹㅅ": "ㄽ", "ㄹㅌ": "ㄾ",
    "ㄹㅍ": "ㄿ", "ㄹㅎ": "ㅀ", "ㅂㅅ": "ㅄ",
}  # fmt: skip


def as_hangul(word: str) -> str:
    """Empty where the keys do not give whole syllables."""
    letters = [_KEYS.get(key, "") for key in word]
    if not all(letters):
        return ""
    syllables = list(_syllables(letters))
    return "".join(syllables) if all(syllables) else ""


def _syllables(letters: list[str]) -> Iterator[str]:
    """Each is a consonant, a vowel of one or two letters, and up to two consonants that begin no other syllable."""
    place = 0
    while place < len(letters):
        vowel, after = _one_or_two(letters, place + 1, _VOWELS)
        if letters[place] not in _INITIALS or not vowel:
            yield ""
            return
        end = after
        while end < len(letters) and letters[end] in _INITIALS:
            end += 1
        last = end if end == len(letters) else end - 1  # the last consonant begins the next syllable
        final = "".join(letters[after:last])
        final = _PAIRS.get(final, final) or " "
        yield _composed(letters[place], vowel, final)
        place = last


def _one_or_two(letters: list[str], place: int, of: str) -> tuple[str, int]:
    both = _PAIRS.get("".join(letters[place : place + 2]), "")
    if both and both in of:
        return both, place + 2
    one = letters[place] if place < len(letters) else ""
    return (one, place + 1) if one and one in of else ("", place)


def _composed(initial: str, vowel: str, final: str) -> str:
    if len(final) != 1 or final not in _FINALS:
        return ""
    number = (_INITIALS.index(initial) * len(_VOWELS) + _VOWELS.index(vowel)) * len(_FINALS) + _FINALS.index(final)
    return chr(ord("가") + number)

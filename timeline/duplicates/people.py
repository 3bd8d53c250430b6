"""Whether two names may be one person's: another romanization, order or script, a nickname, an initial more."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from timeline.duplicates import romanization, wording
from timeline.duplicates.keys import names_of_official, western_words
from timeline.models import Official

ALIKE_GIVEN_NAMES = 80
Verdict = tuple[float, str] | None


def same_person(mine: Official, other: Official) -> Verdict:
    my_names, their_names = names_of_official(mine), names_of_official(other)
    if {*map(wording.squeezed, my_names)} & {*map(wording.squeezed, their_names)} - {""}:
        return 100, _("This person has the same name.")
    if mine.country and other.country and mine.country != other.country:
        return None
    if _keys(my_names) & _keys(their_names):
        if _differ(romanization.hangul_among(my_names), romanization.hangul_among(their_names)):
            return None  # in Hangul, the two are seen to be different
        return 90, _("The name can be another spelling or order of this one.")
    return _same_western_name(_not_korean(my_names), _not_korean(their_names))


def _not_korean(names: Iterable[str]) -> list[str]:
    """Of Korean names half is soon alike: those are compared by their keys alone."""
    return [name for name in names if not romanization.people_keys(name)]


def _keys(names: Iterable[str]) -> set[str]:
    return {key for name in names for key in romanization.people_keys(name)}


def _differ(mine: set[str], theirs: set[str]) -> bool:
    return bool(mine and theirs) and not mine & theirs


def _same_western_name(my_names: list[str], their_names: list[str]) -> Verdict:
    best = max((_likeness(one, two) for one in my_names for two in their_names), default=0.0)
    return (best, _("The name can be another form of this one.")) if best else None


def _likeness(one: str, other: str) -> float:
    """0 unless the family names are one, the given names alike, and no initials speak against it."""
    from rapidfuzz import fuzz  # see wording.likeness

    mine, theirs = western_words(one), western_words(other)
    if len(mine) < 2 or len(theirs) < 2 or _initials_differ(one, other):
        return 0.0
    for given, family in ((mine[0], mine[-1]), (mine[-1], mine[0])):
        if family == theirs[-1] and fuzz.ratio(given, theirs[0]) >= ALIKE_GIVEN_NAMES:
            return 70 + fuzz.ratio(given, theirs[0]) / 5
    return 0.0


def _initials_differ(one: str, other: str) -> bool:
    """George H. W. Bush and George W. Bush are two; Robert B. Abrams and Robert Abrams may be one."""
    mine, theirs = _initials(one), _initials(other)
    return bool(mine and theirs) and mine != theirs


def _initials(name: str) -> list[str]:
    return [word for word in wording.words(name) if len(word) == 1]

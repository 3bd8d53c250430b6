"""Who held a post in a year: USFK commander 2020, who was the U.S. ambassador to Korea in 2014, 2019년 국방장관."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Final

from timeline.models import Appointment, Official
from timeline.models.officials import next_start
from timeline.search import keys
from timeline.search.described import NEGOTIATOR, NEGOTIATOR_KO, SIDES

OPEN_YEARS: Final = 4  # behind its beginning, a post without a recorded end may still be held
MOST_YEARS: Final = 30
_KOREA = r"(?:south korea|korea|the republic of korea|rok|seoul)"
# What a title begins with, and what is asked; of which side that is, where the words say it.
_POSTS = (
    ("president", r"President of ", (("", r"president"), ("", r"대통령"))),
    ("acting president", r"Acting President", (("", r"acting president"), ("", r"(?:대통령\s?)?권한\s?대행"))),
    ("prime minister", r"Prime Minister", (("KR", r"prime minister"), ("KR", r"(?:국무)?총리"))),
    (
        "foreign",
        r"Minister of Foreign Affairs",
        (
            ("KR", r"foreign minister|minister (?:of|for) foreign affairs(?: and trade)?"),
            ("KR", r"외[교무]부?\s?장관|외교통상부?\s?장관"),
        ),
    ),
    ("state", r"Secretary of State", (("US", r"secretary of state"), ("US", r"국무부?\s?장관"))),
    (
        "defense",
        r"(?:Minister of National|Secretary of) Defense",
        (
            ("KR", r"defen[cs]e minister|minister (?:of|for) (?:national )?defen[cs]e"),
            ("US", r"defen[cs]e secretary|secretary of defen[cs]e|pentagon chief"),
            ("", r"국방부?\s?장관"),
        ),
    ),
    (
        "commander",
        r"Commander, U\.S\. Forces Korea",
        (
            ("US", r"(?:usfk|u\.?s\.? forces korea) (?:commander|chief)"),
            ("US", r"commander(?: of|,)? (?:usfk|u\.?s\.? (?:forces|troops) (?:in )?(?:south )?korea)"),
            ("US", r"주한\s?미군\s?사령관"),
        ),
    ),
    (
        "ambassador",
        r"Ambassador to the Republic of Korea",
        (
            ("US", rf"(?:u\.?s\.?|american) ambassador(?: (?:to|in) {_KOREA})?|ambassador (?:to|in) {_KOREA}"),
            ("US", r"(?:주한\s?)?미국?\s?대사|주한\s?대사"),
        ),
    ),
    (
        "security adviser",
        r"National Security Advis|Director, National Security Office",
        (("", r"national security advis[eo]r"), ("", r"(?:국가\s?)?안보\s?(?:보좌관|실장)")),
    ),
    (
        "negotiator",
        r".*(?:\bnegotiator\b|\bchief delegate\b|\b(?:burden|cost)[\s-]sharing\b)",
        (
            ("", rf"{NEGOTIATOR}|(?:cost|burden)[\s-]sharing (?:ambassador|negotiator|representative)"),
            ("", rf"{NEGOTIATOR_KO}|방위비\s?(?:분담\s?)?(?:협상\s?)?대[사표]"),
        ),
    ),
)
_HELD = [(post, re.compile(title, re.IGNORECASE)) for post, title, _asked in _POSTS]
_SIDE = "|".join(SIDES.values())
_ASKED = [
    (post, side, re.compile(rf"(?:(?P<before>{_SIDE})\s*)?(?:{words})(?:\s*(?:(?:of|for|from) )?(?P<behind>{_SIDE}))?"))
    for post, _title, asked in _POSTS
    for side, words in asked
]
_YEAR = re.compile(r"(?<![\d,.$₩])(?P<year>(?:19|20)\d\d)(?![\d,.-])(?:년도?)?(?:의|에|에는|도)?")
# What stands around a post and a year in a question.
_AROUND = re.compile(
    r"\bwho(?:\s(?:was|is|were|held))?\b|\bthe\b|\b(?:in|during|as of)\s*$|\b(?:in|during|as of)(?=\s{2})"
    r"|누구\S*|누가|당시(?:의|에)?|(?<=[가-힣])[은는이가](?=\s|$)"
)


def of_official(official: Official, posts: Sequence[Appointment]) -> Iterator[str]:
    """A key for each post and year; others where it was begun before and no end of it is recorded."""
    for post in posts:
        for name, title in _HELD:
            if title.match(post.title):
                known, possible = _years(post, posts)
                yield from (_held(name, official.country, year) for year in known[:MOST_YEARS])
                yield from (_perhaps(name, official.country, year) for year in possible)


def _years(post: Appointment, posts: Sequence[Appointment]) -> tuple[range, range]:
    """In which it was held, by the rules of `held_on`; in which it may have been."""
    first = post.start_day or post.earliest_known_day
    if first is None:
        return range(0), range(0)
    seen = [date.last_day for date in post.known_days]
    last = post.end_day or max([first, *seen])
    known = range(first.year, last.year + 1)
    if post.start_day is None or post.end_day is not None:
        return known, range(0)
    following = next_start(post, posts)
    behind = following - dt.timedelta(days=1) if following else dt.date(first.year + OPEN_YEARS, 1, 1)
    return known, range(last.year + 1, behind.year + 1)


def of_query(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys of who held the post that a query names, with a year and nothing else; those of who may have held it."""
    plain = keys.plainly(text)
    years = list(_YEAR.finditer(plain))
    if len(years) != 1:
        return (), ()
    left = _AROUND.sub(" ", f"{plain[: years[0].start()]}  {plain[years[0].end() :]}")
    found = list(_posts(" ".join(left.split()).strip(" ?!.,")))
    year = int(years[0]["year"])
    return tuple(_held(*post, year) for post in found), tuple(_perhaps(*post, year) for post in found)


def _posts(rest: str) -> Iterator[tuple[str, str]]:
    """With the side that is named, else that which the words mean, else of both."""
    for post, side, words in _ASKED:
        if match := words.fullmatch(rest):
            named = match["before"] or match["behind"] or ""
            sides: list[str] = [each for each, pattern in SIDES.items() if re.fullmatch(pattern, named)]
            yield from ((post, each) for each in (sides or ([side] if side else SIDES)))
            return


def _held(post: str, side: str, year: int) -> str:
    return f"post {post} {side} {year}"


def _perhaps(post: str, side: str, year: int) -> str:
    return f"perhaps {post} {side} {year}"

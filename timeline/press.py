"""Reading what editors paste of a press text: its headline, outlet, day, language. Nothing is fetched here.

Each guess says where it was read. What is not plainly there is not guessed: an empty field is typed in a moment, a
wrong day stays for years.
"""

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from timeline.enums import Language, SourceKind

MOST_READ = 400_000  # characters of a page; headlines and days stand at its beginning
LONGEST_TITLE = 300
LONGEST_NAME = 200
LONGEST_ATTRIBUTE = 2_000
LINES_OF_HEAD = 25  # of a pasted text, in which its headline and its day can stand
LONGEST_DATELINE = 120
KOREAN_TIME = ZoneInfo("Asia/Seoul")
FIRST_YEAR, LAST_YEAR = 1945, 2099
HTML = re.compile(r"<(?:!doctype html|html|head|body|meta|article|div|p|h1|title|script|span|br)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Guess:
    value: str
    read_from: str


@dataclass(frozen=True, slots=True)
class Outlet:
    """What one source that is known already says of the site that it stands on."""

    host: str
    publisher: str
    language: str
    kind: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a page: a guess for each field of a source that it gave one for, and the words of its text."""

    guesses: dict[str, Guess]
    text: str


# --- addresses

FRONT = re.compile(r"^(?:www[0-9]*|m|mobile|amp|wap)\.(?=.+\.)")
SECOND_LEVELS = {"ac", "co", "com", "edu", "go", "gov", "mil", "ne", "net", "or", "org", "re"}


def host_key(url: str) -> str:
    """The site that an address is on, whether the phone's or the desk's edition of it."""
    try:
        host = (urlsplit(url.strip()).hostname or "").removesuffix(".")
    except ValueError:
        return ""
    if host.startswith("m-") and host.count(".") > 1:  # m-en.yna.co.kr
        host = host[2:]
    return FRONT.sub("", host)


def site_of(url: str) -> str:
    """The registered name above a host: yna.co.kr of en.yna.co.kr."""
    labels = host_key(url).split(".")
    is_national = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVELS
    return ".".join(labels[-3 if is_national else -2 :])


# --- the whole of it


def read(pasted: str, *, url: str = "", known: Iterable[Outlet] = ()) -> Reading:
    """`pasted` is the text of an article or the HTML of its page; `known` are sources of the same site."""
    pasted = plain(pasted)[:MOST_READ]
    page = _parsed(pasted) if HTML.search(pasted[:20_000]) else None
    text = page.text if page else pasted.strip()
    language = _language(text, page)
    outlet = _outlet(host_key(url), language.value if language else "", list(known))
    guesses = {
        "title": _title(text, page),
        "publisher": _publisher(text, page, outlet),
        "published_on": _published_on(text, page, url),
        "language": language or _of_outlet(outlet, "language"),
        "kind": _kind(url) or _of_outlet(outlet, "kind"),
        "author": _author(text, page),
    }
    return Reading({name: guess for name, guess in guesses.items() if guess}, text)


def plain(text: str) -> str:
    """Without what cannot be stored or seen."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").replace("\u00ad", "")
    return text.encode("utf-8", "ignore").decode("utf-8")


def decoded(body: bytes, content_type: str) -> str:
    """The characters of a page, by what its header or itself says that they are; Korean pages still come in EUC-KR."""
    said = re.search(r"charset=[\"']?([\w-]+)", content_type) or re.search(
        r"charset=[\"']?([\w-]+)", body[:2_000].decode("latin-1")
    )
    for encoding in filter(None, (said and said[1], "utf-8", "cp949")):
        try:
            return plain(body.decode(encoding, "replace" if said and encoding == said[1] else "strict"))
        except (LookupError, UnicodeError):
            continue
    return plain(body.decode("utf-8", "replace"))


# --- the page as HTML

TITLES = {"og:title": 0, "twitter:title": 1}
DAYS = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "article:published",
    "pubdate",
    "publishdate",
    "publish-date",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dc.date",
    "date",
)
BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "article", "section", "blockquote", "figcaption", "td"}
UNREAD = {"script", "style", "noscript", "template", "svg", "nav", "footer", "form", "button", "select", "iframe"}


@dataclass
class _Page:
    metas: dict[str, str] = field(default_factory=dict)
    data: list[dict[str, Any]] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    language: str = ""
    text: str = ""


MARKUP = re.compile(r"<(?:(?P<gone>!--|[!?])|(?P<closes>/?)(?P<name>[a-z][a-z0-9:-]*+))", re.IGNORECASE)
ATTRIBUTE = re.compile(
    r"[\s/]*+(?P<name>[^\s\"'<>/=]++)(?:\s*+=\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<bare>[^\s\"'<>]++)))?+"
)
TAG_END = re.compile(r"[\s/]*+>")


def _markup(html: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Text, tags that open (`p`) and tags that close (`/p`), in their order. `html.parser` fails on some pages that
    are none, and takes minutes for others; this goes through a page once, whatever is in it.
    """
    place = 0
    while found := MARKUP.search(html, place):
        yield "", html[place : found.start()], {}
        if found["gone"]:
            place = _behind(html, "-->" if found["gone"] == "!--" else ">", found.end())
            continue
        name = found["closes"] + found["name"].lower()
        attributes, place = _attributes(html, found.end())
        yield name, "", attributes
        if name in {"script", "style"}:
            end = _behind(html, f"</{name}", place) - len(name) - 2
            yield "", html[place:end], {}
            place = max(end, place)
    yield "", html[place:], {}


def _behind(html: str, mark: str, place: int) -> int:
    """The place behind the next `mark`; what is left open goes on to the end."""
    found = re.compile(re.escape(mark), re.IGNORECASE).search(html, place)
    return found.end() if found else len(html) + len(mark)


def _attributes(html: str, place: int) -> tuple[dict[str, str], int]:
    attributes: dict[str, str] = {}
    while found := ATTRIBUTE.match(html, place):
        value = found["double"] or found["single"] or found["bare"] or ""
        attributes.setdefault(found["name"].lower(), unescape(value[:LONGEST_ATTRIBUTE]))
        place = found.end()
    end = TAG_END.match(html, place)
    return attributes, end.end() if end else place


@dataclass
class _Reader:
    page: _Page = field(default_factory=_Page)
    words: list[str] = field(default_factory=list)
    apart: str = ""  # the element whose text is kept apart or left out
    caught: list[str] = field(default_factory=list)

    def take(self, name: str, text: str, attributes: dict[str, str]) -> None:
        if name.removeprefix("/") in BLOCKS:
            self.words.append("\n")
        if text:
            self._text(text)
        elif name == f"/{self.apart}":
            self._close()
        elif not self.apart and (name in UNREAD or name in {"title", "h1"}):
            is_data = name == "script" and attributes.get("type", "").lower().strip() == "application/ld+json"
            self.apart, self.caught = name, ["data" if is_data else name]
        else:
            self._note(name, attributes)

    def _note(self, name: str, attributes: dict[str, str]) -> None:
        if name == "html":
            self.page.language = attributes.get("lang", "")
        elif name == "meta":
            said = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
            self.page.metas.setdefault(said.lower(), attributes.get("content", ""))
        elif name == "time" and attributes.get("datetime"):
            self.page.times.append(attributes["datetime"])

    def _text(self, text: str) -> None:
        if self.apart:
            self.caught.append(text)
        if self.apart in {"", "h1"}:
            self.words.append(text.replace("\n", " "))

    def _close(self) -> None:
        kind, text = self.caught[0], "".join(self.caught[1:])
        self.apart = ""
        if kind == "title":
            self.page.titles.append(_line(text))
        elif kind == "h1":
            self.page.headings.append(_line(text))
        elif kind == "data":
            self.page.data += _linked_data(text)


def _parsed(html: str) -> _Page:
    reader = _Reader()
    for name, text, attributes in _markup(html):
        reader.take(name, text, attributes)
    lines = [_line(line) for line in "".join(reader.words).split("\n")]
    reader.page.text = "\n\n".join(line for line in lines if line)
    return reader.page


def _linked_data(text: str) -> list[dict[str, Any]]:
    """What the page says of itself in JSON, one level of lists and graphs opened."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    items = found if isinstance(found, list) else [found]
    graphs = [item["@graph"] for item in items if isinstance(item, dict) and isinstance(item.get("@graph"), list)]
    opened = [*items, *(each for graph in graphs for each in graph)]
    return [item for item in opened if isinstance(item, dict)]


def _from_data(page: _Page, *path: str) -> str:
    for item in page.data:
        value: Any = item
        for name in path:
            value = value[0] if isinstance(value, list) and value else value
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, str) and value.strip():
            return _line(value)
    return ""


def _line(text: str) -> str:
    return " ".join(plain(unescape(text)).split())


def _first(*found: tuple[str, str], longest: int) -> Guess | None:
    return next((Guess(value, where) for value, where in found if value and len(value) <= longest), None)


# --- headline

SENTENCE_END = re.compile(r"[a-z가-힣]{2}[.。](?:[\s\"'”’)]|$)")
NO_HEADLINE = re.compile(r"^(?:by |photo|사진|입력|등록|승인|\(|\[사진|https?://)|[|©]|@", re.IGNORECASE)


def _title(text: str, page: _Page | None) -> Guess | None:
    if page is None:
        return _headline_of(text)
    metas = page.metas
    own_names = {_line(metas.get("og:site_name", "")).casefold(), _from_data(page, "publisher", "name").casefold()}
    return _first(
        (_from_data(page, "headline"), _("the page’s data")),
        *((_line(metas.get(name, "")), _("the page’s data")) for name in TITLES),
        (page.headings[0] if len(page.headings) == 1 else "", _("the page’s heading")),
        (_without_outlet(page.titles[0], own_names) if page.titles else "", _("the title of the window")),
        longest=LONGEST_TITLE,
    )


def _without_outlet(title: str, names: set[str]) -> str:
    head, mark, tail = max(
        (title.rpartition(mark) for mark in (" | ", " - ", " – ", " :: ", " : ")), key=lambda p: p[0]
    )
    return head if mark and tail.casefold() in names else title


def _headline_of(text: str) -> Guess | None:
    """The first line, when it stands alone and is no sentence."""
    lines = [line.strip() for line in text.split("\n")]
    first = next((line for line in lines if line), "")
    is_alone = len([line for line in lines if line]) > 1
    if not is_alone or not 8 <= len(first) <= LONGEST_NAME:
        return None
    if SENTENCE_END.search(first) or NO_HEADLINE.search(first) or _days_in(first):
        return None
    return Guess(_line(first), _("the first line"))


# --- outlet

COPYRIGHT = re.compile(
    r"(?:저작권자\s*)?(?:©|ⓒ|\(c\)|copyrights?)[\s©ⓒ:]*(?:\d{4}[-–\d]*)?[\s,.]*(?P<name>[^\n]{2,80}?)\s*"
    r"(?:[.,|<(©ⓒ]|무단|all rights|\d{4}|$)",
    re.IGNORECASE,
)
OFFICIAL_HOST = re.compile(r"(?:^|\.)(?:gov|mil|go\.kr|gov\.[a-z]{2})$")
SOCIAL_SITES = {
    "twitter.com",
    "x.com",
    "truthsocial.com",
    "facebook.com",
    "instagram.com",
    "threads.net",
    "youtube.com",
}


def _publisher(text: str, page: _Page | None, outlet: Outlet | None) -> Guess | None:
    if outlet:
        return _of_outlet(outlet, "publisher")
    said = _first(
        (_line(page.metas.get("og:site_name", "")) if page else "", _("the page’s data")),
        (_from_data(page, "publisher", "name") if page else "", _("the page’s data")),
        longest=LONGEST_NAME,
    )
    return said or _copyright_holder(text)


def _copyright_holder(text: str) -> Guess | None:
    names = {_line(match["name"]).removeprefix("by ").strip(" :,") for match in COPYRIGHT.finditer(text[-3_000:])}
    names = {name for name in names if len(name) > 1 and not SENTENCE_END.search(name)}
    return Guess(names.pop(), _("the copyright line")) if len(names) == 1 else None


def _outlet(host: str, language: str, known: list[Outlet]) -> Outlet | None:
    """What most sources of the host are, or of its site when it has none; nothing when they are of several outlets."""
    here = [each for each in known if host_key(f"http://{each.host}") == host]
    for group in (here, known if not here else []):
        in_language = [each for each in group if each.language == language] or ([] if language else group)
        counted = Counter((each.publisher, each.language, each.kind) for each in in_language)
        publishers = Counter(each.publisher for each in in_language)
        if counted and publishers.most_common(1)[0][1] * 3 > len(in_language) * 2:
            (publisher, spoken, kind), _count = counted.most_common(1)[0]
            return Outlet(host, publisher, spoken, kind)
    return None


def _of_outlet(outlet: Outlet | None, name: str) -> Guess | None:
    return Guess(getattr(outlet, name), _("other sources of this site")) if outlet else None


def _kind(url: str) -> Guess | None:
    if OFFICIAL_HOST.search(host_key(url)):
        return Guess(SourceKind.OFFICIAL, _("the address"))
    return Guess(SourceKind.SOCIAL, _("the address")) if site_of(url) in SOCIAL_SITES else None


# --- day

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
YEAR = r"(?P<year>(?:19|20)\d\d)"
WRITTEN = [
    re.compile(rf"\b{MONTH}\s{{1,2}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s?,?\s{{1,2}}{YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s{{1,2}}{MONTH},?\s{{1,2}}{YEAR}\b", re.IGNORECASE),
    re.compile(rf"{YEAR}\s?년\s?(?P<month>\d{{1,2}})\s?월\s?(?P<day>\d{{1,2}})\s?일"),
    re.compile(rf"(?<![\d.]){YEAR}(?P<mark>\.\s?|-|/)(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})(?!\.?\d)"),
]
CHANGED = re.compile(r"(?:updated?|modified|edited|수정|업데이트|최종|갱신)[^\d]{0,20}$", re.IGNORECASE)
FIRST_SHOWN = re.compile(r"(?:published|posted|입력|등록|승인|게시|기사입력|송고|작성|발행)[^\d]{0,25}$", re.IGNORECASE)
IN_ADDRESS = [
    re.compile(rf"/{YEAR}/(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})(?=/|$)"),
    re.compile(rf"(?<!\d){YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"),
    re.compile(rf"(?<!\d){YEAR}/?(?P<month>0[1-9]|1[0-2])/?(?P<day>0[1-9]|[12]\d|3[01])\d{{0,12}}(?!\d)"),
]


def _published_on(text: str, page: _Page | None, url: str) -> Guess | None:
    is_korean = host_key(url).endswith(".kr")
    if page:
        said = [page.metas.get(name, "") for name in DAYS]
        for value in (_from_data(page, "datePublished"), *said):
            if day := _machine_day(value, is_korean):
                return Guess(day, _("the page’s data"))
    return _day_in_head(text) or _day_of_times(page, is_korean) or _day_in_address(url)


def _machine_day(value: str, is_korean: bool) -> str:
    """Of `2024-05-24T02:52:00Z` the day, on a Korean site the Korean one."""
    value = value.strip()
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        days = _days_in(value[:40])
        return days[0][1] if len(days) == 1 else ""
    if is_korean and moment.tzinfo is not None:
        try:
            moment = moment.astimezone(KOREAN_TIME)
        except OverflowError:
            return ""
    return _edtf(moment.year, moment.month, moment.day)


def _day_in_head(text: str) -> Guess | None:
    """A day that stands in a line of its own, not in a sentence. Of several, the one marked as the first; else none."""
    plainly: list[str] = []
    for line in [line for line in text.split("\n") if line.strip()][:LINES_OF_HEAD]:
        if len(line) > LONGEST_DATELINE or SENTENCE_END.search(_without_days(line)):
            continue
        for start, day in _days_in(line):
            before = line[max(0, start - 40) : start]
            if FIRST_SHOWN.search(before):
                return Guess(day, _("the line with the date"))
            if not CHANGED.search(before):
                plainly.append(day)
    return Guess(plainly[0], _("the line with the date")) if len(set(plainly)) == 1 else None


def _day_of_times(page: _Page | None, is_korean: bool) -> Guess | None:
    days = {_machine_day(each, is_korean) for each in page.times} if page else set()
    return Guess(days.pop(), _("the page’s data")) if len(days) == 1 and "" not in days else None


def _day_in_address(url: str) -> Guess | None:
    path = urlsplit(url).path if host_key(url) else ""
    for form in IN_ADDRESS:
        days = {day for match in form.finditer(path) if (day := _day_of(match))}
        if len(days) == 1:
            return Guess(days.pop(), _("the address"))
    return None


def _days_in(text: str) -> list[tuple[int, str]]:
    """The days written in a text, each with the place where it begins."""
    found = [(match.start(), day) for form in WRITTEN for match in form.finditer(text) if (day := _day_of(match))]
    return sorted(found)


def _without_days(line: str) -> str:
    """“Sept. 5, 2019” has no end of a sentence in it."""
    for form in WRITTEN:
        line = form.sub("", line)
    return line


def _day_of(match: re.Match[str]) -> str:
    month = match["month"].lower()
    return _edtf(
        int(match["year"]), int(month) if month.isdecimal() else MONTHS.index(month[:3]) + 1, int(match["day"])
    )


def _edtf(year: int, month: int, day: int) -> str:
    try:
        return dt.date(year, month, day).isoformat() if FIRST_YEAR <= year <= LAST_YEAR else ""
    except ValueError:
        return ""


# --- language and byline

HANGUL = re.compile(r"[가-힣]")
LATIN = re.compile(r"[A-Za-z]")
ENGLISH = re.compile(r"\b(?:the|and|of|to|that|with|said|for|which|were|has)\b", re.IGNORECASE)
BYLINE = re.compile(r"^By (?P<name>[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){1,3})$", re.MULTILINE)
REPORTER = re.compile(r"^[^\n]{0,40}?(?P<name>[가-힣]{2,4}) 기자(?:\s?=|\s[\w.+-]+@[^\n]{3,40})?\s*$", re.MULTILINE)
SCRIPT_SHARE = 0.5
SHORTEST_TEXT = 20  # letters that say in which language a text is
ENGLISH_WORDS = 3


def _language(text: str, page: _Page | None) -> Guess | None:
    hangul, latin = len(HANGUL.findall(text)), len(LATIN.findall(text))
    if hangul + latin >= SHORTEST_TEXT:
        if hangul * 2 > (hangul + latin) * SCRIPT_SHARE:  # a syllable of Hangul stands for two letters and more
            return Guess(Language.KO, _("the script of the text"))
        if len({word.lower() for word in ENGLISH.findall(text)}) >= ENGLISH_WORDS:
            return Guess(Language.EN, _("the words of the text"))
    said = page.language[:2].lower() if page else ""
    return Guess(said, _("the page’s data")) if said in Language.values else None


def _author(text: str, page: _Page | None) -> Guess | None:
    if page:
        named = _first(
            (_from_data(page, "author", "name"), _("the page’s data")),
            (_person(page.metas.get("author", "")), _("the page’s data")),
            longest=LONGEST_NAME,
        )
        if named:
            return named
    for form in (BYLINE, REPORTER):
        names = {match["name"] for match in form.finditer(text)}
        if len(names) == 1:
            return Guess(names.pop(), _("the byline"))
    return None


def _person(name: str) -> str:
    """A name that is neither an address nor a site."""
    name = _line(name)
    return "" if re.search(r"[@/:|]|\.(?:com|net|kr|org)\b", name) else name

"""Citations as the style guides want them: APA (7th edition) and Chicago (16th, notes and bibliography).

The styles are run by citeproc from their CSL files, but once for each *shape* of a citation and with signs in place of
the values: how many authors, which of the fields. What comes of it is a template, into which the values are put here.
The usual shapes were run beforehand (`citing/run_styles.py`): citeproc takes 8 MB and half a second.
A citation costs microseconds instead of ten milliseconds, and no text of ours passes through code that would take names
apart, set titles in other capitals or read signs in them as markup. Why: docs/decisions/0010-citations.md.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from timeline import dates
from timeline.calendar_words import day_in_words
from timeline.citing.items import Item
from timeline.dates import Moment, PartialDate

APA = "apa"
NOTE, BIBLIOGRAPHY = "note", "bibliography"
CHICAGO = "chicago-notes-bibliography-16th-edition"
STYLES = Path(__file__).parent / "csl_styles"
READY_MADE = STYLES.with_name("ready_made.json")
# In place of the values: letters that mean nothing to anybody.
TITLE, CONTAINER, URL, DATE, YEAR = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
FIRST_AUTHOR = 0xE100
A_DAY = (9876, 10, 28)  # in place of a date, which citeproc must be able to read
ITS_WORDS = re.compile(r"October 28, 9876|9876, October 28|October 9876|9876, October")
MARKUP = re.compile(r"</?(?!i>)[a-z][^<>]*>")
# Without a site's name the style sets a comma before the date, where the manual (14.245) has a full stop.
BARE_DATE = re.compile(f"(?P<title>{TITLE}(?:”|</i>)),(?= [{DATE}{YEAR}])")
RETRIEVED = re.compile(f"Retrieved (from )?(?={URL})")
SAID_AGAIN = "(?:“|<i>)*{}(?:</i>|”)*[.,]? ?"
PIECE = re.compile(
    r"(?P<quoted>“)?(?P<italic><i>)?(?P<sign>[\ue000-\uefff])(?:</i>)?(?:”)?(?P<mark>[.,](?= |$))?", re.DOTALL
)
HANGUL = re.compile("([\uac00-\ud7a3](?:[^A-Za-z]*[\uac00-\ud7a3])?)")
KOREAN = r'<span lang="ko">\1</span>'
STRAIGHT = re.compile('"([^"]*)"')
CLOSING = ("”", "’")
ENDS_A_SENTENCE = (".", "?", "!", "…")
ABBREVIATED = re.compile(r"\b([A-Za-z]|Co|Corp|Inc|Jr|Ltd|No|Sr|St)\.\Z")
_one_at_a_time = Lock()  # citeproc keeps what it works on in the style


class Run(NamedTuple):
    text: str
    is_italic: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A citation to be read: `str()` is its plain text, in a template it is HTML."""

    runs: tuple[Run, ...]

    def __str__(self) -> str:
        return "".join(run.text for run in self.runs)

    def __html__(self) -> str:
        return "".join(_html(run) for run in self.runs)


def _html(run: Run) -> str:
    """Hangul is marked as Korean: it is set in a face of its own, and never slanted."""
    html = HANGUL.sub(KOREAN, escape(run.text))
    return f"<i>{html}</i>" if run.is_italic else html


def apa(item: Item) -> Words:
    return _words(APA, BIBLIOGRAPHY, item)


def chicago_note(item: Item) -> Words:
    return _words(CHICAGO, NOTE, item)


def chicago_bibliography(item: Item) -> Words:
    return _words(CHICAGO, BIBLIOGRAPHY, item)


# --- the template of a shape -----------------------------------------------------------------------------------------


class Shape(NamedTuple):
    """All that decides how a style sets a citation, but for the values themselves."""

    type: str
    authors: int
    has_container: bool
    has_url: bool
    precision: str  # of the date: "day", "month", "year"; empty without one

    def name(self, style: str, form: str) -> str:
        """Among those that were run beforehand."""
        return "|".join((style, form, *map(str, self)))


def _shape(item: Item) -> Shape:
    precision = dates.parse(item.issued).start.precision if item.issued else ""
    return Shape(item.type, len(item.authors), bool(item.container), bool(item.url), precision)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands in a template, with what stands before it."""

    before: str
    sign: str
    is_quoted: bool
    is_italic: bool
    mark: str  # the stop or comma behind it
    begins_sentence: bool


@dataclass(frozen=True, slots=True)
class Template:
    places: tuple[Place, ...]
    rest: str


@lru_cache(maxsize=512)
def _template(style: str, form: str, shape: Shape) -> Template:
    made = MARKUP.sub("", _ready_made().get(shape.name(style, form)) or run(style, form, shape))
    made = ITS_WORDS.sub(DATE, made).replace(str(A_DAY[0]), YEAR)
    made = _each_once(RETRIEVED.sub("", unescape(made).replace("\n", " "))).strip()
    if form == BIBLIOGRAPHY:
        made = BARE_DATE.sub(r"\g<title>.", made)
    return _parsed(made)


def _parsed(text: str) -> Template:
    places, done = [], 0
    for piece in PIECE.finditer(text):
        so_far = text[: piece.start()].rstrip()
        places.append(
            Place(
                before=text[done : piece.start()],
                sign=piece["sign"],
                is_quoted=bool(piece["quoted"]),
                is_italic=bool(piece["italic"]),
                mark=piece["mark"] or "",
                begins_sentence=so_far.endswith("."),
            )
        )
        done = piece.end()
    return Template(tuple(places), text[done:])


def _each_once(template: str) -> str:
    """citeproc forgets that what stands in place of an author must not be said again."""
    for sign in (TITLE, CONTAINER):
        first, found, rest = template.partition(sign)
        if found:
            template = first + sign + re.sub(SAID_AGAIN.format(sign), "", rest)
    return template


@lru_cache(maxsize=1)
def _ready_made() -> dict[str, str]:
    """By the name of the shape: what citeproc made of it."""
    made: dict[str, str] = json.loads(READY_MADE.read_text())
    return made


def run(style: str, form: str, shape: Shape) -> str:
    from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter  # slow, and seldom needed
    from citeproc.source.json import CiteProcJSON

    with _one_at_a_time:
        made = CitationStylesBibliography(_style(style), CiteProcJSON([_signs(shape)]), formatter.html)
        citation = Citation([CitationItem("item")])
        made.register(citation)
        if form == NOTE:
            return str(made.cite(citation, None))
        return str(made.bibliography()[0])


@lru_cache(maxsize=2)
def _style(name: str) -> Any:
    from citeproc import CitationStylesStyle

    return CitationStylesStyle(str(STYLES / f"{name}.csl"), validate=False)


def _signs(shape: Shape) -> dict[str, Any]:
    made: dict[str, Any] = {"id": "item", "type": shape.type, "title": TITLE}
    if shape.authors:
        made["author"] = [{"literal": chr(FIRST_AUTHOR + place)} for place in range(shape.authors)]
    if shape.has_container:
        made["publisher" if shape.type == "report" else "container-title"] = CONTAINER
    if shape.has_url:
        made["URL"] = URL
    if shape.precision:
        made["issued"] = {"date-parts": [list(A_DAY[: ("year", "month", "day").index(shape.precision) + 1])]}
    return made


# --- the values ------------------------------------------------------------------------------------------------------


def _words(style: str, form: str, item: Item) -> Words:
    template = _template(style, form, _shape(item))
    values = _values(style, item)
    runs: list[Run] = []
    for place in template.places:
        runs += (Run(place.before), *_set(place, values[place.sign], item))
    return Words(tuple(run for run in (*runs, Run(template.rest)) if run.text))


def _values(style: str, item: Item) -> dict[str, str]:
    values = {TITLE: item.title, CONTAINER: item.container, URL: item.url}
    if item.issued:
        values |= {DATE: _date_words(item.issued, style), YEAR: _year_words(item.issued)}
    return values | {chr(FIRST_AUTHOR + place): name for place, name in enumerate(item.authors)}


def _set(place: Place, value: str, item: Item) -> Iterator[Run]:
    """A value with its quotation marks or its slant, and the mark behind it, which belongs inside quotation marks."""
    if place.sign != TITLE:
        value = value[:1].upper() + value[1:] if place.sign in (DATE, YEAR) and place.begins_sentence else value
        yield Run(value, place.is_italic)
        yield Run(_mark_behind(value, place.mark))
        return
    value = _with_curly_marks(value)
    if item.title_is_descriptive:
        yield Run(f"[{value}]{place.mark}")
    elif place.is_quoted:
        yield Run(f"“{_closed(_inside_quotation_marks(value), place.mark)}”")
    elif value.endswith(CLOSING):
        yield Run(_closed(value, place.mark), place.is_italic)
    else:
        yield Run(value, place.is_italic)
        yield Run(_mark_behind(value, place.mark))


def _closed(text: str, mark: str) -> str:
    """With the mark inside the quotation marks with which the text ends, as American English sets it."""
    end = len(text.rstrip("".join(CLOSING)))
    inside = text[:end]
    if mark == "," and inside.endswith(".") and not ABBREVIATED.search(inside):
        inside = inside[:-1]
    return inside + _mark_behind(inside, mark) + text[end:]


def _mark_behind(text: str, mark: str) -> str:
    return "" if mark == "." and text.endswith(ENDS_A_SENTENCE) else mark


def _inside_quotation_marks(text: str) -> str:
    """Double marks within double ones become single ones."""
    return text.replace("“", "‘").replace("”", "’")


def _with_curly_marks(text: str) -> str:
    """Straight marks are taken in pairs; an odd one is something else, such as inches."""
    return STRAIGHT.sub(r"“\1”", text) if text.count('"') % 2 == 0 else text


# --- dates, as American English writes them --------------------------------------------------------------------------


@lru_cache(maxsize=10_000)
def _date_words(edtf: str, style: str) -> str:
    date = dates.parse(edtf)
    words = _moment_words(date.start, style)
    if date.is_span and (date.start.first, date.start.precision) != (date.end.first, date.end.precision):
        words = _span_words(date, style)
    return _marked(words, date.start.mark or date.end.mark)


def _year_words(edtf: str) -> str:
    date = dates.parse(edtf)
    first, last = date.start.first.year, date.end.first.year
    return _marked(str(first) if first == last else f"{first}–{last}", date.start.mark or date.end.mark)


def _span_words(date: PartialDate, style: str) -> str:
    start, end = date.start, date.end
    if start.first.year != end.first.year or "year" in (start.precision, end.precision):
        return f"{_moment_words(start, style)}–{_moment_words(end, style)}"
    first, last = (_day_words(each) for each in (start, end))
    if start.first.month == end.first.month and start.precision == end.precision == "day":
        last = str(end.first.day)
    return _with_year(f"{first}–{last}", start.first.year, style, has_day=end.precision == "day")


def _moment_words(moment: Moment, style: str) -> str:
    if moment.precision == "year":
        return str(moment.first.year)
    return _with_year(_day_words(moment), moment.first.year, style, has_day=moment.precision == "day")


def _day_words(moment: Moment) -> str:
    return day_in_words(moment.first, "MMMM d" if moment.precision == "day" else "MMMM")


def _with_year(words: str, year: int, style: str, *, has_day: bool) -> str:
    if style == APA:
        return f"{year}, {words}"
    return f"{words}, {year}" if has_day else f"{words} {year}"


def _marked(words: str, mark: str) -> str:
    """“ca.” for about; a question mark for what is only probable."""
    about, probably = ("ca. " if mark in ("~", "%") else ""), ("?" if mark in ("?", "%") else "")
    return f"{about}{words}{probably}"

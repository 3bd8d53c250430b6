"""The columns of the five kinds of table: their names as an editor knows them, and how a cell of each is read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.enums import (
    Capital,
    EventKind,
    KoreanNameBasis,
    Language,
    Medium,
    NameOrder,
    RoundStatus,
    Side,
    SourceKind,
)
from timeline.imports import cells
from timeline.imports.cells import Reader
from timeline.imports.tables import Fault, Row, Table, Unreadable, address, plain_name
from timeline.models import (
    Agreement,
    Delegate,
    Event,
    Official,
    Organization,
    Participant,
    Place,
    Record,
    Round,
    Source,
    Statement,
)

CITATIONS = 3  # of one row
Words = str | Promise


@dataclass(frozen=True)
class Column:
    name: str
    read: Reader
    about: Words
    example: str = ""
    is_needed: bool = False  # in a row that adds a record
    choices: tuple[str, ...] = ()
    field: str = ""  # of the model; empty where the cell tells of a part
    empty: Any = ""  # what stands in the field when it is emptied


@dataclass(frozen=True)
class Roll:
    """A column that names who was there: parts that are told apart by these values.

    One of them is a mark, such as the head of a delegation: who has it is named by a column of its own.
    """

    column: str
    part: type[Any]
    owner: str
    values: dict[str, Any]
    is_list: bool = True

    @property
    def is_marked(self) -> bool:
        return True in self.values.values()

    def holds(self, row: Any) -> bool:
        return all(getattr(row, name) == value for name, value in self.values.items())

    def is_marked_there(self, row: Any) -> bool:
        flags = {name for name, value in self.values.items() if isinstance(value, bool)}
        is_here = all(getattr(row, name) == value for name, value in self.values.items() if name not in flags)
        return is_here and any(getattr(row, name) for name in flags)


@dataclass(frozen=True)
class Kind:
    model: type[Record]
    columns: tuple[Column, ...]
    rolls: tuple[Roll, ...] = ()
    is_cited: bool = True
    by_name: dict[str, Column] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_name.update({each.name: each for each in self.columns})

    @property
    def name(self) -> str:
        return str(self.model._meta.model_name)

    @property
    def plural(self) -> str:
        return str(self.model._meta.verbose_name_plural)


def _own(name: str, read: Reader, about: Words, example: str = "", **more: Any) -> Column:
    """A column that fills the field of the same name."""
    return Column(name, read, about, example, **({"field": name} | more))


def _choice(name: str, choices: Any, about: Words, example: str, **more: Any) -> Column:
    return _own(name, cells.choice_of(choices), about, example, choices=tuple(choices.values), **more)


def _reference(name: str, model: type[Record], about: Words, example: str, **more: Any) -> Column:
    return _own(name, cells.record_of(model), about, example, **({"empty": None} | more))


def _slug(example: str) -> Column:
    about = gettext_lazy("Empty to add a record. To change one: its slug or its code.")
    return Column("slug", cells.line, about, example)


def _citations() -> Iterator[Column]:
    for number in range(1, CITATIONS + 1):
        end = f"_{number}" if number > 1 else ""
        yield Column(
            f"source{end}",
            cells.record_of(Source),
            gettext_lazy("Who says so: the slug or the web address of a stored source."),
            "yonhap-2024-05-24-talks" if number == 1 else "",
        )
        yield Column(
            f"quote{end}",
            cells.text,
            gettext_lazy("The exact words of that source, 40 at most."),
            "The talks took place from Tuesday through Thursday" if number == 1 else "",
        )
        yield Column(
            f"locator{end}",
            cells.line,
            gettext_lazy("Where in the source: page, chart, paragraph."),
            "paragraph 3" if number == 1 else "",
        )


WHEN = _own(
    "when",
    cells.edtf,
    gettext_lazy("As exactly as it is known: 2024-05-21, 2024-05, 2024, 2024-05-21/2024-05-23; ~ around, ? probably."),
    "2024-05-21/2024-05-23",
    is_needed=True,
)
DATE_NOTE = _own("date_note", cells.text, gettext_lazy("How the day was derived, or what is uncertain about it."))
POSITION = _own(
    "position",
    cells.whole_number,
    gettext_lazy("Of records that begin on the same day, the lower number comes first. Empty: 10."),
    "10",
    empty=10,
)
PLACE = _reference("place", Place, gettext_lazy("Name or slug of a stored place. Empty by video."), "Seoul")
VENUE = _own("venue", cells.line, gettext_lazy("The building or base."), "Korea Institute for Defense Analyses")
NOTE = _own("note", cells.text, gettext_lazy("What is uncertain."))
AGREEMENT = _reference("agreement", Agreement, gettext_lazy("The number of the agreement, its name or its slug."), "12")

ROUND = Kind(
    Round,
    (
        _slug("sma-12-round-2"),
        _reference(
            "agreement", Agreement, gettext_lazy("The number of the agreement, its name or slug."), "12", is_needed=True
        ),
        _own("number", cells.whole_number, gettext_lazy("As the two governments count."), "2", is_needed=True),
        WHEN,
        DATE_NOTE,
        PLACE,
        VENUE,
        _choice("status", RoundStatus, gettext_lazy("Empty: held."), "held", empty=RoundStatus.HELD),
        _own(
            "name_ko", cells.line, gettext_lazy("Korean name."), "제12차 한미 방위비분담특별협정 체결을 위한 제2차 회의"
        ),
        _own("outcome", cells.text, gettext_lazy("One to three sentences in our own words."), "Views were exchanged."),
        _own("outcome_ko", cells.text, gettext_lazy("The same in Korean.")),
        POSITION,
        Column("kr_head", cells.party, gettext_lazy("Head of the Korean delegation: name or slug."), "Lee Tae-woo"),
        Column("us_head", cells.party, gettext_lazy("Head of the US delegation: name or slug."), "Linda Specht"),
        Column("kr_delegates", cells.parties, gettext_lazy("The others of the delegation, with ; between them.")),
        Column("us_delegates", cells.parties, gettext_lazy("The others of the delegation, with ; between them.")),
        *_citations(),
    ),
    (
        Roll("kr_head", Delegate, "round", {"side": Capital.KR, "is_head": True}, is_list=False),
        Roll("us_head", Delegate, "round", {"side": Capital.US, "is_head": True}, is_list=False),
        Roll("kr_delegates", Delegate, "round", {"side": Capital.KR, "is_head": False}),
        Roll("us_delegates", Delegate, "round", {"side": Capital.US, "is_head": False}),
    ),
)

EVENT = Kind(
    Event,
    (
        _slug("2024-10-04-sma-12-announced"),
        _choice("kind", EventKind, gettext_lazy("What it was."), "announcement", is_needed=True),
        _own("title", cells.line, gettext_lazy("In our own words."), "The 12th agreement is announced", is_needed=True),
        _own("title_ko", cells.line, gettext_lazy("The same in Korean.")),
        WHEN,
        DATE_NOTE,
        PLACE,
        _own(
            "also_at",
            cells.records_of(Place),
            gettext_lazy("A second place, such as the other capital; several with ; between them."),
            "Washington",
            empty=(),
        ),
        VENUE,
        AGREEMENT,
        _own("summary", cells.text, gettext_lazy("In our own words."), "Both governments announced the agreement."),
        _own("summary_ko", cells.text, gettext_lazy("The same in Korean.")),
        NOTE,
        POSITION,
        Column(
            "participants", cells.parties, gettext_lazy("Names or slugs of people and bodies, with ; between them.")
        ),
        Column("signatories", cells.parties, gettext_lazy("Those who signed the agreement itself at this event.")),
        *_citations(),
    ),
    (
        Roll("participants", Participant, "event", {"is_signatory": False}),
        Roll("signatories", Participant, "event", {"is_signatory": True}),
    ),
)

STATEMENT = Kind(
    Statement,
    (
        _slug("2019-08-07-trump-talks-begun"),
        _own("text", cells.text, gettext_lazy("The exact words, 60 at most."), "Talks have begun.", is_needed=True),
        _choice("language", Language, gettext_lazy("Of the words above."), "en", is_needed=True),
        _own(
            "is_translation",
            cells.yes_or_no,
            gettext_lazy("Whether the source printed a translation."),
            "no",
            empty=False,
        ),
        _own("original_text", cells.text, gettext_lazy("The words in their own language, when they are known.")),
        _choice("original_language", Language, gettext_lazy("Of the original text."), ""),
        _reference("speaker", Official, gettext_lazy("Name or slug of a stored official."), "Donald Trump"),
        _own(
            "co_speakers",
            cells.records_of(Official),
            gettext_lazy("Joint speakers or authors, with ; between them."),
            empty=(),
        ),
        _reference("on_behalf_of", Organization, gettext_lazy("Name, abbreviation or slug of the body."), "MOFA"),
        _own("attribution", cells.line, gettext_lazy("Where the source names nobody."), "a Seoul official"),
        _choice("medium", Medium, gettext_lazy("How it was said."), "tweet", is_needed=True),
        WHEN,
        DATE_NOTE,
        Column(
            "made_at",
            cells.record_of(Round, Event),
            gettext_lazy("Slug of the round or the event at which it was said."),
            "sma-12-round-2",
        ),
        AGREEMENT,
        PLACE,
        VENUE,
        NOTE,
        POSITION,
        *_citations(),
    ),
)

OFFICIAL = Kind(
    Official,
    (
        _slug("lee-tae-woo"),
        _own("name", cells.line, gettext_lazy("As it is usually printed."), "Lee Tae-woo", is_needed=True),
        _own("family_name", cells.line, gettext_lazy("Family name alone."), "Lee"),
        _own("given_name", cells.line, gettext_lazy("Given name alone."), "Tae-woo"),
        _own("suffix", cells.line, gettext_lazy("Such as III or Jr.")),
        _choice("name_order", NameOrder, gettext_lazy("Which of the two comes first."), "family_first", is_needed=True),
        _own("name_ko", cells.line, gettext_lazy("In Hangul, never by guess."), "이태우"),
        _choice("name_ko_basis", KoreanNameBasis, gettext_lazy("Where the Hangul comes from."), "source"),
        _own(
            "aliases",
            cells.texts,
            gettext_lazy("Other romanizations and printed forms, with ; between them."),
            "Yi Tae-u; Lee Taewoo",
            empty=(),
        ),
        _choice("country", Side, gettext_lazy("The side."), "KR", is_needed=True),
        _own("summary", cells.text, gettext_lazy("In our own words.")),
        NOTE,
        *_citations(),
    ),
)

SOURCE = Kind(
    Source,
    (
        _slug("yonhap-2024-05-24-talks"),
        _own("publisher", cells.line, gettext_lazy("The originating outlet or body."), "Yonhap", is_needed=True),
        _own("title", cells.line, gettext_lazy("As printed, misprints too."), "Talks open in Seoul", is_needed=True),
        _own(
            "title_is_descriptive",
            cells.yes_or_no,
            gettext_lazy("Yes when the headline was not seen, and the title describes the item."),
            "no",
            empty=False,
        ),
        _own("author", cells.line, gettext_lazy("Byline.")),
        _own("agency", cells.line, gettext_lazy("News agency whose text it is.")),
        _own("via", cells.line, gettext_lazy("Where a republication was read.")),
        _own("published_on", cells.edtf, gettext_lazy("As exactly as it is known."), "2024-05-24"),
        _own("url", cells.line, gettext_lazy("Of the text as read."), "https://news.example/talks-open"),
        _own("archived_url", cells.line, gettext_lazy("Of an archived copy.")),
        _own("archived_on", cells.day, gettext_lazy("The day of that copy."), "2024-06-01", empty=None),
        _choice("language", Language, gettext_lazy("Of the text as read."), "en", is_needed=True),
        _choice("kind", SourceKind, gettext_lazy("What sort of work it is."), "news", is_needed=True),
        NOTE,
    ),
    is_cited=False,
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in (ROUND, EVENT, STATEMENT, OFFICIAL, SOURCE)}


@dataclass(frozen=True)
class Line:
    """A row by its columns' names: the cells that say something, each with where it stands."""

    number: int
    texts: dict[str, str]
    places: dict[str, str]

    def place(self, column: str) -> str:
        """Of a cell, also of an empty one; of a column that the table does not have, none."""
        return self.places.get(column, "")


def lines_of(kind: Kind, table: Table) -> list[Line]:
    """The rows by the columns of the kind. `Unreadable` names each column that it does not have."""
    names = _columns_of(kind, table.header)
    return [
        Line(
            row.number,
            {name: row.cells[at] for at, name in enumerate(names) if at < len(row.cells) and row.cells[at]},
            {name: address(row.number, at + 1) for at, name in enumerate(names)},
        )
        for row in table.rows
    ]


def _columns_of(kind: Kind, header: Row) -> list[str]:
    known = _known_names(kind)
    faults, found = [], []
    for at, name in enumerate(header.cells, start=1):
        column = known.get(plain_name(name), "")
        if name and not column:
            faults.append(Fault(address(header.number, at), _unknown_words(kind, name, known)))
        elif column and column in found:
            faults.append(
                Fault(address(header.number, at), _("The column %(name)s is there twice.") % {"name": column})
            )
        found.append(column)
    if faults:
        raise Unreadable(*faults)
    return found


def _known_names(kind: Kind) -> dict[str, str]:
    """Each column by its name, and by what the form calls its field, where that is no other column's name."""
    known = {plain_name(each.name): each.name for each in kind.columns}
    for each in kind.columns:
        if each.field:
            label = kind.model._meta.get_field(each.field).verbose_name  # type: ignore[union-attr]
            known.setdefault(plain_name(str(label)), each.name)
    known.setdefault("code", "slug")
    return known


def _unknown_words(kind: Kind, name: str, known: dict[str, str]) -> str:
    near = get_close_matches(plain_name(name), known, n=1)
    names = ", ".join(each.name for each in kind.columns)
    if near:
        return _("“%(name)s” is no column of %(kind)s; perhaps %(near)s is meant. The columns are: %(names)s.") % {
            "name": name,
            "kind": kind.plural,
            "near": known[near[0]],
            "names": names,
        }
    return _("“%(name)s” is no column of %(kind)s. The columns are: %(names)s.") % {
        "name": name,
        "kind": kind.plural,
        "names": names,
    }

"""What of each kind of record is indexed: of public records, and of what they point at only what is public, too."""

import datetime as dt
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass
from textwrap import shorten
from typing import Any

from django.utils import translation

from timeline import dates, index
from timeline.amounts import amount_words
from timeline.enums import AgreementStatus, Measure
from timeline.models import (
    Agreement,
    Appointment,
    ChiefNegotiator,
    Disagreement,
    Entry,
    Event,
    Figure,
    Gap,
    Official,
    Organization,
    Place,
    Position,
    Record,
    Round,
    Source,
    Statement,
    Topic,
)
from timeline.models.figures import COMPARABLE, SETTLED
from timeline.rendering import plain_text
from timeline.search import analysis, described, keys, meanings
from timeline.search import posts as posts_held
from timeline.search.expressions import BREAK, EVERYTHING
from timeline.search.signature import signature

DATED: tuple[type[Record], ...] = (Round, Statement, Event)
OPEN: tuple[type[Record], ...] = (Disagreement, Gap)  # questions, which stand in a list of their own
SEARCHED: tuple[type[Record], ...] = (*DATED, Agreement, Official, Organization, Place, Topic, Figure, Source, *OPEN)
NAMES = frozenset({"official", "organization", "place", "topic"})  # what their titles are
MONTHS_OF_A_SPAN, DAYS_OF_A_SPAN = 24, 31
LONGEST_TITLE = 160  # of what has none of its own
_SENTENCE = re.compile(r"(?<=[a-z0-9)%]\.) (?=[A-Z0-9])")  # begins behind it; U.S. ends none
LASTING_FROM = 8  # days; talks and visits are over sooner
# Within a day, newest first: what stands on the timeline, then the figures, then the sources.
FIGURE_POSITION, SOURCE_POSITION = 2, 1


@dataclass(frozen=True)
class Document:
    record_type: str
    record_id: int
    slug: str
    kind: str
    agreement: int  # its ordinal; 0 for none
    day: dt.date | None  # its place in the order of date
    position: int
    when: str  # EDTF
    title: str
    title_ko: str
    titles: tuple[str, ...]  # other forms of it: names in other spellings
    text: str  # what snippets are cut from, a line for each thing said
    names: tuple[str, ...]  # found as well, and not shown: other spellings, dates in words
    keys: tuple[str, ...]  # what names this very record
    marks: tuple[str, ...]  # tokens of what it can be narrowed down by
    people: tuple[int, ...]

    @property
    def year(self) -> int:
        return self.day.year if self.day else 0

    @property
    def digest(self) -> str:
        """Of the document and of the code that makes tokens of it."""
        content = repr(astuple(self)).encode("utf-8", "replace")
        return signature() + hashlib.blake2b(content, digest_size=12).hexdigest()


def tokens_of(document: Document) -> list[str]:
    """All tokens of a document in their order: of the title, of the title again and marked, of the rest."""
    title = list(_title(document))
    texts = [*document.text.split("\n"), *document.names]
    found = [*title, *(f"t{token}" for token in title)]
    apart: set[str] = set()
    for text in texts:
        tokens, more = _analysed(text)
        found += [*tokens, BREAK]
        apart |= more
    apart.difference_update(found)
    marks = [*sorted(document.marks), *_keys(document), year_mark(document.year), EVERYTHING]
    return [*found[: analysis.MOST_TOKENS], *sorted(apart), *marks]


def _title(document: Document) -> Iterator[str]:
    apart: set[str] = {token for token in document.marks if token[0] == "d"}
    for text in (document.title, document.title_ko, *document.titles):
        tokens, more = _analysed(text)
        yield from tokens
        yield BREAK
        apart |= more
    yield from sorted(apart)
    yield BREAK


def _analysed(text: str) -> tuple[list[str], set[str]]:
    """The tokens whose order matters, and those beside them."""
    ready = analysis.normal(text)
    tokens = analysis.sequence(ready)
    return [token.text for token in tokens], analysis.beside(ready) | {each.text for each in meanings.among(tokens)}


def _keys(document: Document) -> list[str]:
    return sorted({keys.token(key) for key in document.keys})


def words_of(document: Document) -> dict[str, bool]:
    """The words as people write them, for help with spelling: whether each stands in a name."""
    title = set().union(*map(keys.words, (document.title, document.title_ko, *document.titles)))
    other = set().union(*map(keys.words, (document.text, *document.names)))
    names = title - analysis.STOP_WORDS if document.kind in NAMES else set[str]()
    return {word: word in names for word in title | other}


def documents(model: type[Record], ids: Iterable[int]) -> list[Document]:
    """Those that the public ones among these records should have. A handful of queries, however many ids."""
    with translation.override("en"):
        return _OF[model](list(ids))


# --- what many kinds have --------------------------------------------------------------------------------------------


def mark(sort: str, value: str) -> str:
    """The token of a kind, an agreement, a person or a place: what filters ask for."""
    return f"{sort}{''.join(each for each in value.lower() if each.isascii() and each.isalnum())}"


def year_mark(year: int) -> str:
    """The token of the year in which a document has its place; 0 where it has no date."""
    return f"s{year}"


KIND, AGREEMENT, PERSON, PLACE = "k", "g", "p", "l"
# Marks beside that of the kind, for what answers a question best: when something began, how much is paid.
BEGINNING, PAYMENT = mark(KIND, "beginning"), mark(KIND, "payment")


def _lines(*texts: str) -> str:
    return "\n".join(" ".join(text.split()) for text in texts if text and text.strip())


def _dated(edtf: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A date in words of both languages, and its tokens; nothing for no date."""
    if not edtf:
        return (), ()
    date = dates.parse(edtf)
    words = []
    for language in ("en", "ko"):
        with translation.override(language):
            words.append(str(date))
    return tuple(words), tuple(sorted(_date_tokens(date)))


def _date_tokens(date: dates.PartialDate) -> Iterator[str]:
    first, last = date.first_day, date.last_day
    if first == last:
        yield from analysis.wider(f"d{first:%Y%m%d}")
        return
    for year in range(first.year, min(last.year, first.year + 100) + 1):
        yield f"d{year:04d}"
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if "year" not in {date.start.precision, date.end.precision} and months <= MONTHS_OF_A_SPAN:
        for number in range(months):
            year, month = divmod(first.year * 12 + first.month - 1 + number, 12)
            yield f"d{year:04d}{month + 1:02d}"
    for day in _days_of(date):
        yield from (f"d{day:%Y%m%d}", f"y{day:%m%d}")


def _days_of(date: dates.PartialDate) -> list[dt.date]:
    """Of a long span the first and the last, as far as they are known."""
    if date.start.precision == date.end.precision == "day" and date.day_count <= DAYS_OF_A_SPAN:
        return [date.first_day + dt.timedelta(days=number) for number in range(date.day_count)]
    return [day for end, day in ((date.start, date.first_day), (date.end, date.last_day)) if end.precision == "day"]


def _short(ordinal: int) -> list[str]:
    """What everybody calls an agreement, whatever its name is; its ordinal is understood without its ending."""
    return [f"{ordinal}th SMA", f"제{ordinal}차 SMA"]


def _of_kinds(*kinds: str) -> tuple[str, ...]:
    return tuple(mark(KIND, kind) for kind in kinds)


def _agreement_marks(ordinal: int | None) -> tuple[str, ...]:
    return () if ordinal is None else (mark(AGREEMENT, str(ordinal)),)


def _plain(text: str) -> str:
    return plain_text(text) if text else ""


def _public(record: Any) -> Any:
    return record if record is not None and record.is_published else None


# --- the timeline ----------------------------------------------------------------------------------------------------

_KOREAN: dict[type[Record], tuple[str, ...]] = {
    Round: ("name_ko", "outcome_ko"),
    Event: ("title_ko", "summary_ko"),
    Statement: ("original_text", "original_language"),
}
_RAW: dict[type[Record], tuple[str, ...]] = {Round: ("outcome", "number"), Event: ("summary",), Statement: ()}


class _Named:
    """The names of the people, bodies and places of many cards, and of their agreements, in four queries."""

    def __init__(self, cards: list[Any]) -> None:
        slugs: defaultdict[str, set[str]] = defaultdict(set)
        for card in cards:
            for sort in ("people", "bodies", "places"):
                slugs[sort] |= {each["slug"] for each in card[sort]}
        self.people = self._named(Official, slugs["people"])
        self.bodies = self._named(Organization, slugs["bodies"])
        self.places = self._named(Place, slugs["places"])
        self.agreements = self._named(Agreement, {card["agreement"]["slug"] for card in cards if card["agreement"]})

    @staticmethod
    def _named(model: Any, slugs: set[str]) -> dict[str, Any]:
        return {each.slug: each for each in model.objects.published().filter(slug__in=slugs)} if slugs else {}

    def of_agreement(self, slug: str) -> list[str]:
        return [*keys.spellings(self.agreements[slug]), *_short(self.agreements[slug].ordinal)]

    def names(self, card: Any) -> Iterator[str]:
        for person in card["people"]:
            yield from keys.spellings(self.people[person["slug"]])
        for body in card["bodies"]:
            yield from keys.spellings(self.bodies[body["slug"]])
        for place in card["places"]:
            yield from keys.spellings(self.places[place["slug"]])

    def marks(self, card: Any) -> Iterator[str]:
        for person in card["people"]:
            yield mark(PERSON, self.people[person["slug"]].code)
        for place in card["places"]:
            yield mark(PLACE, self.places[place["slug"]].code)


def _on_the_timeline(model: type[Record]) -> Callable[[list[int]], list[Document]]:
    def found(ids: list[int]) -> list[Document]:
        name = str(model._meta.model_name)
        entries = list(Entry.objects.filter(record_type=name, record_id__in=ids).select_related("card"))
        columns = (*_KOREAN[model], *_RAW[model])
        public: Any = model._default_manager.published().filter(pk__in=ids)  # type: ignore[attr-defined]
        rows = {row["pk"]: row for row in public.values("pk", *columns)}
        named = _Named([entry.card.content for entry in entries])
        return [_of_entry(model, entry, rows[entry.record_id], named) for entry in entries if entry.record_id in rows]

    return found


def _of_entry(model: type[Record], entry: Entry, row: dict[str, Any], named: _Named) -> Document:
    card: Any = entry.card.content
    title_ko, more = (row[name] for name in _KOREAN[model])
    if model is Statement:
        title_ko, more = "", row["original_text"]
    people = [f"{each['name']} {each['name_ko']}, {each['role']}".strip(" ,") for each in card["people"]]
    bodies = [
        f"{named.bodies[each['slug']].name_ko} {each['name']}, {each['role']}".strip(" ,") for each in card["bodies"]
    ]
    places = [f"{each['name']} {named.places[each['slug']].name_ko}".strip() for each in card["places"]]
    raw = _plain(row.get("outcome", row.get("summary", "")))
    text = _lines(
        card["words"],
        raw,
        _plain(more) if model is not Statement else more,
        card["attribution"],
        *(each["as_stated"] for each in card["money"]),
        "; ".join(people),
        "; ".join(bodies),
        "; ".join(places),
        card["venue"],
    )
    agreement = card["agreement"]
    words, day_marks = _dated(card["when"])
    names = [*words, card["date_note"], *named.names(card)]
    names += named.of_agreement(agreement["slug"]) if agreement else []
    names += [WORDS_FOR[entry.kind]] if entry.kind in WORDS_FOR else []
    ordinal = agreement["ordinal"] if agreement else None
    kinds = _of_kinds(entry.kind, "event") if model is Event else _of_kinds(entry.kind)
    kinds += (BEGINNING,) if _begins(model, row, card["when"]) else ()
    numbered = list(keys.of_stage(ordinal, entry.kind))
    numbered += [keys.round_key(ordinal, row["number"])] if model is Round and ordinal is not None else []
    return Document(
        record_type=entry.record_type,
        record_id=entry.record_id,
        slug=entry.slug,
        kind=entry.kind,
        agreement=ordinal or 0,
        day=entry.first_day,
        position=entry.position,
        when=card["when"],
        title=card["title"],
        title_ko=title_ko,
        titles=(),
        text=text,
        names=tuple(dict.fromkeys(filter(None, names))),
        keys=(*numbered, *keys.of_names([card["title"], title_ko])) if model is not Statement else (),
        marks=(*kinds, *_agreement_marks(ordinal), *named.marks(card), *day_marks),
        people=tuple(sorted({named.people[each["slug"]].pk for each in card["people"]})),
    )


def _begins(model: type[Record], row: dict[str, Any], edtf: str) -> bool:
    """Whether something long began with it: an event that lasted, the first round of talks."""
    if model is Round:
        return bool(row["number"] == 1)
    date = dates.parse(edtf)
    return model is Event and date.is_span and date.day_count >= LASTING_FROM


# --- around it -------------------------------------------------------------------------------------------------------


# The words that people use for a kind of record, in both languages: few of our titles are in Korean.
WORDS_FOR = {
    "round": "round of talks, negotiation session, meeting, 회의, 협상, 회담",
    "statement": "said, statement, 발언, 성명",
    "figure": "amount, 금액",
    "agreement": "agreement, 협정",
    "disagreement": "disagreement, sources disagree, sources differ, discrepancy, 불일치, 엇갈린 보도",
    "gap": "missing, not found, not known, 누락",
    "announcement": "announced, 발표",
    "appointment": "appointed, named, 임명",
    "cabinet_approval": "approved by the cabinet, 국무회의 의결",
    "call": "telephone call, 통화",
    "election": "election, 선거",
    "entry_into_force": "entered into force, took effect, 발효",
    "expiry": "expired, ended, 만료",
    "hearing": "hearing, 청문회",
    "initialling": "initialled, 가서명",
    "legislation": "legislation, bill, 입법, 법안, 법률, 특별법",
    "meeting": "met, meeting, 회담, 면담",
    "press_briefing": "press briefing, 브리핑",
    "protest": "protest, 시위",
    "ratification": "ratified, National Assembly approval, voted, 비준, 국회 비준동의, 표결, 찬성",
    "report": "report, 보도",
    "signing": "signed, signing, 서명",
    "speech": "speech, 연설",
    "visit": "visit, 방문",
}
PARTY_WORDS = {"KR": "Seoul, South Korea, ROK, 한국, 우리나라", "US": "Washington, United States, US, 미국"}
STANCE_WORDS = {
    "demanded": "demand, asks for, 요구",
    "offered": "offer, 제안",
    "projected": "projection, estimate, 전망",
    "agreed": "agreement, 합의",
    "appropriated": "budget, 예산",
    "paid": "payment, 지급",
}
PAYMENT_WORDS = (
    "payment, pays, contribution, defense cost sharing, for the U.S. troops in South Korea, USFK, "
    "방위비 분담금, 총액, 주한미군 주둔비"
)
GROWING = (*COMPARABLE, Measure.RATE, Measure.INCREASE, Measure.CAP)
GROWTH_WORDS = "growth rate, rate of increase, growth of the contribution, 분담금 인상률, 증가율"


def _record(record: Any, kind: str, **values: Any) -> Document:
    defaults: dict[str, Any] = {
        "record_type": str(record._meta.model_name),
        "record_id": record.pk,
        "slug": record.slug,
        "kind": kind,
        "agreement": 0,
        "day": None,
        "position": 0,
        "when": "",
        "title_ko": "",
        "titles": (),
        "text": "",
        "names": (),
        "keys": (),
        "people": (),
    }
    marks = (*_of_kinds(kind), *values.pop("marks", ()))
    return Document(**(defaults | values), marks=marks)


def _years_covered(agreement: Agreement) -> Iterable[int]:
    """What is paid in a year is what the agreement says that covers it."""
    if agreement.covers_from is None or agreement.covers_to is None:
        return ()
    return range(agreement.covers_from, min(agreement.covers_to, agreement.covers_from + 100) + 1)


def _agreements(ids: list[int]) -> list[Document]:
    negotiators: defaultdict[int, list[Official]] = defaultdict(list)
    chiefs = ChiefNegotiator.objects.published().filter(agreement__in=ids).select_related("official").in_order()
    for chief in chiefs:
        negotiators[chief.agreement_id].append(chief.official)
    found = []
    for each in Agreement.objects.published().filter(pk__in=ids):
        people = negotiators[each.pk]
        named = [f"{official.name} {official.name_ko}".strip() for official in people]
        text = _lines(
            each.formal_title_ko,
            _plain(each.summary),
            _plain(each.summary_ko),
            _plain(each.method),
            _plain(each.talks_summary),
            each.years,
            "; ".join(named),
        )
        names = [WORDS_FOR["agreement"], *_dated(each.talks_opened)[0], *_dated(each.talks_concluded)[0]]
        names += [name for official in people for name in keys.spellings(official)]
        found.append(
            _record(
                each, "agreement", agreement=each.ordinal, title=each.name, title_ko=each.name_ko,
                titles=(each.formal_title_ko, *_short(each.ordinal)), text=text, names=tuple(filter(None, names)),
                keys=(
                    keys.agreement_key(each.ordinal),
                    *keys.of_stages(each.ordinal),
                    *described.of_agreement(each),
                    *((keys.CURRENT_AGREEMENT,) if each.status == AgreementStatus.IN_FORCE else ()),
                    *keys.of_names([each.name, each.name_ko, each.formal_title_ko]),
                ),
                marks=(
                    *_agreement_marks(each.ordinal),
                    *(f"d{year}" for year in _years_covered(each)),
                    *(mark(PERSON, official.code) for official in people),
                ),
                people=tuple(sorted(official.pk for official in people)),
            )
        )  # fmt: skip
    return found


def _officials(ids: list[int]) -> list[Document]:
    posts: defaultdict[int, list[Appointment]] = defaultdict(list)
    held = Appointment.objects.published().filter(official__in=ids).select_related("organization").in_order()
    for post in held:
        posts[post.official_id].append(post)
    return [_official(each, posts[each.pk]) for each in Official.objects.published().filter(pk__in=ids)]


def _official(official: Official, posts: list[Appointment]) -> Document:
    """The last post first: where nothing else was asked for, results show the first line of a person."""
    held = [
        " ".join(filter(None, [post.title, post.title_ko, post.organization.name if post.organization else ""]))
        for post in reversed(posts)
    ]
    return _record(
        official,
        "official",
        title=official.name,
        title_ko=official.name_ko,
        text=_lines(_plain(official.summary), *held),
        titles=tuple(keys.spellings(official)),
        keys=(*keys.of_official(official), *posts_held.of_official(official, posts)),
        marks=(mark(PERSON, official.code),),
        people=(official.pk,),
    )


def _organizations(ids: list[int]) -> list[Document]:
    return [
        _record(
            each,
            "organization",
            title=each.name,
            title_ko=each.name_ko,
            text=each.abbreviation,
            titles=tuple(keys.spellings(each)),
            keys=keys.of_names(keys.spellings(each)),
        )
        for each in Organization.objects.published().filter(pk__in=ids)
    ]


def _places(ids: list[int]) -> list[Document]:
    return [
        _record(
            each,
            "place",
            title=each.name,
            title_ko=each.name_ko,
            keys=keys.of_names(keys.spellings(each)),
            marks=(mark(PLACE, each.code),),
        )
        for each in Place.objects.published().filter(pk__in=ids)
    ]


def _topics(ids: list[int]) -> list[Document]:
    return [
        _record(
            each,
            "topic",
            title=each.name,
            title_ko=each.name_ko,
            text=_lines(_plain(each.description)),
            keys=keys.of_names(keys.spellings(each)),
        )
        for each in Topic.objects.published().filter(pk__in=ids)
    ]


def _figures(ids: list[int]) -> list[Document]:
    found = []
    for each in Figure.objects.published().filter(pk__in=ids).select_related("agreement"):
        agreement = _public(each.agreement)
        said = [each.get_measure_display(), each.get_party_display() if each.party else "", each.years]
        said += [each.growth_words] if each.amount is not None else []
        words, _days = _dated(each.stated_on)
        names = [*words, *_amounts(each)]
        names += [*keys.spellings(agreement), *_short(agreement.ordinal)] if agreement else []
        names += [WORDS_FOR["figure"], PARTY_WORDS.get(each.party, "")]
        is_payment = each.measure in COMPARABLE and each.stance in SETTLED
        names += [PAYMENT_WORDS] if is_payment else []
        names += [GROWTH_WORDS] if each.growth_percent is not None and each.measure in GROWING else []
        names += [STANCE_WORDS.get(each.stance, "")]
        marks = (*_agreement_marks(agreement.ordinal if agreement else None), *_figure_days(each))
        marks += (PAYMENT,) if is_payment else ()
        title = f"{each.as_stated} ({', '.join(filter(None, [each.get_stance_display(), each.years]))})"
        found.append(
            _record(
                each, "figure", agreement=agreement.ordinal if agreement else 0, day=each.stated_first_day,
                position=FIGURE_POSITION, when=each.stated_on, title=title, text=_lines(", ".join(filter(None, said))),
                names=tuple(dict.fromkeys(filter(None, names))), marks=marks,
            )
        )  # fmt: skip
    return found


def _figure_days(figure: Figure) -> tuple[str, ...]:
    """Its year is the one that it is for, where that is known; else the one in which it was stated."""
    _words, days = _dated(figure.stated_on)
    if figure.year_from is None and figure.year_to is None:
        return days
    years = {figure.year_from, figure.year_to} - {None} if figure.year_from == figure.year_to else set()
    return (*(day for day in days if len(day) > len("d2024")), *(f"d{year:04d}" for year in years))


def _amounts(figure: Figure) -> Iterator[str]:
    """The number in both languages: 1.0389 trillion won is found as 1조 389억 원, too."""
    for amount, currency in ((figure.amount, figure.currency), (figure.usd_equivalent, "USD")):
        if amount is not None:
            for language in ("en", "ko"):
                with translation.override(language):
                    yield amount_words(amount, currency)
    if figure.growth_words:
        yield figure.growth_words


def _sources(ids: list[int]) -> list[Document]:
    found = []
    for each in Source.objects.published().filter(pk__in=ids).defer("private_text"):
        outlet = [each.publisher, each.via, each.agency, each.author]
        words, days = _dated(each.published_on)
        found.append(
            _record(
                each, "source", day=each.published_first_day, position=SOURCE_POSITION, when=each.published_on,
                title=each.title, text=_lines(", ".join(filter(None, outlet))),
                names=words, keys=keys.of_names([each.title]), marks=days,
            )
        )  # fmt: skip
    return found


def _disagreements(ids: list[int]) -> list[Document]:
    reported: defaultdict[int, list[str]] = defaultdict(list)
    for number, reports in (
        Position.objects.in_order().filter(disagreement__in=ids).values_list("disagreement", "reports")
    ):
        reported[number].append(reports)
    found: list[Any] = list(Disagreement.objects.published().filter(pk__in=ids).by_agreement())
    of_them = Agreement.objects.published().filter(ordinal__in={each.public_ordinal for each in found})
    named = {each.ordinal: [*keys.spellings(each), *_short(each.ordinal)] for each in of_them}
    return [
        _record(
            each, "disagreement", agreement=each.public_ordinal or 0, title=each.question,
            text=_lines(f"We follow: {each.followed}", _plain(each.why), *reported[each.pk]),
            names=(WORDS_FOR["disagreement"], *named.get(each.public_ordinal, ())),
            marks=_agreement_marks(each.public_ordinal),
        )
        for each in found
    ]  # fmt: skip


def _titled(text: str) -> tuple[str, str]:
    """Its first sentence and the rest; of a long one how it begins, and all of it."""
    first, *rest = _SENTENCE.split(text, maxsplit=1)
    if len(first) <= LONGEST_TITLE:
        return first, "".join(rest)
    return shorten(text, LONGEST_TITLE, placeholder="…"), text


def _gaps(ids: list[int]) -> list[Document]:
    """What is missing is said in a sentence or two, which are the title and the text."""
    found = []
    for each in Gap.objects.published().filter(pk__in=ids).select_related("agreement"):
        agreement = _public(each.agreement)
        title, text = _titled(" ".join(_plain(each.text).split()))
        names = [WORDS_FOR["gap"], *(keys.spellings(agreement) + _short(agreement.ordinal) if agreement else [])]
        found.append(
            _record(
                each, "gap", agreement=agreement.ordinal if agreement else 0,
                title=title, text=text, names=tuple(names),
                marks=_agreement_marks(agreement.ordinal if agreement else None),
            )
        )  # fmt: skip
    return found


_OF: dict[type[Record], Callable[[list[int]], list[Document]]] = {
    **{model: _on_the_timeline(model) for model in DATED},
    Agreement: _agreements,
    Official: _officials,
    Organization: _organizations,
    Place: _places,
    Topic: _topics,
    Figure: _figures,
    Source: _sources,
    Disagreement: _disagreements,
    Gap: _gaps,
}


def sort_key(document: Document) -> str:
    """(day, position, slug, type): the order of the timeline, goes on to what does not stand on it."""
    day = document.day or dt.date.min
    return f"{index.sort_key(day, document.position if document.day else 0, document.slug)}.{document.record_type}"

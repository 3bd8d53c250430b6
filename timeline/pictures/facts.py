"""What the card of a record says, as plain values: drawn from nothing else, and found again by a digest of them.

Of rounds, events and statements it reads what the timeline reads of them (`EntryCard`), where nothing is that is not
public. A batch of records costs two queries at most.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from timeline import index
from timeline.enums import Capital, EntryKind, RoundStatus, Side, StageKind
from timeline.models import (
    Agreement,
    Entry,
    EntryCard,
    Event,
    Figure,
    Official,
    Organization,
    Place,
    Record,
    Round,
    Source,
    Statement,
    Topic,
)
from timeline.models.prepared import Prepared
from timeline.rendering import plain_text

TITLE, WORDS, NUMBER = "title", "words", "number"  # what the largest words of a card are
BOTH = (Capital.KR.value, Capital.US.value)
MOST_PEOPLE = 4
DATED = (Round, Event, Statement)
MODELS: tuple[type[Record], ...] = (
    Statement,
    Figure,
    Round,
    Event,
    Agreement,
    Official,
    Organization,
    Source,
    Topic,
    Place,
)


@dataclass(frozen=True)
class Voice:
    """Who speaks or takes part."""

    name: str
    name_ko: str = ""
    side: str = ""
    role: str = ""


@dataclass(frozen=True)
class Card:
    kind: str
    headline: str
    form: str = TITLE
    headline_ko: str = ""
    people: tuple[Voice, ...] = ()
    note: str = ""
    quote: str = ""  # the source's words behind a number
    when: str = ""  # EDTF: to read one takes milliseconds, which only the drawing needs to take
    when_words: str = "%(date)s"
    place: str = ""
    agreement: str = ""
    sides: tuple[str, ...] = ()


def public(model: type[Record]) -> QuerySet[Any]:
    """Without what is long and on no card."""
    everything: Any = model._default_manager
    shown: QuerySet[Any] = everything.published()
    return shown.defer("private_text") if model is Source else shown


@override(settings.LANGUAGE_CODE)
def cards(records: Sequence[Record]) -> dict[int, Card]:
    """By id, of public records of one kind; without those that the index has not yet taken up."""
    if not records:
        return {}
    model = type(records[0])
    if model in DATED:
        return _dated(records)
    return {record.pk: ONE_BY_ONE[model](record) for record in _fetched(model, records)}


def _fetched(model: type[Record], records: Sequence[Any]) -> Iterable[Any]:
    if model is Figure:
        shown = Agreement.objects.published().in_bulk({each.agreement_id for each in records} - {None})
        for each in records:
            each.shown_agreement = shown.get(each.agreement_id)
    if model is Agreement:
        return Agreement.objects.filter(pk__in=[each.pk for each in records]).with_stages()
    return records


# --- what stands on the timeline -------------------------------------------------------------------------------------


def _dated(records: Sequence[Any]) -> dict[int, Card]:
    by_id = {each.pk: each for each in records}
    made = CARDS_OF(str(records[0]._meta.model_name), list(by_id))
    return {each.entry.record_id: _entry(by_id[each.entry.record_id], each.entry, each.content) for each in made}


CARDS_OF: Prepared[EntryCard] = Prepared(
    EntryCard,
    lambda kind, ids: EntryCard.objects.filter(entry__record_type=kind, entry__record_id__in=ids).select_related(
        "entry"
    ),
)


def _entry(record: Any, entry: Entry, shown: index.Card) -> Card:
    sides = (Side.KR, entry.is_kr), (Side.US, entry.is_us), (Side.INT, entry.is_int)
    values: dict[str, Any] = {
        "kind": str(EntryKind(shown["kind"]).label),
        "headline": shown["title"],
        "headline_ko": getattr(record, "title_ko", "") or getattr(record, "name_ko", ""),
        "people": _people(shown),
        "when": record.when,
        "place": ", ".join(place["name"] for place in shown["places"]),
        "agreement": shown["agreement"]["name"] if shown["agreement"] else "",
        "sides": tuple(side.value for side, takes_part in sides if takes_part),
    }
    return Card(**(values | SPECIAL[type(record)](record, shown)))


def _people(shown: index.Card) -> tuple[Voice, ...]:
    """Those who headed it, else all who are named; of bodies alone where nobody is named."""
    people = [(each["is_head"], Voice(each["name"], each["name_ko"], each["side"])) for each in shown["people"]]
    heads = [voice for is_head, voice in people if is_head]
    named = heads or [voice for _is_head, voice in people]
    return tuple(named or [Voice(each["name"], side=each["side"]) for each in shown["bodies"]])[:MOST_PEOPLE]


def _round(record: Any, shown: index.Card) -> dict[str, Any]:
    status = RoundStatus(shown["status"])
    return {"note": "" if status == RoundStatus.HELD else capfirst(str(status.label)), "sides": BOTH}


def _event(record: Any, shown: index.Card) -> dict[str, Any]:
    return {}


def _statement(record: Any, shown: index.Card) -> dict[str, Any]:
    note = _("in translation") if shown["is_translation"] else ""
    return {"headline": shown["words"], "form": WORDS, "people": _speakers(shown), "note": note}


def _speakers(shown: index.Card) -> tuple[Voice, ...]:
    people = [Voice(each["name"], each["name_ko"], each["side"], each["role"]) for each in shown["people"]]
    bodies = [Voice(each["name"], side=each["side"]) for each in shown["bodies"]]
    unnamed = [Voice(shown["attribution"], side=bodies[0].side if bodies else "")] if shown["attribution"] else bodies
    return tuple(people or unnamed)[:MOST_PEOPLE]


SPECIAL: dict[type[Record], Callable[[Any, index.Card], dict[str, Any]]] = {
    Round: _round,
    Event: _event,
    Statement: _statement,
}


# --- what does not ---------------------------------------------------------------------------------------------------


def _figure(figure: Any) -> Card:
    number = figure.amount_words or figure.growth_words
    parts = (figure.measure_words, _fiscal(figure.years))
    party = {Capital.KR.value: _("Seoul"), Capital.US.value: _("Washington")}.get(figure.party, "")
    return Card(
        kind=" · ".join(filter(None, (party, capfirst(figure.get_stance_display())))),
        headline=number or figure.as_stated,
        form=NUMBER if number else WORDS,
        note=" · ".join(filter(None, parts)),
        quote=figure.as_stated if number else "",
        when=figure.stated_on,
        agreement=figure.shown_agreement.name if figure.shown_agreement else "",
        sides=(figure.party,) if figure.party else (),
    )


def _fiscal(years: str) -> str:
    return _("for %(years)s") % {"years": years} if years else ""


def _agreement(agreement: Agreement) -> Card:
    signed = [stage.event.when for stage in agreement.public_stages if stage.stage == StageKind.SIGNED]
    covers = _("covers %(years)s") % {"years": agreement.years} if agreement.years else ""
    return Card(
        kind=_("Agreement"),
        headline=agreement.name,
        headline_ko=agreement.name_ko,
        note=" · ".join(filter(None, (capfirst(agreement.get_status_display()), covers))),
        when=signed[0] if signed else "",
        when_words=_("signed %(date)s"),
        sides=BOTH,
    )


def _official(official: Official) -> Card:
    return Card(
        kind=_("Official"),
        headline=official.name,
        headline_ko=official.name_ko,
        people=(Voice(official.get_country_display(), side=official.country),),
        note=plain_text(official.summary),
        sides=(official.country,),
    )


def _organization(organization: Organization) -> Card:
    return Card(
        kind=capfirst(organization.kind_words or str(organization._meta.verbose_name)),
        headline=organization.name,
        headline_ko=organization.name_ko,
        people=(Voice(organization.get_country_display(), role=organization.abbreviation, side=organization.country),),
        sides=(organization.country,),
    )


def _place(place: Place) -> Card:
    return Card(kind=capfirst(place.get_kind_display()), headline=place.name, headline_ko=place.name_ko)


def _topic(topic: Topic) -> Card:
    return Card(
        kind=_("Topic"), headline=topic.name, headline_ko=topic.name_ko, note=plain_text(topic.description), sides=BOTH
    )


def _source(source: Source) -> Card:
    return Card(
        kind=_("Source"),
        headline=f"[{source.title}]" if source.title_is_descriptive else source.title,
        people=(Voice(source.publisher, role=source.author),),
        note=source.get_language_display() if source.language != "en" else "",
        when=source.published_on,
        place=capfirst(source.get_kind_display()),
    )


ONE_BY_ONE: dict[type[Record], Callable[[Any], Card]] = {
    Figure: _figure,
    Agreement: _agreement,
    Official: _official,
    Organization: _organization,
    Place: _place,
    Topic: _topic,
    Source: _source,
}

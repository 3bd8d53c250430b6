"""The shapes of what the timeline shows: plain values, as they are kept in JSON."""

import hashlib
import json
from typing import TypedDict


class Named(TypedDict):
    slug: str
    name: str


class Person(TypedDict):
    slug: str
    name: str
    name_ko: str
    side: str
    role: str  # as recorded for the occasion, else the post held that day, else empty: not known
    is_head: bool


class Body(TypedDict):
    slug: str
    name: str
    side: str
    role: str
    is_head: bool


class Money(TypedDict):
    slug: str
    stance: str
    party: str
    amount: str  # a decimal number, or empty
    currency: str
    as_stated: str


class Cited(TypedDict):
    code: str
    source_slug: str
    publisher: str
    title: str
    title_language: str  # empty where the title is our description
    published_on: str  # EDTF
    url: str
    exact_url: str  # the same with a text fragment: opens at the very sentence
    archived_url: str
    language: str
    quote: str
    locator: str
    note: str
    supports: str


class Disputed(TypedDict):
    slug: str
    question: str


class Occasion(TypedDict):
    url: str
    title: str


class Answered(TypedDict):
    """A record that this one answers, or that answers it."""

    way: str  # "answers" or "answered_by"
    url: str
    title: str
    when: str  # EDTF


class AgreementName(TypedDict):
    slug: str
    name: str
    ordinal: int


class Card(TypedDict):
    """What the timeline shows of an entry: plain values, so that reading one costs no query and no model."""

    record_type: str
    kind: str
    slug: str
    url: str
    title: str
    when: str  # EDTF
    date_note: str
    places: list[Named]
    venue: str
    agreement: AgreementName | None
    people: list[Person]
    bodies: list[Body]
    attribution: str
    words: str  # of a statement, verbatim
    language: str
    is_translation: bool
    medium: str
    summary_html: str  # an event's summary, a round's outcome: clean HTML
    status: str  # of a round
    money: list[Money]
    citations: list[Cited]
    disagreements: list[Disputed]
    occasion: Occasion | None
    exchange: list[Answered]  # what it answers, then what answers it
    said_here: int


def digest_of(card: Card) -> bytes:
    """Of all that the card says: two cards with the same digest are shown alike."""
    return hashlib.blake2b(json.dumps(card, sort_keys=True).encode(), digest_size=16).digest()

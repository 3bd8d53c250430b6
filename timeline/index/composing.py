"""Composes entries from records and the public rows around them: a batch at a time, each kind of row fetched once."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from timeline.enums import Facet, RelationKind, Side, State
from timeline.index.cards import AgreementName, Answered, Body, Card, Cited, Money, Occasion, Person, digest_of
from timeline.models import (
    Agreement,
    Appointment,
    Citation,
    ConcernedRecord,
    Delegate,
    Event,
    Figure,
    Official,
    Organization,
    Participant,
    Place,
    Relation,
    Round,
    Statement,
    Topic,
)
from timeline.models.prepared import Prepared
from timeline.rendering import markdown, text_fragment

DatedModel = type[Round] | type[Event] | type[Statement]
DATED: tuple[DatedModel, ...] = (Round, Event, Statement)


@dataclass(frozen=True)
class Composed:
    """One entry with all that hangs on it, not yet written."""

    entry: dict[str, Any]
    links: frozenset[tuple[int, int]]  # (facet, id of what it can be filtered by)
    card: Card
    text: str


def folded(text: str) -> str:
    """Text as the filter by words compares it: compatibility forms united, case gone, white space single."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def sort_key(first_day: Any, position: int, slug: str) -> str:
    """The total order (first day, position, slug) as one string whose bytes sort alike on both databases."""
    return f"{first_day.isoformat()}.{position:05d}.{slug}"


def _grouped(rows: Iterable[Any], key: Callable[[Any], int]) -> defaultdict[int, list[Any]]:
    groups: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


class Surroundings:
    """The public rows around a batch of rounds, events or statements, each kind of row fetched once."""

    def __init__(self, model: type[models.Model], ids: list[int]) -> None:
        name = str(model._meta.model_name)
        self.citations = _grouped(_citations(name)(ids), lambda row: getattr(row, f"{name}_id"))
        self.money = _grouped(_money_of(name)(ids), lambda row: getattr(row, f"arose_at_{name}_id"))
        self.disagreements = _grouped(_disagreements(name)(ids), lambda row: getattr(row, f"{name}_id"))
        self.topics = _grouped(_topics(name)(ids), lambda row: row[0])
        self.said = {} if name == "statement" else dict(_said(name)(ids))
        self.attendees = self._attendees(model, ids)
        self.also_at = _grouped(ALSO_AT(ids) if model is Event else (), lambda row: row.event_id)
        self.co_speakers = _grouped(CO_SPEAKERS(ids) if model is Statement else (), lambda row: row.statement_id)
        self.posts = self._posts(model, ids)
        self.exchange = self._exchange(name, ids)

    def _attendees(self, model: type[models.Model], ids: list[int]) -> defaultdict[int, list[Any]]:
        if model is Round:
            return _grouped(DELEGATES(ids), lambda row: row.round_id)
        return _grouped(PARTICIPANTS(ids) if model is Event else (), lambda row: row.event_id)

    def _posts(self, model: type[models.Model], ids: list[int]) -> defaultdict[int, list[Any]]:
        people = {row.official_id for rows in (*self.attendees.values(), *self.co_speakers.values()) for row in rows}
        if model is Statement:
            people |= {official for (official,) in SPEAKERS(ids)}
        return _grouped(POSTS(sorted(people - {None})), lambda row: row.official_id)

    def _exchange(self, name: str, ids: list[int]) -> defaultdict[int, list[tuple[str, Any]]]:
        """What each record answers, then what answers it: public ones, in the order of the relations."""
        found: defaultdict[int, list[tuple[str, Any]]] = defaultdict(list)
        for relation in _answers(name)(ids):
            origin, goal = relation.origin, relation.goal
            if isinstance(goal, DATED) and getattr(relation, f"from_{name}_id") is not None:
                found[origin.pk].append(("answers", goal))
            if getattr(relation, f"to_{name}_id") is not None:
                found[goal.pk].append(("answered_by", origin))
        for pairs in found.values():
            pairs.sort(key=lambda pair: pair[0] == "answered_by")
        return found


# --- the queries: asked at every save, so their SQL is built once ---


@cache
def _citations(name: str) -> Prepared[Citation]:
    cited = Citation.objects.published([name]).with_source().in_order()
    return Prepared(Citation, lambda ids: cited.filter(**{f"{name}__in": ids}))


@cache
def _money_of(name: str) -> Prepared[Figure]:
    return Prepared(Figure, lambda ids: Figure.objects.published().filter(**{f"arose_at_{name}__in": ids}).by_day())


@cache
def _disagreements(name: str) -> Prepared[ConcernedRecord]:
    concerned = ConcernedRecord.objects.filter(disagreement__state=State.PUBLISHED)
    concerned = concerned.select_related("disagreement").order_by("disagreement__slug")
    return Prepared(ConcernedRecord, lambda ids: concerned.filter(**{f"{name}__in": ids}))


@cache
def _topics(name: str) -> Prepared[tuple[int, int]]:
    members = f"{name}s"
    return Prepared(
        Topic, lambda ids: Topic.objects.published().filter(**{f"{members}__in": ids}).values_list(members, "pk")
    )


@cache
def _said(name: str) -> Prepared[tuple[int, int]]:
    """How many public statements were made at each of these rounds or events."""
    at = f"made_at_{name}"

    def counted(ids: list[int]) -> models.QuerySet[Any, Any]:
        made: models.QuerySet[Any, Any] = Statement.objects.published().filter(**{f"{at}__in": ids})
        return made.order_by().values(at).annotate(count=models.Count("pk")).values_list(at, "count")  # type: ignore[no-any-return]

    return Prepared(Statement, counted)


@cache
def _answers(name: str) -> Prepared[Relation]:
    answers = Relation.objects.published().filter(kind=RelationKind.ANSWERS).with_records().in_order()
    return Prepared(Relation, lambda ids: answers.filter(Q(**{f"from_{name}__in": ids}) | Q(**{f"to_{name}__in": ids})))


DELEGATES: Prepared[Delegate] = Prepared(
    Delegate,
    lambda ids: (
        Delegate.objects.published().filter(round__in=ids).with_party().order_by("side", "-is_head", "order", "code")
    ),
)
PARTICIPANTS: Prepared[Participant] = Prepared(
    Participant, lambda ids: Participant.objects.published().filter(event__in=ids).with_party().in_order()
)
ALSO_AT: Prepared[Any] = Prepared(
    Event.also_at.through,
    lambda ids: (
        Event.also_at.through._default_manager.filter(event__in=ids, place__state=State.PUBLISHED)
        .select_related("place")
        .order_by("place__slug")
    ),
)
CO_SPEAKERS: Prepared[Any] = Prepared(
    Statement.co_speakers.through,
    lambda ids: (
        Statement.co_speakers.through._default_manager.filter(statement__in=ids, official__state=State.PUBLISHED)
        .select_related("official")
        .order_by("official__slug")
    ),
)
SPEAKERS: Prepared[tuple[int]] = Prepared(
    Statement, lambda ids: Statement.objects.filter(pk__in=ids, speaker__isnull=False).values_list("speaker")
)
POSTS: Prepared[Appointment] = Prepared(
    Appointment, lambda people: Appointment.objects.published().filter(official__in=people).in_order()
)


def _person(official: Official, around: Surroundings, day: Any, role: str = "", is_head: bool = False) -> Person:
    official.posts = around.posts[official.pk]  # type: ignore[attr-defined] # what `with_appointments` would set
    return {
        "slug": official.slug,
        "name": official.name,
        "name_ko": official.name_ko,
        "side": official.country,
        "role": role or official.role_on(day),
        "is_head": is_head,
    }


def _body(organization: Organization, role: str = "", is_head: bool = False) -> Body:
    return {
        "slug": organization.slug,
        "name": organization.name,
        "side": organization.country,
        "role": role,
        "is_head": is_head,
    }


def _cited(citation: Citation) -> Cited:
    source = citation.source
    return {
        "code": citation.code,
        "source_slug": source.slug,
        "publisher": source.publisher,
        "title": f"[{source.title}]" if source.title_is_descriptive else source.title,
        "title_language": "" if source.title_is_descriptive else source.language,
        "published_on": source.published_on,
        "url": source.url,
        "exact_url": text_fragment(source.url, citation.quote) if source.url else "",
        "archived_url": source.archived_url,
        "language": source.language,
        "quote": citation.quote,
        "locator": citation.locator,
        "note": citation.note,
        "supports": citation.supports,
    }


def _money(figure: Figure) -> Money:
    return {
        "slug": figure.slug,
        "stance": figure.stance,
        "party": figure.party,
        "amount": "" if figure.amount is None else str(figure.amount),
        "currency": figure.currency,
        "as_stated": figure.as_stated,
    }


def _agreement_name(agreement: Agreement | None) -> AgreementName | None:
    if agreement is None:
        return None
    return {"slug": agreement.slug, "name": agreement.name, "ordinal": agreement.ordinal}


def _occasion(occasion: Round | Event | None) -> Occasion | None:
    if occasion is None:
        return None
    return {"url": occasion.get_absolute_url(), "title": title_of(occasion)}


def title_of(record: Any) -> str:
    """How other records name a public one, without names that are not public; a statement by its first speaker alone.

    Reads the round's agreement, the statement's speaker and organization: fetch them with the records.
    """
    if isinstance(record, Round):
        return round_title(record.number, _public(record.agreement))
    if isinstance(record, Statement):
        speaker, body = _public(record.speaker), _public(record.on_behalf_of)
        voice = speaker.name if speaker else record.attribution or (body.name if body else "")
        return _spoken(voice, record.opening)
    return str(record)


def _answered(way: str, record: Any) -> Answered:
    return {"way": way, "url": record.get_absolute_url(), "title": title_of(record), "when": record.when}


def _public(record: Any) -> Any:
    return record if record is not None and record.is_published else None


def _compose(record: Any, around: Surroundings) -> Composed:
    """`record` is a published round, event or statement with its agreement, place, speaker and occasion fetched."""
    agreement = _public(record.agreement)
    place = _public(record.place)
    places = [place] if place else []
    places += [row.place for row in around.also_at[record.pk] if row.place != place]
    people: list[Person] = []
    bodies: list[Body] = []
    links: set[tuple[int, int]] = set()

    for attendee in around.attendees[record.pk]:
        party = attendee.party
        if isinstance(party, Official):
            people.append(_person(party, around, record.first_day, attendee.role, attendee.is_head))
            links.add((Facet.OFFICIAL, party.pk))
        else:
            bodies.append(_body(party, attendee.role, attendee.is_head))
            links.add((Facet.ORGANIZATION, party.pk))
    occasion = None
    if isinstance(record, Statement):
        for official in [_public(record.speaker), *(row.official for row in around.co_speakers[record.pk])]:
            if official is not None:
                people.append(_person(official, around, record.first_day))
                links.add((Facet.OFFICIAL, official.pk))
        if organization := _public(record.on_behalf_of):
            bodies.append(_body(organization))
            links.add((Facet.ORGANIZATION, organization.pk))
        occasion = _public(record.occasion)
    sides = {Side.KR.value, Side.US.value} if isinstance(record, Round) else set()
    sides |= {party["side"] for party in (*people, *bodies)}

    summary = record.outcome if isinstance(record, Round) else getattr(record, "summary", "")
    citations = around.citations[record.pk]
    links |= {(Facet.PLACE, each.pk) for each in places}
    links |= {(Facet.TOPIC, topic) for _record, topic in around.topics[record.pk]}
    links |= {(Facet.SOURCE, citation.source_id) for citation in citations}
    card: Card = {
        "record_type": record._meta.model_name,
        "kind": record.kind if isinstance(record, Event) else record._meta.model_name,
        "slug": record.slug,
        "url": record.get_absolute_url(),
        "title": _title(record, agreement, people, bodies),
        "when": record.when,
        "date_note": record.date_note,
        "places": [{"slug": each.slug, "name": each.name} for each in places],
        "venue": record.venue,
        "agreement": _agreement_name(agreement),
        "people": people,
        "bodies": bodies,
        "attribution": getattr(record, "attribution", ""),
        "words": getattr(record, "text", ""),
        "language": getattr(record, "language", ""),
        "is_translation": getattr(record, "is_translation", False),
        "medium": getattr(record, "medium", ""),
        "summary_html": str(markdown(summary)) if summary else "",
        "status": record.status if isinstance(record, Round) else "",
        "money": [_money(figure) for figure in around.money[record.pk]],
        "citations": [_cited(citation) for citation in citations],
        "disagreements": [
            {"slug": row.disagreement.slug, "question": row.disagreement.question}
            for row in around.disagreements[record.pk]
        ],
        "occasion": _occasion(occasion),
        "exchange": [_answered(way, other) for way, other in around.exchange[record.pk]],
        "said_here": around.said.get(record.pk, 0),
    }
    entry = {
        "record_type": record._meta.model_name,
        "record_id": record.pk,
        "slug": record.slug,
        "kind": card["kind"],
        "first_day": record.first_day,
        "last_day": record.last_day,
        "position": record.position,
        "sort_key": sort_key(record.first_day, record.position, record.slug),
        "year": record.first_day.year,
        "day_count": (record.last_day - record.first_day).days + 1,
        "agreement_id": agreement.pk if agreement else None,
        "is_kr": Side.KR in sides,
        "is_us": Side.US in sides,
        "is_int": Side.INT in sides,
        "card_digest": digest_of(card),
    }
    return Composed(entry, frozenset(links), card, _text(record, card, summary, places))


def _title(record: Any, agreement: Agreement | None, people: list[Person], bodies: list[Body]) -> str:
    if isinstance(record, Round):
        return round_title(record.number, agreement)
    if isinstance(record, Statement):
        named = [person["name"] for person in people]
        unnamed = [record.attribution] if record.attribution else [body["name"] for body in bodies]
        return _spoken(_(" and ").join(named or unnamed), record.opening)
    return str(record.title)


def _spoken(voice: str, opening: str) -> str:
    return f"{voice}: “{opening}”" if voice else f"“{opening}”"


def round_title(number: int, agreement: Agreement | None) -> str:
    if agreement is None:
        return _("Talks, round %(number)s") % {"number": number}
    return _("%(agreement)s talks, round %(number)s") % {"agreement": agreement, "number": number}


def _text(record: Any, card: Card, summary: str, places: list[Place]) -> str:
    parts = [card["title"], card["words"], summary, card["venue"], card["date_note"], card["attribution"]]
    parts += [
        getattr(record, name, "") for name in ("title_ko", "summary_ko", "outcome_ko", "name_ko", "original_text")
    ]
    parts += [name for each in places for name in (each.name, each.name_ko)]
    parts += [name for person in card["people"] for name in (person["name"], person["name_ko"], person["role"])]
    parts += [body["name"] for body in card["bodies"]]
    parts += [money["as_stated"] for money in card["money"]]
    if card["agreement"]:
        parts.append(card["agreement"]["name"])
    return folded("\n".join(part for part in parts if part))


def composed(model: DatedModel, ids: list[int]) -> list[Composed]:
    """The entries that the published ones among these records should have. Some twelve queries, however many ids."""
    names = ["agreement", "place"]
    if model is Statement:
        names += ["speaker", "on_behalf_of", "made_at_round__agreement", "made_at_event"]
    records: list[Any] = list(model.objects.published().filter(pk__in=ids).select_related(*names))
    if not records:
        return []
    around = Surroundings(model, [record.pk for record in records])
    with translation.override("en"):
        return [_compose(record, around) for record in records]

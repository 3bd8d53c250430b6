"""Which records' entries and search documents show something of a row, and so change with it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q

from timeline.enums import RelationKind
from timeline.index.composing import DATED
from timeline.index.writing import BATCH, Touched
from timeline.models import (
    Agreement,
    Appointment,
    ChiefNegotiator,
    Citation,
    ConcernedRecord,
    Delegate,
    Disagreement,
    Event,
    Figure,
    Gap,
    Official,
    Organization,
    Participant,
    Place,
    Position,
    Relation,
    Round,
    Source,
    Statement,
    Topic,
)
from timeline.models.disagreements import OF_AGREEMENTS


def keys(name: str, ids: Iterable[int | None]) -> Touched:
    return {(name, record_id) for record_id in ids if record_id is not None}


def _itself(row: Any) -> Touched:
    return {(str(row._meta.model_name), row.pk)}


def _own(row: Any, prefix: str = "") -> Touched:
    """The round, event or statement that a row's own keys point at."""
    return {
        (name, record_id)
        for name in ("round", "event", "statement")
        if (record_id := getattr(row, f"{prefix}{name}_id", None)) is not None
    }


def _of_official(official_id: int) -> Touched:
    chief_of = ChiefNegotiator.objects.filter(official=official_id).values_list("agreement", flat=True)
    return (
        {("official", official_id)}
        | keys("agreement", chief_of)
        | keys("round", Delegate.objects.filter(official=official_id).values_list("round", flat=True))
        | keys("event", Participant.objects.filter(official=official_id).values_list("event", flat=True))
        | keys(
            "statement",
            Statement.objects.filter(Q(speaker=official_id) | Q(co_speakers=official_id)).values_list("pk", flat=True),
        )
    )


def _of_organization(organization_id: int) -> Touched:
    posts = Appointment.objects.filter(organization=organization_id).values_list("official", flat=True)
    of_people = (_of_official(official_id) for official_id in set(posts))  # a hidden organization hides its posts
    return set().union(
        keys("round", Delegate.objects.filter(organization=organization_id).values_list("round", flat=True)),
        keys("event", Participant.objects.filter(organization=organization_id).values_list("event", flat=True)),
        keys("statement", Statement.objects.filter(on_behalf_of=organization_id).values_list("pk", flat=True)),
        keys("official", posts),
        *of_people,
    )


def _all_dated(**lookups: Any) -> Touched:
    return set().union(
        *(
            keys(str(model._meta.model_name), model.objects.filter(**lookups).values_list("pk", flat=True))
            for model in DATED
        )
    )


def _of_source(source_id: int) -> Touched:
    rows = Citation.objects.filter(source=source_id).values_list("round", "event", "statement")
    return {
        (name, record_id)
        for row in rows
        for name, record_id in zip(("round", "event", "statement"), row, strict=True)
        if record_id is not None
    }


def _of_occasion(row: Round | Event) -> Touched:
    name = str(row._meta.model_name)
    said = Statement.objects.filter(**{f"made_at_{name}": row.pk}).values_list("pk", flat=True)
    return {(name, row.pk)} | keys("statement", said) | _asked_about(Q(**{name: row.pk}))


def _asked_about(concerned: Q) -> Touched:
    """The disagreements on these records, which go by the agreements of those."""
    return keys("disagreement", ConcernedRecord.objects.filter(concerned).values_list("disagreement", flat=True))


def _of_place(place_id: int) -> Touched:
    also = Event.objects.filter(also_at=place_id).values_list("pk", flat=True)
    return _all_dated(place=place_id) | keys("event", also)


def _of_agreement(agreement_id: int) -> Touched:
    said = Statement.objects.filter(
        made_at_round__agreement=agreement_id
    )  # they name their round, and it the agreement
    figures = Figure.objects.filter(agreement=agreement_id).values_list("pk", flat=True)
    gaps = Gap.objects.filter(agreement=agreement_id).values_list("pk", flat=True)
    return (
        {("agreement", agreement_id)}
        | _all_dated(agreement=agreement_id)
        | keys("statement", said.values_list("pk", flat=True))
        | keys("figure", figures)
        | keys("gap", gaps)
        | _asked_about(Q(*((path, agreement_id) for path in OF_AGREEMENTS), _connector=Q.OR))
    )


def _of_disagreement(disagreement_id: int) -> Touched:
    concerned = ConcernedRecord.objects.filter(disagreement=disagreement_id)
    return {("disagreement", disagreement_id)}.union(*(_own(each) for each in concerned))


TOUCHES: dict[type, Callable[[Any], Touched]] = {
    Round: _of_occasion,
    Event: _of_occasion,
    Statement: lambda row: {("statement", row.pk)} | _own(row, "made_at_") | _asked_about(Q(statement=row.pk)),
    Delegate: _own,
    Participant: _own,
    Citation: _own,
    ConcernedRecord: lambda row: {("disagreement", row.disagreement_id)} | _own(row),
    Figure: lambda row: _itself(row) | _own(row, "arose_at_") | _asked_about(Q(figure=row.pk)),
    Relation: lambda row: _own(row, "from_") | _own(row, "to_"),
    Disagreement: lambda row: _of_disagreement(row.pk),
    Position: lambda row: {("disagreement", row.disagreement_id)},
    Gap: _itself,
    Official: lambda row: _of_official(row.pk),
    Appointment: lambda row: _of_official(row.official_id),
    Organization: lambda row: _itself(row) | _of_organization(row.pk),
    Place: lambda row: _itself(row) | _of_place(row.pk),
    Source: lambda row: _itself(row) | _of_source(row.pk),
    Topic: lambda row: _itself(row) | _all_dated(topics=row.pk),
    ChiefNegotiator: lambda row: {("agreement", row.agreement_id)},
    Agreement: lambda row: _of_agreement(row.pk),
}


# What the other end of an exchange shows: its title, which names people, bodies and agreements.
NAMED_IN_AN_EXCHANGE = (Round, Event, Statement, Official, Organization, Agreement)


def _exchanging(touched: Touched) -> Touched:
    """What these records answer, and what answers them."""
    found: Touched = set()
    for model in DATED:
        name = str(model._meta.model_name)
        ids = sorted(record_id for other, record_id in touched if other == name)
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            either = Q(**{f"from_{name}__in": batch}) | Q(**{f"to_{name}__in": batch})
            for row in Relation.objects.filter(either, kind=RelationKind.ANSWERS):
                found |= _own(row, "from_") | _own(row, "to_")
    return found


def touched_by(row: Any) -> Touched:
    """The records whose entries show something of this row, as it stands in the database."""
    touches = TOUCHES.get(type(row))
    touched = touches(row) if touches else set()
    return touched | _exchanging(touched) if isinstance(row, NAMED_IN_AN_EXCHANGE) else touched

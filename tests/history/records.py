"""A record of every kind with every part that it can have, and what the database holds of it, row by row."""

from typing import Any

from tests import make
from timeline import contents
from timeline.models import Record

NOT_RESTORED = {"version", "updated_at", "updated_by_id"}


def _cited(record: Any, count: int = 3) -> Any:
    for number in range(count):
        make.citation(record, quote=f"Quote {number}", order=number, note="Here.", locator=f"p. {number}")
    return record


def _place(**values: Any) -> Any:
    return make.place(**values)


def _source(**values: Any) -> Any:
    return make.source(private_text="What an editor pasted.\nIn two lines.", author="A. Reporter", **values)


def _organization(**values: Any) -> Any:
    return _cited(make.organization(aliases=["Foreign ministry", "외무부"], **values))


def _official(**values: Any) -> Any:
    made = make.official(aliases=["Yi Tae-u"], summary="A diplomat.", **values)
    for number in range(2):
        body = make.organization()
        post = make.appointment(made, title=f"Post {number}", organization=body, attested=["2024-03", "2024-05-01"])
        _cited(post, 2)
    return _cited(made)


def _agreement(**values: Any) -> Any:
    made = make.agreement(text_source=make.source(), method="It grows.", **values)
    for stage in ("initialled", "signed"):
        make.stage(made, make.event(kind="signing"), stage=stage)
    for order in range(2):
        make.chief_negotiator(made, side=("KR", "US")[order], order=order, note="Since March.")
    return _cited(made)


def _round(**values: Any) -> Any:
    made = make.round(place=make.place(), date_note="In the source: Tuesday.", **values)
    for order in range(3):
        make.delegate(made, order=order, is_head=order == 0, role=f"Role {order}")
    make.delegate(made, official=None, organization=make.organization(), order=4, is_head=False)
    make.relation(made, make.event(), kind="follows")
    make.relation(made, make.figure(), order=1)
    return _cited(made)


def _event(**values: Any) -> Any:
    made = make.event(place=make.place(), agreement=make.agreement(), **values)
    made.also_at.set([make.place(), make.place()])
    for order in range(2):
        make.participant(made, order=order, is_signatory=order == 1)
    make.relation(made, make.statement())
    return _cited(made)


def _statement(**values: Any) -> Any:
    made = make.statement(
        speaker=make.official(), on_behalf_of=make.organization(), made_at_event=make.event(), **values
    )
    made.co_speakers.set([make.official(), make.official()])
    make.relation(made, make.agreement())
    return _cited(made)


def _figure(**values: Any) -> Any:
    return _cited(make.figure(agreement=make.agreement(), arose_at_event=make.event(), **values))


def _topic(**values: Any) -> Any:
    return make.topic(make.round(), make.event(), make.event(), make.statement(), **values)


def _disagreement(**values: Any) -> Any:
    made = make.disagreement(make.figure(), make.round(), make.agreement(), **values)
    for order in range(2):
        _cited(make.position(made, reports=f"Value {order}", order=order), 2)
    return made


def _gap(**values: Any) -> Any:
    return make.gap(agreement=make.agreement(), **values)


MAKERS = {
    "place": _place,
    "source": _source,
    "organization": _organization,
    "official": _official,
    "agreement": _agreement,
    "round": _round,
    "event": _event,
    "statement": _statement,
    "figure": _figure,
    "topic": _topic,
    "disagreement": _disagreement,
    "gap": _gap,
}


def whole(record: Record) -> contents.Whole:
    (found,) = contents.read_records([type(record)._default_manager.get(code=record.code)]).values()
    return found


def rows(record: Record) -> dict[Any, Any]:
    """Every column of the record and of its parts, and what its lists hold, by table and key."""
    found = {}
    for piece in whole(record):
        columns = {field.attname for field in piece.kind._meta.concrete_fields} - NOT_RESTORED
        row = piece.kind._default_manager.get(pk=piece.instance.pk)
        found[piece.key] = {name: getattr(row, name) for name in columns}
        for field in piece.kind._meta.many_to_many:
            found[piece.key][field.name] = set(getattr(row, field.name).values_list("pk", flat=True))
    return found


def parts_of(record: Record) -> list[Any]:
    return [piece.instance for piece in whole(record)[1:]]

"""One unsurprising record of every kind that has a page in the admin, with what its list and form read."""

from typing import Any

from tests import make
from timeline import index
from timeline.models import Redirect


def cited(record: Any) -> Any:
    make.citation(record)
    return record


def _round(**values: Any) -> Any:
    made = make.round(place=make.place(), **values)
    make.delegate(made)
    make.statement(made_at_round=made, speaker=make.official())
    make.figure(arose_at_round=made)
    return cited(made)


def _event(**values: Any) -> Any:
    made = make.event(agreement=make.agreement(), place=make.place(), **values)
    make.participant(made)
    make.relation(made, make.agreement())
    return cited(made)


def _statement(**values: Any) -> Any:
    return cited(
        make.statement(speaker=make.official(), agreement=make.agreement(), made_at_event=make.event(), **values)
    )


def _agreement(**values: Any) -> Any:
    made = make.agreement(text_source=make.source(), **values)
    make.stage(made, make.event(kind="signing", agreement=made))
    make.chief_negotiator(made)
    return cited(made)


def _official(**values: Any) -> Any:
    made = make.official(**values)
    make.appointment(made, organization=make.organization())
    return cited(made)


def _disagreement(**values: Any) -> Any:
    made = make.disagreement(make.figure(), **values)
    cited(make.position(made))
    return made


def _topic(**values: Any) -> Any:
    return make.topic(make.round(), make.event(), make.statement(speaker=make.official()), **values)


def _redirect(**values: Any) -> Any:
    number = Redirect.objects.count()
    return Redirect.objects.create(kind="round", old_slug=f"old-{number}", new_slug="sma-12-round-2")


_MAKERS = {
    "agreement": _agreement,
    "appointment": lambda **values: cited(make.appointment(cited(make.official()), organization=make.organization())),
    "disagreement": _disagreement,
    "event": _event,
    "figure": lambda **values: cited(make.figure(agreement=make.agreement(), **values)),
    "gap": lambda **values: make.gap(agreement=make.agreement(), **values),
    "official": _official,
    "organization": lambda **values: cited(make.organization(**values)),
    "place": make.place,
    "position": lambda **values: cited(make.position(make.disagreement())),
    "redirect": _redirect,
    "round": _round,
    "source": make.source,
    "statement": _statement,
    "topic": _topic,
}
# What is made around the record is indexed with it, and not at each of their saves.
MAKERS = {name: index.refreshed_at_once(maker) for name, maker in _MAKERS.items()}
PARTS = {"appointment", "position"}
RECORDS = sorted(MAKERS.keys() - PARTS - {"redirect"})

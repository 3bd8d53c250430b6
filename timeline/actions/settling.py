"""Several changed records at once, each to where it belongs: into the database, or beside it as a proposal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from timeline import contents, history
from timeline.actions.guards import Clash, Refused, User, locked
from timeline.actions.proposals import Conflicting, merged_with, propose, write
from timeline.contents import Whole
from timeline.models import Proposal, Record


@dataclass(frozen=True)
class Intent:
    """What somebody wants a record to say, and the version on which it was written; None: it is a new record."""

    whole: Whole
    version: int | None

    def to_json(self) -> dict[str, Any]:
        return {"whole": contents.to_json(self.whole), "version": self.version}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Intent":
        return cls(contents.from_json(value["whole"]), value["version"])

    @property
    def key(self) -> contents.Key:
        return self.whole[0].key

    @property
    def slug(self) -> str:
        return self.whole[0].slug


@dataclass
class Settled:
    written: list[Record] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)


class Disputed(Refused):
    def __init__(self, found: list[Conflicting]) -> None:
        self.conflicts = [conflict for each in found for conflict in each.conflicts]
        super().__init__(sentence for each in found for sentence in each.sentences)


def settle(
    intents: Iterable[Intent],
    *,
    by: User,
    why: str = "",
    alone: bool = False,
    choices: Mapping[str, str] | None = None,
    shown: Mapping[str, int] | None = None,
    in_place_of: Proposal | None = None,
) -> Settled:
    """Write or propose each, merged with what has changed since; whole or not at all.

    A change to what is public is proposed, unless who makes it may publish `alone`. `shown` are the versions, by code,
    that the person saw when making the `choices`: where a record is another one by now, `Clash`. Raises `Disputed`
    where choices are missing, after all have been tried.
    """
    settled, disputes = Settled(), []
    with history.unit(by=by, why=why):
        for intent in _new_ones_last(intents):
            try:
                _settle_one(intent, settled, by, why, alone, choices, shown or {}, in_place_of)
            except Conflicting as conflicting:
                disputes.append(conflicting)
        if disputes:
            raise Disputed(disputes)
    return settled


def _new_ones_last(intents: Iterable[Intent]) -> list[Intent]:
    """A new statement names the round on whose form it was entered, which may be new itself: kinds are in order."""
    order = {kind: place for place, kind in enumerate(contents.RECORDS)}
    return sorted(intents, key=lambda each: (each.version is None, order[each.whole[0].kind]))  # type: ignore[index]


def _settle_one(
    intent: Intent,
    settled: Settled,
    by: User,
    why: str,
    alone: bool,
    choices: Mapping[str, str] | None,
    shown: Mapping[str, int],
    in_place_of: Proposal | None,
) -> None:
    found = contents.stored(intent.key)
    if intent.version is None:
        if found is not None:
            raise Refused([_("“%(record)s” has been saved already.") % {"record": found}])
        kind: Any = intent.whole[0].kind
        settled.written.append(write(kind(code=intent.key[1], slug=intent.slug), intent.whole, by=by))
        return
    if found is None:
        raise Clash(contents.as_it_was(intent.whole), None)
    record = locked(found, shown.get(found.code))
    whole = merged_with(record, intent.version, intent.whole, choices)
    if not contents.compare(contents.read_records([record])[intent.key], whole):
        return
    if record.is_published and not alone:
        settled.proposals.append(
            propose(record, whole, by=by, remark=why, version=record.version, in_place_of=in_place_of)
        )
    else:
        settled.written.append(write(record, whole, by=by))

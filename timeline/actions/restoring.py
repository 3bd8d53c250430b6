"""A record as it once was, or one that was deleted, back with all its parts."""

from typing import Any

from django.utils.translation import gettext as _

from timeline import contents, history, roles
from timeline.actions.guards import Refused, User, locked
from timeline.actions.proposals import propose, with_state_of, write
from timeline.enums import Act, State
from timeline.models import Proposal, Record, Revision


def restore(
    revision: Revision, *, by: User, why: str = "", alone: bool = False, version: int | None = None
) -> Record | Proposal:
    """Give a record the fields and parts that it had; its state, slug and dates of state stay as they are.

    One that was deleted comes back as a draft. Of what is public it is a change like any other: it waits as a proposal
    unless who asks may publish `alone` and says why.
    """
    record = contents.stored((revision.kind, revision.code))
    if record is None:
        if version is not None:
            raise Refused([_("It was deleted meanwhile. Restore it from the list of deleted records.")])
        return _bring_back(revision, by, why)
    is_public = record.state == State.PUBLISHED
    if is_public and not (by is None or (alone and by.has_perm(roles.OVERRIDE))):
        with history.unit(by=by):
            stored = locked(record, version)
            now, then = would_restore(stored, revision)
            if not contents.compare(now, then):
                raise Refused([_("It says already what it said in that version: there is nothing to restore.")])
            return propose(stored, then, by=by, remark=why, version=stored.version)
    if is_public and by is not None and not why.strip():
        raise Refused([_("Nobody else has read it. Give the reason: it stays in the history.")])
    with history.unit(by=by, why=why.strip(), act=Act.RESTORED):
        stored = locked(record, version)
        _now, then = would_restore(stored, revision)
        return write(stored, then, by=by, keys=revision.keys)


def would_restore(record: Record, revision: Revision) -> tuple[contents.Whole, contents.Whole]:
    """What the record says now, and what it would say."""
    (now,) = contents.read_records([record]).values()
    return now, _at_its_address(now, contents.from_json(revision.content))


def _at_its_address(now: contents.Whole, whole: contents.Whole) -> contents.Whole:
    made = with_state_of(now, whole)
    made[0].values["slug"] = now[0].values["slug"]
    return made


def _bring_back(revision: Revision, by: User, why: str) -> Record:
    whole = contents.from_json(revision.content)
    first = whole[0]
    if "published_at" in first.values:
        raise Refused([_("What was public is never deleted, so it cannot be brought back like this.")])
    first.values["state"] = str(State.DRAFT)
    with history.unit(by=by, why=why.strip(), act=Act.RESTORED):
        kind: Any = first.kind
        return write(kind(code=first.code, slug=first.slug), whole, by=by, keys=revision.keys)

"""Changes to what is public, that wait until somebody else has read them."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline import contents, history, roles
from timeline.actions.guards import Clash, Refused, User, locked, must_have
from timeline.actions.states import UNREVIEWED, lead_on, publish, refuse_errors
from timeline.contents import Conflict, Whole
from timeline.enums import Act, ProposalStatus, State
from timeline.models import Proposal, Record, Revision, Source
from timeline.models.proposals import OPEN

OF_STATE = ("state", "published_at", "withdrawn_at", "withdrawal_reason")  # no form and no restoring changes these


class Conflicting(Refused):
    """A change and the record as it is now touch the same fields. `conflicts` asks for a choice in each."""

    def __init__(self, record: Record, conflicts: list[Conflict]) -> None:
        self.record, self.conflicts = record, conflicts
        super().__init__([_("“%(record)s” was changed in the same fields meanwhile.") % {"record": record}])


def propose(
    record: Record,
    whole: Whole,
    *,
    by: User,
    remark: str = "",
    version: int | None = None,
    in_place_of: Proposal | None = None,
) -> Proposal:
    """Keep a change to a public record until somebody else approves it. The public page stays as it is, byte for byte.

    `version` is that of the record on which the change was made. One's own earlier change goes on in the new
    one, except where the new one was made on it, and comes `in_place_of` it.
    """
    with history.unit(by=by):
        stored = locked(record)
        own = Proposal.objects.of(stored).filter(proposed_by=by, status__in=OPEN).select_for_update().first()
        proposal = own or Proposal(kind=str(stored._meta.model_name), code=stored.code, proposed_by=by)
        proposal.slug, proposal.title = stored.slug, str(stored)[:300]
        base_version = version if version is not None else stored.version
        if own is not None and own != in_place_of:
            whole = _with_the_earlier(stored, own, whole, base_version)
        proposal.base_version = base_version
        proposal.content, proposal.remark = contents.to_json(whole), remark.strip() or proposal.remark
        proposal.status, proposal.decided_by, proposal.decided_at = ProposalStatus.WAITING, None, None
        proposal.proposed_at = timezone.now()
        _keep(proposal)
    return proposal


def _keep(proposal: Proposal) -> None:
    try:
        with transaction.atomic():
            proposal.save()
    except IntegrityError as error:
        raise Refused([_("You propose another change to this record at this moment. Save this one again.")]) from error


def _with_the_earlier(record: Record, own: Proposal, whole: Whole, version: int) -> Whole:
    """Both changes of one author; where they touch the same field, the later."""
    base = _content_at(record, version)
    earlier = _preferring(_content_at(record, own.base_version), contents.from_json(own.content), base)
    return _preferring(base, whole, earlier)


def _content_at(record: Record, version: int) -> Whole:
    revision = revision_of(record, version)
    return contents.from_json(revision.content) if revision else contents.read_records([record]).popitem()[1]


def _preferring(base: Whole, mine: Whole, theirs: Whole) -> Whole:
    disputed = contents.merge(base, mine, theirs).conflicts
    return contents.merge(base, mine, theirs, {each.name: contents.MINE for each in disputed}).whole


def record_of(proposal: Proposal) -> Record:
    stored = contents.stored((proposal.kind, proposal.code))
    if stored is None:
        raise Refused([_("“%(record)s” has been deleted meanwhile.") % {"record": proposal.title}])
    return stored


def approve(proposal: Proposal, *, by: User, remark: str = "", choices: Mapping[str, str] | None = None) -> Record:
    """Put a proposed change into the record. Where the record has changed since, the two are merged.

    Raises `Conflicting` where both touch the same field and `choices` does not say whose it is.
    """
    must_have(by, roles.REVIEW, _("You may not approve changes to what is public."))
    with history.unit(by=proposal.proposed_by, reviewer=by, act=Act.APPROVED, why=proposal.remark):
        waiting = _waiting(proposal, by)
        record = locked(record_of(waiting))
        mine = contents.from_json(waiting.content)
        merged = merged_with(record, waiting.base_version, mine, choices)
        for source in _unreviewed_sources(merged):
            publish(source, by=by)
        write(record, merged, by=waiting.proposed_by)
        _decide(waiting, ProposalStatus.APPROVED, by, remark)
    return record_of(waiting)


def _unreviewed_sources(whole: Whole) -> QuerySet[Source]:
    """Those that were added where they are cited, and are not public yet."""
    cited = {code for piece in whole for _field, (kind, code) in piece.references() if kind == "source"}
    return Source.objects.filter(code__in=cited, state__in=UNREVIEWED).order_by("slug")


def send_proposal_back(proposal: Proposal, *, by: User, remark: str) -> None:
    """Ask the author to mend it."""
    _turn_down(proposal, ProposalStatus.SENT_BACK, by, remark)


def refuse_proposal(proposal: Proposal, *, by: User, remark: str) -> None:
    """End it; the reason stays with it."""
    _turn_down(proposal, ProposalStatus.REFUSED, by, remark)


def _turn_down(proposal: Proposal, status: ProposalStatus, by: User, remark: str) -> None:
    must_have(by, roles.REVIEW, _("You may not decide on changes to what is public."))
    if not remark.strip():
        raise Refused([_("Say why: the author reads it.")])
    with history.unit(by=by):
        _decide(_waiting(proposal, by), status, by, remark)


def take_back(proposal: Proposal, *, by: User) -> None:
    """The author gives it up."""
    with history.unit(by=by):
        found = Proposal.objects.select_for_update().filter(pk=proposal.pk, status__in=OPEN).first()
        if found is None or found.proposed_by != by:
            raise Refused([_("There is no open change of yours to take back.")])
        _decide(found, ProposalStatus.TAKEN_BACK, by, found.answer)


def _waiting(proposal: Proposal, by: User) -> Proposal:
    found = Proposal.objects.select_for_update().filter(pk=proposal.pk).first()
    if found is None or found.status != ProposalStatus.WAITING:
        raise Refused([_("This change does not wait any more: somebody has decided on it, or it was taken back.")])
    if found.proposed_at != proposal.proposed_at:
        raise Refused([_("Its author has changed the proposal meanwhile: read it again.")])
    if found.proposed_by == by:
        raise Refused([_("You have written this change yourself: somebody else decides on it.")])
    return found


def _decide(proposal: Proposal, status: ProposalStatus, by: User, remark: str) -> None:
    proposal.status, proposal.answer = status, remark.strip()
    proposal.decided_by, proposal.decided_at = by, timezone.now()
    proposal.save()


# --- writing what was decided


def merged_with(record: Record, base_version: int, mine: Whole, choices: Mapping[str, str] | None = None) -> Whole:
    """A change made on an earlier version, on the record as it is now. Raises `Conflicting`, or `Clash`."""
    (theirs,) = contents.read_records([record]).values()
    if record.version == base_version:
        return with_state_of(theirs, mine)
    base = revision_of(record, base_version)
    if base is None:
        raise Clash(record, record)
    merged = contents.merge(contents.from_json(base.content), mine, theirs, choices)
    if merged.conflicts:
        raise Conflicting(record, merged.conflicts)
    return with_state_of(theirs, merged.whole)


def revision_of(record: Record, version: int) -> Revision | None:
    return Revision.objects.of(record).filter(version=version).first()


def with_state_of(stored: Whole, whole: Whole) -> Whole:
    """What the whole says, in the state in which the record is."""
    first = whole[0]
    values = {name: value for name, value in first.values.items() if name not in OF_STATE}
    values |= {name: stored[0].values[name] for name in OF_STATE if name in stored[0].values}
    return [contents.Piece(first.kind, values, first.owner), *whole[1:]]


def write(record: Record, whole: Whole, *, by: User, keys: Mapping[str, int] | None = None) -> Record:
    """Make a stored record what the whole says, within a unit of the history; refused where that would break a rule."""
    old = record.slug
    try:
        with transaction.atomic():
            (written,) = contents.apply([whole], keys)
            written.updated_by = by
            written.full_clean(exclude=None)
            written.save()
    except contents.Missing as missing:
        raise Refused([_missing(missing)]) from missing
    except ValidationError as error:
        raise Refused(error.messages) from error
    except IntegrityError as error:
        raise Refused(
            [_("Another record or row holds one of these values at this moment. Nothing was saved.")]
        ) from error
    lead_on(written, old)
    if written.state == State.PUBLISHED:
        refuse_errors([written])
    return written


def _missing(missing: contents.Missing) -> str:
    field: Any = missing.piece.kind._meta.get_field(missing.field)
    return _("A record that it names is no longer there: see “%(field)s” of a %(kind)s.") % {
        "field": field.verbose_name,
        "kind": missing.piece.kind._meta.verbose_name,
    }

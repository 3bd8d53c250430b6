"""The changes of state: guarded, whole or not at all. Nothing else writes a record's state, slug or dates of state."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from timeline import history, roles, rules
from timeline.actions.guards import Refused, User, locked, moment, must_have, second_person, take_over
from timeline.enums import Act, State
from timeline.models import Citation, Event, Figure, Position, Record, Redirect, Round, Source, Statement, Tombstone
from timeline.models.citations import TARGETS

MOST_NAMED = 5  # records in one refusal
UNREVIEWED = (State.DRAFT, State.IN_REVIEW)
THROUGH_PARTS = {"official": ["official", "appointment__official"], "disagreement": ["position__disagreement"]}


def entered_with(record: Record) -> list[Record]:
    """The records not yet public that were entered on the record's form, and go with it: what was said at a round or an
    event and which sums were named there, and the sources that were added where they are cited.
    """
    if not isinstance(record, Round | Event):
        return [*_unreviewed_sources([record])]
    name = record._meta.model_name
    said = Statement.objects.filter(**{f"made_at_{name}": record, "state__in": UNREVIEWED}).in_order()
    arose = Figure.objects.filter(**{f"arose_at_{name}": record, "state__in": UNREVIEWED}).in_order()
    here = [*said, *arose]
    return [*here, *_unreviewed_sources([record, *here])]


def _unreviewed_sources(records: list[Record]) -> QuerySet[Source]:
    """Those that these cite: without them, none of it can be public."""
    citing = Q()
    for each in records:
        name = str(each._meta.model_name)
        for path in THROUGH_PARTS.get(name, [name] if name in TARGETS else []):
            citing |= Q(**{path: each})
    cited = Citation.objects.filter(citing).values("source") if citing else Citation.objects.none().values("source")
    return Source.objects.filter(pk__in=cited, state__in=UNREVIEWED).order_by("slug")


def _moved(record: Record, state: State, by: User) -> None:
    record.state = state
    record.updated_by = by
    record.save()


def submit(record: Record, *, by: User, remark: str = "", version: int | None = None) -> list[Record]:
    """Give a draft to review, with a round or an event the drafts entered on its form; all that were given."""
    with history.unit(by=by, why=remark.strip()):
        stored = locked(record, version)
        if stored.state != State.DRAFT:
            raise Refused([_("“%(record)s” is no draft, so there is nothing to review.") % {"record": stored}])
        given = [stored, *(each for each in entered_with(stored) if each.state == State.DRAFT)]
        for each in given:
            _moved(each, State.IN_REVIEW, by)
    take_over(record, stored)
    return given


def send_back(record: Record, *, by: User, remark: str, version: int | None = None) -> list[Record]:
    """Give a record back to its author, with what was entered on its form. The remark says what is to be mended."""
    if not remark.strip():
        raise Refused([_("Say what is to be mended: the author reads it on the record’s page.")])
    with history.unit(by=by, why=remark.strip()):
        stored = locked(record, version)
        if stored.state != State.IN_REVIEW:
            raise Refused([_("“%(record)s” is not in review.") % {"record": stored}])
        if by is not None and not by.has_perm(roles.REVIEW) and by.pk != stored.created_by_id:
            raise Refused([_("Only a reviewer sends a record back, or who entered it takes it back.")])
        back = [stored, *(each for each in entered_with(stored) if each.state == State.IN_REVIEW)]
        for each in back:
            _moved(each, State.DRAFT, by)
    take_over(record, stored)
    return back


def publish(
    record: Record, *, by: User, reason: str = "", version: int | None = None, at: dt.datetime | None = None
) -> list[Record]:
    """Make a record public, and with a round or an event what was entered on its form; all that was published.

    Refused with a sentence for each error that the rules find, and where `by` has written at one of them and neither
    may publish alone nor gives a reason; nothing is published then.
    """
    at = moment(at)
    with history.unit(by=by, why=reason.strip()):
        stored = locked(record, version)
        if stored.state == State.PUBLISHED:
            raise Refused([_("“%(record)s” is published already.") % {"record": stored}])
        _refuse_merged(stored)
        if stored.state == State.WITHDRAWN:
            must_have(by, roles.WITHDRAW, _("This was withdrawn: ask a chief editor to publish it again."))
        public = [stored, *entered_with(stored)]
        second_person(public, by, reason)
        for each in public:
            _make_public(each, by, at)
        refuse_errors(public)  # asked of the records as they would be; raising takes it all back
    take_over(record, stored)
    return public


def _make_public(record: Record, by: Any, at: dt.datetime) -> None:
    record.published_at = record.published_at or at
    record.withdrawn_at, record.withdrawal_reason = None, ""
    Tombstone.objects.filter(kind=record._meta.model_name, code=record.code).delete()
    _moved(record, State.PUBLISHED, by)


def refuse_errors(records: list[Record]) -> None:
    """What is public must be right."""
    errors = [problem for each in records for problem in rules.problems_of(each) if problem.level == rules.ERROR]
    if errors:
        raise Refused(f"{problem.record}: {problem.sentence} {problem.mend}".strip() for problem in errors)


def withdraw(
    record: Record, *, reason: str, by: User, version: int | None = None, at: dt.datetime | None = None
) -> None:
    """Take a record out of public view. Its address answers 410 with the reason and the date from now on."""
    must_have(by, roles.WITHDRAW, _("You may not withdraw what is public: ask a chief editor."))
    with history.unit(by=by, why=reason.strip()):
        stored = locked(record, version)
        if stored.state != State.PUBLISHED:
            raise Refused([_("“%(record)s” is not published, so there is nothing to withdraw.") % {"record": stored}])
        if not reason.strip():
            raise Refused([_("Give the reason of the withdrawal: it is shown to readers who follow an old link.")])
        stored.withdrawn_at = moment(at)
        stored.withdrawal_reason = reason.strip()
        try:
            stored.clean_fields(exclude={field.name for field in stored._meta.fields} - {"withdrawal_reason"})
        except ValidationError as error:
            raise Refused(error.messages) from error
        _moved(stored, State.WITHDRAWN, by)
        if isinstance(stored, Source) and (alone := _without_a_citation(stored)):
            raise Refused([_rests_on(each) for each in alone[:MOST_NAMED]])
    take_over(record, stored)


def delete(record: Record, *, by: User, why: str = "", version: int | None = None) -> None:
    """Delete what was never public. Its history stays, and gives it back."""
    with history.unit(by=by, why=why.strip(), act=Act.DELETED):
        stored = locked(record, version)
        if stored.published_at is not None:
            raise Refused(
                [
                    _("“%(record)s” was public once, so it is never deleted: withdraw it, with the reason.")
                    % {"record": stored}
                ]
            )
        stored.delete()


def _without_a_citation(source: Source) -> list[Record]:
    """The public records, or disagreements by a position, that rested on this source alone. At most three queries for
    each kind of record, whatever rests on it.
    """
    alone: list[Record] = []
    for name in set(TARGETS) - {"appointment"}:  # a post may rest on what its official rests on
        resting = set(Citation.objects.filter(source=source, **{f"{name}__isnull": False}).values_list(name, flat=True))
        kept = Citation.objects.published().filter(**{f"{name}__in": resting}).values_list(name, flat=True)
        model: Any = Citation._meta.get_field(name).related_model
        rows = model._default_manager.filter(pk__in=resting - set(kept)) if resting else []
        records = [row.disagreement if isinstance(row, Position) else row for row in rows]
        alone += [record for record in records if record.is_published]
    return sorted(set(alone), key=lambda record: record.slug)


def _rests_on(record: Record) -> str:
    return _("“%(record)s” rests on this source alone: give it another one first, or withdraw it.") % {"record": record}


def rename(record: Record, *, slug: str, by: User, version: int | None = None) -> None:
    """Give a record another slug. Once it has been public, the old one leads to the new one for ever, in one hop."""
    with history.unit(by=by, act=Act.RENAMED):
        stored = locked(record, version)
        old = stored.slug
        if slug != old:
            _refuse_merged(stored)
            stored.slug = slug
            stored.updated_by = by
            try:
                stored.full_clean()
            except ValidationError as error:
                raise Refused(error.messages) from error
            stored.save()
            lead_on(stored, old)
    take_over(record, stored)


def _refuse_merged(record: Record) -> None:
    """Its address leads to another record, for as long as the two are one."""
    onward = Redirect.objects.filter(kind=record._meta.model_name, old_slug=record.slug).first()
    if onward is not None:
        sentence = _("“%(record)s” was merged into “%(slug)s”, and its address leads there: take the merge back first.")
        raise Refused([sentence % {"record": record, "slug": onward.new_slug}])


def lead_on(record: Record, old: str) -> None:
    """The old slug of what was once public leads to the new one."""
    if record.slug != old and record.published_at is not None:
        Redirect.lead_on(str(record._meta.model_name), old, record.slug)


def records_that_point_at(record: Record) -> Iterator[Record]:
    """The public records that name this one: once it is withdrawn, each of them points at what nobody sees."""
    for relation in record._meta.related_objects:
        model: Any = relation.related_model
        if issubclass(model, Record):
            yield from model._default_manager.filter(**{relation.field.name: record}, state=State.PUBLISHED)

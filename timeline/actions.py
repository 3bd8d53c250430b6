"""The changes of state: guarded, whole or not at all. Nothing else writes a record's state, slug or dates of state."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, TypeVar

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline import index, rules
from timeline.enums import State
from timeline.models import Citation, Event, Figure, Position, Record, Redirect, Round, Source, Statement
from timeline.models.citations import TARGETS

R = TypeVar("R", bound=Record)
User = AbstractBaseUser | None
MOST_NAMED = 5  # records in one refusal


class Refused(ValueError):
    """Why a change of state cannot be. `sentences` are for the editor who asked for it."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = list(sentences)
        super().__init__(" ".join(self.sentences))


def _locked(record: R) -> R:
    """The stored record, held until the end of the transaction, so that two editors cannot both be first."""
    stored = type(record)._default_manager.select_for_update().filter(pk=record.pk).first()
    if stored is None:
        raise Refused([_("“%(record)s” has been deleted meanwhile.") % {"record": record}])
    return stored


def entered_with(record: Record) -> list[Record]:
    """The drafts that were entered on the form of a round or an event, and go public with it."""
    if not isinstance(record, Round | Event):
        return []
    name = record._meta.model_name
    said = Statement.objects.filter(**{f"made_at_{name}": record, "state": State.DRAFT}).in_order()
    arose = Figure.objects.filter(**{f"arose_at_{name}": record, "state": State.DRAFT}).in_order()
    return [*said, *arose]


def _make_public(record: Record, by: Any, at: dt.datetime) -> None:
    record.state = State.PUBLISHED
    record.published_at = record.published_at or at
    record.withdrawn_at, record.withdrawal_reason = None, ""
    record.updated_by = by
    record.save()


@index.refreshed_at_once
def publish(record: Record, *, by: User, at: dt.datetime | None = None) -> list[Record]:
    """Make a record public, and with a round or an event the drafts entered on its form; all that was published.

    Refused with a sentence for each error that the rules find; nothing is published then.
    """
    at = at or timezone.now()
    stored = _locked(record)
    if stored.state == State.PUBLISHED:
        raise Refused([_("“%(record)s” is published already.") % {"record": stored}])
    public = [stored, *entered_with(stored)]
    for each in public:
        _make_public(each, by, at)
    errors = [problem for each in public for problem in rules.problems_of(each) if problem.level == "error"]
    if errors:  # asked of the records as they would be; raising takes it all back
        raise Refused(f"{problem.record}: {problem.sentence} {problem.mend}".strip() for problem in errors)
    _take_over(record, stored)
    return public


@index.refreshed_at_once
def withdraw(record: Record, *, reason: str, by: User, at: dt.datetime | None = None) -> None:
    """Take a record out of public view. Its address answers 410 with the reason and the date from now on."""
    stored = _locked(record)
    if stored.state != State.PUBLISHED:
        raise Refused([_("“%(record)s” is not published, so there is nothing to withdraw.") % {"record": stored}])
    if not reason.strip():
        raise Refused([_("Give the reason of the withdrawal: it is shown to readers who follow an old link.")])
    stored.state = State.WITHDRAWN
    stored.withdrawn_at = at or timezone.now()
    stored.withdrawal_reason = reason.strip()
    stored.updated_by = by  # type: ignore[assignment]
    try:
        stored.clean_fields(exclude={field.name for field in stored._meta.fields} - {"withdrawal_reason"})
    except ValidationError as error:
        raise Refused(error.messages) from error
    stored.save()
    if isinstance(stored, Source) and (alone := _without_a_citation(stored)):
        raise Refused([_rests_on(each) for each in alone[:MOST_NAMED]])
    _take_over(record, stored)


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


@index.refreshed_at_once
def rename(record: Record, *, slug: str, by: User) -> None:
    """Give a record another slug. Once it has been public, the old one leads to the new one for ever, in one hop."""
    stored = _locked(record)
    old = stored.slug
    if slug == old:
        return
    stored.slug = slug
    stored.updated_by = by  # type: ignore[assignment]
    try:
        stored.full_clean()
    except ValidationError as error:
        raise Refused(error.messages) from error
    stored.save()
    if stored.published_at is not None:
        Redirect.lead_on(str(stored._meta.model_name), old, slug)
    _take_over(record, stored)


def _take_over(record: Record, stored: Record) -> None:
    """Let the caller's object say what is stored now."""
    for field in stored._meta.concrete_fields:
        setattr(record, field.attname, getattr(stored, field.attname))

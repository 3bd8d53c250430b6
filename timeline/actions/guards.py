"""Who may, on what is stored now: each guard holds the record until the end of the transaction, or refuses."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from timeline import history, roles
from timeline.enums import Act, State
from timeline.models import Record, Revision

R = TypeVar("R", bound=Record)
User = Any  # somebody who is signed in; None is the machine itself: a command, which asks nobody


class Refused(ValueError):
    """Why something cannot be done. `sentences` are for the editor who asked for it."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = list(sentences)
        super().__init__(" ".join(self.sentences))


class Clash(Refused):
    """Somebody else has changed or deleted the record since it was read. `stored` is what it is now, if it is there."""

    def __init__(self, record: Record, stored: Record | None) -> None:
        self.record, self.stored = record, stored
        super().__init__([clash_sentence(record, stored)])


def clash_sentence(record: Record, stored: Record | None) -> str:
    last = Revision.objects.of(record).newest_first().first()
    values = {
        "record": name_of(record),
        "who": (last.by_name if last else "") or _("somebody"),
        "when": date_format(timezone.localtime(last.at), "DATETIME_FORMAT") if last else _("a moment ago"),
    }
    if stored is None:
        return _("“%(record)s” was deleted meanwhile, by %(who)s, %(when)s.") % values
    return _("“%(record)s” was changed meanwhile, by %(who)s, %(when)s.") % values


def name_of(record: Record) -> str:
    try:
        return str(record)
    except ObjectDoesNotExist:  # what it was named after is gone as well
        return record.slug or record.code


def locked(record: R, version: int | None = None) -> R:
    """The stored record, held until the end of the transaction, so that two editors cannot both be first.

    With `version`, that of the record that was shown, `Clash` when it is another one by now.
    """
    stored = type(record)._default_manager.select_for_update(no_key=True).filter(pk=record.pk).first()
    if stored is None:
        raise Clash(record, None)
    if version is not None and stored.version != version:
        raise Clash(record, stored)
    return stored


def must_have(by: User, permission: str, sentence: str) -> None:
    if by is not None and not by.has_perm(permission):
        raise Refused([sentence])


def authors_of(record: Record) -> set[int]:
    """The keys of those who have written at the record since it was last public: none of them can review it."""
    revisions = Revision.objects.of(record)
    public = revisions.filter(state=State.PUBLISHED).order_by("-version").values_list("version", flat=True).first()
    writing = revisions.filter(version__gt=public or 0).exclude(act=Act.SENT_BACK)
    authors = set(writing.exclude(by=None).values_list("by", flat=True).distinct())
    return authors | ({record.created_by_id} - {None} if public is None else set())  # type: ignore[operator]


def second_person(records: Iterable[Record], by: User, reason: str) -> None:
    """A reviewer is never the author. Who may publish alone gives a reason, which the history keeps."""
    if by is None:
        return
    must_have(by, roles.REVIEW, _("You may not publish. Give it to review: an editor publishes it."))
    typed = history.changed_so_far()  # with the same click
    own = [record for record in records if record in typed or by.pk in authors_of(record)]
    if not own:
        return
    if not by.has_perm(roles.OVERRIDE):
        raise Refused(
            _("You have written at “%(record)s” yourself: somebody else reviews and publishes it.") % {"record": each}
            for each in own
        )
    if not reason.strip():
        raise Refused(
            [_("Nobody else has read it. To publish your own work, give the reason: it stays in the history.")]
        )


def moment(at: dt.datetime | None) -> dt.datetime:
    return at or timezone.now()


def take_over(record: Record, stored: Record) -> None:
    """Let the caller's object say what is stored now."""
    for field in stored._meta.concrete_fields:
        setattr(record, field.attname, getattr(stored, field.attname))

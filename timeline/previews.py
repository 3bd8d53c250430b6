"""A public page as it will be: made from what is not public yet, in a transaction that is taken back.

Nothing stays: no row, no history, no picture (charts are drawn after a commit). What is kept in the process is kept by
what it says, or by a content version that no commit ever gives.
"""

import datetime as dt
import fcntl
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import resolve
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from timeline import actions, contents, history, index
from timeline.enums import Act, State
from timeline.models import Proposal, Record, Revision
from timeline.models.proposals import OPEN
from timeline.problems import disk_problem

T = TypeVar("T")
SALT = "timeline.previews"
VALID_FOR = dt.timedelta(days=7)
LONGEST_TOKEN = 500
PATIENCE = 3  # seconds that a preview waits for the one before it, and then for the database
OF_STATE_ALONE = {Act.SUBMITTED, Act.SENT_BACK}  # what was done to a record without changing what it says
LEADS_ELSEWHERE = re.compile(r'<a (?=[^>]*href="[^#"])')


class Busy(Exception):
    """The database, or the one place for previews, was taken all the time that a preview may wait."""


class NotFound(Exception):
    """No preview was ever at this address."""


class Outdated(Exception):
    """There was one. `sentence` says why there is none any more; `url` leads to what is public now, if anything is."""

    def __init__(self, sentence: str, url: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.url = sentence, url


@dataclass(frozen=True)
class Bar:
    """What stands above a page that is only a preview."""

    what: str
    until: dt.datetime | None = None

    @property
    def until_words(self) -> str:
        return f"{date_format(self.until, 'DATETIME_FORMAT')} UTC" if self.until else ""


# --- the page, within a transaction that is taken back


def taken_back(work: Callable[[], T]) -> T:
    """What `work` gives, and nothing of what it did to the database. One at a time on this machine, and not for long:
    on SQLite nobody else can write meanwhile.
    """
    with _one_at_a_time(), _impatient():
        try:
            with transaction.atomic():
                _wait_briefly_for_rows()
                index.one_writer_at_a_time()
                with history.suspended():
                    result = work()
                transaction.set_rollback(True)
                return result
        except OperationalError as error:
            if disk_problem(error):
                raise
            raise Busy from error


def public_page(record: Record, request: HttpRequest, bar: Bar) -> HttpResponse:
    """The page of a stored record, itself and what was entered with it made public. Only within `taken_back`."""
    with index.at_once():
        now = timezone.now()
        for each in (record, *actions.entered_with(record)):
            if not each.is_published:
                each.state = State.PUBLISHED
                each.published_at = each.published_at or now
                each.withdrawn_at, each.withdrawal_reason = None, ""
                each.save()
    address = urlsplit(record.get_absolute_url())
    asked = _as_a_reader(request, address.path, address.query, bar)
    match = resolve(address.path)
    response: HttpResponse = match.func(asked, *match.args, **match.kwargs)
    if hasattr(response, "render"):
        response = response.render()
    return response


def in_new_windows(page: bytes) -> bytes:
    """Within a frame a link must not lead to a page that refuses to be framed."""
    return LEADS_ELSEWHERE.sub('<a target="_blank" ', page.decode()).encode()


def _as_a_reader(request: HttpRequest, path: str, query: str, bar: Bar) -> HttpRequest:
    """A request for a public page, without a session: pages must not differ for who is signed in."""
    asked = HttpRequest()
    asked.method, asked.path, asked.path_info = "GET", path, path
    asked.GET = QueryDict(query)
    names = ("SERVER_NAME", "SERVER_PORT", "HTTP_HOST", "wsgi.url_scheme")
    asked.META = {name: request.META[name] for name in names if name in request.META} | {"QUERY_STRING": query}
    asked.preview = bar  # type: ignore[attr-defined]
    return asked


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (Path(settings.VAR_DIR) / ".previewing").open("w") as lock:
        until = time.monotonic() + PATIENCE
        while not _taken(lock):
            if time.monotonic() > until:
                raise Busy
            time.sleep(0.05)
        yield


def _taken(lock: Any) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _impatient() -> Iterator[None]:
    """A saved form waits for a busy database as long as it takes; a preview gives way."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    usual = settings.DATABASES["default"]["OPTIONS"]["timeout"]
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {usual * 1000}")


def _wait_briefly_for_rows() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")


# --- links for reviewers


def token_for(record: Record, now: dt.datetime) -> str:
    return _signed({"kind": record._meta.model_name, "code": record.code, "version": record.version}, now)


def token_for_proposal(proposal: Proposal, now: dt.datetime) -> str:
    return _signed({"proposal": proposal.pk, "at": proposal.proposed_at.isoformat()}, now)


def _signed(value: dict[str, Any], now: dt.datetime) -> str:
    return signing.Signer(salt=SALT).sign_object(value | {"until": int((now + VALID_FOR).timestamp())})


@dataclass(frozen=True)
class Link:
    """What a link for a reviewer leads to."""

    record: Record
    proposal: Proposal | None
    until: dt.datetime

    @property
    def bar(self) -> Bar:
        if self.proposal is not None:
            what = _("A preview: this change waits for approval, on version %(version)s. It is not public.")
            return Bar(what % {"version": self.record.version}, self.until)
        values = {"version": self.record.version, "state": self.record.get_state_display()}
        return Bar(_("A preview of version %(version)s (%(state)s). It is not public.") % values, self.until)

    def make_stored(self) -> Record:
        """The record as the link shows it, stored. Only within `taken_back`."""
        if self.proposal is None:
            return self.record
        try:
            mine = contents.from_json(self.proposal.content)
            whole = actions.merged_with(self.record, self.proposal.base_version, mine)
            there = {piece.key for piece in contents.read_records([self.record])[whole[0].key]}
            keys = {piece.code: contents.passing_key(piece.code) for piece in whole if piece.key not in there}
            with transaction.atomic():
                (written,) = contents.apply([whole], keys)
        except (actions.Refused, contents.Missing, IntegrityError, ValidationError) as error:
            sentence = _("The record has changed since, so that this change does not fit it any more.")
            raise Outdated(sentence, self.record.get_absolute_url()) from error
        return written


def read(token: str, now: dt.datetime) -> Link:
    """Raises `NotFound` for what we never signed, `Outdated` for what has ended or does not show what it did."""
    value = _unsigned(token)
    until = dt.datetime.fromtimestamp(value["until"], dt.UTC)
    if now > until:
        raise Outdated(_("This preview has ended: it was valid for a week. Ask the editors for a new link."))
    return _of_proposal(value, until) if "proposal" in value else _of_record(value, until)


def _unsigned(token: str) -> dict[str, Any]:
    if len(token) > LONGEST_TOKEN:
        raise NotFound
    try:
        value: dict[str, Any] = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        raise NotFound
    return value


def _of_record(value: dict[str, Any], until: dt.datetime) -> Link:
    record = contents.stored((value["kind"], value["code"]))
    if record is None:
        raise Outdated(_("This record was deleted since the link was made."))
    if record.is_published:
        raise Outdated(_("This record is public by now."), record.get_absolute_url())
    if record.state == State.WITHDRAWN or _says_something_else(record, value["version"]):
        raise Outdated(_("This record has changed since the link was made. Ask the editors for a new one."))
    return Link(record, None, until)


def _says_something_else(record: Record, version: int) -> bool:
    later = Revision.objects.of(record).filter(version__gt=version)
    return later.exclude(act__in=OF_STATE_ALONE).exists()


def _of_proposal(value: dict[str, Any], until: dt.datetime) -> Link:
    proposal = Proposal.objects.filter(pk=value["proposal"]).first()
    if proposal is None or proposal.status not in OPEN:
        raise Outdated(_("This change does not wait any more: it was decided on, or taken back."))
    if proposal.proposed_at.isoformat() != value["at"]:
        raise Outdated(_("Its author has changed it since the link was made. Ask the editors for a new one."))
    record = contents.stored((proposal.kind, proposal.code))
    if record is None:
        raise Outdated(_("This record was deleted since the link was made."))
    return Link(record, proposal, until)

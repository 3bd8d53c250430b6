"""`manage.py check_links`: asks every address of every source whether it still leads to its page.

It can be ended at any time and begun again: each check is kept as soon as it is made, and those that waited longest
come first. Meant for a timer, once a day.
"""

import datetime as dt
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline import fetching, press
from timeline.enums import LinkField, LinkOutcome, State
from timeline.models import LinkCheck, Source

PAUSE_SECONDS = 5.0  # between two requests to one site
FAILING_AGAIN = dt.timedelta(hours=20)  # what failed is asked again the next day
REACH = replace(fetching.PUBLIC, most_bytes=300_000)  # titles stand at the beginning


@dataclass(frozen=True, slots=True)
class Due:
    source_id: int
    field: str
    address: str

    @property
    def site(self) -> str:
        return press.site_of(self.address)


class Command(BaseCommand):
    help = "Check the addresses of all sources: reachable, blocked, changed, gone or without an answer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=_count, default=None, help="check at most so many addresses")
        parser.add_argument(
            "--older-than",
            type=_count,
            default=7,
            metavar="DAYS",
            help="those not checked for so many days (7); what failed is checked again after a day in any case",
        )
        parser.add_argument("--source", default="", metavar="SLUG", help="the addresses of this source alone, now")

    def handle(self, *args: Any, limit: int | None, older_than: int, source: str, **options: Any) -> None:
        if source and not Source.objects.filter(slug=source).exists():
            raise CommandError(_("There is no source “%(slug)s”.") % {"slug": source})
        due = due_of_source(source) if source else due_now(dt.timedelta(days=older_than), timezone.now())
        outcomes: Counter[str] = Counter()
        for each in spaced(due[:limit], PAUSE_SECONDS):
            check = checked(each)
            if check is not None:
                outcomes[check.outcome] += 1
                self._say(check)
        self.stdout.write(summary(outcomes))

    def _say(self, check: LinkCheck) -> None:
        if check.outcome != LinkOutcome.OK:
            said = " ".join(filter(None, (str(check.status or ""), check.problem)))
            dead = _("; it counts as dead") if check.is_dead else ""
            self.stdout.write(f"{check.outcome}: {check.source.slug}: {check.address} ({said}{dead})")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise ArgumentTypeError(_("“%(text)s” is no number from 0 to 999999.") % {"text": text[:40]})
    return int(text)


def _addresses(sources: Any) -> Iterator[Due]:
    for pk, *addresses in sources.values_list("pk", *LinkField.values):
        for field, address in zip(LinkField.values, addresses, strict=True):
            if address:
                yield Due(pk, field, address)


def due_of_source(slug: str) -> list[Due]:
    return list(_addresses(Source.objects.filter(slug=slug)))


def due_now(older_than: dt.timedelta, now: dt.datetime) -> list[Due]:
    """What waited longest first; what was never checked before everything."""
    fresh = Q(failures=0, last_checked_at__gt=now - older_than) | Q(
        failures__gt=0, last_checked_at__gt=now - min(FAILING_AGAIN, older_than)
    )
    checks = LinkCheck.objects.current()
    fresh_now = set(checks.filter(fresh).values_list("source_id", "field"))
    last = {(pk, field): at for pk, field, at in checks.values_list("source_id", "field", "last_checked_at")}
    never = dt.datetime.min.replace(tzinfo=dt.UTC)
    sources = Source.objects.exclude(state=State.WITHDRAWN).order_by("slug")
    due = [each for each in _addresses(sources) if (each.source_id, each.field) not in fresh_now]
    return sorted(due, key=lambda each: last.get((each.source_id, each.field), never))


def spaced(
    due: list[Due],
    pause: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Due]:
    """One after the other; while one site rests, others are asked."""
    waiting: dict[str, deque[Due]] = {}
    for each in due:
        waiting.setdefault(each.site, deque()).append(each)
    ready = dict.fromkeys(waiting, 0.0)
    while waiting:
        site = min(waiting, key=lambda name: ready[name])  # of those that are equally ready, the one that came first
        if (rest := ready[site] - clock()) > 0:
            sleep(rest)
        yield waiting[site].popleft()
        ready[site] = clock() + pause
        if not waiting[site]:
            del waiting[site]


def checked(due: Due) -> LinkCheck | None:
    """The address as it stands in the source by now; nothing when the source is gone or has another one."""
    source = Source.objects.defer("private_text").filter(pk=due.source_id).first()
    if source is None or getattr(source, due.field) != due.address:
        return None
    fetched = fetching.fetch(due.address, REACH)
    check = LinkCheck.of(source, due.field)
    check.note(fetched, at=timezone.now())
    try:
        check.save()
    except IntegrityError:  # the source was deleted meanwhile, or another run was quicker
        return None
    return check


def summary(outcomes: Counter[str]) -> str:
    if not outcomes:
        return _("No address is due.")
    counted = (f"{outcomes[name]} {label}" for name, label in LinkOutcome.choices if outcomes[name])
    return _("%(count)s addresses checked: %(outcomes)s.") % {
        "count": outcomes.total(),
        "outcomes": ", ".join(counted),
    }

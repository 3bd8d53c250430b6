"""What became of the addresses of sources: written by `manage.py check_links`, read by the editors' dashboard."""

import datetime as dt
from difflib import SequenceMatcher
from typing import Any, Self
from urllib.parse import urlsplit

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline import press
from timeline.enums import LinkField, LinkOutcome, State
from timeline.fetching import LONGEST_ADDRESS, Fetched
from timeline.models.sources import Source

FAILURES_OF_THE_DEAD = 3
DAYS_OF_THE_DEAD = dt.timedelta(hours=47)  # from the first to the third of three daily checks, give or take
FAILED = (LinkOutcome.GONE, LinkOutcome.UNREACHABLE)
NOT_LET_IN = {401, 402, 403, 405, 406, 407, 429, 451, 999}
NOT_THERE = {404, 410}
LONGEST_TITLE = 300
ALIKE = 0.5  # of two titles; headlines are mended, and outlets rename themselves in what stands behind them


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    def current(self) -> Self:
        """Those of addresses that still stand in their source; a withdrawn one leads nobody there."""
        in_source = Q(field=LinkField.URL, address=F("source__url"))
        in_source |= Q(field=LinkField.ARCHIVED_URL, address=F("source__archived_url"))
        return self.filter(in_source).exclude(source__state=State.WITHDRAWN)

    def dead(self) -> Self:
        """Three failures in a row, on three days: a site may be down for an evening."""
        since = F("first_failed_at") + DAYS_OF_THE_DEAD
        return self.current().filter(failures__gte=FAILURES_OF_THE_DEAD, last_checked_at__gte=since)

    def failing(self) -> Self:
        return self.current().filter(failures__gt=0)

    def changed(self) -> Self:
        return self.current().filter(outcome=LinkOutcome.CHANGED)

    def blocked(self) -> Self:
        return self.current().filter(outcome=LinkOutcome.BLOCKED)

    def with_source(self) -> Self:
        return self.select_related("source").defer("source__private_text")

    def in_order(self) -> Self:
        return self.order_by("source__slug", "-field")


class LinkCheck(models.Model):
    """The last check of one address of a source. It is no part of the source: a check is no change of a record."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="link_checks", verbose_name=gettext_lazy("source"))
    field = models.CharField(gettext_lazy("which address"), max_length=12, choices=LinkField)
    address = models.CharField(gettext_lazy("address as checked"), max_length=1_000)
    last_checked_at = models.DateTimeField(gettext_lazy("last checked"))
    outcome = models.CharField(gettext_lazy("outcome"), max_length=11, choices=LinkOutcome)
    status = models.PositiveSmallIntegerField(gettext_lazy("status of the answer"), default=0)
    problem = models.CharField(gettext_lazy("what went wrong"), max_length=300, blank=True)
    failures = models.PositiveIntegerField(gettext_lazy("failures in a row"), default=0)
    first_failed_at = models.DateTimeField(gettext_lazy("failing since"), null=True, blank=True)
    final_url = models.CharField(gettext_lazy("where it leads"), max_length=LONGEST_ADDRESS, blank=True)
    title = models.CharField(gettext_lazy("title that it had"), max_length=LONGEST_TITLE, blank=True)
    new_title = models.CharField(gettext_lazy("title that it has"), max_length=LONGEST_TITLE, blank=True)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        ordering = ["source__slug", "-field"]
        verbose_name = gettext_lazy("link check")
        verbose_name_plural = gettext_lazy("link checks")
        constraints = [
            models.UniqueConstraint(fields=["source", "field"], name="link_check_once_for_each_address"),
            models.CheckConstraint(condition=Q(field__in=LinkField.values), name="link_check_field_is_known"),
            models.CheckConstraint(condition=Q(outcome__in=LinkOutcome.values), name="link_check_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(failures=0, first_failed_at=None) | Q(failures__gt=0, first_failed_at__isnull=False),
                name="link_check_failing_says_since_when",
            ),
        ]
        indexes = [models.Index(fields=["outcome", "last_checked_at"], name="link_check_by_outcome")]

    def __str__(self) -> str:
        return f"{self.address}: {self.get_outcome_display()}"

    def note(self, fetched: Fetched, *, at: dt.datetime) -> None:
        """What a check found. A source that was saved since the last one was looked at: its page is known anew."""
        is_known = self.last_checked_at is not None and self.source.updated_at <= self.last_checked_at
        known_title = self.title if is_known else ""
        seen = title_of(fetched)
        self.outcome, self.problem = judged(self.address, fetched, known_title, seen)
        self.status, self.final_url, self.last_checked_at = fetched.status, fetched.url[:LONGEST_ADDRESS], at
        self.title = known_title or (seen if self.outcome == LinkOutcome.OK else "")
        self.new_title = seen if self.outcome == LinkOutcome.CHANGED else ""
        if self.outcome in FAILED:
            self.failures += 1
            self.first_failed_at = self.first_failed_at or at
        else:
            self.failures, self.first_failed_at = 0, None

    @classmethod
    def of(cls, source: Source, field: str) -> "LinkCheck":
        """Its row, kept or new. An address that was changed begins anew."""
        address = getattr(source, field)
        kept = cls.objects.filter(source=source, field=field).first()
        if kept is not None and kept.address == address:
            kept.source = source
            return kept
        return cls(pk=kept.pk if kept else None, source=source, field=field, address=address)

    @property
    def is_dead(self) -> bool:
        return bool(
            self.failures >= FAILURES_OF_THE_DEAD
            and self.first_failed_at
            and self.last_checked_at - self.first_failed_at >= DAYS_OF_THE_DEAD
        )


def judged(address: str, fetched: Fetched, known_title: str, seen: str) -> tuple[str, str]:
    """The outcome and, where it needs one, a sentence."""
    if fetched.status in NOT_LET_IN:
        return LinkOutcome.BLOCKED, ""
    if fetched.status in NOT_THERE:
        return LinkOutcome.GONE, ""
    if not 200 <= fetched.status < 300:
        return LinkOutcome.UNREACHABLE, fetched.problem[:300]
    elsewhere = _elsewhere(address, fetched.url)
    if not elsewhere and known_title and seen and not is_alike(known_title, seen):
        elsewhere = _("The page has another title by now.")
    return (LinkOutcome.CHANGED, elsewhere) if elsewhere else (LinkOutcome.OK, "")


def _elsewhere(address: str, final: str) -> str:
    if press.site_of(final) != press.site_of(address):
        return _("It leads to another site.")
    if _is_home(final) and not _is_home(address):
        return _("It leads to the site’s first page.")
    return ""


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path.strip("/") in {"", "index.html", "index.php", "main"} and not parts.query


def title_of(fetched: Fetched) -> str:
    if not fetched.is_page or "html" not in fetched.content_type.lower():
        return ""
    page = press.read(press.decoded(fetched.body, fetched.content_type))
    guess: Any = page.guesses.get("title")
    return guess.value[:LONGEST_TITLE] if guess else ""


def is_alike(one: str, other: str) -> bool:
    """Whether two titles may be of one page, one of them cut short or with the outlet's name behind it."""
    first, second = (" ".join(each.casefold().split()) for each in (one, other))
    if first.startswith(second) or second.startswith(first):
        return True
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE

"""People, and the posts that they held. A role is always asked for as of a day, never as of today."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from timeline import dates
from timeline.enums import KoreanNameBasis, NameOrder, Side
from timeline.models.base import Named, NaturalKeyManager, Part, RecordQuerySet, published
from timeline.models.fields import EdtfField, ProseField, validate_days, validate_no_nul, validate_strings
from timeline.models.organizations import Organization


class OfficialQuerySet(RecordQuerySet["Official"]):
    def with_appointments(self) -> Self:
        """Each official's `posts`, none at a hidden organization, oldest first: what `role_on` reads."""
        shown = Appointment.objects.not_at_a_hidden_organization()
        posts = shown.select_related("organization").in_order()
        return self.prefetch_related(models.Prefetch("appointments", posts, to_attr="posts"))


class Official(Named):
    url_name = "official-detail"

    family_name = models.CharField(_("family name"), max_length=100, blank=True, validators=[validate_no_nul])
    given_name = models.CharField(_("given name"), max_length=100, blank=True, validators=[validate_no_nul])
    suffix = models.CharField(
        _("suffix"), max_length=20, blank=True, validators=[validate_no_nul], help_text=_("Such as III or Jr.")
    )
    name_order = models.CharField(_("order of the names"), max_length=12, choices=NameOrder)
    name_ko_basis = models.CharField(
        _("basis of the Korean name"),
        max_length=8,
        choices=KoreanNameBasis,
        blank=True,
        help_text=_("Where the Hangul comes from. Leave both empty when it was not found: never spell it by guess."),
    )
    aliases = models.JSONField(
        _("other forms of the name"),
        default=list,
        blank=True,
        validators=[validate_strings],
        help_text=_("Other romanizations and printed forms, as a list."),
    )
    country = models.CharField(_("side"), max_length=3, choices=Side)
    summary = ProseField(_("summary"), blank=True)
    note = ProseField(_("note"), blank=True)

    objects = NaturalKeyManager.from_queryset(OfficialQuerySet)()

    class Meta(Named.Meta):
        ordering = ["slug"]
        verbose_name = _("official")
        verbose_name_plural = _("officials")

    def posts_on(self, day: dt.date) -> "list[Appointment]":
        """The posts held that day. Reads `posts` when `with_appointments()` fetched them, else asks the database."""
        return held_on(self._posts(), day)

    def role_on(self, day: dt.date) -> str:
        """The titles held that day, or an empty string: role on this day unknown."""
        return ", ".join(post.title for post in self.posts_on(day))

    def _posts(self) -> "Sequence[Appointment]":
        fetched = getattr(self, "posts", None)
        if fetched is not None:
            return fetched  # type: ignore[no-any-return]
        return list(self.appointments.not_at_a_hidden_organization().select_related("organization").in_order())


def published_post(path: str = "") -> Q:
    """An appointment of a published official, at no organization or at a published one."""
    before = f"{path}__" if path else ""
    return published(f"{before}official") & at_no_hidden_organization(before)


def at_no_hidden_organization(before: str = "") -> Q:
    return Q(**{f"{before}organization": None}) | published(f"{before}organization")


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def published(self) -> Self:
        return self.filter(published_post())

    def not_at_a_hidden_organization(self) -> Self:
        return self.filter(at_no_hidden_organization())

    def in_order(self) -> Self:
        """By first known day, those without one first; then by code, which never changes."""
        return self.order_by(F("first_known_day").asc(nulls_first=True), "code")


class Appointment(Part):
    """An official's post. `attested` are the days on which a source shows the person in it."""

    official = models.ForeignKey(Official, models.CASCADE, related_name="appointments", verbose_name=_("official"))
    title = models.CharField(_("title"), max_length=200, validators=[validate_no_nul])
    title_ko = models.CharField(_("Korean title"), max_length=200, blank=True, validators=[validate_no_nul])
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
        verbose_name=_("organization"),
        help_text=_("Leave empty when it is not known."),
    )
    start = EdtfField(
        _("start"), first="start_day", blank=True, help_text=_("First day in the post, as exactly as known.")
    )
    end = EdtfField(_("end"), last="end_day", blank=True, help_text=_("Last day in the post, as exactly as known."))
    start_day = models.DateField(_("first possible day"), null=True, editable=False)
    end_day = models.DateField(_("last possible day"), null=True, editable=False)
    attested = models.JSONField(
        _("attested on"),
        default=list,
        blank=True,
        validators=[validate_days],
        help_text=_('Days on which a source shows the person in the post, as a list: ["2019-03", "2019-11-04"].'),
    )
    first_known_day = models.DateField(_("first known day"), null=True, editable=False)
    note = ProseField(_("note"), blank=True)

    objects = NaturalKeyManager.from_queryset(AppointmentQuerySet)()

    class Meta:
        ordering = ["first_known_day", "code"]
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.CheckConstraint(
                condition=Q(end_day=None) | Q(start_day=None) | Q(end_day__gte=F("start_day")),
                name="appointment_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        try:
            start, end = (dates.parse(each) if each else None for each in (self.start, self.end))
        except dates.DateError:
            return  # the field itself says so
        if start and end and end.last_day < start.first_day:
            raise ValidationError({"end": _("The post ends before it starts.")})

    @property
    def known_days(self) -> list[dates.PartialDate]:
        return sorted((dates.parse(day) for day in self.attested), key=lambda date: (date.first_day, date.last_day))

    @property
    def earliest_known_day(self) -> dt.date | None:
        days = [date.first_day for date in self.known_days]
        if self.start:
            days.append(dates.parse(self.start).first_day)
        if not days and self.end:
            days.append(dates.parse(self.end).first_day)
        return min(days, default=None)

    def held_words(self) -> str:
        """When the post was held, as far as it is known. “Since” would say that it is still held."""
        if self.start and self.end:
            return gettext("%(start)s – %(end)s") % {"start": dates.parse(self.start), "end": dates.parse(self.end)}
        if self.start:
            return gettext("from %(start)s, end not recorded") % {"start": dates.parse(self.start)}
        if self.end:
            return gettext("until %(end)s") % {"end": dates.parse(self.end)}
        if self.known_days:
            return gettext("seen in the post: %(days)s") % {"days": "; ".join(str(day) for day in self.known_days)}
        return gettext("dates unknown")


@receiver(pre_save, sender=Appointment)
def derive_first_known_day(instance: Appointment, **kwargs: object) -> None:
    instance.first_known_day = instance.earliest_known_day


def _covers(post: Appointment, others: Iterable[Appointment], day: dt.date) -> bool:
    first = post.start_day
    last = post.end_day
    if first is None:
        known = post.known_days
        if last is not None:  # an end alone: from the first day on which it is attested, or on that end only
            end = dates.parse(post.end)
            first = min([known[0].first_day] if known else [], default=end.first_day)
            return first <= day <= last
        return bool(known) and known[0].first_day <= day <= known[-1].last_day
    if last is None:
        following = next_start(post, others)
        return first <= day and (following is None or day < following)
    return first <= day <= last


def next_start(post: Appointment, others: Iterable[Appointment]) -> dt.date | None:
    """When the same person's next post at the same organization began: a post without an end is held until then."""
    if post.organization_id is None or post.start_day is None:
        return None
    starts = [
        other.start_day
        for other in others
        if other.official_id == post.official_id
        and other.organization_id == post.organization_id
        and other.start_day is not None
        and other.start_day > post.start_day
    ]
    return min(starts, default=None)


def held_on(posts: Sequence[Appointment], day: dt.date) -> list[Appointment]:
    """Which of one person's posts were held on a day, by the rules of the design:

    from start to end; without an end until the same person's next post at the same organization begins; with attested
    days only, on those days and between the first and the last.
    """
    return [post for post in posts if _covers(post, posts, day)]

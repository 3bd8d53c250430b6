"""What every record and every part has: identity, state and version, and the querysets' first words."""

from collections.abc import Callable, Collection
from functools import cache, wraps
from typing import Any, Self, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from timeline import dates
from timeline.addresses import path_of
from timeline.enums import State
from timeline.models.fields import (
    ByteOrderedCharField,
    EdtfField,
    ProseField,
    new_code,
    validate_code,
    validate_no_nul,
    validate_slug,
)

M = TypeVar("M", bound=models.Model)
R = TypeVar("R", bound="Record")
T = TypeVar("T")
SLUG_LENGTH = 100


def published(path: str = "") -> Q:
    """The only definition of public: of records themselves, or of those to which a key leads.

    Asked of the row that is joined, and not of a set of all that are public: that set has to be made for each query.
    """
    return Q(**{f"{path}__state" if path else "state": State.PUBLISHED})


class NaturalKeyManager(models.Manager[M]):
    def get_by_natural_key(self, key: str) -> M:
        return self.get(**{self.model.natural_key_field: key})  # type: ignore[attr-defined]


class RecordQuerySet(models.QuerySet[M]):
    def published(self) -> Self:
        return self.filter(published())

    def in_order(self) -> Self:
        """A total order that does not depend on database ids."""
        return self.order_by("slug")

    def with_citations(self) -> Self:
        """Each record's `public_citations`, with their sources, in one more query."""
        from timeline.models.citations import Citation  # the citation knows its targets, so it is defined after them

        cited = Citation.objects.published([str(self.model._meta.model_name)]).in_order().with_source()
        return self.prefetch_related(models.Prefetch("citations", cited, to_attr="public_citations"))


@cache
def _labels(field: Any) -> dict[Any, Any]:
    return dict(field.flatchoices)


class Identified(models.Model):
    natural_key_field = "code"

    code = models.CharField(
        _("code"),
        max_length=16,
        unique=True,
        default=new_code,
        editable=False,
        validators=[validate_code],
        help_text=_("The short name in permanent links. It never changes and is never given again."),
    )

    class Meta:
        abstract = True

    def natural_key(self) -> tuple[str]:
        return (getattr(self, self.natural_key_field),)

    def _get_FIELD_display(self, field: Any) -> str:  # noqa: N802 - what Django's `get_<field>_display` calls
        """As Django's, which translates and hashes every choice of the field for each call."""
        value = getattr(self, field.attname)
        label = _labels(field).get(value)
        return value if label is None else str(label)


class Record(Identified):
    """Something that has a page, a state and a version of its own."""

    natural_key_field = "slug"
    url_name = ""

    slug = ByteOrderedCharField(
        _("slug"),
        max_length=SLUG_LENGTH,
        unique=True,
        validators=[validate_slug],
        help_text=_("The last part of the page's address. Once published it stays: a change leaves a redirect behind."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    published_at = models.DateTimeField(_("first published at"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    withdrawal_reason = ProseField(_("reason of withdrawal"), blank=True, editable=False)
    acknowledged = ProseField(
        _("acknowledged findings"),
        blank=True,
        help_text=_(
            "A finding of check_data that is known and right: one a line, its name, a colon and the reason, such as "
            "“single-source: only one paper reported the talks”."
        ),
    )

    class Meta:
        abstract = True
        # Who takes the data along asks for what has changed since, in pages.
        indexes = [models.Index(fields=["updated_at", "slug"], name="%(class)s_by_change")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="%(class)s_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | Q(published_at__isnull=False),
                name="%(class)s_published_says_since_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.WITHDRAWN) | (Q(withdrawn_at__isnull=False) & ~Q(withdrawal_reason="")),
                name="%(class)s_withdrawn_says_when_and_why",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The version is counted by the history: a save that changes nothing is no new one."""
        if not self._state.adding and (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "updated_at"}
        with transaction.atomic(savepoint=False):  # with what signals derive from it; as Django's own `save`
            super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return path_of(self.url_name, self.slug)

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        super().validate_unique(exclude)
        if "slug" not in (exclude or ()):
            refuse_retired_slug(self)

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def acknowledgements(self) -> dict[str, str]:
        """Rule by rule, why its finding is right."""
        pairs = (line.partition(":") for line in self.acknowledged.splitlines())
        return {rule.strip(): reason.strip() for rule, colon, reason in pairs if colon and reason.strip()}


class Part(Identified):
    """Something that is public with its owner, and only if what it points at is public."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic(savepoint=False):  # with what signals derive from it; as Django's own `save`
            super().save(*args, **kwargs)


class Named(Record):
    """A record known by a name in two languages."""

    name = models.CharField(_("name"), max_length=200, validators=[validate_no_nul])
    name_ko = models.CharField(_("Korean name"), max_length=200, blank=True, validators=[validate_no_nul])

    class Meta(Record.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name


class DatedQuerySet(RecordQuerySet[M]):
    def between(self, first: Any, last: Any) -> Self:
        """Those that can have been on a day from `first` to `last`, both included; `None` leaves that end open."""
        within = self.all()
        if first is not None:
            within = within.filter(last_day__gte=first)
        if last is not None:
            within = within.filter(first_day__lte=last)
        return within

    def in_order(self) -> Self:
        return self.order_by("first_day", "position", "slug")

    def for_agreement(self, agreement: Any) -> Self:
        return self.filter(agreement=agreement)


class Dated(Record):
    """A record that stands on the timeline."""

    when = EdtfField(
        _("when"),
        first="first_day",
        last="last_day",
        help_text=_(
            "As exactly as it is known and no more: 2024-05-21, 2024-05, 2024, a span 2024-05-21/2024-05-23; "
            "~ behind a date for “around”, ? for “probably”. The local day at the place counts."
        ),
    )
    first_day = models.DateField(_("first possible day"), editable=False)
    last_day = models.DateField(_("last possible day"), editable=False)
    date_note = ProseField(
        _("note on the date"), blank=True, help_text=_("How the day was derived, or what is uncertain about it.")
    )
    position = models.PositiveSmallIntegerField(
        _("position within the day"),
        default=10,
        help_text=_("Of entries that begin on the same day, the lower number comes first."),
    )
    place = models.ForeignKey(
        "timeline.Place",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("place"),
        help_text=_("Leave empty when it was by video or is not known."),
    )
    venue = models.CharField(
        _("venue"), max_length=200, blank=True, validators=[validate_no_nul], help_text=_("The building or base.")
    )

    class Meta(Record.Meta):
        abstract = True
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["first_day", "position", "slug"], name="%(class)s_in_order"),
        ]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="%(class)s_ends_after_it_begins"),
        ]

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        super().validate_unique(exclude)
        if "slug" not in (exclude or ()):
            refuse_slug_of_another_kind(self)

    @property
    def date(self) -> dates.PartialDate:
        return dates.parse(self.when)


def kept_with_it(make: Callable[[R], T]) -> Callable[[R], T]:
    """What is made of a record, made once for each instance: a page names its picture three times, and a list its
    record on each of its pages. An instance lives as long as pages are made of it; who changes it makes another.
    """
    name = f"_{make.__module__}.{make.__qualname__}"

    @wraps(make)
    def kept(record: R) -> T:
        known = record.__dict__
        if name not in known:
            known[name] = make(record)
        made: T = known[name]
        return made

    return kept


def refuse_slug_of_another_kind(record: "Dated") -> None:
    """Rounds, statements and events share one space of slugs: the timeline's order and its page keys rest on it."""
    for model in Dated.__subclasses__():
        if not isinstance(record, model) and model._default_manager.filter(slug=record.slug).exists():
            raise ValidationError(
                {
                    "slug": _("This slug is taken, by a record of another kind (%(kind)s).")
                    % {"kind": model._meta.verbose_name}
                }
            )


def refuse_retired_slug(record: Record) -> None:
    """A slug that once led to a record is never given to another one: old links would lie."""
    if is_retired(record, record.slug):
        raise ValidationError({"slug": _("This slug once led to another record, and its links must not change.")})


def is_retired(record: Record, slug: str) -> bool:
    """Whether the slug was that of another record in the same space of slugs. A record may take back one of its own."""
    from timeline.models.addresses import Redirect, Tombstone  # they need this module's names
    from timeline.models.merges import Merge

    family = Dated.__subclasses__() if isinstance(record, Dated) else [type(record)]
    kinds = [str(model._meta.model_name) for model in family]
    kind = str(record._meta.model_name)
    leading = list(Redirect.objects.filter(kind__in=kinds, old_slug=slug).values_list("kind", "new_slug"))
    if leading:
        now = type(record)._default_manager.filter(pk=record.pk).values_list("slug", flat=True).first()
        # What came with a record that was merged into this one goes back to that one, should the merge be taken back.
        lent = Merge.objects.standing().filter(kind=kind, winner_code=record.code).values_list("moved", flat=True)
        if leading != [(kind, now)] or any(slug in moved.get("redirects", ()) for moved in lent):
            return True
    return Tombstone.objects.filter(kind__in=kinds, slug=slug).exclude(kind=kind, code=record.code).exists()

"""Events as pages below one page that lists them; people, places and sources as snippets, joined by orderables."""

from django.core.paginator import Paginator
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index
from wagtail.snippets.models import register_snippet


class Named(models.Model):
    slug = models.SlugField(max_length=100, unique=True)
    name = models.CharField(max_length=200)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name


@register_snippet
class Agreement(Named):
    pass


@register_snippet
class Place(Named):
    pass


@register_snippet
class Official(Named):
    name_ko = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=3, choices={"KR": "Seoul", "US": "Washington", "INT": "International"})


@register_snippet
class Organization(Named):
    country = models.CharField(max_length=3, choices={"KR": "Seoul", "US": "Washington", "INT": "International"})


@register_snippet
class Source(models.Model):
    slug = models.SlugField(max_length=100, unique=True)
    publisher = models.CharField(max_length=200)
    title = models.CharField(max_length=302)
    published_on = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2)
    url = models.URLField(max_length=1_000, blank=True)
    archived_url = models.URLField(max_length=1_000, blank=True)

    def __str__(self):
        return f"{self.publisher}, {self.title}"


class EventQuerySet(PageQuerySet):
    def shown(self):
        return self.select_related("place", "agreement").prefetch_related(
            "participants__official", "participants__organization", "citations__source"
        )


class EventIndexPage(Page):
    """By `official`, `from` and `to`; pages by number."""

    max_count = 1
    subpage_types = ["wagtail_site.EventPage"]
    template = "wagtail_site/event_index_page.html"

    def get_context(self, request, *args, **kwargs):
        events = EventPage.objects.live().descendant_of(self).shown().order_by("first_day", "pk")
        if official := request.GET.get("official"):
            events = events.filter(participants__official__slug=official)
        if first := request.GET.get("from"):
            events = events.filter(last_day__gte=first)
        if last := request.GET.get("to"):
            events = events.filter(first_day__lte=last)
        query = request.GET.copy()
        query.pop("page", None)
        context = super().get_context(request, *args, **kwargs)
        context["events"] = Paginator(events, 50).get_page(request.GET.get("page"))
        context["officials"] = Official.objects.order_by("name")
        context["years"] = EventPage.objects.dates("first_day", "year")
        context["query"] = query.urlencode()
        return context


class EventPage(Page):
    parent_page_types = ["wagtail_site.EventIndexPage"]
    template = "wagtail_site/event_page.html"

    kind = models.CharField(max_length=40)
    summary = models.TextField(blank=True)
    first_day = models.DateField(db_index=True)
    last_day = models.DateField()
    venue = models.CharField(max_length=200, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="events")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, blank=True, related_name="events")
    published_at = models.DateTimeField(db_index=True)
    updated_at = models.DateTimeField(db_index=True)

    objects = PageManager.from_queryset(EventQuerySet)()
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.FilterField("first_day")]


class Participant(Orderable):
    event = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="participants")
    official = models.ForeignKey(Official, models.PROTECT, null=True, blank=True, related_name="participations")
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="participations")
    role = models.CharField(max_length=200, blank=True)


class Citation(Orderable):
    event = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="citations")
    source = models.ForeignKey(Source, models.PROTECT, related_name="citations")
    quote = models.TextField()
    locator = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)

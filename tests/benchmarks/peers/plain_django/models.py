"""Events with the people, places and sources around them; an index wherever a page filters or orders."""

from django.db import models
from django.urls import reverse


class Named(models.Model):
    slug = models.SlugField(max_length=100, unique=True)
    name = models.CharField(max_length=200)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name


class Agreement(Named):
    pass


class Place(Named):
    pass


class Official(Named):
    name_ko = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=3, choices={"KR": "Seoul", "US": "Washington", "INT": "International"})


class Organization(Named):
    country = models.CharField(max_length=3, choices={"KR": "Seoul", "US": "Washington", "INT": "International"})


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


class Event(models.Model):
    slug = models.SlugField(max_length=100, unique=True)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=300)
    summary = models.TextField(blank=True)
    first_day = models.DateField(db_index=True)
    last_day = models.DateField()
    venue = models.CharField(max_length=200, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="events")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, blank=True, related_name="events")
    published_at = models.DateTimeField(db_index=True)
    updated_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["first_day", "id"]
        indexes = [models.Index(fields=["first_day", "id"], name="event_in_order")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("event", args=[self.slug])


class Participant(models.Model):
    event = models.ForeignKey(Event, models.CASCADE, related_name="participants")
    official = models.ForeignKey(Official, models.PROTECT, null=True, blank=True, related_name="participations")
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="participations")
    role = models.CharField(max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]

    def __str__(self):
        return f"{self.official or self.organization}"


class Citation(models.Model):
    event = models.ForeignKey(Event, models.CASCADE, related_name="citations")
    source = models.ForeignKey(Source, models.PROTECT, related_name="citations")
    quote = models.TextField()
    locator = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]

    def __str__(self):
        return f"{self.source}: {self.quote}"

from django.contrib.syndication.views import Feed
from django.db.models import Q
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.generic import DetailView, ListView
from plain_django.models import Event, Official


def shown():
    """With everything that a page shows of an event: as many queries for fifty as for one."""
    return Event.objects.select_related("place", "agreement").prefetch_related(
        "participants__official", "participants__organization", "citations__source"
    )


class EventList(ListView):
    """By `official`, `from` and `to`; pages by number."""

    template_name = "plain_django/event_list.html"
    paginate_by = 50

    def get_queryset(self):
        events = shown()
        if official := self.request.GET.get("official"):
            events = events.filter(participants__official__slug=official)
        if first := self.request.GET.get("from"):
            events = events.filter(last_day__gte=first)
        if last := self.request.GET.get("to"):
            events = events.filter(first_day__lte=last)
        return events

    def get_context_data(self, **kwargs):
        query = self.request.GET.copy()
        query.pop("page", None)
        return super().get_context_data(
            officials=Official.objects.order_by("name"),
            years=Event.objects.dates("first_day", "year"),
            query=query.urlencode(),
            **kwargs,
        )


class EventDetail(DetailView):
    template_name = "plain_django/event_detail.html"

    def get_queryset(self):
        return shown()


class EventSearch(ListView):
    template_name = "plain_django/event_list.html"
    paginate_by = 50

    def get_queryset(self):
        events = shown().order_by("-first_day", "-id")
        for word in self.request.GET.get("q", "").split():
            events = events.filter(Q(title__icontains=word) | Q(summary__icontains=word))
        return events


class EventFeed(Feed):
    feed_type = Atom1Feed
    title = "Events"
    subtitle = "Rounds, statements and events of the cost-sharing talks."
    description_template = "plain_django/event_in_feed.html"

    def link(self):
        return reverse("events")

    def items(self):
        return shown().order_by("-updated_at")[:50]

    def item_title(self, item):
        return item.title

    def item_pubdate(self, item):
        return item.published_at

    def item_updateddate(self, item):
        return item.updated_at

    def item_categories(self, item):
        return [item.kind, *([item.agreement.name] if item.agreement else [])]

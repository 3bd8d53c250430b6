from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.feedgenerator import Atom1Feed
from wagtail_site.models import EventPage


def search(request):
    events = EventPage.objects.live().shown().search(request.GET.get("q", ""))
    context = {"events": Paginator(events, 50).get_page(request.GET.get("page"))}
    return render(request, "wagtail_site/search.html", context)


class EventFeed(Feed):
    feed_type = Atom1Feed
    title = "Events"
    link = "/events/"
    subtitle = "Rounds, statements and events of the cost-sharing talks."
    description_template = "wagtail_site/event_in_feed.html"

    def items(self):
        return EventPage.objects.live().shown().order_by("-updated_at")[:50]

    def item_title(self, item):
        return item.title

    def item_pubdate(self, item):
        return item.published_at

    def item_updateddate(self, item):
        return item.updated_at

    def item_categories(self, item):
        return [item.kind, *([item.agreement.name] if item.agreement else [])]

    def item_link(self, item):
        return item.full_url

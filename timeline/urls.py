"""Every public address, a short list for each family. Addresses are permanent: see docs/architecture.md."""

from django.urls import path

from timeline.api.urls import urlpatterns as api_addresses
from timeline.views import (
    agreements,
    calendars,
    chronology,
    citations,
    corrections,
    disagreements,
    downloads,
    embeds,
    events,
    feeds,
    figures,
    gaps,
    health,
    officials,
    organizations,
    pages,
    pictures,
    places,
    previews,
    record_json,
    rounds,
    search,
    sitemaps,
    sources,
    statements,
    timelinejs,
    topics,
)

urlpatterns = [
    path("", pages.overview, name="overview"),
    path("about/", pages.about, name="about"),
    path("glossary/", pages.glossary, name="glossary"),
    # /timeline/
    path("timeline/", chronology.timeline, name="timeline"),
    # /search/
    path("search/", search.page, name="search"),
    path("search/suggestions.json", search.suggestions, name="search-suggestions"),
    path("search.json", search.as_json, name="search-json"),
    # /agreements/
    path("agreements/", agreements.listing, name="agreement-list"),
    path("agreements/compare/", agreements.compare, name="agreement-compare"),
    path("agreements/<slug:slug>/", agreements.detail, name="agreement-detail"),
    # rounds, events and statements are listed by the timeline
    path("rounds/<slug:slug>/", rounds.detail, name="round-detail"),
    path("events/<slug:slug>/", events.detail, name="event-detail"),
    path("statements/<slug:slug>/", statements.detail, name="statement-detail"),
    # people, bodies, places, threads
    path("officials/", officials.listing, name="official-list"),
    path("officials/<slug:slug>/", officials.detail, name="official-detail"),
    path("organizations/", organizations.listing, name="organization-list"),
    path("organizations/<slug:slug>/", organizations.detail, name="organization-detail"),
    path("places/", places.listing, name="place-list"),
    path("places/<slug:slug>/", places.detail, name="place-detail"),
    path("topics/", topics.listing, name="topic-list"),
    path("topics/<slug:slug>/", topics.detail, name="topic-detail"),
    # /figures/
    path("figures/", figures.listing, name="figure-list"),
    path("figures/ladder/<slug:slug>/<str:name>", figures.ladder_file, name="ladder-file"),
    path("figures/contribution/<str:name>", figures.contribution_file, name="contribution-file"),
    path("figures/<slug:slug>/", figures.detail, name="figure-detail"),
    # /sources/
    path("sources/", sources.listing, name="source-list"),
    path("sources/<slug:slug>/", sources.detail, name="source-detail"),
    # each of the ten kinds of record as a citation: bib, ris or json
    path("<str:family>/<slug:slug>/cite.<str:form>", citations.file, name="citation-file"),
    # what is disputed, what is missing
    path("disagreements/", disagreements.listing, name="disagreement-list"),
    path("gaps/", gaps.listing, name="gap-list"),
    # what is not public yet, for whoever has the link
    path("preview/<str:token>/", previews.preview, name="preview"),
    # what changed after it was published
    path("corrections/", corrections.listing, name="corrections"),
    path("corrections/<str:kind>/<str:code>/", corrections.of_record, name="corrections-of"),
    path("feeds/corrections.atom", corrections.feed, name="corrections-feed"),
    # the timeline for other programs, whole or through its filters
    path("feeds/timeline.atom", feeds.timeline, {"form": "atom"}, name="timeline-feed-atom"),
    path("feeds/timeline.rss", feeds.timeline, {"form": "rss"}, name="timeline-feed-rss"),
    path("feeds/timeline.json", feeds.timeline, {"form": "json"}, name="timeline-feed-json"),
    path("calendar.ics", calendars.calendar, name="calendar"),
    path("timelinejs.json", timelinejs.timelinejs, name="timelinejs"),
    # for crawlers
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemaps/pages.xml", sitemaps.pages, name="sitemap-pages"),
    path("sitemaps/<str:plural>-<int:number>.xml", sitemaps.records, name="sitemap-records"),
    path("robots.txt", sitemaps.robots, name="robots"),
    # /api/v1/
    *api_addresses,
    # for monitors
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    # in the pages of other sites
    path("embed/<str:model>/<slug:slug>/", embeds.embed, name="embed"),
    path("oembed", embeds.oembed, name="oembed"),
    # the data set
    path("downloads/", downloads.page, name="downloads"),
    path("downloads/<path:name>", downloads.file, name="download"),
    # each of the ten kinds of record as a picture
    path("<str:family>/<slug:slug>/card.png", pictures.card, name="record-picture"),
    # each of the ten kinds of record as JSON
    path("<str:family>/<slug:slug>.json", record_json.record, name="record-json"),
    # /e/<code>/
    path("e/<str:code>/", pages.short_link, name="short-link"),
]

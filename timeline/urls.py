"""Every public address, a short list for each family. Addresses are permanent: see docs/architecture.md."""

from django.urls import path

from timeline.views import (
    agreements,
    chronology,
    corrections,
    disagreements,
    events,
    figures,
    gaps,
    health,
    officials,
    organizations,
    pages,
    places,
    previews,
    rounds,
    search,
    sources,
    statements,
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
    # what is disputed, what is missing
    path("disagreements/", disagreements.listing, name="disagreement-list"),
    path("gaps/", gaps.listing, name="gap-list"),
    # what is not public yet, for whoever has the link
    path("preview/<str:token>/", previews.preview, name="preview"),
    # what changed after it was published
    path("corrections/", corrections.listing, name="corrections"),
    path("corrections/<str:kind>/<str:code>/", corrections.of_record, name="corrections-of"),
    path("feeds/corrections.atom", corrections.feed, name="corrections-feed"),
    # for monitors
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    # /e/<code>/
    path("e/<str:code>/", pages.short_link, name="short-link"),
]

"""One address for each type of public page, with all that its type can show and not more of the same than need be."""

PAGES = {
    "overview": "/",
    "about": "/about/",
    "glossary": "/glossary/",
    "search": "/search/?q=cost+sharing",
    "search, how to": "/search/",
    "search, misspelt": "/search/?q=Spect",
    "search, narrowed down": "/search/?q=cost+sharing&kind=statement&year=2019&order=date",
    "search, nothing found": "/search/?q=nothing-of-this-kind&kind=round",
    "timeline": "/timeline/",
    "timeline, filtered": "/timeline/?agreement=11&country=US&q=pay",
    "timeline, nothing found": "/timeline/?q=nothing-of-this-kind",
    "timeline, crowded month": "/timeline/?from=2019-08&to=2019-08",
    "agreement-list": "/agreements/",
    "agreement-compare": "/agreements/compare/?left=sma-10&right=sma-11",
    "round-detail": "/rounds/sma-12-round-2/",
    "event-detail": "/events/2024-10-04-sma-12-announced/",
    "statement-detail": "/statements/2019-08-07-trump-talks-begun/",
    "official-list": "/officials/",
    "official-detail": "/officials/specht-linda/",
    "organization-list": "/organizations/",
    "organization-detail": "/organizations/nato/",
    "place-list": "/places/",
    "place-detail": "/places/the-hamptons/",
    "topic-list": "/topics/",
    "topic-detail": "/topics/won-or-dollars/",
    "figure-detail": "/figures/fig-1988-us-demand/",
    "source-list": "/sources/",
    "source-detail": "/sources/joongang-2024-05-24-mutually-acceptable/",
    "disagreement-list": "/disagreements/",
    "gap-list": "/gaps/",
    "corrections": "/corrections/",
    "corrections-of": "/corrections/round/4swv96z6/",
    "agreement-detail": "/agreements/sma-11/",
    "figure-list": "/figures/",
}
WITH_CHARTS = {"agreement-detail", "figure-list"}  # last above: drawing takes a while
ANSWERED_WITH_AN_ERROR = {
    "bad request": "/timeline/?from=yesterday",
    "not found": "/rounds/sma-12-round-20/",
}
# They lead to one of the others, or are read by programs; what is not public is looked at among the pages of the desk.
NO_PAGES = {
    "short-link",
    "ladder-file",
    "contribution-file",
    "corrections-feed",
    "preview",
    "search-json",
    "search-suggestions",
}

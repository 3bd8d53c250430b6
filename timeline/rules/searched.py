"""That the search finds what is public, and nothing else."""

from django.utils.translation import gettext_lazy

from timeline import search
from timeline.rules.registry import ERROR, Finding, FoundAcross, rule_of_the_whole


@rule_of_the_whole("search-is-not-true", ERROR, mend=gettext_lazy("Run manage.py rebuild_search."))
def search_is_not_true() -> FoundAcross:
    """Whoever writes past Django, by SQL or `update()`, does not tell the index."""
    for sentence in search.differences():
        yield None, Finding("", sentence)

"""The search without an engine: every document's tokens looked through one by one, in plain Python.

Both engines are compared with it, and so with one another.
"""

from timeline import search
from timeline.models import SearchDocument
from timeline.search import expressions
from timeline.search.documents import SEARCHED, documents, sort_key, tokens_of
from timeline.search.planning import planned


class Reference:
    def __init__(self):
        found = [
            document
            for model in SEARCHED
            for document in documents(model, model.objects.published().values_list("pk", flat=True))
        ]
        self.newest_first = [(each, tokens_of(each)) for each in sorted(found, key=sort_key, reverse=True)]
        self.ids = dict(SearchDocument.objects.values_list("sort_key", "pk"))

    def _found(self, asked):
        return [sort_key(each) for each, tokens in self.newest_first if self._is_found(asked, each, tokens)]

    def _is_found(self, asked, document, tokens):
        pk = self.ids[sort_key(document)]
        return (
            asked.span[0] <= pk < asked.span[1]
            and (not asked.kinds or document.kind in asked.kinds)
            and document.kind not in asked.other_than
            and (not asked.among or pk in asked.among)
            and expressions.holds(asked.expression, tokens)
        )

    def search(self, asked, filters):
        """All that is found by date, and by relevance: sort keys."""
        plan, _overview = planned(search.parse(asked), filters)
        ranked = [(tier, asked.rank(self.ids[key]), key) for tier, asked in plan.tiers for key in self._found(asked)]
        return self._found(plan.base), [key for _tier, _rank, key in sorted(ranked)]

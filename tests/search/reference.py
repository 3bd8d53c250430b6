"""The search without an engine: every document's tokens looked through one by one, in plain Python.

Both engines are compared with it, and so with one another.
"""

from timeline import search
from timeline.search import expressions, placing
from timeline.search.documents import SEARCHED, documents, sort_key, tokens_of
from timeline.search.searching import CANDIDATES, PHRASE, planned


class Reference:
    def __init__(self):
        found = [
            document
            for model in SEARCHED
            for document in documents(model, model.objects.published().values_list("pk", flat=True))
        ]
        self.newest_first = [(each, tokens_of(each)) for each in sorted(found, key=sort_key, reverse=True)]

    def _found(self, expression, span):
        return [
            document
            for document, tokens in self.newest_first
            if span[0] <= placing.room_of(document) < span[1] and expressions.holds(expression, tokens)
        ]

    def search(self, asked, filters):
        """All that is found by date, and by relevance."""
        plan, _counts, _has_all = planned(search.parse(asked), filters)
        found = self._found(plan.base, plan.span)
        ranked = []
        for tier, expression in plan.tiers:
            here = self._found(expression, plan.span)
            ranked += [each for each in here if tier != PHRASE or each in found[:CANDIDATES]]
        return [sort_key(each) for each in found], [sort_key(each) for each in ranked]

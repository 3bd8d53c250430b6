"""The request that this thread is answering: its number, which every line of the log carries, and what it has cost."""

from contextvars import ContextVar
from time import perf_counter

# In a request's environ: its number, for the pages for what went wrong; what the page cache had to do with it; under
# which marks of `ContentWatch` it keeps the answer (the number of the content version comes first).
NUMBER = "sma.request_number"
CACHE = "sma.cache"
MARKS = "sma.marks"
HIT, UNCHANGED, MISS = "hit", "304", "miss"


class CurrentRequest:
    __slots__ = ("began", "cpu_began", "number", "queries", "slow_queries", "status")

    def __init__(self, number: str) -> None:
        self.number = number
        self.status = 0
        self.queries = self.slow_queries = 0
        self.began, self.cpu_began = perf_counter(), 0.0


current_request: ContextVar[CurrentRequest | None] = ContextVar("current_request", default=None)


def number_of_request() -> str:
    """Empty outside any, as in a command."""
    request = current_request.get()
    return request.number if request is not None else ""

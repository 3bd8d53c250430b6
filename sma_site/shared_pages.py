"""Pages that another worker has made, and the one that makes a page at the moment.

Everything here may fail at any time, and a page comes all the same: then each worker makes its own.
"""

import time
from contextlib import suppress
from typing import Any, Protocol

from sma_site.kept_pages import Kept
from sma_site.shared_store import Away, SharedStore, shared_store

KEPT_FOR = 6 * 60 * 60  # seconds: pages of an older content version are never asked for again, and go by themselves
CLAIMED_FOR = 3.0  # seconds, after which a worker that has ended in the middle is not waited for
ASK_EVERY = 0.02


class SharedPages(Protocol):
    def found_or_claimed(self, etag: str) -> Kept | None:
        """None: whoever has asked makes it, and ends with `put` or `give_up`."""

    def put(self, kept: Kept) -> None: ...

    def give_up(self, etag: str) -> None:
        """What was made is not for everybody, or nothing was made."""


class NoSharedPages:
    def found_or_claimed(self, etag: str) -> Kept | None:
        return None

    def put(self, kept: Kept) -> None:
        pass

    def give_up(self, etag: str) -> None:
        pass


class RedisPages:
    def __init__(self, store: SharedStore) -> None:
        self.store = store

    def found_or_claimed(self, etag: str) -> Kept | None:
        page, claim = self._names(etag)
        until = time.monotonic() + CLAIMED_FOR
        try:
            while True:
                sealed = self.store.ask(lambda redis: redis.get(page))
                if sealed is not None:
                    return Kept.unsealed(self.store.key, etag, sealed)
                if time.monotonic() > until or self.store.ask(lambda redis: _claimed(redis, claim)):
                    return None
                time.sleep(ASK_EVERY)
        except Away:
            return None

    def put(self, kept: Kept) -> None:
        """The claim ends by itself: whoever comes to it before has asked for the page before it was there."""
        page, _claim = self._names(kept.etag)
        sealed = kept.sealed(self.store.key)
        with suppress(Away):
            self.store.ask(lambda redis: redis.set(page, sealed, ex=KEPT_FOR))

    def give_up(self, etag: str) -> None:
        _page, claim = self._names(etag)
        with suppress(Away):
            self.store.ask(lambda redis: redis.delete(claim))

    def _names(self, etag: str) -> tuple[str, str]:
        name = etag.removeprefix("W/").strip('"')
        return f"{self.store.prefix}:page:{name}", f"{self.store.prefix}:making:{name}"


def _claimed(redis: Any, claim: str) -> bool:
    return bool(redis.set(claim, b"", nx=True, px=int(CLAIMED_FOR * 1000)))


def shared_pages() -> SharedPages:
    store = shared_store()
    return RedisPages(store) if store else NoSharedPages()

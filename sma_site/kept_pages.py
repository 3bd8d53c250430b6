"""Answers as they were given, packed as they were asked for, and the ones of them that a process keeps."""

import gzip
import hmac
import json
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

import brotli
import zstandard

Headers = list[tuple[str, str]]
Address = tuple[str | bool, ...]

ROOM = 24_000_000  # bytes of all that is kept in a process
AROUND_A_BODY = 4_000  # bytes: headers, address and bookkeeping
PACKED = ("text/", "application/json", "application/xml", "application/ld+json", "image/svg+xml")
PACKED_ENDS = ("+json", "+xml")
SHORTEST_PACKED = 500
BROTLI_QUALITY, GZIP_LEVEL, ZSTD_LEVEL = 5, 6, 6
SEAL = 32  # bytes

ENCODERS: dict[str, Callable[[bytes], bytes]] = {  # the smallest first
    "br": lambda body: brotli.compress(body, quality=BROTLI_QUALITY),
    # What it gives takes as much room as what it was given, however short it is: a copy does not.
    "zstd": lambda body: bytes(memoryview(zstandard.compress(body, ZSTD_LEVEL))),
    "gzip": lambda body: gzip.compress(body, GZIP_LEVEL, mtime=0),
}
DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda body: body,
    "br": brotli.decompress,
    "zstd": zstandard.decompress,
    "gzip": lambda body: zlib.decompress(body, zlib.MAX_WBITS | 16),
}


@dataclass(frozen=True)
class Answer:
    """What is sent, whole."""

    status: str
    headers: Headers
    body: list[bytes]


@dataclass
class Kept:
    """An answer without its body, and the body in each encoding that was asked for."""

    etag: str
    status: str
    headers: Headers
    bodies: dict[str, bytes]
    is_worth_packing: bool
    has_grown: bool = False  # since it was kept: an encoding was added
    unchanged: Headers | None = None  # of a 304, once one was sent
    _answers: dict[str, Answer] = field(default_factory=dict)

    @classmethod
    def of(cls, etag: str, status: str, headers: Headers, plain: bytes) -> "Kept":
        kind = dict(headers).get("Content-Type", "").partition(";")[0]
        is_text = kind.startswith(PACKED) or kind.endswith(PACKED_ENDS)
        return cls(etag, status, headers, {"": plain}, is_text and len(plain) >= SHORTEST_PACKED)

    @property
    def size(self) -> int:
        return AROUND_A_BODY + sum(map(len, self.bodies.values()))

    def answer(self, encoding: str) -> Answer:
        """In this encoding where the answer is worth it, ready to be sent; put together once."""
        made = self._answers.get(encoding)
        if made is None:
            used = encoding if self.is_worth_packing else ""
            body = self.body(used)
            headers = [*self.headers, ("Content-Length", str(len(body)))]
            made = Answer(self.status, [*headers, ("Content-Encoding", used)] if used else headers, [body])
            if used in self.bodies:  # plain bytes are not kept where others ask for packed ones
                self._answers = self._answers | {encoding: made}
        return made

    def body(self, encoding: str) -> bytes:
        """Made when it is first asked for; of plain bytes only what nobody wants packed is kept.

        The dictionaries are replaced and never changed: other threads may be reading them.
        """
        bodies = self.bodies
        if encoding in bodies:
            return bodies[encoding]
        packed, body = next(iter(bodies.items()))
        plain = DECODERS[packed](body)
        if not encoding:
            return plain
        made = ENCODERS[encoding](plain)
        self.bodies = {name: each for name, each in bodies.items() if name} | {encoding: made}
        self._answers = {name: each for name, each in self._answers.items() if name}
        self.has_grown = True
        return made

    def take_over(self, before: "Kept") -> None:
        """What was packed of the page before, where it says the same: to unpack takes a tenth of the time to pack."""
        if self.is_worth_packing and before.body("") == self.body(""):
            self.bodies = before.bodies

    def sealed(self, key: bytes) -> bytes:
        """As bytes for a store that others may write to: without the key nobody makes one up, or passes off another."""
        encoding = next((name for name in self.bodies if name), "br") if self.is_worth_packing else ""
        head = json.dumps([self.status, self.headers, encoding, self.is_worth_packing])
        content = head.encode() + b"\n" + self.body(encoding)
        return _seal(key, self.etag, content) + content

    @classmethod
    def unsealed(cls, key: bytes, etag: str, sealed: bytes) -> "Kept | None":
        seal, content = sealed[:SEAL], sealed[SEAL:]
        if not hmac.compare_digest(seal, _seal(key, etag, content)):
            return None
        head, _newline, body = content.partition(b"\n")
        status, headers, encoding, is_worth_packing = json.loads(head)
        return cls(etag, status, [(name, value) for name, value in headers], {encoding: body}, is_worth_packing)


def _seal(key: bytes, etag: str, content: bytes) -> bytes:
    return hmac.digest(key, etag.encode() + b"\n" + content, "sha256")


class Store:
    """The most lately used, as many as there is room for."""

    def __init__(self, room: int = ROOM) -> None:
        self.room, self.used = room, 0
        self._kept: OrderedDict[Address, tuple[str, Kept, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, address: Address, marks: str) -> Kept | None:
        found = self._kept.get(address)
        if found is None or found[0] != marks:
            return None
        with self._lock:
            if address in self._kept:  # another thread may just have made room
                self._kept.move_to_end(address)
        return found[1]

    def last(self, address: Address) -> Kept | None:
        """Of whatever version."""
        found = self._kept.get(address)
        return found[1] if found else None

    def put(self, address: Address, marks: str, kept: Kept) -> None:
        """Also of one that is there and has become larger."""
        kept.has_grown = False
        size = kept.size
        with self._lock:
            if (before := self._kept.pop(address, None)) is not None:
                self.used -= before[2]
            self._kept[address] = marks, kept, size
            self.used += size
            while self.used > self.room and len(self._kept) > 1:
                self.used -= self._kept.popitem(last=False)[1][2]

    def __len__(self) -> int:
        return len(self._kept)

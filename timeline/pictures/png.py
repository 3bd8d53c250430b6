"""PNG files: made smaller than they come, and told apart by what is written in them."""

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"Digest\0"
HEADER = struct.Struct(">IIBBBBB")  # width, height, bits, colours, compression, filters, interlacing
RGB, RGBA = 2, 6
SUB = 1  # the filter that takes each byte less the one of the pixel before
# The digest stands at the same place in all of ours: behind the signature and the header.
DIGEST_AT = len(SIGNATURE) + 12 + HEADER.size + 8 + len(KEYWORD)
DIGEST_LENGTH = 32


class UnexpectedPicture(ValueError):
    """The picture is not made as those that we make smaller are."""


def slim(png: bytes, digest: str) -> bytes:
    """The same pixels without transparency, which is nowhere, packed tightly, and with the digest of what it shows."""
    chunks = list(_chunks(png))
    width, height, *rest = HEADER.unpack(chunks[0][1])
    rows = zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT"))
    if rest != [8, RGBA, 0, 0, 0] or set(rows[:: 4 * width + 1]) != {SUB}:
        raise UnexpectedPicture(rest)
    parts = (
        (b"IHDR", HEADER.pack(width, height, 8, RGB, 0, 0, 0)),
        (b"tEXt", KEYWORD + digest.encode()),
        (b"IDAT", zlib.compress(_without_alpha(rows, width, height), 6)),
        (b"IEND", b""),
    )
    return SIGNATURE + b"".join(_chunk(name, data) for name, data in parts)


def digest_in(head: bytes) -> str:
    """What `slim` wrote, from the first `DIGEST_AT + DIGEST_LENGTH` bytes; anything else of another file."""
    return head[DIGEST_AT : DIGEST_AT + DIGEST_LENGTH].decode("ascii", "replace")


def _without_alpha(rows: bytes, width: int, height: int) -> bytes:
    """Each colour is filtered by itself, so what is left stays right when one of them goes."""
    pixels = bytearray(height * (3 * width + 1))
    for colour in range(3):
        for row in range(height):
            start, made = row * (4 * width + 1), row * (3 * width + 1)
            pixels[made] = SUB
            pixels[made + 1 + colour : made + 3 * width + 1 : 3] = rows[start + 1 + colour : start + 4 * width + 1 : 4]
    return bytes(pixels)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(png):
        length, name = struct.unpack_from(">I4s", png, at)
        yield name, png[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

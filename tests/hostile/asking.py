"""Hostile requests without end, the same for the same seed: each address and each of its parameters in turn."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

from tests.hostile.texts import ADDRESSES, BROKEN, DATES, HEADERS, NUMBERS, PLAIN_NUMBERS, QUERIES, TEXTS

METHODS = ("HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "G" * 2_000)
HEADER_NAMES = (
    *("accept", "accept_charset", "accept_encoding", "accept_language", "authorization", "cache_control", "cookie"),
    *("expect", "forwarded", "from", "host", "hx_request", "hx_target", "hx_current_url", "if_match"),
    *("if_modified_since", "if_none_match", "if_range", "if_unmodified_since", "origin", "range", "referer"),
    *("sec_fetch_site", "te", "upgrade", "user_agent", "x_csrftoken", "x_forwarded_for", "x_forwarded_host"),
    *("x_forwarded_proto", "x_http_method_override", "x_original_url", "x_request_id", "x_requested_with"),
)
HEADER_TEXTS = (
    "*/*;q=0.0000000001",
    "text/html;level=1, " * 2_000,
    "bytes=0-,-1,5-2,99999999999999999999-",
    "bytes=" + "0-1," * 5_000,
    "items=0-1",
    '"' * 999,
    'W/"a", ' * 3_000,
    "Thu, 99 Nov 99999 99:99:99 GMT",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "sessionid=" + "a" * 8_000,
    'sessionid="\\000\\012"; csrftoken=; a=b; =; ;;',
    "sessionid=../../etc/passwd; messages=%00; language=zq9",
    "evil.example",
    "127.0.0.1, [::1]:99999, unknown, " * 500,
    "gzip;q=2, br;q=-1, *;q=a, identity;q=0",
    "x" * 60_000,
    "100-continue",
)
FORM, JSON, PARTS = "application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=zq9"
BODIES: tuple[tuple[str, bytes], ...] = (
    (FORM, b"a=1&" * 20_000),
    (FORM, b"%ff%fe=%00&=&&;=%"),
    (FORM, b"a" * 100_000),
    (JSON, b"[" * 100_000),
    (JSON, b'{"a": 1e999999}'),
    ("multipart/form-data", b"--zq9\r\n"),
    (PARTS, b"--zq9\r\nContent-Disposition: form-data; name=a; filename=../../a\x00\r\n\r\na"),
    (
        PARTS,
        b"--zq9\r\nContent-Disposition: form-data; name=\xff\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--zq9--",
    ),
    ("text/xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    ("application/x-www-form-urlencoded; charset=utf-7", b"a=+ADw-script+AD4-"),
    ("application/x-www-form-urlencoded; charset=nothing", b"a=b"),
    ("\u00ff/\u00ff", b"\xff"),
)


@dataclass(frozen=True)
class Ask:
    address: str
    method: str = "GET"
    body: bytes = b""
    kind: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    is_signed_in: bool = False

    def __str__(self) -> str:
        """In short: the seed has it whole."""
        more = f", {self.headers}" if self.headers else ""
        sent = f", {self.kind} {self.body[:200]!r}" if self.body else ""
        return f"{self.method[:12]} {self.address[:300]}{more[:200]}{sent}{' (signed in)' if self.is_signed_in else ''}"


@dataclass(frozen=True)
class Form:
    """One that the desk shows, as it would be sent if nothing was typed."""

    address: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Targets:
    public: dict[str, list[str]]  # each address with the names of its parameters
    desk: dict[str, list[str]]
    forms: list[Form]


def hostile_asks(targets: Targets, seed: str) -> Iterator[Ask]:
    chance = random.Random(seed)
    kinds = (
        (30, _parameters(targets.public, chance, is_signed_in=False)),
        (15, _paths(targets.public, chance, is_signed_in=False)),
        (20, _headers(targets.public, chance)),
        (10, _bodies(targets.public | targets.desk, chance)),
        (10, _parameters(targets.desk, chance, is_signed_in=True)),
        (3, _paths(targets.desk, chance, is_signed_in=True)),
        (12, _forms(targets.forms, chance)),
    )
    weights, asks = zip(*kinds, strict=True)
    while True:
        yield next(chance.choices(asks, weights)[0])


def _in_turn(addresses: dict[str, list[str]], chance: random.Random) -> Iterator[tuple[str, str]]:
    pairs = [(address, name) for address, names in addresses.items() for name in names or ["q"]]
    chance.shuffle(pairs)
    return itertools.cycle(pairs)


def _parameters(addresses: dict[str, list[str]], chance: random.Random, *, is_signed_in: bool) -> Iterator[Ask]:
    names = sorted({name for names in addresses.values() for name in names})
    for address, name in _in_turn(addresses, chance):
        pairs = [(name, _text(chance)) for _each in range(chance.choice([1, 1, 1, 2, 40]))]
        pairs += [(chance.choice(names), _text(chance)) for _each in range(chance.choice([0, 0, 1, 3]))]
        if chance.random() < 0.03:
            pairs += [(_text(chance)[:200], "1")]
        query = _as_query(pairs)
        if chance.random() < 0.15:
            query += "&" * bool(query) + f"{name}={chance.choice(BROKEN)}"
        yield Ask(f"{address.partition('?')[0]}?{query}", is_signed_in=is_signed_in)


def _paths(addresses: dict[str, list[str]], chance: random.Random, *, is_signed_in: bool) -> Iterator[Ask]:
    """With one step of the path replaced, or something behind it."""
    for address, _name in _in_turn(addresses, chance):
        steps = address.partition("?")[0].split("/")
        place = chance.randrange(1, len(steps)) if len(steps) > 2 else 1
        steps[place] = _in_path(chance)
        yield Ask("/".join(steps), is_signed_in=is_signed_in)


def _in_path(chance: random.Random) -> str:
    if chance.random() < 0.25:
        return chance.choice(BROKEN)
    text = chance.choice([_text(chance), _text(chance)[:80], _text(chance)[:80] + chance.choice([".json", ".atom"])])
    return quote(text.encode(errors="surrogatepass"), safe=chance.choice(["", "/", "/\\:@"]))


def _headers(addresses: dict[str, list[str]], chance: random.Random) -> Iterator[Ask]:
    for address, _name in _in_turn(addresses, chance):
        names = chance.sample(HEADER_NAMES, chance.choice([1, 1, 2, 4]))
        headers = {name: _in_header(chance) for name in names if name != "host" or chance.random() < 0.1}
        yield Ask(address, chance.choice(["GET", "GET", "GET", *METHODS]), headers=headers)


def _in_header(chance: random.Random) -> str:
    """Servers refuse control characters and NULs before we see them; all other bytes come through."""
    text = chance.choice([chance.choice(HEADER_TEXTS), _text(chance)[:8_000]])
    raw = text.encode(errors="surrogatepass")
    return bytes(byte for byte in raw if byte >= 32 and byte != 127).decode("latin-1")


def _bodies(addresses: dict[str, list[str]], chance: random.Random) -> Iterator[Ask]:
    for address, name in _in_turn(addresses, chance):
        kind, body = chance.choice([*BODIES, (FORM, _as_query([(name, _text(chance))]).encode("latin-1"))])
        is_signed_in = address.startswith("/admin/") and chance.random() < 0.7
        yield Ask(address, chance.choice(["POST", "POST", "POST", "PUT"]), body, kind, is_signed_in=is_signed_in)


def _forms(forms: list[Form], chance: random.Random) -> Iterator[Ask]:
    """As the page shows it, with some fields typed over: most of it is understood, and what is hostile is saved."""
    forms = chance.sample(forms, len(forms))
    for form in itertools.cycle(forms):
        fields = list(form.fields)
        for place in chance.sample(range(len(fields)), min(len(fields), chance.choice([1, 1, 2, 5, 50]))):
            fields[place] = (fields[place][0], _text(chance))
        if form.files or chance.random() < 0.3:
            yield _in_parts(Ask(form.address, "POST", is_signed_in=True), fields, form.files, chance)
        else:
            yield Ask(form.address, "POST", _as_query(fields).encode("latin-1"), FORM, is_signed_in=True)


FILES = (
    b"",
    b"\x00" * 999,
    b"PK\x03\x04" + b"\xff" * 500,
    b"\xff\xfe" + b"a,b\n" * 99,
    b'slug,title\n"' + b"a" * 9_999,
)


def _in_parts(ask: Ask, fields: list[tuple[str, str]], files: tuple[str, ...], chance: random.Random) -> Ask:
    start = b'--zq9\r\nContent-Disposition: form-data; name="%s"'
    parts = [start % name.encode() + b"\r\n\r\n" + value.encode(errors="surrogatepass") for name, value in fields]
    for name in files:
        called = chance.choice([b"a.xlsx", b"a.csv", b"../../a.csv", b"a\x00.csv", b"<script>zq9().csv", b""])
        content = chance.choice([*FILES, _text(chance).encode(errors="surrogatepass")])
        parts.append(start % name.encode() + b'; filename="%s"\r\n\r\n' % called + content)
    return replace(ask, body=b"\r\n".join([*parts, b"--zq9--\r\n"]), kind=PARTS)


def _text(chance: random.Random) -> str:
    """Long ones seldom: they are refused at once, and what is short goes deeper."""
    text = chance.choice(chance.choice([TEXTS, TEXTS, ADDRESSES, QUERIES, NUMBERS, PLAIN_NUMBERS, DATES, HEADERS]))
    return text if len(text) < 1_500 or chance.random() < 0.3 else text[:1_500]


def _as_query(pairs: list[tuple[str, str]]) -> str:
    return urlencode([tuple(part.encode(errors="surrogatepass") for part in pair) for pair in pairs])

"""The one way in which this site asks another for a page. An address comes from outside, so nothing of it is believed.

Names are resolved once, every address they lead to must be a public one, and the connection goes to that very address;
each redirect is checked in the same way. Time, size and number of steps are bounded, whatever the other side does.
"""

import http.client
import io
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, Self
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

LONGEST_ADDRESS = 2_000
MOST_REDIRECTS = 5
MOST_HEADER_BYTES = 200_000
MOST_TRIED = 3  # addresses of one name
PORTS = {"http": 80, "https": 443}
REDIRECTS = {301, 302, 303, 307, 308}
UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
SAFE_IN_PATH = "/%:=&?~+!$,;'@()*[]|"
# What `ipaddress` counts as global, or did in one version of Python or another, and no reader's page is on.
NOT_FOR_PAGES = [
    ipaddress.ip_network(each)
    for each in ("192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "2001::/23", "2002::/16", "3fff::/20")
]
UNICAST_V6 = ipaddress.ip_network("2000::/3")
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Refused(Exception):
    """Why a page is not asked for, or what came instead of it: a sentence."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of it. `status` is 0 when nobody answered; `problem` says in a sentence what went wrong, or is empty.

    `url` is the last address that was asked.
    """

    url: str
    status: int = 0
    content_type: str = ""
    body: bytes = b""
    problem: str = ""

    @property
    def is_page(self) -> bool:
        return 200 <= self.status < 300 and not self.problem


def is_public(address: str) -> bool:
    """Whether an IP address can be that of a public web site, the IPv4 address inside of some IPv6 ones included."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:  # a zone such as fe80::1%eth0 is none either
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip in NAT64:  # what a name leads to where there is IPv6 alone
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip not in UNICAST_V6 or ip.scope_id:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in NOT_FOR_PAGES)


def resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True)
class Reach:
    """What may be reached, and what it may cost."""

    resolve: Callable[[str, int], list[str]] = resolve
    is_allowed: Callable[[str], bool] = is_public
    ports: frozenset[int] = frozenset(PORTS.values())
    connect_seconds: float = 5
    total_seconds: float = 15
    most_bytes: int = 2_000_000
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context


PUBLIC = Reach()


def fetch(url: str, reach: Reach = PUBLIC) -> Fetched:
    """Asks for a page, redirects followed. Never raises for what an address or a network can do.

    Of a page that is longer than `reach.most_bytes` the beginning is read.
    """
    deadline = Deadline(reach.total_seconds)
    asked = url
    for _step in range(MOST_REDIRECTS + 1):
        try:
            answer, location = _ask(url, reach, deadline)
        except Refused as refusal:
            return Fetched(asked, problem=str(refusal))
        if not location:
            return answer
        asked, url = answer.url, location
    return Fetched(asked, problem=_("The address leads from one redirect to the next, more than five times."))


class Deadline:
    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def left(self, at_most: float = float("inf")) -> float:
        """The seconds that are left; TimeoutError when there are none."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, at_most)


@dataclass(frozen=True, slots=True)
class _Target:
    scheme: str
    host: str
    port: int
    request: str  # path and query
    url: str


def _target(url: str, reach: Reach) -> _Target:
    """The address taken apart; refused when it is not plainly one of a web page."""
    url = url.strip()
    if len(url) > LONGEST_ADDRESS:
        raise Refused(_("The address is longer than %(most)s characters.") % {"most": LONGEST_ADDRESS})
    if UNPRINTABLE.search(url) or "\\" in url or not _is_text(url):
        raise Refused(_("The address has characters in it that no address has."))
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise Refused(_("This is not the address of a web page."))
    if parts.scheme not in PORTS or not parts.hostname:
        raise Refused(_("Only addresses that begin with http:// or https:// are fetched."))
    if "@" in parts.netloc:
        raise Refused(_("The address has a user name or a password in it. Take it out."))
    if port not in reach.ports:
        raise Refused(_("Only the usual ports of the web, 80 and 443, are asked."))
    return _Target(parts.scheme, _host(parts), port, _request(parts), parts._replace(fragment="").geturl())


def _is_text(url: str) -> bool:
    """Half of a surrogate pair is none."""
    return url == url.encode("utf-8", "ignore").decode("utf-8")


def _host(parts: SplitResult) -> str:
    """In the letters that name servers know; an IPv6 address without its brackets."""
    host = (parts.hostname or "").removesuffix(".")
    if ":" in host:
        return host
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError:
        raise Refused(_("This is not the address of a web page."))
    if not all(LABEL.fullmatch(label) for label in host.split(".")):
        raise Refused(_("This is not the address of a web page."))
    return host


def _request(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe=SAFE_IN_PATH)
    return f"{path}?{quote(parts.query, safe=SAFE_IN_PATH)}" if parts.query else path


def _ask(url: str, reach: Reach, deadline: Deadline) -> tuple[Fetched, str]:
    """One step: the answer, and where it redirects to if it does."""
    target = _target(url, reach)
    try:
        with _connected(target, reach, deadline) as line:
            line.send(target)
            return line.receive(target)
    except TimeoutError:
        raise Refused(_("The site did not answer in time."))
    except ssl.SSLCertVerificationError as error:
        raise Refused(
            _("The site’s certificate is not valid: %(reason)s.") % {"reason": error.verify_message.rstrip(".")}
        )
    except (OSError, http.client.HTTPException, ValueError, zlib.error):
        raise Refused(_("The connection failed, or what came is not a web page."))


def _connected(target: _Target, reach: Reach, deadline: Deadline) -> "_Line":
    failed: OSError = OSError()
    for address in _addresses(target, reach, deadline)[:MOST_TRIED]:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(deadline.left(reach.connect_seconds))
            sock.connect((address, target.port))
            if target.scheme == "https":
                sock.settimeout(deadline.left(reach.connect_seconds))
                sock = reach.tls().wrap_socket(sock, server_hostname=target.host)
        except OSError as error:
            sock.close()
            failed = error
        else:
            return _Line(sock, deadline, reach.most_bytes)
    raise failed


def _addresses(target: _Target, reach: Reach, deadline: Deadline) -> list[str]:
    """What the name leads to. One address that is not public is enough to refuse: which one is used would be chance."""
    found = _in_time(lambda: reach.resolve(target.host, target.port), deadline.left(reach.connect_seconds))
    if not found:
        raise Refused(_("There is no site of the name “%(host)s”.") % {"host": target.host})
    if not all(reach.is_allowed(address) for address in found):
        raise Refused(_("The address leads into a private network. It is not fetched."))
    return found


def _in_time(look_up: Callable[[], list[str]], seconds: float) -> list[str]:
    """The operating system's look-up takes no limit, so it is left behind in its thread when it takes too long."""
    found: list[str] = []

    def run() -> None:
        try:
            found.extend(look_up())
        except (OSError, UnicodeError):
            return  # no such name

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError
    return found


@dataclass
class _Line:
    """An open connection. Every reading of it knows how much time and how many bytes are left."""

    sock: socket.socket
    deadline: Deadline
    most_bytes: int
    stream: "_Bounded" = field(init=False)

    def __post_init__(self) -> None:
        self.stream = _Bounded(self.sock, self.deadline, self.most_bytes + MOST_HEADER_BYTES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.sock.close()

    def send(self, target: _Target) -> None:
        host = f"[{target.host}]" if ":" in target.host else target.host
        lines = {
            "Host": host if target.port == PORTS[target.scheme] else f"{host}:{target.port}",
            "User-Agent": f"Mozilla/5.0 (compatible; SMA-Timeline; +{settings.SITE_URL}/about/)",
            "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
            "Accept-Language": "en,ko;q=0.9",
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.sock.settimeout(self.deadline.left())
        self.sock.sendall(f"GET {target.request} HTTP/1.1\r\n{head}\r\n".encode("ascii"))

    def receive(self, target: _Target) -> tuple[Fetched, str]:
        reader: Any = _Readable(self.stream)
        response = http.client.HTTPResponse(reader, method="GET")
        response.begin()
        location = _location(response, target.url)
        if location:
            return Fetched(target.url, response.status), location
        content_type = UNPRINTABLE.sub(" ", response.headers.get("Content-Type", ""))[:200].strip()
        body, problem = self._body(response)
        return Fetched(target.url, response.status, content_type, body, problem), ""

    def _body(self, response: http.client.HTTPResponse) -> tuple[bytes, str]:
        """The status was heard by now, so what goes wrong with the rest does not make the answer none."""
        try:
            raw = response.read(self.most_bytes)
            return _unpacked(raw, response.headers, self.most_bytes), ""
        except TimeoutError:
            return b"", _("The page took too long to arrive.")
        except (OSError, http.client.HTTPException, ValueError, zlib.error):
            return b"", _("The page did not arrive whole.")


class _Bounded(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: Deadline, most_bytes: int) -> None:
        self.sock, self.deadline, self.left = sock, deadline, most_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self.left <= 0:
            raise http.client.HTTPException
        self.sock.settimeout(self.deadline.left())
        count = self.sock.recv_into(buffer)
        self.left -= count
        return count


class _Readable:
    """What `HTTPResponse` wants of a socket."""

    def __init__(self, stream: _Bounded) -> None:
        self.stream = stream

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self.stream)


def _location(response: http.client.HTTPResponse, url: str) -> str:
    """Header lines arrive as Latin-1; what is written in them today is UTF-8."""
    said = response.headers.get("Location", "")
    if response.status not in REDIRECTS or not said:
        return ""
    with suppress(UnicodeError):  # then it is what it looks like
        said = said.encode("latin-1").decode("utf-8")
    try:
        return urljoin(url, said.strip())
    except ValueError:
        raise Refused(_("It redirects to what is no address."))


def _unpacked(raw: bytes, headers: Message, most_bytes: int) -> bytes:
    """Never more than `most_bytes`, however small the packed page is."""
    packing = str(headers.get("Content-Encoding") or "identity").strip().lower()
    if packing in {"identity", ""}:
        return raw
    if packing not in {"gzip", "x-gzip"}:
        raise http.client.HTTPException
    return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(raw, most_bytes)

"""Fetching from a real server on the loopback address. What it says is written byte by byte, as no good one would."""

import gzip
import socket
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace

import pytest

from timeline import fetching
from timeline.fetching import PUBLIC, fetch, is_public

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello"
PRIVATE = "The address leads into a private network. It is not fetched."
BROKEN = "The connection failed, or what came is not a web page."


class Server:
    """Answers each connection with the next of `answers`, the last one again and again."""

    def __init__(self, listener, answers, wrap):
        self.listener, self.answers, self.wrap, self.asked = listener, answers, wrap, []
        self.port = listener.getsockname()[1]
        self.reach = replace(
            PUBLIC,
            resolve=lambda host, port: ["127.0.0.1"],
            is_allowed=lambda address: address == "127.0.0.1",
            ports=frozenset({self.port}),
            connect_seconds=2,
            total_seconds=3,
        )

    def url(self, path="/", host="news.example"):
        return f"http://{host}:{self.port}{path}"

    def serve(self):
        while True:
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return  # closed: the test is over
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            with connection, suppress(OSError):  # it may hang up
                self.answer(connection, answer)

    def answer(self, connection, answer):
        with self.wrap(connection) as wrapped:
            self.asked.append(wrapped.recv(65_536).decode("utf-8", "replace"))
            answer(wrapped) if callable(answer) else wrapped.sendall(answer)


@contextmanager
def serving(*answers, wrap=nullcontext):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener, list(answers), wrap)
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def redirect(address):
    return f"HTTP/1.1 302 Found\r\nLocation: {address}\r\nContent-Length: 0\r\n\r\n".encode()


def test_a_page_comes_with_its_status_type_and_body():
    with serving(PAGE) as server:
        page = fetch(server.url("/a?b=1#c"), server.reach)

    assert page == fetching.Fetched(server.url("/a?b=1"), 200, "text/html", b"hello")
    assert page.is_page


def test_the_request_says_who_asks_and_carries_no_cookies():
    with serving(redirect("/next").replace(b"\r\n\r\n", b"\r\nSet-Cookie: a=b\r\n\r\n"), PAGE) as server:
        fetch(server.url("/경제"), server.reach)

    first, second = server.asked
    assert first.startswith("GET /%EA%B2%BD%EC%A0%9C HTTP/1.1\r\nHost: news.example:")
    assert "User-Agent: Mozilla/5.0 (compatible; SMA-Timeline; +http://127.0.0.1:8000/about/)\r\n" in first
    assert second.startswith("GET /next HTTP/1.1\r\n")
    assert "cookie" not in second.lower()


def test_redirects_are_followed():
    with serving(redirect("/second"), redirect("?third=1"), PAGE) as server:
        page = fetch(server.url("/first"), server.reach)

    assert (page.status, page.url, page.body) == (200, server.url("/second?third=1"), b"hello")


def test_redirects_come_to_an_end():
    with serving(redirect("/again")) as server:
        page = fetch(server.url(), server.reach)

    assert page.problem == "The address leads from one redirect to the next, more than five times."
    assert len(server.asked) == 6


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("http://169.254.169.254/latest/meta-data/", "Only the usual ports of the web, 80 and 443, are asked."),
        ("file:///etc/passwd", "Only addresses that begin with http:// or https:// are fetched."),
        ("http://a:b@news.example/", "The address has a user name or a password in it. Take it out."),
        ("http://news.example/\x00", "The address has characters in it that no address has."),
        ("http://news.example\\@127.0.0.1/", "The address has characters in it that no address has."),
        ("http://[::1/", "It redirects to what is no address."),
        ("http://news.example/" + "x" * 2_000, "The address is longer than 2000 characters."),
    ],
)
def test_every_redirect_is_checked_like_the_first_address(address, problem):
    with serving(redirect(address)) as server:
        page = fetch(server.url(), server.reach)

    assert (page.status, page.url, page.problem) == (0, server.url(), problem)
    assert len(server.asked) == 1


def test_a_redirect_into_the_private_network_is_not_followed():
    with serving(redirect("http://metadata.example:{port}/")) as server:
        server.answers = [redirect(server.url(host="metadata.example")), PAGE]
        names = {"news.example": ["127.0.0.1"], "metadata.example": ["169.254.169.254"]}
        page = fetch(server.url(), replace(server.reach, resolve=lambda host, port: names[host]))

    assert (page.status, page.problem) == (0, PRIVATE)
    assert len(server.asked) == 1


def test_a_name_is_resolved_once_and_the_connection_made_to_what_was_checked():
    """A name server that says one thing to the check and another to the connection gets no second question."""
    questions = []

    def rebinding(host, port):
        questions.append(host)
        return ["127.0.0.1"] if len(questions) == 1 else ["10.0.0.1"]

    with serving(PAGE) as server:
        page = fetch(server.url(), replace(server.reach, resolve=rebinding))

    assert (page.status, questions) == (200, ["news.example"])


def test_one_private_address_among_those_of_a_name_is_enough_to_refuse():
    with serving(PAGE) as server:
        page = fetch(server.url(), replace(server.reach, resolve=lambda host, port: ["127.0.0.1", "10.0.0.1"]))

    assert page.problem == PRIVATE
    assert server.asked == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "127.1", "0"])
def test_this_machine_is_not_asked_whatever_it_is_called(host):
    page = fetch(f"http://{host}/", replace(PUBLIC, resolve=lambda name, port: [_as_the_system_reads(name)]))

    assert page.problem == PRIVATE


def _as_the_system_reads(name):
    forms = {"localhost": "127.0.0.1", "2130706433": "127.0.0.1", "127.1": "127.0.0.1", "0": "0.0.0.0"}  # noqa: S104
    return forms.get(name, name)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.9",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "2606:4700::1111%eth0",
        "not an address",
    ],
)
def test_addresses_that_are_nobodys_page(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "::ffff:1.1.1.1", "64:ff9b::101:101", "2606:4700:4700::1111"])
def test_addresses_that_may_be_somebodys_page(address):
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "Only addresses that begin with http:// or https:// are fetched."),
        ("ftp://news.example/", "Only addresses that begin with http:// or https:// are fetched."),
        ("//news.example/", "Only addresses that begin with http:// or https:// are fetched."),
        ("http://", "Only addresses that begin with http:// or https:// are fetched."),
        ("http://news.example:22/", "Only the usual ports of the web, 80 and 443, are asked."),
        ("http://news.example:99999/", "This is not the address of a web page."),
        ("http://news..example/", "This is not the address of a web page."),
        ("http://" + "a" * 300 + ".example/", "This is not the address of a web page."),
        ("http://news.example%00.example/", "This is not the address of a web page."),
        ("http://user@news.example/", "The address has a user name or a password in it. Take it out."),
        ("http://news.example/\ud800", "The address has characters in it that no address has."),
        ("http://news.example/a b", "The address has characters in it that no address has."),
        ("x" * 100_000, "The address is longer than 2000 characters."),
    ],
)
def test_what_is_no_address_of_a_page_gets_a_sentence(url, problem):
    assert fetch(url, replace(PUBLIC, resolve=lambda host, port: pytest.fail("asked"))).problem == problem


def test_a_name_that_leads_nowhere_gets_a_sentence():
    def unknown(host, port):
        raise socket.gaierror

    assert fetch("http://news.example/", replace(PUBLIC, resolve=unknown)).problem == (
        "There is no site of the name “news.example”."
    )


def test_a_name_server_that_does_not_answer_is_not_waited_for():
    late = replace(PUBLIC, resolve=lambda host, port: time.sleep(5) or [], connect_seconds=0.2)
    started = time.monotonic()

    assert fetch("http://news.example/", late).problem == "The site did not answer in time."
    assert time.monotonic() - started < 2


def test_nobody_there_gets_a_sentence():
    with serving(PAGE) as server:
        pass

    assert fetch(server.url(), server.reach).problem == BROKEN


def drip(connection, *, head=b""):
    connection.sendall(head)
    for _each in range(100):
        connection.sendall(b"x")
        time.sleep(0.05)


def in_short(server):
    started = time.monotonic()
    page = fetch(server.url(), replace(server.reach, total_seconds=0.5))
    assert time.monotonic() - started < 2
    return page


def test_a_head_that_comes_drop_by_drop_is_not_waited_for():
    with serving(drip) as server:
        page = in_short(server)

    assert (page.status, page.problem) == (0, "The site did not answer in time.")


def test_a_page_that_comes_drop_by_drop_is_not_waited_for_but_it_is_there():
    with serving(lambda connection: drip(connection, head=b"HTTP/1.1 200 OK\r\n\r\n")) as server:
        page = in_short(server)

    assert (page.status, page.body, page.problem) == (200, b"", "The page took too long to arrive.")


def test_of_a_long_page_the_beginning_is_read():
    with serving(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3_000_000) as server:
        page = fetch(server.url(), server.reach)

    assert (page.status, len(page.body), page.problem) == (200, 2_000_000, "")


def packed(body, packing="gzip"):
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {packing}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def test_a_packed_page_is_unpacked():
    with serving(packed(gzip.compress(b"hello"))) as server:
        assert fetch(server.url(), server.reach).body == b"hello"


def test_a_packed_page_does_not_unpack_to_more_than_a_page():
    with serving(packed(gzip.compress(b"\0" * 100_000_000))) as server:
        assert len(fetch(server.url(), server.reach).body) == 2_000_000


@pytest.mark.parametrize("answer", [packed(b"hello"), packed(b"hello", "br"), packed(b"hello", "gzip, gzip")])
def test_a_page_that_cannot_be_unpacked_gets_a_sentence(answer):
    with serving(answer) as server:
        page = fetch(server.url(), server.reach)

    assert (page.status, page.body, page.problem) == (200, b"", "The page did not arrive whole.")


def flood(connection):
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 10_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 1_000_000 + b"\r\n\r\n",
        b"\0" * 100_000,
        flood,
    ],
    ids=["nothing", "another protocol", "no status", "10,000 headers", "a header of 1 MB", "NULs", "endless"],
)
def test_an_answer_that_is_none_gets_a_sentence(answer):
    with serving(answer) as server:
        page = fetch(server.url(), server.reach)

    assert (page.status, page.problem) == (0, BROKEN)


def test_a_page_in_pieces_is_put_together():
    pieces = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
    with serving(pieces) as server:
        assert fetch(server.url(), server.reach).body == b"hello"


def test_pieces_that_end_early_are_no_page():
    with serving(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhe") as server:
        assert fetch(server.url(), server.reach).problem == "The page did not arrive whole."


def test_control_characters_in_the_type_are_left_out():
    with serving(PAGE.replace(b"text/html", b"text/html;\x00a\x7f")) as server:
        assert fetch(server.url(), server.reach).content_type == "text/html; a"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Of a.example, signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=a.example"
    files = ["-addext", "subjectAltName=DNS:a.example", "-keyout", str(folder / "key"), "-out", str(folder / "cert")]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    return folder


@pytest.fixture
def over_tls(certificate):
    """Speaks TLS with the certificate of a.example."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert", certificate / "key")
    return lambda connection: context.wrap_socket(connection, server_side=True)


@pytest.mark.parametrize(
    ("host", "status", "problem"),
    [
        ("a.example", 200, ""),
        (
            "b.example",
            0,
            "The site’s certificate is not valid: Hostname mismatch, certificate is not valid for 'b.example'.",
        ),
    ],
)
def test_the_certificate_must_be_that_of_the_host(certificate, over_tls, host, status, problem):
    with serving(PAGE, wrap=over_tls) as server:
        trusting = replace(server.reach, tls=lambda: ssl.create_default_context(cafile=str(certificate / "cert")))
        page = fetch(f"https://{host}:{server.port}/", trusting)

    assert (page.status, page.problem) == (status, problem)


def test_a_certificate_that_nobody_vouches_for_is_refused(over_tls):
    with serving(PAGE, wrap=over_tls) as server:
        page = fetch(f"https://a.example:{server.port}/", server.reach)

    assert page.problem.startswith("The site’s certificate is not valid: self")


def test_a_site_that_speaks_no_tls_gets_a_sentence():
    with serving(PAGE) as server:
        assert fetch(f"https://a.example:{server.port}/", server.reach).problem == BROKEN

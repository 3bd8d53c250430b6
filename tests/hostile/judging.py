"""What must never be in an answer, whatever was asked."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree import ElementTree

import html5lib

from tests.hostile.texts import MARK
from tests.served import Answer

LARGEST = 3_000_000  # bytes
LONGEST = 3.0  # seconds of the processor
SAFE_SCHEMES = {"", "http", "https", "mailto", "webcal"}
LINKS = {"href", "src", "action", "formaction", "data", "poster", "cite", "srcset", "background", "ping"}
OUR_COOKIES = {"sessionid", "csrftoken", "messages"}  # by their names: a signed value may hold any letters
OUR_SCRIPTS = ("/static/", "/admin/jsi18n/")
NEVER = {"base", "object", "embed", "applet", "frame", "math", "foreignobject"}
DRAWN = re.compile(r"^/(figures/(ladder|contribution)/|downloads/|[a-z]+/[^/]+/card\.png$)")


def findings(path: str, answer: Answer, seconds: float, host: str = "testserver") -> list[str]:
    found = [*_of_status(path, answer), *_of_headers(answer, host), *_of_body(answer)]
    if seconds > LONGEST:
        found.append(f"it took {seconds:.1f} s of the processor")
    return found


def _of_status(path: str, answer: Answer) -> Iterator[str]:
    """503 stands for a drawing that is still to be made; 501 is what oEmbed says of a form that it does not have."""
    is_drawn = answer.status == 503 and DRAWN.match(path) and "retry-after" in answer.headers
    if answer.status >= 500 and not is_drawn and not (answer.status == 501 and path == "/oembed"):
        yield f"status {answer.status}"


def _of_headers(answer: Answer, host: str) -> Iterator[str]:
    for name, value in answer.said:
        if re.search(r"[\r\n\0]", name + value) or MARK in name.lower():
            yield f"the header {name!r} is split: {value[:80]!r}"
        cookie, _semicolon, attributes = value.partition(";")
        is_ours = cookie.partition("=")[0].strip() in OUR_COOKIES and MARK not in attributes
        if name.lower() == "set-cookie" and not is_ours:
            yield f"a cookie was planted: {value[:80]!r}"
    if leads_away(answer.headers.get("location", ""), host):
        yield f"it leads away: {answer.headers['location'][:80]!r}"
    if answer.body and answer.headers.get("x-content-type-options") != "nosniff":
        yield "its type may be guessed"


def leads_away(location: str, host: str) -> bool:
    """As browsers read it: they drop control characters, and take a backslash for a slash."""
    read = re.sub(r"[\x00-\x20]", "", location).replace("\\", "/")
    parts = urlsplit(read)
    has_host = not parts.scheme or parts.netloc  # browsers take “https:///a” for “https://a”
    return (
        parts.netloc not in {"", host} or parts.scheme not in {"", "http", "https"} or not has_host or read[:3] == "///"
    )


def _of_body(answer: Answer) -> Iterator[str]:
    if len(answer.body) > LARGEST:
        yield f"it has {len(answer.body)} bytes"
    if b"Traceback (most recent call last)" in answer.body:
        yield "a traceback"
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind == "text/html" and MARK.encode() in answer.body:
        yield from running(answer.text)
    elif kind.endswith("json") and answer.body:
        yield from _unread(json.loads, answer.body, "JSON")
    elif kind.endswith("xml") and answer.body:
        yield from _unread(ElementTree.fromstring, answer.body, "XML")  # of our own making


def _unread(read: object, body: bytes, name: str) -> Iterator[str]:
    try:
        read(body)  # type: ignore[operator]
    except (ValueError, ElementTree.ParseError):
        yield f"it is no {name}"


def running(html: str) -> Iterator[str]:
    """What a browser would run or load that we have not written, were there no policy."""
    for element in html5lib.parse(html, namespaceHTMLElements=False).iter():
        if isinstance(element.tag, str):
            yield from _of_element(element.tag.rpartition("}")[2].lower(), dict(element.attrib), element.text or "")


def _of_element(tag: str, attributes: dict[str, str], text: str) -> Iterator[str]:
    for name, value in ((str(name).lower(), value) for name, value in attributes.items()):
        if name.startswith("on") or MARK in name or (name in {"style", "srcdoc"} and MARK in value):
            yield f"<{tag} {name}={value[:60]!r}>"
        if name in LINKS and _scheme(value) not in SAFE_SCHEMES:
            yield f"<{tag} {name}={value[:60]!r}>"
    if tag in NEVER or (tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh"):
        yield f"<{tag}>"
    if tag == "script" and not _is_ours(attributes, text):
        yield f"<script> {text[:60]!r}"
    if tag in {"img", "iframe", "link", "source", "video", "audio"} and MARK in urlsplit(_source(attributes)).netloc:
        yield f"<{tag}> from elsewhere: {_source(attributes)[:60]!r}"
    if tag == "form" and MARK in urlsplit(attributes.get("action", "")).netloc:
        yield f"a form leads away: {attributes['action'][:60]!r}"


def _scheme(value: str) -> str:
    read = re.sub(r"[\x00-\x20]", "", value).lower()
    return read.partition(":")[0] if re.match(r"[a-z][a-z0-9+.-]*:", read) else ""


def _source(attributes: dict[str, str]) -> str:
    return re.sub(r"\s", "", attributes.get("src", "") or attributes.get("href", ""))


def _is_ours(attributes: dict[str, str], text: str) -> bool:
    if attributes.get("type") in {"application/ld+json", "application/json"}:
        return not text.strip() or _is_json(text)
    return attributes.get("src", "").startswith(OUR_SCRIPTS) and not text.strip()


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True

"""The rules of the MDN HTTP Observatory, as published: every answer begins with 100, and is given and taken points.

https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring, as of August 2026. What a scanner alone can see
(the certificate, the preload list, what the host answers to plain http) is left out: none of it gives points here.
Opener and embedder policies came later than the rest of the rules; `isolation=False` leaves their points out.
"""

import re
from http.cookies import SimpleCookie

import html5lib

from tests.served import Answer

BROAD = {"*", "http:", "https:", "ftp:", "http://*", "https://*", "http://*.*", "https://*.*"}
INLINE = {"'unsafe-inline'", "data:"}
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
SIX_MONTHS = 15_768_000
ENOUGH_FOR_MORE = 90
ISOLATION = {"opener", "embedder"}


def score(answer: Answer, *, isolation: bool = True) -> int:
    """Points above 100 count only for who has lost at most ten."""
    given = [points for name, points in points_of(answer).items() if isolation or name not in ISOLATION]
    lost = 100 + sum(each for each in given if each < 0)
    return lost + sum(each for each in given if each > 0) if lost >= ENOUGH_FOR_MORE else max(lost, 0)


def points_of(answer: Answer) -> dict[str, int]:
    known = answer.headers
    return {
        "policy": _policy(known),
        "cookies": _cookies(answer),
        "sharing": _sharing(known),
        "referrer": _referrer(known.get("referrer-policy", "")),
        "transport": _transport(known.get("strict-transport-security", "")),
        "integrity": _integrity(answer),
        "sniffing": 0 if known.get("x-content-type-options", "").strip().lower() == "nosniff" else -5,
        "framing": _framing(known),
        "resource": _named(
            known, "cross-origin-resource-policy", {"same-origin": 10, "same-site": 10}, {"cross-origin"}
        ),
        "opener": _named(known, "cross-origin-opener-policy", _OPENERS, {"unsafe-none"}),
        "embedder": _named(known, "cross-origin-embedder-policy", _EMBEDDERS, {"unsafe-none"}),
    }


_OPENERS = {"same-origin": 10, "same-origin-allow-popups": 10, "noopener-allow-popups": 10}
_EMBEDDERS = {"require-corp": 10, "credentialless": 10}


def _named(known: dict[str, str], name: str, better: dict[str, int], allowed: set[str]) -> int:
    value = known.get(name, "").strip().lower()
    return better.get(value, 0 if not value or value in allowed else -5)


def directives(known: dict[str, str]) -> dict[str, set[str]]:
    parts = [part.split() for part in known.get("content-security-policy", "").split(";") if part.strip()]
    return {name.lower(): set(sources) for name, *sources in parts}


def _policy(known: dict[str, str]) -> int:
    policy = directives(known)
    if not policy:
        return -25
    default = policy.get("default-src", {"*"})
    script, style, objects = (policy.get(name, default) for name in ("script-src", "style-src", "object-src"))
    passive = {"img-src", "media-src"}
    everything = {source for name, sources in policy.items() if name not in passive for source in sources}
    seen = set().union(*(policy.get(name, default) for name in passive))
    if script & (BROAD | INLINE) or objects & BROAD or _is_plain(everything):
        return -20
    if "'unsafe-eval'" in script | style or _is_plain(seen):
        return -10
    if style & (BROAD | INLINE):
        return 0
    return 10 if default == {"'none'"} else 5


def _is_plain(sources: set[str]) -> bool:
    return any(source.startswith(("http:", "ftp:")) for source in sources)


def _cookies(answer: Answer) -> int:
    cookies = [SimpleCookie(value) for name, value in answer.said if name.lower() == "set-cookie"]
    points = [_cookie(name, morsel) for cookie in cookies for name, morsel in cookie.items()]
    return min(points, default=0)


def _cookie(name: str, morsel: dict[str, str]) -> int:
    is_session = bool(re.search("login|sess", name, re.IGNORECASE))
    same_site = str(morsel["samesite"]).lower()
    if not morsel["secure"]:
        return -40 if is_session else -20
    if is_session and not morsel["httponly"]:
        return -30
    if same_site not in {"", "lax", "strict", "none"} or ("csrf" in name.lower() and not same_site):
        return -20
    return 5 if same_site else 0


def _sharing(known: dict[str, str]) -> int:
    is_for_all = known.get("access-control-allow-origin", "").strip() not in {"", "*"}
    return -50 if is_for_all and known.get("access-control-allow-credentials", "").strip().lower() == "true" else 0


def _referrer(value: str) -> int:
    if not value:
        return 0
    return 5 if value.split(",")[-1].strip().lower() in PRIVATE else -5


def _transport(value: str) -> int:
    """Being in the preload list gives five points; that is asked for by hand and not counted."""
    age = re.search(r"max-age=(\d+)", value)
    if age is None:
        return -20
    return 0 if int(age[1]) >= SIX_MONTHS else -10


def _integrity(answer: Answer) -> int:
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return 0
    page = html5lib.parse(answer.text, namespaceHTMLElements=False)
    scripts = [script for script in page.iter("script") if script.get("src")]
    foreign = [script for script in scripts if re.match("(https?:)?//", script.get("src"))]
    if any(not script.get("src").startswith("https:") for script in foreign):
        return -50 if any(not script.get("integrity") for script in foreign) else -20
    if any(not script.get("integrity") for script in foreign):
        return -5
    return 5 if scripts and all(script.get("integrity") for script in scripts) else 0


def _framing(known: dict[str, str]) -> int:
    if "frame-ancestors" in directives(known):
        return 5
    value = known.get("x-frame-options", "").strip().lower()
    if value.startswith("allow-from"):
        return 0
    return 5 if value in {"deny", "sameorigin"} else -20

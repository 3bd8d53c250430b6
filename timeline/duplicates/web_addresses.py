"""One form for all addresses of one text: the scheme, a host for phones, trackers and AMP make no other text."""

import re
from contextlib import suppress
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

_ARCHIVED = re.compile(r"https?://web\.archive\.org/web/\d+[a-z_]*/(?P<inner>https?:/.*)", re.IGNORECASE)
_AMP_CACHE = re.compile(r"(?:www\.)?google\.[a-z.]+/amp/(?:s/)?|[a-z0-9-]+\.cdn\.ampproject\.org/[acv]/(?:s/)?")
_HOST_FOR_DEVICES = re.compile(r"^(?:www\d*|m|mobile|amp)\.|^m-")
_AMP_PATH = re.compile(r"^/amp(?=/)|(?:/amp|\.amp|/amp\.html|(?<=[^/])\.amp\.html)$")
_FRONT = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$")
_TRACKERS = re.compile(
    r"(?:utm_|ga_|mc_|_ga|pk_|mtm_|hsa_|at_)\w*"
    r"|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|twclid|ttclid|mkt_tok|_hs\w+|vero_id|oly_\w+"
    r"|ref|ref_src|ref_url|referrer|cmpid|ncid|ocid|smid|sref|s_cid|soc_src|soc_trk"
    r"|amp|amp_js_v|amp_gsa|usqp|outputtype",
    re.IGNORECASE,
)


def normal(address: str) -> str:
    """Host, path and the parameters that choose a text; empty when it is no web address."""
    inner = _ARCHIVED.match(address.strip())
    text = inner["inner"] if inner else address.strip()
    bare = re.sub(r"^https?:/{1,2}", "", text, flags=re.IGNORECASE)
    bare = _AMP_CACHE.sub("", bare, count=1) if _AMP_CACHE.match(bare) else bare
    try:
        parts = urlsplit(f"//{bare}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if "." not in host or bare == address.strip():
        return ""
    path = _path(parts.path)
    return _host(host, port) + path + _query(parts.query, keep_flags=not path)


def _host(host: str, port: int | None) -> str:
    host = _HOST_FOR_DEVICES.sub("", host)
    with suppress(UnicodeError):  # it stays as it was typed then: it is compared with what else was typed
        host = host.encode("idna").decode("ascii")
    return host if port in {None, 80, 443} else f"{host}:{port}"


def _path(path: str) -> str:
    plain = re.sub(r"/{2,}", "/", unquote(path)).rstrip("/")
    plain = _FRONT.sub("", _AMP_PATH.sub("", plain)).rstrip("/")
    return quote(plain)


def _query(query: str, *, keep_flags: bool) -> str:
    """In one order, without trackers; a parameter without a value (?latest) chooses a view of a page, not a page."""
    pairs = parse_qsl(query, keep_blank_values=keep_flags)
    kept = sorted((name, value) for name, value in pairs if not _TRACKERS.fullmatch(name))
    return f"?{urlencode(kept)}" if kept else ""

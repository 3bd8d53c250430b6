"""The security headers of every answer of the process, in one place: what a page may load, who may load or frame it.

They follow from the address and the status alone, so that a 304 says what the page said: browsers put what a 304 brings
in the place of what they have kept. Views set none of them. What they are for: timeline/docs/security-headers.md.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import reverse

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

SHOWN = {200, 206, 301, 304, 410, 416}
OURS = {
    "content-security-policy",
    "cross-origin-embedder-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
}

SELF, NONE = "'self'", "'none'"
FILE = {"default-src": NONE, "base-uri": NONE, "form-action": NONE, "frame-ancestors": NONE}
LOOKS = {"style-src": SELF, "img-src": SELF, "font-src": SELF}
CARD = FILE | LOOKS | {"frame-ancestors": "*"}
PAGE = FILE | LOOKS | {"script-src": SELF, "connect-src": SELF, "form-action": SELF}
DESK = PAGE | {"frame-src": SELF}  # the preview beside a form
FRAMED_BY_THE_DESK = PAGE | {"frame-ancestors": SELF}

# Nothing here asks a device for anything; to copy a citation is all that a button does.
PERMISSIONS = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)


class SecurityHeaders:
    """Around all that answers, but for the kept pages, which have been through here when they were made."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: Headers, exc_info: Any = None) -> Any:
            others = [each for each in headers if each[0].lower() not in OURS]
            return start_response(status, [*others, *security_headers(environ, int(status[:3]))], exc_info)

        return self.application(environ, start)


def security_headers(environ: Environ, status: int) -> Headers:
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return _of(_kind(path, status), _is_secure(environ))


def _kind(path: str, status: int) -> str:
    """Pages end with a slash. What went wrong with a file or a card is said on a page."""
    desk, preview, card, api_docs = _places()
    if path.startswith(desk):
        return "framed by the desk" if path.endswith("/preview/") else "desk"
    if path.startswith(preview):
        return "preview"
    if status not in SHOWN:
        return "page"
    if path.startswith(card):
        return "card"
    return "page" if path.endswith("/") or path.startswith(api_docs) else "file"


@cache
def _places() -> tuple[str, str, str, str]:
    preview = reverse("preview", args=["t"]).removesuffix("t/")
    card = reverse("embed", args=["m", "s"]).removesuffix("m/s/")
    return reverse("admin:index"), preview, card, reverse("api-docs")


@cache
def _of(kind: str, is_secure: bool) -> Headers:
    policies = {"card": CARD, "file": FILE, "desk": DESK, "framed by the desk": FRAMED_BY_THE_DESK}
    made = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policies.get(kind, PAGE).items()),
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        "Cross-Origin-Resource-Policy": "cross-origin" if kind in {"card", "file"} else "same-origin",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in PERMISSIONS),
        "Referrer-Policy": "no-referrer" if kind == "preview" else settings.SECURE_REFERRER_POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    if kind != "card":
        made["X-Frame-Options"] = "SAMEORIGIN" if kind == "framed by the desk" else settings.X_FRAME_OPTIONS
    if is_secure and settings.SECURE_HSTS_SECONDS:
        made["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"
    return list(made.items())


def _is_secure(environ: Environ) -> bool:
    """As Django decides it: a proxy is believed where the settings say so."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        said = environ.get(name)
        if said is not None:
            return bool(said.split(",")[0].strip() == value)
    return bool(environ.get("wsgi.url_scheme") == "https")

"""Where a request comes from. A header says so only as far as proxies that we were told of have written it."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104 - no address to listen at: a socket file has no peer's address
ONE_SUBSCRIBER = 64  # bits: who has one IPv6 address has all that share them


def address_of(request: HttpRequest) -> str:
    return _address(request.META)


def origin_of(request: HttpRequest) -> str:
    """The address by which failures are counted: of IPv6 the network, or its owner would have 2⁶⁴ new beginnings."""
    return origin_in(request.META)


def origin_in(environ: Mapping[str, Any]) -> str:
    address = ip_address(_address(environ))
    if isinstance(address, IPv6Address):
        return str(ip_network((address, ONE_SUBSCRIBER), strict=False).network_address)
    return str(address)


def _address(environ: Mapping[str, Any]) -> str:
    """Each proxy appends whom it heard; so with n of them, the n-th from the right was written by the outermost."""
    heard = [environ.get("REMOTE_ADDR", "")]
    if count := settings.TRUSTED_PROXIES:
        forwarded = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        heard = forwarded[-count:][:1] + heard if len(forwarded) >= count else heard
    return next(filter(None, map(_parsed, heard)), UNKNOWN)


def _parsed(text: str) -> str:
    """“203.0.113.5”, “203.0.113.5:443”, “[2001:db8::1]:443”; nothing where it is no address."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)

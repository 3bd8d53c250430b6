"""Settings read from the environment: a value that is not understood stops the start with a sentence."""

import os
import re
import secrets
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

DATABASES_WE_KNOW = "DATABASE_URL must name an SQLite file or a PostgreSQL database."
DATABASE_IN_MEMORY = "DATABASE_URL must name a file, like sqlite:////path/to/file: in memory all is gone at the end."
REPLICAS_WE_KNOW = "DATABASE_REPLICA_URL must name a replica of the PostgreSQL database that DATABASE_URL names."
REDIS_WE_KNOW = "CACHE_URL must name a Redis, like redis://127.0.0.1:6379/0 or unix:///run/redis/redis.sock."
SQLITE, POSTGRESQL = "sma_site.sqlite", "django.db.backends.postgresql"
HIGHEST_PORT = 65_535

HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")


def site_host(site_url: str) -> str:
    """The one host that ``SITE_URL`` names, as Django wants it: neither a pattern nor a part of an address."""
    try:
        parts = urlsplit(site_url)
        host = parts.hostname or ""
        is_host = bool(HOST.fullmatch(host) or (":" in host and ip_address(host)))
        is_origin = site_url.lower() == f"{parts.scheme}://{parts.netloc}".lower() and "@" not in parts.netloc
        is_understood = is_host and is_origin and parts.scheme in {"http", "https"} and parts.port != 0
    except ValueError:
        is_understood = False
    if not is_understood:
        raise ImproperlyConfigured(f"SITE_URL must be like https://sma.example.org, not {site_url!r}.")
    return f"[{host}]" if ":" in host else host


def env_str(name: str, default: str) -> str:
    return os.environ.get(name, "").strip() or default


def env_int(name: str, default: int, *, at_least: int, at_most: int) -> int:
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    try:
        value = int(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.") from error
    if value < at_least:
        raise ImproperlyConfigured(f"{name} must be at least {at_least}, not {value}.")
    if value > at_most:
        raise ImproperlyConfigured(f"{name} must be at most {at_most}, not {value}.")
    return value


def env_bool(name: str, default: bool) -> bool:
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return default
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {text!r}.")


def env_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    text = os.environ.get(name, "").strip().lower()
    if text and text not in choices:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(choices)}, not {text!r}.")
    return text or default


def closed_address(name: str) -> tuple[str, int] | None:
    """Address and port, where only this machine or its own network can ask; nothing when it is empty."""
    text = os.environ.get(name, "").strip()
    if not text:
        return None
    host, _colon, port = text.rpartition(":")
    try:
        address = ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        address = None
    if address is None or not port.isascii() or not port.isdigit() or not 1 <= int(port) <= HIGHEST_PORT:
        raise ImproperlyConfigured(f"{name} must be an address and a port, like 127.0.0.1:9100, not {text!r}.")
    # An IPv4 address may be written as IPv6. Python 3.11 takes all of these for private ones, whatever is in them.
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_unspecified or not address.is_private:
        raise ImproperlyConfigured(f"{name} {text!r}: everybody could read it there; use the loopback address.")
    return str(address), int(port)


def database(path: Path) -> dict[str, Any]:
    """What ``DATABASE_URL`` names, else the SQLite file at ``path``."""
    named = _named_database(env_str("DATABASE_URL", f"sqlite:///{quote(str(path))}"), DATABASES_WE_KNOW)
    if named["ENGINE"] not in {SQLITE, POSTGRESQL}:
        raise ImproperlyConfigured(DATABASES_WE_KNOW)
    if named["ENGINE"] == SQLITE and named["NAME"] == ":memory:":
        raise ImproperlyConfigured(DATABASE_IN_MEMORY)
    return named


def replica(of: dict[str, Any]) -> dict[str, Any] | None:
    """What ``DATABASE_REPLICA_URL`` names: a copy of the PostgreSQL database ``of``, kept up to date by the server."""
    url = env_str("DATABASE_REPLICA_URL", "")
    if not url:
        return None
    named = _named_database(url, REPLICAS_WE_KNOW)
    if {named["ENGINE"], of["ENGINE"]} != {POSTGRESQL}:
        raise ImproperlyConfigured(REPLICAS_WE_KNOW)
    return named | {"TEST": {"MIRROR": "default"}}


def _named_database(url: str, known: str) -> dict[str, Any]:
    try:
        named: Any = dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)
    except ValueError as error:  # its own words name neither the variable nor what may stand in it
        raise ImproperlyConfigured(known) from error
    if named["ENGINE"] == "django.db.backends.sqlite3":
        named["ENGINE"] = SQLITE
    if named["ENGINE"] == POSTGRESQL:
        named["OPTIONS"] = named.get("OPTIONS", {}) | _bounds()
    return dict(named)


# A relation is read with fourteen joined tables; PostgreSQL would think about their order for 14 ms, to read for 0.5.
# Django writes them in a good order. With four at once it thinks for 1.8 ms; short queries are planned as before.
JOINS_AS_WRITTEN = "-c join_collapse_limit=4"


def _bounds() -> dict[str, Any]:
    """How long PostgreSQL is waited for: to connect, for a machine that has fallen silent, and for one statement.

    Commands take their time; `sma_site/wsgi.py` sets the bound of statements for the server.
    """
    seconds = env_int("STATEMENT_SECONDS", 0, at_least=0, at_most=3_600)
    bounds: dict[str, Any] = {"connect_timeout": 4, "tcp_user_timeout": 5_000}
    bounds |= {"keepalives_idle": 10, "keepalives_interval": 3, "keepalives_count": 3}
    options = [JOINS_AS_WRITTEN]
    if seconds:
        options += [f"-c statement_timeout={seconds}s", f"-c idle_in_transaction_session_timeout={2 * seconds}s"]
    return bounds | {"options": " ".join(options)}


def cache_url() -> str:
    """Of a Redis; empty for none."""
    url = env_str("CACHE_URL", "")
    if url and not _is_redis(url):
        raise ImproperlyConfigured(REDIS_WE_KNOW)
    return url


def _is_redis(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        return False
    return bool(parts.path if parts.scheme == "unix" else parts.scheme in {"redis", "rediss"} and host)


def workers(cache_url: str) -> int:
    """How many processes serve the site. What they must know of one another stands in Redis."""
    count = env_int("WORKERS", 1, at_least=1, at_most=64)
    if count > 1 and not cache_url:
        raise ImproperlyConfigured(
            f"WORKERS is {count}: set CACHE_URL as well, like redis://127.0.0.1:6379/0. Without it each worker counts "
            "the requests of a reader by itself, and makes all pages anew that another has made."
        )
    return count


def make_var_dir(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"VAR_DIR {str(path)!r} cannot be made a folder ({error.strerror}).") from error


def secret_key(path: Path) -> str:
    """The key in ``SECRET_KEY``, else the one kept in ``path``, made there (readable by its owner only) when missing.

    Two processes that start together get the same key: the file is linked into place whole, and only once.
    """
    given = os.environ.get("SECRET_KEY", "").strip()
    if given:
        return _strong(given, "SECRET_KEY")
    if not path.exists():
        make_var_dir(path.parent)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return _strong(path.read_text().strip(), f"The key in {path}")


def _strong(key: str, named: str) -> str:
    if len(key) < 50 or len(set(key)) < 5 or key.startswith("django-insecure-"):
        raise ImproperlyConfigured(f"{named} must be at least 50 characters long and random.")
    return key

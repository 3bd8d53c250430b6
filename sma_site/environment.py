"""Settings read from the environment: a value that is not understood stops the start with a sentence."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import quote

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

DATABASES_WE_KNOW = "DATABASE_URL must name an SQLite file or a PostgreSQL database."


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


def database(path: Path) -> dict[str, Any]:
    """What ``DATABASE_URL`` names, else the SQLite file at ``path``."""
    try:
        named: Any = dj_database_url.parse(
            env_str("DATABASE_URL", f"sqlite:///{quote(str(path))}"), conn_max_age=600, conn_health_checks=True
        )
    except ValueError as error:  # its own words name neither the variable nor what may stand in it
        raise ImproperlyConfigured(DATABASES_WE_KNOW) from error
    if named["ENGINE"] not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}:
        raise ImproperlyConfigured(DATABASES_WE_KNOW)
    return dict(named)


def secret_key(path: Path) -> str:
    """The key in ``SECRET_KEY``, else the one kept in ``path``, made there (readable by its owner only) when missing.

    Two processes that start together get the same key: the file is linked into place whole, and only once.
    """
    given = os.environ.get("SECRET_KEY", "").strip()
    if given:
        if len(given) < 50 or len(set(given)) < 5 or given.startswith("django-insecure-"):
            raise ImproperlyConfigured("SECRET_KEY must be at least 50 characters long and random.")
        return given
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()

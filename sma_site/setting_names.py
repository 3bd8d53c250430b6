"""The names of all that is read from the environment; the table in timeline/docs/settings.md says what each is for."""

import os
from collections import Counter

from django.core.exceptions import ImproperlyConfigured

NAMES = {
    "ACCESS_LOG",
    "BEHIND_PROXY",
    "CACHE_URL",
    "DATABASE_REPLICA_URL",
    "DATABASE_URL",
    "DEBUG",
    "DRAW_AFTER_CHANGE",
    "ERROR_REPORT_ADDRESS",
    "LOG_FORMAT",
    "METRICS_ADDRESS",
    "ONE_PROCESSOR",
    "PORT",
    "RATE_LIMIT",
    "SECRET_KEY",
    "SITE_URL",
    "SLOW_QUERY_MS",
    "STATEMENT_SECONDS",
    "TRUSTED_PROXIES",
    "VAR_DIR",
    "WORKERS",
}
LETTERS_FOR_A_SLIP = 4  # of so many letters one may be wrong, missing or too many for a name to be taken for another


def refuse_misspelt() -> None:
    """What is nearly the name of a setting was meant to be it, and would do nothing, in silence."""
    for given in sorted(name for name in os.environ.keys() - NAMES if os.environ[name]):
        for name in sorted(NAMES):
            if _is_slip(given.upper(), name):
                raise ImproperlyConfigured(
                    f"There is no setting {given}. Do you mean {name}? All of them are in timeline/docs/settings.md."
                )


def _is_slip(given: str, name: str) -> bool:
    most = len(name) // LETTERS_FOR_A_SLIP
    mine, theirs = Counter(given), Counter(name)
    if (mine - theirs).total() > most or (theirs - mine).total() > most:
        return False
    from rapidfuzz.distance import OSA  # 2 MB of each process, and hardly ever does a name come this far

    return OSA.distance(given, name) <= most

"""Settings of the site, in Django's own order; everything that may differ between machines comes from the environment.

With no environment at all: SQLite in ``var/``, plain http on the loopback address, ``DEBUG`` off.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from sma_site.environment import (
    SQLITE,
    cache_url,
    closed_address,
    database,
    env_bool,
    env_choice,
    env_int,
    env_str,
    make_var_dir,
    replica,
    secret_key,
    site_host,
    workers,
)
from sma_site.setting_names import refuse_misspelt

refuse_misspelt()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env_str("VAR_DIR", str(BASE_DIR / "var")))

DEBUG = env_bool("DEBUG", False)
SECRET_KEY = secret_key(VAR_DIR / "secret_key")

LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
SITE_URL = env_str("SITE_URL", f"http://127.0.0.1:{env_int('PORT', 8000, at_least=1, at_most=65_535)}").rstrip("/")
HTTPS = SITE_URL.startswith("https:")
_host = site_host(SITE_URL)
if not HTTPS and _host not in LOOPBACK:
    raise ImproperlyConfigured(f"SITE_URL {SITE_URL!r}: plain http is for the loopback address only, use https.")
if DEBUG and HTTPS:
    raise ImproperlyConfigured("DEBUG must be off where SITE_URL begins with https.")
ALLOWED_HOSTS = [_host] if HTTPS else LOOPBACK

INSTALLED_APPS = [
    "timeline",  # first: its templates override those of the admin
    "sma_site.apps.DeskConfig",  # django.contrib.admin, with a site of our own
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "timeline.middleware.refuse_unreadable_input",
    "timeline.middleware.serve_readers",  # what follows is for the desk
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "timeline.middleware.end_old_sign_ins",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it answers in place of whatever refused a sign-in
]

ROOT_URLCONF = "sma_site.urls"
WSGI_APPLICATION = "sma_site.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {  # the public pages; why Jinja2: timeline/docs/decisions/0001-template-engine.md
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "environment": "timeline.environment.environment",
            "context_processors": ["timeline.environment.site"],
        },
    },
    {  # the admin
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES: dict[str, Any] = {"default": database(VAR_DIR / "db.sqlite3")}
if DATABASES["default"]["ENGINE"] == SQLITE:
    make_var_dir(VAR_DIR)
    DATABASES["default"]["OPTIONS"] = {
        # A transaction that begins to read and then writes would ignore the busy timeout: take the lock at once.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    # In memory, parallel saves answer "table is locked", and neither WAL nor IMMEDIATE is tested.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
if read_replica := replica(of=DATABASES["default"]):
    DATABASES["replica"] = read_replica
    DATABASE_ROUTERS = ["sma_site.replica.Router"]
    MIDDLEWARE.insert(
        MIDDLEWARE.index("timeline.middleware.refuse_unreadable_input") + 1, "sma_site.replica.read_from_replica"
    )

# What several workers share, and how much one reader may ask for: timeline/docs/caching.md
CACHE_URL = cache_url()
WORKERS = workers(CACHE_URL)
RATE_LIMIT = env_int("RATE_LIMIT", 1_000, at_least=0, at_most=1_000_000)
ONE_PROCESSOR = env_bool("ONE_PROCESSOR", True)  # for all threads of a worker

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {},
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]

# Signing in: timeline/docs/signing-in.md. How long a sign-in lasts stands in timeline/security/sessions.py.
SESSION_COOKIE_AGE = 12 * 60 * 60
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", 0, at_least=0, at_most=9)
AXES_HANDLER = "timeline.security.throttling.ThrottlingHandler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], ["ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the time that was told is the time to wait
AXES_CLIENT_IP_CALLABLE = "timeline.security.clients.origin_of"
AXES_LOCKOUT_CALLABLE = "timeline.security.throttling.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # events are in the log `sma.security`
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
OTP_TOTP_ISSUER = "SMA Timeline"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어")]
LOCALE_PATHS = [BASE_DIR / "timeline" / "locale"]
FORMAT_MODULE_PATH = ["sma_site.formats"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# A round with its statements, figures and their citations on one form has many fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# sma_site/security_headers.py says all of them, on every answer; Django's own check asks for these here.
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Only a proxy that always sets this header itself may be trusted with it; anybody else could claim to speak https.
if env_bool("BEHIND_PROXY", False):
    if not TRUSTED_PROXIES:
        raise ImproperlyConfigured(
            "BEHIND_PROXY needs TRUSTED_PROXIES, how many proxies stand in front: else all readers count as one."
        )
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if HTTPS else []

# Charts are drawn outside the web worker: timeline/docs/decisions/0006-charts-drawn-outside-the-worker.md
DRAWINGS_DIR = VAR_DIR / "drawings"
DRAW_AFTER_CHANGE = env_bool("DRAW_AFTER_CHANGE", True)

ERROR_REPORT_ADDRESS = env_str("ERROR_REPORT_ADDRESS", "")

# What the process says of itself: timeline/docs/logs-and-metrics.md
LOG_FORMAT = env_choice("LOG_FORMAT", "json" if HTTPS else "plain", ("json", "plain"))
ACCESS_LOG = env_choice("ACCESS_LOG", "none" if DEBUG else "uncached", ("uncached", "all", "none"))
SLOW_QUERY_MS = env_int("SLOW_QUERY_MS", 500, at_least=0, at_most=600_000)
METRICS_ADDRESS = closed_address("METRICS_ADDRESS")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "sma_site.log_lines.JsonLines"},
        "plain": {"()": "sma_site.log_lines.PlainLines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django.request": {"level": "ERROR"},  # the lines of `sma.access` say what was refused
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # whoever scans the net sends these
        "_granian": {"handlers": ["console"], "propagate": False},
        "axes": {"level": "ERROR"},  # what it counts is said once, by sma.security
    },
}

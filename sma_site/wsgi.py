"""The WSGI application that the server runs: Django, how much a reader may ask of it, the headers of all that
is answered, and the pages kept in front.

Around them, each request gets its number and its line in the log.
"""

import gc
import os
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from sma_site import slow_queries
from sma_site.cache_control import AskEachTime
from sma_site.request_log import RequestLog, at_work, watch_error_pages
from sma_site.security_headers import SecurityHeaders
from sma_site.small_process import keep_small

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sma_site.settings")
os.environ.setdefault("STATEMENT_SECONDS", "20")  # no reader waits for longer; commands have the time that they need

application: Any = get_wsgi_application()
if settings.RATE_LIMIT and not settings.DEBUG:
    from sma_site.rate_limit import RateLimit

    application = RateLimit(application, settings.RATE_LIMIT)
application = at_work(SecurityHeaders(AskEachTime(application)))
slow_queries.watch()
keep_small()
watch_error_pages()
if not settings.DEBUG:  # a developer sees each change of a template at once
    from sma_site.page_cache import PageCache

    application = PageCache(application)

metrics = None
if settings.METRICS_ADDRESS:
    from sma_site.metrics import serve

    metrics = serve(settings.METRICS_ADDRESS)
application = RequestLog(application, settings.ACCESS_LOG, metrics)
if settings.ONE_PROCESSOR and not settings.DEBUG:
    from sma_site.one_processor import OneProcessor

    application = OneProcessor(application)

# What is imported stays: looking through it for rings, again and again, took an eighth of the time.
gc.collect()
gc.freeze()
gc.set_threshold(5_000, 20, 50)

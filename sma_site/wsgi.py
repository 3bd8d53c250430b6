"""The WSGI application that the server runs: Django, and the pages that it has made kept in front of it."""

import os
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sma_site.settings")

application: Any = get_wsgi_application()
if not settings.DEBUG:  # a developer sees each change of a template at once
    from sma_site.page_cache import PageCache

    application = PageCache(application)

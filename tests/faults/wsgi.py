"""The site as it is served, with static files under their plain names: none were collected."""

from django.conf import settings

settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

from sma_site.wsgi import application  # noqa: E402, F401

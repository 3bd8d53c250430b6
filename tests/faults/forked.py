"""Loaded once, by the process that forks those that are killed: the site, with the settings of the tests."""

import logging

import django
from django.conf import settings
from django.test.utils import setup_test_environment

django.setup()
setup_test_environment(debug=False)  # the client is told of contexts
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
logging.disable(logging.INFO)

from django.urls import reverse  # noqa: E402 - after django.setup()

from tests.faults import desk, jobs  # noqa: E402, F401

reverse("admin:index")  # reads all addresses, once

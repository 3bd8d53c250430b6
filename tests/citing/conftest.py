import pytest


@pytest.fixture(autouse=True)
def _address(settings):
    settings.SITE_URL = "https://sma.example"

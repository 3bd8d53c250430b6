import pytest


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    """The files of the data set are kept in it, and another worker's data set is another one."""
    settings.VAR_DIR = tmp_path / "var"

"""The stemmer of English alone: the package imports those of all its forty languages, 3 MB of each process."""

import importlib
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from typing import Any

PACKAGE = "snowballstemmer"


def english_stemmer() -> Any:
    """Past what the package runs when it is imported; whoever imports the package itself gets it whole."""
    if PACKAGE in sys.modules:
        return sys.modules[PACKAGE].stemmer("english")
    spec = PathFinder.find_spec(PACKAGE)
    if spec is None:
        raise ModuleNotFoundError(PACKAGE)
    sys.modules[PACKAGE] = module_from_spec(spec)
    try:
        return importlib.import_module(f"{PACKAGE}.english_stemmer").EnglishStemmer()
    finally:
        del sys.modules[PACKAGE]

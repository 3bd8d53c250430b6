"""Whether the index was made by the code that asks it: if not, an upgrade makes it anew."""

import hashlib
from functools import cache
from pathlib import Path

from timeline import glossary
from timeline.duplicates import romanization

LENGTH = 8
_HERE = Path(__file__).parent
# What tokens depend on, besides the records.
_OURS = ("analysis", "described", "documents", "expressions", "keys", "meanings", "placing", "posts")
_MADE_BY = [_HERE / f"{name}.py" for name in _OURS]
_MADE_BY += [Path(glossary.__file__), Path(romanization.__file__)]


@cache
def signature() -> str:
    digest = hashlib.blake2b(digest_size=LENGTH // 2)
    for path in _MADE_BY:
        digest.update(path.read_bytes())
    return digest.hexdigest()

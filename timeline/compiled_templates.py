"""Templates as they were compiled before: to compile them takes a process longer than to start Django.

What is kept is code, in a folder of data. So it is signed with the site's secret key, and what somebody else has put
there is not run. What cannot be read or written is compiled as if nothing were kept.
"""

import os
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

import jinja2
from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from jinja2.bccache import Bucket, BytecodeCache

from timeline import program

SIGNATURE: Final = 64  # hexadecimal digits


class CompiledTemplates(BytecodeCache):
    """One file for each template. Jinja itself looks whether the template is still the same."""

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            content = _file(bucket).read_bytes()
            signature, code = content[:SIGNATURE], content[SIGNATURE:]
            is_ours = constant_time_compare(signature, _signature(bucket, code))
        except OSError:
            return
        if is_ours:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        code, target = bucket.bytecode_to_string(), _file(bucket)
        with suppress(OSError):
            target.parent.mkdir(parents=True, exist_ok=True)
            descriptor, aside = tempfile.mkstemp(dir=target.parent)
            try:
                with os.fdopen(descriptor, "wb") as opened:
                    opened.write(_signature(bucket, code) + code)
                Path(aside).replace(target)
            except OSError:
                Path(aside).unlink()
                raise


def _file(bucket: Bucket) -> Path:
    return Path(settings.VAR_DIR) / "templates" / bucket.key


def _signature(bucket: Bucket, code: bytes) -> bytes:
    return salted_hmac(_made_by() + bucket.key, code, algorithm="sha256").hexdigest().encode()


@cache
def _made_by() -> str:
    """Filters of constants are worked out when a template is compiled, so what is compiled depends on all our code."""
    return "\n".join(["timeline.compiled_templates", jinja2.__version__, *program.state(".py")])

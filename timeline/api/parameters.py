"""What may stand behind the “?”: each parameter with its description, its schema, and how its text is read.

The schemas go to the OpenAPI document, the readers refuse with a sentence of ours. pydantic knows both.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema, create_model

from timeline.models.base import SLUG_LENGTH
from timeline.models.fields import validate_code, validate_slug

MOST_AT_ONCE = 200
USUAL = 50
SLUG = "^[a-z0-9]+(-[a-z0-9]+)*$"
CODE = "^[a-z0-9]{4,16}$"
MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:)(\d\d)(\.\d+)?(z|[+-]\d\d:\d\d)", re.IGNORECASE | re.ASCII)
SHOWN = 80
LONGEST = 160
FIRST = dt.datetime.min.replace(tzinfo=dt.UTC)
LAST = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class Parameter:
    name: str
    description: str
    schema: dict[str, Any]
    read: Callable[[str], Any]
    example: Any
    is_repeatable: bool = False
    default: Any = None

    @property
    def is_list(self) -> bool:
        """Several values in one, with commas between them."""
        return str(self.schema["type"]) == "array"

    @property
    def values(self) -> list[str]:
        """All that it can say, where that is a list."""
        schema = self.schema.get("items", self.schema)
        return list(schema.get("enum", ()))

    @property
    def words(self) -> str:
        """The example, as it stands in an address."""
        example = ",".join(self.example) if self.is_list else str(self.example)
        return example.lower() if self.schema["type"] == "boolean" else example


def model_of(name: str, parameters: Iterable[Parameter]) -> type[BaseModel]:
    """What ninja reads a query string into, and describes."""
    fields: dict[str, Any] = {each.name: (_annotation(each), _field(each)) for each in parameters}
    made: type[BaseModel] = create_model(name, **fields)
    return made


def _annotation(parameter: Parameter) -> Any:
    read: Any = Annotated[str, AfterValidator(parameter.read), WithJsonSchema(parameter.schema)]
    return list[read] if parameter.is_repeatable else read


def _field(parameter: Parameter) -> Any:
    most = 20 if parameter.is_repeatable else None
    default = [] if parameter.is_repeatable else parameter.default
    return Field(default, description=parameter.description, examples=[parameter.example], max_length=most)


# --- how texts are read ----------------------------------------------------------------------------------------------


def shown(value: str) -> str:
    return value[:SHOWN]


def matching(pattern: str, sentence: Callable[[str], str], longest: int = LONGEST) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def read(text: str) -> str:
        if len(text) > longest or not compiled.fullmatch(text):
            raise ValueError(sentence(shown(text)))
        return text

    return read


def one_of(name: str, values: Iterable[str]) -> Callable[[str], str]:
    known = list(values)

    def read(text: str) -> str:
        if text not in known:
            raise ValueError(not_known(name, text, known))
        return text

    return read


def not_known(name: str, value: str, known: Iterable[str]) -> str:
    sentence = _("“%(value)s” is no value of “%(name)s”. It can be: %(known)s.")
    return sentence % {"value": shown(value), "name": name, "known": ", ".join(known)}


def several_of(name: str, values: Iterable[str]) -> Callable[[str], list[str]]:
    read_one = one_of(name, values)

    def read(text: str) -> list[str]:
        return list(dict.fromkeys(read_one(each) for each in text.split(",")))

    return read


def whole_number(name: str, least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
            sentence = _("“%(value)s” does not fit “%(name)s”: write a whole number from %(least)s to %(most)s.")
            raise ValueError(sentence % {"value": shown(text), "name": name, "least": least, "most": most})
        return int(text)

    return read


def read_moment(text: str) -> dt.datetime:
    """RFC 3339; what lies outside of what computers count is the nearest that does not."""
    found = MOMENT.fullmatch(text)
    try:
        if not found:
            raise ValueError(text)
        day, second, fraction, zone = found.groups()
        second = "59" if second == "60" else second  # a leap second
        moment = dt.datetime.fromisoformat(f"{day}{second}{(fraction or '')[:7]}{zone.upper()}")
    except ValueError as error:
        sentence = _("“%(value)s” is no moment: write it as in RFC 3339, such as 2026-11-25T00:00:00Z.")
        raise ValueError(sentence % {"value": shown(text)}) from error
    try:
        return moment.astimezone(dt.UTC)
    except OverflowError:
        return FIRST if moment.year == 1 else LAST


def _is_slug(text: str) -> bool:
    return len(text) <= SLUG_LENGTH and bool(re.fullmatch(validate_slug.regex, text))


def read_name(name: str) -> Callable[[str], str]:
    """A slug or a code."""

    def read(text: str) -> str:
        if not _is_slug(text) and not re.fullmatch(validate_code.regex, text):
            raise ValueError(no_such(name, text))
        return text

    return read


def no_such(name: str, value: str) -> str:
    sentence = _("There is no %(name)s “%(value)s” in this knowledge base.")
    return sentence % {"name": name, "value": shown(value)}


# --- those that many operations have ---------------------------------------------------------------------------------


def page_key(pattern: str, example: str) -> Parameter:
    def sentence(value: str) -> str:
        return _("“%(value)s” is no page of this list: follow “next” of the page before.") % {"value": value}

    return Parameter(
        "after",
        "The key of the last item of the page before; `next` in each answer has it.",
        {"type": "string", "pattern": pattern, "maxLength": LONGEST},
        matching(pattern, sentence),
        example,
    )


LIMIT = Parameter(
    "limit",
    "How many items a page has at most.",
    {"type": "integer", "minimum": 1, "maximum": MOST_AT_ONCE, "default": USUAL},
    whole_number("limit", 1, MOST_AT_ONCE),
    USUAL,
    default=USUAL,
)


def some_of(name: str, description: str, values: list[str], example: list[str]) -> Parameter:
    return Parameter(
        name,
        description,
        {"type": "array", "items": {"type": "string", "enum": values}, "minItems": 1},
        several_of(name, values),
        example,
    )


def fields_parameter(names: list[str], example: list[str]) -> Parameter:
    description = "Only these fields, with commas between them. Those that say what it is always come along."
    return some_of("fields", description, names, example)


def include_parameter(names: list[str]) -> Parameter:
    description = "These parts as well, whole, with commas between them."
    return some_of("include", description, names, names[:1])


SINCE = Parameter(
    "since",
    "What was changed, published or withdrawn at this moment or later, in the order of its change. What only names a "
    "record that was published, renamed or withdrawn has not changed itself and is not listed: ask for it again.",
    {"type": "string", "format": "date-time"},
    read_moment,
    "2026-11-25T00:00:00Z",
)

"""The envelope of every message: CloudEvents 1.0, structured JSON mode, around typed data.

Organisations upgrade at different times. A newer minor may add fields, which an older reader
ignores; another major is a contract the reader does not know, and the message is parked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, Self, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import ErrorDetails, from_json
from typing_extensions import override

CONTENT_TYPE = "application/cloudevents+json"
MAX_BODY_BYTES = 4_000_000
"""What a reader takes in unless its settings say otherwise; a larger body is parked unread."""

# At most five digits: more would be a number that costs time or can't be read at all.
_SCHEMA = re.compile(
    r"(?P<name>[A-Za-z][A-Za-z0-9]{0,99});(?P<major>[1-9][0-9]{0,4})\.(?P<minor>0|[1-9][0-9]{0,4})"
)
_NUL = "\0"
_ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_SEQUENCE_PATTERN = r"^[1-9][0-9]*$"
_MOST_DIGITS = 18  # as many as databases count
_FLAWS_NAMED = 10
_TRACEPARENT_PATTERN = r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"

T = TypeVar("T", bound=BaseModel)


class EnvelopeInvalidError(ValueError):
    """The body is not an envelope of this message; says where and why, never the values."""


class UnknownMajorError(ValueError):
    """The sender speaks a message or major version this reader does not know: park it."""


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """A message name with its version, written `TaskPublished;1.0` in header x-schema."""

    name: str
    major: int
    minor: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `name;major.minor`; raises EnvelopeInvalidError."""
        found = _SCHEMA.fullmatch(text)
        if found is None:
            raise EnvelopeInvalidError(f"header x-schema is not name;major.minor: {text[:100]!r}")
        return cls(found["name"], int(found["major"]), int(found["minor"]))

    @property
    def type(self) -> str:
        """The CloudEvents and AMQP type, `<message>.v<major>`."""
        return f"{self.name}.v{self.major}"

    @override
    def __str__(self) -> str:
        return f"{self.name};{self.major}.{self.minor}"


def _sequence(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(_SEQUENCE_PATTERN, value):
        if len(value) > _MOST_DIGITS:
            raise ValueError("sequence is beyond what anybody counts")
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("sequence must be a whole number from 1, written as a string")


Sequence = Annotated[
    int,
    BeforeValidator(_sequence),
    Field(ge=1),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _SEQUENCE_PATTERN}),
]


class Envelope(BaseModel, Generic[T]):
    """One message on its way; `sequence` counts per recipient queue, `time` is aware UTC."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    specversion: Literal["1.0"] = "1.0"
    id: str = Field(min_length=1)
    source: str = Field(min_length=1)
    type: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9]*\.v[1-9][0-9]*$")
    subject: str = Field(min_length=1)
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str = Field(min_length=1)
    traceparent: str | None = Field(
        default=None, pattern=_TRACEPARENT_PATTERN, exclude_if=lambda value: value is None
    )
    sequence: Sequence
    correlationid: str = Field(min_length=1)
    data: T


def encode(envelope: Envelope[Any]) -> bytes:
    """Write the body once; these bytes are stored, signed and sent unchanged."""
    return envelope.model_dump_json().encode()


def decode(body: bytes, data: type[T], sender: SchemaVersion, known: SchemaVersion) -> Envelope[T]:
    """Read a body whose x-schema is `sender` with the reader's model `data` of version `known`.

    Raises UnknownMajorError or EnvelopeInvalidError; a NUL character is refused wherever it is,
    for no database would keep it.
    """
    if (sender.name, sender.major) != (known.name, known.major):
        raise UnknownMajorError(f"reader knows {known}, sender wrote {sender}")
    extra: Literal["ignore", "forbid"] = "ignore" if sender.minor > known.minor else "forbid"
    try:
        envelope = Envelope[data].model_validate_json(  # type: ignore[valid-type] # made at run time
            body, extra=extra
        )
    except ValidationError as error:
        # Without `from None` the cause would carry the input, which may be a sealed value.
        raise EnvelopeInvalidError(_flaws(error)) from None
    if _ESCAPED_NUL.search(body) and (places := list(places_of_nul(from_json(body)))):
        raise EnvelopeInvalidError("; ".join(f"{place}: nul_character" for place in places))
    if envelope.type != known.type:
        raise EnvelopeInvalidError(f"type is {envelope.type}, header x-schema says {sender}")
    return envelope


def places_of_nul(value: object, *above: int | str) -> Iterator[str]:
    """Yield the dotted path of every text with a NUL character in a JSON value, keys included."""
    if isinstance(value, str):
        if _NUL in value:
            yield _place(above)
    elif isinstance(value, dict):
        for key, part in value.items():
            shown = key.replace(_NUL, "␀")
            if _NUL in key:
                yield _place((*above, shown))
            yield from places_of_nul(part, *above, shown)
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            yield from places_of_nul(part, *above, number)


def _flaws(error: ValidationError) -> str:
    """Name places and kinds of flaws; a body of nothing but flaws gets no longer a reason."""
    flaws = error.errors(include_input=False, include_url=False)
    named = [f"{_place(flaw['loc'])[:100]}: {_kind(flaw)}" for flaw in flaws[:_FLAWS_NAMED]]
    more = len(flaws) - len(named)
    return "; ".join([*named, f"{more} more"] if more else named)


def _kind(flaw: ErrorDetails) -> str:
    """Name a flaw; the parser of JSON says where it gave up, and never what stood there."""
    where = flaw["ctx"]["error"] if flaw["type"] == "json_invalid" else ""
    return f"{flaw['type']}, {where}" if where else flaw["type"]


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "body"

"""Messages about registers: a department's rows in chunks, and the receipt for the whole (stage 0).

An upload is split into chunks, which may arrive twice and in any order. The office takes it in when
the last one is there, and answers once.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final, Literal, Self

import rfc8785
from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from contracts.register_rows import (
    Directory,
    ExpertRow,
    InspectorRow,
    ObjectRow,
    RecusalRow,
    RegisterRow,
    columns_of,
)
from contracts.vocabulary import Wire

MOST_ROWS: Final = 500
"""Rows of a chunk: a message stays well below a megabyte."""
MOST_CHUNKS: Final = 100
"""Chunks of an upload; larger registers are brought as files."""
MOST_PROBLEMS: Final = 100
"""Problems that a receipt names; it counts them all."""


class UploadState(StrEnum):
    """How an upload ended: the valid rows are in, none could be, or the office cancelled it."""

    APPLIED = "applied"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class RegisterRows(Wire):
    """Rows of one directory; a field that is not among `fields` keeps its present value."""

    directory: Directory
    fields: tuple[str, ...] = Field(min_length=1)
    inspectors: tuple[InspectorRow, ...] = Field(default=(), max_length=MOST_ROWS)
    experts: tuple[ExpertRow, ...] = Field(default=(), max_length=MOST_ROWS)
    recusals: tuple[RecusalRow, ...] = Field(default=(), max_length=MOST_ROWS)
    objects: tuple[ObjectRow, ...] = Field(default=(), max_length=MOST_ROWS)

    @property
    def rows(self) -> tuple[RegisterRow, ...]:
        """The rows, whatever their directory."""
        rows: tuple[RegisterRow, ...] = getattr(self, self.directory.value)
        return rows

    @model_validator(mode="after")
    def _is_of_one_directory(self) -> Self:
        if [each for each in Directory if getattr(self, each.value)] != [self.directory]:
            raise PydanticCustomError("directory_differs", "rows of the named directory only")
        return self

    @model_validator(mode="after")
    def _fields_are_known(self) -> Self:
        unknown = sorted(set(self.fields) - set(columns_of(self.directory)))
        if unknown:
            raise PydanticCustomError("field_unknown", "unknown: {names}", {"names": unknown})
        return self


class RegisterChunkSubmitted(Wire):
    """One part of a department's upload; `number` counts from 1 to `number_of_chunks`.

    `digest` is the SHA-256 of the content as canonical JSON (RFC 8785), in lower-case hexadecimal.
    """

    upload_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    number: int = Field(ge=1)
    number_of_chunks: int = Field(ge=1, le=MOST_CHUNKS)
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    content: RegisterRows

    @model_validator(mode="before")
    @classmethod
    def _digest_fits(cls, data: Any) -> Any:
        # On what was sent: fields that only a newer sender knows are still in it.
        if isinstance(data, dict) and data.get("digest") != _digest_or_none(data.get("content")):
            raise PydanticCustomError("digest_differs", "the digest is not the content's")
        return data

    @model_validator(mode="after")
    def _number_fits(self) -> Self:
        if self.number > self.number_of_chunks:
            raise PydanticCustomError("number_too_large", "more chunks than announced")
        return self


class RegisterProblem(Wire):
    """A field of a row that stays out (`refused`) or went in and asks for a look (`doubted`)."""

    row: int
    field: str
    value: str
    rule: str
    expected: str
    severity: Literal["refused", "doubted"]


class RegisterImported(Wire):
    """The receipt for an upload: what of it is in the register now, and why the rest is not.

    `reason` is the rule that refused the upload as a whole, `complete` whether all its chunks had
    come; `problems` are the first ones in the order of the rows.
    """

    upload_id: str
    directory: Directory
    state: UploadState
    complete: bool
    number_of_rows: int
    number_accepted: int
    number_refused: int
    number_added: int
    number_changed: int
    number_unchanged: int
    number_of_problems: int
    problems: tuple[RegisterProblem, ...] = Field(max_length=MOST_PROBLEMS)
    reason: str | None = None


def digest_of(content: BaseModel | Mapping[str, Any]) -> str:
    """Give the digest of a chunk's content."""
    plain = content.model_dump(mode="json") if isinstance(content, BaseModel) else content
    return sha256(rfc8785.dumps(plain)).hexdigest()


def chunks_of(
    upload_id: str,
    directory: Directory,
    fields: Sequence[str],
    rows: Sequence[RegisterRow],
    most_rows: int = MOST_ROWS,
) -> tuple[RegisterChunkSubmitted, ...]:
    """Split an upload into its chunks; ValidationError for none, or for more than MOST_CHUNKS."""
    parts = [rows[start : start + most_rows] for start in range(0, len(rows), most_rows)]
    contents = [
        RegisterRows(directory=directory, fields=tuple(fields), **{directory.value: tuple(part)})
        for part in parts or [rows]
    ]
    return tuple(
        RegisterChunkSubmitted(
            upload_id=upload_id,
            number=number,
            number_of_chunks=len(contents),
            digest=digest_of(content),
            content=content,
        )
        for number, content in enumerate(contents, 1)
    )


def _digest_or_none(content: Any) -> str | None:
    try:
        return digest_of(content)
    except (rfc8785.CanonicalizationError, RecursionError):
        return None

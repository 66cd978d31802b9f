"""Uploads in messages: the chunks of a department's rows until all of them are there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class RegisterChunk:
    """One chunk of the upload that the act `import_id` takes in; `number` counts from 1.

    `rows` are empty once the upload has ended: the digest tells a repeated chunk from another.
    """

    import_id: str
    number: int
    number_of_chunks: int
    digest: str
    rows: tuple[Mapping[str, Any], ...]
    received_at: datetime

"""Which column of a file holds which field: saved by an office, guessed from the headers."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coordinator.domain.errors import Rule, RuleBrokenError


class ColumnMapping(BaseModel):
    """Field → title of its column, or its letter as a spreadsheet shows it (`A` … `XFD`).

    A title wins over a letter of the same writing. Without `sheet` the first sheet with these
    columns is taken; without `header_row` (counted from 1; 0: the file has none) it is searched.
    Fields that are not named are not read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: Mapping[str, str] = Field(min_length=1)
    sheet: str | None = None
    header_row: int | None = Field(default=None, ge=0, le=1000)

    @classmethod
    def from_json(cls, text: str | bytes) -> "ColumnMapping":
        """Read a saved mapping; IMPORT_MAPPING_INVALID names the offending place."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise RuleBrokenError(
                Rule.IMPORT_MAPPING_INVALID, where=where or "JSON", why=first["msg"]
            ) from error

    def to_json(self) -> str:
        """Give the mapping as JSON that `from_json` reads."""
        return self.model_dump_json()


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """One column of a file: what it seems to hold; `sure` from 0 (no idea) to 100 (same title)."""

    position: int
    letter: str
    title: str
    samples: tuple[str, ...]
    field: str | None
    sure: int
    alternatives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MappingGuess:
    """What a file seems to hold; `missing` are required fields for which no column was found.

    `sheet` is empty for a CSV file; `titles` gives every field's usual title, to choose from.
    """

    sheet: str
    sheets: tuple[str, ...]
    header_row: int
    columns: tuple[ColumnGuess, ...]
    missing: tuple[str, ...]
    titles: Mapping[str, str]

    def mapping(self) -> ColumnMapping | None:
        """Give the guess as a mapping, None when no column was recognised."""
        titles = [column.title for column in self.columns]
        columns = {
            column.field: column.title
            if column.title and titles.count(column.title) == 1
            else column.letter
            for column in self.columns
            if column.field
        }
        if not columns:
            return None
        return ColumnMapping(columns=columns, sheet=self.sheet or None, header_row=self.header_row)


def column_letter(position: int) -> str:
    """Give the letters of a column counted from 0: 0 → A, 26 → AA."""
    letters = ""
    position += 1
    while position:
        position, digit = divmod(position - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def column_position(letters: str) -> int:
    """Give the position from 0 of a column's letters: A → 0, AA → 26."""
    position = 0
    for letter in letters:
        position = position * 26 + ord(letter) - ord("A") + 1
    return position - 1

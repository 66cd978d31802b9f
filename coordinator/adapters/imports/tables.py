"""The editable tables of the importer: headers, words, methods, department and item aliases."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.departments import Department, DepartmentAliases, plain_text
from coordinator.domain.registers.joint_list import ItemAlias, MatchingPolicy

POLICIES: Final = "deploy.policies"
"""Package whose files the wheel ships."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Model = TypeVar("Model", bound=_Table)


class Limits(_Table):
    """What a file may cost, so that no file takes more memory or time than an office has.

    Workbooks: bytes on disk, unpacked (zip bombs), and of memory. CSV: characters of a line.
    Both: columns, rows searched for a header. CSV files from `parallel_bytes` on are read by
    `workers` processes.
    """

    file_bytes: int = Field(ge=1)
    unpacked_bytes: int = Field(ge=1)
    header_rows: int = Field(ge=1)
    workbook_memory: int = Field(default=3 << 30, ge=1 << 28)
    line_characters: int = Field(default=1_000_000, ge=1)
    columns: int = Field(default=16_384, ge=1)
    parallel_bytes: int = Field(default=16_000_000, ge=1)
    workers: int = Field(default=2, ge=1)


class _Matching(_Table):
    near_score: int = Field(ge=0, le=100)
    number_of_suggestions: int = Field(ge=1)


class _ItemListDefaults(_Table):
    estimated_minutes: int = Field(ge=1)


class ImportTables(_Table):
    """Headers, words, limits and defaults, as `import_columns.toml` holds them.

    `blanks` are the writings by which hands and spreadsheets mean a blank cell.
    """

    limits: Limits
    matching: _Matching
    item_list: _ItemListDefaults
    blanks: frozenset[str] = frozenset()
    headers: Mapping[str, Mapping[str, tuple[str, ...]]]
    words: Mapping[str, Mapping[str, tuple[str, ...]]]

    def matching_policy(self) -> MatchingPolicy:
        """Give the figures by which joint-list rows are matched."""
        return MatchingPolicy(self.matching.near_score, self.matching.number_of_suggestions)

    def values_of(self, table: str) -> Mapping[str, str]:
        """Give writing → value of one word table; writings without blanks, in lower case."""
        return self._values[table]

    def word_value(self, table: str, written: str) -> str | None:
        """Give the value that a word means in one word table, None if it has no such word."""
        return self._values[table].get(plain_text(written).lower())

    @cached_property
    def _values(self) -> dict[str, dict[str, str]]:
        return {
            table: {
                plain_text(writing).lower(): value
                for value, writings in words.items()
                for writing in writings
            }
            for table, words in self.words.items()
        }


class _DepartmentEntry(_Table):
    code: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name_zh: str
    name_en: str
    agent: bool
    aliases: tuple[str, ...] = ()


class _ItemEntry(_Table):
    written: str
    department: str
    item_name: str
    object_type: str | None = None


class _AliasFile(_Table):
    open_wordings: tuple[str, ...] = ()
    department: tuple[_DepartmentEntry, ...] = ()
    item: tuple[_ItemEntry, ...] = ()


class _Method(_Table):
    name: str
    name_en: str
    desk: bool
    assists: bool
    wordings: tuple[str, ...]


class _MethodFile(_Table):
    method: tuple[_Method, ...]


@dataclass(frozen=True)
class AliasTable:
    """Department names and joint-list wordings, as people decided them."""

    departments: DepartmentAliases
    items: tuple[ItemAlias, ...]


def load_import_tables(own: Path | None = None) -> ImportTables:
    """Load the shipped headers and words; an own file adds to them or replaces single entries."""
    shipped = _shipped("import_columns.toml")
    merged = _merge(shipped, _own(own)) if own else shipped
    return _validated(ImportTables, merged, own)


def load_aliases(own: Path | None = None) -> AliasTable:
    """Load the shipped alias table; an own file adds departments, names and item aliases to it."""
    shipped = _validated(_AliasFile, _shipped("department_aliases.toml"), None)
    added = _validated(_AliasFile, _own(own), own) if own else _AliasFile()
    wordings = (*shipped.open_wordings, *added.open_wordings)
    items = [ItemAlias(**entry.model_dump()) for entry in (*shipped.item, *added.item)]
    return AliasTable(
        departments=DepartmentAliases(
            departments=_combined(shipped.department, added.department),
            open_wordings=frozenset(plain_text(wording) for wording in wordings),
        ),
        items=tuple(items),
    )


def load_methods() -> Mapping[str, str]:
    """Load the wordings of checking methods: wording without blanks → method name."""
    methods = _validated(_MethodFile, _shipped("check_methods.toml"), None).method
    return {
        plain_text(wording): method.name
        for method in methods
        for wording in (method.name, *method.wordings)
    }


def _combined(
    shipped: tuple[_DepartmentEntry, ...], added: tuple[_DepartmentEntry, ...]
) -> tuple[Department, ...]:
    """Join both lists by code; a name that the own file places is taken from the shipped entry."""
    taken = {plain_text(name) for entry in added for name in (entry.name_zh, *entry.aliases)}
    by_code: dict[str, Department] = {}
    for entry in shipped:
        kept = tuple(alias for alias in entry.aliases if plain_text(alias) not in taken)
        by_code[entry.code] = Department(
            entry.code, entry.name_zh, entry.name_en, entry.agent, kept
        )
    for entry in added:
        former = by_code[entry.code].names[1:] if entry.code in by_code else ()
        by_code[entry.code] = Department(
            entry.code, entry.name_zh, entry.name_en, entry.agent, (*former, *entry.aliases)
        )
    return tuple(by_code.values())


def _shipped(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(POLICIES).joinpath(name).read_text("utf-8"))


def _own(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RuleBrokenError(
            Rule.IMPORT_TABLE_INVALID, file=path.name, where="", why=str(error)
        ) from error


def _merge(shipped: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Lay an own table over the shipped one: tables merge, lists are joined, the rest replaces."""
    merged = dict(shipped)
    for key, value in own.items():
        former = merged.get(key)
        if isinstance(former, dict) and isinstance(value, dict):
            merged[key] = _merge(former, value)
        elif isinstance(former, list) and isinstance(value, list):
            merged[key] = [*former, *value]
        else:
            merged[key] = value
    return merged


def _validated(model: type[Model], data: dict[str, Any], own: Path | None) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise RuleBrokenError(
            Rule.IMPORT_TABLE_INVALID,
            file=own.name if own else "shipped table",
            where=".".join(str(part) for part in first["loc"]),
            why=first["msg"],
        ) from error

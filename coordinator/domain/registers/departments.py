"""Department names as lists write them, placed by an alias table that people edit."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from coordinator.domain.errors import Rule, RuleBrokenError

_BETWEEN_NAMES = re.compile(r"[、,;/\n]")


def plain_text(text: str) -> str:
    """Fold width (NFKC) and drop every blank, so that two writings of one name compare equal."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@dataclass(frozen=True)
class Department:
    """A department of the alias table; one without an agent takes no part in rounds."""

    code: str
    name_zh: str
    name_en: str
    has_agent: bool
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Give every writing that means this department."""
        return (self.code, self.name_zh, *self.aliases)


@dataclass(frozen=True)
class PlacedDepartments:
    """What became of the department names in one cell."""

    codes: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = ()
    open_to_all: bool = False


@dataclass(frozen=True)
class DepartmentAliases:
    """The alias table: departments, and the wordings that leave the participants open.

    `registered` are further names, as plain text, of the office's own organs; the table goes first.
    """

    departments: tuple[Department, ...]
    open_wordings: frozenset[str] = frozenset()
    registered: Mapping[str, str] = field(default_factory=dict)
    _codes: Mapping[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        codes = {**self.registered, **_codes_by_name(self.departments)}
        object.__setattr__(self, "_codes", codes)

    def code_of(self, name: str) -> str | None:
        """Give the code of the department written `name`, None if the table has no such name."""
        return self._codes.get(plain_text(name))

    def place(self, cell: str) -> PlacedDepartments:
        """Split a cell of several names and place each; names the table lacks are handed back."""
        names = [name.strip() for name in _BETWEEN_NAMES.split(unicodedata.normalize("NFKC", cell))]
        names = [name for name in names if name]
        named = [name for name in names if plain_text(name) not in self.open_wordings]
        codes = [code for name in named if (code := self.code_of(name))]
        return PlacedDepartments(
            codes=tuple(dict.fromkeys(codes)),
            unplaced=tuple(name for name in named if self.code_of(name) is None),
            open_to_all=len(named) < len(names),
        )

    def known(self) -> str:
        """Give the names that the table writes, as a refusal tells what it expected."""
        return " | ".join(department.name_zh for department in self.departments)

    def with_agents(self) -> frozenset[str]:
        """Give the codes of the departments that run an agent."""
        return frozenset(d.code for d in self.departments if d.has_agent)


def _codes_by_name(departments: Iterable[Department]) -> dict[str, str]:
    codes: dict[str, str] = {}
    for department in departments:
        for name in department.names:
            placed = codes.setdefault(plain_text(name), department.code)
            if placed != department.code:
                raise RuleBrokenError(
                    Rule.ALIAS_AMBIGUOUS, name=name, departments=[placed, department.code]
                )
    return codes

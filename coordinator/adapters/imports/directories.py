"""Every kind of file whose rows stand for themselves: columns, and the values they become."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from coordinator.adapters.imports import code_tables
from coordinator.adapters.imports.columns import Shape, Values
from coordinator.adapters.imports.experts import REQUIRED as EXPERTS_REQUIRED
from coordinator.adapters.imports.experts import expert_shape
from coordinator.adapters.imports.inspectors import REQUIRED as INSPECTORS_REQUIRED
from coordinator.adapters.imports.inspectors import inspector_shape
from coordinator.adapters.imports.objects import REQUIRED as OBJECTS_REQUIRED
from coordinator.adapters.imports.objects import object_shape
from coordinator.adapters.imports.recusals import REQUIRED as RECUSALS_REQUIRED
from coordinator.adapters.imports.recusals import recusal_shape
from coordinator.adapters.imports.sources import Sources
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers import Expert, InspectionObject, Inspector, Recusal
from coordinator.domain.registers.acts import RegisterKind
from coordinator.domain.registers.industries import Industry
from coordinator.domain.registers.organisation import Region
from coordinator.domain.working_days import CalendarDay


@dataclass(frozen=True)
class Directory:
    """A kind of file: its header table, required fields (`a|b`: one of them), and its values."""

    kind: RegisterKind
    required: tuple[str, ...]
    shape: Callable[[Sources], Shape]
    build: Callable[[Values], Any]

    @property
    def headers(self) -> str:
        """Give the name of its table of headers."""
        return self.kind.value.replace("-", "_")


_ALL: Final = (
    Directory(
        RegisterKind.OBJECTS, OBJECTS_REQUIRED, object_shape, InspectionObject.model_validate
    ),
    Directory(
        RegisterKind.INSPECTORS, INSPECTORS_REQUIRED, inspector_shape, Inspector.model_validate
    ),
    Directory(RegisterKind.EXPERTS, EXPERTS_REQUIRED, expert_shape, Expert.model_validate),
    Directory(RegisterKind.RECUSALS, RECUSALS_REQUIRED, recusal_shape, Recusal.model_validate),
    Directory(
        RegisterKind.REGIONS,
        code_tables.REGIONS_REQUIRED,
        code_tables.region_shape,
        lambda values: Region(**values),
    ),
    Directory(
        RegisterKind.INDUSTRIES,
        code_tables.INDUSTRIES_REQUIRED,
        code_tables.industry_shape,
        lambda values: Industry(**values),
    ),
    Directory(
        RegisterKind.CALENDAR,
        code_tables.CALENDAR_REQUIRED,
        code_tables.calendar_shape,
        lambda values: CalendarDay(**values),
    ),
)
DIRECTORIES: Final[Mapping[str, Directory]] = MappingProxyType({d.kind.value: d for d in _ALL})


def directory_of(kind: str) -> Directory:
    """Give the directory of a kind; CODE_UNKNOWN for a kind that is not read row by row."""
    if kind not in DIRECTORIES:
        raise RuleBrokenError(Rule.CODE_UNKNOWN, code=kind, known=sorted(DIRECTORIES))
    return DIRECTORIES[kind]

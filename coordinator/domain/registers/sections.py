"""Sections of the organs: their duties, and the objects they supervise (2.0)."""

from dataclasses import dataclass, field

from coordinator.domain.registers.conditions import Conditions


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section 科室 of an organ, with its duties 职责 and the objects it supervises.

    Conditions that say nothing mean that the section has not declared whom it supervises.
    """

    code: str
    department: str
    name: str
    duties: tuple[str, ...] = ()
    supervises: Conditions = field(default_factory=Conditions)

    @property
    def has_declared(self) -> bool:
        """Whether the section says whom it supervises."""
        return self.supervises != Conditions()

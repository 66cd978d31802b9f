"""Which fields an entry of a directory must have filled to be complete."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from coordinator.domain.registers.acts import RegisterKind

MANDATORY: Mapping[RegisterKind, Sequence[str]] = MappingProxyType(
    {
        RegisterKind.OBJECTS: (
            "region",
            "industry",
            "address",
            "risk_class",
            "scale",
            "area",
            "responsible_person",
            "phone",
        ),
        RegisterKind.INSPECTORS: ("section", "post", "competences", "area", "group"),
        RegisterKind.EXPERTS: ("qualifications",),
        RegisterKind.RECUSALS: (),
    }
)
"""Fields whose absence keeps an entry out of a frame, or a person from being called."""

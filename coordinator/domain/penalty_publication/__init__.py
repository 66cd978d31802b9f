"""How long a published penalty shows by its severity, and what ends it earlier (2.10)."""

from coordinator.domain.penalty_publication.course import (
    ended,
    publication_of,
    require_period,
    require_repairable,
    shown,
    with_listing_repaired,
    with_period,
    with_repair_asked,
    with_repair_decided,
    withdrawn,
)
from coordinator.domain.penalty_publication.values import (
    PenaltyPublication,
    Period,
    PublicationEnd,
    PublicationRegime,
    RepairRequest,
)

__all__ = [
    "PenaltyPublication",
    "Period",
    "PublicationEnd",
    "PublicationRegime",
    "RepairRequest",
    "ended",
    "publication_of",
    "require_period",
    "require_repairable",
    "shown",
    "with_listing_repaired",
    "with_period",
    "with_repair_asked",
    "with_repair_decided",
    "withdrawn",
]

"""Bodies that fit the acts of lists and repair, so that only the person is at fault."""

from typing import Any

_DAY = "2026-06-01"
SANCTION_ENTRIES: dict[str, dict[str, Any]] = {
    "propose-by-court": {"dated": _DAY},
    "record-consent": {"number": "1号", "organ": "市局", "dated": _DAY},
    "deliver-notice": {"day": _DAY, "way": "direct"},
    "object-to-listing": {"hearing": True},
    "hold-hearing": {"day": _DAY},
    "propose-correction": {"term_until": _DAY},
    "request-delisting": {"reason": "revoked"},
    "decide-repair": {"granted": True},
}

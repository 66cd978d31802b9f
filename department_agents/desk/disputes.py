"""What the phone form asks of a problem: what the inspected disputes, and how it was settled.

Names of fields: `c<check>.dispute`, `.claim`, `.settlement`, `.handled_by`, `.handled_time`.
"""

from collections.abc import Iterator

from pydantic import JsonValue

from contracts.results import Dispute
from contracts.vocabulary import DisputeState
from department_agents.desk.proofs import Fields, local_moment, local_time


def dispute_in(prefix: str, fields: Fields) -> JsonValue:
    """Give what is noted of a dispute; None where nothing was said, which is no answer.

    Whom nobody names is who enters the report.
    """
    state = fields.get(f"{prefix}.dispute", "")
    claim, settlement = (
        fields.get(f"{prefix}.{name}", "").strip() or None for name in ("claim", "settlement")
    )
    if not (state or claim or settlement):
        return None
    time = "" if state == DisputeState.NONE else fields.get(f"{prefix}.handled_time", "")
    return {
        "state": state,
        "handled_by": fields.get(f"{prefix}.handled_by", "") or fields.get("entered_by", ""),
        "handled_at": local_moment(fields.get("visited_date", ""), time) or None,
        "claim": claim,
        "settlement": settlement,
    }


def dispute_fields(prefix: str, dispute: Dispute | None) -> Iterator[tuple[str, str]]:
    """Give the fields that note the same again."""
    if dispute is None:
        return
    yield f"{prefix}.dispute", dispute.state.value
    yield f"{prefix}.claim", dispute.claim or ""
    yield f"{prefix}.settlement", dispute.settlement or ""
    yield f"{prefix}.handled_by", dispute.handled_by
    if dispute.handled_at is not None:
        yield f"{prefix}.handled_time", local_time(dispute.handled_at)

"""A joint-punishment measure as the desk shows it."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.sanctions import MeasureOrdered
from department_agents.measures import measure_of, outcomes_in
from department_agents.store.measure_rows import MeasureNoteRow
from department_agents.store.rows import MeasureRow, MeasureState


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure with its state, what may be answered now, and the last answer."""

    order: MeasureOrdered
    state: MeasureState
    outcomes: tuple[str, ...]
    feedback: dict[str, Any] | None
    lifted_reason: str | None
    note: MeasureNoteRow | None = None

    @property
    def subject_name(self) -> str:
        """Name the subject, as last corrected."""
        corrected = self.note and self.note.subject_name
        return corrected or self.order.subject_name

    @property
    def until(self) -> date:
        """Give the end of the measure, as last corrected."""
        corrected = self.note and self.note.until
        return corrected or self.order.until

    @property
    def reminded_due(self) -> date | None:
        """Give the day the office reminded of, while the answer is awaited."""
        waits = (MeasureState.ORDERED, MeasureState.LIFTED)
        return self.note.due_date if self.note and self.state in waits else None

    def as_json(self) -> dict[str, Any]:
        """Give the view for the API."""
        return {
            "order_id": self.order.order_id,
            "state": self.state.value,
            "outcomes": list(self.outcomes),
            "feedback": self.feedback,
            "lifted_reason": self.lifted_reason,
            "subject_name": self.subject_name,
            "until": self.until.isoformat(),
            "reminded_due": self.reminded_due.isoformat() if self.reminded_due else None,
            "measure": self.order.model_dump(mode="json"),
        }


def measure_view(row: MeasureRow, note: MeasureNoteRow | None) -> MeasureView:
    """Give a measure with what may be answered now."""
    return MeasureView(
        order=measure_of(row),
        state=row.state,
        outcomes=outcomes_in(row.state),
        feedback=None if row.feedback is None else json.loads(row.feedback),
        lifted_reason=row.lifted_reason,
        note=note,
    )

"""What an import says afterwards: figures, problems and suggestions as plain data."""

from pathlib import Path
from typing import Any

from pydantic_core import to_jsonable_python

from coordinator.adapters.imports.joint_list import JointListReport
from coordinator.adapters.imports.reading import CellProblem, Reading


def problem(found: CellProblem) -> dict[str, Any]:
    """Give a refused or doubtful cell with the code of its rule."""
    plain: dict[str, Any] = to_jsonable_python(found.facts())
    return {**plain, "rule": found.rule.value}


def suggestions(matched: JointListReport) -> list[dict[str, Any]]:
    """Give each row that matches no item, with the published items a person may mean."""
    return [
        {
            "row": linked.row.source_row,
            "column": "抽查事项",
            "value": linked.row.item_text,
            "rule": "joint-row-unlinked",
            "suggestions": to_jsonable_python(linked.suggestions),
        }
        for linked in matched.rows
        if not linked.row.linked_items
    ]


def joint_summary(matched: JointListReport) -> dict[str, Any]:
    """Give the figures of a joint list, and what a person still has to place."""
    counts = {state.value: number for state, number in matched.counts().items()}
    linked = sum(bool(row.row.linked_items) for row in matched.rows)
    return {
        "rows": matched.reading.number_of_rows,
        "domains_imported": matched.number_of_domains,
        "states": counts,
        "linked": linked,
        "unlinked": len(matched.rows) - linked,
        "unplaced": len(matched.reading.rows_refused) + len(matched.unplaced_departments),
        "unplaced_departments": list(matched.unplaced_departments),
        "suggestions": suggestions(matched),
    }


def summary(path: Path, reading: Reading[Any]) -> dict[str, Any]:
    """Give the figures of one file with all its problems."""
    return {
        "file": path.name,
        "rows": reading.number_of_rows,
        "accepted": len(reading.rows_accepted),
        "refused": len(reading.rows_refused),
        "values": len(reading.values),
        "problems": [problem(each) for each in reading.problems],
        "warnings": [problem(each) for each in reading.warnings],
    }

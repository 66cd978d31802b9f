"""What the recorded teams find: clean, but for one finding in so many, the same every time."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

_CLEAN, _PROBLEM = "1", "2"
_YES, _NO = "是", "否"


@dataclass(frozen=True)
class Findings:
    """How problems are spread and worded."""

    problem_every: int
    problem_text: str
    follow_up: tuple[str, ...]

    def report(
        self, task: dict[str, Any], visited: date, version: int, *, problem: bool = False
    ) -> dict[str, Any]:
        """Write a department's report of one visit; with `problem` its first item has one."""
        officers = [
            member["person_id"]
            for member in task["team"]
            if member["department"] == task["department"]
            and not (member["expert"] or member.get("liaison"))
        ]
        return {
            "visit_id": task["visit_id"],
            "report_version": version,
            "entered_by": officers[0],
            "visited_date": visited.isoformat(),
            "present": [member["person_id"] for member in task["team"]],
            "entity_opinion": None,
            "findings": [
                self._finding(
                    card,
                    officers[0],
                    bad=self._is_problem(task, card) or (problem and number == 0),
                )
                for number, card in enumerate(task["checks"])
            ],
        }

    def _is_problem(self, task: dict[str, Any], card: dict[str, Any]) -> bool:
        key = f"{task['visit_id']}|{card['object_id']}|{card['item']}"
        return int(hashlib.sha256(key.encode()).hexdigest(), 16) % self.problem_every == 0

    def _finding(self, card: dict[str, Any], officer: str, *, bad: bool) -> dict[str, Any]:
        """Give one finding; the officer asked whether its problem is disputed, and it was not."""
        asked = {"dispute": {"state": "none", "handled_by": officer}} if bad else {}
        return asked | {
            "object_id": card["object_id"],
            "item": card["item"],
            "checked": True,
            "method": card["methods"][0],
            "result_codes": [_PROBLEM if bad else _CLEAN],
            "problem": self.problem_text.format(item=card["item_name"]) if bad else None,
            "legal_basis": card["legal_bases"][0] if bad else None,
            "follow_up": list(self.follow_up) if bad else ["none"],
            "answers": [
                {"checkpoint": point["code"], "value": _answer(point, bad=bad), "note": None}
                for point in card["checkpoints"]
                if not (point.get("recognised") or point.get("asked_by"))
            ],
        }


def _answer(point: dict[str, Any], *, bad: bool) -> str:
    match point["kind"]:
        case "yes_no":
            return _NO if bad else _YES
        case "choice":
            return str(point["choices"][0])
        case "number":
            return "1"
        case _:
            return "见现场检查记录" if bad else "已核对"

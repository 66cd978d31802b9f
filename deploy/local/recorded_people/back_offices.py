"""Where a department's people work: a shared folder, or the agent's desk."""

import http.client
import itertools
import json
import os
import time
import urllib.error
import urllib.request
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol

_PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.2


class BackOffice(Protocol):
    """What the people of one department can see and answer."""

    department: str

    def tasks(self) -> dict[str, dict[str, Any]]:
        """Give the tasks that arrived, by visit."""
        ...

    def measures(self) -> dict[str, dict[str, Any]]:
        """Give the measures that arrived, by order."""
        ...

    def returned(self) -> dict[str, str]:
        """Give the visits whose report was sent back, with the reason."""
        ...

    def accept(self, visit_id: str, person: str) -> None:
        """Accept a task."""
        ...

    def report(self, report: dict[str, Any]) -> None:
        """Hand in findings."""
        ...

    def answer(self, feedback: dict[str, Any]) -> None:
        """Answer a measure."""
        ...


class SharedFolder:
    """A back office that exchanges JSON files with the agent."""

    def __init__(self, department: str, folder: Path) -> None:
        self.department = department
        self._arrived = folder / "to_department"
        self._answers = folder / "from_department"
        self._numbers = itertools.count(1)

    def tasks(self) -> dict[str, dict[str, Any]]:
        """Give the tasks that arrived, by visit, with the team as the last letter tells it."""
        tasks = {task["visit_id"]: task for task in self._read("TaskPublished")}
        for amended in sorted(self._read("TaskAmended"), key=lambda each: int(each["version"])):
            tasks[amended["visit_id"]]["team"] = amended["team"]
        return tasks

    def measures(self) -> dict[str, dict[str, Any]]:
        """Give the measures that arrived, by order."""
        return {measure["order_id"]: measure for measure in self._read("MeasureOrdered")}

    def returned(self) -> dict[str, str]:
        """Give the visits whose report was sent back, with the reason."""
        return {each["visit_id"]: each["reason"] for each in self._read("ResultReturned")}

    def accept(self, visit_id: str, person: str) -> None:
        """Accept a task."""
        self._write("TaskAccepted", {"visit_id": visit_id, "accepted_by": person})

    def report(self, report: dict[str, Any]) -> None:
        """Hand in findings."""
        self._write("FindingsSubmitted", report)

    def answer(self, feedback: dict[str, Any]) -> None:
        """Answer a measure."""
        self._write("MeasureFeedback", feedback)

    def _read(self, kind: str) -> list[dict[str, Any]]:
        files = sorted(self._arrived.glob(f"*-{kind}.json"))
        return [json.loads(file.read_text(encoding="utf-8"))["data"] for file in files]

    def _write(self, kind: str, data: dict[str, Any]) -> None:
        """Write beside and move in: the agent never sees half a file."""
        name = f"{os.getpid()}-{next(self._numbers):06d}-{kind}.json"
        draft = self._answers / f".{name}"
        draft.write_text(
            json.dumps({"type": kind, "data": data}, ensure_ascii=False), encoding="utf-8"
        )
        draft.replace(self._answers / name)


class Desk:
    """A back office whose people use the agent's desk."""

    def __init__(self, department: str, address: str, token_file: Path) -> None:
        self.department = department
        self._address = address
        self._token_file = token_file
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def tasks(self) -> dict[str, dict[str, Any]]:
        """Give the tasks that arrived, by visit."""
        return {each["visit_id"]: each["task"] for each in self._call("/api/tasks")}

    def measures(self) -> dict[str, dict[str, Any]]:
        """Give the measures that arrived, by order."""
        return {each["order_id"]: each["measure"] for each in self._call("/api/measures")}

    def returned(self) -> dict[str, str]:
        """Give the visits whose report was sent back, with the reason."""
        tasks = self._call("/api/tasks")
        return {
            each["visit_id"]: each["returned_reason"] for each in tasks if each["returned_reason"]
        }

    def accept(self, visit_id: str, person: str) -> None:
        """Accept a task."""
        self._call(f"/api/tasks/{visit_id}/accept", {"accepted_by": person})

    def report(self, report: dict[str, Any]) -> None:
        """Hand in findings."""
        visit_id = report["visit_id"]
        body = {name: value for name, value in report.items() if name != "visit_id"}
        self._call(f"/api/tasks/{visit_id}/findings", body)

    def answer(self, feedback: dict[str, Any]) -> None:
        """Answer a measure."""
        order_id = feedback["order_id"]
        body = {name: value for name, value in feedback.items() if name != "order_id"}
        self._call(f"/api/measures/{order_id}/feedback", body)

    def _call(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask the desk, and again while its agent is being started anew, as a person reloads."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for tries in itertools.count():
            try:
                with self._opener.open(self._request(path, body), timeout=60) as answer:
                    return json.loads(answer.read())
            except urllib.error.HTTPError as error:
                if tries and error.code == HTTPStatus.CONFLICT:
                    return None  # it was taken before; only the reply got lost
                raise
            except (OSError, http.client.HTTPException):
                if time.monotonic() > deadline:
                    raise
            time.sleep(_POLL_SECONDS)
        raise AssertionError("itertools.count() has no end")

    def _request(self, path: str, body: dict[str, Any] | None) -> urllib.request.Request:
        data = None if body is None else json.dumps(body).encode()
        token = self._token_file.read_text(encoding="utf-8").strip()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return urllib.request.Request(self._address + path, data, headers)

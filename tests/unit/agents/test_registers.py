"""Directories that a department sends: files become chunks in the outbox, receipts come back."""

import asyncio
import csv
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from contracts.amqp.disposition import Disposition
from contracts.register_rows import (
    AbsenceCard,
    Directory,
    EventCard,
    GradingCard,
    InspectorRow,
    ObjectRow,
    columns_of,
)
from contracts.registers import RegisterImported, RegisterProblem, UploadState
from department_agents.agent import STORE_FILE
from department_agents.commands.main import app
from department_agents.register_files import FileRefusedError, Flaw, read_register_file
from department_agents.settings import AgentSettings
from department_agents.store.database import Database, OtherSchemaError
from department_agents.store.rows import SCHEMA_NUMBER, HandoverRow, NoticeRow
from tests.unit.agents.conftest import AgentAtWork, Desk

TITLES = columns_of(Directory.INSPECTORS)
PERSON = {
    "inspector_id": "fr-1",
    "department": "fire",
    "name": "沈青禾",
    "certificate_number": "K-1",
    "certificate_from": "2025-01-01",
    "certificate_to": "2030-12-31",
    "competences": "water;hotel",
}
runner = CliRunner()


def a_csv(folder: Path, *entries: dict[str, str], titles: dict[str, str] | None = None) -> Path:
    file = folder / "people.csv"
    fields = list(entries[0])
    with file.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow([(titles or TITLES).get(field, field) for field in fields])
        writer.writerows([[entry.get(field, "") for field in fields] for entry in entries])
    return file


def flaws_of(directory: Directory, file: Path) -> Sequence[Flaw]:
    with pytest.raises(FileRefusedError) as refused:
        read_register_file(directory, file)
    return refused.value.flaws


def test_a_csv_with_the_headers_of_exports_becomes_rows(tmp_path: Path) -> None:
    absent = {**PERSON, "absences": "2026-12-01~2026-12-05:培训;2027-01-01~2027-01-02:休假"}
    file = a_csv(tmp_path, {**absent, "leader": "是", "备注": "x"}, {**PERSON, "leader": "no"})

    found = read_register_file(Directory.INSPECTORS, file)

    first, second = found.rows
    assert isinstance(first, InspectorRow)
    assert isinstance(second, InspectorRow)
    assert (first.row, second.row, first.leader, second.leader) == (2, 3, True, False)
    assert first.competences == ("water", "hotel")
    assert first.absences[0] == AbsenceCard(
        from_date=date(2026, 12, 1), to_date=date(2026, 12, 5), reason="培训"
    )
    assert found.fields == (*PERSON, "absences", "leader")
    assert found.ignored == ("备注",)


def test_a_json_list_brings_cards_and_only_the_fields_it_has(tmp_path: Path) -> None:
    thing = {
        "object_id": "uscc:91640221MA00000900",
        "name": "甲厂",
        "kind": "enterprise",
        "region": "640221",
        "industry": "H6110",
        "address": "某街 1 号",
        "status": "active",
        "gradings": [{"scheme": "food-risk", "value": "D", "date": "2026-03-01"}],
    }
    file = tmp_path / "objects.json"
    file.write_text(json.dumps([thing]))

    found = read_register_file(Directory.OBJECTS, file)

    [row] = found.rows
    assert isinstance(row, ObjectRow)
    assert row.gradings == (GradingCard(scheme="food-risk", value="D", date=date(2026, 3, 1)),)
    assert set(found.fields) == set(thing)


def test_compact_cells_of_objects_are_read_as_exports_write_them(tmp_path: Path) -> None:
    thing = {
        "object_id": "uscc:91640221MA00000900",
        "name": "甲厂",
        "kind": "enterprise",
        "region": "640221",
        "industry": "H6110",
        "address": "某街 1 号",
        "status": "active",
        "gradings": "food-risk=D@2026-03-01(省平台);safety=2@2026-01-01",
        "events": "complaint@2026-05-01(12345)",
        "last_checks": "fire@2026-05-01",
    }
    file = a_csv(tmp_path, thing, titles=dict(columns_of(Directory.OBJECTS)))

    [row] = read_register_file(Directory.OBJECTS, file).rows

    assert isinstance(row, ObjectRow)
    assert [each.source for each in row.gradings] == ["省平台", ""]
    assert row.events == (EventCard(kind="complaint", date=date(2026, 5, 1), source="12345"),)
    assert [each.department for each in row.last_checks] == ["fire"]


def test_a_field_in_two_columns_and_a_cell_without_a_column_are_refused(tmp_path: Path) -> None:
    file = a_csv(tmp_path, {**PERSON, "姓名": "李四"}, PERSON)
    file.write_text(file.read_text("utf-8").rstrip() + ",多出的\n", "utf-8")

    flaws = flaws_of(Directory.INSPECTORS, file)

    assert [(flaw.row, flaw.field, flaw.value) for flaw in flaws] == [
        (1, "name", ""),
        (3, "", "多出的"),
    ]


def test_json_that_is_nested_without_end_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    file.write_text("[" * 100_000)

    [flaw] = flaws_of(Directory.INSPECTORS, file)

    assert flaw.reason.startswith("not JSON")


def test_every_cell_that_can_not_be_sent_is_named(tmp_path: Path) -> None:
    file = a_csv(
        tmp_path,
        {**PERSON, "leader": "maybe", "absences": "soon"},
        {**PERSON, "certificate_to": "2026-13-01"},
        {**PERSON, "name": ""},
    )

    flaws = flaws_of(Directory.INSPECTORS, file)

    assert [(flaw.row, flaw.field, flaw.value) for flaw in flaws] == [
        (2, "leader", "maybe"),
        (2, "absences.0", "soon"),
        (3, "certificate_to", "2026-13-01"),
        (4, "name", ""),
    ]
    assert all(flaw.reason for flaw in flaws)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "missing"),
        ("a.csv", "工号;姓名\n1;2\n".encode(), "missing"),
        ("a.csv", "姓名".encode("gb18030"), "not UTF-8"),
        ("a.csv", ",".join(PERSON).encode() + b"\n", "0 are here"),
        ("a.csv", ",".join(PERSON).encode() + b'\n"open', "not CSV"),
        ("a.json", b"{", "not JSON"),
        ("a.json", b"[1]", "not a list of objects"),
        ("a.json", b"[]", "0 are here"),
        ("gone.csv", None, "can't be read"),
    ],
)
def test_a_file_that_is_no_directory_is_refused_as_a_whole(
    tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)

    flaws = flaws_of(Directory.INSPECTORS, tmp_path / name)

    assert reason in flaws[0].reason


def test_a_json_entry_with_an_unknown_field_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{**PERSON, "competences": [], "phone": "1"}]))

    [flaw] = flaws_of(Directory.INSPECTORS, tmp_path / "a.json")

    assert (flaw.row, flaw.field) == (1, "phone")


@pytest.fixture
def environment(settings: AgentSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEVISIT_AGENT_DATA_FOLDER", str(settings.data_folder))
    monkeypatch.setenv("ONEVISIT_AGENT_DEPARTMENT", settings.department)


def run(*arguments: str) -> Result:
    return runner.invoke(app, ["registers", *arguments])


@pytest.mark.usefixtures("environment")
def test_the_command_works_without_a_running_agent(tmp_path: Path) -> None:
    people = [{**PERSON, "inspector_id": f"fr-{number}"} for number in range(1200)]

    sent = run("send", "inspectors", str(a_csv(tmp_path, *people)))
    shown = run("status")

    answer = json.loads(sent.stdout)
    [upload] = json.loads(shown.stdout)
    assert (answer["number_of_rows"], answer["number_of_chunks"]) == (1200, 3)
    assert (upload["upload_id"], upload["state"]) == (answer["upload_id"], "sent")
    assert upload["waiting_to_leave"] == 3


@pytest.mark.usefixtures("environment")
def test_a_flawed_file_is_named_and_nothing_is_sent(tmp_path: Path) -> None:
    result = run("send", "inspectors", str(a_csv(tmp_path, {**PERSON, "leader": "maybe"})))

    assert result.exit_code == 1
    assert "row 2 leader" in result.stderr
    assert run("status").exit_code == 2


@pytest.mark.usefixtures("environment")
async def test_a_command_may_queue_rows_while_the_agent_runs(
    at_work: AgentAtWork, tmp_path: Path
) -> None:
    people = a_csv(tmp_path, PERSON)

    sent = await asyncio.to_thread(run, "send", "inspectors", str(people))

    [(name, chunk)] = await at_work.sent()
    assert sent.exit_code == 0
    assert name == "RegisterChunkSubmitted"
    assert chunk["upload_id"] == json.loads(sent.stdout)["upload_id"]
    assert chunk["content"]["inspectors"][0]["name"] == "沈青禾"


def a_receipt(upload_id: str, **changes: Any) -> RegisterImported:
    problem = RegisterProblem(
        row=2,
        field="department",
        value="x",
        rule="department-unknown",
        expected="-",
        severity="refused",
    )
    values: dict[str, Any] = {
        "upload_id": upload_id,
        "directory": Directory.INSPECTORS,
        "state": UploadState.APPLIED,
        "complete": True,
        "number_of_rows": 2,
        "number_accepted": 1,
        "number_refused": 1,
        "number_added": 1,
        "number_changed": 0,
        "number_unchanged": 0,
        "number_of_problems": 1,
        "problems": (problem,),
    }
    return RegisterImported(**values | changes)


@pytest.mark.usefixtures("environment")
async def test_a_receipt_is_kept_with_its_upload_and_handed_to_the_back_office(
    at_work: AgentAtWork, tmp_path: Path
) -> None:
    people = a_csv(tmp_path, PERSON)
    sent = await asyncio.to_thread(run, "send", "inspectors", str(people))
    receipt = a_receipt(json.loads(sent.stdout)["upload_id"])

    end = await at_work.receive(receipt)

    [upload] = json.loads((await asyncio.to_thread(run, "status")).stdout)
    [handed] = await at_work.rows(HandoverRow)
    assert end is Disposition.DONE
    assert (upload["state"], upload["receipt"]) == ("applied", receipt.model_dump(mode="json"))
    assert handed.type == "RegisterImported"


@pytest.mark.usefixtures("environment")
async def test_the_desk_shows_uploads_and_what_of_them_was_refused(
    desk: Desk, at_work: AgentAtWork, tmp_path: Path
) -> None:
    await desk.log_in()
    none = await desk.client.get("/registers")
    people = a_csv(tmp_path, PERSON)
    sent = await asyncio.to_thread(run, "send", "inspectors", str(people))
    waiting = await desk.client.get("/registers")
    await at_work.receive(a_receipt(json.loads(sent.stdout)["upload_id"]))

    page = await desk.client.get("/registers")
    api = await desk.client.get("/api/registers", headers=desk.bearer)

    assert "还没有上报过名录" in none.text
    assert "1 块等待发出" in waiting.text
    assert "部门名称不在办公室的登记中" in page.text
    assert "已入库" in page.text
    assert [upload["state"] for upload in api.json()] == ["applied"]


async def test_a_receipt_for_an_upload_of_another_store_is_kept_as_a_notice(
    at_work: AgentAtWork,
) -> None:
    end = await at_work.receive(a_receipt("unknown"))

    [notice] = await at_work.rows(NoticeRow)
    assert (end, notice.kind) == (Disposition.DONE, "RegisterImported")


async def test_a_store_that_lacks_only_tables_gets_them(
    at_work: AgentAtWork, settings: AgentSettings
) -> None:
    file = settings.data_folder / STORE_FILE
    async with at_work.agent.database.transaction() as session:
        await session.exec(text("DROP TABLE register_upload"))  # type: ignore[call-overload]
        await session.exec(text("PRAGMA user_version = 1"))  # type: ignore[call-overload]

    beside = Database(file)
    with pytest.raises(OtherSchemaError):  # the running agent has to be restarted first
        await beside.open_beside()
    await at_work.agent.database.close()
    await beside.open_beside()

    async with beside.transaction() as session:
        found = await session.exec(text("PRAGMA user_version"))  # type: ignore[call-overload]
        assert found.scalar_one() == SCHEMA_NUMBER
        await session.exec(text("SELECT * FROM register_upload"))  # type: ignore[call-overload]
    await beside.close()

"""What third parties read is what the code does, and what they were told stays true."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsoncompat
import pytest
from typer.testing import CliRunner

from contracts.catalogue import CATALOGUE, Entry, Way
from contracts.passages import PASSAGES
from contracts.publication import asyncapi, published_files, schema, schema_path
from coordinator.commands import publish
from tests.contract.history import CHECKOUT, earlier_states

FOLDER = CHECKOUT / "contracts"
SCHEMAS = "contracts/schemas"
# Generated once: it takes the schemas of all messages.
published, described = cache(published_files), cache(asyncapi)


def opened(value: Any) -> Any:
    """Let a schema accept fields it does not know, as readers of an older minor do."""
    if isinstance(value, dict):
        return {
            name: opened(inner)
            for name, inner in value.items()
            if (name, inner) != ("additionalProperties", False)
        }
    return [opened(inner) for inner in value] if isinstance(value, list) else value


def accepts(reader: Any, writer: Any) -> bool:
    """Tell whether everything the writer may write is understood by the reader."""
    old, new = (
        # jsoncompat takes an $id for a reference that it can't follow
        json.dumps({name: inner for name, inner in document.items() if name != "$id"})
        for document in (writer, reader)
    )
    return jsoncompat.check_compat(old, new, "deserializer")


def flaw(old: Any, new: Any) -> str | None:
    """Say what a change of a released schema breaks; None when it may be released."""
    if old == new:
        return None
    if minor(new) <= minor(old):
        return "changed without a higher minor version"
    if not accepts(reader=new, writer=old):
        return "a new reader refuses what old senders write: that is a new major"
    if not accepts(reader=opened(old), writer=new):
        return "an old reader refuses what new senders write: that is a new major"
    return None


def minor(document: Any) -> int:
    return int(document["x-schema"].rpartition(".")[2])


def a_schema(minor_version: int, required: tuple[str, ...], **properties: Any) -> Any:
    return {
        "x-schema": f"VisitPlanned;1.{minor_version}",
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
RELEASED = a_schema(0, ("place",), place=TEXT)


def test_the_committed_files_are_the_generated_ones() -> None:
    committed = {path: (FOLDER / path) for path in published()}

    stale = [
        path
        for path, content in published().items()
        if not committed[path].is_file() or committed[path].read_bytes() != content
    ]

    assert stale == [], "run `onevisit publish contracts`"


def test_no_schema_is_left_that_no_message_has() -> None:
    current = {schema_path(entry) for entry in CATALOGUE.values()}
    found = {f"schemas/{path.name}" for path in (FOLDER / "schemas").iterdir()}

    orphans = [
        path
        for path in sorted(found - current)
        if not is_former_major(path.removeprefix("schemas/").removesuffix(".json"))
    ]

    assert orphans == []


def is_former_major(type_name: str) -> bool:
    name, _, major = type_name.rpartition(".v")
    return name in CATALOGUE and major.isdigit() and int(major) < CATALOGUE[name].major


def test_every_released_schema_is_still_there_and_still_understood() -> None:
    flaws = [
        f"{name}: {found}"
        for state in earlier_states(SCHEMAS)
        for name, content in state.items()
        if (found := released_flaw(name, json.loads(content))) is not None
    ]

    assert flaws == []


def released_flaw(name: str, old: Any) -> str | None:
    path = FOLDER / "schemas" / name
    return flaw(old, json.loads(path.read_text("utf-8"))) if path.is_file() else "is gone"


@pytest.mark.parametrize(
    "new",
    [RELEASED, a_schema(1, ("place",), place=TEXT, note=TEXT)],
    ids=["unchanged", "a field more that may be absent"],
)
def test_the_gate_lets_a_compatible_change_pass(new: Any) -> None:
    assert flaw(RELEASED, new) is None


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        (a_schema(0, ("place",), place=TEXT, note=TEXT), "without a higher minor"),
        (a_schema(1, ("place", "note"), place=TEXT, note=TEXT), "new reader refuses"),
        (a_schema(1, ("place",), place=NUMBER), "new reader refuses"),
        (a_schema(1, ()), "new reader refuses"),
        (a_schema(1, (), place=TEXT), "old reader refuses"),
        (a_schema(1, ("place",), place={"type": ["string", "null"]}), "old reader refuses"),
    ],
    ids=[
        "silent",
        "required field more",
        "other type",
        "field less",
        "may be absent",
        "may be null",
    ],
)
def test_the_gate_stops_a_breaking_change(new: Any, reason: str) -> None:
    assert reason in (flaw(RELEASED, new) or "")


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE)
def test_the_gate_sees_through_the_schema_of_every_message(entry: Entry) -> None:
    released, changed = schema(entry), schema(entry)
    changed["x-schema"] = f"{entry.name};{entry.major}.{entry.minor + 1}"
    body = changed["$defs"][entry.name]
    body["properties"]["added"] = TEXT

    assert flaw(released, changed) is None
    body["required"].append("added")
    assert "new reader refuses" in (flaw(released, changed) or "")


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [ref for inner in value.values() for ref in references(inner)]
    return [ref for inner in value for ref in references(inner)] if isinstance(value, list) else []


def test_every_reference_of_the_document_leads_somewhere() -> None:
    document, files = described(), published()

    for reference in references(document):
        found: Any = document
        if not reference.startswith("#/"):
            assert reference in files
            continue
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


def test_every_message_is_sent_by_one_party_and_received_by_another() -> None:
    operations = described()["operations"].values()

    for name, entry in CATALOGUE.items():
        parties = {
            action: {
                operation["x-party"]
                for operation in operations
                if operation["action"] == action
                and any(row["$ref"].endswith(f"/{name}") for row in operation["messages"])
            }
            for action in ("send", "receive")
        }
        assert len(parties["send"]) == (2 if entry.way is Way.HEARTBEAT else 1)
        assert parties["receive"]
        assert not parties["send"] & parties["receive"]


def test_messages_with_legal_effect_must_be_signed() -> None:
    messages = described()["components"]["messages"]

    signed = {name for name, row in messages.items() if "x-jws" in row["headers"]["required"]}

    assert signed == {entry.name for entry in CATALOGUE.values() if entry.legal_effect}


def test_addresses_are_routing_key_patterns_of_the_topology() -> None:
    assert {passage.name: passage.address for passage in PASSAGES} == {
        "tasks": "{department}",
        "events": "dept.{department}.{message}",
        "creditEvents": "credit.{system}.{message}",
        "creditLog": "credit.log.{message}",
        "inbound": "dept.{department}.{message}",
        "creditInbound": "credit.{system}.{message}",
    }


@pytest.fixture
def other_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(publish, "FOLDER", tmp_path)
    monkeypatch.setattr(publish, "published_files", published)
    return tmp_path


def run(*arguments: str) -> tuple[int, list[str]]:
    done = CliRunner().invoke(publish.app, ["contracts", *arguments])
    return done.exit_code, done.stdout.split()


def test_the_command_writes_what_differs_and_then_nothing(other_folder: Path) -> None:
    assert run() == (0, list(published()))
    assert run() == (0, [])
    assert (other_folder / "asyncapi.json").read_bytes() == published()["asyncapi.json"]


def test_the_check_writes_nothing_and_names_what_differs(other_folder: Path) -> None:
    run()
    (other_folder / "asyncapi.json").write_text("{}")

    assert run("--check") == (1, ["asyncapi.json"])
    assert (other_folder / "asyncapi.json").read_text() == "{}"

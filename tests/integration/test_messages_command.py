"""`onevisit messages`: what failed is listed and goes on, and a count that is wrong stops it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from coordinator.commands.main import app
from tests.integration.imports.command import Console, new_console


@pytest.fixture
async def console(tmp_path: Path) -> Console:
    console = await new_console(tmp_path)
    with closing(sqlite3.connect(console.folder / "county.db")) as database:
        for number in (1, 2):
            database.execute(
                "INSERT INTO dead_letter (message_id, type, queue, routing_key, user_id, headers,"
                " body, reason, fingerprint, state, replay_count, parked_at) VALUES"
                " (?, 'TaskAccepted.v1', 'onevisit.inbound', 'dept.x.TaskAccepted.v1', 'dept-x',"
                " '{}', x'7b7d', 'not-found', 'f1', 'parked', 0, '2026-05-01 00:00:00.000000')",
                (f"m-{number}",),
            )
        database.commit()
    return console


def run(console: Console, *argv: str) -> Result:
    return CliRunner().invoke(
        app, ["messages", *argv], env=console.environment, catch_exceptions=False
    )


def test_a_group_is_seen_and_retried_as_it_was_seen(console: Console) -> None:
    listed = json.loads(run(console, "list").stdout)
    assert listed["counts"]["parked"] == 2
    assert [(each["fingerprint"], each["number"]) for each in listed["groups"]] == [("f1", 2)]
    assert len(json.loads(run(console, "show", "f1").stdout)) == 2

    refused = run(console, "retry", "--group", "f1", "--number", "3", "--reason", "修复后")
    assert refused.exit_code == 2
    assert "您看到 3 条，现在是 2 条" in refused.stderr
    assert console.count("retry") == 0

    done = run(console, "retry", "--group", "f1", "--number", "2", "--reason", "修复后")
    assert json.loads(done.stdout) == {"retried": 2}
    assert console.count("retry") == 2


def test_a_group_is_archived_with_its_reason(console: Console) -> None:
    done = run(console, "archive", "--group", "f1", "--number", "2", "--reason", "作废")

    assert json.loads(done.stdout) == {"archived": 2}
    assert json.loads(run(console, "list").stdout)["groups"] == []


def test_one_message_is_put_aside_and_taken_back(console: Console) -> None:
    [first, _] = json.loads(run(console, "show", "f1").stdout)
    number = str(first["dead_letter_id"])

    aside = run(console, "archive", "--letter", number, "--reason", "作废")
    assert json.loads(aside.stdout) == {"archived": 1}
    assert json.loads(run(console, "list").stdout)["counts"]["parked"] == 1

    back = run(console, "restore", number)
    assert json.loads(back.stdout) == {"restored": first["message_id"]}
    assert json.loads(run(console, "list").stdout)["counts"]["parked"] == 2
    assert run(console, "restore", number).exit_code == 2


def test_a_message_is_changed_and_taken_in_as_a_new_one(console: Console, tmp_path: Path) -> None:
    sample = Path("contracts/samples/TaskAccepted.v1.0.json").read_bytes()
    with closing(sqlite3.connect(console.folder / "county.db")) as database:
        database.execute("UPDATE dead_letter SET body = ? WHERE message_id = 'm-1'", (sample,))
        database.commit()
    [letter] = [
        each
        for each in json.loads(run(console, "show", "f1").stdout)
        if each["message_id"] == "m-1"
    ]
    number, file = str(letter["dead_letter_id"]), tmp_path / "changed.json"
    file.write_bytes(b"\xff")

    refused = run(console, "change", number, str(file), "--reason", "改正")
    assert (refused.exit_code, console.count("retry")) == (2, 0)
    file.write_text(run(console, "body", number).stdout)
    done = run(console, "change", number, str(file), "--reason", "改正")

    assert json.loads(done.stdout) == {"changed": "m-1"}
    assert console.count("retry") == 1
    assert json.loads(run(console, "list").stdout)["counts"]["parked"] == 1


@pytest.mark.parametrize(
    "argv",
    [(), ("--group", "f1"), ("--number", "2"), ("--letter", "1", "--group", "f1", "--number", "2")],
)
def test_what_is_archived_must_be_named(console: Console, argv: tuple[str, ...]) -> None:
    assert run(console, "archive", "--reason", "作废", *argv).exit_code == 2


def test_one_or_a_number_must_be_named(console: Console) -> None:
    assert run(console, "retry", "--reason", "x").exit_code == 2


def test_agents_are_listed_and_one_that_nobody_knows_is_not_muted(console: Console) -> None:
    agents = json.loads(run(console, "agents").stdout)
    refused = run(console, "mute", "dept-nobody", "--hours", "1", "--reason", "维护")

    assert {each["state"] for each in agents} <= {"silent", "unwatched"}
    assert refused.exit_code == 2
    assert "dept-nobody" in refused.stderr


def test_a_message_leads_to_all_that_belongs_to_its_matter(console: Console) -> None:
    with closing(sqlite3.connect(console.folder / "county.db")) as database:
        database.execute("UPDATE dead_letter SET correlation = 'visit-7'")
        database.commit()

    flow = json.loads(run(console, "flow", "m-1").stdout)

    assert (flow["key"], flow["total"]) == ("visit-7", 2)
    assert [each["message_id"] for each in flow["messages"]] == ["m-1", "m-2"]
    assert {each["party"] for each in flow["messages"]} == {"dept-x"}


def test_queues_without_the_brokers_address_say_what_is_missing(console: Console) -> None:
    done = run(console, "queues")

    assert json.loads(done.stdout) == {"unroutable": 0, "queues": []}
    assert "ONEVISIT_RABBITMQ_API_URL" in done.stderr

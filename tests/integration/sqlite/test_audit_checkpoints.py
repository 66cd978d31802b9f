"""The audit chain on a database: what somebody with a database client did is found."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from coordinator.adapters.audit_chain import digest_of
from coordinator.adapters.checkpoint_file import CheckpointFile, line_of
from coordinator.adapters.db.columns import UtcDateTime
from coordinator.bootstrap import auditing, coordinator
from coordinator.commands.main import app
from coordinator.domain.audit_chain import Checkpoint
from coordinator.services.ports import Actor, Role
from tests.snapshots import Snapshot, sqlite_url

BOSS = Actor(name="office-a", role=Role.OFFICE)
Forgery = Callable[[sqlite3.Connection], None]


@dataclass(frozen=True)
class Office:
    """A folder with database, key and the copy of the checkpoints."""

    folder: Path
    kept: Path

    def verify(self, *options: str) -> tuple[int, dict[str, Any]]:
        env = environment(self.folder)
        done = CliRunner().invoke(app, ["audit", "verify", "--json", *options], env=env)
        return done.exit_code, json.loads(done.stdout)

    def found(self, *options: str) -> list[tuple[str, int, int]]:
        return [(f["kind"], f["number"], f["until"]) for f in self.verify(*options)[1]["flaws"]]

    def forge(self, forgery: Forgery) -> None:
        with sqlite3.connect(self.folder / "county.db") as database:
            forgery(database)


def environment(folder: Path) -> dict[str, str]:
    return {
        "ONEVISIT_DATABASE_URL": sqlite_url(folder / "county.db"),
        "ONEVISIT_DATA_FOLDER": str(folder),
    }


@pytest.fixture(scope="module")
async def sealed(
    empty_file: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """Eight entries, sealed after the third and the sixth; the checkpoints kept elsewhere too."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copy(empty_file.file, folder / "county.db")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(folder).items():
            patch.setenv(name, value)
        async with coordinator() as parts:
            for number in range(1, 9):
                async with parts.work() as work:
                    await work.audit("a:b:c", f"thing-{number}", text="理由", nested=[1, {}])
                if number in (3, 6):
                    assert await auditing.seal(parts, BOSS)
                    assert await auditing.seal(parts, BOSS) is None
    kept = folder / "kept.jsonl"
    shutil.copy(folder / "audit-checkpoints.jsonl", kept)
    return folder, kept


@pytest.fixture
def desk(sealed: tuple[Path, Path], tmp_path: Path) -> Office:
    folder, kept = sealed
    shutil.copytree(folder, tmp_path / "office")
    return Office(tmp_path / "office", kept)


def rehash(database: sqlite3.Connection) -> None:
    """Compute the whole chain anew, as the coordinator would."""
    columns = "number, at, actor, tag, subject, facts"
    previous = ""
    for row in database.execute(f"select {columns} from audit_entry order by number").fetchall():  # noqa: S608 - no input
        number, at, actor, tag, subject, facts = row
        content = {
            "number": number,
            "at": UtcDateTime().process_result_value(_instant(at), None),  # type: ignore[arg-type]
            "actor": actor,
            "tag": tag,
            "subject": subject,
            "facts": json.loads(facts),
        }
        digest = digest_of(content, previous)
        database.execute(
            "update audit_entry set previous = ?, digest = ? where number = ?",
            (previous, digest, number),
        )
        previous = digest


def _instant(text: str) -> Any:
    return datetime.fromisoformat(text)


def statement(sql: str) -> Forgery:
    def run(database: sqlite3.Connection) -> None:
        database.execute(sql)

    return run


def cut_off(database: sqlite3.Connection) -> None:
    """Remove the end with everything in the database that would tell of it."""
    database.execute("delete from audit_entry where number > 4")
    database.execute("update series set last = 4 where name = 'audit'")
    database.execute("delete from audit_checkpoint where number > 4")


def rewrite(database: sqlite3.Connection) -> None:
    database.execute("update audit_entry set actor = 'nobody' where number = 2")
    rehash(database)


def test_an_untouched_chain_is_whole_and_anchored(desk: Office) -> None:
    code, state = desk.verify("--checkpoints", str(desk.kept))

    assert code == 0
    assert state["whole"]
    assert (state["number_of_entries"], state["anchored"]) == (8, 6)
    assert state["number_of_checkpoints"] == 2


@pytest.mark.parametrize(
    ("forgery", "found"),
    [
        (statement("update audit_entry set actor = 'x' where number = 5"), ("changed", 5, 5)),
        (statement("delete from audit_entry where number = 1"), ("removed", 1, 1)),
        (statement("delete from audit_entry where number in (4, 5)"), ("removed", 4, 5)),
        (statement("delete from audit_entry where number > 6"), ("end-removed", 7, 8)),
        (cut_off, ("end-removed", 5, 6)),
        (rewrite, ("rewritten", 3, 3)),
        (
            statement("delete from audit_checkpoint where checkpoint = 1"),
            ("checkpoint-removed", 1, 1),
        ),
        (
            statement("update audit_checkpoint set digest = 'ff' where checkpoint = 2"),
            ("checkpoint-forged", 2, 2),
        ),
    ],
)
def test_what_a_database_client_did_is_found_and_named(
    desk: Office, forgery: Forgery, found: tuple[str, int, int]
) -> None:
    desk.forge(forgery)

    assert desk.found()[0] == found
    assert desk.verify()[0] == 1


def test_checkpoints_kept_elsewhere_find_what_was_taken_from_the_whole_office(
    desk: Office,
) -> None:
    desk.forge(cut_off)
    (desk.folder / "audit-checkpoints.jsonl").unlink()

    assert desk.verify()[0] == 0  # nothing in the office tells of it
    assert ("end-removed", 5, 6) in desk.found("--checkpoints", str(desk.kept))


def test_a_forger_without_the_key_cannot_make_checkpoints(desk: Office) -> None:
    desk.forge(rewrite)
    desk.forge(
        statement(
            "update audit_checkpoint set digest ="
            " (select digest from audit_entry where audit_entry.number = audit_checkpoint.number)"
        )
    )
    (desk.folder / "audit-checkpoints.jsonl").unlink()

    assert {kind for kind, *_ in desk.found()} == {"checkpoint-forged"}


def test_a_file_that_holds_no_checkpoints_is_refused_by_its_line(desk: Office) -> None:
    bad = desk.folder / "bad.jsonl"
    bad.write_text("{}\n")

    done = CliRunner().invoke(
        app, ["audit", "verify", "--checkpoints", str(bad)], env=environment(desk.folder)
    )

    assert done.exit_code == 2
    assert "第 1 行" in done.stderr


def test_exported_checkpoints_are_what_verify_reads(desk: Office) -> None:
    out = desk.folder / "out.jsonl"

    done = CliRunner().invoke(
        app, ["audit", "checkpoints", "--out", str(out)], env=environment(desk.folder)
    )

    assert done.exit_code == 0
    assert out.read_bytes() == desk.kept.read_bytes()


def test_a_line_that_a_power_cut_left_half_written_is_written_again(tmp_path: Path) -> None:
    path = tmp_path / "audit-checkpoints.jsonl"
    first, second = (
        Checkpoint(
            checkpoint=n,
            number=n,
            digest="d",
            made_at=datetime(2026, 5, n, tzinfo=UTC),
            previous="",
        )
        for n in (1, 2)
    )
    path.write_bytes(line_of(first) + line_of(second)[:30])
    file = CheckpointFile(path)

    seen = (file.read(), file.last())
    file.append([first, second])

    assert seen == ((first,), first)
    assert path.read_bytes() == line_of(first) + line_of(second)

"""A whole small record: its parts fit together, and the paper commands give the same bytes."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from contracts.draw_files import record_lines
from contracts.draw_proof import hash_of, leaf, leaves, merkle_path, root_of_path, salt
from contracts.draw_record import (
    Commit,
    Receipts,
    Reveals,
    Rules,
    Salts,
    Transcript,
    commitment,
    document_bytes,
    read_document,
    receipt_payload,
)
from contracts.signing import import_jwks, verify
from coordinator.commands.draw import app
from coordinator.domain.lottery.transcript import undisclosed_record
from tests.unit.lottery.small_round import small_key_set, small_record, write_small_record

DOCUMENTS: dict[str, type[Any]] = {
    "rules.json": Rules,
    "commit.json": Commit,
    "receipts.json": Receipts,
    "reveals.json": Reveals,
    "salts.json": Salts,
    "transcript.json": Transcript,
}
OUTPUTS = ("drawn/", "items/", "teams/")


@pytest.fixture(scope="module")
def record() -> dict[str, bytes]:
    return small_record(3)


def test_every_document_reads_back_to_its_own_bytes(record: dict[str, bytes]) -> None:
    for path, kind in DOCUMENTS.items():
        assert document_bytes(read_document(kind, record[path], path)) == record[path]


def test_the_sums_name_every_other_file_in_order(record: dict[str, bytes]) -> None:
    lines = record["SHA256SUMS"].decode().splitlines()

    named = [line[66:] for line in lines]
    assert named == sorted(record.keys() - {"SHA256SUMS", "SHA256SUMS.jws"})
    assert all(line[:66] == f"{hash_of(record[line[66:]])}  " for line in lines)


def test_every_signature_is_that_of_its_contributor(record: dict[str, bytes]) -> None:
    keys = import_jwks(small_key_set(3))
    receipts = Receipts.model_validate_json(record["receipts.json"]).root

    assert verify(record["commit.json"], record["commit.json.jws"].decode(), keys) == "office"
    assert verify(record["SHA256SUMS"], record["SHA256SUMS.jws"].decode(), keys) == "office"
    for receipt in receipts:
        payload = receipt_payload(receipt.contributor, receipt.commit_hash, receipt.at)
        assert verify(payload, receipt.signature, keys) == receipt.contributor
        assert receipt.commit_hash == hash_of(record["commit.json"])


def test_commit_and_transcript_hold_the_roots_of_the_files(record: dict[str, bytes]) -> None:
    commit = Commit.model_validate_json(record["commit.json"])
    transcript = Transcript.model_validate_json(record["transcript.json"])
    salts = Salts.model_validate_json(record["salts.json"]).root
    promised = dict(transcript.roots)
    for folder in ("frames", "rosters", "bars"):
        named = getattr(commit, folder)
        promised |= {f"{folder}/{name}.tsv": root for name, root in named.items()}

    found = {
        path: commitment(record_lines(record[path]), bytes.fromhex(key))
        for path, key in salts.items()
    }

    assert found == promised


def test_the_second_attempt_continues_the_chain_of_the_first(record: dict[str, bytes]) -> None:
    commit = Commit.model_validate_json(record["commit.json"])
    void = Transcript.model_validate_json(record["attempts/1/transcript.json"])

    assert commit.previous == hash_of(record["attempts/1/transcript.json"])
    assert (commit.attempt, void.attempt, void.outcome) == (2, 1, "void")


def test_one_enterprise_proves_its_own_line_against_the_root(record: dict[str, bytes]) -> None:
    path = "drawn/joint-food.tsv"
    key = bytes.fromhex(Salts.model_validate_json(record["salts.json"]).root[path])
    promised = Transcript.model_validate_json(record["transcript.json"]).roots[path]
    lines = record_lines(record[path])

    proof = merkle_path(list(leaves(lines, key)), 4)

    own = leaf(salt(key, lines[4]), lines[4])
    assert root_of_path(own, 4, promised.count, proof).hex() == promised.root


def test_the_record_before_disclosure_names_no_target(record: dict[str, bytes]) -> None:
    public = undisclosed_record(record)

    assert {path for path in public if "/" not in path} == {
        "rules.json",
        "commit.json",
        "commit.json.jws",
        "receipts.json",
        "transcript.json",
        "SHA256SUMS",
    }
    assert not [path for path in public if b"uscc:" in public[path]]
    assert not [
        path for path in public if hash_of(record["frames/joint-food.tsv"]).encode() in public[path]
    ]


def test_a_changed_seed_changes_the_draw(record: dict[str, bytes]) -> None:
    other = small_record(4)

    assert other["drawn/joint-food.tsv"] != record["drawn/joint-food.tsv"]


def test_computing_on_paper_gives_the_bytes_of_the_live_round(
    tmp_path: Path, record: dict[str, bytes]
) -> None:
    write_small_record(tmp_path, 3)
    for folder in ("drawn", "items", "teams"):
        for file in (tmp_path / folder).iterdir():
            file.write_bytes(b"")
    (tmp_path / "teams" / "nobody.tsv").write_bytes(b"left from another draw")

    result = CliRunner().invoke(app, ["compute", str(tmp_path)])

    written = {
        path.relative_to(tmp_path).as_posix(): path.read_bytes()
        for folder in OUTPUTS
        for path in (tmp_path / folder).iterdir()
    }
    assert result.exit_code == 0, result.output
    assert written == {path: record[path] for path in record if path.startswith(OUTPUTS)}


def test_computing_needs_only_the_keys_of_the_draw(tmp_path: Path) -> None:
    write_small_record(tmp_path, 3)
    expected = (tmp_path / "drawn/joint-food.tsv").read_bytes()
    rules = json.loads((tmp_path / "rules.json").read_bytes())
    for key in ("spec", "departments", "policy", "rehearsal"):
        del rules[key]
    del rules["lines"]["joint-food"]["window"]
    rules["what_if"] = "more officers"
    (tmp_path / "rules.json").write_text(json.dumps(rules), encoding="utf-8")
    (tmp_path / "units.tsv").unlink()

    result = CliRunner().invoke(app, ["compute", str(tmp_path)])

    assert result.exit_code == 0, result.output
    assert (tmp_path / "drawn/joint-food.tsv").read_bytes() == expected
    assert not list((tmp_path / "teams").iterdir())


@pytest.mark.parametrize(
    ("path", "before", "after", "told"),
    [
        ("frames/joint-food.tsv", b"\t1\t-\n", b"\t0\t-\n", "field=weight"),
        ("rosters/fire.tsv", b"#joint-draw/v1", b"#joint-draw/v2", "field=header"),
        ("rules.json", b'"weighted":1', b'"weighted":2', "field=lines.safe-exits.weighted"),
        ("reveals.json", b'"office":"', b'"office":"00', "contributor=office"),
        ("commit.json", b'"attempt":2', b'"attempt":1', "attempt-not-done"),
    ],
)
def test_a_malformed_input_is_named(
    tmp_path: Path, path: str, before: bytes, after: bytes, told: str
) -> None:
    write_small_record(tmp_path, 3)
    content = (tmp_path / path).read_bytes()
    (tmp_path / path).write_bytes(content.replace(before, after))

    result = CliRunner().invoke(app, ["compute", str(tmp_path)])

    assert result.exit_code == 2
    assert told in result.stderr


def test_a_missing_input_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["compute", str(tmp_path)])

    assert result.exit_code == 2
    assert "file=rules.json" in result.stderr


def test_infeasible_teams_are_explained_as_json_and_in_sentences(tmp_path: Path) -> None:
    write_small_record(tmp_path, 3)
    roster = tmp_path / "rosters" / "fire.tsv"
    header, *lines = roster.read_text().splitlines()
    roster.write_text("\n".join([header, *lines[:1], ""]))
    units = (tmp_path / "units.tsv").read_text()
    plain = units.replace("\tfire\t2\tgas,lab\t1\t", "\tfire\t2\t-\t0\t")
    (tmp_path / "units.tsv").write_text(plain)

    result = CliRunner().invoke(app, ["explain", str(tmp_path)])

    told = json.loads(result.stdout)
    assert result.exit_code == 0
    assert told["departments"]["market"] == {"feasible": True}
    assert told["departments"]["fire"]["feasible"] is False
    assert told["departments"]["fire"]["explanations"][0]["department"] == "fire"
    assert told["departments"]["fire"]["sentences"][0] in result.stderr
    assert told["lines"]["clean-pools"]["*"]["number_drawn"] == 5
    assert told["lines"]["clean-pools"]["*"]["chance_of_an_open_weight"] == [5, 15]


def test_infeasible_teams_of_many_patterns_are_proven_by_the_solver(tmp_path: Path) -> None:
    write_small_record(tmp_path, 3)
    roster = tmp_path / "rosters" / "fire.tsv"
    header, *lines = roster.read_text().splitlines()
    roster.write_text("\n".join([header, *lines[:3], ""]))

    result = CliRunner().invoke(app, ["compute", str(tmp_path)])

    assert result.exit_code == 1
    assert "fire: " in result.stderr
    assert not (tmp_path / "teams" / "fire.tsv").exists()
    assert (tmp_path / "teams" / "market.tsv").exists()

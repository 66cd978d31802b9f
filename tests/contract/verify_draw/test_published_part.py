"""The public part of a record whose frames stay closed."""

import json
import shutil
from pathlib import Path

import pytest

from tests.contract.verify_draw.records import Folder, verdict_on

CLOSED = ("frames", "rosters", "bars", "teams")
CLOSED_FILES = ("checks.tsv", "visits.tsv", "units.tsv", "replaced.tsv", "members.tsv")


@pytest.fixture
def part(record: Folder, tmp_path: Path) -> Folder:
    folder = Folder(Path(shutil.copytree(record.path, tmp_path / "part")))
    for name in CLOSED:
        shutil.rmtree(folder.path / name)
    for name in (*CLOSED_FILES, "dropped.tsv"):
        (folder.path / name).unlink(missing_ok=True)
    keys = json.loads(folder.read("salts.json"))
    open_keys = {name: key for name, key in keys.items() if name.startswith(("drawn/", "items/"))}
    salts = json.dumps(open_keys, separators=(",", ":"), sort_keys=True)
    (folder.path / "salts.json").write_text(salts)
    folder.write_sums()
    return folder


def test_the_public_part_verifies_and_is_not_called_the_whole(part: Folder) -> None:
    verdict = verdict_on(part.path)

    assert verdict.code == 0
    assert verdict.text.startswith("published: ")


@pytest.mark.parametrize("name", ["drawn", "reveals.json", "rules.json", "transcript.json"])
def test_a_change_in_the_public_part_is_found(part: Folder, name: str) -> None:
    file = next((part.path / name).glob("*.tsv")) if name == "drawn" else part.path / name
    body = file.read_bytes()
    at = len(body) // 2
    file.write_bytes(body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :])
    part.write_sums()

    assert verdict_on(part.path).code == 1


def test_a_list_whose_ranks_do_not_count_up_is_found(part: Folder) -> None:
    file = next(iter(sorted((part.path / "drawn").glob("*.tsv"))))
    lines = file.read_bytes().split(b"\n")
    del lines[1]
    file.write_bytes(b"\n".join(lines))
    part.write_sums()

    assert verdict_on(part.path).code == 1

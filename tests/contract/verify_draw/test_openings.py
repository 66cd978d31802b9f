"""An enterprise checks its own record against the published root, alone."""

import hmac
import json
from hashlib import sha256
from pathlib import Path

import pytest

from tests.contract.verify_draw.records import Folder, verdict_on

LINE = "joint-food"


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def root_and_path(leaves: list[bytes], index: int) -> tuple[bytes, list[list[str]]]:
    """Root of an RFC 6962 tree and the siblings from a leaf upwards."""
    if len(leaves) == 1:
        return leaves[0], []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        own, path = root_and_path(leaves[:split], index)
        other, _ = root_and_path(leaves[split:], 0)
        return node(own, other), [*path, ["right", other.hex()]]
    own, path = root_and_path(leaves[split:], index - split)
    other, _ = root_and_path(leaves[:split], 0)
    return node(other, own), [*path, ["left", other.hex()]]


def opening_of(record: Folder, index: int) -> dict[str, object]:
    _, *lines = record.read(f"drawn/{LINE}.tsv").splitlines()
    key = bytes.fromhex(json.loads(record.read("salts.json"))[f"drawn/{LINE}.tsv"])
    salts = [hmac.new(key, line, sha256).digest() for line in lines]
    leaves = [sha256(b"\0" + salts[n] + line).digest() for n, line in enumerate(lines)]
    root, path = root_and_path(leaves, index)
    return {
        "line": LINE,
        "record": lines[index].decode(),
        "salt": salts[index].hex(),
        "ticket": lines[index].decode().split("\t")[2],
        "path": path,
        "root": root.hex(),
        "commit_hash": sha256(record.read("commit.json")).hexdigest(),
    }


def written(folder: Path, opening: dict[str, object]) -> Path:
    path = folder / "opening.json"
    path.write_text(json.dumps(opening), encoding="utf-8")
    return path


def test_every_drawn_object_can_prove_itself(tmp_path: Path, record: Folder) -> None:
    number_drawn = len(record.read(f"drawn/{LINE}.tsv").splitlines()) - 1

    for index in range(number_drawn):
        path = written(tmp_path, opening_of(record, index))
        assert verdict_on("opening", path).code == 0
        assert verdict_on("opening", path, "--record", record.path).code == 0


@pytest.mark.parametrize(
    ("member", "value"),
    [("line", "safe-exits"), ("record", "x"), ("salt", "0" * 64), ("ticket", "0" * 64),
     ("path", []), ("path", 7), ("path", [["up", "0" * 64]]), ("path", [["left"]]),
     ("root", "0" * 64), ("commit_hash", "0" * 64), ("root", None)],
)  # fmt: skip
def test_an_opening_with_another_value_is_refused(
    tmp_path: Path, record: Folder, member: str, value: object
) -> None:
    path = written(tmp_path, opening_of(record, 1) | {member: value})

    verdict = verdict_on("opening", path, "--record", record.path)

    assert verdict.code == 1
    assert "差异 difference" in verdict.text


def test_an_opening_that_is_no_json_is_a_difference(tmp_path: Path) -> None:
    path = tmp_path / "opening.json"
    path.write_bytes(b"\xff{")

    assert verdict_on("opening", path).code == 1

"""The platforms of a rehearsal answer every sound batch once."""

import json
from hashlib import sha256
from pathlib import Path

from deploy.local.recorded_people.platforms import RecordedPlatforms


def a_batch(folder: Path, name: str, *records: str, damaged: bool = False) -> None:
    lines = [{"batch": 1}, *({"record": each, "digest": f"of {each}"} for each in records)]
    content = "".join(json.dumps(line) + "\n" for line in lines).encode()
    out = folder / "p" / "out"
    out.mkdir(parents=True, exist_ok=True)
    digest = sha256(b"other" if damaged else content).hexdigest()
    (out / f"{name}.sha256").write_text(f"{digest}  {name}\n", "ascii")
    (out / name).write_bytes(content)


def test_a_sound_batch_gets_one_receipt_for_all_of_its_records(tmp_path: Path) -> None:
    a_batch(tmp_path, "p-000001.jsonl", "a", "b")
    platforms = RecordedPlatforms(tmp_path)

    assert (platforms.answer(), platforms.answer()) == (1, 0)

    [receipt] = (tmp_path / "p" / "in" / "replies").glob("*.jsonl")
    said = [json.loads(line) for line in receipt.read_text("utf-8").splitlines()]
    assert [(each["record"], each["digest"], each["state"]) for each in said] == [
        ("a", "of a", "accepted"),
        ("b", "of b", "accepted"),
    ]


def test_a_damaged_batch_is_not_answered(tmp_path: Path) -> None:
    a_batch(tmp_path, "p-000001.jsonl", "a", damaged=True)

    RecordedPlatforms(tmp_path).answer()

    assert not list((tmp_path / "p" / "in").glob("**/*.jsonl"))

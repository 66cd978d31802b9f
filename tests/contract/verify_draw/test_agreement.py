"""What the sampler writes, the independent verifier recomputes."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from contracts import verify_draw
from tests.contract.verify_draw.records import Folder, verdict_on
from tests.contract.verify_draw.tight_round import tighten
from tests.unit.lottery import small_round

# Seeds whose rounds are feasible, but only with paths, levelling or another pattern.
TIGHT_ROUNDS = (20, 43, 52, 70, 78, 116)


def test_the_command_needs_nothing_but_an_interpreter(record: Folder, key_file: Path) -> None:
    command = [sys.executable, "-I", verify_draw.__file__, str(record.path), "--keys"]

    result = subprocess.run(
        [*command, str(key_file)], capture_output=True, text=True, encoding="utf-8", check=False
    )

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("ok 2026-Q3")


@pytest.mark.parametrize("seed", range(1, 9))
def test_records_of_the_sampler_verify_with_their_keys(tmp_path: Path, seed: int) -> None:
    small_round.write_small_record(tmp_path / "record", seed)
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(small_round.small_key_set(seed)), encoding="utf-8")

    verdict = verdict_on(tmp_path / "record", "--keys", keys)

    assert verdict.code == 0, verdict.text


def test_teams_that_need_paths_levelling_and_other_patterns_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways: Counter[str] = Counter()

    for seed in TIGHT_ROUNDS:
        folder = tmp_path / str(seed)
        tighten(monkeypatch, seed)
        small_round.write_small_record(folder, seed)
        verdict = verdict_on(folder)
        assert verdict.code == 0, (seed, verdict.text)
        ways.update(how_filled(folder))

    assert min(ways[way] for way in ("pick", "path", "level", "empty", "re-pattern")) > 0, ways


def how_filled(folder: Path) -> Counter[str]:
    """Count the slots by the way they were filled, and the re-patterned departments."""
    found: Counter[str] = Counter()
    for path in (folder / "teams").glob("*.tsv"):
        found.update(line.split("\t")[-1] for line in path.read_text("utf-8").splitlines()[1:])
    tries = json.loads((folder / "transcript.json").read_text("utf-8"))["repatterns"]
    return found + Counter({"re-pattern": sum(number > 0 for number in tries.values())})

"""The draw record of a whole run, as an auditor with any Python checks it."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.local_run import ROOT, FinishedRun

SYSTEM_PYTHON = "/usr/bin/python3"
SIGNATURE = "SHA256SUMS.jws"


@pytest.fixture(scope="module")
def copied(finished_run: FinishedRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the record, to be damaged."""
    folder = tmp_path_factory.mktemp("record") / finished_run.record.name
    return Path(shutil.copytree(finished_run.record, folder))


def test_the_record_is_absolute_and_says_ok(finished_run: FinishedRun) -> None:
    code, said = verified(finished_run.record)

    assert finished_run.record.is_absolute()
    assert code == 0, said
    assert "ok" in said
    assert "rehearsal" in said


def test_the_record_agrees_with_the_published_keys(finished_run: FinishedRun) -> None:
    code, said = verified(finished_run.record, "--keys", str(finished_run.installed.keys))

    assert code == 0, said


def test_the_verifier_needs_that_one_file_alone(finished_run: FinishedRun, tmp_path: Path) -> None:
    alone = Path(shutil.copy(ROOT / "contracts" / "verify_draw.py", tmp_path))

    code, said = verified(finished_run.record, verifier=alone)

    assert code == 0, said


def test_a_flipped_byte_of_any_file_is_named(copied: Path) -> None:
    missed = {}

    for number, file in enumerate(files_of(copied)):
        share = (0.0, 0.5, 1.0)[number % 3]
        with flipped(file, share):
            code, said = verified(copied)
        if code != 1 or file.relative_to(copied).as_posix() not in said:
            missed[file.name, share] = said

    assert missed == {}
    assert verified(copied)[0] == 0


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 1.0])
@pytest.mark.parametrize("name", ["transcript.json", "checks.tsv", "commit.json"])
def test_a_flipped_byte_anywhere_in_the_heart_of_the_record_is_named(
    copied: Path, name: str, share: float
) -> None:
    with flipped(copied / name, share):
        code, said = verified(copied)

    assert code == 1
    assert name in said


def files_of(folder: Path) -> list[Path]:
    """Give every file of a record but the one signature that only a key can check."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return [file for file in files if file.relative_to(folder).as_posix() != SIGNATURE]


@contextmanager
def flipped(file: Path, share: float) -> Iterator[None]:
    """Flip one bit of the byte at this share of the file's length, then put it back."""
    content = file.read_bytes()
    at = int(share * (len(content) - 1))
    file.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    try:
        yield
    finally:
        file.write_bytes(content)


def verified(record: Path, *options: str, verifier: Path | None = None) -> tuple[int, str]:
    """Run the verifier with the system's Python, isolated; gives exit status and all it said."""
    program = verifier or ROOT / "contracts" / "verify_draw.py"
    done = subprocess.run(
        [SYSTEM_PYTHON, "-I", str(program), str(record), *options],
        cwd="/",
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr

"""What earlier commits hold: the released state that published files and migrations answer to."""

import io
import subprocess
import tarfile
from pathlib import Path, PurePosixPath

import pytest

CHECKOUT = Path(__file__).parents[2]
STATES = 2
"""The newest two: in a clean checkout the newest is the tree itself, the other the one before."""


def earlier_states(folder: str) -> list[dict[str, bytes]]:
    """Give the files of a folder, by name, at the last commits that touched it, newest first."""
    revisions = git("rev-list", "-n", str(STATES), "HEAD", "--", folder).decode().split()
    return [files_at(revision, folder) for revision in revisions]


def files_at(revision: str, folder: str) -> dict[str, bytes]:
    """Give the files of a folder at one revision by their names; empty when it has no such one."""
    if not git("ls-tree", revision, "--", folder):
        return {}
    with tarfile.open(fileobj=io.BytesIO(git("archive", revision, folder))) as archive:
        return {
            PurePosixPath(member.name).name: content.read()
            for member in archive
            if (content := archive.extractfile(member)) is not None
        }


def git(*arguments: str) -> bytes:
    """Run git in the checkout; without git or history the test fails and says so."""
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=CHECKOUT,
            capture_output=True,
            check=True,
        )
    except FileNotFoundError:
        pytest.fail("git is missing: compatibility with earlier versions can't be shown")
    except subprocess.CalledProcessError as error:
        pytest.fail(f"no history to compare with: {error.stderr.decode()}")
    return done.stdout

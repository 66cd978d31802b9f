"""Disks that are small enough to be filled: a PostgreSQL whose log and tables lie on two of them.

They are file systems in memory, which only who may mount can make. Each is marked with the process
that made it: what a killed run left behind is let go by the next one.
"""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import override

from deploy.local.postgres import PrivatePostgres

WAL, TABLES = "wal", "tables"
_FILLER = "filler"
_SIZE = {WAL: "320m", TABLES: "192m"}
_MOST_WAL = "max_wal_size=96MB"  # the default is more than the whole disk
_SERVER_USER = "postgres"
_MARK = "onevisit-chaos-"
_CAP_SYS_ADMIN = 21
_CHUNK_BYTES = 1 << 20


def may_mount() -> bool:
    """Whether this process may make file systems."""
    lines = Path("/proc/self/status").read_text().splitlines()
    effective = next(line.split()[1] for line in lines if line.startswith("CapEff:"))
    return bool(int(effective, 16) >> _CAP_SYS_ADMIN & 1)


@dataclass(frozen=True)
class SmallDisk:
    """A file system of its own at a folder."""

    folder: Path

    def mount(self, size: str) -> None:
        """Make the folder and put a new, empty file system on it."""
        self.folder.mkdir(parents=True)
        options = f"size={size},mode=0700,uid={_SERVER_USER},gid={_SERVER_USER}"
        _run("mount", "-t", "tmpfs", "-o", options, f"{_MARK}{os.getpid()}", str(self.folder))

    def unmount(self) -> None:
        """Take it away, even from who still has a file open on it."""
        if os.path.ismount(self.folder):
            _run("umount", "--lazy", str(self.folder))

    def fill(self) -> None:
        """Leave no room at all; what is freed meanwhile can be taken with another call."""
        filler = os.open(self.folder / _FILLER, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = _CHUNK_BYTES
            while size:
                size = size if _is_written(filler, size) else size // 2
        finally:
            os.close(filler)

    def free(self) -> None:
        """Give the room back."""
        (self.folder / _FILLER).unlink(missing_ok=True)


class PostgresOnSmallDisks(PrivatePostgres):
    """A private PostgreSQL whose write-ahead log lies on one small disk, its tables on another."""

    def __init__(self, folder: Path, disks: dict[str, SmallDisk]) -> None:
        super().__init__(folder)
        self.disks = disks

    @override
    def create_database(self, name: str) -> str:
        """Create a database with all its tables on their disk, and give its address."""
        address = super().create_database(name)
        self._query(f"CREATE TABLESPACE small LOCATION '{self.disks[TABLES].folder}'")
        self._query(f'ALTER DATABASE "{name}" SET TABLESPACE small')
        return address

    @override
    def _create_cluster(self) -> None:
        super()._create_cluster()
        log = self.folder / "data" / "pg_wal"
        target = self.disks[WAL].folder / "pg_wal"
        shutil.copytree(log, target)
        for each in (target, *target.rglob("*")):
            shutil.chown(each, _SERVER_USER, _SERVER_USER)
        target.chmod(0o700)
        shutil.rmtree(log)
        log.symlink_to(target)

    @override
    def _options(self, port: int) -> tuple[str, ...]:
        return (*super()._options(port), "-c", _MOST_WAL)


@contextmanager
def small_disks(folder: Path) -> Iterator[dict[str, SmallDisk]]:
    """Lend one disk for the log and one for the tables, after letting go what others left."""
    _let_go_what_was_left()
    disks = {name: SmallDisk(folder / name) for name in _SIZE}
    try:
        for name, disk in disks.items():
            disk.mount(_SIZE[name])
        yield disks
    finally:
        for disk in disks.values():
            disk.unmount()


def _let_go_what_was_left() -> None:
    """Unmount the disks of runs that are no more."""
    for line in Path("/proc/self/mounts").read_text().splitlines():
        source, folder = line.split()[:2]
        owner = source.removeprefix(_MARK)
        if owner != source and not Path("/proc", owner).exists():
            SmallDisk(Path(folder)).unmount()


def _is_written(file: int, size: int) -> bool:
    try:
        return os.write(file, bytes(size)) > 0
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False


def _run(*argv: str) -> None:
    subprocess.run(argv, check=True, capture_output=True, text=True)

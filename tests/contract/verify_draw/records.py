"""A small record on disk that a test may damage, and the verifier's verdict on it."""

import contextlib
import io
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from contracts import verify_draw

UNSIGNED_SUMS = ("SHA256SUMS", "SHA256SUMS.jws")


@dataclass(frozen=True)
class Verdict:
    """Exit code and text of one run."""

    code: int
    text: str


def verdict_on(*arguments: object) -> Verdict:
    """Run the verifier as its command does; nothing may escape but its verdict."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        code = verify_draw.main([str(argument) for argument in arguments])
    assert "Traceback" not in output.getvalue()
    return Verdict(code, output.getvalue())


@dataclass(frozen=True)
class Folder:
    """A record whose files can be replaced and put back."""

    path: Path

    def files(self) -> list[str]:
        """Names of all files, sorted."""
        found = (path for path in self.path.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.path).as_posix() for path in found)

    def read(self, name: str) -> bytes:
        """Bytes of one file."""
        return (self.path / name).read_bytes()

    @contextlib.contextmanager
    def changed(self, name: str, content: bytes | None, *, with_sums: bool):
        """Replace (None: remove) a file for a while; optionally make the sums agree again."""
        kept = {file: self.read(file) for file in self.files() if _is_touched(file, name)}
        try:
            (self.path / name).unlink(missing_ok=True)
            if content is not None:
                (self.path / name).write_bytes(content)
            if with_sums:
                self.sum_again(name)
            yield
        finally:
            (self.path / name).unlink(missing_ok=True)
            for file, before in kept.items():
                (self.path / file).write_bytes(before)

    def sum_again(self, name: str) -> None:
        """Write SHA256SUMS of the attempt a file belongs to, then those of the record."""
        touched = {name}
        if name.startswith("attempts/"):
            attempt = "/".join(name.split("/")[:2]) + "/"
            if not name.endswith("/SHA256SUMS"):
                self.write_sums(attempt, touched)
                touched.add(attempt + "SHA256SUMS")
        if name != "SHA256SUMS":
            self.write_sums("", touched)

    def write_sums(self, prefix: str = "", touched: set[str] | None = None) -> None:
        """Hash the touched files, None for all; of all others the sums that are there are kept."""
        path = self.path / prefix / "SHA256SUMS"
        keeps = touched is not None and path.exists()
        before = path.read_text("utf-8").splitlines() if keeps else []
        known = {name: digest for digest, _, name in (line.partition("  ") for line in before)}
        names = [file.removeprefix(prefix) for file in self.files() if file.startswith(prefix)]
        lines = [
            f"{self._sum(prefix, name, known, touched or set())}  {name}\n"
            for name in names
            if name not in UNSIGNED_SUMS
        ]
        path.write_text("".join(lines), encoding="utf-8")

    def _sum(self, prefix: str, name: str, known: dict[str, str], touched: set[str]) -> str:
        if name in known and prefix + name not in touched:
            return known[name]
        return sha256(self.read(prefix + name)).hexdigest()


def _is_touched(file: str, name: str) -> bool:
    return file == name or file.rpartition("/")[2] == "SHA256SUMS"

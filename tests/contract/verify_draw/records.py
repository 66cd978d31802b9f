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
        if name.startswith("attempts/"):
            attempt = "/".join(name.split("/")[:2]) + "/"
            if not name.endswith("/SHA256SUMS"):
                self._write_sums(attempt)
        if name != "SHA256SUMS":
            self._write_sums("")

    def _write_sums(self, prefix: str) -> None:
        names = [file.removeprefix(prefix) for file in self.files() if file.startswith(prefix)]
        lines = [
            f"{sha256(self.read(prefix + name)).hexdigest()}  {name}\n"
            for name in names
            if name not in UNSIGNED_SUMS
        ]
        (self.path / prefix / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def _is_touched(file: str, name: str) -> bool:
    return file == name or file.rpartition("/")[2] == "SHA256SUMS"

"""Records and archive packages as zips: packed while they are sent, equal ones as equal bytes."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping

from fastapi.responses import Response, StreamingResponse
from typing_extensions import override

from coordinator.domain.lottery.frames import Content
from coordinator.services.archive import PackageFiles

_LIKE_EVERY_ZIP = (1980, 1, 1, 0, 0, 0)  # equal records give equal archives
_PIECE = 1 << 18

Files = Iterable[tuple[str, Iterable[bytes]]]


class _Sink(io.RawIOBase):
    """Takes what the archive writes until somebody takes it away."""

    def __init__(self) -> None:
        self._written = bytearray()

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, data: "bytes | bytearray | memoryview[int]", /) -> int:  # type: ignore[override] # any buffer
        self._written += data
        return len(data)

    def taken(self) -> bytes:
        """Give what came since the last time."""
        written, self._written = bytes(self._written), bytearray()
        return written


def archive_of(round_id: str, files: Mapping[str, Content]) -> Response:
    """Send a record folder as one archive."""
    pieces = ((name, _pieces(files[name])) for name in sorted(files))
    headers = {"Content-Disposition": f'attachment; filename="record-{round_id}.zip"'}
    return StreamingResponse(
        packed(round_id, pieces), media_type="application/zip", headers=headers
    )


def packed(folder: str, files: Files) -> Iterator[bytes]:
    """Pack files into a zip, piece by piece: nothing but one piece is held."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, pieces in files:
            entry = zipfile.ZipInfo(f"{folder}/{name}", _LIKE_EVERY_ZIP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as packing:
                for piece in pieces:
                    packing.write(piece)
                    yield sink.taken()
    yield sink.taken()


def packed_packages(found: PackageFiles, guide: Mapping[str, bytes]) -> Iterator[bytes]:
    """Pack a task's archive packages, what checks them in front."""
    whole = {**guide, **found.files}
    return packed(found.name, ((name, iter((content,))) for name, content in whole.items()))


def _pieces(content: Content) -> Iterator[bytes]:
    if not isinstance(content, bytes):
        yield from content.pieces()
        return
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]

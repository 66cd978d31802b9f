"""Uploads in memory: every file seems to have the same three columns, a broken one none."""

from collections.abc import AsyncIterator

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.acts import RegisterKind
from coordinator.domain.registers.mappings import ColumnGuess, MappingGuess
from coordinator.web.uploads import Upload

BROKEN = b"\x00broken"
GUESS = MappingGuess(
    sheet="",
    sheets=(),
    header_row=2,
    columns=(
        ColumnGuess(0, "A", "人员编号", ("i001", "i002"), "inspector_id", 100, ()),
        ColumnGuess(1, "B", "姓名", ("赵一",), "name", 100, ()),
        ColumnGuess(2, "C", "备注<b>", (), None, 0, ("post",)),
    ),
    missing=("certificate_number",),
    titles={
        "inspector_id": "人员编号",
        "name": "姓名",
        "certificate_number": "执法证号",
        "post": "职务",
    },
)


class FakeUploads:
    """Keeps files in a dict and notes what was started."""

    def __init__(self, most_bytes: int = 1000) -> None:
        self.most_bytes = most_bytes
        self.files: dict[str, tuple[Upload, bytes]] = {}
        self.started: list[tuple[str, str]] = []

    async def keep(self, source: str, pieces: AsyncIterator[bytes]) -> Upload:
        body = b"".join([piece async for piece in pieces])
        if len(body) > self.most_bytes:
            raise RuleBrokenError(
                Rule.IMPORT_FILE_TOO_LARGE, file=source, bytes=len(body), limit=self.most_bytes
            )
        upload = Upload(f"upload-{len(self.files) + 1}", source, len(body))
        self.files[upload.upload_id] = (upload, body)
        return upload

    def find(self, upload_id: str) -> Upload:
        if upload_id not in self.files:
            raise RuleBrokenError(Rule.NOT_FOUND, kind="upload", key=upload_id)
        return self.files[upload_id][0]

    async def guess(self, upload: Upload, kind: RegisterKind) -> MappingGuess:
        if self.files[upload.upload_id][1] == BROKEN:
            raise RuleBrokenError(Rule.IMPORT_FORMAT_UNKNOWN, file=upload.source)
        return GUESS

    async def start(self, upload: Upload, import_id: str) -> None:
        self.started.append((upload.upload_id, import_id))

    def drop(self, upload: Upload) -> None:
        self.files.pop(upload.upload_id, None)

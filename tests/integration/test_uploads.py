"""A file on its way in: kept on disk, looked into, read by a process of its own, or forgotten."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from coordinator.adapters.db.migrate import upgrade
from coordinator.bootstrap import Coordinator, coordinator
from coordinator.bootstrap.uploads import FolderUploads
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.acts import ActState, Channel, RegisterAct, RegisterKind
from coordinator.services.registers import Source, open_import
from coordinator.settings import Settings
from coordinator.web.uploads import Upload

EXPERTS = "专家编号,姓名,专业领域,单位,职称资质\ne1,钱一,fire,职业学院,教授\ne2,,fire,职业学院,\n"
SECONDS = 90


async def pieces(*bodies: bytes) -> AsyncIterator[bytes]:
    for body in bodies:
        yield body


@pytest.fixture
async def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Coordinator]:
    """An empty coordinator whose child processes find the same database and folder."""
    monkeypatch.setenv("ONEVISIT_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'county.db'}")
    monkeypatch.setenv("ONEVISIT_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("ONEVISIT_UPLOAD_BYTES", "1000")
    async with coordinator(Settings()) as wired:
        await upgrade(wired.engine)
        yield wired


async def opened(parts: Coordinator, upload: Upload) -> RegisterAct:
    source = Source(name=upload.source, channel=Channel.UPLOAD, bytes_total=upload.size)
    async with parts.work() as work:
        return await open_import(work, RegisterKind.EXPERTS, source)


async def ended(parts: Coordinator, uploads: FolderUploads, import_id: str) -> RegisterAct:
    """Wait until the reader has ended, and give what became of the import."""
    async with asyncio.timeout(SECONDS):
        await uploads.settled()
    async with parts.work(writes=False) as work:
        found: RegisterAct = await work.imports.get(import_id)
    return found


async def test_a_file_is_kept_guessed_read_and_forgotten(parts: Coordinator) -> None:
    uploads = FolderUploads(parts)
    body = EXPERTS.encode("gb18030")

    upload = await uploads.keep("../专家 名录.csv", pieces(body[:20], body[20:]))
    guess = await uploads.guess(upload, RegisterKind.EXPERTS)
    act = await opened(parts, upload)
    await uploads.start(upload, act.import_id)
    done = await ended(parts, uploads, act.import_id)

    assert (upload.source, upload.size) == ("专家 名录.csv", len(body))
    assert [each.field for each in guess.columns][:2] == ["expert_id", "name"]
    assert (done.state, done.number_of_rows, done.number_refused) == (ActState.READ, 2, 1)
    with pytest.raises(RuleBrokenError):
        uploads.find(upload.upload_id)


async def test_a_reader_that_dies_leaves_a_failed_import(
    parts: Coordinator, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads = FolderUploads(parts)
    upload = await uploads.keep("a.csv", pieces(EXPERTS.encode()))
    act = await opened(parts, upload)
    monkeypatch.setenv("ONEVISIT_POLICY_PROFILE", "no-such-profile")

    await uploads.start(upload, act.import_id)
    failed = await ended(parts, uploads, act.import_id)

    assert failed.state is ActState.FAILED
    assert (failed.failure or {})["rule"] == Rule.IMPORT_INTERRUPTED


async def test_a_file_that_grows_too_large_leaves_nothing(parts: Coordinator) -> None:
    uploads = FolderUploads(parts)

    with pytest.raises(RuleBrokenError) as refused:
        await uploads.keep("a.csv", pieces(b"x" * 900, b"x" * 900))

    assert refused.value.rule is Rule.IMPORT_FILE_TOO_LARGE
    assert list((parts.settings.upload_folder / "waiting").iterdir()) == []


@pytest.mark.parametrize("upload_id", ["", ".", "..", "../waiting", "x" * 40, "a/b"])
async def test_an_id_is_never_taken_for_a_path(parts: Coordinator, upload_id: str) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        FolderUploads(parts).find(upload_id)

    assert refused.value.rule is Rule.NOT_FOUND

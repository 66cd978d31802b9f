"""Draw records: what was published when, how to check it, and the files."""

import io
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState
from coordinator.services import lottery
from coordinator.services.ports import Role
from coordinator.web.console.frame import InConsole
from coordinator.web.language import later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.words import states_of

if TYPE_CHECKING:
    from coordinator.domain.lottery.ceremony import Round

router = APIRouter()

_LIKE_EVERY_ZIP = (1980, 1, 1, 0, 0, 0)  # equal records give equal archives
DRAWN = (RoundState.DRAWN, RoundState.INFEASIBLE, RoundState.DISPATCHED, RoundState.DISCLOSED)


@router.get("/console/draws")
async def draws(console: InConsole) -> Response:
    """List the draw records."""
    spec: ListSpec[Round] = ListSpec(
        title=later("抽签记录"),
        columns=(
            Column(
                later("批次"),
                "title",
                "link",
                href=lambda each: f"/console/draws/{each.round_id}",
                note=lambda each, _names: each.round_id,
            ),
            Column(later("抽取时间"), "drawn_at", "time", order="drawn_at"),
            Column(
                later("承诺指纹"), lambda each, _names: (each.commit_hash or "")[:16], kind="code"
            ),
            Column(later("公开"), "disclosed_at", "time"),
            Column(later("核验结果"), lambda each, _names: each.verify_result or "", kind="verify"),
            Column(later("状态"), "state", "state:round"),
        ),
        filters=(Filter("state", later("全部状态"), states_of("round")),),
        fixed={"state": tuple(DRAWN)},
        order="drawn_at",
        descending=True,
        empty=later("还没有抽签记录。"),
        empty_next=later("批次抽取完成后，记录会出现在这里。"),
        search_label=later("批次名称或编号"),
    )
    async with console.reading() as work:
        return await console.show_list(work, work.rounds, spec)


@router.get("/console/draws/{round_id}")
async def one_draw(round_id: str, console: InConsole) -> Response:
    """Show a draw record."""
    async with console.reading() as work:
        drawn = await work.rounds.get(round_id)
        files = await work.record_files.where(round_id=round_id, attempt=drawn.attempt)
        return await console.show(
            work,
            "object_draw/record.html",
            drawn=drawn,
            files=files,
            is_open=drawn.state is RoundState.DISCLOSED,
        )


@router.get("/console/draws/{round_id}/record.zip")
async def download(round_id: str, console: InConsole) -> Response:
    """Send the record: the whole of it once it is open, before that what is not sealed."""
    async with console.reading() as work:
        drawn = await work.rounds.get(round_id)
        whole = drawn.state is RoundState.DISCLOSED
        if whole and console.actor.role is Role.DEPARTMENT and not drawn.public_frames:
            whole = False
        if drawn.transcript_hash is None:
            raise RuleBrokenError(Rule.RECORD_CLOSED, round=round_id, state=drawn.state.value)
        read = lottery.whole_record if whole else lottery.sealed_record
        return record_archive(round_id, await read(work, round_id))


def record_archive(round_id: str, files: Mapping[str, bytes]) -> Response:
    """Pack a record folder as one archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(f"{round_id}/{name}", _LIKE_EVERY_ZIP), files[name])
    name = f'attachment; filename="record-{round_id}.zip"'
    return Response(
        packed.getvalue(), media_type="application/zip", headers={"Content-Disposition": name}
    )

"""Draw records: what was published when, how to check it, and the files."""

from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.dispatch import Visit
from coordinator.domain.lifecycle import RoundState
from coordinator.services import lottery
from coordinator.services.ports import Role, Work
from coordinator.services.record_files import size_of
from coordinator.web.archives import archive_of
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.language import later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.words import states_of

if TYPE_CHECKING:
    from coordinator.domain.lottery.ceremony import Round

router = APIRouter()

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
            files=[(file, size_of(work, file)) for file in files],
            is_open=drawn.state is RoundState.DISCLOSED,
            verifications=await work.verifications.where(round_id=round_id),
            acts=_buttons(console, drawn),
        )


def _buttons(console: Console, drawn: "Round") -> list[ActButton]:
    if drawn.state is not RoundState.DISCLOSED:
        return []
    return console.buttons("sign-verification", round_id=drawn.round_id)


@router.get("/console/draws/{round_id}/record.zip")
async def download(round_id: str, console: InConsole) -> Response:
    """Send the record: whole to office and auditors once it is open, else what anybody may have."""
    async with console.reading() as work:
        drawn = await work.rounds.get(round_id)
        overseer = console.actor.role is not Role.DEPARTMENT
        whole = overseer and drawn.state is RoundState.DISCLOSED
        read = lottery.whole_record if whole else lottery.published_record
        return archive_of(round_id, await read(work, round_id))


async def proofs_of(work: Work, visit: Visit) -> list[dict[str, str]]:
    """Give the openings of a visit as the notice prints them: line and object by name."""
    openings = await lottery.openings_of_visit(work, visit)
    lines = {
        each.code: each.name
        for each in await work.plan_lines.where(code={each.line for each in openings})
    }
    checks = await work.checks.where(visit_id=visit.visit_id)
    objects = {each.object_id: each.object_name for each in checks}
    return [
        {
            "line": lines.get(each.line, each.line),
            "object": objects[each.object],
            "document": each.document.decode(),
        }
        for each in openings
    ]

"""`onevisit archive …`: proof that no archived task vanished or changed; packages as files."""

from pathlib import Path
from typing import Annotated

import typer

from coordinator.adapters.db.unit_of_work import transaction
from coordinator.bootstrap import Coordinator
from coordinator.commands.running import require_writable, run, show
from coordinator.domain.archive import PackageFlaw
from coordinator.services import archive
from coordinator.services.ports import Actor, Role
from coordinator.web.archives import packed

app = typer.Typer(help="The archive.", no_args_is_help=True)
_BROKEN = 1
_CONSOLE = Actor(name="console", role=Role.OFFICE)
_IN_WORDS = {
    PackageFlaw.CHANGED: "内容与指纹不符 / changed",
    PackageFlaw.UNLINKED: "与前一卷不衔接 / does not follow",
    PackageFlaw.UNSIGNED: "不是办公室签的名 / not signed by the office",
    PackageFlaw.REMOVED: "不见了 / removed",
    PackageFlaw.END_REMOVED: "链尾不见了 / end removed",
    PackageFlaw.AUDIT_DIFFERS: "归档时的审计链与现在不符 / audit chain is not as it was",
    PackageFlaw.DESTROYED_UNRECORDED: "没有销毁记录 / destroyed without a record",
}


@app.command()
def verify(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON · JSON only")] = False,
) -> None:
    """核验归档 · check every package; exit 1 names those that are not as they were."""

    async def act(parts: Coordinator) -> archive.ArchiveState:
        async with parts.work(writes=False) as work:
            return await archive.verify_archive(work)

    state = run(act)
    if as_json:
        show({"whole": state.whole, **vars(state)})
    elif state.whole:
        typer.echo(f"ok: {state.number_of_packages}")
    for flaw in () if as_json else state.flaws:
        typer.echo(f"{flaw.number}: {_IN_WORDS[flaw.kind]}", err=True)
    if not state.whole:
        raise typer.Exit(_BROKEN)


@app.command()
def export(number: int, out: Path) -> None:
    """取出整卷 · write a task's packages as a zip, with what checks them."""
    require_writable([out])

    async def act(parts: Coordinator) -> archive.PackageFiles:
        async with transaction(parts.around, _CONSOLE) as work:
            return await archive.package_files(work, number)

    found = run(act)
    pieces = ((name, iter((content,))) for name, content in found.files.items())
    with out.open("wb") as file:
        file.writelines(packed(found.name, pieces))

"""`onevisit archive …`: proof that no archived task vanished or changed; packages as files."""

from pathlib import Path
from typing import Annotated

import typer

from coordinator.adapters.db.unit_of_work import transaction
from coordinator.adapters.documents import package_guide
from coordinator.bootstrap import Coordinator
from coordinator.commands.flaw_words import worded
from coordinator.commands.running import require_writable, run, show
from coordinator.services import archive
from coordinator.services.ports import Actor, Role
from coordinator.web.archives import packed_packages

app = typer.Typer(help="The archive.", no_args_is_help=True)
_BROKEN = 1
_CONSOLE = Actor(name="console", role=Role.OFFICE)


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
        typer.echo(worded("archive-flaw", flaw.kind, str(flaw.number)), err=True)
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
    with out.open("wb") as file:
        file.writelines(packed_packages(found, package_guide(found.visit_id)))

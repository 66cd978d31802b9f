"""`onevisit provision …`: broker users, queues, permissions and keys, without any restart."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from contracts.definitions import merged
from contracts.topology import COORDINATOR_USER, topology
from coordinator.adapters.db.unit_of_work import UnitOfWork, transaction
from coordinator.bootstrap import Coordinator
from coordinator.commands.organisation import write_secret
from coordinator.commands.running import FAILED, require_writable, run, show
from coordinator.services import participants, public_keys, signing_keys
from coordinator.services.participants import Issued, importable
from coordinator.services.ports import (
    Actor,
    Credentials,
    CreditSystem,
    Participant,
    ParticipantKind,
    Role,
)
from coordinator.services.signing_keys import KeyOffer

app = typer.Typer(help="Who takes part: broker users, queues, keys.", no_args_is_help=True)
T = TypeVar("T")
_File = Annotated[
    Path, typer.Option("--credentials", help="Where user and password are written, mode 0600.")
]
_Kind = Annotated[ParticipantKind, typer.Argument(help="department or credit-system.")]
_Code = Annotated[str, typer.Argument(help="Code of the department or credit system.")]
_Reason = Annotated[str, typer.Option(help="Why; kept in the audit chain.")]
_KeyFile = Annotated[Path, typer.Option(help="The agent's public JWK.")]


@app.command("coordinator")
def coordinator_user(credentials: _File) -> None:
    """Give the coordinator its broker user, and the broker what all share."""

    async def act(work: UnitOfWork) -> Issued:
        password = _password(credentials) or work.chance.token()
        own = Credentials(COORDINATOR_USER, password)
        shared = topology([], [], work.inbound_queues)
        if work.broker is None:
            return Issued(COORDINATOR_USER, own, importable(shared, own))
        await work.broker.provision(shared, own)
        return Issued(COORDINATOR_USER, own)

    _issue(act, credentials)


@app.command("department")
def department(code: _Code, public_key: _KeyFile, credentials: _File) -> None:
    """Give a department's agent its queues and user, and register its key."""

    async def act(work: UnitOfWork) -> Issued:
        offer = KeyOffer(public_key.read_text(encoding="utf-8"))
        await signing_keys.require_key(work, code, offer)
        participant = Participant(ParticipantKind.DEPARTMENT, code)
        return await participants.provision(work, participant, _password(credentials))

    _issue(act, credentials)


@app.command("credit-system")
def credit_system(
    code: _Code,
    credentials: _File,
    name: Annotated[str, typer.Option(help="Chinese name.")],
    name_en: Annotated[str, typer.Option(help="English name.")],
) -> None:
    """Register a credit system and give it its queue and user."""

    async def act(work: UnitOfWork) -> Issued:
        known = await work.credit_systems.find(code)
        if known is None:
            system = CreditSystem(code=code, name=name, name_en=name_en)
            return await participants.add_credit_system(work, system)
        await work.credit_systems.save(replace(known, name=name, name_en=name_en))
        participant = Participant(ParticipantKind.CREDIT_SYSTEM, code)
        return await participants.provision(work, participant, _password(credentials))

    _issue(act, credentials)


@app.command("inbound-queues")
def inbound_queues() -> None:
    """Bind every sender to its own of ONEVISIT_INBOUND_QUEUES inbound queues.

    Best while `onevisit serve inbound` still runs with the former number: then nothing waits in a
    queue that a sender leaves. Start that process again afterwards.
    """

    async def act(work: UnitOfWork) -> dict[str, int]:
        moved = await participants.spread_senders(work)
        return {"inbound_queues": work.inbound_queues, "moved_senders": moved}

    show(_at_console(act, writes=False))


@app.command("list")
def everybody() -> None:
    """Print who takes part: users, connections, queues and what waits in them."""

    async def act(work: UnitOfWork) -> list[participants.Standing]:
        return await participants.standing(work)

    show(_at_console(act, writes=False))


@app.command("rotate")
def rotate(kind: _Kind, code: _Code, credentials: _File) -> None:
    """Give a participant a new password; the old one stops, its connections are closed."""

    async def act(work: UnitOfWork) -> Issued:
        return await participants.rotate_password(work, Participant(kind, code))

    _issue(act, credentials)


@app.command("revoke")
def revoke(kind: _Kind, code: _Code, reason: _Reason) -> None:
    """Take a participant's access away at once; its queues keep their messages."""

    async def act(work: UnitOfWork) -> None:
        await participants.shut_out(work, Participant(kind, code), reason)

    _at_console(act)
    show({"revoked": code})


@app.command("remove-queues")
def remove_queues(
    kind: _Kind,
    code: _Code,
    number: Annotated[int, typer.Option(help="How many messages `provision list` showed.")],
    reason: _Reason,
) -> None:
    """Delete the queues of somebody revoked, with the messages in them."""

    async def act(work: UnitOfWork) -> int:
        return await participants.remove_queues(work, Participant(kind, code), number, reason)

    show({"removed_messages": _at_console(act)})


@app.command("key")
def key(
    code: _Code,
    public_key: _KeyFile,
    old_days: Annotated[int, typer.Option(min=0, help="Days the former key still counts.")] = 0,
) -> None:
    """Register a department's new key; the former one counts for some days more."""

    async def act(work: UnitOfWork) -> str:
        until = work.now() + timedelta(days=old_days) if old_days else None
        offer = KeyOffer(public_key.read_text(encoding="utf-8"), until)
        return (await signing_keys.register_key(work, code, offer)).key_id

    show({"registered": _at_console(act)})


@app.command("revoke-key")
def revoke_key(
    code: _Code, key_id: Annotated[str, typer.Argument(help="Thumbprint.")], reason: _Reason
) -> None:
    """Let a department's key count for nothing from now on."""

    async def act(work: UnitOfWork) -> None:
        await signing_keys.revoke_key(work, code, key_id, reason)

    _at_console(act)
    show({"revoked": key_id})


@app.command("office-key")
def office_key(
    after_hours: Annotated[int, typer.Option(min=0, help="When the new key begins to sign.")],
    old_days: Annotated[int, typer.Option(min=1, help="Days the former key counts after that.")],
) -> None:
    """Publish a new key of the office, which signs after some hours."""

    async def act(work: UnitOfWork) -> str:
        signs_from = work.now() + timedelta(hours=after_hours)
        until = signs_from + timedelta(days=old_days)
        return await signing_keys.rotate_office_key(work, signs_from, until)

    show({"published": _at_console(act)})


@app.command("revoke-office-key")
def revoke_office_key(
    key_id: Annotated[str, typer.Argument(help="Thumbprint.")], reason: _Reason
) -> None:
    """Let a key of the office that signs no more count for nothing."""

    async def act(work: UnitOfWork) -> None:
        await signing_keys.revoke_office_key(work, key_id, reason)

    _at_console(act)
    show({"revoked": key_id})


@app.command("keys")
def published_keys(
    out: Annotated[Path, typer.Argument(help="Where the JWKS is written.")],
) -> None:
    """Write the public keys of office and departments, as agents and auditors need them."""

    async def act(work: UnitOfWork) -> dict[str, Any]:
        return await public_keys.published_keys(work)

    out.write_text(json.dumps(_at_console(act, writes=False), indent=2), encoding="utf-8")


def _issue(act: Callable[[UnitOfWork], Awaitable[Issued]], credentials: Path) -> None:
    """Do an act whose credentials go into a file; exit 2 where somebody must import definitions."""
    require_writable([credentials])

    async def wired(parts: Coordinator) -> tuple[Issued, Path]:
        async with _console(parts) as work:
            issued = await act(work)
            write_secret(credentials, json.dumps(_contents(issued.credentials)))
        return issued, parts.settings.data_folder / "definitions.json"

    issued, file = run(wired)
    if issued.definitions is None:
        show({"provisioned": issued.credentials.user, "closed": issued.closed_connections})
        return
    before = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    write_secret(file, json.dumps(merged(before, issued.definitions), indent=2))
    typer.echo(
        f"未设置 ONEVISIT_RABBITMQ_API_URL: 已写出 {file}\n"
        "请用 rabbitmqctl import_definitions 导入, 然后删除: 里面有口令的散列。\n"
        f"ONEVISIT_RABBITMQ_API_URL is not set: wrote {file}; import it with rabbitmqctl "
        "import_definitions, then delete it: it holds hashes of passwords.",
        err=True,
    )
    raise typer.Exit(FAILED)


def _contents(credentials: Credentials) -> dict[str, str]:
    return {"user": credentials.user, "password": credentials.password}


def _at_console(act: Callable[[UnitOfWork], Awaitable[T]], *, writes: bool = True) -> T:
    async def wired(parts: Coordinator) -> T:
        async with _console(parts, writes=writes) as work:
            return await act(work)

    return run(wired)


@asynccontextmanager
async def _console(parts: Coordinator, *, writes: bool = True) -> AsyncIterator[UnitOfWork]:
    """Open a transaction of whoever has the machine's own console: an approver of the office."""
    actor = Actor(name="console", role=Role.OFFICE, approver=True)
    async with transaction(parts.around, actor, writes=writes) as work:
        yield work


def _password(credentials: Path) -> str | None:
    """Give the password written earlier, so that a second run changes nothing."""
    if not credentials.exists() or not credentials.stat().st_size:
        return None
    return str(json.loads(credentials.read_text(encoding="utf-8"))["password"])

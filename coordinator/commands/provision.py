"""`onevisit provision …`: broker users, queues and permissions, without restarting anything."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit, urlunsplit

import typer

from contracts.amqp.declare import provision
from contracts.amqp.management import Management
from contracts.definitions import BrokerUser, definitions
from contracts.topology import COORDINATOR_USER, credit_user, department_user, topology
from coordinator.bootstrap import Coordinator
from coordinator.commands.organisation import write_secret
from coordinator.commands.running import FAILED, run, show
from coordinator.services import public_keys
from coordinator.services.ports import CreditSystem, Work
from coordinator.settings import Settings

app = typer.Typer(help="Bring the broker to the topology.", no_args_is_help=True)
Credentials = Annotated[
    Path, typer.Option(help="Where user and password are written, mode 0600; shown nowhere.")
]


@app.command("coordinator")
def coordinator_user(credentials: Credentials) -> None:
    """Give the coordinator its broker user."""

    async def act(parts: Coordinator) -> None:
        async with parts.work() as work:
            await _provision(work, parts, COORDINATOR_USER, credentials)

    run(act)


@app.command("department")
def department(
    code: Annotated[str, typer.Argument(help="Code of a registered department.")],
    public_key: Annotated[Path, typer.Option(help="The agent's public JWK.")],
    credentials: Credentials,
) -> None:
    """Give a department's agent its queues and user, and register its key."""

    async def act(parts: Coordinator) -> None:
        jwk = json.loads(public_key.read_text(encoding="utf-8"))
        async with parts.work() as work:
            organ = await work.departments.get(code)
            await work.departments.save(replace(organ, public_key=json.dumps(jwk)))
            await work.audit("organisation:department:key-registered", code, kid=jwk["kid"])
            await _provision(work, parts, department_user(code), credentials)

    run(act)


@app.command("credit-system")
def credit_system(
    code: Annotated[str, typer.Argument(help="Code of the credit system.")],
    credentials: Credentials,
    name: Annotated[str, typer.Option(help="Chinese name.")],
    name_en: Annotated[str, typer.Option(help="English name.")],
) -> None:
    """Register a credit system and give it its queue and user."""

    async def act(parts: Coordinator) -> None:
        async with parts.work() as work:
            system = CreditSystem(code=code, name=name, name_en=name_en)
            await work.credit_systems.save(system)
            await work.audit("organisation:credit-system:registered", code)
            await _provision(work, parts, credit_user(code), credentials)

    run(act)


@app.command("keys")
def published_keys(
    out: Annotated[Path, typer.Argument(help="Where the JWKS is written.")],
) -> None:
    """Write the public keys of office and departments, as agents and auditors need them."""

    async def act(parts: Coordinator) -> dict[str, Any]:
        async with parts.work(writes=False) as work:
            return await public_keys.published_keys(work)

    out.write_text(json.dumps(run(act), indent=2), encoding="utf-8")


async def _provision(work: Work, parts: Coordinator, user: str, credentials: Path) -> None:
    """Bring the broker to the topology of all that is registered, with this user new or known."""
    departments = [each.code for each in await work.departments.where()]
    systems = [each.code for each in await work.credit_systems.where()]
    wanted = topology(departments, systems)
    written = _password(credentials)
    password = written or parts.around.chance.token()
    address = parts.settings.rabbitmq_api_url
    new = BrokerUser(user, password)
    if written is None:
        write_secret(credentials, json.dumps({"user": user, "password": password}))
    if address is None:
        _write_definitions(parts.settings, definitions(wanted, [new]))
        raise typer.Exit(FAILED)
    await provision(_management(address.get_secret_value()), wanted, [new])
    show({"provisioned": user, "queues": len(wanted.queues)})


def _password(credentials: Path) -> str | None:
    """Give the password written earlier, so that a second run changes nothing."""
    if not credentials.exists():
        return None
    return str(json.loads(credentials.read_text(encoding="utf-8"))["password"])


def _management(address: str) -> Management:
    """Take user and password out of the address."""
    parts = urlsplit(address)
    host = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
    url = urlunsplit((parts.scheme, host, parts.path, "", ""))
    return Management(url, unquote(parts.username or ""), unquote(parts.password or ""))


def _write_definitions(settings: Settings, document: dict[str, Any]) -> None:
    file = settings.data_folder / "definitions.json"
    write_secret(file, json.dumps(document, indent=2))
    typer.echo(
        f"未设置 ONEVISIT_RABBITMQ_API_URL: 已写出 {file}\n"
        "请用 rabbitmqctl import_definitions 导入。\n"
        f"ONEVISIT_RABBITMQ_API_URL is not set: wrote {file}; "
        "import it with rabbitmqctl import_definitions.",
        err=True,
    )

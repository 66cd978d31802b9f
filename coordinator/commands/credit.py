"""`onevisit credit …`: who may read the credit log over HTTP."""

import json
from pathlib import Path
from typing import Annotated

import typer

from coordinator.bootstrap import Coordinator
from coordinator.commands.organisation import write_secret
from coordinator.commands.running import require_writable, run, show
from coordinator.services import credit_log
from coordinator.web.identity import digest_of

app = typer.Typer(help="信用事件日志 · the log of credit events", no_args_is_help=True)
Code = Annotated[str, typer.Argument(help="信用系统代码 · code of a registered credit system")]


@app.command("token")
def give_token(
    code: Code,
    out: Annotated[Path, typer.Option(help="写入令牌的文件 · file for the token, mode 0600")],
) -> None:
    """发放读取日志的新令牌，旧令牌作废 · give a new token; the former one is void."""
    require_writable([out])

    async def act(parts: Coordinator) -> None:
        token = parts.around.chance.token()
        async with parts.work() as work:
            await credit_log.give_log_token(work, code, digest_of(token))
        write_secret(out, json.dumps({"system": code, "token": token}))

    run(act)
    show({"system": code, "token_in": out.name})


@app.command("revoke")
def take_token(code: Code) -> None:
    """收回令牌 · take the token back."""

    async def act(parts: Coordinator) -> None:
        async with parts.work() as work:
            await credit_log.take_log_token(work, code)

    run(act)
    show({"system": code, "token": None})

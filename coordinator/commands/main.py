"""`onevisit`: every command of the coordinator."""

from typing import Any, Final

import typer
from typer.core import TyperGroup
from typing_extensions import override

from contracts.loading import loaded
from coordinator.commands.batch import add_batch

_GROUPS: Final = {
    "serve": "serve",
    "organisation": "organisation",
    "policy": "policies",
    "provision": "provision",
    "import": "imports",
    "draw": "draw",
    "merge": "merge",
    "messages": "messages",
    "credit": "credit",
    "exchange": "exchange",
    "audit": "audit",
    "archive": "archive",
    "appraisal": "appraisal",
    "duties": "duties",
    "publish": "publish",
}
"""Modules beside this one by the name of their commands."""


class _Groups(TyperGroup):
    """Loads a module when its commands are asked for: all together take longer than most run."""

    @override
    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *_GROUPS]

    @override
    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in _GROUPS:
            return super().get_command(ctx, cmd_name)
        group = typer.main.get_group(_loaded(_GROUPS[cmd_name]).app)
        group.name = cmd_name
        return group


def _loaded(module: str) -> Any:
    return loaded(f"coordinator.commands.{module}")


app = typer.Typer(
    help="OneVisit, the coordinator of joint inspections (进一次门、查多项事).",
    cls=_Groups,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema, and seed the shipped calendar and regions."""
    _loaded("serve").migrate()


add_batch(app)


if __name__ == "__main__":
    app()

"""`onevisit`: every command of the coordinator."""

import typer

from coordinator.commands import (
    audit,
    draw,
    duties,
    imports,
    merge,
    messages,
    organisation,
    policies,
    provision,
    publish,
    serve,
)
from coordinator.commands.batch import add_batch

app = typer.Typer(
    help="OneVisit, the coordinator of joint inspections (进一次门、查多项事).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("migrate")(serve.migrate)
app.add_typer(serve.app, name="serve")
app.add_typer(organisation.app, name="organisation")
app.add_typer(policies.app, name="policy")
app.add_typer(provision.app, name="provision")
app.add_typer(imports.app, name="import")
app.add_typer(draw.app, name="draw")
app.add_typer(merge.app, name="merge")
app.add_typer(messages.app, name="messages")
app.add_typer(audit.app, name="audit")
app.add_typer(duties.app, name="duties")
app.add_typer(publish.app, name="publish")
add_batch(app)


if __name__ == "__main__":
    app()

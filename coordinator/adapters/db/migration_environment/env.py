"""Alembic's entry: migrates over the connection that coordinator.adapters.db.migrate hands in."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON
from sqlmodel import AutoString, SQLModel

from coordinator.adapters.db import (
    tables_agents,
    tables_appraisal,
    tables_archive,
    tables_burden,
    tables_draw,
    tables_due,
    tables_exchange,
    tables_follow_up,
    tables_hazards,
    tables_imports,
    tables_items,
    tables_keys,
    tables_letters,
    tables_messaging,
    tables_organisation,
    tables_overdue,
    tables_plan,
    tables_policies,
    tables_publication,
    tables_recognition,
    tables_registers,
    tables_results,
    tables_sanctions,
    tables_scheduling,
    tables_teams,
    tables_uploads,
)
from coordinator.adapters.db.columns import UtcDateTime
from coordinator.adapters.db.staged_tables import PLACE

TABLES = (
    tables_agents,
    tables_imports,
    tables_registers,
    tables_keys,
    tables_items,
    tables_organisation,
    tables_plan,
    tables_policies,
    tables_draw,
    tables_burden,
    tables_due,
    tables_teams,
    tables_publication,
    tables_recognition,
    tables_results,
    tables_exchange,
    tables_overdue,
    tables_appraisal,
    tables_follow_up,
    tables_letters,
    tables_hazards,
    tables_sanctions,
    tables_archive,
    tables_messaging,
    tables_scheduling,
    tables_uploads,
)


def _written(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Write our column types by their names, so that migrations stay short and stable."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "UtcDateTime()"
    if kind == "type" and isinstance(thing, JSON):
        return "JSON_TYPE"
    if kind == "type" and isinstance(thing, AutoString):
        return "sa.String()"
    return False


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave out the places of imports that are under way: each act makes and drops its own."""
    return kind != "table" or not (name or "").startswith(PLACE)


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=_written,
    include_name=_is_ours,
)
with context.begin_transaction():
    context.run_migrations()

"""Bringing a database to the newest schema, and saying whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from coordinator.adapters.db.engine import writing

_HERE = Path(__file__).parent


async def upgrade(engine: AsyncEngine, revision: str = "head") -> None:
    """Upgrade to a revision in one transaction; nothing stays of a failed migration."""
    async with writing(engine).begin() as connection:
        await connection.run_sync(_upgrade, revision)


async def is_current(engine: AsyncEngine) -> bool:
    """Say whether the schema is the newest one."""
    async with engine.connect() as connection:
        return await connection.run_sync(_is_current)


async def differences(engine: AsyncEngine) -> None:
    """Raise when the tables in code and the migrated schema differ (alembic check)."""
    async with engine.connect() as connection:
        await connection.run_sync(lambda sync: command.check(configuration(sync)))


def configuration(connection: Connection | None = None) -> Config:
    """Give alembic's configuration for a connection."""
    config = Config()
    config.set_main_option("script_location", str(_HERE / "migration_environment"))
    config.set_main_option("version_locations", str(_HERE / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection, revision: str) -> None:
    command.upgrade(configuration(connection), revision)


def _is_current(connection: Connection) -> bool:
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head

"""What commands do with an agent's store, whether or not the agent runs."""

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import Any

from contracts.register_rows import Directory
from contracts.topology import inbound_key
from department_agents.agent import STORE_FILE
from department_agents.clock import clock_for
from department_agents.commands.endings import REFUSED, fail, settings_from
from department_agents.post import Post, Sender
from department_agents.register_files import FileRefusedError, RegisterFile, read_register_file
from department_agents.settings import RegisterSettings, StoreSettings
from department_agents.standing import Standing, standing_of
from department_agents.store.database import Database, OtherSchemaError
from department_agents.uploads import Uploads, upload_view, uploads_of


def show_standing() -> None:
    """Print as JSON what waits, what was parked and what the department has to do."""
    print(json.dumps(asyncio.run(_standing(_store())), ensure_ascii=False))


def show_uploads() -> None:
    """Print as JSON the uploads with their receipts, the latest first."""
    file = _store()
    try:
        print(json.dumps(asyncio.run(_uploads(file)), ensure_ascii=False))
    except OtherSchemaError as error:
        fail(f"the store can't be opened: {error}; restart the agent first")


def send_file(directory: Directory, file: Path) -> None:
    """Put the rows of a file into the outbox and print the upload; a flawed file sends nothing."""
    settings = settings_from(RegisterSettings)
    try:
        found = read_register_file(directory, file)
    except FileRefusedError as error:
        lines = [
            f"row {flaw.row} {flaw.field}: {flaw.reason} ({flaw.value!r})" for flaw in error.flaws
        ]
        fail("\n".join(lines), REFUSED)
    try:
        sent = asyncio.run(_send(settings, directory, file, found))
    except OtherSchemaError as error:
        fail(f"the store can't be opened: {error}; restart the agent first")
    print(json.dumps(sent, ensure_ascii=False))


def _store() -> Path:
    file = settings_from(StoreSettings).data_folder / STORE_FILE
    if not file.exists():
        fail(f"there is no store {STORE_FILE} in the data folder")
    return file


async def _standing(file: Path) -> Standing:
    database = Database(file)
    try:
        return await standing_of(database)
    finally:
        await database.close()


async def _uploads(file: Path) -> list[dict[str, Any]]:
    database = Database(file)
    try:
        await database.open_beside()
        async with database.transaction() as session:
            return await uploads_of(session)
    finally:
        await database.close()


async def _send(
    settings: RegisterSettings, directory: Directory, file: Path, found: RegisterFile
) -> dict[str, Any]:
    code = settings.department
    clock = clock_for(rehearsal=settings.rehearsal, offset_file=settings.rehearsal_file)
    # No signing key: an upload has no legal effect, the broker vouches for the sender.
    post = Post(Sender(f"/departments/{code}", partial(inbound_key, code)), clock)
    database = Database(settings.data_folder / STORE_FILE)
    try:
        await database.open_beside()
        async with database.transaction() as session:
            row = await Uploads(post, clock).send(session, directory, file, found)
    finally:
        await database.close()
    return {**upload_view(row, row.number_of_chunks), "ignored_columns": list(found.ignored)}

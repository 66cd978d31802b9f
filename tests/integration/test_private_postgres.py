"""The private PostgreSQL cluster that tests and the local run start."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from deploy.local import postgres
from deploy.local.child import ChildFailedError
from deploy.local.postgres import PrivatePostgres, temporary_postgres


@pytest.fixture(scope="module")
def server() -> Iterator[PrivatePostgres]:
    with temporary_postgres() as started:
        yield started


async def ask(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_a_database_answers_at_its_address_in_unicode(server: PrivatePostgres) -> None:
    url = server.create_database("first")

    assert url.startswith("postgresql+asyncpg://")
    assert await ask(url, "select current_database()") == "first"
    assert await ask(url, "show server_encoding") == "UTF8"


async def test_creating_a_database_again_keeps_what_is_in_it(server: PrivatePostgres) -> None:
    url = server.create_database("kept")
    await ask(url, "create table visit as select 7 as id")

    again = server.create_database("kept")

    assert again == url
    assert await ask(again, "select id from visit") == 7


async def test_a_restarted_server_keeps_data_and_address(server: PrivatePostgres) -> None:
    url = server.create_database("restarted")
    await ask(url, "create table visit as select 8 as id")

    server.stop()
    server.start()

    assert server.create_database("restarted") == url
    assert await ask(url, "select id from visit") == 8


async def test_a_killed_server_starts_again(server: PrivatePostgres) -> None:
    url = server.create_database("killed")
    os.kill(server.pid, signal.SIGKILL)
    server.stop()

    server.start()

    assert await ask(server.create_database("killed"), "select 1") == 1
    assert url.endswith("/killed")


async def test_it_listens_on_loopback_only(server: PrivatePostgres) -> None:
    url = server.create_database("first")

    assert await ask(url, "show listen_addresses") == "127.0.0.1"


@pytest.mark.parametrize("name", ["", "Upper", "a-b", 'x"; drop', "9lives"])
def test_a_bad_database_name_is_refused(server: PrivatePostgres, name: str) -> None:
    with pytest.raises(ValueError, match="not a database name"):
        server.create_database(name)


def test_a_machine_without_postgresql_is_told_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_INSTALLATIONS", tmp_path)

    with (
        pytest.raises(ChildFailedError, match=r"bash deploy/install\.sh --tests"),
        temporary_postgres(),
    ):
        pytest.fail("the server became ready")

"""A small played round copied until it is a large year: other keys, fifty departments."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.play import ROUND, Play, office

DEPARTMENTS = 50
ROUNDS = 20
_VARIANTS = DEPARTMENTS // 3 + 1  # of each of the county's three departments
_COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"
_COPY = """
INSERT INTO {table} ({columns})
SELECT {values} FROM {table} AS former, generate_series({first}, {last}) AS n WHERE {where}
"""
_OWN = f"former.round_id = '{ROUND}' AND position('.' in former.visit_id) = 0"
_ORGANS = """
(SELECT jsonb_agg(organ || '-' || (n % {variants}))
 FROM jsonb_array_elements_text(former.departments) AS organ)
"""


def _one_each(round_id: str) -> Mapping[str, Mapping[str, str]]:
    """Word the keys of copy n of a visit and of what each of its departments has once."""
    department = f"former.department || '-' || (n % {_VARIANTS})"
    part = {
        "visit_id": "former.visit_id || '.' || n",
        "round_id": round_id.format(copy="n"),
        "department": department,
    }
    return {
        "visit": {
            "visit_id": "former.visit_id || '.' || n",
            "round_id": round_id.format(copy="n"),
            "departments": _ORGANS.format(variants=_VARIANTS),
            "lead_department": f"former.lead_department || '-' || (n % {_VARIANTS})",
        },
        "department_task": {
            **part,
            "task_id": f"former.visit_id || '.' || n || '.' || {department}",
        },
        "team_member": {**part, "member_id": "former.member_id || '.' || n"},
    }


def _several_each(round_id: str, items: int) -> Mapping[str, Mapping[str, str]]:
    """Word the keys of what a copy has for each item: n counts items, n / items the copies."""
    copy = f"(n / {items})"
    part = {
        "visit_id": f"former.visit_id || '.' || {copy}",
        "round_id": round_id.format(copy=copy),
        "department": f"former.department || '-' || ({copy} % {_VARIANTS})",
        "object_id": f"former.object_id || '.' || {copy}",
        "item": f"former.item || '-' || (n % {items}) || '-' || ({copy} % {_VARIANTS})",
    }
    return {
        "visit_check": {**part, "check_id": "former.check_id || '.' || n"},
        "result": {**part, "result_id": "former.result_id || '.' || n"},
    }


async def clone(
    connection: AsyncConnection,
    table: str,
    values: Mapping[str, str],
    numbers: tuple[int, int],
    where: str,
) -> None:
    """Copy rows of a table once for each number, with some columns told anew in SQL."""
    found = await connection.execute(text(_COLUMNS.format(table=table)))
    columns = [str(name) for (name,) in found]
    told = [values.get(name, f"former.{name}") for name in columns]
    statement = _COPY.format(
        table=table,
        columns=", ".join(columns),
        values=", ".join(told),
        first=numbers[0],
        last=numbers[1],
        where=where,
    )
    await connection.execute(text(statement))


async def clone_year(play: Play, results: int, items: int = 8) -> int:
    """Copy everything of the round, over twenty rounds, until there are so many results."""
    async with play.around.engine.begin() as connection:
        await _more_departments(connection)
        titles = {"round_id": f"'{ROUND}-' || n"}
        await clone(connection, "round", titles, (0, ROUNDS - 1), f"former.round_id = '{ROUND}'")
        await _more_items(connection, items)
        copies = max(1, results // await _count(connection, "result") // items)
        spread = f"'{ROUND}-' || ({{copy}} % {ROUNDS})"
        await _clone_round(connection, spread, copies, items)
    await _tidy(play)
    async with play.around.engine.begin() as connection:
        return await _count(connection, "result")


async def clone_register(play: Play, objects: int) -> int:
    """Copy the objects until there are so many: two of three complete, one of five hundred key."""
    full = {"area": "3", "phone": "1", "responsible_person": "王", "risk_class": "A"}
    values = {
        "object_id": "former.object_id || '.' || n",
        "place": "former.place || '.' || n",
        "key_unit": "n % 500 = 0",
        **{name: f"CASE WHEN n % 3 > 0 THEN '{value}' ELSE '' END" for name, value in full.items()},
    }
    async with play.around.engine.begin() as connection:
        copies = max(1, objects // await _count(connection, "inspection_object"))
        await clone(connection, "inspection_object", values, (1, copies - 1), "true")
    await _tidy(play)
    async with play.around.engine.begin() as connection:
        return await _count(connection, "inspection_object")


async def clone_tasks(play: Play, findings: int, items: int = 20) -> None:
    """Copy the accepted tasks of the round until they ask for so many findings, in that round."""
    async with play.around.engine.begin() as connection:
        await _more_departments(connection)
        copies = max(1, findings // await _count(connection, "visit_check") // items)
        await _more_items(connection, items)
        await _clone_round(connection, f"'{ROUND}'", copies, items)
    await _tidy(play)


async def _clone_round(connection: AsyncConnection, round_id: str, copies: int, items: int) -> None:
    for table, values in _one_each(round_id).items():
        await clone(connection, table, values, (1, copies), _OWN)
    for table, values in _several_each(round_id, items).items():
        await clone(connection, table, values, (items, items * (copies + 1) - 1), _OWN)


async def _more_items(connection: AsyncConnection, items: int) -> None:
    """Give every copy of a department items of its own."""
    values = {
        "code": f"former.code || '-' || (n % {items}) || '-' || (n / {items})",
        "department": f"former.department || '-' || (n / {items})",
    }
    await clone(connection, "check_item", values, (0, items * _VARIANTS - 1), "true")


async def _more_departments(connection: AsyncConnection) -> None:
    values = {"code": "former.code || '-' || n", "name": "former.name || n"}
    await clone(connection, "department", values, (0, _VARIANTS - 1), "true")


async def _count(connection: AsyncConnection, table: str) -> int:
    found = await connection.execute(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 # a name
    return int(found.scalar_one())


async def _tidy(play: Play) -> None:
    """Tally what no collection wrote, and do what autovacuum does in time."""
    async with play.work(office()) as work:
        await work.appraisals.count_again()
    async with play.around.engine.connect() as connection:
        free = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await free.execute(text("VACUUM ANALYZE"))

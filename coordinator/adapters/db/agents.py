"""The pulse of the agents, written beside business: it neither waits for it nor is audited."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy.ext.asyncio import AsyncEngine

from coordinator.adapters.db.engine import writing
from coordinator.adapters.db.tables_agents import AgentPulseRow
from coordinator.adapters.db.upserts import insert_into
from coordinator.domain.agents import NO_BACKLOG, AgentPulse

_PULSE: Any = AgentPulseRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_JSON = ("backlog", "checks")
_SILENT = {"version": "", "backlog": NO_BACKLOG.model_dump(mode="json"), "checks": []}


class DatabasePulses:
    """Keeps one row per broker user."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = writing(engine)

    async def heard(self, agents: Collection[str], at: datetime) -> None:
        """Note that these were heard; what their last heartbeats said stays."""
        rows = [{"agent": agent, "heard_at": at, **_SILENT} for agent in sorted(agents)]
        await self._save(rows, ("heard_at",))

    async def beat(self, pulses: Sequence[AgentPulse]) -> None:
        """Keep these heartbeats, at most one of each agent."""
        fields = list(AgentPulse.__dataclass_fields__)
        rows = [
            {name: _stored(name, getattr(pulse, name)) for name in fields}
            for pulse in sorted(pulses, key=lambda each: each.agent)
        ]
        await self._save(rows, [name for name in fields if name != "agent"])

    async def _save(self, rows: Sequence[dict[str, Any]], fields: Collection[str]) -> None:
        if not rows:
            return
        async with self._engine.begin() as connection:
            insert = insert_into(connection, _PULSE)
            upsert = insert.on_conflict_do_update(
                index_elements=[_PULSE.c.agent],
                set_={name: insert.excluded[name] for name in fields},
            )
            await connection.execute(upsert, list(rows))


def _stored(name: str, value: Any) -> Any:
    return to_jsonable_python(value) if name in _JSON else value

"""The checks of rows that came as messages, with the tables of this office."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from coordinator.domain.registers.acts import RegisterAct
from coordinator.services.staging import Chunk, CodeTables


class ReceivedRows:
    """See services.staging.RowChecks for its promise."""

    def check(
        self, act: RegisterAct, rows: Iterable[Mapping[str, Any]], tables: CodeTables
    ) -> Iterator[Chunk]:
        """Give what rows became, in the chunks that the stage takes."""
        # Only now: commands that read no rows start without the readers.
        from coordinator.adapters.imports.received import read_received  # noqa: PLC0415
        from coordinator.adapters.imports.registers import load_sources  # noqa: PLC0415
        from coordinator.bootstrap.chunks import Gathering  # noqa: PLC0415

        sources = load_sources(
            regions=tables.regions,
            industries=tables.industries,
            departments=tables.departments,
            day=tables.day,
        )
        return Gathering(act).chunks(read_received(act.kind.value, rows, sources))

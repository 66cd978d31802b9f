"""Whatever happens to entries of the ledger, its counters say what stands, and nothing twice."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given, settings

from tests.burden_moves import Move, make, moves
from tests.snapshots import Snapshot


@given(asked=moves())
@settings(max_examples=25, deadline=None)
async def test_the_counters_are_the_standing_entries(
    empty_file: Snapshot, asked: Sequence[Move]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        play = empty_file.resume(Path(folder))

        said, standing = await make(play, asked, "x")
        await play.close()

    assert said == standing

"""Records as tests look at them: every file in memory."""

from collections.abc import Mapping

from coordinator.domain.lottery.frames import Content


def in_memory(record: Mapping[str, Content]) -> dict[str, bytes]:
    """Return the files of a record by path, those that lie on the shelf too."""
    return {
        name: content if isinstance(content, bytes) else b"".join(content.pieces())
        for name, content in record.items()
    }

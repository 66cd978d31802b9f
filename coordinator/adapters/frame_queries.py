"""Questions about a large frame file, answered by Apache DataFusion in several threads.

A ticket is H(K ‖ text) of ASCII texts, compared as bytes (3-draw.md 3.2.5): SQL says the same. The
file is read as it streams by, so that memory does not grow with it; what leaves the engine are the
few rows that were asked for, and its guests.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa  # type: ignore[import-untyped] # it has no stubs
import pyarrow.compute as pc  # type: ignore[import-untyped]
from datafusion import DataFrame, SessionConfig, SessionContext

from coordinator.domain.lottery.counting import kinds_of
from coordinator.domain.lottery.kinds import Counts
from coordinator.domain.lottery.sieve import MOST_GUESTS, Resident, Row, Sieve, Sifted

# CR never is in a good frame, so that nothing is quoted; the header begins with #, objects do not.
_TABLE: Final = """
CREATE EXTERNAL TABLE frame (
  object VARCHAR, place VARCHAR, stratum VARCHAR, weight VARCHAR, status VARCHAR
) STORED AS CSV LOCATION '{location}' OPTIONS (
  'format.has_header' 'false', 'format.comment' '#', 'format.delimiter' E'\\t',
  'format.quote' E'\\r', 'format.terminator' E'\\n')
"""
_SIFT: Final = """
SELECT object, place, CASE WHEN near THEN concat(stratum, E'\\t', weight, E'\\t-') END AS ending
FROM (
  SELECT *, sha256(concat('{key}', place)) < ticket_limit
    OR (object <> place AND sha256(concat('{key}', object)) < ticket_limit) AS near
  FROM limits JOIN frame ON stratum = of_stratum AND weight = of_weight
)
WHERE status = '-' AND (near OR object <> place)
"""
_RESIDENTS: Final = """
SELECT place, object FROM frame WHERE status = '-' AND place IN (SELECT place FROM places)
"""
_GOOD_ID: Final = r"\A[A-Za-z][A-Za-z0-9]*:[!-+.-~-]+\z"
_COUNT: Final = r"""
SELECT concat(stratum, E'\t', weight, E'\t', status) AS ending, count(*) AS number,
  sum(octet_length(object) + octet_length(place)) AS size,
  bool_and(coalesce(octet_length(object) <= 55 AND octet_length(place) <= 55
    AND object ~ '{good_id}' AND (object = place OR place ~ '{good_id}'), false)) AS is_good
FROM frame GROUP BY stratum, weight, status
"""
_PROCESSORS: Final = os.cpu_count() or 1
_SETTINGS: Final = {
    "datafusion.execution.collect_statistics": "false",
    # Views of strings would keep all bytes alive that were read around them.
    "datafusion.sql_parser.map_string_types_to_utf8view": "false",
}


@dataclass(frozen=True)
class FrameTable:
    """A frame file as a table; `threads` work on it, None: one per processor."""

    path: Path
    threads: int | None = None

    def sift(self, sieve: Sieve) -> Sifted:
        """Answer as Sieve.sift does; the frame must be known to be good."""
        near: list[Row] = []
        guests: list[pa.RecordBatch] = []
        size = 0
        found = self._limited(sieve.limits).sql(_SIFT.format(key=sieve.key))
        for batch in _arrow(found):
            near += _rows(batch.filter(batch["ending"].is_valid()))
            there = batch.filter(pc.not_equal(batch["object"], batch["place"]))
            size += there.nbytes
            if size <= MOST_GUESTS:
                guests.append(there.select(["place", "object"]))
        return Sifted(near, _Guests(guests).at if size <= MOST_GUESTS else None)

    def residents(self, places: Collection[bytes]) -> Iterator[Resident]:
        """Answer as residents_in does; the frame must be known to be good."""
        context = self._table()
        wanted = pa.record_batch({"place": _texts(places)})
        context.register_record_batches("places", [[wanted]])
        for batch in _arrow(context.sql(_RESIDENTS)):
            yield from _rows(batch)

    def count(self) -> Counts | None:
        """Count the rows by kind; None unless every one is good and they ascend by object.

        Raises whatever the engine does where lines are not rows.
        """
        counts = self._kinds()
        return counts if counts is not None and self._ascends() else None

    def _kinds(self) -> Counts | None:
        """Count the kinds where every byte of the file belongs to a good row."""
        endings: dict[bytes, int] = {}
        with self.path.open("rb") as file:
            size = len(file.readline())
        for batch in _arrow(self._table().sql(_COUNT.format(good_id=_GOOD_ID))):
            if not pc.all(batch["is_good"]).as_py():
                return None
            for ending, number, objects in _rows(batch.select(["ending", "number", "size"])):
                endings[ending] = number
                size += objects + number * (len(ending) + len("\t\t\n"))
        is_whole = size == self.path.stat().st_size
        return kinds_of(endings) if is_whole else None

    def _ascends(self) -> bool:
        """Tell whether each object is above the one before: one thread reads them in turn."""
        before = ""
        for batch in _arrow(_context(self.path, 1).sql("SELECT object FROM frame")):
            objects = batch["object"]
            ascend = pc.all(pc.less(objects.slice(0, len(objects) - 1), objects.slice(1)))
            if not before < objects[0].as_py() or ascend.as_py() is False:
                return False
            before = objects[-1].as_py()
        return True

    def _table(self) -> SessionContext:
        return _context(self.path, self.threads or _PROCESSORS)

    def _limited(self, limits: Mapping[bytes, bytes]) -> SessionContext:
        context = self._table()
        fields = [ending.decode().split("\t") for ending in limits]
        columns = {
            "of_stratum": pa.array([stratum for stratum, _, _ in fields], pa.string()),
            "of_weight": pa.array([weight for _, weight, _ in fields], pa.string()),
            "ticket_limit": pa.array(limits.values(), pa.binary()),
        }
        context.register_record_batches("limits", [[pa.record_batch(columns)]])
        return context


@dataclass(frozen=True)
class _Guests:
    """Places and objects as they came."""

    batches: Sequence[pa.RecordBatch]

    def at(self, places: Collection[bytes]) -> Iterator[Resident]:
        wanted = _texts(places)
        for batch in self.batches:
            yield from _rows(batch.filter(pc.is_in(batch["place"], wanted)))


def _context(path: Path, threads: int) -> SessionContext:
    context = SessionContext(SessionConfig(_SETTINGS).with_target_partitions(threads))
    context.sql(_TABLE.format(location=path.resolve().as_uri()))
    return context


def _arrow(found: DataFrame) -> Iterator[pa.RecordBatch]:
    """Give the batches that are not empty, as they come."""
    for batch in found.execute_stream():
        rows = batch.to_pyarrow()
        if rows.num_rows:
            yield rows


def _rows(batch: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
    """Give the rows, texts as bytes."""
    return zip(*(_raw(column).to_pylist() for column in batch.columns), strict=True)


def _raw(column: pa.Array) -> pa.Array:
    return column.cast(pa.binary()) if pa.types.is_string(column.type) else column


def _texts(values: Iterable[bytes]) -> pa.Array:
    return pa.array(values, pa.binary()).cast(pa.string())

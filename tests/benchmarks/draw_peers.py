"""How others take a sample, each in a process of its own: `python draw_peers.py PEER N n FOLDER`.

Runs in a throw-away environment with the peers' packages and none of ours. Prints the seconds of
the sampling alone; data are made before the clock starts.
"""

import importlib
import json
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Sample = Callable[[], int]


def _numpy(objects: int, wanted: int, _folder: Path) -> Sample:
    numpy: Any = importlib.import_module("numpy")
    weights = numpy.arange(objects) % 9 + 1.0
    chances = weights / weights.sum()
    generator = numpy.random.default_rng(1)
    return lambda: len(generator.choice(objects, wanted, replace=False, p=chances))


def _pandas(objects: int, wanted: int, _folder: Path) -> Sample:
    pandas: Any = importlib.import_module("pandas")
    frame = pandas.DataFrame({"id": range(objects), "stratum": [n % 148 for n in range(objects)]})
    share = wanted / objects
    return lambda: len(frame.groupby("stratum").sample(frac=share, random_state=1))


def _duckdb(objects: int, wanted: int, _folder: Path) -> Sample:
    duckdb: Any = importlib.import_module("duckdb")
    connection = duckdb.connect()
    connection.execute("SET threads TO 2")
    connection.execute(
        f"CREATE TABLE o AS SELECT 'uscc:9164' || lpad(i::VARCHAR, 14, '0') AS id"  # noqa: S608 - a number
        f" FROM range({objects}) t(i)"
    )
    query = f"SELECT id FROM o ORDER BY random() LIMIT {wanted}"  # noqa: S608 - a number
    return lambda: len(connection.execute(query).fetchall())


def _sqlite(objects: int, wanted: int, folder: Path) -> Sample:
    connection = sqlite3.connect(folder / "peer.db")
    connection.execute("CREATE TABLE IF NOT EXISTS o (id TEXT)")
    rows = ((f"uscc:9164{number:014d}",) for number in range(objects))
    connection.executemany("INSERT INTO o VALUES (?)", rows)
    connection.commit()
    query = "SELECT id FROM o ORDER BY random() LIMIT ?"
    return lambda: len(connection.execute(query, (wanted,)).fetchall())


def _consistent_sampler(objects: int, wanted: int, _folder: Path) -> Sample:
    package: Any = importlib.import_module("consistent_sampler")
    ids = [f"uscc:9164{number:014d}" for number in range(objects)]
    return lambda: len(list(package.sampler(ids, seed="1", take=wanted, output="id")))


PEERS = {
    "numpy choice(p=)": _numpy,
    "pandas sample": _pandas,
    "DuckDB ORDER BY random()": _duckdb,
    "SQLite ORDER BY random()": _sqlite,
    "consistent_sampler": _consistent_sampler,
}


def main(peer: str, objects: int, wanted: int, folder: Path) -> None:
    """Take one sample and tell how long it took."""
    sample = PEERS[peer](objects, wanted, folder)
    started = time.perf_counter()
    taken = sample()
    print(json.dumps({"seconds": time.perf_counter() - started, "taken": taken}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))

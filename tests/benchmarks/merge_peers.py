"""How others would merge the same CSV, each in a process of its own: `merge_peers.py PEER FOLDER`.

Imports nothing of ours. Reads FOLDER/checks.csv and writes FOLDER/PEER.csv with one row per check
where it can; prints seconds and the number of visits as JSON. None numbers visits or breaks ties as
the draw record needs it, none but CP-SAT knows a minute limit.
"""

import csv
import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_DESK = ("书面", "网络监测")


def greedy(folder: Path) -> int:
    """Plain Python: in file order, join the first visit that still has a day in common."""
    visits: dict[tuple[str, str, bool], list[list[Any]]] = {}
    with (
        (folder / "checks.csv").open(encoding="utf-8", newline="") as source,
        (folder / "greedy.csv").open("w", encoding="utf-8", newline="") as target,
    ):
        for row in csv.DictReader(source):
            key = (row["place"], row["mode"], row["method"] in _DESK)
            held = visits.setdefault(key, [])
            for visit in held:
                start = max(visit[0], row["window_start"])
                end = min(visit[1], row["window_end"])
                if start <= end:
                    visit[0], visit[1] = start, end
                    break
            else:
                visit = [row["window_start"], row["window_end"], []]
                held.append(visit)
            visit[2].append((row["object"], row["line"], row["item"]))
        writer = csv.writer(target)
        rows = (
            (object_id, f"{place}#{number}", line, item, start, end)
            for (place, _, _), held in visits.items()
            for number, (start, end, checks) in enumerate(held, 1)
            for object_id, line, item in checks
        )
        writer.writerows(sorted(rows))
    return sum(map(len, visits.values()))


def pandas_groupby(folder: Path) -> int:
    """Pandas: sort by window end, one pass of interval stabbing in each group of groupby."""
    pandas: Any = importlib.import_module("pandas")
    frame = pandas.read_csv(folder / "checks.csv")
    frame["desk"] = frame["method"].isin(_DESK)
    frame = frame.sort_values(["window_end", "window_start", "line", "object", "item"])

    def stab(starts_and_ends: Any) -> list[int]:
        day, number, found = "", -1, []
        pairs = zip(starts_and_ends["window_start"], starts_and_ends["window_end"], strict=True)
        for start, end in pairs:
            if start > day:
                day, number = end, number + 1
            found.append(number)
        return found

    groups = frame.groupby(["place", "mode", "desk"], sort=False)
    frame["number"] = 0
    for index, group in groups[["window_start", "window_end"]]:
        frame.loc[group.index, "number"] = stab(group)
        del index
    visits = frame.groupby(["place", "mode", "desk", "number"])
    frame["date_from"] = visits["window_start"].transform("max")
    frame["date_to"] = visits["window_end"].transform("min")
    written = frame.sort_values(["object", "number", "line", "item"])
    written.to_csv(folder / "pandas.csv", index=False)
    return int(visits.ngroups)


def duckdb_stabbing(folder: Path) -> int:
    """DuckDB on two threads: the stabbing days by a recursive query, each check by an ASOF join."""
    duckdb: Any = importlib.import_module("duckdb")
    connection = duckdb.connect()
    connection.execute("SET threads TO 2")
    connection.execute(
        f"""CREATE TABLE c AS SELECT *, method IN ('书面', '网络监测') AS desk
            FROM read_csv('{folder / "checks.csv"}')"""  # noqa: S608 - a path of ours
    )
    connection.execute(
        """
        CREATE TABLE days AS WITH RECURSIVE stab AS (
            SELECT place, mode, desk, min(window_end) AS day, 1 AS n FROM c GROUP BY ALL
            UNION ALL
            SELECT c.place, c.mode, c.desk, min(c.window_end), any_value(s.n) + 1
            FROM c JOIN stab s USING (place, mode, desk) WHERE c.window_start > s.day
            GROUP BY c.place, c.mode, c.desk
        ) SELECT * FROM stab
        """
    )
    connection.execute(
        f"""
        COPY (
            SELECT c.object, c.place || '#' || d.n AS visit, c.line, c.item,
                   max(c.window_start) OVER w AS date_from, min(c.window_end) OVER w AS date_to
            FROM c ASOF JOIN days d ON c.place = d.place AND c.mode = d.mode AND c.desk = d.desk
                 AND c.window_start <= d.day
            WINDOW w AS (PARTITION BY c.place, c.mode, c.desk, d.n)
            ORDER BY ALL
        ) TO '{folder / "duckdb.csv"}'
        """  # noqa: S608 - a path of ours
    )
    return int(connection.execute("SELECT count(*) FROM days").fetchone()[0])


def cp_sat(folder: Path) -> int:
    """CP-SAT, place by place, with the minute limit: the least number of visits of each group."""
    model_of: Any = importlib.import_module("ortools.sat.python.cp_model")
    groups: dict[tuple[str, str, bool], list[dict[str, str]]] = {}
    with (folder / "checks.csv").open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            key = (row["place"], row["mode"], row["method"] in _DESK)
            groups.setdefault(key, []).append(row)
    limit = json.loads((folder / "limited.json").read_text("utf-8"))["max_minutes"]
    return sum(_least(model_of, checks, limit) for checks in groups.values())


def _least(model_of: Any, checks: list[dict[str, str]], limit: int) -> int:
    model, most = model_of.CpModel(), len(checks)
    used = [model.new_bool_var("") for _ in range(most)]
    held = [[model.new_bool_var("") for _ in range(most)] for _ in checks]
    for at, check in enumerate(checks):
        model.add_exactly_one(held[at])
        for other_at, other in enumerate(checks[:at]):
            apart = (
                check["window_start"] > other["window_end"]
                or other["window_start"] > check["window_end"]
            )
            for one, two in zip(held[at], held[other_at], strict=True) if apart else ():
                model.add_at_most_one(one, two)
    for v, visit in enumerate(used):
        load = sum(min(int(c["minutes"]), limit) * h[v] for c, h in zip(checks, held, strict=True))
        model.add(load <= limit * visit)
    model.minimize(sum(used))
    solver = model_of.CpSolver()
    solver.parameters.num_workers = 1
    solver.solve(model)
    return round(solver.objective_value)


PEERS: dict[str, Callable[[Path], int]] = {
    "plain greedy": greedy,
    "pandas groupby": pandas_groupby,
    "DuckDB stabbing": duckdb_stabbing,
    "CP-SAT per place": cp_sat,
}


def main(peer: str, folder: Path) -> None:
    """Merge once and tell how long it took."""
    started = time.perf_counter()
    visits = PEERS[peer](folder)
    print(json.dumps({"seconds": time.perf_counter() - started, "visits": visits}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

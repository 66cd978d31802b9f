"""`bash deploy/bench.sh merge`: a county's year of checks merged, beside others doing the same.

    bash deploy/bench.sh merge [--checks N] [--objects N] [--lines N] [--no-peers]
    bash deploy/bench.sh merge --oracles 20000      visits against brute force and CP-SAT, at length

Every figure is of a process of its own, watched from outside: seconds, processor seconds, memory of
all of it. Peers read the same CSV and write one where they can; ratios are of processor seconds per
check, which other work on the machine changes less, without the start of `onevisit`, which loads a
whole coordinator. At last five lines of one frame: what shared tickets and the merge leave of the
visits that independent draws would take.
"""

import argparse
import filecmp
import json
import os
import resource
import sys
import tempfile
import time
import venv
from functools import cache
from pathlib import Path

from coordinator.domain.checklist_merge import MergePolicy, merge_checks
from tests.benchmarks import merge_data
from tests.benchmarks.measuring import Measured, measured

_PEERS = {  # name: checks at most, which would take minutes or memory beyond; what it needs
    "plain greedy": (None, ""),
    "DuckDB stabbing": (None, "duckdb"),
    "pandas groupby": (20_000, "pandas"),
    "CP-SAT per place": (1_000, "ortools"),
}
_FIGURES = "{:34}{:>9} checks {:>8} visits {:8.2f} s {:8.2f} cpu {:5} MB {:>14}"


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checks", type=int, default=1_000_000)
    parser.add_argument("--objects", type=int, default=300_000)
    parser.add_argument("--lines", type=int, default=20)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--oracles", type=int, default=0)
    parser.add_argument("--function", choices=("policy", "limited"))
    given = parser.parse_args()
    if given.function:
        _function(given.checks, given.objects, given.lines, limited=given.function == "limited")
    elif given.oracles:
        _oracles(given.oracles)
    else:
        _compare(given)
        _five_lines(given.objects)


def _compare(given: argparse.Namespace) -> None:
    print(f"load before: {os.getloadavg()}")
    with tempfile.TemporaryDirectory(prefix="onevisit-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        size = (given.checks, given.objects, given.lines)
        whole = _ours(folder / "whole", size)
        for policy in ("policy", "limited"):
            sizes = [f"--checks={size[0]}", f"--objects={size[1]}", f"--lines={size[2]}"]
            done = _done(measured(["tests.benchmarks.merge", f"--function={policy}", *sizes], {}))
            _tell(f"ours, function alone, {policy}", size[0], done, None)
        if not given.no_peers:
            _peers(folder, size, whole)
    print(f"load after: {os.getloadavg()}")


def _ours(folder: Path, size: tuple[int, int, int]) -> float:
    """Merge a fresh CSV of this size by the command, twice; its processor seconds per check."""
    folder.mkdir()
    merge_data.write(folder, *size)
    _shuffled(folder / "checks.csv", folder / "other-order.csv")
    used = 0.0
    for policy in ("limited", "policy"):
        done = _command(folder, "checks", policy)
        used = done.processor_seconds - _start()
        _tell(f"ours, CSV to CSV, {policy}", size[0], done, None)
    _command(folder, "other-order", "policy")
    if not filecmp.cmp(folder / "checks.out", folder / "other-order.out", shallow=False):
        raise SystemExit("another order of the rows merged differently")
    return used / size[0]


@cache
def _start() -> float:
    """Give the processor seconds that `onevisit` takes to do nothing."""
    help_shown = measured(["coordinator.commands.main", "merge", "--help"], {})
    print(f"start of onevisit: {help_shown.processor_seconds:.2f} cpu")
    return help_shown.processor_seconds


def _command(folder: Path, checks: str, policy: str) -> Measured:
    summary = folder / "summary.json"
    files = {
        "checks": folder / f"{checks}.csv",
        "policy": folder / f"{policy}.json",
        "out": folder / f"{checks}.out",
        "summary": summary,
    }
    options = [part for key, path in files.items() for part in (f"--{key}", str(path))]
    done = measured(["coordinator.commands.main", "merge", "compute", *options], {})
    if done.status:
        raise SystemExit(f"the command failed with {done.status}")
    answer = json.loads(summary.read_text("utf-8"))
    return Measured(
        done.seconds,
        done.processor_seconds,
        done.resident,
        done.proportional,
        done.status,
        answer,
    )


def _shuffled(source: Path, target: Path) -> None:
    header, *rows = source.read_bytes().splitlines(keepends=True)
    rows.sort(key=hash)
    target.write_bytes(header + b"".join(rows))


def _function(checks: int, objects: int, lines: int, *, limited: bool) -> None:
    """Merge in memory; the seconds of the function alone."""
    given = list(merge_data.checks(checks, objects, lines))
    policy = MergePolicy(240 if limited else None, frozenset(merge_data.DESK_METHODS))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, used = time.perf_counter(), time.process_time()
    merge = merge_checks(given, policy)
    figures = {
        "seconds": time.perf_counter() - started,
        "processor": time.process_time() - used,
        "visits": merge.summary.visits,
        "megabytes_of_checks": before // 1024,
        "large_groups": len(merge.large_groups),
        "at_most_above": merge.at_most_above,
    }
    json.dump(figures, sys.stdout)


def _peers(folder: Path, size: tuple[int, int, int], whole: float) -> None:
    """Measure the peers; those that can't take the whole size are told beside ours at theirs."""
    script = Path(__file__).with_name("merge_peers.py")
    ours = {size[0]: whole}
    for peer, (most, package) in _PEERS.items():
        checks = min(size[0], most or size[0])
        at = folder / ("whole" if checks == size[0] else str(checks))
        if checks not in ours:
            ours[checks] = _ours(at, (checks, size[1] * checks // size[0], size[2]))
        python = _python_with(folder, package)
        if python is None:
            print(f"{peer}: {package} could not be installed, left out")
            continue
        done = measured([str(script), peer, str(at)], {"PYTHONPATH": ""}, (python, "-I"))
        _tell(peer, checks, _done(done), ours[checks])


def _python_with(folder: Path, package: str) -> str | None:
    """Give a Python that has a package: this one, or that of an environment that is thrown away."""
    if measured(["-c", f"import {package or 'csv'}"], {}, (sys.executable,)).status == 0:
        return sys.executable
    home = folder / "peers"
    if not home.exists():
        venv.create(home, with_pip=True)
    python = str(home / "bin" / "python")
    installed = measured(["-m", "pip", "install", "--quiet", package], {}, (python,))
    return python if installed.status == 0 else None


def _done(run: Measured) -> Measured:
    if run.status != 0:
        raise SystemExit(f"a step gave {run.status}: {str(run.answer)[:2000]}")
    return run


def _tell(name: str, checks: int, run: Measured, ours: float | None) -> None:
    inside = run.answer.get("processor", run.processor_seconds)
    seconds = run.answer.get("seconds", run.seconds) if "processor" in run.answer else run.seconds
    ratio = "" if ours is None else f"{run.processor_seconds / checks / ours:.2f} x ours"
    megabytes = run.resident // 1_000_000
    visits = run.answer["visits"]
    print(_FIGURES.format(name, checks, visits, seconds, inside, megabytes, ratio), flush=True)


def _five_lines(objects: int) -> None:
    """Print what five lines of one frame take alone, drawn apart, and drawn and merged together."""
    policy = MergePolicy(None, frozenset())
    apart = merge_checks(merge_data.five_lines(objects, shared=False), policy).summary
    together = merge_checks(merge_data.five_lines(objects, shared=True), policy).summary
    most = apart.separate_visits
    print(f"five lines, {merge_data.PERCENT} % of one frame of {objects} objects:")
    for name, visits in (
        ("independent draws, everybody alone", most),
        ("independent draws, merged", apart.visits),
        ("shared tickets, everybody alone", together.separate_visits),
        ("shared tickets, merged", together.visits),
    ):
        print(f"  {name:36}{visits:>9} visits   {visits / most:.3f}")
    if 3 * together.visits > most:
        raise SystemExit("shared tickets and merge take more than a third of independent draws")


def _oracles(cases: int) -> None:
    """Compare with brute force on small places and with CP-SAT on larger ones with a limit."""
    from tests.unit.checklist_merge.oracle_runs import (  # noqa: PLC0415 - needs pytest's tests
        against_brute_force,
        against_solver,
    )

    print("numberings = brute force:", against_brute_force(range(cases), 7))
    print("visits = CP-SAT:", against_solver(range(cases // 20), (8, 16)))


if __name__ == "__main__":
    main()

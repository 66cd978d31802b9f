"""`bash deploy/bench.sh draw`: freeze, draw and verify one large frame, and how others sample.

Every step is a process of its own, watched from outside. The frame comes out of a real register
through the code of a live round; the record is verified by the program that anybody would run.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from dataclasses import asdict, dataclass
from pathlib import Path

import contracts.verify_draw
from deploy.local.postgres import PrivatePostgres
from tests.benchmarks.draw_peers import PEERS
from tests.benchmarks.draw_record import ROUND
from tests.benchmarks.measuring import Measured, measured

_STEPS = "tests.benchmarks.draw_steps"
_MEGABYTE = 1_000_000
_PACKAGES = {
    "numpy choice(p=)": "numpy",
    "pandas sample": "pandas",
    "DuckDB ORDER BY random()": "duckdb",
    "consistent_sampler": "consistent_sampler",
}
_SMALLER = {"consistent_sampler": 1_000_000}
"""Peers that would need gigabytes: what they take at this size is told per object."""


@dataclass(frozen=True)
class Step:
    """One step: `seconds` of the work itself, `whole` with the start of the program.

    `processor` are the processor seconds of all its processes: what a busy machine stretches less.
    """

    name: str
    objects: int
    seconds: float
    whole: float
    processor: float
    megabytes: float
    megabytes_shared_once: float


def main() -> None:
    """Measure what is asked for, print a table, and JSON on standard output."""
    parser = argparse.ArgumentParser(prog="bash deploy/bench.sh draw")
    parser.add_argument("--objects", type=int, default=10_000_000)
    parser.add_argument("--ratio", type=int, default=1_000, help="one in RATIO is drawn")
    parser.add_argument("--postgres", action="store_true", help="freeze from PostgreSQL too")
    parser.add_argument("--no-peers", action="store_true")
    given = parser.parse_args()
    print(f"load before: {os.getloadavg()}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="onevisit-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        steps, frozen = _round(folder, given.objects, given.ratio)
        if given.postgres:
            steps.insert(1, _from_postgres(folder, given.objects, frozen))
        drawn = next(each for each in steps if each.name == "draw")
        peers = [] if given.no_peers else _peers(folder, given.objects, given.ratio)
    for step in steps + peers:
        _tell(step, drawn if step in peers else None)
    print(f"load after: {os.getloadavg()}", file=sys.stderr)
    print(json.dumps([asdict(step) for step in steps + peers], indent=2))


def _round(folder: Path, objects: int, ratio: int) -> tuple[list[Step], str]:
    """Give the steps of a round, and the hash of its frame."""
    database, frozen = folder / "register.db", folder / "frozen.json"
    url = f"sqlite+aiosqlite:///{database}"
    environment = {"ONEVISIT_DATABASE_URL": url, "ONEVISIT_DATA_FOLDER": str(folder)}
    _done(measured(["coordinator.commands.main", "migrate"], environment))
    print(f"filling a register with {objects} objects …", file=sys.stderr)
    _done(measured([_STEPS, "fill", str(database), str(objects)], environment))
    steps = []
    freeze = _done(measured([_STEPS, "freeze", str(folder), url], environment))
    frozen.write_text(json.dumps(freeze.answer), encoding="utf-8")
    steps.append(_step("freeze", objects, freeze))
    found = set()
    for threads in (1, 2):
        asked = [_STEPS, "draw", str(folder), str(frozen), str(ratio), str(threads)]
        draw = _done(measured(asked, environment))
        found.add(draw.answer["digest"])
        name = "draw" if threads > 1 else "draw, 1 thread"
        steps.append(_step(name, objects, draw))
        print(f"drawn {draw.answer['drawn']} of {draw.answer['strata']} strata", file=sys.stderr)
    if len(found) != 1:
        raise SystemExit("one thread and two drew differently")
    _done(measured([_STEPS, "finish", str(folder), str(frozen), str(ratio)], environment))
    database.unlink()
    steps.append(_computed(folder, objects))
    steps.append(_verified(folder, objects))
    return steps, freeze.answer["digest"]


def _from_postgres(folder: Path, objects: int, frozen: str) -> Step:
    """Freeze the same objects from PostgreSQL; the frame must be the same to the byte."""
    with PrivatePostgres(folder / "postgres") as server:
        url = server.create_database("bench")
        environment = {"ONEVISIT_DATABASE_URL": url, "ONEVISIT_DATA_FOLDER": str(folder)}
        _done(measured(["coordinator.commands.main", "migrate"], environment))
        _done(measured([_STEPS, "copy", url, str(objects)], environment))
        freeze = _done(measured([_STEPS, "freeze", str(folder), url], environment))
    if freeze.answer["digest"] != frozen:
        raise SystemExit("SQLite and PostgreSQL froze different bytes")
    return _step("freeze from PostgreSQL", objects, freeze)


def _computed(folder: Path, objects: int) -> Step:
    """Draw on paper from the record, every row's form checked; that is verified next."""
    argv = ["coordinator.commands.main", "draw", "compute", str(folder / "records" / ROUND)]
    return _step("onevisit draw compute", objects, _done(measured(argv, {})))


def _verified(folder: Path, objects: int) -> Step:
    program = (sys.executable, "-I", contracts.verify_draw.__file__)
    verify = _done(measured([str(folder / "records" / ROUND)], {}, program))
    print(str(verify.answer).strip(), file=sys.stderr)
    return _step("verify", objects, verify)


def _done(run: Measured) -> Measured:
    if run.status != 0:
        raise SystemExit(f"a step gave {run.status}: {str(run.answer)[:2000]}")
    return run


def _step(name: str, objects: int, run: Measured) -> Step:
    inside = run.answer.get("seconds") if isinstance(run.answer, dict) else None
    return Step(
        name=name,
        objects=objects,
        seconds=round(run.seconds if inside is None else inside, 2),
        whole=round(run.seconds, 2),
        processor=round(run.processor_seconds, 2),
        megabytes=round(run.resident / _MEGABYTE),
        megabytes_shared_once=round(run.proportional / _MEGABYTE),
    )


def _peers(folder: Path, objects: int, ratio: int) -> list[Step]:
    """Measure the peers that can be installed, in an environment that is thrown away."""
    home = folder / "peers"
    venv.create(home, with_pip=True)
    python, script = home / "bin" / "python", Path(__file__).with_name("draw_peers.py")
    steps = []
    for peer in PEERS:
        if not _installed(python, _PACKAGES.get(peer)):
            print(f"{peer}: could not be installed, left out", file=sys.stderr)
            continue
        size = min(objects, _SMALLER.get(peer, objects))
        asked = [str(script), peer, str(size), str(size // ratio), str(folder)]
        run = measured(asked, {"PYTHONPATH": ""}, (str(python), "-I"))
        if run.status == 0:
            steps.append(_step(peer, size, run))
        else:
            print(f"{peer}: failed with {run.status}", file=sys.stderr)
    return steps


def _installed(python: Path, package: str | None) -> bool:
    if package is None:
        return True
    command = [str(python), "-m", "pip", "install", "--quiet", package]
    return subprocess.run(command, check=False, stdout=sys.stderr).returncode == 0


def _tell(step: Step, ours: Step | None) -> None:
    ratio = ""
    if ours is not None:
        times = (step.seconds / step.objects) / (ours.seconds / ours.objects)
        ratio = f"   {times:6.2f} times our draw"
    memory = f"{step.megabytes:6.0f} MB ({step.megabytes_shared_once:.0f} shared once)"
    print(
        f"{step.name:26} {step.objects:>10} objects {step.seconds:8.2f} s"
        f" ({step.whole:.2f} s with start, {step.processor:.1f} s of processors) {memory}{ratio}",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()

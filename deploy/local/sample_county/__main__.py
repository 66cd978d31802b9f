"""`python -m deploy.local.sample_county --out DIR`: writes the registers and the plan of 平川县."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from deploy.local.sample_county.documents import write_annual_plan, write_organisation
from deploy.local.sample_county.item_lists import write_item_lists
from deploy.local.sample_county.objects import write_objects
from deploy.local.sample_county.people import write_experts, write_inspectors, write_recusals
from deploy.local.sample_county.source import Request

FIRST_YEAR, LAST_YEAR = 2000, 2999


def main(arguments: list[str] | None = None) -> None:
    """Write the files and print what they hold, as JSON."""
    request = _request(arguments)
    request.folder.mkdir(parents=True, exist_ok=True)
    written = {
        "objects.csv": write_objects(request),
        "inspectors.csv": write_inspectors(request),
        "experts.csv": write_experts(request),
        "recusals.csv": write_recusals(request),
    }
    files = [*write_item_lists(request), write_organisation(request), write_annual_plan(request)]
    print(json.dumps({"folder": str(request.folder), "rows": written, "files": files}))


def _request(arguments: list[str] | None) -> Request:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.local.sample_county",
        description="Writes an invented county: registers (CSV), item lists (xlsx), a plan (JSON).",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder, made if it is missing")
    parser.add_argument("--seed", type=int, default=1, help="same seed and sizes: same bytes")
    parser.add_argument("--objects", type=_count, default=650)
    parser.add_argument("--inspectors", type=_count, default=120)
    parser.add_argument("--experts", type=_count, default=8)
    parser.add_argument("--year", type=_year, default=2026, help="year of the plan")
    given = parser.parse_args(arguments)
    return Request(
        given.out, given.seed, given.objects, given.inspectors, given.experts, given.year
    )


def _count(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{text} is below 0")
    return value


def _year(text: str) -> int:
    value = int(text)
    if not FIRST_YEAR <= value <= LAST_YEAR:
        raise argparse.ArgumentTypeError(f"{text} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return value


if __name__ == "__main__":
    main()

"""Rules, frames, rosters and bars of the small round: facts only, the same for the same seed."""

from collections import defaultdict

from contracts.draw_tables import BarRow, FrameRow, RosterRow

ROUND = "2026-Q3"
DEPARTMENTS = ("fire", "health", "market")
EXPERTS = "@food"
MARKET_ITEMS = {
    "always": ["market.licence"],
    "from": ["health.water", "market.label", "market.pest"],
}
RULES = {
    "round": ROUND,
    "policy": "sample-county@1",
    "rehearsal": 0,
    "departments": {
        "fire": {"lead_lines": ["safe-exits"]},
        "health": {"lead_lines": ["clean-pools"]},
        "market": {"lead_lines": ["joint-food"]},
    },
    "lines": {
        "joint-food": {
            "departments": ["health", "market"],
            "weighted": 0,
            "number": None,
            "strata": {"A": {"ratio": [1, 2], "minimum": 2}, "*": {"ratio": [1, 4], "minimum": 1}},
            "items": MARKET_ITEMS | {"choose": 2},
            "window": ["2026-07-01", "2026-08-15"],
            "mode": "announced",
        },
        "safe-exits": {
            "departments": ["fire", "market"],
            "weighted": 1,
            "number": None,
            "strata": {"*": {"ratio": [1, 3], "minimum": 0}},
            "items": None,
            "window": ["2026-07-20", "2026-09-15"],
            "mode": "announced",
        },
        "clean-pools": {
            "departments": ["health"],
            "weighted": 0,
            "number": 5,
            "strata": {},
            "items": None,
            "window": ["2026-09-01", "2026-09-30"],
            "mode": "announced",
        },
    },
}
FIXED_ITEMS = {"safe-exits": ("fire.exits", "market.signs"), "clean-pools": ("health.pool",)}
EXCLUSIONS = {3: "cap", 11: "fresh:2026-05-01", 12: "fresh:2026-06-11", 20: "exempt-list"}


def frames(seed: int) -> dict[str, list[FrameRow]]:
    """Return the frames: 40 objects, the last of each five sharing its neighbour's place."""
    rows = defaultdict(list)
    for number in range(40):
        code = f"uscc:9132{seed:04d}{number:010d}"
        place = f"premises:{seed}-{number - 1 if number % 5 == 4 else number}"
        status = EXCLUSIONS.get(number, "-")
        rows["joint-food"].append(FrameRow(code, place, "ABC"[number % 3], 1, status))
        if number % 2 == 0 or number % 5 == 4:
            weight = 40 if number == 8 else 1 + number % 4
            rows["safe-exits"].append(FrameRow(code, place, ("高", "中")[number % 2], weight, "-"))
        if number >= 25:
            rows["clean-pools"].append(FrameRow(code, place, "-", 1, status))
    return dict(rows)


def roster(code: str) -> list[RosterRow]:
    stem = code.removeprefix("@")
    if code == EXPERTS:
        return [RosterRow(f"{stem}-{n}", ("dairy",) * (n == 1), False, 0, 2, "-") for n in (1, 2)]
    return [
        RosterRow(
            inspector=f"{stem}-{number}",
            tags=((), ("gas",), ("gas", "lab"), ("lab",))[number % 4],
            leader=number % 2 == 0,
            prior_load=number % 4,
            cap=9,
            status="leave" if number == 5 else "-",
        )
        for number in range(8)
    ]


def bars(seed: int, code: str) -> list[BarRow]:
    objects = [row.object for row in frames(seed)["joint-food"]]
    if code == EXPERTS:
        return []
    barred = [BarRow(objects[n], f"{code}-{n % 8}", "last-visit") for n in range(0, 40, 3)]
    return [*barred, BarRow("area:north", f"{code}-1", "area")]

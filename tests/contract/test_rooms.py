"""The rooms follow the stages; that they hold is check.sh's own step, and named is a breach."""

import tomllib

from tests.contract.history import CHECKOUT

PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
CONTRACTS = PROJECT["tool"]["importlinter"]["contracts"]
STAGES = (
    "registers",
    "annual_plan",
    "lottery",
    "object_draw",
    "checklist_merge",
    "team_draw",
    "dispatch",
    "result_intake",
    "review",
    "disclosure",
    "distribution",
    "follow_up",
    "blacklist",
    "joint_punishment",
    "appraisal",
    "archive",
)


def layers(number: str) -> list[str]:
    """Give the layers of a contract from the lowest to the highest."""
    [contract] = [row for row in CONTRACTS if row["name"].startswith(f"{number} ")]
    return list(reversed(contract["layers"]))


def test_the_flow_is_the_dependency_order_of_the_domain() -> None:
    assert [layer for layer in layers("8") if layer in STAGES] == list(STAGES)


def test_a_stage_has_the_same_stem_in_domain_and_services() -> None:
    for stem in STAGES:
        for room in ("domain", "services"):
            place = CHECKOUT / "coordinator" / room / stem
            assert place.is_dir() or place.with_suffix(".py").is_file(), place

"""Plan lines from the linked rows of the official joint list, as a recorded planner makes them."""

from typing import Any

from deploy.local.recorded_people.client import Person


def with_official_lines(
    plan: dict[str, Any], reader: Person
) -> tuple[dict[str, Any], dict[str, int]]:
    """Give the plan with lines for official rows, and how many domains they cover."""
    raise NotImplementedError

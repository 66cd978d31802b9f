"""Policy profiles: figures by stage with their sources, differences, and which plans use them."""

from collections import defaultdict
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.annual_plan import Plan
from coordinator.domain.errors import RuleBrokenError
from coordinator.domain.policy import Policy
from coordinator.services.policies import policy_named
from coordinator.services.ports import Work
from coordinator.web.console.frame import InConsole
from coordinator.web.errors import sentence
from coordinator.web.policy_words import changes_between, groups_of

router = APIRouter()


@dataclass(frozen=True)
class Profile:
    """One profile of the list: written down, or only stored because plans use it."""

    label: str
    policy: Policy | None
    flaw: str
    stored: bool
    default: bool
    plans: tuple[Plan, ...]


@router.get("/console/policies")
async def policies(console: InConsole) -> Response:
    """List the profiles, with the plans that use each."""
    async with console.reading() as work:
        return await console.show(work, "policies/policies.html", profiles=await _profiles(work))


@router.get("/console/policies/{label}")
async def policy(console: InConsole, label: str, against: str = "") -> Response:
    """Show a profile's figures by stage, and against another profile the differences."""
    async with console.reading() as work:
        found = await policy_named(work, label)
        other = await policy_named(work, against) if against else None
        return await console.show(
            work,
            "policies/policy.html",
            policy=found,
            groups=groups_of(found),
            other=other,
            changes=changes_between(other, found) if other else (),
            others=[each for each in await _profiles(work) if each.policy not in (None, found)],
            plans=await work.plans.where(policy=found.label),
            kept=await work.policy_versions.find(found.label),
        )


async def _profiles(work: Work) -> list[Profile]:
    """Give the profiles that are written down, then former versions that are stored."""
    plans: dict[str, list[Plan]] = defaultdict(list)
    for plan in await work.plans.where():
        plans[plan.policy].append(plan)
    stored = {each.label: each for each in await work.policy_versions.where()}
    profiles = [_written(work, name, set(stored), plans) for name in work.policies.names()]
    shown = {each.label for each in profiles}
    former = [
        Profile(label, each.policy, "", True, False, tuple(plans[label]))
        for label, each in stored.items()
        if label not in shown
    ]
    return [*profiles, *former]


def _written(work: Work, name: str, stored: set[str], plans: dict[str, list[Plan]]) -> Profile:
    try:
        found = work.policies.find(name)
    except RuleBrokenError as error:
        return Profile(name, None, sentence(error.rule, error.facts), False, False, ())
    label = found.label if found else name
    default = label == work.policy.label
    return Profile(label, found, "", label in stored, default, tuple(plans[label]))

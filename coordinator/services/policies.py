"""Which rules hold: a plan chooses a profile and overrides; rounds and visits follow their plan."""

from collections.abc import Mapping

from coordinator.domain.annual_plan import Plan
from coordinator.domain.dispatch import Visit
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.policy import (
    Difference,
    Policy,
    PolicyVersion,
    content_of,
    difference,
    digest_of,
    with_overrides,
)
from coordinator.services.ports import Work


async def choose_policy(
    work: Work, label: str, overrides: Mapping[str, str] | None = None
) -> PolicyVersion:
    """Store a profile, or find it stored, as the rules of a plan; `label` with or without @version.

    Raises NOT_FOUND for an unknown profile or version, POLICY_VERSION_CHANGED when the file of a
    stored version has changed, POLICY_OVERRIDE_INVALID for an override that does not fit.
    """
    version = await _version(work, label)
    with_overrides(version.policy, overrides or {})
    return version


def choosable(work: Work) -> tuple[Policy, ...]:
    """Give the profiles that a plan can choose; a flawed file is left out until it is mended."""
    return tuple(found for name in work.policies.names() if (found := _sound(work, name)))


async def policy_named(work: Work, label: str) -> Policy:
    """Give a profile by name or `profile@version`: as stored, else as written; or NOT_FOUND.

    A plan from before profiles were stored finds its own among those that are written.
    """
    stored = await work.policy_versions.find(label)
    if stored is not None:
        return stored.policy
    for policy in (work.policies.find(label.partition("@")[0]), work.policy):
        if policy is not None and label in (policy.label, policy.profile):
            return policy
    raise RuleBrokenError(Rule.NOT_FOUND, kind="policy_version", key=label)


async def policy_of(work: Work, plan: Plan) -> Policy:
    """Give the rules of a plan: its stored profile with its overrides."""
    return with_overrides(await policy_named(work, plan.policy), plan.overrides)


async def policy_of_round(work: Work, drawn: Round) -> Policy:
    """Give the rules of a round's plan."""
    return await policy_of(work, await work.plans.get(drawn.plan_id))


async def policy_of_visit(work: Work, visit: Visit) -> Policy:
    """Give the rules of the plan that a visit was drawn for."""
    return await policy_of_round(work, await work.rounds.get(visit.round_id))


def _sound(work: Work, name: str) -> Policy | None:
    try:
        return work.policies.find(name)
    except RuleBrokenError:
        return None


async def _version(work: Work, label: str) -> PolicyVersion:
    profile, _, number = label.partition("@")
    written = work.policies.find(profile)
    if written is None or number not in ("", written.version):
        return await work.policy_versions.get(label)
    stored = await work.policy_versions.find(written.label)
    if stored is None:
        return await _store(work, written)
    _require_unchanged(stored.policy, written)
    return stored


async def _store(work: Work, written: Policy) -> PolicyVersion:
    content = content_of(written)
    version = PolicyVersion(
        label=written.label,
        digest=digest_of(content),
        content=content,
        stored_at=work.now(),
        stored_by=work.actor.name,
    )
    await work.policy_versions.add([version])
    await work.audit("policies:version:stored", version.label, digest=version.digest)
    return version


def _require_unchanged(stored: Policy, written: Policy) -> None:
    if stored == written:
        return
    changes = difference(stored, written) or (Difference("name, sources", "…", "…"),)
    raise RuleBrokenError(
        Rule.POLICY_VERSION_CHANGED,
        label=stored.label,
        path=changes[0].path,
        before=changes[0].before or "-",
        after=changes[0].after or "-",
        number=len(changes),
    )

"""Subscriptions: a department asks for the published results of a type of object (2.8)."""

from dataclasses import replace

from coordinator.domain.distribution import ResultSubscription
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.access import require_department
from coordinator.services.ports import Query, Work


async def subscribe_results(
    work: Work, department: str, object_type: str, reason: str
) -> ResultSubscription:
    """Subscribe a department to a type of object, with what it needs the results for.

    Raises CODE_UNKNOWN for a type that no object of the directory is of.
    """
    actor = require_department(work, department, approver=True)
    if not await _is_known(work, object_type):
        raise RuleBrokenError(Rule.CODE_UNKNOWN, field="object_type", code=object_type)
    if not reason.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, department=department)
    active = await work.result_subscriptions.where(
        department=department, object_type=object_type, ended_at=None
    )
    if active:
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="subscription", key=object_type)
    subscription = ResultSubscription(
        subscription_id=work.new_id(),
        department=department,
        object_type=object_type,
        reason=reason,
        asked_by=actor.name,
        asked_at=work.now(),
    )
    await work.result_subscriptions.add([subscription])
    await work.audit("distribution:subscription:made", department, object_type=object_type)
    return subscription


async def end_subscription(work: Work, subscription_id: str) -> ResultSubscription:
    """End a subscription; what was sent stays on record."""
    subscription = await work.result_subscriptions.get(subscription_id)
    actor = require_department(work, subscription.department, approver=True)
    if not subscription.is_active:
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="subscription_end", key=subscription_id)
    subscription = replace(subscription, ended_by=actor.name, ended_at=work.now())
    await work.result_subscriptions.save(subscription)
    await work.audit(
        "distribution:subscription:ended",
        subscription.department,
        object_type=subscription.object_type,
    )
    return subscription


async def _is_known(work: Work, object_type: str) -> bool:
    """Say whether any object is of this type: by kind, or by supervision tag."""
    if await work.objects.count(kind=object_type):
        return True
    tagged = Query(contains={"tags": object_type}, limit=1)
    return bool(object_type) and (await work.objects.page(tagged)).total > 0

"""Sharing of results: acknowledgements, sending again, and subscriptions by type of object."""

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.distribution import ResultSubscription, Share
from coordinator.services import distribution
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import open_rounds, own_duties

TAG = "分送 distribution"
router = APIRouter(tags=[TAG])


class SubscriptionEntry(Entry):
    """Which objects' results a department wants, and what for."""

    object_type: str = Field(
        title=later("对象类别"),
        description=later("对象种类，或监管标签。"),
        json_schema_extra={"widget": "select", "choices": "object_types"},
    )
    reason: str = Field(
        title=later("用途"),
        description=later("写明依据哪项职责使用这些结果。"),
        min_length=1,
        max_length=500,
        json_schema_extra=AREA,
    )


async def _resend(work: Work, keys: Keys, _entry: None) -> Share:
    return await distribution.resend_share(work, keys["share_id"])


async def _subscribe(work: Work, keys: Keys, entry: SubscriptionEntry) -> ResultSubscription:
    return await distribution.subscribe_results(
        work, keys["department"], entry.object_type, entry.reason
    )


async def _end(work: Work, keys: Keys, _entry: None) -> ResultSubscription:
    return await distribution.end_subscription(work, keys["subscription_id"])


ACTS = (
    Act(
        name="resend-share",
        path="/shares/{share_id}/resend",
        label=later("重新分送"),
        consequence=later("同一版本的结果再发一次给接收部门，签收时限重新计算。"),
        role=Role.DEPARTMENT,
        also=(Role.OFFICE,),
        run=_resend,
        back="/console/distribution",
    ),
    Act(
        name="subscribe-results",
        path="/departments/{department}/result-subscriptions",
        label=later("订阅检查结果"),
        consequence=later(
            "今后这类对象的结果一经公示，就分送本部门并要求签收；未公示的结果只在参与部门之间共享。"
        ),
        role=Role.DEPARTMENT,
        approver=True,
        run=_subscribe,
        entry=SubscriptionEntry,
        back="/console/distribution/subscriptions",
    ),
    Act(
        name="end-subscription",
        path="/result-subscriptions/{subscription_id}/end",
        label=later("停止订阅"),
        consequence=later("今后不再分送这类对象的结果；已分送的照旧留存。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_end,
        back="/console/distribution/subscriptions",
    ),
)
add_acts(router, ACTS, TAG)


class SharesAsked(Asked):
    """Filters of the shares."""

    round_id: str | None = None
    visit_id: str | None = None
    from_department: str | None = None


@router.get("/shares", summary="分送与签收", operation_id="shares")
async def shares(asked: FromUrl[SharesAsked], parts: Parts, person: Reader) -> PageOf[Share]:
    """Give a page of results on their way to receivers; a department gets what came to it."""
    async with parts.open_work(person.actor, writes=False) as work:
        if person.actor.role is Role.DEPARTMENT:
            return await one_page(work.shares, asked, **own_duties(person.actor, "to_department"))
        rounds = tuple(each for each in await open_rounds(work) if asked.round_id in (None, each))
        plain = asked.model_copy(update={"round_id": None})
        return await one_page(work.shares, plain, round_id=rounds)

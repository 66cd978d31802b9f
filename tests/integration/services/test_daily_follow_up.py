"""The daily duty of follow-up: each matter by itself, one that fails keeps no other."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType, SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from coordinator.adapters.audit_chain import AuditChain
from coordinator.bootstrap.daily import do_open_duties
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import CopyNotice
from coordinator.domain.lifecycle import AbnormalState, CopyNoticeState, HazardState
from coordinator.services import duties
from coordinator.services.ports import DutyRun
from tests.builders import HEALTH, MARKET, NOW
from tests.builders_follow_up import a_hazard, a_transfer, an_abnormal_entry, an_order
from tests.builders_sanctions import a_result
from tests.play import AUDITOR, Play, office

if TYPE_CHECKING:
    from coordinator.bootstrap import Coordinator

BAD, GOOD = "bad", "good"
KINDS = 7


@pytest.fixture
def following_up(dispatched: Play, monkeypatch: pytest.MonkeyPatch) -> Play:
    """A county whose only daily duty is to follow up."""
    only = {duties.FOLLOWING_UP: duties.DUTIES[duties.FOLLOWING_UP]}
    monkeypatch.setattr(duties, "DUTIES", MappingProxyType(only))
    return dispatched


async def done(play: Play) -> Sequence[DutyRun]:
    parts = cast("Coordinator", SimpleNamespace(around=play.around))
    return await do_open_duties(parts)


def a_notice(due: date, **changes: Any) -> CopyNotice:
    notice = CopyNotice(
        notice_id="n-1",
        round_id="R1",
        visit_id="v-1",
        result_id="r-1",
        object_id="o-1",
        object_name="平川县第1餐饮有限公司",
        department=MARKET,
        receiver=HEALTH,
        letter_number="1号",
        matter="健康证",
        basis="条款",
        state=CopyNoticeState.SENT,
        sent_by="chief",
        sent_at=NOW,
        answer_due=due,
    )
    return replace(notice, **changes)


async def put_matters(play: Play, name: str, subjects: Sequence[str]) -> None:
    """Put one matter of each kind whose day has come; `subjects`: who is listed, who proposed."""
    listed, proposed = subjects
    past = play.clock.today() - timedelta(days=1)
    of: dict[str, Any] = {"visit_id": name, "result_id": f"of-{name}"}
    async with play.work(office()) as work:
        await work.rectifications.save(an_order(rectification_id=name, due_date=past, **of))
        await work.copy_notices.save(a_notice(past, notice_id=name, **of))
        await work.transfers.save(replace(a_transfer(), transfer_id=name, answer_due=past, **of))
        state: dict[str, Any] = {"state": HazardState.STOPPED, "confirmed_at": NOW}
        await work.hazards.save(
            replace(a_hazard(), hazard_id=name, removal_due=past, **state, **of)
        )
        entry = replace(an_abnormal_entry(), entry_id=name, state=AbnormalState.ENTERED, **of)
        await work.abnormal_entries.save(replace(entry, subject=listed, object_id=listed))
        await work.results.save(
            a_result(result_id=name, visit_id=name, object_id=proposed, result_codes=("6",))
        )


async def told(play: Play, name: str) -> Mapping[str, bool]:
    """Say of each kind whether its matter of this name is done."""
    async with play.work(AUDITOR) as work:
        order = await work.rectifications.get(name)
        notice = await work.copy_notices.get(name)
        transfer = await work.transfers.get(name)
        hazard = await work.hazards.get(name)
        entry = await work.abnormal_entries.get(name)
        return {
            "order": order.overdue_noted_at is not None,
            "notice": notice.overdue_noted_at is not None,
            "transfer": transfer.overdue_noted_at is not None,
            "hazard": hazard.overdue_noted_at is not None,
            "register": hazard.marked_at is not None,
            "listed": (await work.objects.get(entry.subject)).abnormal_list,
            "proposed": bool(await work.abnormal_entries.count(result_id=name)),
        }


async def traces(play: Play) -> tuple[int, int, int]:
    async with play.work(AUDITOR) as work:
        return (
            await work.audit_entries.count(),
            await work.outgoing.count(),
            await work.imports.count(),
        )


async def test_one_matter_that_fails_keeps_no_other_and_a_repeat_changes_nothing(
    following_up: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    play = following_up
    async with play.work(AUDITOR) as work:
        firms = [each for each in await work.objects.where() if each.owner is None][:4]
    codes = [each.object_id for each in firms]
    await put_matters(play, BAD, codes[:2])
    await put_matters(play, GOOD, codes[2:])
    append = AuditChain.append

    async def fail(chain: AuditChain, tag: str, subject: str, facts: dict[str, object]) -> None:
        if subject in (BAD, codes[0]):
            raise ZeroDivisionError
        await append(chain, tag, subject, facts)

    with monkeypatch.context() as broken:
        broken.setattr(AuditChain, "append", fail)
        with pytest.raises(ZeroDivisionError):
            await done(play)
    good, bad = await told(play, GOOD), await told(play, BAD)
    async with play.work(office()) as work:
        waiting = await duties.open_duties(work)
    [mended] = await done(play)
    bad_then, before = await told(play, BAD), await traces(play)
    play.clock.pass_time(days=1)
    [repeated] = await done(play)

    assert len(good) == KINDS
    assert set(good.values()) == {True}
    assert set(bad.values()) == {False}
    assert waiting == (duties.FOLLOWING_UP,)
    assert set(bad_then.values()) == {True}
    assert mended.outcome["pieces"] == KINDS
    assert set(repeated.outcome.values()) == {0}
    assert await traces(play) == before


async def test_what_is_of_a_round_without_readable_rules_fails_by_itself(
    following_up: Play,
) -> None:
    past = following_up.clock.today() - timedelta(days=1)
    lost: dict[str, Any] = {"round_id": "gone", "visit_id": BAD}
    async with following_up.work(office()) as work:
        for key, changes in ((BAD, lost), (GOOD, {})):
            await work.rectifications.save(an_order(rectification_id=key, due_date=past, **changes))
            await work.copy_notices.save(a_notice(past, notice_id=key, **changes))
        await work.results.save(a_result(result_id=BAD, result_codes=("6",), **lost))

    with pytest.raises(RuleBrokenError) as refused:
        await done(following_up)

    assert refused.value.rule is Rule.NOT_FOUND
    async with following_up.work(AUDITOR) as work:
        orders = await work.rectifications.where(rectification_id=(BAD, GOOD))
        notices = await work.copy_notices.where(notice_id=(BAD, GOOD))
    assert [each.overdue_noted_at is not None for each in orders] == [False, True]
    assert [each.overdue_noted_at is not None for each in notices] == [False, True]


async def test_what_was_settled_after_the_look_is_left_alone(following_up: Play) -> None:
    async with following_up.work(AUDITOR) as work:
        firms = [each.object_id for each in await work.objects.where() if each.owner is None]
    await put_matters(following_up, GOOD, firms[:2])
    waiting: list[tuple[duties.OneByOne, str]] = []
    async with following_up.work(office()) as work:
        for kind in duties.ONE_BY_ONE[duties.FOLLOWING_UP]:
            waiting += [(kind, key) for key in await kind.waiting(work)]

    await done(following_up)
    before = await traces(following_up)
    async with following_up.work(office()) as work:
        again = [await kind.do(work, key) for kind, key in waiting]

    assert again == [False] * KINDS
    assert await traces(following_up) == before

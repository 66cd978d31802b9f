"""Nobody enters the list of business abnormalities by what a result does not say any more."""

from dataclasses import replace

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import handlers
from coordinator.services.follow_up import AbnormalDecision
from tests.builders import MARKET
from tests.integration.services.follow_up_story import found
from tests.play import Play, approver

CHIEF = approver(MARKET)


async def test_what_was_corrected_since_the_proposal_enters_nobody(dispatched: Play) -> None:
    result = await found(dispatched, result_codes=("6",), follow_up=("other",))
    decision = AbnormalDecision(number="异列1号", reason="无法联系")
    async with dispatched.work(CHIEF) as work:
        [entry] = await work.abnormal_entries.where(result_id=result.result_id)
        await work.results.save(replace(result, approved=False))
        with pytest.raises(RuleBrokenError) as reopened:
            await handlers.enter_abnormal(work, entry.entry_id, decision)
        await work.results.save(replace(result, approved=True, result_codes=("2",)))
        with pytest.raises(RuleBrokenError) as other:
            await handlers.enter_abnormal(work, entry.entry_id, decision)
        await work.results.save(replace(result, approved=True, has_problem=False))
        with pytest.raises(RuleBrokenError) as clean:
            await handlers.enter_abnormal(work, entry.entry_id, decision)

    assert reopened.value.rule is Rule.RESULT_NOT_APPROVED
    assert other.value.rule is Rule.NO_GROUNDS_FOR_ABNORMAL_LIST
    assert clean.value.rule is Rule.NO_PROBLEM_FOUND

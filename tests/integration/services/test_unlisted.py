"""Matters outside the lists: with basis and approver, counted apart from all else (2.12)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import UnlistedState
from coordinator.services import unlisted
from coordinator.services.checklist_merge import Contact, log_contact
from tests.builders import MARKET
from tests.play import Play, approver, clerk, office

DRAFT = unlisted.UnlistedDraft(
    department=MARKET,
    object_id="",
    day=date(2026, 3, 25),
    code="major-safety",
    basis="《安全生产法》第六十五条",
    matter="接到险情报告，立即核查",
)


async def refusal(attempt: Any) -> Rule:
    with pytest.raises(RuleBrokenError) as error:
        await attempt
    return error.value.rule


async def a_draft(play: Play, **changes: Any) -> unlisted.UnlistedDraft:
    async with play.work(office()) as work:
        found = (await work.objects.where())[0]
    today = play.clock.today()
    return replace(DRAFT, object_id=found.object_id, day=today, **changes)


async def test_a_matter_passes_by_another_person_and_is_counted_apart(adopted: Play) -> None:
    draft = await a_draft(adopted)
    chief = approver(MARKET)
    async with adopted.work(clerk(MARKET)) as work:
        proposed = await unlisted.propose_unlisted(work, draft)
        assert not await work.burden_entries.where(entry_id=proposed.matter_id)
    async with adopted.work(chief) as work:
        await unlisted.approve_unlisted(work, proposed.matter_id)
    async with adopted.work(clerk(MARKET)) as work:
        done = await unlisted.report_unlisted(work, proposed.matter_id, "险情已排除")

    async with adopted.work(office()) as work:
        entry = await work.burden_entries.get(proposed.matter_id)
    assert (entry.exemption, entry.note, entry.round_id) == (draft.code, draft.basis, "")
    assert done.state is UnlistedState.REPORTED


async def test_whoever_proposed_it_does_not_approve_it(adopted: Play) -> None:
    draft = await a_draft(adopted)
    async with adopted.work(approver(MARKET)) as work:
        proposed = await unlisted.propose_unlisted(work, draft)
    async with adopted.work(approver(MARKET)) as work:
        attempt = unlisted.approve_unlisted(work, proposed.matter_id)
        assert await refusal(attempt) is Rule.TWO_PERSONS_NEEDED


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"basis": " "}, Rule.VALUE_MISSING),
        ({"matter": ""}, Rule.VALUE_MISSING),
        ({"code": "patrol"}, Rule.CODE_UNKNOWN),
    ],
)
async def test_without_basis_or_with_a_kind_of_the_random_regime_nothing_is_proposed(
    adopted: Play, change: dict[str, str], rule: Rule
) -> None:
    draft = await a_draft(adopted, **change)
    async with adopted.work(clerk(MARKET)) as work:
        assert await refusal(unlisted.propose_unlisted(work, draft)) is rule


async def test_nothing_is_reported_of_a_matter_that_was_refused_or_is_still_to_come(
    adopted: Play,
) -> None:
    draft = await a_draft(adopted)
    async with adopted.work(clerk(MARKET)) as work:
        refused = await unlisted.propose_unlisted(work, draft)
        later = await unlisted.propose_unlisted(
            work, replace(draft, day=draft.day + timedelta(days=1))
        )
    async with adopted.work(approver(MARKET)) as work:
        await unlisted.refuse_unlisted(work, refused.matter_id, "清单内已有事项")
        await unlisted.approve_unlisted(work, later.matter_id)
    async with adopted.work(clerk(MARKET)) as work:
        report = unlisted.report_unlisted
        assert await refusal(report(work, refused.matter_id, "x")) is Rule.MOVE_NOT_ALLOWED
        assert await refusal(report(work, later.matter_id, "x")) is Rule.OUTSIDE_WINDOW


async def test_such_a_matter_is_not_logged_as_a_mere_contact(adopted: Play) -> None:
    async with adopted.work(office()) as work:
        place = (await work.objects.where())[0].place
        contact = Contact(
            place=place,
            department=MARKET,
            day=adopted.clock.today(),
            code="major-safety",
            note="无依据",
        )
        assert await refusal(log_contact(work, contact)) is Rule.CODE_UNKNOWN

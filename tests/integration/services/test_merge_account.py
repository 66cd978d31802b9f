"""What becomes of a round's checks adds up, and pages and API tell what going together saved."""

from dataclasses import replace

from coordinator.domain.checklist_merge import Outcome, SavingsOf, savings_in_all
from coordinator.domain.lifecycle import VisitState
from coordinator.services.checklist_merge import merge_of
from coordinator.services.checklist_merge.accounting import MERGED
from tests.integration.services.page_clients import page
from tests.integration.services.test_burden import frozen_together
from tests.integration.services.test_recognition_pages import logged_in
from tests.play import AUDITOR, NEXT_ROUND, ROUND, Play, office


async def test_every_check_of_a_drawn_round_is_visited_or_a_desk_task(drawn: Play) -> None:
    async with drawn.work(AUDITOR) as work:
        merge = await merge_of(work, ROUND)
        rows = await work.checks.where(round_id=ROUND)

    account = merge.account()

    assert account.number_of_checks == len(rows) > 0
    assert account.numbers[Outcome.VISITED] + account.numbers[Outcome.DESK] == len(rows)
    assert set(account.references(Outcome.VISITED)) <= set(merge.visits)


async def test_what_no_visit_holds_stands_in_the_account_with_its_reason(adopted: Play) -> None:
    first, second = await frozen_together(adopted)
    await adopted.draw_frozen(first)
    await adopted.draw_frozen(second)

    async with adopted.work(AUDITOR) as work:
        account = (await merge_of(work, NEXT_ROUND)).account()
        dropped = await work.dropped_checks.count(round_id=NEXT_ROUND)
        [entry] = [
            each
            for each in await work.audit_entries.where(subject=NEXT_ROUND)
            if each.tag == "checklist-merge:checks:merged"
        ]

    assert account.references(Outcome.DEFERRED) == {"cap": dropped}
    assert dropped > 0
    assert sum(account.numbers.values()) == account.number_of_checks
    assert {each.value: entry.facts[each.value] for each in Outcome} == account.numbers
    assert entry.facts["at_most_above"] == 0


async def test_a_withdrawn_visit_defers_its_checks_with_the_reason(drawn: Play) -> None:
    async with drawn.work(office()) as work:
        visit = (await work.visits.where(round_id=ROUND))[0]
        await work.visits.save(
            replace(visit, state=VisitState.WITHDRAWN, withdrawn_reason="force-majeure")
        )

    async with drawn.work(AUDITOR) as work:
        account = (await merge_of(work, ROUND)).account()
        held = await work.checks.count(visit_id=visit.visit_id)

    assert account.references(Outcome.DEFERRED) == {"force-majeure": held}


async def test_pages_and_api_tell_the_account_and_the_same_savings(drawn: Play) -> None:
    async with drawn.work(AUDITOR) as work:
        merge = await merge_of(work, ROUND)
    whole = savings_in_all(merge.held())
    (client,) = await logged_in(drawn)

    merged = await page(client, f"/console/checks?round_id={ROUND}")
    seen = (await client.get(f"/v1/rounds/{ROUND}/merge")).json()
    rows = (await client.get(f"/v1/rounds/{ROUND}/savings/department")).json()["values"]
    places = (await client.get(f"/v1/rounds/{ROUND}/savings/place")).json()
    listed = await page(client, f"/console/checks/savings/place?round_id={ROUND}")
    table = await client.get(f"/console/checks/savings/line?round_id={ROUND}&format=csv")

    assert f"应检查 {whole.checks} 项" in merged
    assert f'href="/console/checks/savings/department?round_id={ROUND}"' in merged
    assert (seen["checks"], seen["visited"] + seen["desk"]) == (whole.checks, whole.checks)
    assert seen["savings"]["saved"] == whole.saved
    assert seen["at_most_above"] == 0
    assert "每个场所的上门次数都是可能的最少次数" in merged
    assert abs(sum(row["saved"] for row in rows) - whole.saved) < 0.1
    assert places["total"] == len(merge.savings(SavingsOf.PLACE))
    assert f"{places['total']} 条" in listed
    assert table.text.count("\n") == 1 + len(merge.savings(SavingsOf.LINE))


async def test_savings_are_sorted_searched_and_shown_of_known_rounds_only(drawn: Play) -> None:
    (client,) = await logged_in(drawn)
    rows = (await client.get(f"/v1/rounds/{ROUND}/savings/object")).json()["values"]
    one = rows[0]["code"]

    found = (await client.get(f"/v1/rounds/{ROUND}/savings/object", params={"q": one})).json()
    missing = await client.get("/v1/rounds/nowhere/merge")
    odd = await client.get("/v1/rounds/nowhere/savings/place")
    every = [
        await page(client, f"/console/checks/savings/{by}?sort=-visits")
        for by in ("round", "department", "line", "place", "object")
    ]

    assert [row["code"] for row in found["values"]] == [one]
    assert (missing.status_code, odd.status_code) == (404, 404)
    assert all('aria-current="page"' in text for text in every)


async def test_a_page_says_how_far_above_the_minimum_a_merge_may_be(drawn: Play) -> None:
    async with drawn.work(office()) as work:
        await work.audit(MERGED, ROUND, at_most_above=3)
    (client,) = await logged_in(drawn)

    assert "至多比最少多 3 次" in await page(client, f"/console/checks?round_id={ROUND}")

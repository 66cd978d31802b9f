"""Pre-check comparison of a visit: it comes with the task, and to nobody it is not for."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.vocabulary import Mode
from coordinator.domain.dispatch import Visit
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState, VisitState
from coordinator.domain.policy import PrecheckPolicy, ShownField, content_of
from coordinator.domain.registers import DatedEvent, RiskClass
from coordinator.services import disclosure, dispatch
from coordinator.services.dispatch.precheck import precheck_of, refresh_precheck
from tests.builders import FIRE, HEALTH, MARKET, a_visit
from tests.integration.services.post_box import letters
from tests.play import AUDITOR, COVERT_ROUND, PLAN, ROUND, Play, approver, clerk, office
from tests.unit.domain.test_disclosure import a_disclosure
from tests.unit.domain.test_precheck import a_case, a_result, an_order

PERMIT, UNPUBLISHED, PUBLISHED = "食品经营许可证 JY1", "通道堆物", "台账不全"
FORMER = "R0-000000000001"


async def a_visit_of(play: Play, *departments: str, round_id: str = ROUND) -> Visit:
    """Give a visit of a round that exactly these departments make."""
    async with play.work(AUDITOR) as work:
        visits = await work.visits.where(round_id=round_id)
    found = [each for each in visits if set(each.departments) == set(departments)]
    visit: Visit = min(found, key=lambda each: each.visit_id)
    return visit


async def know(play: Play, visit: Visit) -> str:
    """Let the registers know something of the visit's object; gives its code."""
    async with play.work(office()) as work:
        [check, *_] = await work.checks.where(visit_id=visit.visit_id)
        thing = await work.objects.get(check.object_id)
        known: dict[str, Any] = {
            "licences": (PERMIT,),
            "risk_class": RiskClass.D,
            "responsible_person": "沈大田",
            "phone": "13812345678",
            "events": (DatedEvent(kind="complaint", date=date(2026, 3, 1), source="12315"),),
        }
        await work.objects.save(thing.model_copy(update=known))
        for item in await work.items.where():
            papers = ("营业执照",) if item.department != FIRE else ("营业执照", "消防演练记录")
            await work.items.save(item.model_copy(update={"documents": papers}))
    return str(check.object_id)


async def met_before(play: Play, thing: str, *departments: str) -> None:
    """Let departments have been there: one result is published, one with its order and case not."""
    about = {"object_id": thing, "has_problem": True, "department": departments[0]}
    seen = a_result(result_id="seen", item="x", problem=PUBLISHED, **about)
    kept = a_result(result_id="kept", problem=UNPUBLISHED, disclosed=False, **about)
    former = a_visit(
        FORMER, round_id="R0", departments=departments, state=VisitState.FINISHED, place="-"
    )
    order = an_order(result_id="kept", object_id=thing, problem=f"限期清理{UNPUBLISHED}")
    async with play.work(office()) as work:
        owner = (await work.objects.get(thing)).credit_subject
        case = a_case(result_id="kept", object_id=thing, subject=owner, clue=f"线索{UNPUBLISHED}")
        await work.visits.save(former)
        await work.results.save(seen, kept)
        await work.rectifications.save(order)
        await work.cases.save(case)


async def told(play: Play, visit: Visit, department: str) -> dict[str, Any]:
    """Give the comparison that a department's task brought."""
    [letter] = [
        each
        for each in await letters(play, "TaskPublished")
        if (each.data["visit_id"], each.data["department"]) == (visit.visit_id, department)
    ]
    found: dict[str, Any] = letter.data["precheck"]
    return found


async def known_to(play: Play, visit: Visit, actor: Any) -> list[str]:
    async with play.work(actor) as work:
        return [fact.text for fact in (await precheck_of(work, visit.visit_id)).facts]


async def test_a_task_brings_what_others_know_and_what_is_unpublished_to_nobody_else(
    drawn: Play,
) -> None:
    visit = await a_visit_of(drawn, FIRE, HEALTH, MARKET)
    thing = await know(drawn, visit)
    await met_before(drawn, thing, FIRE, HEALTH)

    await drawn.publish(ROUND)

    for department in (FIRE, HEALTH, MARKET):
        words = str(await told(drawn, visit, department))
        assert PERMIT in words
        assert PUBLISHED in words
        assert ("限期清理" in words) == ("线索" in words) == (department != MARKET)
        assert words.count(UNPUBLISHED) == (0 if department == MARKET else 3)
        assert "沈** 138****5678" in words
        assert "沈大田" not in words
        assert "13812345678" not in words
    fields = [fact["field"] for fact in (await told(drawn, visit, FIRE))["facts"]]
    assert fields.index("licences") < fields.index("credit-class") < fields.index("results")


async def test_a_document_that_all_need_is_asked_for_once_by_the_lead(drawn: Play) -> None:
    visit = await a_visit_of(drawn, FIRE, HEALTH, MARKET)
    await know(drawn, visit)

    await drawn.publish(ROUND)

    papers = {each["name"]: each for each in (await told(drawn, visit, FIRE))["documents"]}
    assert papers["营业执照"]["asked_by"] == visit.lead_department == MARKET
    assert papers["营业执照"]["departments"] == [FIRE, HEALTH, MARKET]
    assert papers["消防演练记录"]["asked_by"] == FIRE


async def test_a_policy_that_keeps_the_class_to_the_office_keeps_it_from_departments(
    drawn: Play,
) -> None:
    visit = await a_visit_of(drawn, FIRE, HEALTH, MARKET)
    await know(drawn, visit)
    only = ShownField(code="credit-class", name="分类", name_en="Class", audience=("office",))
    async with drawn.work(office()) as work:
        stored = await work.policy_versions.get((await work.plans.get(PLAN)).policy)
        narrow = {"precheck": PrecheckPolicy(fields=(only,))}
        content = content_of(stored.policy.model_copy(update=narrow))
        await work.policy_versions.save(replace(stored, content=content))

    await drawn.publish(ROUND)

    assert (await told(drawn, visit, FIRE))["facts"] == []
    assert await known_to(drawn, visit, office()) == ["D"]
    assert await known_to(drawn, visit, clerk(FIRE)) == []
    assert await known_to(drawn, visit, AUDITOR) == []


async def test_who_does_not_take_part_sees_nothing(dispatched: Play) -> None:
    visit = await a_visit_of(dispatched, HEALTH, MARKET)

    for act in (precheck_of, refresh_precheck):
        async with dispatched.work(clerk(FIRE)) as work:
            with pytest.raises(RuleBrokenError) as refused:
                await act(work, visit.visit_id)
        assert refused.value.rule is Rule.NOT_YOUR_DEPARTMENT


async def test_compared_again_every_department_gets_what_is_known_now(dispatched: Play) -> None:
    visit = await a_visit_of(dispatched, FIRE, HEALTH, MARKET)
    await know(dispatched, visit)

    async with dispatched.work(clerk(MARKET)) as work:
        await refresh_precheck(work, visit.visit_id)

    sent = await letters(dispatched, "PrecheckRefreshed")
    assert {each.data["department"] for each in sent} == {FIRE, HEALTH, MARKET}
    assert all(PERMIT in str(each.data["precheck"]) for each in sent)
    assert PERMIT not in str(await told(dispatched, visit, MARKET))


async def test_auditors_change_nothing_and_an_ended_visit_is_not_compared_again(
    dispatched: Play,
) -> None:
    visit = await a_visit_of(dispatched, FIRE, HEALTH, MARKET)

    async with dispatched.work(AUDITOR) as work:
        with pytest.raises(RuleBrokenError) as read_only:
            await refresh_precheck(work, visit.visit_id)
    async with dispatched.work(office()) as work:
        await work.visits.save(replace(visit, state=VisitState.FINISHED))
        with pytest.raises(RuleBrokenError) as over:
            await refresh_precheck(work, visit.visit_id)

    assert read_only.value.rule is Rule.ROLE_NOT_ALLOWED
    assert over.value.rule is Rule.MOVE_NOT_ALLOWED


async def test_a_covert_visit_is_compared_for_its_team_on_the_day_and_for_nobody_before(
    adopted: Play,
) -> None:
    await adopted.drawn_round(COVERT_ROUND, "L9")
    async with adopted.work(AUDITOR) as work:
        [visit] = await work.visits.where(round_id=COVERT_ROUND)
    await know(adopted, visit)
    await adopted.publish(COVERT_ROUND)

    silent = [each.data for each in await letters(adopted, "TaskPublished")]
    for actor in (office(), AUDITOR, clerk(MARKET)):
        async with adopted.work(actor) as work:
            with pytest.raises(RuleBrokenError) as secret:
                await precheck_of(work, visit.visit_id)
        assert secret.value.rule is Rule.PRECHECK_SECRET
    async with adopted.work(office()) as work:
        with pytest.raises(RuleBrokenError) as too_early:
            await refresh_precheck(work, visit.visit_id)
    adopted.clock.go_to(visit.date_from)
    async with adopted.work(office()) as work:
        await dispatch.open_covert(work, visit.visit_id)
    async with adopted.work(clerk(MARKET)) as work:
        await refresh_precheck(work, visit.visit_id)

    assert silent
    assert not [data for data in silent if data.get("precheck")]
    assert too_early.value.rule is Rule.PRECHECK_SECRET
    for name in ("TaskOpened", "PrecheckRefreshed"):
        assert all(PERMIT in str(each.data["precheck"]) for each in await letters(adopted, name))
    async with adopted.work(office()) as work:
        with pytest.raises(RuleBrokenError) as closed:
            await precheck_of(work, visit.visit_id)
    assert closed.value.rule is Rule.PRECHECK_SECRET


async def test_what_a_covert_round_found_is_not_told_before_its_record_is_open(
    drawn: Play,
) -> None:
    visit = await a_visit_of(drawn, FIRE, HEALTH, MARKET)
    thing = await know(drawn, visit)
    await met_before(drawn, thing, FIRE, HEALTH, MARKET)
    async with drawn.work(office()) as work:
        now = await work.rounds.get(ROUND)
        covert = replace(now, round_id="R0", mode=Mode.COVERT, state=RoundState.DISPATCHED)
        await work.rounds.save(covert)

    before = await known_to(drawn, visit, office())
    async with drawn.work(office()) as work:
        await work.rounds.save(replace(covert, state=RoundState.DISCLOSED))
    after = await known_to(drawn, visit, office())

    assert not [text for text in before if UNPUBLISHED in text or PUBLISHED in text]
    assert len([text for text in after if UNPUBLISHED in text]) == 3
    assert len([text for text in after if PUBLISHED in text]) == 1


async def test_what_was_withdrawn_is_told_as_unpublished_and_to_no_other_organ(
    dispatched: Play,
) -> None:
    visit = await a_visit_of(dispatched, FIRE, HEALTH, MARKET)
    thing = await know(dispatched, visit)
    await met_before(dispatched, thing, FIRE, HEALTH)
    public = a_disclosure(result_id="seen", visit_id=FORMER, object_id=thing, department=FIRE)
    async with dispatched.work(office()) as work:
        await work.disclosures.add([public])
    before = await marked(dispatched, visit, clerk(MARKET))
    async with dispatched.work(clerk(FIRE)) as work:
        await disclosure.request_withdrawal(work, public.disclosure_id, "repeated")
    asked = await marked(dispatched, visit, clerk(MARKET))
    async with dispatched.work(approver(FIRE)) as work:
        await disclosure.confirm_withdrawal(work, public.disclosure_id)

    gone = [await marked(dispatched, visit, clerk(each)) for each in (MARKET, FIRE, HEALTH)]

    assert before == asked == [False]
    assert gone == [[], [True], [True]]
    async with dispatched.work(office()) as work:
        await work.disclosures.add([replace(public, disclosure_id="anew", version=2)])
    assert await marked(dispatched, visit, clerk(MARKET)) == [False]


async def marked(play: Play, visit: Visit, actor: Any) -> list[bool]:
    """Give whether the published finding is told as unpublished, where somebody sees it."""
    async with play.work(actor) as work:
        facts = (await precheck_of(work, visit.visit_id)).facts
    return [fact.undisclosed for fact in facts if PUBLISHED in fact.text]

"""Can these quotas be met? Asked of a plan before any ceremony, and what stands in the way."""

from coordinator.domain.errors import Rule
from coordinator.domain.registers import Recusal
from coordinator.services import team_draw
from tests.builders import FIRE, HEALTH, MARKET
from tests.integration.services.test_dispatch import refused
from tests.integration.services.test_team_facts import leaders_by_duty
from tests.play import AUDITOR, PLAN, Play, office


async def test_before_the_ceremony_the_plan_says_whether_its_quotas_can_be_met(
    adopted: Play,
) -> None:
    async with adopted.work(AUDITOR) as work:
        before = await team_draw.quota_outlook(work, PLAN, ["L1", "L2"])
        rounds = await work.rounds.count()
    await adopted.override(team__quota=6)
    async with adopted.work(AUDITOR) as work:
        after = await team_draw.quota_outlook(work, PLAN, ["L1"])
        await refused(Rule.NOT_FOUND, team_draw.quota_outlook(work, PLAN, ["nothing"]))

    assert before.met
    assert rounds == 0
    assert {each.department for each in before.departments} >= {MARKET, FIRE, HEALTH}
    assert not after.met
    [fire] = [each for each in after.departments if each.department == FIRE]
    assert fire.missing == fire.units * 6 - fire.shortages[0].capacity
    assert fire.shortages[0].people == fire.people == 5
    assert fire.shortages[0].remedies


async def test_lines_without_fields_are_named_where_the_profile_sends_experts_everywhere(
    adopted: Play,
) -> None:
    async with adopted.work(AUDITOR) as work:
        asked_for_none = await team_draw.quota_outlook(work, PLAN, ["L1", "L2"])
    await adopted.override(team__experts_min=1, team__experts_max=2)

    async with adopted.work(AUDITOR) as work:
        outlook = await team_draw.quota_outlook(work, PLAN, ["L1", "L2"])

    assert asked_for_none.without_experts == ()
    assert outlook.without_experts == ("L1",)  # L2 names one
    assert outlook.met  # who drafts the line decides: a field can't be guessed


async def test_recusals_on_record_count_before_the_ceremony_by_their_share_of_the_frame(
    adopted: Play,
) -> None:
    async with adopted.work(office()) as work:
        line = await work.plan_lines.get("L1")
        things = sorted(await work.objects.where(), key=lambda each: each.object_id)
        inside = [each for each in things if line.conditions.accept(each, work.today())]
        alone = next(each for each in inside if each.owner is None)
        for known in await work.recusals.where():
            await work.recusals.remove((known.person_id, known.object_id))
        before = await team_draw.quota_outlook(work, PLAN, ["L1"])
        for person in await work.inspectors.where(department=FIRE):
            said = {"person_id": person.inspector_id, "object_id": alone.object_id}
            await work.recusals.save(Recusal(**said, reason="relative", declared_by="office"))

    async with adopted.work(AUDITOR) as work:
        after = await team_draw.quota_outlook(work, PLAN, ["L1"])

    assert (before.met, before.recused) == (True, 0)
    assert (after.met, after.recused) == (False, 1)
    [fire] = [each for each in after.departments if each.department == FIRE]
    assert fire.missing == 2
    assert fire.people == 5
    assert alone.object_id not in " ".join(each.zh for each in fire.shortages)


async def test_the_plan_says_who_is_missing_to_lead_by_duty(adopted: Play) -> None:
    await leaders_by_duty(adopted, "he-p5")

    async with adopted.work(AUDITOR) as work:
        outlook = await team_draw.quota_outlook(work, PLAN, ["L1"])

    assert not outlook.met
    assert outlook.problem is not None
    assert outlook.problem.rule is Rule.DUTY_LEADER_MISSING

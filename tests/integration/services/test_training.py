"""Training before dispatch: asked for by profile, confirmed by organ, shown on the round's page."""

from datetime import timedelta

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import dispatch, handlers
from coordinator.services.dispatch import OrganTraining, TrainingHeld
from tests.integration.services.page_clients import act, page, people
from tests.integration.services.test_joining_pages import CHIEF
from tests.play import AUDITOR, ROUND, Play, office


async def organs(play: Play) -> list[OrganTraining]:
    async with play.work(AUDITOR) as work:
        return list(await dispatch.trainings_of(work, ROUND))


def held(play: Play, *trained: str, days_ago: int = 0) -> TrainingHeld:
    return TrainingHeld(
        held_date=play.clock.today() - timedelta(days=days_ago),
        document="签到表",
        content="检查清单和执法记录",
        discipline="签订承诺书",
        trained=trained,
    )


async def refusal(play: Play, department: str, training: TrainingHeld) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as refused:
        async with play.work(office()) as work:
            await dispatch.confirm_training(work, ROUND, department, training)
    return refused.value


async def test_only_drawn_officers_and_a_day_within_the_round_can_be_confirmed(drawn: Play) -> None:
    first, second = (await organs(drawn))[:2]

    other = await refusal(drawn, first.department, held(drawn, second.drawn[0]))
    early = await refusal(drawn, first.department, held(drawn, first.drawn[0], days_ago=9))
    late = await refusal(drawn, first.department, held(drawn, first.drawn[0], days_ago=-1))

    assert other.rule is Rule.TRAINING_PERSON_NOT_DRAWN
    assert other.facts == {"person": second.drawn[0], "department": first.department}
    assert (early.rule, late.rule) == (Rule.TRAINING_DAY, Rule.TRAINING_DAY)


async def test_a_round_whose_rules_ask_for_none_goes_out_without_and_may_record_one(
    drawn: Play,
) -> None:
    organ = (await organs(drawn))[0]
    async with drawn.work(office()) as work:
        await dispatch.confirm_training(work, ROUND, organ.department, held(drawn, organ.drawn[0]))

    sent = await drawn.publish(ROUND)

    assert sent > 0
    after = (await organs(drawn))[0]
    assert after.untrained == tuple(e for e in organ.drawn if e != organ.drawn[0])


async def test_the_page_of_a_round_takes_each_organs_training_and_then_lets_it_go_out(
    drawn: Play,
) -> None:
    await drawn.override(dispatch__training_required="true")
    [client] = await people(drawn, CHIEF)
    found = await organs(drawn)
    people_drawn = sum(len(organ.drawn) for organ in found)

    before = await page(client, f"/console/rounds/{ROUND}")
    form = await page(client, f"/console/acts/confirm-training/{ROUND}/{found[0].department}")
    refused = await client.post(f"/v1/rounds/{ROUND}/publish")
    for organ in found:
        entry = {**vars(held(drawn)), "held_date": f"{drawn.clock.today()}"}
        entry["trained"] = list(organ.drawn)
        await act(client, f"/rounds/{ROUND}/trainings/{organ.department}", **entry)
    seen = (await client.get(f"/v1/rounds/{ROUND}/trainings")).json()

    assert f"还有 {people_drawn} 名抽中的执法人员没有确认培训" in before
    assert form.count('name="trained"') == len(found[0].drawn)
    assert (refused.status_code, refused.json()["title"]) == (409, "training-missing")
    assert (seen["demanded"], [each["untrained"] for each in seen["organs"]]) == (
        True,
        [[]] * len(found),
    )
    async with drawn.work(office()) as work:
        assert await handlers.publish_visits(work, ROUND)

"""The year 2016 of 十堰 as it went: two rounds of pharmacies, what was found, what came of it."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from contracts.results import Finding
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.errors import RuleBrokenError
from coordinator.domain.follow_up import Case, PenaltyDecision, Severity, Transfer
from coordinator.domain.registers import InspectionObject
from coordinator.domain.result_intake import Result
from coordinator.domain.review import HearingNote
from coordinator.services import dispatch, follow_up, handlers
from coordinator.services.dispatch import TrainingHeld
from coordinator.services.follow_up import TransferOrder
from tests.builders import a_problem
from tests.play import approver, clerk
from tests.scenarios import shiyan
from tests.scenarios.localities import Locality
from tests.scenarios.loop import accept_all, approve_all, disclose_all, problems_of, report_all
from tests.scenarios.rounds import draw_alone

ROUNDS = {"SY-Q2": shiyan.FIRST, "SY-Q3": shiyan.SECOND}
DRAWN = {"SY-Q2": date(2016, 3, 28), "SY-Q3": date(2016, 6, 27)}
VISITED = {"SY-Q2": date(2016, 6, 1), "SY-Q3": date(2016, 9, 5)}
DUE = {"SY-Q2": date(2016, 6, 16), "SY-Q3": date(2016, 9, 20)}
DECIDED = {"SY-Q2": date(2016, 6, 24), "SY-Q3": date(2016, 10, 10)}
TRAINING = TrainingHeld(
    held_date=date.min,
    document="培训签到表",
    content="药品经营质量管理规范、处方药销售、执法记录",
    discipline="宣读廉政和保密纪律，签订承诺书",
    trained=(),
)
HEARD = ("分管局长", "稽查科长", "法规科长")
CLUES = {
    "SY-Q2": ("cross-region",) * 2 + ("major",) + ("ordinary",) * 9,
    "SY-Q3": ("major", "crime") + ("ordinary",) * 10,
}
PUNISHED, WITHDRAWN = {"SY-Q2": 18, "SY-Q3": 17}, {"SY-Q2": 8, "SY-Q3": 7}
RECEIVERS = {"cross-region": shiyan.BUREAU, "major": shiyan.BUREAU, "crime": shiyan.POLICE}
ON_PAPER = "属地市场监督管理局"
OFFENCE = "未按规定销售处方药"


@dataclass(frozen=True)
class Story:
    """The two quarters: whom each round drew, what was found, and what came of it.

    `unsent`: why each batch was not sent out, before anybody was trained and while one was absent.
    """

    city: Locality
    unsent: dict[str, list[RuleBrokenError]]
    tasks: list[DepartmentTask]
    results: list[Result]
    clues: list[Transfer]
    cases: list[Case]


async def live_through(city: Locality) -> Story:
    """Draw, train, check and follow up in the second quarter, then in the third."""
    unsent = {}
    for round_id, line in zip(ROUNDS, (shiyan.SPRING_LINE, shiyan.SUMMER_LINE), strict=True):
        city.on(DRAWN[round_id])
        await draw_alone(city, round_id, line)
        unsent[round_id] = await _train(city, round_id)
        await city.play.publish(round_id)
        await _check(city, round_id)
        await _follow(city, round_id)
    async with city.reading() as work:
        return Story(
            city,
            unsent,
            await work.tasks.where(),
            await work.results.where(),
            await work.transfers.where(),
            await work.cases.where(),
        )


async def _train(city: Locality, round_id: str) -> list[RuleBrokenError]:
    """Train the batch's inspectors; one is absent and comes to a second training."""
    organ = ROUNDS[round_id]
    async with city.reading() as work:
        [drawn] = await dispatch.trainings_of(work, round_id)
    absent, *there = drawn.drawn
    held = replace(TRAINING, held_date=DRAWN[round_id])
    refused = [await _not_sent(city, round_id)]
    for document, people in (("培训签到表", tuple(there)), ("补训签到表", (absent,))):
        async with city.work() as work:
            training = replace(held, document=document, trained=people)
            await dispatch.confirm_training(work, round_id, organ, training)
        if people != (absent,):
            refused.append(await _not_sent(city, round_id))
    return refused


async def _not_sent(city: Locality, round_id: str) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as refused:
        await city.play.publish(round_id)
    return refused.value


async def _check(city: Locality, round_id: str) -> None:
    """Let the teams report; what is amiss is heard on the same day and approved."""
    city.on(VISITED[round_id])
    met = await _planted(city, round_id)

    def found(finding: Finding) -> Finding:
        words = met.get(finding.object_id)
        bad = {"result_codes": ("3",), "problem": words, "legal_basis": shiyan.LAW}
        return (
            a_problem(finding.item, finding.object_id, method=finding.method, **bad)
            if words
            else finding
        )

    await report_all(city, await accept_all(city, round_id), VISITED[round_id], found)
    heard = HearingNote(VISITED[round_id], HEARD, "会商：事实清楚，按情节处理")
    await approve_all(city, await _amiss(city, round_id), heard)


async def _planted(city: Locality, round_id: str) -> dict[str, str]:
    """Say what is amiss where: the chain's shops first, for they are another region's matter."""
    things = await drawn_objects(city, round_id)
    chain = [each.object_id for each in things if each.owner]
    others = [each.object_id for each in things if not each.owner]
    abroad = CLUES[round_id].count("cross-region")
    words = [*CLUES[round_id], *[OFFENCE] * PUNISHED[round_id]]
    return dict(zip([*chain[:abroad], *others], words, strict=False))


async def drawn_objects(city: Locality, *rounds: str) -> list[InspectionObject]:
    async with city.reading() as work:
        checks = await work.checks.where(round_id=rounds)
        found = await work.objects.where(object_id={check.object_id for check in checks})
    return sorted(found, key=lambda each: each.object_id)


async def _amiss(city: Locality, round_id: str) -> list[DepartmentTask]:
    visits = {each.visit_id for each in await problems_of(city, round_id)}
    return [task for task in await city.play.tasks(round_id) if task.visit_id in visits]


async def _follow(city: Locality, round_id: str) -> None:
    """Transfer others' matters, file the own, publish on the last day, and decide."""
    organ = ROUNDS[round_id]
    bad = await problems_of(city, round_id)
    own = [each for each in bad if each.problem == OFFENCE]
    async with city.work(clerk(organ)) as work:
        cases = [await follow_up.open_case(work, each.result_id, "现场检查") for each in own]
    async with city.work(approver(organ)) as work:
        for result in bad:
            if result.problem != OFFENCE:
                await follow_up.transfer_clue(work, result.result_id, _letter(result))
        for case in cases:
            await follow_up.file_case(work, case.case_id, "涉嫌违法", filed=True)
    city.on(DUE[round_id])
    await disclose_all(city, await _amiss(city, round_id))
    city.on(DECIDED[round_id])
    async with city.work(approver(organ)) as work:
        for number, case in enumerate(cases):
            withdrawn = number < WITHDRAWN[round_id]
            decision = _decision(round_id, number, withdrawn=withdrawn)
            await handlers.decide_penalty(work, case.case_id, decision)


def _letter(result: Result) -> TransferOrder:
    """Send a clue to who is competent: to the local authority on paper, else as a message."""
    severity = Severity(result.problem or "")
    receiver = RECEIVERS.get(severity.value, "")
    return TransferOrder(
        severity=severity,
        reason="不属本局管辖",
        receiver=receiver,
        receiver_name="" if receiver else ON_PAPER,
        materials=("现场检查笔录", "购销凭证复印件"),
    )


def _decision(round_id: str, number: int, *, withdrawn: bool) -> PenaltyDecision:
    return PenaltyDecision(
        decision_number=f"{ROUNDS[round_id]}罚〔2016〕{number + 1}号",
        decided_date=DECIDED[round_id],
        penalty_kind="licence-withdrawn" if withdrawn else "fine",
        facts=OFFENCE,
        basis=shiyan.LAW,
        certificate_number=f"{ROUNDS[round_id]}-{number:03d}" if withdrawn else None,
        fine_fen=None if withdrawn else 1_000_000,
    )

"""十堰 2016, food and drug supervision: 110 pharmacies over two quarters (2.13).

Two registers, three lists. The city draws, the districts check: what they find is heard
collectively, published ten working days after the visit, transferred by severity, or punished:
more than 20 clues, 35 companies, 15 certificates withdrawn; then each firm has its new grade.
"""

from collections import Counter
from collections.abc import AsyncIterator
from fractions import Fraction

import pytest

from contracts.follow_up import TransferAnswered
from coordinator.domain.annual_plan import Conditions
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import Severity
from coordinator.domain.lifecycle import CaseState, TransferState
from coordinator.domain.registers.acts import RegisterKind
from coordinator.domain.review import HearingNote
from coordinator.services import follow_up, handlers, registers, review
from coordinator.services.archive.sections import contents_of
from coordinator.services.follow_up import TransferOrder
from coordinator.services.policies import policy_of
from tests.integration.services.post_box import letters
from tests.play import PLAN, approver
from tests.scenarios import shiyan
from tests.scenarios.lists import number_with
from tests.scenarios.localities import object_id
from tests.scenarios.rounds import teams_of
from tests.scenarios.shiyan_year import (
    DUE,
    HEARD,
    ON_PAPER,
    ROUNDS,
    TRAINING,
    VISITED,
    Story,
    drawn_objects,
    live_through,
)


@pytest.fixture(scope="module")
async def story(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Story]:
    city = await shiyan.begin_shiyan(tmp_path_factory.mktemp("shiyan"))
    yield await live_through(city)
    await city.play.close()


async def test_two_registers_and_three_lists_stand_before_the_plan(story: Story) -> None:
    async with story.city.reading() as work:
        acts = Counter(act.kind for act in await work.imports.where())
        things, people = await work.objects.count(), await work.inspectors.count()
        [listed] = await registers.published_lists(work)
        joint = await work.joint_list.where()
        [duties] = await work.duty_lists.where()
        plan = await work.plans.get(PLAN)

    assert acts[RegisterKind.OBJECTS] == acts[RegisterKind.INSPECTORS] == 1
    assert (things, people) == (2 * 110 + 40 + 1, 48)
    assert (listed.number, listed.number_of_items) == (1, 4)
    assert [bool(row.linked_items) for row in joint] == [True] * 3
    assert (duties.post, duties.duties) == ("科员", shiyan.DUTIES)
    assert duties.published_by != duties.drafted_by
    assert plan.policy.partition("@")[0] == shiyan.PROFILE


async def test_three_of_the_five_lines_are_joint_and_who_is_complained_about_is_checked_most(
    story: Story,
) -> None:
    lines = await story.city.lines(PLAN)
    async with story.city.reading() as work:
        plan = await work.plans.get(PLAN)
        policy = (await policy_of(work, plan)).plan

    assert plan.figures is not None
    assert (plan.figures.joint_lines, plan.figures.number_of_lines) == (3, 5)
    assert policy.joint_rate_min == Fraction(3, 5)
    assert policy.higher_ratio_for == ("blacklist", "complaint")
    ratio = {code: line.strata["*"].ratio for code, line in lines.items() if line.strata}
    assert ratio == {"SY-3": Fraction(1, 4), "SY-4": Fraction(1, 4), "SY-5": Fraction(1)}


async def test_no_batch_goes_out_before_its_inspectors_are_trained_and_told_the_discipline(
    story: Story,
) -> None:
    teams = await teams_of(story.city, "SY-Q2")
    officers = sorted({seat.person_id for seats in teams.values() for seat in seats})

    nobody_was, one_was_absent = story.unsent["SY-Q2"]

    assert {error.rule for error in story.unsent["SY-Q2"]} == {Rule.TRAINING_MISSING}
    assert nobody_was.facts["people"] == officers
    assert one_was_absent.facts == {
        "round": "SY-Q2",
        "number": 1,
        "departments": [shiyan.FIRST],
        "people": officers[:1],
    }


async def test_who_was_trained_and_who_only_later_stays_in_the_chain_and_in_each_tasks_archive(
    story: Story,
) -> None:
    async with story.city.reading() as work:
        told = await work.audit_entries.where(tag="dispatch:training:confirmed")
        visit = (await work.visits.where(round_id="SY-Q2"))[0]
        packed = (await contents_of(work, visit.visit_id))["trainings"]

    page = (await story.city.get("/console/rounds/SY-Q2", as_office=True)).text

    assert [entry.subject for entry in told] == ["SY-Q2"] * 2 + ["SY-Q3"] * 2
    first, second = sorted(packed, key=lambda each: str(each["confirmed_at"]))
    assert (first["document"], second["document"]) == ("培训签到表", "补训签到表")
    assert (first["absent"], second["absent"]) == (second["trained"], [])
    assert first["discipline"] == TRAINING.discipline
    assert "补训签到表" in page
    assert "确认前不能下达" not in page


async def test_fifty_five_pharmacies_a_quarter_are_a_hundred_and_ten_each_seen_by_two_officers(
    story: Story,
) -> None:
    per_quarter = {q: len(await drawn_objects(story.city, q)) for q in ROUNDS}
    seen = await drawn_objects(story.city, *ROUNDS)
    teams = [await teams_of(story.city, round_id) for round_id in ROUNDS]

    assert per_quarter == {"SY-Q2": 55, "SY-Q3": 55}
    assert len(seen) == len({each.object_id for each in seen}) == 110
    assert {each.tags for each in seen} == {(shiyan.SHOP,)}
    assert Counter(each.region for each in seen) == {shiyan.ZHANGWAN: 55, shiyan.YUNYANG: 55}
    assert {result.object_id for result in story.results} == {each.object_id for each in seen}
    officers = [sum(seat.is_officer for seat in team) for each in teams for team in each.values()]
    assert officers == [2] * 110


async def test_each_result_is_due_ten_working_days_after_its_visit_and_published_by_then(
    story: Story,
) -> None:
    """Dragon Boat and Mid-Autumn lie between, each with the Sunday that was worked for it."""
    due = {
        (task.round_id, task.disclosure_due, task.disclosure_provisional) for task in story.tasks
    }
    published = [task for task in story.tasks if task.disclosed_at is not None]

    assert due == {(round_id, day, False) for round_id, day in DUE.items()}
    assert len(published) == 35 + 24
    assert {t.disclosed_at.date() for t in published if t.disclosed_at} == set(DUE.values())


async def test_more_than_twenty_clues_go_to_whom_their_severity_says(story: Story) -> None:
    assert len(story.clues) == 24  # more than twenty
    assert Counter((each.severity.value, each.route) for each in story.clues) == {
        ("ordinary", "local-authority"): 19,
        ("cross-region", "city"): 2,
        ("major", "city"): 2,
        ("crime", "public-security"): 1,
    }
    assert {(each.route, each.receiver or each.receiver_name) for each in story.clues} == {
        ("local-authority", ON_PAPER),
        ("city", shiyan.BUREAU),
        ("public-security", shiyan.POLICE),
    }
    told = Counter(
        each.data["department"] for each in await letters(story.city.play, "CaseTransferred")
    )
    assert told == {shiyan.BUREAU: 4, shiyan.POLICE: 1}
    numbers = [each.letter_number for each in story.clues]
    assert len(set(numbers)) == 24


async def test_thirty_five_companies_are_punished_and_fifteen_lose_their_certificate(
    story: Story,
) -> None:
    withdrawn = [each for each in story.cases if each.penalty_kind == "licence-withdrawn"]
    shared = await letters(story.city.play, "PenaltyDecided")

    assert {each.state for each in story.cases} == {CaseState.DECIDED}
    assert len(story.cases) == len({each.subject for each in story.cases}) == 35
    assert len({each.decision_number for each in story.cases}) == 35
    assert len(withdrawn) == len({each.certificate_number for each in withdrawn}) == 15
    assert Counter(each.fine_fen for each in story.cases) == {None: 15, 1_000_000: 20}
    assert len({each.data["decision_number"] for each in shared}) == 35


async def test_nothing_is_approved_before_three_persons_have_heard_it(story: Story) -> None:
    part = next(each for each in story.tasks if each.reviewed_at is None)
    alone = HearingNote(VISITED[part.round_id], HEARD[:1], "会商")
    key = (part.visit_id, part.department)

    with pytest.raises(RuleBrokenError) as unheard:
        async with story.city.work(approver(part.department)) as work:
            await handlers.approve_result(work, *key)
    with pytest.raises(RuleBrokenError) as too_few:
        async with story.city.work(approver(part.department)) as work:
            await review.note_hearing(work, *key, alone)
    async with story.city.reading() as work:
        hearings = await work.hearings.where()

    assert unheard.value.rule is Rule.HEARING_MISSING
    assert too_few.value.facts == {"found": 1, "wanted": 3}
    assert {each.participants for each in hearings} == {HEARD}
    approved = {each.visit_id for each in story.tasks if each.reviewed_at is not None}
    assert {each.visit_id for each in hearings} == approved


async def test_what_concerns_another_region_is_not_called_ordinary(story: Story) -> None:
    abroad = next(each for each in story.clues if each.severity is Severity.CROSS_REGION)
    order = TransferOrder(severity=Severity.ORDINARY, reason="属地办理", receiver_name=ON_PAPER)

    with pytest.raises(RuleBrokenError) as refused:
        async with story.city.work(approver(abroad.department)) as work:
            await follow_up.transfer_clue(work, abroad.result_id, order)

    assert abroad.subject == object_id(shiyan.CHAIN, shiyan.YUNYANG)
    assert refused.value.rule is Rule.TRANSFER_SEVERITY_WRONG
    assert refused.value.facts["expected"] == "cross-region"


async def test_the_police_answer_by_message_and_the_clue_is_accepted(story: Story) -> None:
    crime = next(each for each in story.clues if each.severity is Severity.CRIME)
    answer = TransferAnswered(
        transfer_id=crime.transfer_id,
        department=shiyan.POLICE,
        accepted=True,
        reason=None,
        person="值班民警",
        answered_at=story.city.play.clock.now(),
    )

    await story.city.play.receive(shiyan.POLICE, answer)

    async with story.city.reading() as work:
        now = await work.transfers.get(crime.transfer_id)
    assert (now.state, now.answered_by) == (TransferState.ACCEPTED, "值班民警")


async def test_the_public_finds_each_penalty_beside_its_result_and_no_grade(story: Story) -> None:
    case = next(each for each in story.cases if each.penalty_kind == "licence-withdrawn")
    async with story.city.reading() as work:
        [shown] = await work.disclosures.where(result_id=case.result_id)

    page = (await story.city.get(f"/results/{shown.disclosure_id}")).text

    assert str(case.decision_number) in page
    assert "吊销许可证件" in page
    assert "风险" not in page


async def test_each_punished_firm_has_its_new_credit_grade_and_the_former_stays_on_record(
    story: Story,
) -> None:
    lost = {e.object_id for e in story.cases if e.penalty_kind == "licence-withdrawn"}
    fined = {each.object_id for each in story.cases} - lost

    await story.city.bring_rows(RegisterKind.OBJECTS, shiyan.graded(lost, fined))

    async with story.city.reading() as work:
        shops = await work.objects.where(object_id=lost | fined)
        history = await registers.history_of(work, RegisterKind.OBJECTS, min(lost))
    worst = Conditions(tags=(shiyan.SHOP,), risk_classes=("D",))
    assert Counter(each.risk_class for each in shops) == {"D": 15, "C": 20}
    assert [each.value["risk_class"] for each in history] == ["B", "D"]
    assert await number_with(story.city, worst) == 15

"""One year's round of the sample county, from its files to joint punishment, figure by figure.

Agents are played by hand and the database is real: SQLite, then PostgreSQL, which must be there.
"""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from contracts.draw_files import parse_file, record_lines
from contracts.draw_tables import BARS
from contracts.sanctions import MeasureFeedback
from contracts.vocabulary import MeasureOutcome, Mode
from coordinator.adapters.db.migrate import upgrade
from coordinator.adapters.record_shelf import FolderShelf
from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.archive import chain_digest
from coordinator.domain.blacklist import Listing
from coordinator.domain.lifecycle import ListingState, RoundState
from coordinator.services import appraisal, blacklist, follow_up, handlers, messages
from coordinator.services.follow_up import PenaltyDecision
from coordinator.services.public_keys import published_keys
from deploy.local.postgres import temporary_postgres
from tests.at_once import engine_at_once
from tests.audit_chains import first_break
from tests.builders import MARKET, a_problem
from tests.integration.services.post_box import letters
from tests.play import AUDITOR, Play, approver, clerk, start
from tests.scenarios.sample_county import found_sample_county

ROUND = "R2026-Q2"


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)]
)
def database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('sqlite') / 'county.db'}"
        return
    with temporary_postgres() as server:
        yield server.create_database("county")


@dataclass
class Story:
    """What the round left behind."""

    play: Play
    lines: dict[str, PlanLine]
    listing: Listing


@pytest.fixture(scope="module")
async def story(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Story]:
    folder = tmp_path_factory.mktemp("office")
    engine = engine_at_once(database_url)
    await upgrade(engine)
    await engine.dispose()
    play = start(database_url, folder, shelf=FolderShelf(folder / "records"))
    lines = await found_sample_county(play, folder / "county")
    announced = [line.code for line in lines if line.mode is Mode.ANNOUNCED]
    await _draw(play, announced)
    await _inspect(play)
    listing = await _punish(play)
    yield Story(play, {line.code: line for line in lines}, listing)
    await play.close()


async def _draw(play: Play, lines: list[str]) -> None:
    await play.open_round(ROUND, *lines)
    await play.draw_frozen(await play.freeze(ROUND))
    await play.publish(ROUND)


async def _inspect(play: Play) -> None:
    """Every department accepts and reports; the first one of market regulation finds a problem."""
    tasks = await play.tasks(ROUND)
    for task in tasks:
        await play.accept(task)
    play.clock.go_to(date(2026, 5, 10))
    bad = next(task for task in tasks if task.department == MARKET)
    for task in tasks:
        await play.report(task, a_problem() if task is bad else None)
    for task in tasks:
        await play.approve(task)
        await play.disclose(task)


async def _punish(play: Play) -> Listing:
    decision = PenaltyDecision(
        decision_number="平市监罚〔2026〕12号",
        decided_date=date(2026, 5, 10),
        penalty_kind="licence-withdrawn",
        facts="超范围经营",
        basis="《食品安全法》第一百二十二条",
        certificate_number="JY16402210000001",
        severity="serious",
        publication_months=36,
    )
    async with play.work(clerk(MARKET)) as work:
        [bad] = await work.results.where(round_id=ROUND, has_problem=True)
        case = await follow_up.open_case(work, bad.result_id, "现场检查")
    async with play.work(approver(MARKET)) as work:
        await follow_up.file_case(work, case.case_id, "涉嫌违法", filed=True)
        await handlers.decide_penalty(work, case.case_id, decision)
        proposed = await blacklist.propose_listing(work, case.case_id, "market-serious")
        await blacklist.notify_party(work, proposed.listing_id)
        notified = await blacklist.record_delivery(
            work, proposed.listing_id, blacklist.Delivery(day=work.today(), way="direct")
        )
    assert notified.objection_until is not None
    play.clock.go_to(notified.objection_until + timedelta(days=1))
    async with play.work(approver(MARKET)) as work:
        await blacklist.decide_listing(work, notified.listing_id, "平市监列〔2026〕1号")
    async with play.work(approver(MARKET, "deputy")) as work:
        listing = await handlers.confirm_listing(work, notified.listing_id)
    await _answer_measures(play)
    return listing


async def _answer_measures(play: Play) -> None:
    async with play.work(AUDITOR) as work:
        orders = await work.orders.where()
    for order in orders:
        message = MeasureFeedback(
            order_id=order.order_id,
            department=order.department,
            outcome=MeasureOutcome.APPLIED,
            reason=None,
            person="duty officer",
            done_at=play.clock.now(),
        )
        await play.receive(order.department, message)


async def test_the_figures_agree_with_each_other_and_with_what_is_stored(story: Story) -> None:
    async with story.play.work(AUDITOR) as work:
        figures = await appraisal.round_figures(work, ROUND)
        drawn = await work.rounds.get(ROUND)
        visits = await work.visits.where(round_id=ROUND)
        checks = await work.checks.where(round_id=ROUND)
        tasks = await work.tasks.where(round_id=ROUND)
        files = await work.record_files.where(round_id=ROUND)
        objects = await work.objects.count()
    by_line = {
        file.name.split("/")[1].removesuffix(".tsv"): len(record_lines(file.body))
        for file in files
        if file.name.startswith("drawn/")
    }

    assert figures.plan_lines == len(drawn.lines) == len(by_line) == 8
    assert 0 < figures.objects_in_frames <= objects == 650
    assert figures.checks == len(checks)
    assert figures.checks == sum(
        number * len(story.lines[line].items) for line, number in by_line.items()
    )
    assert figures.visits == len(visits) == len({visit.visit_id for visit in visits})
    assert figures.visits_saved == figures.separate_visits - figures.visits > 0
    assert figures.teams == len(tasks) == figures.dispatched == figures.accepted
    assert figures.teams == sum(len(visit.departments) for visit in visits)
    asked = {(c.visit_id, c.department, c.object_id, c.item) for c in checks}
    assert figures.findings == figures.disclosed == len(asked) <= figures.checks
    assert figures.shared == sum(
        len(visit.departments) * (len(visit.departments) - 1) for visit in visits
    )
    assert figures.listed == 1
    assert figures.measures == figures.measure_feedback == 11


async def test_both_hundred_per_cent_are_reached(story: Story) -> None:
    async with story.play.work(AUDITOR) as work:
        indicators = await appraisal.indicators(work, ROUND)

    assert {each.code: each.percent for each in indicators} == {
        "plan-completion": "100.0",
        "disclosure": "100.0",
    }


async def test_the_record_was_opened_with_the_last_visit_and_verifies(story: Story) -> None:
    await story.play.examine()

    async with story.play.work(AUDITOR) as work:
        drawn = await work.rounds.get(ROUND)
        keys = await published_keys(work)

    assert (drawn.state, drawn.verify_result) == (RoundState.DISCLOSED, "ok")
    assert drawn.record_folder is not None
    shelf = FolderShelf(Path(drawn.record_folder).parent)
    assert shelf.verify(drawn.record_folder, keys) == "ok"


async def test_every_check_is_in_exactly_one_visit_within_its_window(story: Story) -> None:
    async with story.play.work(AUDITOR) as work:
        checks = await work.checks.where(round_id=ROUND)
        visits = {visit.visit_id: visit for visit in await work.visits.where(round_id=ROUND)}

    times = Counter((check.line, check.object_id, check.item) for check in checks)
    assert set(times.values()) == {1}
    for check in checks:
        line, visit = story.lines[check.line], visits[check.visit_id]
        assert line.window_from <= visit.date_from <= visit.date_to <= line.window_to
        assert check.department in visit.departments


async def test_every_team_meets_its_quota_has_one_leader_and_nobody_barred(story: Story) -> None:
    async with story.play.work(AUDITOR) as work:
        tasks = await work.tasks.where(round_id=ROUND)
        team = await work.team.where(round_id=ROUND)
        checks = await work.checks.where(round_id=ROUND)
        files = await work.record_files.where(round_id=ROUND)
        inspectors = {each.inspector_id: each for each in await work.inspectors.where()}
    barred = {
        (bar.object, bar.inspector)
        for file in files
        if file.name.startswith("bars/")
        for bar in parse_file(BARS, file.body, ROUND, file.name.split("/")[1].removesuffix(".tsv"))
    }
    objects = defaultdict(set)
    for check in checks:
        objects[check.visit_id].add(check.object_id)

    officers = Counter((m.visit_id, m.department) for m in team if not m.expert)
    assert officers == {(task.visit_id, task.department): task.quota for task in tasks}
    leaders = Counter(member.visit_id for member in team if member.leader)
    assert leaders == dict.fromkeys({task.visit_id for task in tasks}, 1)
    for member in team:
        assert not {(thing, member.person_id) for thing in objects[member.visit_id]} & barred
        if not member.expert:
            assert inspectors[member.person_id].department == member.department
    assert barred


async def test_messages_are_gap_free_per_queue_and_nothing_is_stuck(story: Story) -> None:
    sequences = defaultdict(list)
    sent = await letters(story.play)
    for letter in sent:
        sequences[letter.recipient].append(letter.sequence)

    for numbers in sequences.values():
        assert numbers == list(range(1, len(numbers) + 1))
    async with story.play.work(AUDITOR) as work:
        counts = await messages.message_counts(work)
        events = await work.credit_events.where()
        disclosed = await work.disclosures.count()
    assert counts == {"parked": 0, "unroutable": 0, "outbox_pending": len(sent)}
    each_once = disclosed + len(("the penalty", "the listing"))
    assert [event.number for event in events] == list(range(1, each_once + 1))


async def test_one_subject_is_listed_for_its_penalty_and_every_department_knows(
    story: Story,
) -> None:
    told = {letter.recipient for letter in await letters(story.play, "EntityListed")}

    assert story.listing.state is ListingState.LISTED
    assert story.listing.penalty_decision == "平市监罚〔2026〕12号"
    assert len(told) == 5 + 1 + 1  # departments, the county's credit system, the log


async def test_audit_and_archive_are_unbroken_chains(story: Story) -> None:
    async with story.play.work(AUDITOR) as work:
        entries = list(await work.audit_entries.where())
        packages = await work.packages.where()
        visits = await work.visits.count(round_id=ROUND)

    assert first_break(entries) is None
    assert len(entries) > len(packages) == visits
    previous = ""
    for package in packages:
        assert package.digest == chain_digest(previous, package.body)
        previous = package.digest

"""A report that breaks a rule is parked, and its department is told which; a forged one is not."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.amqp.disposition import Disposition, dispose
from contracts.amqp.ports import Delivery
from contracts.amqp.retries import Retries
from contracts.results import FindingsSubmitted, ReportRefused
from contracts.signing import sign
from coordinator.adapters.db.inbox import CONSUMER, DatabaseInbox, InboxSettings
from coordinator.adapters.inbound import SECRET_TYPES, InboundMessages, RefusedReports
from coordinator.bootstrap.refusals import rule_in_words
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.lifecycle import TaskState
from tests.builders import FIRE, MARKET
from tests.integration.services.post_box import letters
from tests.play import AUDITOR, ROUND, Play, key_of


class Intake:
    """The coordinator's inbox as the inbound process wires it, without a broker."""

    def __init__(self, play: Play) -> None:
        settings = InboxSettings(
            CONSUMER,
            attempts=2,
            secret_types=SECRET_TYPES,
            parked=RefusedReports(play.around, rule_in_words).answer,
        )
        apply = InboundMessages(play.around).apply
        self.play = play
        self.inbox = DatabaseInbox(play.around.engine, play.clock, settings, apply)

    async def take(self, delivery: Delivery) -> Disposition:
        return await dispose(self.inbox, delivery)

    async def parked(self) -> list[str]:
        async with self.play.work(AUDITOR) as work:
            return [letter.reason for letter in await work.dead_letters.where()]

    async def told(self) -> list[ReportRefused]:
        return [
            ReportRefused.model_validate(each.data)
            for each in await letters(self.play, "ReportRefused")
        ]


@pytest.fixture
async def intake(dispatched: Play) -> Intake:
    return Intake(dispatched)


async def task_of(play: Play, department: str = MARKET) -> DepartmentTask:
    return next(each for each in await play.tasks(ROUND) if each.department == department)


async def incomplete(play: Play, task: DepartmentTask) -> FindingsSubmitted:
    report = await play.findings(task)
    return report.model_copy(update={"findings": report.findings[1:]})


async def test_a_refused_report_tells_its_department_the_rule_the_row_and_the_words(
    intake: Intake,
) -> None:
    play, task = intake.play, await task_of(intake.play)
    missing = (await play.findings(task)).findings[0]
    letter = play.letter(MARKET, await incomplete(play, task))

    assert await intake.take(letter) is Disposition.PARK
    assert await intake.take(replace(letter, redelivered=True)) is Disposition.PARK

    [told] = await intake.told()
    assert (told.rule, told.message_id) == ("finding-missing", letter.message_id)
    assert {fact.name: fact.values for fact in told.facts} == {
        "object": (missing.object_id,),
        "item": (missing.item,),
    }
    assert (told.report_version, told.standing_version, told.awaited) == (1, 0, True)
    assert missing.item in told.text
    assert missing.item in told.text_en
    assert len(await intake.parked()) == 1
    async with play.work(AUDITOR) as work:
        [noted] = await work.audit_entries.where(tag="result-intake:report:refused")
    assert (noted.subject, noted.facts["rule"]) == (task.visit_id, "finding-missing")
    [sent] = await letters(play, "ReportRefused")
    assert sent.headers["x-correlation-id"] == "correlation"


async def test_the_corrected_report_of_the_same_version_is_taken_in(intake: Intake) -> None:
    play, task = intake.play, await task_of(intake.play)
    await intake.take(play.letter(MARKET, await incomplete(play, task)))

    taken = await intake.take(play.letter(MARKET, await play.findings(task), number=2))

    assert taken is Disposition.DONE
    assert (await task_of(play)).state is TaskState.PENDING_REVIEW
    assert len(await intake.told()) == 1


async def test_a_supplement_after_approval_is_refused_at_once_and_what_stands_is_named(
    intake: Intake,
) -> None:
    play, task = intake.play, await task_of(intake.play)
    await play.report(task)
    await play.approve(task)
    late = await play.findings(await task_of(play), supplement_reason="午后补查")

    assert await intake.take(play.letter(MARKET, late)) is Disposition.PARK

    [told] = await intake.told()
    assert told.rule == "supplement-not-possible"
    assert (told.report_version, told.standing_version, told.awaited) == (2, 1, False)


async def test_a_report_before_its_acceptance_is_answered_when_no_attempt_is_left(
    drawn: Play,
) -> None:
    intake = Intake(drawn)
    await drawn.publish(ROUND)
    task = await task_of(drawn)
    drawn.clock.pass_time(days=20)

    waits = await intake.take(drawn.letter(MARKET, await drawn.findings(task)))
    assert await intake.told() == []
    drawn.clock.pass_time(hours=1)
    await Retries(intake.inbox).run_due()

    assert waits is Disposition.RETRY
    [told] = await intake.told()
    assert (told.rule, told.awaited) == ("move-not-allowed", True)


def forged(letter: Delivery, **changes: Any) -> Delivery:
    return replace(letter, **changes)


async def test_what_is_forged_or_of_another_is_parked_without_a_word(intake: Intake) -> None:
    play, task = intake.play, await task_of(intake.play)
    report = await incomplete(play, task)
    letter = play.letter(MARKET, report)
    stranger = sign(letter.body, key_of(FIRE))
    letters_in = [
        forged(letter, headers={**letter.headers, "x-jws": stranger}),
        forged(letter, message_id="m2", user_id=f"dept-{FIRE}"),
        play.letter(FIRE, report, number=3),
        play.letter(MARKET, report.model_copy(update={"visit_id": "unknown"}), number=4),
    ]

    ends = [await intake.take(each) for each in letters_in]
    play.clock.pass_time(hours=1)
    await Retries(intake.inbox).run_due()

    assert ends == [Disposition.PARK] * 3 + [Disposition.RETRY]
    assert len(await intake.parked()) == 4
    assert await intake.told() == []

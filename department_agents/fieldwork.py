"""Stage 7 on the department's side: tasks that arrive, and what the department answers."""

from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.amqp.ports import PermanentFailure
from contracts.results import (
    FindingsSubmitted,
    ResultAcknowledged,
    ResultReturned,
    ResultShared,
)
from contracts.tasks import (
    PrecheckRefreshed,
    TaskAccepted,
    TaskAmended,
    TaskDeclined,
    TaskOpened,
    TaskPublished,
    TaskWithdrawn,
)
from department_agents.answers import (
    Answer,
    Department,
    parse,
    require_own,
    require_task,
    require_text,
    task_of,
)
from department_agents.clock import Clock, legal_date
from department_agents.dispute_rules import flaws_of_disputes
from department_agents.draft_rules import flaws_of_drafts, flaws_of_undecided, of_task
from department_agents.drafting import Drafting
from department_agents.drafts import Draft, drafts_of, with_drafts
from department_agents.former_codes import in_current_codes
from department_agents.lapses import Lapsed, flaws_of_lapsed, in_force, lapsed_on, lapses_of
from department_agents.notices import keep_notice
from department_agents.post import About, Letter
from department_agents.proof_rules import flaws_of_supplement
from department_agents.refusals import AnswerRefusedError, Flaw, Refusal, refuse
from department_agents.report_rules import flaws_of
from department_agents.sent_reports import SentReports
from department_agents.store.rows import SharedResultRow, TaskRow, TaskState


@dataclass(frozen=True, slots=True)
class Beside:
    """What a report is held to beside its task: its version, experts' drafts, lapsed items."""

    version: int
    drafts: tuple[Draft, ...]
    lapsed: Lapsed


class Fieldwork:
    """Tasks of one department; every method runs in the caller's transaction."""

    def __init__(self, department: Department) -> None:
        self._own = department
        self.drafting = Drafting(department)
        self.sent = SentReports(department)

    async def receive(self, session: AsyncSession, letter: Letter[TaskPublished]) -> None:
        """Take in a task, or take it in again after it was withdrawn."""
        task = letter.message
        require_own(task.department, self._own.code)
        row = await session.get(TaskRow, task.visit_id)
        if row is None or row.state is TaskState.WITHDRAWN:
            row = row or _new_row(task, self._own.clock)
            row.state = TaskState.RECEIVED
        row.body, row.date_from = task.model_dump_json(), task.date_from
        session.add(row)

    async def open(self, session: AsyncSession, letter: Letter[TaskOpened]) -> None:
        """Add the target of a covert visit to its task."""
        opened = letter.message
        row = await _known(session, opened.visit_id)
        target = {
            "place": opened.place,
            "checks": opened.checks,
            "visit_code": opened.visit_code,
            "precheck": opened.precheck,
        }
        row.body = task_of(row).model_copy(update=target).model_dump_json()
        session.add(row)

    async def amend(self, session: AsyncSession, letter: Letter[TaskAmended]) -> None:
        """Take over the team as it stands after a replacement, and keep the letter that says so."""
        amended = letter.message
        require_own(amended.department, self._own.code)
        row = await _known(session, amended.visit_id)
        now = {"team": amended.team, "appointment": amended.appointment}
        row.body = task_of(row).model_copy(update=now).model_dump_json()
        session.add(row)
        await keep_notice(session, letter, self._own.clock.now())

    async def take_precheck(self, session: AsyncSession, letter: Letter[PrecheckRefreshed]) -> None:
        """Replace what is known of the objects by what a new comparison found."""
        refreshed = letter.message
        require_own(refreshed.department, self._own.code)
        row = await _known(session, refreshed.visit_id)
        renewed = task_of(row).model_copy(update={"precheck": refreshed.precheck})
        row.body = renewed.model_dump_json()
        session.add(row)

    async def withdraw(self, session: AsyncSession, letter: Letter[TaskWithdrawn]) -> None:
        """Take a task off the list, with the office's reason."""
        require_own(letter.message.department, self._own.code)
        row = await _known(session, letter.message.visit_id)
        row.state, row.withdrawn_reason = TaskState.WITHDRAWN, letter.message.reason
        session.add(row)

    async def take_back(self, session: AsyncSession, letter: Letter[ResultReturned]) -> None:
        """Open a report again, and keep the letter; a return of an older version is overtaken."""
        require_own(letter.message.department, self._own.code)
        row = await _known(session, letter.message.visit_id)
        told = letter.message
        reopened = told.correction or told.again > 0  # of what the office holds, whatever we sent
        if row.state is TaskState.REPORTED and (
            reopened or row.report_version == told.report_version
        ):
            row.state, row.returned_reason = TaskState.ACCEPTED, told.reason
            row.report_version = told.report_version
            session.add(row)
        await keep_notice(session, letter, self._own.clock.now())

    async def keep_shared(self, session: AsyncSession, letter: Letter[ResultShared]) -> None:
        """Keep another organ's results and acknowledge them."""
        shared = letter.message
        key = (shared.visit_id, shared.from_department, shared.report_version)
        if await session.get(SharedResultRow, key) is None:
            session.add(
                SharedResultRow(
                    visit_id=shared.visit_id,
                    from_department=shared.from_department,
                    report_version=shared.report_version,
                    body=letter.text,
                    signature=letter.signature or "",
                    received_at=self._own.clock.now(),
                )
            )
        answer = ResultAcknowledged(
            visit_id=shared.visit_id,
            from_department=shared.from_department,
            report_version=shared.report_version,
        )
        await self._own.post.send(session, answer, _about(shared.visit_id))

    async def accept(self, session: AsyncSession, answer: Answer) -> None:
        """Accept a task for the organ; raises AnswerRefusedError."""
        accepted = parse(TaskAccepted, answer, self._own.code)
        row = await require_task(session, accepted.visit_id, TaskState.RECEIVED)
        require_text("accepted_by", accepted.accepted_by)
        row.state = TaskState.ACCEPTED
        session.add(row)
        await self._own.post.send(session, accepted, _about(accepted.visit_id))

    async def decline(self, session: AsyncSession, answer: Answer) -> None:
        """Decline one person of the own team, with a reason; raises AnswerRefusedError."""
        declined = parse(TaskDeclined, answer, self._own.code)
        row = await require_task(session, declined.visit_id, TaskState.RECEIVED, TaskState.ACCEPTED)
        team = [one.person_id for one in task_of(row).team if one.department == self._own.code]
        if declined.person_id not in team:
            expected = ", ".join(team)
            raise refuse("person_id", Flaw.NOT_IN_TEAM, expected, declined.person_id)
        require_text("reason", declined.reason)
        require_text("declined_by", declined.declined_by)
        await self._own.post.send(session, declined, _about(declined.visit_id))

    async def submit(self, session: AsyncSession, answer: Answer) -> None:
        """Send the findings of a visit; raises AnswerRefusedError with everything wrong in them.

        A report without `report_version` gets the next one. With a reason, a report that is out
        may be supplemented by what was not checked.
        """
        states = (TaskState.ACCEPTED, TaskState.REPORTED)
        allowed = states if answer.get("supplement_reason") else states[:1]
        row = await require_task(session, answer.get("visit_id"), *allowed)
        version = row.report_version + 1
        report = parse(FindingsSubmitted, {"report_version": version, **answer}, self._own.code)
        report = in_current_codes(report, self._own.rules.codes)
        cards = (await lapses_of(session, row.visit_id)).get(row.visit_id, ())
        lapsed = lapsed_on(cards, report.visited_date)
        kept = (await drafts_of(session, row.visit_id)).get(row.visit_id, ())
        drafts = of_task(in_force(task_of(row), lapsed), kept)
        report = with_drafts(report, drafts)
        self._check(report, row, Beside(version, drafts, lapsed))
        identity = await self._own.post.send(session, report, _about(report.visit_id))
        self.sent.keep(session, row, report, identity)
        row.state, row.returned_reason = TaskState.REPORTED, None
        row.report, row.report_version = report.model_dump_json(), version
        session.add(row)

    def _check(self, report: FindingsSubmitted, row: TaskRow, beside: Beside) -> None:
        task = task_of(row)
        if not task.checks:
            raise refuse("visit_id", Flaw.NOT_OPENED, found=task.visit_id)
        if report.report_version != beside.version:
            found = str(report.report_version)
            raise refuse("report_version", Flaw.VERSION_WRONG, str(beside.version), found)
        former = FindingsSubmitted.model_validate_json(row.report) if row.report else None
        lapsed = list(flaws_of_lapsed(report, beside.lapsed))
        said = {each.field for each in lapsed}  # better than that nothing asks for it
        flaws = self._flaws(report, in_force(task, beside.lapsed), former)
        flaws = [*lapsed, *(each for each in flaws if each.field not in said)]
        flaws += flaws_of_undecided(beside.drafts)
        if flaws:
            raise AnswerRefusedError(flaws)

    def _flaws(
        self, report: FindingsSubmitted, task: TaskPublished, former: FindingsSubmitted | None
    ) -> list[Refusal]:
        codes = self._own.rules.codes.on(report.visited_date)
        flaws = flaws_of(report, task, self._own.rules, legal_date(self._own.clock.now()))
        flaws += flaws_of_disputes(report, task, codes, former)
        flaws += flaws_of_drafts(report, task, codes)
        if former is not None and report.supplement_reason:
            flaws += flaws_of_supplement(report, former)
        return flaws


def _about(visit_id: str) -> About:
    return About(visit_id, visit_id)


def _new_row(task: TaskPublished, clock: Clock) -> TaskRow:
    return TaskRow(
        visit_id=task.visit_id,
        body="",
        state=TaskState.RECEIVED,
        date_from=task.date_from,
        received_at=clock.now(),
    )


async def _known(session: AsyncSession, visit_id: str) -> TaskRow:
    row = await session.get(TaskRow, visit_id)
    if row is None:
        raise PermanentFailure(f"no task of visit {visit_id} was received")
    return row

"""A round played in process: the office and its departments by hand, on a real database."""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from contracts.amqp.ports import (
    SCHEMA_HEADER,
    SEQUENCE_HEADER,
    SIGNATURE_HEADER,
    Delivery,
)
from contracts.catalogue import Way, entry_of
from contracts.draw_proof import CHAIN_LENGTH, chain_head, chain_step, preimage
from contracts.draw_record import receipt_payload
from contracts.draws import CommitReceived, EntropyCommitted, EntropyRevealed
from contracts.envelope import Envelope, encode
from contracts.results import Finding, FindingsSubmitted
from contracts.signing import SigningKey, sign
from contracts.tasks import TaskAccepted
from contracts.topology import credit_key, credit_user, department_user, inbound_key
from contracts.vocabulary import Wire
from coordinator.adapters.db.calendar import DatabaseCalendar
from coordinator.adapters.db.unit_of_work import Surroundings, UnitOfWork, transaction
from coordinator.adapters.policy_files import PolicyFolder
from coordinator.adapters.record_shelf import FolderShelf
from coordinator.adapters.signer import OfficeSigner
from coordinator.bootstrap.received import ReceivedRows
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.lottery.ceremony import Round
from coordinator.services import dispatch, handlers, lottery
from coordinator.services.ports import Actor, Role
from tests.answering import answers_of, methods_of
from tests.at_once import engine_at_once
from tests.builders import (
    CALENDAR,
    DEPARTMENTS,
    NOW,
    POLICIES,
    POLICY,
    a_finding,
)
from tests.fakes import FakeChance, FakeShelf, MovableClock

ROUND, COVERT_ROUND, NEXT_ROUND = "R1", "C1", "R2"
PLAN = "plan-2026"


def secret_of(code: str, round_id: str = ROUND, attempt: int = 1) -> bytes:
    """Give a department's secret for 16 attempts of a round, the same in every test."""
    chain = (attempt - 1) // CHAIN_LENGTH
    return hashlib.sha256(f"secret {chain} of {code} in {round_id}".encode()).digest()


def key_of(code: str) -> SigningKey:
    """Give a department's signing key, the same in every test."""
    return SigningKey.from_seed(code, hashlib.sha256(f"key of {code}".encode()).digest())


def office(name: str = "office-a") -> Actor:
    return Actor(name=name, role=Role.OFFICE)


def clerk(department: str, name: str = "clerk") -> Actor:
    return Actor(name=f"{department}-{name}", role=Role.DEPARTMENT, department=department)


def approver(department: str, name: str = "chief") -> Actor:
    return replace(clerk(department, name), approver=True)


AUDITOR = Actor(name="auditor-a", role=Role.AUDITOR)


@dataclass
class Play:
    """The coordinator on one database, and what every department knows."""

    around: Surroundings
    clock: MovableClock
    departments: Sequence[str] = DEPARTMENTS

    def work(self, actor: Actor) -> AbstractAsyncContextManager[UnitOfWork]:
        return transaction(self.around, actor)

    async def override(self, **figures: object) -> None:
        """Let the plan override figures of its profile; `burden__visits_per_year=1`."""
        async with self.work(office()) as work:
            plan = await work.plans.get(PLAN)
            own = {path.replace("__", "."): str(value) for path, value in figures.items()}
            await work.plans.save(replace(plan, overrides={**plan.overrides, **own}))

    async def close(self) -> None:
        await self.around.engine.dispose()

    async def receive(self, department: str, message: Wire) -> None:
        """Apply a message as the inbox does once it knows the sender."""
        async with self.work(clerk(department, "agent")) as work:
            await handlers.handle(work, department, message)

    # ceremony

    async def open_round(self, round_id: str, *lines: str, plan_id: str = PLAN) -> Round:
        async with self.work(office()) as work:
            order = lottery.RoundOrder(
                round_id=round_id, title=f"批次{round_id}", plan_id=plan_id, lines=lines
            )
            opened = await lottery.open_round(work, order)
        for code in opened.departments:
            head = chain_head(secret_of(code, round_id)).hex()
            await self.receive(code, EntropyCommitted(round_id=round_id, head=head))
        return opened

    async def freeze(self, round_id: str) -> Round:
        async with self.work(office("office-a")) as work:
            await lottery.request_freeze(work, round_id)
        async with self.work(office("office-b")) as work:
            return await lottery.freeze_round(work, round_id)

    async def sign(self, drawn: Round, departments: Iterable[str] | None = None) -> None:
        for code in drawn.departments if departments is None else departments:
            await self.receive(code, self.receipt(drawn, code))

    def receipt(self, drawn: Round, code: str, **changes: Any) -> CommitReceived:
        at = "2026-03-25T01:31:00Z"
        payload = receipt_payload(code, drawn.commit_hash or "", at)
        message = CommitReceived(
            round_id=drawn.round_id,
            attempt=drawn.attempt,
            commit_hash=drawn.commit_hash or "",
            at=at,
            signature=sign(payload, key_of(code)),
        )
        return message.model_copy(update=changes)

    def reveal_of(self, drawn: Round, code: str, **changes: Any) -> EntropyRevealed:
        message = EntropyRevealed(
            round_id=drawn.round_id,
            attempt=drawn.attempt,
            commit_hash=drawn.commit_hash or "",
            value=preimage(
                secret_of(code, drawn.supplement_of or drawn.round_id, drawn.attempt),
                chain_step(drawn.attempt),
            ).hex(),
        )
        return message.model_copy(update=changes)

    async def reveal(self, drawn: Round, departments: Iterable[str] | None = None) -> None:
        for code in drawn.departments if departments is None else departments:
            await self.receive(code, self.reveal_of(drawn, code))

    async def draw(self, round_id: str) -> Round:
        async with self.work(office("office-a")) as work:
            await lottery.request_draw(work, round_id)
        async with self.work(office("office-b")) as work:
            return await handlers.draw_round(work, round_id)

    async def drawn_round(self, round_id: str, *lines: str, plan_id: str = PLAN) -> Round:
        """Open, freeze, sign, reveal and draw."""
        await self.open_round(round_id, *lines, plan_id=plan_id)
        return await self.draw_frozen(await self.freeze(round_id))

    async def draw_frozen(self, frozen: Round) -> Round:
        """Sign, reveal and draw what is frozen."""
        await self.sign(frozen)
        await self.reveal(frozen)
        return await self.draw(frozen.round_id)

    async def examine(self) -> None:
        """Verify and audit the records that were opened, as the daily duties do."""
        async with self.work(AUDITOR) as work:
            waiting = await lottery.opened_rounds(work)
        for round_id in waiting:
            async with self.work(AUDITOR) as work:
                opened = await lottery.gather_opened(work, round_id)
            found = lottery.examine(self.around.shelf, opened)
            async with self.work(office()) as work:
                await lottery.keep_examination(work, found)

    # tasks and findings

    async def publish(self, round_id: str) -> int:
        """Send a round's visits out; where its plan warns of high frequency, with a reason."""
        async with self.work(office()) as work:
            answered = await work.frequency_answers.count(subject=round_id)
            if not answered and await dispatch.frequency_of_round(work, round_id):
                await dispatch.answer_for_round(work, round_id, "窗口不重叠，不能合并")
            return await handlers.publish_visits(work, round_id)

    async def tasks(self, round_id: str) -> Sequence[DepartmentTask]:
        async with self.work(AUDITOR) as work:
            found: Sequence[DepartmentTask] = await work.tasks.where(round_id=round_id)
        return found

    async def accept(self, task: DepartmentTask) -> None:
        message = TaskAccepted(
            visit_id=task.visit_id, department=task.department, accepted_by="duty officer"
        )
        await self.receive(task.department, message)

    async def findings(
        self, task: DepartmentTask, problem: Finding | None = None, **changes: Any
    ) -> FindingsSubmitted:
        """Give a report that finds nothing, or `problem` at the first check."""
        async with self.work(AUDITOR) as work:
            visit = await work.visits.get(task.visit_id)
            checks = await work.checks.where(
                visit_id=task.visit_id, department=task.department, left_out=None
            )
            team = await work.team.where(visit_id=task.visit_id, department=task.department)
            answers = await answers_of(work, visit, task.department)
            methods = await methods_of(work, (check.item for check in checks))
            late = work.today() > visit.date_from
        asked = sorted({(check.object_id, check.item) for check in checks})
        found = [a_finding(item, thing, answers=answers[thing, item]) for thing, item in asked]
        if problem is not None:
            thing, item = asked[0]
            given = problem.answers or answers[asked[0]] if problem.checked else ()
            first = {"object_id": thing, "item": item, "answers": given}
            found[0] = problem.model_copy(update=first)
        found = [
            each.model_copy(update={"method": methods.get(each.item, each.method)})
            for each in found
        ]
        people = [member.person_id for member in team]
        officers = [member.person_id for member in team if member.is_officer]
        message = FindingsSubmitted(
            visit_id=task.visit_id,
            department=task.department,
            report_version=task.report_version + 1,
            entered_by=officers[0],
            visited_date=visit.date_from,
            present=tuple(people),
            entity_opinion="无异议",
            findings=tuple(found),
            late_reason="offline" if late else None,
        )
        return message.model_copy(update=changes)

    async def report(self, task: DepartmentTask, problem: Finding | None = None) -> None:
        await self.receive(task.department, await self.findings(task, problem))

    async def approve(self, task: DepartmentTask) -> None:
        async with self.work(approver(task.department)) as work:
            await handlers.approve_result(work, task.visit_id, task.department)

    async def disclose(self, task: DepartmentTask) -> None:
        async with self.work(clerk(task.department)) as work:
            await handlers.disclose_result(work, task.visit_id, task.department)

    # letters

    def letter(self, sender: str, message: Wire, number: int = 1, **changes: Any) -> Delivery:
        """Write a message as the broker hands it over, signed where the catalogue says so."""
        entry = entry_of(message)
        credit = entry.way is Way.INBOUND_CREDIT
        envelope: Any = Envelope
        body = encode(
            envelope[type(message)](
                id=f"{sender}-{number}",
                source=f"/{'credit' if credit else 'departments'}/{sender}",
                type=entry.type,
                subject="subject",
                time=self.clock.now(),
                dataschema="/v1/schemas",
                sequence=number,
                correlationid="correlation",
                data=message,
            )
        )
        headers = {SCHEMA_HEADER: entry.schema, SEQUENCE_HEADER: str(number)}
        if entry.legal_effect:
            headers[SIGNATURE_HEADER] = sign(body, key_of(sender))
        key = credit_key if credit else inbound_key
        delivery = Delivery(
            message_id=f"{sender}-{number}",
            type=entry.type,
            user_id=credit_user(sender) if credit else department_user(sender),
            routing_key=key(sender, entry.name, entry.major),
            exchange="onevisit.inbound",
            queue="onevisit.inbound",
            headers=headers,
            body=body,
            redelivered=False,
        )
        return replace(delivery, **changes)


def start(url: str, folder: Path, *, shelf: FolderShelf | None = None) -> Play:
    """Wire a play on a database that is already migrated."""
    clock = MovableClock(NOW)
    key_file = folder / "office.key"
    key_file.write_text(hashlib.sha256(b"office key").hexdigest())
    around = Surroundings(
        engine=engine_at_once(url),
        clock=clock,
        chance=FakeChance("office"),
        signer=OfficeSigner(key_file, clock.now),
        shelf=shelf or FakeShelf(),
        policy=POLICY,
        policies=PolicyFolder(POLICIES),
        calendar=DatabaseCalendar(CALENDAR),
        row_checks=ReceivedRows(),
        software="onevisit test",
    )
    return Play(around, clock)


async def fail_after(
    open_work: Callable[[Actor], AbstractAsyncContextManager[Any]],
    act: Callable[[Any], Awaitable[object]],
) -> None:
    """Do something in a transaction that then fails with ZeroDivisionError."""
    async with open_work(office()) as work:
        await act(work)
        raise ZeroDivisionError

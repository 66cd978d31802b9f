"""A round played in process: the office and its departments by hand, on a real database."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from contracts.amqp.ports import (
    SCHEMA_HEADER,
    SEQUENCE_HEADER,
    SIGNATURE_HEADER,
    Delivery,
)
from contracts.catalogue import Way, entry_of
from contracts.draw_proof import chain_head, preimage
from contracts.draw_record import receipt_payload
from contracts.draws import CommitReceived, EntropyCommitted, EntropyRevealed
from contracts.envelope import Envelope, encode
from contracts.results import Finding, FindingsSubmitted
from contracts.signing import SigningKey, sign
from contracts.tasks import TaskAccepted
from contracts.topology import credit_key, credit_user, department_user, inbound_key
from contracts.vocabulary import Mode, Wire
from coordinator.adapters.db.engine import make_engine
from coordinator.adapters.db.migrate import upgrade
from coordinator.adapters.db.unit_of_work import Surroundings, UnitOfWork, transaction
from coordinator.adapters.record_shelf import FolderShelf
from coordinator.adapters.signer import OfficeSigner
from coordinator.domain.annual_plan import Conditions, PlanLine, StratumRule
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.registers import ItemClass, Recusal
from coordinator.services import annual_plan, dispatch, handlers, lottery, registers
from coordinator.services.ports import Actor, CreditSystem, Role
from tests.builders import (
    CALENDAR,
    DEPARTMENTS,
    FIRE,
    HEALTH,
    MARKET,
    NOW,
    POLICY,
    a_department,
    a_finding,
    a_line,
    an_expert,
    an_import_report,
    an_inspector,
    an_item,
    an_object,
)
from tests.fakes import FakeChance, FakeShelf, MovableClock

ROUND, COVERT_ROUND, NEXT_ROUND = "R1", "C1", "R2"
PLAN = "plan-2026"
OWNER = "uscc:91640221MA00000900"


def secret_of(code: str) -> bytes:
    """Give a department's secret of the ceremony, the same in every test."""
    return hashlib.sha256(f"secret of {code}".encode()).digest()


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

    def under(self, **policy: Any) -> "Play":
        """Give the same play under another policy."""
        changed = self.around.policy.model_copy(update=policy)
        return replace(self, around=replace(self.around, policy=changed))

    async def close(self) -> None:
        await self.around.engine.dispose()

    async def receive(self, department: str, message: Wire) -> None:
        """Apply a message as the inbox does once it knows the sender."""
        async with self.work(clerk(department, "agent")) as work:
            await handlers.handle(work, department, message)

    # ceremony

    async def open_round(self, round_id: str, *lines: str) -> Round:
        async with self.work(office()) as work:
            order = lottery.RoundOrder(
                round_id=round_id, title=f"批次{round_id}", plan_id=PLAN, lines=lines
            )
            opened = await lottery.open_round(work, order)
        for code in opened.departments:
            head = chain_head(secret_of(code)).hex()
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
            value=preimage(secret_of(code), drawn.attempt).hex(),
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

    async def drawn_round(self, round_id: str, *lines: str) -> Round:
        """Open, freeze, sign, reveal and draw."""
        await self.open_round(round_id, *lines)
        return await self.draw_frozen(await self.freeze(round_id))

    async def draw_frozen(self, frozen: Round) -> Round:
        """Sign, reveal and draw what is frozen."""
        await self.sign(frozen)
        await self.reveal(frozen)
        return await self.draw(frozen.round_id)

    # tasks and findings

    async def publish(self, round_id: str) -> int:
        async with self.work(office()) as work:
            return await dispatch.publish_visits(work, round_id)

    async def tasks(self, round_id: str) -> Sequence[DepartmentTask]:
        async with self.work(AUDITOR) as work:
            return await work.tasks.where(round_id=round_id)

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
            checks = await work.checks.where(visit_id=task.visit_id, department=task.department)
            team = await work.team.where(visit_id=task.visit_id, department=task.department)
        asked = sorted({(check.object_id, check.item) for check in checks})
        found = [a_finding(item, thing) for thing, item in asked]
        if problem is not None:
            first = {"object_id": asked[0][0], "item": asked[0][1]}
            found[0] = problem.model_copy(update=first)
        people = [member.person_id for member in team]
        message = FindingsSubmitted(
            visit_id=task.visit_id,
            department=task.department,
            report_version=task.report_version + 1,
            entered_by=people[0],
            visited_date=visit.date_from,
            present=tuple(people),
            entity_opinion="无异议",
            findings=tuple(found),
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
                source=f"/departments/{sender}",
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


def plan_lines() -> list[PlanLine]:
    """Give the plan of the small county: two announced lines, one covert, one for later."""
    key_items = {"strata": {"*": StratumRule(numerator=1, denominator=2)}}
    everybody: dict[str, Any] = {"strata": {}, "number": 50}
    later = {"window_from": NOW.date() + timedelta(days=70)}
    return [
        a_line("L1", participants=(FIRE, HEALTH), items=("mr-1", "fr-1", "he-1"), **key_items),
        a_line(
            "L2",
            lead=HEALTH,
            participants=(MARKET,),
            items=("he-2", "mr-1"),
            conditions=Conditions(tags=("hotel",)),
            expert_fields=("food",),
            **everybody,
        ),
        a_line(
            "L9",
            mode=Mode.COVERT,
            strata={},
            number=1,
            window_from=NOW.date() + timedelta(days=30),
            window_to=NOW.date() + timedelta(days=40),
        ),
        a_line("L3", window_to=NOW.date() + timedelta(days=100), **later, **everybody),
    ]


def start(url: str, folder: Path, *, shelf: FolderShelf | None = None) -> Play:
    """Wire a play on a database that is already migrated."""
    clock = MovableClock(NOW)
    key_file = folder / "office.key"
    key_file.write_text(hashlib.sha256(b"office key").hexdigest())
    around = Surroundings(
        engine=make_engine(url),
        clock=clock,
        chance=FakeChance("office"),
        signer=OfficeSigner(key_file),
        shelf=shelf or FakeShelf(),
        policy=POLICY,
        calendar=CALENDAR,
        software="onevisit test",
    )
    return Play(around, clock)


async def found_county(play: Play) -> None:
    """Fill the registers of the small county and adopt its plan."""
    items = [
        an_item("mr-1", MARKET, item_class=ItemClass.KEY),
        an_item("fr-1", FIRE, item_class=ItemClass.KEY),
        an_item("he-1", HEALTH, item_class=ItemClass.KEY),
        an_item("he-2", HEALTH, competences=("water",)),
    ]
    shop = {"owner": OWNER, "kind": "premises"}
    things = [
        *(an_object(n) for n in range(1, 7)),
        an_object(7, place="premises:7", **shop),
        an_object(8, place="premises:8", **shop),
        an_object(900, tags=(), object_id=OWNER, place=OWNER),
        *(an_object(n, tags=("hotel",), industry="H6110") for n in (11, 12)),
    ]
    people = [
        an_inspector(f"{prefix}-p{n}", code, competences=("water",) if n < 4 else ())
        for prefix, code in (("mr", MARKET), ("fr", FIRE), ("he", HEALTH))
        for n in range(1, 6)
    ]
    recusal = Recusal(person_id="mr-p1", object_id=OWNER, reason="近亲属任职", declared_by="本人")
    async with play.work(office()) as work:
        await registers.register_departments(
            work,
            [a_department(d, public_key=json.dumps(key_of(d).public_jwk())) for d in DEPARTMENTS],
        )
        await work.credit_systems.save(CreditSystem(code="county", name="县信用", name_en="County"))
        await registers.publish_items(work, items, an_import_report("i1", "item-list"))
        await registers.import_objects(work, things, an_import_report("i2"))
        await registers.import_inspectors(work, people, an_import_report("i3", "inspectors"))
        await registers.import_experts(work, [an_expert()], an_import_report("i4", "experts"))
        await registers.import_recusals(work, [recusal], an_import_report("i5", "recusals"))
    await adopt_plan(play, plan_lines())


async def adopt_plan(play: Play, lines: Sequence[PlanLine], plan_id: str = PLAN) -> None:
    draft = annual_plan.PlanDraft(plan_id=plan_id, year=2026, title="计划", lines=tuple(lines))
    async with play.work(office("office-a")) as work:
        await annual_plan.draft_plan(work, draft)
        await annual_plan.submit_plan(work, plan_id)
    async with play.work(office("office-b")) as work:
        await annual_plan.adopt_plan(work, plan_id, "平联办〔2026〕1号")


def sqlite_url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


async def migrated_file(file: Path) -> Path:
    """Make an empty SQLite database of the newest schema."""
    engine = make_engine(sqlite_url(file))
    await upgrade(engine)
    await engine.dispose()
    return file


@dataclass(frozen=True)
class Snapshot:
    """A county at one moment of the flow, to be copied by each test."""

    file: Path
    at: Any

    def resume(self, folder: Path, *, shelf: FolderShelf | None = None) -> Play:
        play = start(
            sqlite_url(Path(shutil.copy(self.file, folder / "county.db"))), folder, shelf=shelf
        )
        play.clock.at = self.at
        return play


async def snapshot(play: Play, file: Path) -> Snapshot:
    """Close a play and keep its database as it is."""
    await play.close()
    return Snapshot(file, play.clock.at)

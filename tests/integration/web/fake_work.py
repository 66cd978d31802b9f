"""An in-memory Work: collections by key, acts and messages kept in lists."""

import copy
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from coordinator.adapters.policy_files import PolicyFolder, read_policy, read_working_days
from coordinator.domain.audit_chain import Link
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import LetterState
from coordinator.services.ports import Actor, AuditEntry, LetterGroup, Page, Query
from tests.fake_frames import FakeFrames
from tests.integration.web.fake_stage import FakeStage
from tests.integration.web.fake_traffic import FakeQueues, FakeTraffic
from tests.plain_appraisals import PlainAppraisals
from tests.plain_complaints import PlainComplaintGroups

V = TypeVar("V")

KEYS: dict[str, tuple[str, ...]] = {
    "departments": ("code",),
    "sections": ("code",),
    "regions": ("code",),
    "designations": ("designation_id",),
    "calendar_years": ("year",),
    "calendar_days": ("day",),
    "duty_runs": ("duty", "day"),
    "credit_systems": ("code",),
    "credentials": ("login",),
    "sessions": ("token_digest",),
    "login_attempts": ("attempt_id",),
    "items": ("code",),
    "item_proposals": ("proposal_id",),
    "item_lists": ("list_id",),
    "item_versions": ("number", "code"),
    "duty_lists": ("duty_list_id",),
    "objects": ("object_id",),
    "inspectors": ("inspector_id",),
    "experts": ("expert_id",),
    "recusals": ("person_id", "object_id"),
    "joint_list": ("source_row",),
    "imports": ("import_id",),
    "import_problems": ("import_id", "number"),
    "register_versions": ("kind", "key", "number"),
    "industries": ("code",),
    "column_mappings": ("mapping_id",),
    "policy_versions": ("label",),
    "plans": ("plan_id",),
    "plan_lines": ("code",),
    "plan_amendments": ("amendment_id",),
    "match_decisions": ("decision_id",),
    "rounds": ("round_id",),
    "contributors": ("round_id", "code"),
    "office_chains": ("round_id",),
    "record_files": ("round_id", "attempt", "name"),
    "void_attempts": ("round_id", "attempt"),
    "cancellations": ("round_id",),
    "silence_statements": ("round_id", "attempt", "contributor"),
    "source_readings": ("round_id", "attempt", "name"),
    "verifications": ("verification_id",),
    "round_audits": ("round_id",),
    "visits": ("visit_id",),
    "checks": ("check_id",),
    "tasks": ("task_id",),
    "team": ("member_id",),
    "member_changes": ("change_id",),
    "trainings": ("training_id",),
    "round_schedules": ("round_id",),
    "appointments": ("visit_id",),
    "calendar_feeds": ("feed_id",),
    "burden_counts": ("place", "year", "scope", "code"),
    "burden_entries": ("entry_id",),
    "own_visits": ("entry_id",),
    "frequency_answers": ("answer_id",),
    "cap_exemptions": ("exemption_id",),
    "object_replacements": ("replacement_id",),
    "replacement_requests": ("request_id",),
    "dropped_checks": ("check_id",),
    "leads": ("lead_id",),
    "due_checks": ("due_id",),
    "recognitions": ("recognition_id",),
    "reports": ("report_id",),
    "stored_evidence": ("evidence_id",),
    "review_decisions": ("decision_id",),
    "hearings": ("hearing_id",),
    "results": ("result_id",),
    "credit_files": ("file_id",),
    "red_clocks": ("clock_id",),
    "told_clocks": ("clock_id",),
    "appraisal_reports": ("report_id",),
    "report_texts": ("text_id",),
    "issued_reports": ("version_id",),
    "disclosures": ("disclosure_id",),
    "disclosure_exemptions": ("exemption_id",),
    "shares": ("share_id",),
    "result_subscriptions": ("subscription_id",),
    "exchange_records": ("record_id",),
    "exchange_digests": ("record_id",),
    "exchange_batches": ("batch_id",),
    "platform_replies": ("reply_id",),
    "reconciliations": ("reconciliation_id",),
    "rectifications": ("rectification_id",),
    "cases": ("case_id",),
    "disposal_notes": ("note_id",),
    "transfers": ("transfer_id",),
    "copy_notices": ("notice_id",),
    "abnormal_entries": ("entry_id",),
    "hazards": ("hazard_id",),
    "samples": ("sample_id",),
    "listings": ("listing_id",),
    "corrections": ("correction_id",),
    "penalty_publications": ("publication_id",),
    "listing_events": ("event_id",),
    "listing_acknowledgements": ("acknowledgement_id",),
    "repairs": ("repair_id",),
    "punishments": ("punishment_id",),
    "orders": ("order_id",),
    "measure_answers": ("answer_id",),
    "packages": ("number",),
    "complaints": ("complaint_id",),
    "unlisted_matters": ("matter_id",),
    "audit_entries": ("number",),
    "audit_checkpoints": ("checkpoint",),
    "chain_verifications": ("verification_id",),
    "credit_events": ("number",),
    "credit_acknowledgements": ("acknowledgement_id",),
    "agent_pulses": ("agent",),
    "agent_mutes": ("agent",),
    "department_keys": ("key_id",),
    "dead_letters": ("dead_letter_id",),
    "outgoing": ("outbox_id",),
    "incoming": ("consumer", "message_id"),
    "resends": ("resend_id",),
}


class FakeCollection(Generic[V]):
    """Keeps values in a dict by key."""

    def __init__(self, kind: str, key: tuple[str, ...]) -> None:
        self._kind = kind
        self._key = key
        self.values: dict[tuple[object, ...], V] = {}

    async def get(self, key: object) -> V:
        found = await self.find(key)
        if found is None:
            raise RuleBrokenError(Rule.NOT_FOUND, kind=self._kind, key=key)
        return found

    async def find(self, key: object) -> V | None:
        return self.values.get(key if isinstance(key, tuple) else (key,))

    async def add(self, values: Iterable[V]) -> None:
        for value in values:
            if self._of(value) in self.values:
                raise RuleBrokenError(Rule.ALREADY_EXISTS, kind=self._kind)
            self.values[self._of(value)] = value

    async def save(self, *values: V) -> None:
        for value in values:
            self.values[self._of(value)] = value

    async def remove(self, key: object) -> None:
        self.values.pop(key if isinstance(key, tuple) else (key,), None)

    async def where(self, **equals: object) -> Sequence[V]:
        chosen = [value for value in self.values.values() if _meets(value, equals)]
        return sorted(chosen, key=self._of)

    async def count(self, **equals: object) -> int:
        return len(await self.where(**equals))

    async def page(self, query: Query) -> Page[V]:
        chosen = [
            v
            for v in await self.where(**query.equals)
            if _holds(v, query) and is_narrowed(v, query)
        ]
        if query.order:
            chosen.sort(key=lambda v: _sortable(getattr(v, query.order)))
        if query.descending:
            chosen.reverse()
        window = chosen[query.offset : query.offset + query.limit]
        return Page(tuple(window), len(chosen))

    def _of(self, value: V) -> tuple[Any, ...]:
        return tuple(getattr(value, name) for name in self._key)


def _meets(value: object, equals: dict[str, Any]) -> bool:
    for name, wanted in equals.items():
        found = getattr(value, name)
        several = isinstance(wanted, tuple | list | set | frozenset)
        if (found not in wanted) if several else (found != wanted):
            return False
    return True


def is_narrowed(value: Any, query: Query) -> bool:
    """Say whether a value meets what a query asks beyond equality."""
    return (
        all(wanted in getattr(value, name) for name, wanted in query.contains.items())
        and all(getattr(value, name) in (None, "", ()) for name in query.blank)
        and all(getattr(value, name) not in (None, "", ()) for name in query.filled)
        and all(_is_until(getattr(value, name), day) for name, day in query.until.items())
    )


def _is_until(found: date | None, day: date) -> bool:
    return found is not None and found <= day


def _holds(value: object, query: Query) -> bool:
    fields = vars(value) if hasattr(value, "__dict__") else {}
    texts = [
        each
        for name, each in fields.items()
        if isinstance(each, str) and (not query.within or name in query.within)
    ]
    text = query.text.lower()
    return not text or any(text in each.lower() for each in texts)


def _sortable(value: object) -> tuple[bool, str]:
    return value is not None, value.isoformat() if hasattr(value, "isoformat") else str(value)


class FakePost:
    """Notes what would leave."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, object]] = []

    async def to_department(self, department: str, message: object, **_where: str) -> str:
        self.sent.append((department, message))
        return f"message-{len(self.sent)}"

    async def to_credit(self, message: object, **_where: str) -> object:
        self.sent.append(("credit", message))
        return SimpleNamespace(number=len(self.sent), message_id=f"message-{len(self.sent)}")


@dataclass
class FakeStore:
    """What lasts from one transaction to the next."""

    at: datetime = datetime(2026, 4, 10, 6, 5, tzinfo=UTC)
    collections: dict[str, FakeCollection[Any]] = field(
        default_factory=lambda: {kind: FakeCollection(kind, key) for kind, key in KEYS.items()}
    )
    post: FakePost = field(default_factory=FakePost)
    ids: int = 0
    stage: FakeStage = field(init=False)
    opened_by: list[Actor] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stage = FakeStage(self.collections)

    @asynccontextmanager
    async def open_work(self, actor: Actor, *, writes: bool = True) -> AsyncIterator["FakeWork"]:
        """Open a transaction: nothing stays when it raises."""
        before = {kind: copy.copy(each.values) for kind, each in self.collections.items()}
        staged = self.stage.snapshot()
        self.opened_by.append(actor)
        try:
            yield FakeWork(self, actor)
        except BaseException:
            self.stage.restore(staged)
            for kind, values in before.items():
                self.collections[kind].values = values
            raise
        if not writes:
            assert before == {kind: each.values for kind, each in self.collections.items()}


POLICIES = Path(__file__).resolve().parents[3] / "deploy" / "policies"
POLICY = read_policy(POLICIES, "sample-county")
CALENDAR = read_working_days(POLICIES)


class FakeFailedMessages:
    """The parked letters of a store, whose bodies say nothing; to act on them needs a database."""

    def __init__(self, letters: FakeCollection[Any]) -> None:
        self._letters = letters

    async def body_of(self, _letter_id: int) -> bytes:
        return b"{}"

    async def groups(self) -> list[LetterGroup]:
        parked = await self._letters.where(state=LetterState.PARKED)
        return [
            LetterGroup(
                fingerprint=each.fingerprint,
                type=each.type,
                reason=each.reason,
                number=1,
                first_at=each.parked_at,
                last_at=each.parked_at,
            )
            for each in parked
        ]


class FakeTrail:
    """The entries of a store as a chain: numbers and digests, of which nothing is recomputed."""

    def __init__(self, entries: FakeCollection[Any]) -> None:
        self._entries = entries

    async def head(self) -> tuple[int, str]:
        last = (await self._entries.where())[-1:]
        return (last[0].number, last[0].digest) if last else (0, "")

    async def given(self) -> int:
        return (await self.head())[0]

    async def subjects(self, after: int, until: int) -> frozenset[str]:
        found = await self._entries.where()
        return frozenset(each.subject for each in found if after < each.number <= until)

    async def links(self) -> AsyncIterator[Sequence[Link]]:
        found = await self._entries.where()
        yield [Link(each.number, each.previous, each.digest, each.digest) for each in found]


class FakeWork:
    """The Work of one actor on a FakeStore."""

    policy = POLICY
    policies = PolicyFolder(POLICIES)
    calendar = CALENDAR
    rehearsal = True
    software = "onevisit test"
    routing = None
    broker = None
    chance = SimpleNamespace(secret=lambda: b"s" * 32, code=lambda: "K7Q29XWD")
    signer = SimpleNamespace(
        sign=lambda payload: f"signed {len(payload)}",
        verify=lambda *_: True,
        published_keys=lambda: {"keys": []},
        signing_key=lambda: "",
    )
    shelf = SimpleNamespace(
        publish=lambda *_: "/records/x", verify=lambda *_: "ok", progress=lambda *_: None
    )

    def __init__(self, store: FakeStore, actor: Actor) -> None:
        self._store = store
        self.actor = actor
        self.post = store.post
        of = store.collections
        self.frames = FakeFrames(
            of["objects"].values.values, of["checks"].values.values, of["visits"].values.values
        )
        self.stage = store.stage
        self.failed_messages = FakeFailedMessages(of["dead_letters"])
        self.traffic = FakeTraffic(of)
        self.queues = FakeQueues(of)
        self.appraisals = PlainAppraisals(self)  # type: ignore[arg-type] # FakeWork is a Work
        self.complaint_groups = PlainComplaintGroups(of["complaints"].values.values())
        self.audit_chain = FakeTrail(of["audit_entries"])

    def __getattr__(self, name: str) -> FakeCollection[Any]:
        try:
            return self._store.collections[name]
        except KeyError:
            raise AttributeError(name) from None

    def now(self) -> datetime:
        return self._store.at

    def machine_now(self) -> datetime:
        return self._store.at

    def today(self) -> date:
        return self._store.at.date()

    def day_of(self, moment: datetime) -> date:
        return moment.date()

    def new_id(self) -> str:
        self._store.ids += 1
        return f"id-{self._store.ids}"

    async def audit(self, tag: str, subject: str, /, **facts: object) -> None:
        entries = self._store.collections["audit_entries"]
        number = len(entries.values) + 1
        await entries.add(
            [
                AuditEntry(
                    number=number,
                    at=self.now(),
                    actor=self.actor.name,
                    tag=tag,
                    subject=subject,
                    facts=facts,
                    previous="",
                    digest=f"{number:064x}",
                )
            ]
        )

    async def next_number(self, series: str) -> int:
        self._store.ids += 1
        return self._store.ids

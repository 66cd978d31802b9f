"""Whatever people and departments do in whatever order, the promises of the ceremony hold."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from typing_extensions import override

from contracts.draw_proof import chain_head
from contracts.draw_record import Commit
from contracts.draws import EntropyCommitted
from contracts.vocabulary import OFFICE
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.ceremony import Contributor, Round
from coordinator.services import handlers, lottery
from tests.builders import DEPARTMENTS, POLICY
from tests.integration.services.ceremony import statement
from tests.play import AUDITOR, PLAN, ROUND, Play, office, secret_of
from tests.snapshots import Snapshot

CODES = st.sampled_from(sorted(DEPARTMENTS))
PERSONS = st.sampled_from(["office-a", "office-b"])
BEFORE_DRAW = (RoundState.OPEN, RoundState.FROZEN, RoundState.REVEALING, RoundState.READY)
LEAST = 2


class Ceremony(RuleBasedStateMachine):
    """One round; every rule tries something, and what is refused must change nothing."""

    county: Snapshot

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.play: Play = self.county.resume(Path(self.folder.name))
        self.commits: dict[int, str] = {}
        self.accepted: set[str] = set()
        self.last_attempt = 1

    @override
    def teardown(self) -> None:
        self.loop.run_until_complete(self.play.close())
        self.loop.close()
        self.folder.cleanup()

    # what everything else is made of

    def run(self, work: Awaitable[Any]) -> Any:
        async def done() -> Any:
            return await work

        return self.loop.run_until_complete(done())

    def tried(self, work: Awaitable[Any]) -> Any:
        """Give what came of it, or None when a rule refused it."""
        try:
            return self.run(work) or True
        except RuleBrokenError as error:
            self.refusal = error.rule
            return None

    def act(self, name: str, verb: Callable[[Any], Awaitable[Any]]) -> Any:
        async def acted() -> Any:
            async with self.play.work(office(name)) as work:
                return await verb(work)

        return self.tried(acted())

    @property
    def round(self) -> Round:
        async def read() -> Round:
            async with self.play.work(AUDITOR) as work:
                found: Round = await work.rounds.get(ROUND)
                return found

        found: Round = self.run(read())
        return found

    @property
    def contributors(self) -> dict[str, Contributor]:
        async def read() -> dict[str, Contributor]:
            async with self.play.work(AUDITOR) as work:
                return {each.code: each for each in await work.contributors.where(round_id=ROUND)}

        found: dict[str, Contributor] = self.run(read())
        return found

    # what may happen

    @initialize()
    def open(self) -> None:
        order = lottery.RoundOrder(round_id=ROUND, title="批次", plan_id=PLAN, lines=("L1",))
        assert self.act("office-a", lambda work: lottery.open_round(work, order))

    @rule(code=CODES)
    def commit(self, code: str) -> None:
        head = chain_head(secret_of(code, ROUND, self.round.attempt)).hex()
        self.tried(self.play.receive(code, EntropyCommitted(round_id=ROUND, head=head)))

    @rule()
    def everybody_commits(self) -> None:
        for code in DEPARTMENTS:
            self.commit(code)

    @rule(name=PERSONS)
    def request_freeze(self, name: str) -> None:
        self.act(name, lambda work: lottery.request_freeze(work, ROUND))

    @rule(name=PERSONS)
    def freeze(self, name: str) -> None:
        before = self.round
        frozen = self.act(name, lambda work: lottery.freeze_round(work, ROUND))
        if frozen is not None:
            assert before.freeze_requested_by not in (None, name)
            self.note_commit()

    @rule(code=CODES)
    def sign(self, code: str) -> None:
        self.tried(self.play.receive(code, self.play.receipt(self.round, code)))

    @rule()
    def everybody_signs(self) -> None:
        for code in DEPARTMENTS:
            self.sign(code)

    @rule(code=CODES, back=st.integers(0, 2))
    def reveal(self, code: str, back: int) -> None:
        """Reveal the value of this attempt or of one before it."""
        drawn, before = self.round, self.contributors[code]
        message = self.play.reveal_of(drawn, code)
        if back and drawn.attempt > back:
            earlier = self.play.reveal_of(
                Round(**{**vars(drawn), "attempt": drawn.attempt - back}), code
            )
            message = message.model_copy(update={"value": earlier.value})
        self.tried(self.play.receive(code, message))
        after = self.contributors[code]
        if after.value_attempt != before.value_attempt and after.value is not None:
            assert after.value not in self.accepted
            self.accepted.add(after.value)

    @rule(silent=st.sets(CODES, max_size=1))
    def everybody_reveals(self, silent: set[str]) -> None:
        for code in sorted(set(DEPARTMENTS) - silent):
            self.reveal(code, 0)

    @rule(code=CODES)
    def explain(self, code: str) -> None:
        words = statement(code, "设备故障", self.round.attempt)
        self.tried(self.play.receive(code, words))

    @rule(hours=st.sampled_from([1, POLICY.lottery.reveal_hours + 1]))
    def pass_time(self, hours: int) -> None:
        self.play.clock.pass_time(hours=hours)

    @rule()
    def remind(self) -> None:
        self.act("office-a", lottery.remind_when_due)

    @rule()
    def void(self) -> None:
        before = self.round
        if self.act("office-a", lambda work: lottery.void_attempt(work, ROUND)):
            assert self.play.clock.now() > before.deadline_at

    @rule(silent=CODES)
    def fall_silent(self, silent: str) -> None:
        """Go through a whole attempt in which one party keeps its value back."""
        self.everybody_commits()
        self.request_freeze("office-a")
        self.freeze("office-b")
        self.everybody_signs()
        self.everybody_reveals({silent})
        self.pass_time(POLICY.lottery.reveal_hours + 1)
        self.void()

    @rule(name=PERSONS)
    def request_refreeze(self, name: str) -> None:
        self.act(name, lambda work: lottery.request_refreeze(work, ROUND, "人员调动"))

    @rule(name=PERSONS)
    def refreeze(self, name: str) -> None:
        before, revealed = self.round, self.values()
        if self.act(name, lambda work: lottery.refreeze(work, ROUND)):
            assert before.refreeze_requested_by not in (None, name)
            assert not revealed - {OFFICE}
            self.note_commit()

    @rule(code=CODES)
    def leave_out(self, code: str) -> None:
        if self.act("office-a", lambda work: lottery.leave_out(work, ROUND, code)):
            assert self.contributors[code].number_silent >= POLICY.lottery.voids

    @rule(name=PERSONS)
    def request_draw(self, name: str) -> None:
        self.act(name, lambda work: lottery.request_draw(work, ROUND))

    @precondition(lambda self: self.round.state in BEFORE_DRAW)
    @rule(name=PERSONS)
    def draw(self, name: str) -> None:
        before, standing = self.round, self.standing()
        if self.act(name, lambda work: handlers.draw_round(work, ROUND)):
            assert before.draw_requested_by not in (None, name)
            assert all(each.receipt_attempt == before.attempt for each in standing.values())
            assert all(each.value_attempt == before.attempt for each in standing.values())
            assert len(standing.keys() - {OFFICE}) >= LEAST

    # what always holds

    def standing(self) -> dict[str, Contributor]:
        return {code: each for code, each in self.contributors.items() if each.takes_part}

    def values(self) -> set[str]:
        attempt = self.round.attempt
        return {c for c, each in self.contributors.items() if each.value_attempt == attempt}

    def note_commit(self) -> None:
        """A commit is new, names its former transcript, and holds the heads of who takes part."""
        drawn = self.round
        if drawn.commit_hash is None:
            return
        assert drawn.attempt not in self.commits
        assert drawn.commit_hash not in self.commits.values()
        self.commits[drawn.attempt] = drawn.commit_hash
        commit, former = self.run(self.documents(drawn))
        assert set(commit.heads) == set(self.standing())
        assert commit.previous == former

    async def documents(self, drawn: Round) -> tuple[Commit, str]:
        async with self.play.work(AUDITOR) as work:
            file = await work.record_files.get((ROUND, drawn.attempt, "commit.json"))
            void = await work.void_attempts.find((ROUND, drawn.attempt - 1))
        return Commit.model_validate_json(file.body), void.transcript_hash if void else ""

    @invariant()
    def attempts_only_go_up_and_each_former_one_is_on_record(self) -> None:
        async def numbers() -> list[int]:
            async with self.play.work(AUDITOR) as work:
                return [each.attempt for each in await work.void_attempts.where(round_id=ROUND)]

        attempt = self.round.attempt
        assert attempt in (self.last_attempt, self.last_attempt + 1)
        self.last_attempt = attempt
        assert self.run(numbers()) == list(range(1, attempt))

    @invariant()
    def nobody_is_asked_to_reveal_before_all_have_signed(self) -> None:
        drawn = self.round
        if drawn.state in (RoundState.REVEALING, RoundState.READY):
            standing = self.standing().values()
            assert all(each.receipt_attempt == drawn.attempt for each in standing)


def test_no_order_of_acts_and_messages_breaks_a_promise(county_adopted: Snapshot) -> None:
    Ceremony.county = county_adopted
    run_state_machine_as_test(
        Ceremony,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_machine_reaches_a_draw_after_a_void_and_a_leaving_out(
    county_adopted: Snapshot,
) -> None:
    Ceremony.county = county_adopted
    machine = Ceremony()
    machine.open()
    for _ in range(POLICY.lottery.voids):
        machine.fall_silent(DEPARTMENTS[0])
    machine.leave_out(DEPARTMENTS[0])
    machine.request_freeze("office-a")
    machine.freeze("office-b")
    machine.everybody_signs()
    machine.everybody_reveals(set())
    machine.request_draw("office-a")

    machine.draw("office-a")
    assert machine.refusal is Rule.TWO_PERSONS_NEEDED
    machine.draw("office-b")

    assert machine.round.state is RoundState.DRAWN
    machine.teardown()

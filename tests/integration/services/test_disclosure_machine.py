"""Nothing is published without an approver: reports come, are judged, published, reopened, at will.

Every verb of review and disclosure is tried by everybody in any order; what is published must have
been approved in that very version, by an approver of the department who did not enter it.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from contracts.results import DisclosureWithdrawn, ResultDisclosed
from contracts.vocabulary import Mode
from coordinator.domain.disclosure import Disclosure
from coordinator.domain.dispatch import DepartmentTask, task_id
from coordinator.domain.errors import RuleBrokenError
from coordinator.domain.lifecycle import (
    TASK_MOVES,
    ExemptionState,
    RoundState,
    TaskState,
    move,
)
from coordinator.domain.result_intake import Report
from coordinator.domain.review import Verdict
from coordinator.services import disclosure, review
from coordinator.services.disclosure import ExemptionOrder
from tests.builders import FIRE, HEALTH, MARKET, NOW, POLICY, a_department, a_visit
from tests.builders_sanctions import a_result
from tests.fakes import FakeStore
from tests.play import AUDITOR, approver, clerk, office

VISIT = "R1-000000000001"
ORGANS = (MARKET, FIRE)
PEOPLE = [
    AUDITOR,
    office(),
    approver(HEALTH),
    *(clerk(code) for code in ORGANS),
    *(approver(code) for code in ORGANS),
    *(approver(code, "deputy") for code in ORGANS),
]
ORDER = {code: ExemptionOrder(f"r.{code}", "privacy", "住所") for code in ORGANS}
Verb = Callable[[Any, str], Awaitable[object]]
VERBS: dict[str, Verb] = {
    "approve": lambda w, code: review.approve_result(w, VISIT, code),
    "return": lambda w, code: review.return_result(w, VISIT, code, "补充"),
    "reject": lambda w, code: review.reject_result(w, VISIT, code, "不实"),
    "reopen": lambda w, code: review.reopen_result(w, VISIT, code, "更正"),
    "disclose": lambda w, code: disclosure.disclose_result(w, VISIT, code),
    "ask-exemption": lambda w, code: disclosure.request_exemption(w, ORDER[code]),
    "exempt": lambda w, code: _decide(w, code, disclosure.approve_exemption),
    "refuse-exemption": lambda w, code: _decide(w, code, disclosure.refuse_exemption),
}


async def _decide(work: Any, code: str, verb: Callable[..., Awaitable[object]]) -> None:
    for each in await work.disclosure_exemptions.where(
        department=code, state=ExemptionState.REQUESTED
    ):
        await verb(work, each.exemption_id, "核实")


# What departments do: publish and correct; exempt what is public and correct that; give up.
STORIES = (
    ("report", "approve", "disclose", "reopen", "report", "reject", "approve", "disclose"),
    ("approve", "disclose", "reopen", "report", "approve", "ask-exemption", "exempt"),
    ("report", "approve", "ask-exemption", "exempt", "reopen", "report", "approve", "disclose"),
    ("own-report", "approve", "return", "report", "return"),
    ("report", "reject", "report"),
    ("report", "return", "report", "reject"),
)
REACHED: Counter[str] = Counter()


class Publishing(RuleBasedStateMachine):
    """Two departments of one visit, their people, and strangers."""

    def __init__(self) -> None:
        super().__init__()
        self.store = FakeStore(at=datetime(2026, 4, 20, 2, 0, tzinfo=UTC))
        self.runner = asyncio.Runner()
        self.known: set[str] = set()

    def teardown(self) -> None:
        self.runner.close()
        entries = self.store.collections["audit_entries"].values.values()
        REACHED.update(each.tag for each in entries)

    def values(self, kind: str) -> list[Any]:
        return list(self.store.collections[kind].values.values())

    def attempt(self, actor: Any, act: Callable[[Any], Awaitable[object]]) -> None:
        async def run() -> None:
            async with self.store.open_work(actor) as work:
                await act(work)

        try:
            self.runner.run(run())
        except RuleBrokenError as error:
            REACHED[f"refused {error.rule.value}"] += 1
        self.what_is_new_was_approved_in_this_version_by_another_hand()

    @initialize()
    def begin(self) -> None:
        # Of plan and round nothing counts here but the profile and that nothing is secret.
        plan = SimpleNamespace(plan_id="p", policy=POLICY.label, overrides={})
        drawn = SimpleNamespace(
            round_id="R1", plan_id="p", mode=Mode.ANNOUNCED, state=RoundState.DISPATCHED
        )

        async def fill() -> None:
            async with self.store.open_work(office()) as work:
                await work.plans.save(plan)
                await work.rounds.save(drawn)
                await work.visits.save(a_visit(VISIT, task_number="平联抽查〔2026〕0001号"))
                await work.departments.save(*(a_department(code) for code in ORGANS))
                for code in ORGANS:
                    await work.tasks.save(_task(code))
                    await work.results.save(a_result(result_id=f"r.{code}", department=code))

        self.runner.run(fill())

    @rule(organ=st.sampled_from(ORGANS), who=st.sampled_from(("clerk", "chief", "deputy")))
    def somebody_enters_a_report(self, organ: str, who: str) -> None:
        self.a_report_comes_in(organ, who)

    def a_report_comes_in(self, organ: str, who: str) -> None:
        async def take_in(work: Any) -> None:
            task = await work.tasks.get(task_id(VISIT, organ))
            state = move(TASK_MOVES, task.state, TaskState.PENDING_REVIEW, of=task.task_id)
            version = task.report_version + 1
            entered = clerk(organ) if who == "clerk" else approver(organ, who)
            await work.tasks.save(replace(task, state=state, report_version=version))
            await work.reports.save(_report(organ, version, entered.name))
            result = await work.results.get(f"r.{organ}")
            codes = (str(version % 2 + 1),)
            await work.results.save(
                a_result(
                    result_id=result.result_id,
                    department=organ,
                    version=version,
                    approved=False,
                    result_codes=codes,
                )
            )
            await disclosure.ask_exemptions_anew(work, VISIT, organ)

        self.attempt(clerk(organ), take_in)

    @rule(
        organ=st.sampled_from(ORGANS),
        verb=st.sampled_from(sorted(VERBS)),
        actor=st.sampled_from(PEOPLE),
    )
    def anybody_tries_anything(self, organ: str, verb: str, actor: Any) -> None:
        self.anybody_does(verb, organ, actor)

    @rule(organ=st.sampled_from(ORGANS), story=st.sampled_from(STORIES), steps=st.integers(3, 9))
    def the_department_goes_on(self, organ: str, story: tuple[str, ...], steps: int) -> None:
        for verb in story[:steps]:
            if verb.endswith("report"):
                self.a_report_comes_in(organ, "chief" if verb == "own-report" else "clerk")
                continue
            actor = clerk(organ) if verb == "ask-exemption" else approver(organ)
            self.anybody_does(verb, organ, actor)

    def anybody_does(self, verb: str, organ: str, actor: Any) -> None:
        self.attempt(actor, lambda w: VERBS[verb](w, organ))

    def what_is_new_was_approved_in_this_version_by_another_hand(self) -> None:
        for each in self.values("disclosures"):
            if each.disclosure_id not in self.known:
                self.known.add(each.disclosure_id)
                self._require_approved(each)

    def _require_approved(self, published: Disclosure) -> None:
        code = published.department
        [task] = [each for each in self.values("tasks") if each.department == code]
        [report] = [
            each
            for each in self.values("reports")
            if (each.department, each.version) == (code, task.report_version)
        ]
        approved = [
            each
            for each in self.values("review_decisions")
            if (each.department, each.version) == (code, task.report_version)
            and each.verdict is Verdict.APPROVED
        ]
        assert approved
        assert {each.decided_by for each in approved} <= _approvers(code) - {report.entered_by}

    @invariant()
    def nobody_hears_of_what_is_not_published(self) -> None:
        told = [m for _, m in self.store.post.sent if isinstance(m, ResultDisclosed)]
        published = {each.disclosure_id for each in self.values("disclosures")}
        assert {each.disclosure_id for each in told} == published
        standing = Counter(
            each.result_id for each in self.values("disclosures") if each.is_standing
        )
        assert all(number == 1 for number in standing.values())

    @invariant()
    def what_an_approver_exempted_is_not_public_until_another_decision(self) -> None:
        standing = {each.result_id for each in self.values("disclosures") if each.is_standing}
        exempt = {each.result_id for each in self.values("results") if each.exempt_reason}
        assert not standing & exempt
        asked = sorted(
            self.values("disclosure_exemptions"),
            key=lambda each: (each.version, each.state is ExemptionState.APPROVED),
        )
        last = {each.result_id: each.state for each in asked}
        assert not standing & {key for key, said in last.items() if said is ExemptionState.APPROVED}
        gone = [m for _, m in self.store.post.sent if isinstance(m, DisclosureWithdrawn)]
        withdrawn = [each for each in self.values("disclosures") if each.withdrawn_at]
        assert {m.disclosure_id for m in gone} == {each.disclosure_id for each in withdrawn}

    @invariant()
    def a_correction_is_never_rejected(self) -> None:
        for task in self.values("tasks"):
            assert not (task.correction and task.state is TaskState.REJECTED)


def _task(code: str) -> DepartmentTask:
    return DepartmentTask(
        task_id=task_id(VISIT, code),
        visit_id=VISIT,
        round_id="R1",
        department=code,
        state=TaskState.ACCEPTED,
        quota=2,
    )


def _report(code: str, version: int, entered_by: str) -> Report:
    return Report(
        report_id=f"{VISIT}.{code}.{version}",
        visit_id=VISIT,
        department=code,
        version=version,
        entered_by=entered_by,
        visited_date=NOW.date(),
        present=(),
        entity_opinion=None,
        findings=(),
        received_at=NOW,
    )


def _approvers(code: str) -> set[str]:
    return {approver(code).name, approver(code, "deputy").name}


def test_nothing_is_published_without_an_approver() -> None:
    run_state_machine_as_test(
        Publishing,
        settings=settings(max_examples=50, stateful_step_count=30, deadline=None, derandomize=True),
    )

    # A machine that never publishes or corrects anything would prove nothing.
    assert {
        "review:report:approved",
        "review:report:returned",
        "review:report:reopened",
        "disclosure:result:disclosed",
        "disclosure:result:corrected",
        "disclosure:result:withdrawn",
        "disclosure:exemption:approved",
        "disclosure:exemption:asked-anew",
        "disclosure:task:not-disclosed",
        "review:report:rejected",
    } <= REACHED.keys()
    assert REACHED["refused two-persons-needed"]
    assert REACHED["refused exemption-undecided"]
    assert REACHED["refused correction-not-rejectable"]

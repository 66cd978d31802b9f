"""Opening a round: its lines, its contributors, and the heads of their chains."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from contracts.draw_proof import CHAIN_LENGTH, chain_head
from contracts.draws import EntropyCommitted, EntropyRequested
from contracts.vocabulary import OFFICE
from coordinator.domain.annual_plan import Execution, PlanLine
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import PlanState, RoundState
from coordinator.domain.lottery.ceremony import (
    Contributor,
    OfficeChain,
    Round,
    check_head,
    check_round_id,
)
from coordinator.services.access import require_office
from coordinator.services.policies import policy_of
from coordinator.services.ports import Work
from coordinator.services.published_items import require_line_items
from coordinator.services.round_lines import turn_of

_LEAST_DEPARTMENTS = 2  # a round of one department needs an external source (3-draw.md 3.2.1)


@dataclass(frozen=True, kw_only=True)
class RoundOrder:
    """What the office asks for: a round over lines of an adopted plan."""

    round_id: str
    title: str
    plan_id: str
    lines: tuple[str, ...]


async def open_round(work: Work, order: RoundOrder) -> Round:
    """Open a round and ask every department of its lines for the head of a fresh chain."""
    require_office(work)
    check_round_id(order.round_id)
    lines = await _lines_to_draw(work, order)
    opened = _round(work, order, lines, await reveal_deadline(work, order.plan_id))
    await work.rounds.add([opened])
    await _join_as_office(work, opened)
    await work.contributors.add(
        Contributor(round_id=opened.round_id, code=code) for code in opened.departments
    )
    for code in opened.departments:
        await _ask_for_entropy(work, opened, code)
    await work.audit("lottery:round:opened", opened.round_id, lines=list(opened.lines))
    return opened


async def collect_commitment(work: Work, department: str, message: EntropyCommitted) -> None:
    """Note a department's chain head; a second, different head is refused."""
    drawn = await work.rounds.get(message.round_id)
    contributor = await the_contributor(work, drawn, department)
    if contributor.head == message.head:
        return
    check_head(message.head, department)
    if contributor.head is not None or drawn.state is not RoundState.OPEN:
        raise RuleBrokenError(Rule.ALREADY_COMMITTED, contributor=department, round=drawn.round_id)
    await work.contributors.save(replace(contributor, head=message.head, committed_at=work.now()))
    await work.audit("lottery:commitment:received", drawn.round_id, contributor=department)


async def the_contributor(work: Work, drawn: Round, code: str) -> Contributor:
    """Give a contributor of a round; NOT_A_CONTRIBUTOR when it is none."""
    found = await work.contributors.find((drawn.round_id, code))
    if found is None:
        raise RuleBrokenError(Rule.NOT_A_CONTRIBUTOR, contributor=code, round=drawn.round_id)
    return found


async def reveal_deadline(work: Work, plan_id: str) -> datetime:
    """Give until when contributors of a round of this plan may reveal, from now on."""
    policy = await policy_of(work, await work.plans.get(plan_id))
    return work.now() + timedelta(hours=policy.lottery.reveal_hours)


def _round(
    work: Work, order: RoundOrder, lines: Sequence[PlanLine], deadline_at: datetime
) -> Round:
    departments = tuple(sorted({code for line in lines for code in line.departments}))
    if len(departments) < _LEAST_DEPARTMENTS:
        raise RuleBrokenError(Rule.TOO_FEW_CONTRIBUTORS, departments=list(departments))
    return Round(
        round_id=order.round_id,
        title=order.title,
        plan_id=order.plan_id,
        mode=lines[0].mode,
        state=RoundState.OPEN,
        attempt=1,
        lines=tuple(sorted(order.lines)),
        departments=departments,
        opened_at=work.now(),
        deadline_at=deadline_at,
        embargo_date=max(line.window_to for line in lines),
        previous="",
    )


async def _lines_to_draw(work: Work, order: RoundOrder) -> Sequence[PlanLine]:
    plan = await work.plans.get(order.plan_id)
    if plan.state is not PlanState.ADOPTED:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=plan.plan_id,
            now=plan.state.value,
            wanted="round",
            allowed=[PlanState.ADOPTED.value],
        )
    lines = await work.plan_lines.where(plan_id=plan.plan_id, code=set(order.lines))
    missing = sorted(set(order.lines) - {line.code for line in lines})
    if missing or not lines:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="plan_line", key=",".join(missing) or "-")
    if len({line.mode for line in lines}) > 1:
        raise RuleBrokenError(Rule.MODES_MIXED, lines=sorted(order.lines))
    lines = _turns(await work.rounds.where(plan_id=order.plan_id), lines)
    await require_line_items(work, lines)
    return lines


def _turns(rounds: Sequence[Round], lines: Sequence[PlanLine]) -> list[PlanLine]:
    """Give each line with its next window; refuse one drawn as often as planned, or cancelled."""
    for line in sorted(lines, key=lambda each: each.code):
        former = [each.round_id for each in rounds if line.code in each.lines]
        if line.cancelled_by is not None:
            raise RuleBrokenError(Rule.LINE_CANCELLED, line=line.code, amendment=line.cancelled_by)
        if line.execution is Execution.ELSEWHERE:
            raise RuleBrokenError(Rule.LINE_EXECUTED_ELSEWHERE, line=line.code)
        if len(former) >= line.times_a_year:
            raise RuleBrokenError(Rule.LINE_ALREADY_DRAWN, line=line.code, round=former[-1])
    return [line.at_turn(turn_of(line, rounds)) for line in lines]


async def _join_as_office(work: Work, opened: Round) -> None:
    secret = work.chance.secret()
    await work.office_chains.add([OfficeChain(round_id=opened.round_id, secret=secret.hex())])
    office = Contributor(
        round_id=opened.round_id,
        code=OFFICE,
        head=chain_head(secret).hex(),
        committed_at=work.now(),
    )
    await work.contributors.add([office])


async def _ask_for_entropy(work: Work, opened: Round, department: str) -> None:
    message = EntropyRequested(
        round_id=opened.round_id,
        title=opened.title,
        attempts=CHAIN_LENGTH,
        deadline_at=opened.deadline_at,
    )
    await work.post.to_department(
        department, message, subject=opened.round_id, correlation=opened.round_id
    )

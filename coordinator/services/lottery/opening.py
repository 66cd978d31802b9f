"""Opening a round: its lines, its contributors, and the heads of their chains."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from contracts.draw_proof import CHAIN_LENGTH, chain_head
from contracts.draw_record import Commit
from contracts.draws import EntropyCommitted, EntropyRequested
from contracts.vocabulary import OFFICE
from coordinator.domain.annual_plan import Execution, PlanLine
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import CeremonyStep, PlanState, RoundState, ceremony_step
from coordinator.domain.lottery.ceremony import (
    Contributor,
    OfficeChain,
    Round,
    check_head,
    check_round_id,
)
from coordinator.domain.lottery.silence import require_enough
from coordinator.services.access import require_office
from coordinator.services.lottery.naming import read_sources
from coordinator.services.policies import policy_of
from coordinator.services.ports import Work
from coordinator.services.published_items import require_line_items
from coordinator.services.round_lines import turn_of


@dataclass(frozen=True, kw_only=True)
class RoundOrder:
    """What the office asks for: a round over lines of an adopted plan.

    `sources` names the external sources as `name` or `name time` (domain/lottery/sources.py); a
    round of one department needs one (3-draw.md 3.2.1).
    """

    round_id: str
    title: str
    plan_id: str
    lines: tuple[str, ...]
    sources: tuple[str, ...] = ()


async def open_round(work: Work, order: RoundOrder) -> Round:
    """Open a round and ask every department of its lines for the head of a fresh chain."""
    require_office(work)
    check_round_id(order.round_id)
    lines = await _lines_to_draw(work, order)
    sources = await read_sources(work, order.plan_id, order.sources)
    deadline = await reveal_deadline(work, order.plan_id)
    opened = replace(_round(work, order, lines, deadline), sources=sources)
    require_enough(opened, opened.departments)
    await work.rounds.add([opened])
    await work.contributors.add(
        Contributor(round_id=opened.round_id, code=code) for code in (OFFICE, *opened.departments)
    )
    await ask_for_heads(work, opened)
    await work.audit(
        "lottery:round:opened",
        opened.round_id,
        lines=list(opened.lines),
        sources=[source.name for source in opened.sources],
    )
    return opened


async def ask_for_heads(work: Work, drawn: Round) -> None:
    """Commit the office to a fresh chain from this attempt on, and ask all others for theirs."""
    secret = work.chance.secret()
    await work.office_chains.save(OfficeChain(round_id=drawn.round_id, secret=secret.hex()))
    for contributor in await contributors_of(work, drawn):
        is_office = contributor.code == OFFICE
        head = chain_head(secret).hex() if is_office else None
        at = work.now() if is_office else None
        await work.contributors.save(replace(contributor, head=head, committed_at=at))
        if not is_office:
            await _ask_for_entropy(work, drawn, contributor.code)


async def collect_commitment(work: Work, department: str, message: EntropyCommitted) -> None:
    """Note a department's chain head; a second, different or used head is refused."""
    drawn = await work.rounds.get(message.round_id)
    contributor = await the_contributor(work, drawn, department)
    if contributor.head == message.head:
        return
    check_head(message.head, department)
    if contributor.head is not None or drawn.state is not RoundState.OPEN:
        raise RuleBrokenError(Rule.ALREADY_COMMITTED, contributor=department, round=drawn.round_id)
    ceremony_step(drawn.state, CeremonyStep.COMMIT, of=drawn.round_id)
    await _require_fresh_head(work, drawn, contributor, message.head)
    await work.contributors.save(replace(contributor, head=message.head, committed_at=work.now()))
    await work.audit("lottery:commitment:received", drawn.round_id, contributor=department)


async def the_contributor(work: Work, drawn: Round, code: str) -> Contributor:
    """Give a contributor of a round; NOT_A_CONTRIBUTOR when it is none, or was left out."""
    found = await work.contributors.find((drawn.round_id, code))
    if found is None or not found.takes_part:
        raise RuleBrokenError(Rule.NOT_A_CONTRIBUTOR, contributor=code, round=drawn.round_id)
    return found


async def contributors_of(work: Work, drawn: Round) -> list[Contributor]:
    """Give who takes part in the attempt, by code; whoever was left out is not among them."""
    everybody = await work.contributors.where(round_id=drawn.round_id)
    return [each for each in everybody if each.takes_part]


async def require_no_reveal(work: Work, drawn: Round) -> None:
    """Refuse once a department has revealed: whoever then starts anew could choose a result."""
    revealed = [
        each.code
        for each in await contributors_of(work, drawn)
        if each.code != OFFICE and each.value_attempt == drawn.attempt
    ]
    if revealed:
        raise RuleBrokenError(
            Rule.REVEALS_UNDER_WAY, round=drawn.round_id, revealed=sorted(revealed)
        )


async def reveal_deadline(work: Work, plan_id: str) -> datetime:
    """Give until when contributors of a round of this plan may reveal, from now on."""
    policy = await policy_of(work, await work.plans.get(plan_id))
    return work.now() + timedelta(hours=policy.lottery.reveal_hours)


def _round(
    work: Work, order: RoundOrder, lines: Sequence[PlanLine], deadline_at: datetime
) -> Round:
    departments = tuple(sorted({code for line in lines for code in line.departments}))
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


async def _require_fresh_head(
    work: Work, drawn: Round, contributor: Contributor, head: str
) -> None:
    """Refuse a head that served any round, or an earlier chain of this one: its values are out."""
    commits = await work.record_files.where(round_id=drawn.round_id, name="commit.json")
    former = [Commit.model_validate_json(each.body).heads.values() for each in commits]
    if any(head in heads for heads in former) or await work.contributors.count(head=head):
        raise RuleBrokenError(
            Rule.HEAD_USED_BEFORE, contributor=contributor.code, round=drawn.round_id
        )


async def _ask_for_entropy(work: Work, opened: Round, department: str) -> None:
    message = EntropyRequested(
        round_id=opened.round_id,
        title=opened.title,
        attempts=CHAIN_LENGTH,
        deadline_at=opened.deadline_at,
        first_attempt=opened.attempt,
    )
    await work.post.to_department(
        department, message, subject=opened.round_id, correlation=opened.round_id
    )

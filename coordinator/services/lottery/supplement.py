"""A supplement after infeasible teams: drawn/ stands, the failed departments draw again (3.2.7).

It is a round of its own, `<round>.T1`, with a commit, receipts and reveals of its own: no lines,
the rosters of now, and the next preimages of the round's chains. Its teams join the round's visits.
"""

from collections.abc import Mapping
from dataclasses import replace

from contracts.draw_proof import chain_step
from contracts.draw_record import DepartmentRule, Fallback, Rules
from contracts.draw_tables import BARS, ROSTERS
from contracts.vocabulary import DrawOutcome
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ROUND_MOVES, RoundState, move
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.lottery.freezing import freeze_each
from coordinator.services.access import require_office
from coordinator.services.lottery.freezing import Frozen, Sealing, seal
from coordinator.services.lottery.opening import ask_for_heads, reveal_deadline
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work
from coordinator.services.rosters import PeopleAsked, freeze_people
from coordinator.services.round_lines import lines_of_round


async def open_supplement(work: Work, round_id: str) -> Round:
    """Open the next supplement of a round whose teams were infeasible, or of its last supplement.

    Everybody is committed already, by the heads of the round: the next preimages can't be chosen
    anew. Raises SUPPLEMENT_NOT_NEEDED unless the last draw of teams failed.
    """
    require_office(work)
    asked = await work.rounds.get(round_id)
    base = await work.rounds.get(asked.supplement_of or round_id)
    former = await _supplements(work, base.round_id)
    last = former[-1] if former else base
    standing = [each for each in (base, *former) if each.state is not RoundState.CANCELLED][-1]
    if RoundState.INFEASIBLE not in {standing.state} & {base.state}:
        raise RuleBrokenError(
            Rule.SUPPLEMENT_NOT_NEEDED, round=base.round_id, now=standing.state.value
        )
    first = last.attempt + 1
    opened = Round(
        round_id=f"{base.round_id}.T{len(former) + 1}",
        title=f"{base.title} T{len(former) + 1}",
        plan_id=base.plan_id,
        mode=base.mode,
        state=RoundState.OPEN,
        attempt=first,
        first_attempt=first,
        lines=(),
        departments=base.departments,
        opened_at=work.now(),
        deadline_at=await reveal_deadline(work, base.plan_id),
        embargo_date=base.embargo_date,
        previous="",
        supplement_of=base.round_id,
    )
    await work.rounds.add([opened])
    await _take_over_chains(work, last, opened)
    await work.audit(
        "lottery:supplement:opened", opened.round_id, of=base.round_id, failed=failed_in(standing)
    )
    return opened


async def freeze_supplement(work: Work, drawn: Round, heads: Mapping[str, str]) -> Frozen:
    """Freeze the people of the failed departments as the registers stand now; no line, no frame."""
    base = await work.rounds.get(drawn.supplement_of or drawn.round_id)
    failed = failed_in(await before(work, drawn))
    lines = await lines_of_round(work, base)
    checks = await work.checks.where(round_id=base.round_id)
    policy = await policy_of_round(work, base)
    people = await freeze_people(
        work,
        PeopleAsked(
            departments=failed,
            fields=(),
            lines=lines,
            objects={check.object_id for check in checks},
            policy=policy.team,
            from_day=work.today(),
            helped=True,
        ),
    )
    tables = {
        **freeze_each(ROSTERS, drawn.round_id, people.rosters),
        **freeze_each(BARS, drawn.round_id, people.bars),
    }
    rules = Rules(
        round=drawn.round_id,
        lines={},
        departments={code: DepartmentRule(lead_lines=()) for code in failed},
        policy=policy.label,
        rehearsal=1 if work.rehearsal else 0,
    )
    salts = {name: work.chance.secret() for name in sorted(tables)}
    sealing = Sealing(drawn, heads, rules, Fallback(voids=policy.lottery.voids))
    return seal(work, sealing, tables, salts, public_frames=base.public_frames)


async def complete_round(work: Work, supplement: Round) -> None:
    """Let the round go on once a supplement has drawn every missing team."""
    if supplement.supplement_of is None or supplement.outcome is not DrawOutcome.DONE:
        return
    base = await work.rounds.get(supplement.supplement_of)
    state = move(ROUND_MOVES, base.state, RoundState.DRAWN, of=base.round_id)
    await work.rounds.save(replace(base, state=state))
    await work.audit("lottery:round:completed", base.round_id, by=supplement.round_id)


async def before(work: Work, drawn: Round) -> Round:
    """Give the draw whose failed departments a supplement draws again."""
    former = await _supplements(work, drawn.supplement_of or drawn.round_id)
    earlier = [
        each
        for each in former
        if each.first_attempt < drawn.first_attempt and each.state is not RoundState.CANCELLED
    ]
    return earlier[-1] if earlier else await work.rounds.get(drawn.supplement_of)


def failed_in(drawn: Round) -> list[str]:
    """Name the departments whose teams an infeasible draw could not form."""
    return sorted(filter(None, (drawn.reason or "").split(",")))


async def _supplements(work: Work, round_id: str) -> list[Round]:
    """Give the supplements of a round in order."""
    found = await work.rounds.where(supplement_of=round_id)
    return sorted(found, key=lambda each: each.first_attempt)


async def _take_over_chains(work: Work, last: Round, opened: Round) -> None:
    """Let the chains of the round go on; after its sixteenth attempt they are used up, and fresh
    heads are asked for as in any round.
    """
    for each in await work.contributors.where(round_id=last.round_id):
        await work.contributors.add(
            [
                replace(
                    each,
                    round_id=opened.round_id,
                    receipt_at=None,
                    receipt_signature=None,
                    receipt_attempt=0,
                    value=None,
                    value_attempt=0,
                    revealed_at=None,
                )
            ]
        )
    chain = await work.office_chains.get(last.round_id)
    await work.office_chains.save(replace(chain, round_id=opened.round_id))
    if chain_step(opened.attempt) == 1:
        await ask_for_heads(work, opened)

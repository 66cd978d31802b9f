"""What is told to public platforms, and nothing that is not public on our own site already."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from typing import Any

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import Plan, PlanLine
from coordinator.domain.disclosure import Disclosure
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ListState, PlanState, RoundState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.policy import ExchangeKind
from coordinator.domain.registers.item_list import ItemListVersion
from coordinator.services.exchange.penalties import (
    one_penalty,
    one_penalty_end,
    penalties,
    penalty_ends,
)
from coordinator.services.exchange.told import Told, day_of, moment_of, pages_of
from coordinator.services.ports import Query, Work


def subjects_of(work: Work, kind: ExchangeKind) -> AsyncGenerator[Sequence[str], None]:
    """Give what there is of a kind page by page, what was published last first."""
    return _SUBJECTS[kind](work)


async def told_now(work: Work, kind: ExchangeKind, subject: str) -> Told:
    """Give what is to be told of one subject as it stands now; NOT_FOUND when it is not public."""
    key = subject if kind is ExchangeKind.PENALTY_END else subject.partition("@")[0]
    found = await _ONE[kind](work, key)
    if found is None:
        raise RuleBrokenError(Rule.NOT_FOUND, kind=kind.value, key=subject)
    return found


async def _item_lists(work: Work) -> AsyncGenerator[Sequence[str], None]:
    yield [each.list_id for each in await work.item_lists.where(state=ListState.PUBLISHED)]


async def _item_list(work: Work, version: ItemListVersion) -> Told:
    items = await work.item_versions.where(number=version.number)
    return Told(
        version.list_id,
        f"{version.file_number or ''} {version.number}".strip(),
        {
            "number": version.number,
            "file_number": version.file_number,
            "effective_date": day_of(version.effective_date),
            "items": [
                {
                    "code": each.code,
                    "name": each.name,
                    "department": each.department,
                    "class": each.item.item_class.value,
                }
                for each in items
            ],
        },
    )


async def _plans(work: Work) -> AsyncGenerator[Sequence[str], None]:
    """Name adopted plans; each adopted amendment makes a version of its own."""
    plans = await work.plans.where(state=PlanState.ADOPTED)
    yield [f"{each.plan_id}@{each.version}" for each in plans]


async def _plan(work: Work, plan: Plan) -> Told:
    """Tell an adopted plan with its announced lines in force."""
    lines = await work.plan_lines.where(plan_id=plan.plan_id)
    public = [line for line in lines if line.mode is Mode.ANNOUNCED and line.cancelled_by is None]
    return Told(
        f"{plan.plan_id}@{plan.version}",
        plan.title,
        {
            "plan": plan.plan_id,
            "version": plan.version,
            "year": plan.year,
            "title": plan.title,
            "number": plan.number,
            "adopted_at": moment_of(plan.adopted_at),
            "lines": [_line(line) for line in public],
        },
    )


def _line(line: PlanLine) -> Mapping[str, Any]:
    return {
        "code": line.code,
        "name": line.name,
        "kind": line.kind.value,
        "domain": line.domain,
        "lead": line.lead,
        "participants": list(line.participants),
        "items": list(line.items),
        "from_date": line.window_from.isoformat(),
        "to_date": line.window_to.isoformat(),
    }


async def _draws(work: Work) -> AsyncGenerator[Sequence[str], None]:
    """Name rounds with an opened record only: a covert one stays silent until then."""
    yield [each.round_id for each in await work.rounds.where(state=RoundState.DISCLOSED)]


def _draw(drawn: Round) -> Told:
    return Told(
        drawn.round_id,
        drawn.title,
        {
            "round": drawn.round_id,
            "title": drawn.title,
            "plan": drawn.plan_id,
            "outcome": drawn.outcome.value if drawn.outcome else None,
            "drawn_at": moment_of(drawn.drawn_at),
            "opened_at": moment_of(drawn.disclosed_at),
            "commit": drawn.commit_hash,
            "transcript": drawn.transcript_hash,
            "departments": list(drawn.departments),
        },
    )


async def _results(work: Work) -> AsyncGenerator[Sequence[str], None]:
    async for page in pages_of(work.disclosures, Query(order="disclosed_at", descending=True)):
        yield [each.disclosure_id for each in page if each.withdrawn_at is None]


def _result(each: Disclosure) -> Told:
    """Tell one version of a published result: the fields of 2.7, and what it corrects."""
    return Told(
        each.disclosure_id,
        f"{each.object_name} · {each.item_name}",
        {
            "disclosure": each.disclosure_id,
            "corrects": each.supersedes,
            "version": each.version,
            "object": each.object_id,
            "object_name": each.object_name,
            "task_number": each.task_number,
            "item": each.item,
            "item_name": each.item_name,
            "department": each.department,
            "visited_date": each.visited_date.isoformat(),
            "method": each.method,
            "result_codes": list(each.result_codes),
            "disposal": list(each.disposal),
            "disclosed_at": moment_of(each.disclosed_at),
        },
    )


async def _withdrawals(work: Work) -> AsyncGenerator[Sequence[str], None]:
    async for page in pages_of(work.disclosures, Query(order="withdrawn_at", descending=True)):
        gone = [each for each in page if each.withdrawn_at is not None]
        if not gone:
            return
        yield [each.disclosure_id for each in gone]


def _withdrawal(each: Disclosure) -> Told:
    return Told(
        each.disclosure_id,
        f"{each.object_name} · {each.item_name}",
        {
            "disclosure": each.disclosure_id,
            "object": each.object_id,
            "department": each.department,
            "reason": each.withdrawal_reason,
            "withdrawn_at": moment_of(each.withdrawn_at),
        },
    )


async def _one_list(work: Work, key: str) -> Told | None:
    version = await work.item_lists.find(key)
    published = version is not None and version.state is ListState.PUBLISHED
    return await _item_list(work, version) if version is not None and published else None


async def _one_plan(work: Work, key: str) -> Told | None:
    plan = await work.plans.find(key)
    return await _plan(work, plan) if plan and plan.state is PlanState.ADOPTED else None


async def _one_draw(work: Work, key: str) -> Told | None:
    drawn = await work.rounds.find(key)
    return _draw(drawn) if drawn and drawn.state is RoundState.DISCLOSED else None


async def _one_result(work: Work, key: str) -> Told | None:
    found = await work.disclosures.find(key)
    return _result(found) if found and found.withdrawn_at is None else None


async def _one_withdrawal(work: Work, key: str) -> Told | None:
    found = await work.disclosures.find(key)
    return _withdrawal(found) if found and found.withdrawn_at is not None else None


_SUBJECTS: Mapping[ExchangeKind, Callable[[Work], AsyncGenerator[Sequence[str], None]]] = {
    ExchangeKind.ITEM_LIST: _item_lists,
    ExchangeKind.PLAN: _plans,
    ExchangeKind.DRAW: _draws,
    ExchangeKind.RESULT: _results,
    ExchangeKind.WITHDRAWAL: _withdrawals,
    ExchangeKind.PENALTY: penalties,
    ExchangeKind.PENALTY_END: penalty_ends,
}
_ONE: Mapping[ExchangeKind, Callable[[Work, str], Awaitable[Told | None]]] = {
    ExchangeKind.ITEM_LIST: _one_list,
    ExchangeKind.PLAN: _one_plan,
    ExchangeKind.DRAW: _one_draw,
    ExchangeKind.RESULT: _one_result,
    ExchangeKind.WITHDRAWAL: _one_withdrawal,
    ExchangeKind.PENALTY: one_penalty,
    ExchangeKind.PENALTY_END: one_penalty_end,
}

"""The indicators of a period by organ, every organ with its zeros, and the rows behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from coordinator.domain.annual_plan import PlanLine, Selection
from coordinator.domain.appraisal import (
    WHOLE,
    Fact,
    FactRow,
    Period,
    Reading,
    Scope,
    Standing,
    Tallies,
    ends_within,
    is_covered,
    key_periods_of,
    readings,
    standing_of,
)
from coordinator.domain.lifecycle import PlanState, RoundState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.object_replacing import RequestState
from coordinator.domain.policy import Policy
from coordinator.services.appraisal.registers import register_ages
from coordinator.services.covert import closed_rounds
from coordinator.services.policies import policy_of
from coordinator.services.ports import Page, Query, Work

_HELD = (RoundState.DISPATCHED, RoundState.DISCLOSED)
_COUNTED_HERE = (
    Fact.DRAWS_AUDITED,
    Fact.DRAWS_KEPT,
    Fact.KEY_PERIODS,
    Fact.KEY_PERIODS_COVERED,
    Fact.REGISTERS_HELD,
    Fact.REGISTERS_RENEWED,
)
_TRIPS = (Fact.TRIPS_SEPARATE, Fact.TRIPS_MADE)
_MERGED = "checklist-merge:checks:merged"


@dataclass(frozen=True, kw_only=True)
class PeriodFigures:
    """The indicators of a period: of all organs together, and of each organ of the register.

    `hidden` counts covert rounds that stay out until their record is open.
    """

    period: Period
    whole: Sequence[Reading]
    organs: Mapping[str, Sequence[Reading]]
    hidden: int


@dataclass(frozen=True)
class Counted:
    """The rounds of a period that may be counted, with their lines and how each one lies in it.

    `rules` are those the period is judged by; `hidden` counts the covert rounds that stay out
    until their record is open; `scope` says the same to the store.
    """

    rounds: Sequence[Round]
    lines: Mapping[str, PlanLine]
    standing: Mapping[str, Standing]
    rules: Policy
    hidden: int
    scope: Scope


async def period_figures(work: Work, period: Period) -> PeriodFigures:
    """Read every indicator of a period; an organ that did nothing shows with zeros."""
    meant = await counted_in(work, period)
    tallies = await _tallies(work, period, meant)
    rules = meant.rules.appraisal
    codes = [each.code for each in await work.departments.where()]
    return PeriodFigures(
        period=period,
        whole=readings(tallies, WHOLE, rules),
        organs={code: readings(tallies, code, rules) for code in codes},
        hidden=meant.hidden,
    )


async def fact_rows(work: Work, fact: Fact, period: Period, query: Query) -> Page[FactRow]:
    """Give a page of the rows behind one figure: what was counted, and nothing else."""
    meant = await counted_in(work, period)
    if fact in _TRIPS:
        found = (await _trips(work, period, meant))[fact]
        rows = [replace(_draw(work, drawn), note=str(number)) for drawn, number in found]
    elif fact in _COUNTED_HERE:
        rows = (await _here(work, period, meant))[fact]
    else:
        return await work.appraisals.rows(fact, meant.scope, query)
    return Page(tuple(rows[query.offset : query.offset + query.limit]), len(rows))


async def rules_of(work: Work, period: Period) -> Policy:
    """Give the rules a period is judged by: its plan's, or those of the one plan of the year.

    Where the year has several plans, or none, the office's own.
    """
    named = {"plan_id": period.plan_id} if period.plan_id else {"state": PlanState.ADOPTED}
    plans = await work.plans.where(year=period.year, **named)
    return await policy_of(work, plans[0]) if len(plans) == 1 else work.policy


async def counted_in(work: Work, period: Period) -> Counted:
    """Give what counts in a period; covert rounds from the day their record is open."""
    closed = set(await closed_rounds(work))
    named = {"round_id": period.round_id} if period.round_id else {}
    of_plan = {"plan_id": period.plan_id} if period.plan_id else {}
    found = await work.rounds.where(**named, **of_plan)
    rounds = [each for each in found if each.round_id not in closed]
    codes = {code for each in rounds for code in each.lines}
    known = await work.plan_lines.where(code=codes) if codes else ()
    lines = {line.code: line for line in known}
    standing = {each.round_id: _standing(each, lines, period) for each in rounds}
    scope = await _scope(work, period, lines, standing)
    return Counted(rounds, lines, standing, await rules_of(work, period), len(closed), scope)


def _standing(drawn: Round, lines: Mapping[str, PlanLine], period: Period) -> Standing:
    """Say how a round counts; one that is asked for by name counts whole."""
    if period.round_id:
        return Standing.WHOLE
    return standing_of([lines[code] for code in drawn.lines if code in lines], period)


async def _scope(
    work: Work, period: Period, lines: Mapping[str, PlanLine], standing: Mapping[str, Standing]
) -> Scope:
    whole = tuple(code for code, each in standing.items() if each is Standing.WHOLE)
    partly = tuple(code for code, each in standing.items() if each is Standing.PARTLY)
    counted = (*whole, *partly)
    done = await work.replacement_requests.where(round_id=counted, state=RequestState.DONE)
    return Scope(
        first=period.first,
        last=period.last,
        whole=whole,
        partly=partly,
        lines=tuple(code for code, line in lines.items() if ends_within(line, period)),
        not_random=tuple(
            code for code, line in lines.items() if line.selection is not Selection.RANDOM
        ),
        replaced=tuple(visit_id for request in done for visit_id in request.withdrawn),
        beside=not period.plan_id and not period.round_id,
    )


async def _tallies(work: Work, period: Period, meant: Counted) -> Tallies:
    stored = await work.appraisals.tallies(meant.scope)
    here = {fact: len(rows) for fact, rows in (await _here(work, period, meant)).items()}
    trips = await _trips(work, period, meant)
    sums = {fact: sum(number for _, number in told) for fact, told in trips.items()}
    return replace(stored, whole={**stored.whole, **here, **sums})


async def _trips(work: Work, period: Period, meant: Counted) -> dict[Fact, list[tuple[Round, int]]]:
    """Give what each round's merge counted when it was made: an object replaced since keeps it.

    A round that lies in the period in part counts where it was drawn.
    """
    whole = meant.scope.whole
    rounds = {
        each.round_id: each
        for each in meant.rounds
        if each.round_id in whole or _is_drawn_within(work, each, period)
    }
    entries = await work.audit_entries.where(tag=_MERGED, subject=tuple(rounds)) if rounds else []
    told = {entry.subject: entry.facts for entry in entries}
    return {
        fact: [(rounds[code], int(str(facts[name]))) for code, facts in told.items()]
        for fact, name in ((Fact.TRIPS_SEPARATE, "separate_visits"), (Fact.TRIPS_MADE, "visits"))
    }


def _is_drawn_within(work: Work, drawn: Round, period: Period) -> bool:
    at = drawn.drawn_at
    return at is not None and period.first <= work.day_of(at) <= period.last


async def _here(work: Work, period: Period, meant: Counted) -> dict[Fact, list[FactRow]]:
    """Give what takes more than counting: draws that kept their promise, and key periods."""
    counted = (*meant.scope.whole, *meant.scope.partly)
    rounds = {each.round_id: each for each in meant.rounds}
    audits = await work.round_audits.where(round_id=counted)
    kept = [each for each in audits if all(stratum.is_kept for stratum in each.strata)]
    keys = key_periods_of(meant.rules.plan.key_periods, period)
    held = [
        meant.lines[code]
        for each in meant.rounds
        if each.state in _HELD
        for code in each.lines
        if code in meant.lines
    ]
    covered = [each for each in keys if is_covered(each, held, period)]
    return {
        Fact.DRAWS_AUDITED: [_draw(work, rounds[each.round_id]) for each in audits],
        Fact.DRAWS_KEPT: [_draw(work, rounds[each.round_id]) for each in kept],
        Fact.KEY_PERIODS: [_key(each.code, each.name, each.from_day) for each in keys],
        Fact.KEY_PERIODS_COVERED: [_key(each.code, each.name, each.from_day) for each in covered],
        **await register_ages(work, meant.rules.registers.stale_months),
    }


def _draw(work: Work, drawn: Round) -> FactRow:
    return FactRow(
        kind="round",
        key=drawn.round_id,
        title=drawn.title,
        note="",
        department="",
        round_id=drawn.round_id,
        day=work.day_of(drawn.drawn_at) if drawn.drawn_at else None,
    )


def _key(code: str, name: str, first: str) -> FactRow:
    return FactRow(
        kind="key-period", key=code, title=name, note=first, department="", round_id="", day=None
    )

"""The freeze: frames, rosters and bars of a round as files, with the commit document over them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.draw_proof import hash_of
from contracts.draw_record import (
    Commit,
    DepartmentRule,
    Fallback,
    ItemRule,
    LineRule,
    Rules,
    StratumRule,
    document_bytes,
)
from contracts.draw_tables import BARS, FRAMES, ROSTERS, BarRow, FrameRow, RosterRow
from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.dispatch import Visit
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.lottery.ceremony import RecordFile, Round
from coordinator.domain.lottery.freezing import (
    COMMITTED_BEFORE,
    commit_roots,
    freeze_each,
    roots,
)
from coordinator.domain.lottery.population import (
    Exclusions,
    Period,
    Workload,
    bars_of,
    expert_roster,
    frame_of,
    is_public,
    owned_objects,
    require_stratum_rules,
    roster_of,
)
from coordinator.domain.policy import BurdenPolicy, TeamPolicy
from coordinator.domain.registers.organisation import reach_of
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work
from coordinator.services.published_items import require_line_items
from coordinator.services.round_lines import lines_of_round


@dataclass(frozen=True)
class Frozen:
    """What the freeze leaves: record files, and the commit's bytes with the office's signature."""

    files: tuple[RecordFile, ...]
    commit: bytes
    signature: str
    public_frames: bool


async def freeze_registers(work: Work, drawn: Round, heads: Mapping[str, str]) -> Frozen:
    """Freeze the registers as they stand now, and commit to them with fresh salts."""
    lines = await lines_of_round(work, drawn)
    await require_line_items(work, lines)
    policy = await policy_of_round(work, drawn)
    frames = await _frames(work, drawn, lines, policy.burden)
    rosters, bars = await _people(work, drawn, lines, frames, policy.team)
    tables = {
        **freeze_each(FRAMES, drawn.round_id, frames),
        **freeze_each(ROSTERS, drawn.round_id, rosters),
        **freeze_each(BARS, drawn.round_id, bars),
    }
    salts = {name: work.chance.secret() for name in sorted(tables)}
    rules = document_bytes(_rules(work, drawn, lines, policy.label))
    fallback = Fallback(voids=policy.lottery.voids)
    committed = (tables, salts)
    commit = document_bytes(_commit(work, drawn, heads, hash_of(rules), committed, fallback))
    signature = work.signer.sign(commit)
    documents = {
        "rules.json": rules,
        "commit.json": commit,
        "commit.json.jws": signature.encode(),
    }
    return Frozen(
        files=(*_table_files(drawn, tables, salts), *_files(drawn, documents)),
        commit=commit,
        signature=signature,
        public_frames=all(is_public(line, frames[line.code]) for line in lines),
    )


async def _frames(
    work: Work, drawn: Round, lines: Sequence[PlanLine], burden: BurdenPolicy
) -> dict[str, tuple[FrameRow, ...]]:
    full_places = await _full_places(work, drawn, burden)
    frames = {}
    for line in lines:
        exclusions = Exclusions(full_places, await _reach(work, line))
        found = work.frames.objects_of(line.conditions, work.today())
        things = [thing async for thing in found]
        frames[line.code] = frame_of(line, things, exclusions, work.today())
        if not frames[line.code]:
            raise RuleBrokenError(Rule.FRAME_EMPTY, line=line.code)
        require_stratum_rules(line, frames[line.code])
    return frames


async def _reach(work: Work, line: PlanLine) -> tuple[str, ...]:
    """Give the regions that a line's organs may check: objects elsewhere stay out (属地管理)."""
    organs = await work.departments.where(code=line.departments)
    return reach_of(organs, line.window_from, await work.designations.where())


async def _full_places(work: Work, drawn: Round, burden: BurdenPolicy) -> frozenset[str]:
    """Give the places whose visits of the year have reached the cap of the profile."""
    visits = await _standing_visits(work, drawn.embargo_date.year)
    used = Counter(visit.place for visit in visits if not visit.desk)
    return frozenset(place for place, number in used.items() if number >= burden.visits_per_year)


async def _standing_visits(work: Work, year: int) -> list[Visit]:
    """Give the visits of a year that were not withdrawn."""
    return [
        visit
        for visit in await work.visits.where()
        if visit.date_to.year == year and visit.state is not VisitState.WITHDRAWN
    ]


async def _people(
    work: Work,
    drawn: Round,
    lines: Sequence[PlanLine],
    frames: Mapping[str, Sequence[FrameRow]],
    policy: TeamPolicy,
) -> tuple[dict[str, tuple[RosterRow, ...]], dict[str, tuple[BarRow, ...]]]:
    period = Period(min(line.window_from for line in lines), max(line.window_to for line in lines))
    workload = Workload(
        period,
        work.calendar,
        policy.visits_per_day,
        await _prior_loads(work, period.last_day.year),
    )
    rosters: dict[str, tuple[RosterRow, ...]] = {}
    for code in drawn.departments:
        people = await work.inspectors.where(department=code)
        rosters[code] = roster_of(people, workload)
    for field in sorted({field for line in lines for field in line.expert_fields}):
        experts = await work.experts.where(field=field)
        rosters[f"@{field}"] = expert_roster(experts, workload)
    return rosters, await _bars(work, rosters, frames)


async def _prior_loads(work: Work, year: int) -> Counter[str]:
    """Count the seats everybody has had in visits of the year."""
    visits = {visit.visit_id for visit in await _standing_visits(work, year)}
    return Counter(
        member.person_id for member in await work.team.where() if member.visit_id in visits
    )


async def _bars(
    work: Work,
    rosters: Mapping[str, Sequence[RosterRow]],
    frames: Mapping[str, Sequence[FrameRow]],
) -> dict[str, tuple[BarRow, ...]]:
    framed = {row.object for frame in frames.values() for row in frame}
    recusals = await work.recusals.where()
    concerned = {recusal.object_id for recusal in recusals}
    barred = await work.objects.where(object_id=concerned)
    owned = owned_objects([*barred, *await work.objects.where(owner=concerned)])
    last_teams = await _last_teams(work, framed)
    return {
        code: bars_of({row.inspector for row in roster}, recusals, owned, last_teams)
        for code, roster in rosters.items()
    }


async def _last_teams(work: Work, framed: set[str]) -> dict[str, set[str]]:
    """Map each object to who was in the team of its last finished visit."""
    finished = {
        visit.visit_id: visit for visit in await work.visits.where(state=VisitState.FINISHED)
    }
    last: dict[str, str] = {}
    for check in await work.checks.where(visit_id=set(finished)):
        known = last.get(check.object_id)
        newer = known is None or finished[known].date_to < finished[check.visit_id].date_to
        if check.object_id in framed and newer:
            last[check.object_id] = check.visit_id
    teams: dict[str, set[str]] = defaultdict(set)
    for member in await work.team.where(visit_id=set(last.values())):
        teams[member.visit_id].add(member.person_id)
    return {thing: teams[visit] for thing, visit in last.items()}


def _rules(work: Work, drawn: Round, lines: Sequence[PlanLine], policy: str) -> Rules:
    return Rules(
        round=drawn.round_id,
        lines={line.code: _line_rule(line) for line in lines},
        departments={
            code: DepartmentRule(
                lead_lines=tuple(sorted(line.code for line in lines if line.lead == code))
            )
            for code in drawn.departments
        },
        policy=policy,
        rehearsal=1 if work.rehearsal else 0,
    )


def _line_rule(line: PlanLine) -> LineRule:
    return LineRule(
        departments=line.departments,
        weighted=0,
        number=line.share.number_drawn,
        strata={
            name: StratumRule(ratio=(rule.numerator, rule.denominator), minimum=rule.minimum)
            for name, rule in line.share.rules.items()
        },
        items=_item_rule(line),
        window=(line.window_from.isoformat(), line.window_to.isoformat()),
        mode=line.mode,
    )


def _item_rule(line: PlanLine) -> ItemRule | None:
    """Give how many of the items are drawn per object; None where all of them are checked."""
    if line.items_drawn is None:
        return None
    return ItemRule.model_validate(
        {"always": (), "from": tuple(sorted(line.items)), "choose": line.items_drawn}
    )


def _commit(
    work: Work,
    drawn: Round,
    heads: Mapping[str, str],
    rules_hash: str,
    committed: tuple[Mapping[str, bytes], Mapping[str, bytes]],
    fallback: Fallback,
) -> Commit:
    frames, rosters, bars = (commit_roots(*committed, folder) for folder in COMMITTED_BEFORE)
    return Commit(
        round=drawn.round_id,
        attempt=drawn.attempt,
        previous=drawn.previous,
        rules_hash=rules_hash,
        frames=frames,
        rosters=rosters,
        bars=bars,
        heads=dict(heads),
        sources=(),
        deadline=_instant(drawn.deadline_at),
        embargo=drawn.embargo_date.isoformat(),
        fallback=fallback,
        published_at=_instant(work.now()),
    )


def _instant(moment: object) -> str:
    return str(moment).replace(" ", "T").replace("+00:00", "Z")


def _table_files(
    drawn: Round, tables: Mapping[str, bytes], salts: Mapping[str, bytes]
) -> list[RecordFile]:
    committed = roots(tables, salts, COMMITTED_BEFORE)
    return [
        RecordFile(
            round_id=drawn.round_id,
            attempt=drawn.attempt,
            name=name,
            body=body,
            key=salts[name].hex(),
            root=committed[name].root,
            number_of_records=committed[name].count,
        )
        for name, body in tables.items()
    ]


def _files(drawn: Round, documents: Mapping[str, bytes]) -> list[RecordFile]:
    return [
        RecordFile(round_id=drawn.round_id, attempt=drawn.attempt, name=name, body=body)
        for name, body in documents.items()
    ]

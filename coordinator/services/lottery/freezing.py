"""The freeze: frames, rosters and bars of a round as files, with the commit document over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from contracts.draw_files import MalformedRecordError
from contracts.draw_proof import hash_of
from contracts.draw_record import (
    Commit,
    Commitment,
    DepartmentRule,
    Fallback,
    Rules,
    document_bytes,
)
from contracts.draw_tables import BARS, FRAMES, ROSTERS
from coordinator.domain.annual_plan import Frame, PlanLine, frame_to_draw
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.lottery.ceremony import RecordFile, Round
from coordinator.domain.lottery.frames import FrameName
from coordinator.domain.lottery.freezing import (
    COMMITTED_BEFORE,
    commit_roots,
    field_invalid,
    freeze_each,
    roots,
)
from coordinator.domain.lottery.line_rules import line_rule
from coordinator.domain.lottery.population import (
    FrameLines,
    aims_openly,
    is_public,
    require_stratum_rules,
)
from coordinator.domain.lottery.strata import stratum_code
from coordinator.domain.policy import BurdenPolicy, Policy
from coordinator.services import burden_ledger
from coordinator.services.lottery.counting import Counting
from coordinator.services.lottery.exclusions import exclusions_of
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Teller, Work
from coordinator.services.published_items import require_line_items
from coordinator.services.record_files import frame_file
from coordinator.services.rosters import PeopleAsked, freeze_people
from coordinator.services.round_lines import lines_of_round


@dataclass(frozen=True)
class Frozen:
    """What the freeze leaves: record files, and the commit's bytes with the office's signature."""

    files: tuple[RecordFile, ...]
    commit: bytes
    signature: str
    public_frames: bool


async def freeze_registers(
    work: Work, drawn: Round, heads: Mapping[str, str], told: Teller
) -> Frozen:
    """Freeze the registers as they stand now, and commit to them with fresh salts."""
    lines = await lines_of_round(work, drawn)
    await require_line_items(work, lines)
    policy = await policy_of_round(work, drawn)
    frame_keys = {line.code: work.chance.secret() for line in lines}
    frames = await _frames(work, drawn, lines, (frame_keys, policy), told)
    people = await freeze_people(
        work,
        PeopleAsked(
            departments=drawn.departments,
            fields=sorted({field for line in lines for field in line.expert_fields}),
            lines=lines,
            objects=frames.visited,
            policy=policy.team,
        ),
    )
    tables = {
        **freeze_each(ROSTERS, drawn.round_id, people.rosters),
        **freeze_each(BARS, drawn.round_id, people.bars),
    }
    salts = {name: work.chance.secret() for name in sorted(tables)}
    rules = _rules(work, drawn, lines, frame_keys, policy.label)
    fallback = Fallback(voids=policy.lottery.voids)
    sealing = Sealing(drawn, heads, rules, fallback, tuple(frames.files))
    return seal(work, sealing, tables, salts, public_frames=frames.public)


@dataclass(frozen=True)
class Sealing:
    """What a commit says besides the roots of rosters and bars; `frames` are frozen already."""

    drawn: Round
    heads: Mapping[str, str]
    rules: Rules
    fallback: Fallback
    frames: tuple[RecordFile, ...] = ()


def seal(
    work: Work,
    sealing: Sealing,
    tables: Mapping[str, bytes],
    salts: Mapping[str, bytes],
    *,
    public_frames: bool,
) -> Frozen:
    """Commit to the files of a round (by path, with their keys S), and sign as the office."""
    drawn, rules = sealing.drawn, document_bytes(sealing.rules)
    commit = document_bytes(_commit(work, sealing, hash_of(rules), (tables, salts)))
    signature = work.signer.sign(commit)
    documents = {
        "rules.json": rules,
        "commit.json": commit,
        "commit.json.jws": signature.encode(),
    }
    return Frozen(
        files=(
            *sealing.frames,
            *_table_files(drawn, tables, salts),
            *_files(drawn, documents),
        ),
        commit=commit,
        signature=signature,
        public_frames=public_frames,
    )


@dataclass
class _Frames:
    """The frames of a round as they are frozen, one after the other.

    `visited` are objects that had a visit before, and of them in the end those in some frame.
    """

    files: list[RecordFile] = field(default_factory=list)
    visited: set[str] = field(default_factory=set)
    public: bool = True


async def _frames(
    work: Work,
    drawn: Round,
    lines: Sequence[PlanLine],
    how: tuple[Mapping[str, bytes], Policy],
    told: Teller,
) -> _Frames:
    keys, policy = how
    await burden_ledger.hold_years(work, {line.window_to.year for line in lines})
    visited = await _visited(work)
    frames = _Frames()
    counting = Counting(told, len(lines))
    for line in lines:
        counting.begin()
        full_places = await _full_places(work, line, policy.burden)
        exclusions, key = await exclusions_of(work, line, policy.plan, full_places), keys[line.code]
        writer = FrameLines(exclusions, partial(stratum_code, key), visited)
        wanted = frame_to_draw(line, policy.plan)
        file = await _freeze_frame(work, (drawn, line), (wanted, key), writer, counting)
        if not file.number_of_records:
            raise RuleBrokenError(Rule.FRAME_EMPTY, line=line.code)
        require_stratum_rules(line, writer.kinds)
        frames.files.append(file)
        frames.visited |= writer.found
        is_open = is_public(writer.kinds) and writer.weighs_alike and aims_openly(line)
        frames.public = frames.public and is_open
    return frames


async def _freeze_frame(
    work: Work,
    which: tuple[Round, PlanLine],
    how: tuple[Frame, bytes],
    writer: FrameLines,
    counting: Counting,
) -> RecordFile:
    """Freeze a line's objects as they come, under a key S: no frame is ever held as a whole."""
    (drawn, line), (wanted, key) = which, how
    name = FrameName(drawn.round_id, drawn.attempt, line.code)
    stored = await work.record_files.where(round_id=drawn.round_id, name=FRAMES.path(line.code))
    committed = {file.path for file in stored if file.path is not None}
    with work.shelf.draft(name, key, committed) as draft:
        async for sources in work.frames.rows_of(wanted, work.today()):
            draft.add(writer.write(sources))
            counting.add(len(sources))
        try:
            return frame_file(drawn, line.code, key, draft.finish())
        except MalformedRecordError as error:
            raise field_invalid(error) from None


async def _visited(work: Work) -> set[str]:
    """Give the objects of finished visits: only they can have a last team."""
    finished = await work.visits.where(state=VisitState.FINISHED)
    ended = {visit.visit_id for visit in finished}
    checks = await work.checks.where(visit_id=ended, left_out=None)
    return {check.object_id for check in checks}


async def _full_places(work: Work, line: PlanLine, burden: BurdenPolicy) -> frozenset[str]:
    """Give the places whose year has no room for a visit of a line; a typed exemption passes."""
    if line.exemption in burden.exemptions:
        return frozenset()
    organs = await work.departments.where(code=line.departments)
    levels = {organ.level.value for organ in organs}
    year = line.window_to.year
    return await burden_ledger.places_full(work, year, burden, levels, line.departments)


def _rules(
    work: Work,
    drawn: Round,
    lines: Sequence[PlanLine],
    frame_keys: Mapping[str, bytes],
    policy: str,
) -> Rules:
    return Rules(
        round=drawn.round_id,
        lines={line.code: line_rule(line, frame_keys[line.code]) for line in lines},
        departments={
            code: DepartmentRule(
                lead_lines=tuple(sorted(line.code for line in lines if line.lead == code))
            )
            for code in drawn.departments
        },
        policy=policy,
        rehearsal=1 if work.rehearsal else 0,
    )


def _commit(
    work: Work,
    sealing: Sealing,
    rules_hash: str,
    committed: tuple[Mapping[str, bytes], Mapping[str, bytes]],
) -> Commit:
    drawn = sealing.drawn
    rosters, bars = (commit_roots(*committed, table.kind) for table in (ROSTERS, BARS))
    return Commit(
        round=drawn.round_id,
        attempt=drawn.attempt,
        previous=drawn.previous,
        rules_hash=rules_hash,
        frames={_line_of(file): _commitment(file) for file in sealing.frames},
        rosters=rosters,
        bars=bars,
        heads=dict(sealing.heads),
        sources=drawn.sources,
        deadline=_instant(drawn.deadline_at),
        embargo=drawn.embargo_date.isoformat(),
        fallback=sealing.fallback,
        published_at=_instant(work.now()),
    )


def _line_of(frame: RecordFile) -> str:
    return frame.name.removeprefix(f"{FRAMES.kind}/").removesuffix(".tsv")


def _commitment(frame: RecordFile) -> Commitment:
    return Commitment(count=frame.number_of_records, root=given(frame.root, "root", frame.name))


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

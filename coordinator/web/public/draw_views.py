"""What the public page of a round shows: who did what when, attempts, lines, drawn lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.draw_proof import hash_of
from contracts.draw_record import Rules, StratumCounts, Transcript
from contracts.vocabulary import OFFICE, Mode
from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.ceremony import Contributor, Round, awaited_of
from coordinator.domain.lottery.publicity import DrawnList, publicity_of
from coordinator.domain.lottery.silence import VoidAttempt, VoidCause
from coordinator.services import lottery
from coordinator.services.lottery.drawn_files import drawn_rows, record_file
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work
from coordinator.web.language import _, later
from coordinator.web.names import load_names
from coordinator.web.plan_wording import drawing_words

_SHOWN = 200
STATUS_WORDS = {
    "closed": later("已注销或停业"),
    "region": later("不在辖区内"),
    "cap": later("当年入企次数已满"),
    "fresh": later("近期已检查"),
    "exempt-list": later("免查清单"),
    "project-suspended": later("项目已停工"),
}


@dataclass(frozen=True)
class AttemptView:
    """One attempt: how it ended, who was silent, and the hash of its transcript."""

    number: int
    outcome: str
    silent: tuple[str, ...]
    statements: Mapping[str, str]
    refrozen: str
    cancelled: bool
    commit_hash: str
    transcript_hash: str


@dataclass(frozen=True)
class StratumView:
    """The counts of one stratum; `threshold` is the largest ticket drawn, where it is public."""

    code: str
    frame: int
    excluded: Sequence[tuple[str, int]]
    drawn: int
    threshold: str


@dataclass(frozen=True)
class LineView:
    """One line of the round as far as anybody may see it now."""

    code: str
    line: PlanLine | None
    rules: Sequence[str]
    publicity: str
    strata: Sequence[StratumView]
    listed: DrawnList | None
    objects: Sequence[tuple[str, str]]

    @property
    def unlisted(self) -> int:
        """How many public objects the page leaves to the file."""
        return len(self.listed.objects) - len(self.objects) if self.listed else 0


async def attempts_of(work: Work, drawn: Round) -> list[AttemptView]:
    """Give every attempt that has ended, the first one first."""
    views = []
    for number in range(1, drawn.attempt + 1):
        file = await work.record_files.find((drawn.round_id, number, "transcript.json"))
        if file is not None:
            transcript = Transcript.model_validate_json(file.body)
            void = await work.void_attempts.find((drawn.round_id, number))
            views.append(_attempt(transcript, hash_of(file.body), void))
    return views


async def lines_of(work: Work, drawn: Round) -> list[LineView]:
    """Give the lines of a round; a covert one has no name before its round is disclosed."""
    plan_lines = {line.code: line for line in await work.plan_lines.where(code=drawn.lines)}
    lists = await lottery.published_lists(work, drawn)
    counts = await _counts(work, drawn)
    hidden = drawn.mode is Mode.COVERT and drawn.state is not RoundState.DISCLOSED
    is_open = drawn.state is RoundState.DISCLOSED
    has_files = is_open or lottery.tickets_are_open(drawn, lists)
    names, weights = await load_names(work), (await policy_of_round(work, drawn)).plan.weights
    views = []
    for code in (each for each in drawn.lines if each in plan_lines):
        thresholds = await _thresholds(work, drawn, code) if has_files else {}
        listed = lists.get(code) if drawn.outcome is not None else None
        views.append(
            LineView(
                code=code,
                line=None if hidden else plan_lines[code],
                rules=() if hidden else drawing_words(plan_lines[code], names, weights),
                publicity=publicity_of(plan_lines[code]).value,
                strata=_strata(counts.get(code, {}), thresholds),
                listed=listed,
                objects=await named(work, listed.objects[:_SHOWN]) if listed else [],
            )
        )
    return views


async def named(work: Work, codes: Sequence[str]) -> list[tuple[str, str]]:
    """Give code and name of objects; one that left the register since shows its code."""
    found = {each.object_id: each.name for each in await work.objects.where(object_id=set(codes))}
    return [(code, found.get(code, code)) for code in codes]


def commitments_of(
    contributors: Sequence[Contributor], drawn: Round
) -> list[tuple[Contributor, bool, bool]]:
    """Give contributors, departments first, with whether each signed and revealed this attempt."""
    ordered = sorted(contributors, key=lambda each: (each.code == OFFICE, each.code))
    return [
        (
            each,
            each.receipt_at is not None and each.receipt_attempt == drawn.attempt,
            each.value_attempt == drawn.attempt,
        )
        for each in ordered
    ]


def late_codes(contributors: Sequence[Contributor], drawn: Round, now: datetime) -> set[str]:
    """Give who let the deadline of the attempt under way pass: its silence has a name at once."""
    if now <= drawn.deadline_at:
        return set()
    return {each.code for each in contributors if awaited_of(drawn, each) is not None}


def moments_of(drawn: Round) -> list[tuple[datetime, str, str]]:
    """Give what was fixed when: time, what happened, and what it means for the draw."""
    steps = [
        (drawn.opened_at, _("请各方承诺"), _("每一方各自准备一个秘密随机数，只交出它的指纹。")),
        (
            drawn.frozen_at,
            _("冻结名录并公布承诺"),
            _("名录、规则和各方随机数的指纹从此固定；改动任何一家，指纹都会变。"),
        ),
        (
            drawn.drawn_at,
            _("揭示并抽取"),
            _("各方揭示随机数，合成一把谁也不能事先知道的钥匙，由它算出每一家的随机号。"),
        ),
        (
            drawn.concluded_at,
            _("记录定稿"),
            _("结果的指纹写入记录；下一批次的承诺会引用它，删改任何一批都会断链。"),
        ),
        (
            drawn.disclosed_at,
            _("公开并核验"),
            _("保密已无必要，其余部分公开，并由独立的核验程序重算一遍。")
            if drawn.public_frames
            else _("完整记录交审计人员重算；名录涉及未公开的信息，不向社会公开。"),
        ),
    ]
    return [(at, what, meaning) for at, what, meaning in steps if at is not None]


def _attempt(transcript: Transcript, digest: str, void: VoidAttempt | None) -> AttemptView:
    """Give the view of an attempt; of one voided before such attempts were kept, the reason."""
    codes, _colon, said = (transcript.reason or "").partition(": ")
    is_refrozen = void is not None and void.cause is VoidCause.REFROZEN
    is_cancelled = void is not None and void.cause is VoidCause.CANCELLED
    silent = tuple(codes.split(",")) if codes and not (is_refrozen or is_cancelled) else ()
    statements = dict.fromkeys(silent, said) if void is None else void.statements
    return AttemptView(
        number=transcript.attempt,
        outcome=transcript.outcome.value,
        silent=silent if void is None else void.silent,
        statements=statements if transcript.outcome.value == "void" else {},
        refrozen=said if is_refrozen else "",
        cancelled=is_cancelled,
        commit_hash=transcript.commit_hash,
        transcript_hash=digest,
    )


async def _counts(work: Work, drawn: Round) -> Mapping[str, Mapping[str, StratumCounts]]:
    file = await record_file(work, drawn, "transcript.json")
    return {} if file is None else Transcript.model_validate_json(file.body).counts


async def _thresholds(work: Work, drawn: Round, line: str) -> dict[str, str]:
    """Give by stratum the largest ticket drawn; with weights the order is not that of tickets."""
    rules = await record_file(work, drawn, "rules.json")
    if rules is None or Rules.model_validate_json(rules.body).lines[line].weighted:
        return {}
    largest: dict[str, str] = {}
    for row in await drawn_rows(work, drawn, line):
        largest[row.stratum] = max(largest.get(row.stratum, ""), row.ticket)
    return largest


def _strata(
    counts: Mapping[str, StratumCounts], thresholds: Mapping[str, str]
) -> list[StratumView]:
    return [
        StratumView(
            code=code,
            frame=each.frame,
            excluded=[(_(STATUS_WORDS.get(why, why)), n) for why, n in each.excluded.items()],
            drawn=each.drawn,
            threshold=thresholds.get(code, ""),
        )
        for code, each in sorted(counts.items())
    ]

"""What follows a result, as its page lists it, and what may be begun from there."""

from collections.abc import Sequence
from dataclasses import dataclass

from coordinator.domain.follow_up import Following, grounds_of, has_open_problem
from coordinator.domain.follow_up.settling import missing
from coordinator.domain.policy import Policy
from coordinator.domain.result_intake import Result
from coordinator.services import follow_up
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work
from coordinator.web.console.frame import ActButton, Console
from coordinator.web.language import _, later

_PROMISED = {
    "rectification": later("责令改正"),
    "hazard": later("重大隐患"),
    "case": later("立案或移送"),
    "copy-notice": later("抄告"),
    "note": later("处置说明"),
    "abnormal-list": later("经营异常名录"),
    "transfer": later("移送"),
}

_BEGIN = {"rectification": "order-rectification", "case": "open-case"}


@dataclass(frozen=True)
class Followed:
    """One thing that follows a result: where it is, what it is, its state, a second line."""

    href: str
    word: str
    kind: str
    state: str
    note: str = ""


@dataclass(frozen=True)
class AfterResult:
    """All that follows a result, what is still missing, and the acts that begin something."""

    followed: tuple[Followed, ...]
    missing: tuple[str, ...]
    acts: tuple[ActButton, ...]


async def after_result(console: Console, work: Work, result: Result) -> AfterResult:
    """Give what follows a result, and what this person may begin now."""
    drawn = await work.rounds.find(result.round_id)
    policy = await policy_of_round(work, drawn) if drawn else work.policy
    following = await follow_up.following_of(work, result)
    lacking = missing(result, following, policy) if result.approved else []
    return AfterResult(
        followed=tuple(await _followed(work, result)),
        missing=tuple(_(_PROMISED.get(kind, kind)) for kind in lacking),
        acts=tuple(_acts(console, result, policy, following)),
    )


async def _followed(work: Work, result: Result) -> list[Followed]:
    of = {"result_id": result.result_id}
    orders = [
        Followed(
            f"/console/rectifications/{each.rectification_id}",
            _("责令限期改正"),
            "rectification",
            each.state.value,
            each.due_date.isoformat(),
        )
        for each in await work.rectifications.where(**of)
    ]
    hazards = [
        Followed(f"/console/hazards/{each.hazard_id}", _("重大隐患"), "hazard", each.state.value)
        for each in await work.hazards.where(**of)
    ]
    cases = [
        Followed(
            f"/console/cases/{each.case_id}",
            _("案件"),
            "case",
            each.state.value,
            each.decision_number or "",
        )
        for each in await work.cases.where(**of)
    ]
    return [*orders, *hazards, *cases, *await _letters(work, result)]


async def _letters(work: Work, result: Result) -> list[Followed]:
    of = {"result_id": result.result_id}
    transfers = [
        Followed(
            f"/console/transfers/{each.transfer_id}",
            _("移送"),
            "transfer",
            each.state.value,
            each.receiver_name,
        )
        for each in await work.transfers.where(**of)
    ]
    notices = [
        Followed(
            f"/console/copy-notices/{each.notice_id}",
            _("抄告"),
            "copy-notice",
            each.state.value,
            each.letter_number,
        )
        for each in await work.copy_notices.where(**of)
    ]
    entries = [
        Followed(
            f"/console/abnormal-list/{each.entry_id}",
            _("经营异常名录"),
            "abnormal",
            each.state.value,
        )
        for each in await work.abnormal_entries.where(**of)
    ]
    notes = [
        Followed("", _("处置说明"), "settled", "True", each.text)
        for each in await work.disposal_notes.where(**of)
    ]
    return [*transfers, *notices, *entries, *notes]


def _acts(
    console: Console, result: Result, policy: Policy, following: Sequence[Following]
) -> list[ActButton]:
    if console.actor.department != result.department or not result.has_problem:
        return []
    kinds = {each.kind for each in following}
    begun = {each.kind for each in following if each.is_open}
    wanted = [] if "hazard" in kinds else ["register-hazard"]
    if result.approved:
        first = [name for kind, name in _BEGIN.items() if kind not in begun]
        wanted = [*first, "send-copy-notice", "transfer-clue", *wanted]
        if grounds_of(result, policy) and "abnormal-list" not in kinds:
            wanted.append("propose-abnormal")
        if has_open_problem(result, policy) and result.settled_at is None:
            wanted.append("note-disposal")
    return console.buttons(*wanted, result_id=result.result_id)

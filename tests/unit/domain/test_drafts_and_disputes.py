"""Experts draft, officers decide; a dispute is noted whole or not at all (2-rules.md 2.6)."""

from typing import Any

import pytest

from contracts.results import Dispute, FindingsSubmitted
from contracts.vocabulary import DisputeState
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.result_intake import accept_report
from tests.builders import NOW, POLICY, a_finding, a_findings_message, a_problem, an_assignment
from tests.builders_review import a_draft

EXPERT = "expert-1"
REJECTED: dict[str, Any] = {"adopted": False, "reason": "现场核对无误"}
SETTLED = Dispute(
    state=DisputeState.SETTLED,
    handled_by="mr-p1",
    handled_at=NOW,
    claim="已提交延续申请",
    settlement="查询无受理记录，店长认可",
)


def refusal(message: FindingsSubmitted) -> tuple[Rule, dict[str, object]]:
    with pytest.raises(RuleBrokenError) as refused:
        accept_report(message, an_assignment(), POLICY)
    return refused.value.rule, refused.value.facts


def with_drafts(*changes: dict[str, Any], found: bool = True) -> FindingsSubmitted:
    first = a_problem("mr-1") if found else a_finding("mr-1")
    drafts = tuple(
        a_draft(**{"number": number, "expert": EXPERT, **each})
        for number, each in enumerate(changes, 1)
    )
    return a_findings_message([first, a_finding("mr-2")], drafts=drafts)


def test_adopted_and_rejected_drafts_of_an_expert_are_taken_in() -> None:
    accept_report(with_drafts({}, REJECTED | {"item": "mr-2"}), an_assignment(), POLICY)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"expert": "mr-p2"}, Rule.DRAFT_NOT_BY_EXPERT),
        ({"decided_by": EXPERT}, Rule.DRAFT_DECIDED_BY_OUTSIDER),
        ({"decided_by": "fr-p1"}, Rule.DRAFT_DECIDED_BY_OUTSIDER),
        ({"adopted": False}, Rule.DRAFT_INCOMPLETE),
        ({"legal_basis": " "}, Rule.DRAFT_INCOMPLETE),
        ({"item": "x-9"}, Rule.FINDING_NOT_ASKED),
        ({"item": "mr-2"}, Rule.DRAFT_NOT_A_FINDING),
    ],
)
def test_a_draft_that_no_expert_made_or_no_officer_decided_is_refused(
    changes: dict[str, Any], rule: Rule
) -> None:
    assert refusal(with_drafts(changes))[0] is rule


def test_a_number_stands_for_one_draft() -> None:
    twice = with_drafts({}, {"number": 1})

    assert refusal(twice) == (
        Rule.DRAFT_REPEATED,
        {"number": 1, "visit": twice.visit_id},
    )


@pytest.mark.parametrize(
    "dispute",
    [
        SETTLED,
        SETTLED.model_copy(update={"state": DisputeState.UNRESOLVED}),
        Dispute(state=DisputeState.NONE, handled_by="mr-p2"),
    ],
)
def test_a_dispute_is_noted_with_its_claim_its_end_its_officer_and_its_time(
    dispute: Dispute,
) -> None:
    message = a_findings_message([a_problem("mr-1", dispute=dispute), a_finding("mr-2")])

    accept_report(message, an_assignment(), POLICY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"handled_by": EXPERT}, "handled_by"),
        ({"claim": None}, "claim"),
        ({"settlement": " "}, "settlement"),
        ({"handled_at": None}, "handled_at"),
        ({"state": DisputeState.NONE}, "claim"),
    ],
)
def test_half_a_note_is_refused(changes: dict[str, Any], field: str) -> None:
    half = SETTLED.model_copy(update=changes)
    message = a_findings_message([a_problem("mr-1", dispute=half), a_finding("mr-2")])

    rule, facts = refusal(message)

    assert (rule, facts["field"]) == (Rule.DISPUTE_INCOMPLETE, field)


def test_nothing_is_disputed_where_nothing_was_found() -> None:
    message = a_findings_message([a_finding("mr-1", dispute=SETTLED), a_finding("mr-2")])

    assert refusal(message)[0] is Rule.DISPUTE_INCOMPLETE

"""What one version of the item list changes, and what an item must satisfy to enter it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import CheckpointKind
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ProposalState
from coordinator.domain.registers import CheckItem, Checkpoint
from coordinator.domain.registers.item_checks import (
    ItemSurroundings,
    item_faults,
    require_faultless,
    shared_code_conflicts,
    why_not_valid,
)
from coordinator.domain.registers.item_list import (
    ChangeKind,
    FieldChange,
    ItemProposal,
    ProposalAct,
    by_code,
    difference,
    ended,
    list_of_file,
    merged_list,
)
from tests.builders import FIRE, MARKET, an_item

JULY = date(2026, 7, 1)
AROUND = ItemSurroundings(methods=("现场检查",), max_minutes=240)


def a_checkpoint(code: str = "mr-1-1", **changes: Any) -> Checkpoint:
    return Checkpoint(**{"code": code, "text": "证照是否悬挂", **changes})


def a_proposal(act: ProposalAct, item: CheckItem | None, code: str = "mr-1") -> ItemProposal:
    return ItemProposal(
        proposal_id="p",
        department=MARKET,
        section="",
        act=act,
        code=item.code if item else code,
        name="",
        item=item,
        reason="法律修订",
        state=ProposalState.PROPOSED,
        proposed_by="clerk",
        proposed_at=datetime(2026, 3, 25, tzinfo=UTC),
    )


def test_a_difference_names_what_came_what_went_and_every_changed_field() -> None:
    before = [
        an_item("mr-1", checkpoints=(a_checkpoint("a"), a_checkpoint("b"))),
        an_item("mr-2"),
        an_item("mr-3", source="old.xlsx#1"),
    ]
    after = [
        an_item(
            "mr-1",
            name="新名称",
            checkpoints=(a_checkpoint("a", text="证照是否有效"), a_checkpoint("c")),
        ),
        an_item("mr-3", source="new.xlsx#9"),
        an_item("fr-1", FIRE),
    ]

    changes = difference(before, after)

    assert [(each.code, each.kind) for each in changes] == [
        ("fr-1", ChangeKind.ADDED),
        ("mr-1", ChangeKind.CHANGED),
        ("mr-2", ChangeKind.WITHDRAWN),
    ]
    assert changes[1].fields == (
        FieldChange(field="name", before="事项mr-1", after="新名称"),
        FieldChange(field="checkpoint", checkpoint="b", before="证照是否悬挂"),
        FieldChange(field="text", checkpoint="a", before="证照是否悬挂", after="证照是否有效"),
        FieldChange(field="checkpoint", checkpoint="c", after="证照是否悬挂"),
    )


@given(st.sets(st.sampled_from("abcdef")), st.sets(st.sampled_from("abcdef")), st.booleans())
def test_a_difference_read_forwards_leads_from_one_list_to_the_other(
    old: set[str], new: set[str], renamed: bool
) -> None:
    before = {code: an_item(code) for code in old}
    after = {code: an_item(code, name="新" if renamed else f"事项{code}") for code in new}

    changes = difference(before.values(), after.values())

    reached = dict(before)
    for change in changes:
        if change.kind is ChangeKind.WITHDRAWN:
            del reached[change.code]
        else:
            reached[change.code] = after[change.code]
    assert reached == after
    assert difference(after.values(), after.values()) == ()


def test_a_new_item_begins_with_the_list_and_a_changed_one_goes_on_as_it_began() -> None:
    before = by_code([an_item("mr-1"), an_item("mr-2")])
    proposals = [
        a_proposal(ProposalAct.ADD, an_item("mr-9")),
        a_proposal(ProposalAct.CHANGE, an_item("mr-1", name="新名称", valid_from=JULY)),
        a_proposal(ProposalAct.WITHDRAW, None, "mr-2"),
    ]

    after = merged_list(before, proposals, JULY)

    assert sorted(after) == ["mr-1", "mr-9"]
    assert after["mr-9"].valid_from == JULY
    assert (after["mr-1"].name, after["mr-1"].valid_from) == ("新名称", date(2026, 1, 1))


def test_a_proposal_that_the_list_has_overtaken_is_refused() -> None:
    with pytest.raises(RuleBrokenError) as taken:
        merged_list(
            by_code([an_item("mr-1")]), [a_proposal(ProposalAct.ADD, an_item("mr-1"))], JULY
        )
    with pytest.raises(RuleBrokenError) as gone:
        merged_list({}, [a_proposal(ProposalAct.WITHDRAW, None, "mr-1")], JULY)

    assert taken.value.rule is Rule.ITEM_CODE_TAKEN
    assert taken.value.facts["department"] == MARKET
    assert gone.value.rule is Rule.NOT_FOUND


def test_a_file_adds_and_changes_and_ends_items_only_when_it_replaces() -> None:
    before = by_code([an_item("mr-1"), an_item("mr-2"), an_item("fr-1", FIRE)])
    file = [an_item("mr-1", name="新名称"), an_item("mr-3")]

    added = list_of_file(before, file)
    replaced = list_of_file(before, file, replace=True)

    assert sorted(added) == ["fr-1", "mr-1", "mr-2", "mr-3"]
    assert sorted(replaced) == ["fr-1", "mr-1", "mr-3"]
    assert added["mr-1"].name == "新名称"


def test_the_same_file_a_year_later_says_nothing_new() -> None:
    before = by_code([an_item("mr-1", valid_from=date(2026, 1, 1))])

    after = list_of_file(before, [an_item("mr-1", valid_from=date(2027, 1, 1), source="b.xlsx")])

    assert difference(before.values(), after.values()) == ()


def test_an_item_ends_the_day_before_the_list_unless_it_ends_earlier() -> None:
    open_ended, early = an_item(), an_item(valid_to=date(2026, 5, 1))

    assert ended(open_ended, JULY).valid_to == date(2026, 6, 30)
    assert ended(early, JULY).valid_to == date(2026, 5, 1)


def test_a_good_item_has_no_fault() -> None:
    item = an_item(
        checkpoints=(
            a_checkpoint("a", shared_code="licence"),
            a_checkpoint("b", kind=CheckpointKind.CHOICE, choices=("甲", "乙")),
        ),
        competences=("food-safety",),
    )
    other = an_item("fr-1", FIRE, checkpoints=(a_checkpoint("x", shared_code="licence"),))

    assert item_faults(item, ItemSurroundings([other], ("现场检查",), 240)) == ()


@pytest.mark.parametrize(
    ("changes", "rule", "field"),
    [
        ({"code": "事项1"}, Rule.ITEM_CODE_UNUSABLE, "code"),
        ({"code": "@mr"}, Rule.ITEM_CODE_UNUSABLE, "code"),
        ({"legal_bases": ("  ",)}, Rule.ITEM_WITHOUT_BASIS, "legal_bases"),
        ({"subject_organs": ()}, Rule.ITEM_WITHOUT_ORGAN, "subject_organs"),
        ({"methods": ()}, Rule.ITEM_METHOD_MISSING, "methods"),
        ({"methods": ("望气",)}, Rule.ITEM_METHOD_UNKNOWN, "methods"),
        ({"estimated_minutes": 241}, Rule.ITEM_TOO_LONG, "estimated_minutes"),
        ({"valid_to": date(2025, 12, 31)}, Rule.ITEM_VALIDITY_INVERTED, "valid_to"),
        ({"competences": ("食品,安全",)}, Rule.ITEM_COMPETENCE_UNUSABLE, "competences"),
        ({"checkpoints": (a_checkpoint("要点"),)}, Rule.ITEM_CODE_UNUSABLE, "checkpoints"),
        ({"checkpoints": (a_checkpoint(),) * 2}, Rule.CHECKPOINT_REPEATED, "checkpoints"),
        (
            {"checkpoints": (a_checkpoint(choices=("甲", "乙")),)},
            Rule.CHECKPOINT_CHOICES_UNASKED,
            "checkpoints",
        ),
        (
            {"checkpoints": (a_checkpoint(kind=CheckpointKind.CHOICE, choices=("甲",)),)},
            Rule.CHECKPOINT_WITHOUT_CHOICES,
            "checkpoints",
        ),
    ],
)
def test_each_fault_is_found_alone_with_its_field(
    changes: dict[str, Any], rule: Rule, field: str
) -> None:
    faults = item_faults(an_item(**changes), AROUND)

    assert [(fault.rule, fault.line) for fault in faults] == [(rule, field)]


@pytest.mark.parametrize(
    ("changes", "differs"),
    [
        ({"text": "许可证是否有效"}, ["text"]),
        ({"kind": CheckpointKind.TEXT}, ["kind"]),
        ({"kind": CheckpointKind.CHOICE, "choices": ("甲", "乙")}, ["kind", "choices"]),
    ],
)
def test_a_shared_code_that_asks_differently_names_both_items(
    changes: dict[str, Any], differs: list[str]
) -> None:
    item = an_item(checkpoints=(a_checkpoint(shared_code="licence"),))
    other = an_item(
        "fr-1", FIRE, checkpoints=(a_checkpoint("x", shared_code="licence", **changes),)
    )

    (fault,) = item_faults(item, ItemSurroundings([other], ("现场检查",)))

    assert fault.rule is Rule.SHARED_CODE_CONFLICT
    assert fault.facts == {
        "shared_code": "licence",
        "item": "mr-1",
        "department": MARKET,
        "other_item": "fr-1",
        "other_department": FIRE,
        "differs": differs,
    }


def test_a_list_names_each_conflict_of_shared_codes_once() -> None:
    asked = a_checkpoint(shared_code="licence")
    other = a_checkpoint(shared_code="licence", text="许可证是否有效")
    items = [
        an_item("mr-1", checkpoints=(asked,)),
        an_item("mr-2", checkpoints=(other,)),
        an_item("fr-1", FIRE, checkpoints=(asked,)),
        an_item("fr-2", FIRE),
    ]

    conflicts = shared_code_conflicts(items)

    assert [(each.facts["item"], each.facts["other_item"]) for each in conflicts] == [
        ("fr-1", "mr-2")
    ]


def test_all_faults_of_an_item_are_told_at_once() -> None:
    faults = item_faults(an_item(methods=(), estimated_minutes=500), AROUND)

    with pytest.raises(RuleBrokenError) as refused:
        require_faultless(an_item(), faults)

    assert refused.value.rule is Rule.ITEM_FAULTS
    told = refused.value.facts["breaches"]
    assert [each["rule"] for each in told] == [  # type: ignore[attr-defined]
        Rule.ITEM_TOO_LONG,
        Rule.ITEM_METHOD_MISSING,
    ]


def test_why_an_item_may_not_be_checked() -> None:
    item = an_item(valid_to=date(2026, 6, 30))

    assert why_not_valid(item, date(2026, 1, 1), date(2026, 6, 30)) is None
    assert why_not_valid(None, JULY, JULY) == {}
    assert why_not_valid(item, date(2026, 6, 30), JULY) == {
        "valid_from": "2026-01-01",
        "valid_to": "2026-06-30",
        "first_day": "2026-06-30",
        "last_day": "2026-07-01",
    }
    assert why_not_valid(item, date(2025, 12, 31), date(2026, 1, 1)) is not None

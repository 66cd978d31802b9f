"""Joint-list rows link by name or alias; likeness alone only suggests."""

from datetime import date

from coordinator.domain.registers import CheckItem, ItemClass, JointListRow
from coordinator.domain.registers.joint_list import (
    ItemAlias,
    ItemMatcher,
    LinkState,
    MatchingPolicy,
    count_states,
)

POLICY = MatchingPolicy(near_score=72, number_of_suggestions=3)


def an_item(code: str, department: str, name: str, object_type: str = "企业") -> CheckItem:
    return CheckItem(
        code=code,
        department=department,
        category="检查",
        name=name,
        object_type=object_type,
        item_class=ItemClass.GENERAL,
        methods=("现场",),
        subject_organs=(),
        legal_bases=("《中华人民共和国消防法》第五十四条",),
        estimated_minutes=20,
        valid_from=date(2026, 1, 1),
        source="test",
    )


def a_row(item_text: str, *leads: str, object_type: str = "企业") -> JointListRow:
    return JointListRow(
        number=1,
        domain="检查",
        item_text=item_text,
        object_type=object_type,
        lead_departments=leads,
        participants=(),
        source_row=4,
    )


def test_an_equal_name_of_a_lead_department_links_despite_blanks_and_full_stop() -> None:
    matcher = ItemMatcher([an_item("f1", "fire", "消防 安全检查。")], POLICY)

    linked = matcher.link(a_row("消防安全检查", "fire"))

    assert linked.state == LinkState.LINKED
    assert (linked.row.linked_items, linked.row.linked_item, linked.linked_by) == (
        ("f1",),
        "f1",
        "name",
    )


def test_a_row_with_two_leads_links_to_the_item_of_each() -> None:
    items = [an_item("p1", "police", "取得许可证情况"), an_item("h1", "health", "取得许可证情况")]

    linked = ItemMatcher(items, POLICY).link(a_row("取得许可证情况", "police", "health"))

    assert linked.row.linked_items == ("h1", "p1")


def test_an_equal_name_of_another_department_is_only_suggested() -> None:
    matcher = ItemMatcher([an_item("h1", "health", "消防安全检查")], POLICY)

    linked = matcher.link(a_row("消防安全检查", "fire"))

    assert linked.state == LinkState.NEAR
    assert [(s.item_code, s.score) for s in linked.suggestions] == [("h1", 100)]


def test_equal_names_in_one_department_are_told_apart_by_object_type() -> None:
    items = [
        an_item("f1", "fire", "消防安全检查", "学校"),
        an_item("f2", "fire", "消防安全检查", "宾馆"),
    ]
    matcher = ItemMatcher(items, POLICY)

    told = matcher.link(a_row("消防安全检查", "fire", object_type="宾馆"))
    ambiguous = matcher.link(a_row("消防安全检查", "fire", object_type="商场"))

    assert told.row.linked_items == ("f2",)
    assert ambiguous.state == LinkState.NEAR
    assert {s.item_code for s in ambiguous.suggestions} == {"f1", "f2"}


def test_an_alias_links_what_a_person_has_decided() -> None:
    alias = ItemAlias("肥料监督检查", "agriculture", "肥料监督抽查")
    matcher = ItemMatcher([an_item("a1", "agriculture", "肥料监督抽查")], POLICY, [alias])

    linked = matcher.link(a_row("肥料监督检查", "agriculture"))

    assert (linked.row.linked_items, linked.linked_by) == (("a1",), "alias")
    assert matcher.unresolved_aliases() == ()


def test_an_alias_to_no_item_is_reported() -> None:
    alias = ItemAlias("肥料监督检查", "agriculture", "没有这个事项")

    matcher = ItemMatcher([an_item("a1", "agriculture", "肥料监督抽查")], POLICY, [alias])

    assert matcher.unresolved_aliases() == (alias,)


def test_suggestions_are_the_best_three_and_do_not_depend_on_the_order_of_items() -> None:
    names = ["肥料监督抽查", "肥料监督核查", "肥料监督检验", "肥料监管检查", "旅行社检查"]
    items = [an_item(f"a{n}", "agriculture", name) for n, name in enumerate(names)]

    one = ItemMatcher(items, POLICY).link(a_row("肥料监督检查", "agriculture"))
    other = ItemMatcher(items[::-1], POLICY).link(a_row("肥料监督检查", "agriculture"))

    assert one == other
    assert len(one.suggestions) == 3
    assert all(suggestion.score >= POLICY.near_score for suggestion in one.suggestions)


def test_a_row_like_no_item_stays_unlinked_and_is_counted() -> None:
    matcher = ItemMatcher([an_item("f1", "fire", "消防安全检查")], POLICY)

    rows = [matcher.link(a_row("涉税申报", "fire")), matcher.link(a_row("消防安全检查", "fire"))]

    assert rows[0].suggestions == ()
    assert count_states(rows) == {LinkState.LINKED: 1, LinkState.NEAR: 0, LinkState.UNLINKED: 1}

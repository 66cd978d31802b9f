"""Object ids: schemes, the unified social credit code and what is refused or only doubted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as oracle
from stdnum.iso7064 import mod_11_10

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers import (
    check_object_id,
    is_uscc_check_digit_right,
    object_id_doubts,
    object_id_warnings,
    uscc_check_digit,
)
from coordinator.domain.registers.identity import (
    USCC_ALPHABET,
    organisation_check_digit,
    regno_check_digit,
)

GENUINE = "91110000101623741K"


@given(st.text(USCC_ALPHABET, min_size=17, max_size=17))
def test_the_check_digit_agrees_with_an_independent_library(first_seventeen: str) -> None:
    assert uscc_check_digit(first_seventeen) == oracle.calc_check_digit(first_seventeen)


@given(st.text("0123456789", min_size=14, max_size=14))
def test_the_check_digit_of_a_registration_number_agrees_with_it_too(first_fourteen: str) -> None:
    assert regno_check_digit(first_fourteen) == mod_11_10.calc_check_digit(first_fourteen)


@pytest.mark.parametrize("code", ["D2143569X", "101623741", "600037341"])
def test_the_organisation_code_has_the_check_digit_of_gb_11714(code: str) -> None:
    assert organisation_check_digit(code[:-1]) == code[-1]


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8), st.integers(0, 7))
def test_another_digit_in_an_organisation_code_changes_its_check_digit(
    first_eight: str, position: int
) -> None:
    digit = "7" if first_eight[position] != "7" else "8"
    other = first_eight[:position] + digit + first_eight[position + 1 :]
    difference = int(first_eight[position], 36) - int(digit, 36)

    changed = organisation_check_digit(first_eight) != organisation_check_digit(other)

    assert changed == (difference % 11 != 0)


def _with_right_check(first_seventeen: str) -> str:
    return f"uscc:{first_seventeen}{oracle.calc_check_digit(first_seventeen)}"


@pytest.mark.parametrize(
    ("object_id", "rules", "expected"),
    [
        (_with_right_check("91110000101623742"), [Rule.USCC_ORGANISATION_CHECK], "1"),
        (_with_right_check("96110000101623741"), [Rule.USCC_KIND], None),
        (_with_right_check("B1110000101623741"), [Rule.USCC_KIND], None),
        (f"uscc:{GENUINE[:-1]}L", [Rule.USCC_CHECK_DIGIT], "K"),
        ("regno:640221600000010", [Rule.REGNO_CHECK_DIGIT], "9"),
        ("regno:640221600000019", [], None),
        ("premises:1", [], None),
    ],
)
def test_every_doubt_is_kept_with_what_was_expected(
    object_id: str, rules: list[Rule], expected: str | None
) -> None:
    doubts = object_id_doubts(check_object_id(object_id))

    assert [doubt.rule for doubt in doubts] == rules
    assert expected is None or doubts[0].facts["expected"] == expected


def test_a_genuine_code_is_accepted_without_doubt() -> None:
    assert check_object_id(f"uscc:{GENUINE}") == f"uscc:{GENUINE}"
    assert object_id_warnings(f"uscc:{GENUINE}") == ()


def test_a_failing_check_digit_is_kept_and_listed() -> None:
    doubtful = f"uscc:{GENUINE[:-1]}L"

    accepted = check_object_id(doubtful)

    assert not is_uscc_check_digit_right(doubtful.removeprefix("uscc:"))
    assert object_id_warnings(accepted) == (Rule.USCC_CHECK_DIGIT,)


@pytest.mark.parametrize(
    ("object_id", "rule"),
    [
        ("uscc:9111000010162374", Rule.USCC_LENGTH),
        ("uscc:91110000101623741k", Rule.USCC_ALPHABET),
        ("uscc:9111000010162374IK", Rule.USCC_ALPHABET),
        ("regno:64022160000017", Rule.REGNO_INVALID),
        ("regno:64022160000017X", Rule.REGNO_INVALID),
        ("regno:６４０２２１６００００００１７", Rule.REGNO_INVALID),  # noqa: RUF001 - full width
        ("premises:a,b", Rule.OBJECT_ID_INVALID),
        ("premises:a\tb", Rule.OBJECT_ID_INVALID),
        ("premises:", Rule.OBJECT_ID_INVALID),
        ("project:" + "x" * 48, Rule.OBJECT_ID_INVALID),
        ("other:nonamespace", Rule.OBJECT_ID_INVALID),
        ("taxid:123", Rule.OBJECT_SCHEME_UNKNOWN),
        (GENUINE, Rule.OBJECT_SCHEME_UNKNOWN),
    ],
)
def test_a_wrong_id_is_refused_by_the_rule_it_breaks(object_id: str, rule: Rule) -> None:
    with pytest.raises(RuleBrokenError) as refusal:
        check_object_id(object_id)

    assert refusal.value.rule == rule


@pytest.mark.parametrize(
    "object_id",
    ["regno:640221600000017", "premises:640221-0000001", "product:CCC-1", "other:wells:A17"],
)
def test_every_scheme_has_ids_that_are_accepted(object_id: str) -> None:
    assert check_object_id(object_id) == object_id

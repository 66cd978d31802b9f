"""A value that must be there is never invented."""

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError, given


def test_what_is_there_is_given() -> None:
    assert given(0, "number", "x") == 0
    assert given("平市监列〔2026〕1号", "decision_number", "l1") == "平市监列〔2026〕1号"


@pytest.mark.parametrize("missing", [None, "", "  "])
def test_what_is_missing_is_refused_by_name(missing: str | None) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        given(missing, "decision_number", "l1")

    assert refused.value.rule is Rule.VALUE_MISSING
    assert refused.value.facts == {"what": "decision_number", "of": "l1"}

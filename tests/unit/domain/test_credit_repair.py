"""Credit repair: which rules apply by their dates, the earliest day, and the longest term."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from coordinator.domain.blacklist import rule_for
from coordinator.domain.credit_repair import (
    Regime,
    RepairTerms,
    require_repairable,
    term_of,
    terms_of,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ListingState
from tests.builders import POLICY, day_of
from tests.builders_sanctions import a_listing

DECIDED = date(2025, 6, 10)
LIST = rule_for("market-serious", POLICY, DECIDED)
LISTED = a_listing(
    state=ListingState.LISTED,
    decision_date=DECIDED,
    listed_at=datetime(2025, 6, 10, 2, 0, tzinfo=UTC),
    term_until=date(2028, 6, 10),
)


@pytest.mark.parametrize(
    ("severity", "applied", "expected"),
    [
        ("serious", date(2026, 3, 31), RepairTerms(Regime.LIST, None, date(2026, 6, 10))),
        ("serious", date(2026, 4, 1), RepairTerms(Regime.SEVERITY, "serious", date(2026, 6, 10))),
        ("ordinary", date(2026, 4, 1), RepairTerms(Regime.SEVERITY, "ordinary", date(2025, 9, 10))),
        ("light", date(2026, 4, 1), RepairTerms(Regime.SEVERITY, "light", DECIDED)),
        ("ordinary", date(2026, 3, 31), RepairTerms(Regime.LIST, None, date(2026, 6, 10))),
        (None, date(2026, 4, 1), RepairTerms(Regime.LIST, None, date(2026, 6, 10))),
    ],
)
def test_the_day_of_the_application_decides_which_rules_apply(
    severity: str | None, applied: date, expected: RepairTerms
) -> None:
    rule = LIST.model_copy(update={"severity": severity})

    assert terms_of(LISTED, rule, POLICY, applied, day_of) == expected


def test_by_other_data_the_day_of_the_listing_decides() -> None:
    repair = POLICY.credit_repair
    assert repair is not None
    by_listing = repair.model_copy(update={"counted_by": "listing"})
    policy = POLICY.model_copy(update={"credit_repair": by_listing})

    assert terms_of(LISTED, LIST, policy, date(2026, 9, 1), day_of).regime is Regime.LIST


def test_a_listing_late_in_the_evening_of_utc_is_of_the_next_day_here() -> None:
    repair = POLICY.credit_repair
    assert repair is not None
    first = repair.valid_from
    by_listing = repair.model_copy(update={"counted_by": "listing"})
    policy = POLICY.model_copy(update={"credit_repair": by_listing})
    evening = datetime.combine(first - timedelta(days=1), time(23, 30), UTC)

    terms = terms_of(replace(LISTED, listed_at=evening), LIST, policy, first, day_of)

    assert terms.regime is Regime.SEVERITY


def test_nobody_repairs_before_the_day_or_off_the_list() -> None:
    terms = terms_of(LISTED, LIST, POLICY, date(2026, 4, 1), day_of)

    require_repairable(LISTED, terms, date(2026, 6, 10))
    with pytest.raises(RuleBrokenError) as early:
        require_repairable(LISTED, terms, date(2026, 6, 9))
    with pytest.raises(RuleBrokenError) as gone:
        require_repairable(replace(LISTED, state=ListingState.DELISTED), terms, date(2026, 6, 10))
    with pytest.raises(RuleBrokenError) as over:
        require_repairable(LISTED, terms, date(2028, 6, 10))

    assert early.value.rule is Rule.TOO_EARLY_TO_REPAIR
    assert early.value.facts["earliest"] == "2026-06-10"
    assert gone.value.rule is over.value.rule is Rule.NOT_LISTED


@pytest.mark.parametrize(
    ("decided", "severity", "term"),
    [
        (date(2026, 3, 31), "ordinary", date(2029, 3, 31)),
        (date(2026, 4, 1), "ordinary", date(2027, 4, 1)),
        (date(2026, 4, 1), "serious", date(2029, 4, 1)),
        (date(2026, 4, 1), None, date(2029, 4, 1)),
    ],
)
def test_since_the_dated_rules_no_term_is_longer_than_its_severity(
    decided: date, severity: str | None, term: date
) -> None:
    assert term_of(decided, LIST.model_copy(update={"severity": severity}), POLICY) == term

"""How long a penalty shows: bounds of each severity, month ends, both regimes, repair."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import PublicationState
from coordinator.domain.penalty_publication import (
    PenaltyPublication,
    Period,
    PublicationEnd,
    PublicationRegime,
    RepairRequest,
    ended,
    publication_of,
    require_period,
    require_repairable,
    shown,
    with_listing_repaired,
    with_period,
    with_repair_asked,
    with_repair_decided,
    withdrawn,
)
from tests.builders import NOW, POLICY
from tests.builders_sanctions import a_case

RULES = POLICY.credit_repair
SINCE = date(2026, 4, 1)
REQUEST = RepairRequest(applicant="张", statement="已改正", evidence="照片", verification="属实")


def a_publication(
    decided: date = date(2026, 5, 31), severity: str | None = "ordinary", months: int | None = 6
) -> PenaltyPublication:
    case = a_case(decided_date=decided, severity=severity, publication_months=months)
    return publication_of(case, RULES, "p-1", NOW)


@pytest.mark.parametrize(
    ("severity", "months"),
    [
        ("light", 0),
        ("light", 3),
        ("ordinary", 3),
        ("ordinary", 12),
        ("serious", 12),
        ("serious", 36),
    ],
)
def test_a_period_on_the_bounds_of_its_severity_is_taken(severity: str, months: int) -> None:
    taken = require_period(SINCE, Period(severity=severity, months=months), RULES, "c")

    assert taken is not None
    assert taken.code == severity


@pytest.mark.parametrize(
    ("severity", "months"),
    [
        ("light", 4),
        ("ordinary", 0),
        ("ordinary", 2),
        ("ordinary", 13),
        ("serious", 11),
        ("serious", 37),
    ],
)
def test_a_period_outside_of_the_bounds_is_refused(severity: str, months: int) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        require_period(SINCE, Period(severity=severity, months=months), RULES, "c")

    assert refused.value.rule is Rule.PUBLICATION_PERIOD_WRONG


@pytest.mark.parametrize(
    ("day", "period", "rule"),
    [
        (SINCE, Period(severity=None, months=None), Rule.SEVERITY_MISSING),
        (SINCE, Period(severity="ordinary", months=None), Rule.SEVERITY_MISSING),
        (SINCE, Period(severity="grave", months=6), Rule.CODE_UNKNOWN),
        (SINCE - timedelta(days=1), Period(severity="light", months=0), Rule.SEVERITY_UNASKED),
    ],
)
def test_severity_is_stated_by_the_organ_and_only_under_the_dated_rules(
    day: date, period: Period, rule: Rule
) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        require_period(day, period, RULES, "c")

    assert refused.value.rule is rule


@pytest.mark.parametrize(
    ("decided", "months", "last"),
    [
        (date(2026, 5, 31), 6, date(2026, 11, 30)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
    ],
)
def test_months_count_from_the_decision_and_end_with_a_shorter_month(
    decided: date, months: int, last: date
) -> None:
    found = shown(a_publication(decided, months=months), None, NOW, decided)

    assert found.shown_until == last
    assert found.is_public(last)
    assert not found.is_public(last + timedelta(days=1))


def test_a_light_one_of_no_months_is_never_shown_and_one_without_severity_waits() -> None:
    light = a_publication(severity="light", months=0)
    silent = a_publication(severity=None, months=None)

    assert light.state is PublicationState.NOT_SHOWN
    assert (silent.state, silent.lacks_severity) == (PublicationState.WAITING, True)
    stated = with_period(silent, Period(severity="serious", months=12), RULES)
    assert (stated.earliest_date, stated.lacks_severity) == (date(2027, 5, 31), False)


def test_a_decision_before_the_dated_rules_shows_as_long_as_its_result() -> None:
    former = a_publication(SINCE - timedelta(days=1), None, None)
    until = date(2031, 4, 1)

    found = shown(former, until, NOW, SINCE)

    assert (found.regime, found.rule) == (PublicationRegime.FORMER, None)
    assert found.shown_until == until
    with pytest.raises(RuleBrokenError) as refused:
        require_repairable(found, SINCE)
    assert refused.value.rule is Rule.PENALTY_OF_FORMER_RULES


def test_a_repair_ends_it_from_the_minimum_on_and_needs_another_person() -> None:
    found = shown(a_publication(), None, NOW, date(2026, 6, 1))
    minimum = date(2026, 8, 31)

    with pytest.raises(RuleBrokenError) as early:
        require_repairable(found, minimum - timedelta(days=1))
    require_repairable(found, minimum)
    asked = with_repair_asked(found, REQUEST, "clerk", NOW)
    with pytest.raises(RuleBrokenError) as twice:
        with_repair_asked(asked, REQUEST, "clerk", NOW)
    with pytest.raises(RuleBrokenError) as alone:
        with_repair_decided(asked, "1号", "理由", True, "clerk", NOW)
    granted = with_repair_decided(asked, "1号", "理由", True, "chief", NOW)
    refused = with_repair_decided(asked, "1号", "理由", False, "chief", NOW)

    assert early.value.rule is Rule.PUBLICATION_MINIMUM
    assert twice.value.rule is Rule.REPAIR_OPEN
    assert alone.value.rule is Rule.TWO_PERSONS_NEEDED
    assert (granted.state, granted.end) == (PublicationState.ENDED, PublicationEnd.REPAIRED)
    assert (refused.state, refused.repair_granted) == (PublicationState.SHOWN, False)


def test_a_repaired_listing_ends_its_penalty_but_not_before_the_minimum() -> None:
    found = shown(a_publication(), None, NOW, date(2026, 6, 1))

    early = with_listing_repaired(found, "修1号", NOW, date(2026, 7, 1))
    late = with_listing_repaired(found, "修1号", NOW, date(2026, 8, 31))

    assert (early.state, early.shown_until) == (PublicationState.SHOWN, date(2026, 8, 31))
    assert (late.state, late.end_document) == (PublicationState.ENDED, "修1号")


def test_what_is_over_before_its_result_is_public_ends_unseen_and_a_withdrawn_one_comes_back() -> (
    None
):
    waiting = a_publication()
    over = shown(waiting, None, NOW, date(2026, 12, 1))
    gone = withdrawn(shown(waiting, None, NOW, date(2026, 6, 1)), NOW)

    back = shown(gone, None, NOW, date(2026, 7, 1))

    assert (over.state, over.times_shown) == (PublicationState.ENDED, 0)
    assert (gone.state, gone.end) == (PublicationState.WAITING, PublicationEnd.WITHDRAWN)
    assert (back.times_shown, back.end, back.ended_at) == (2, None, None)
    with pytest.raises(RuleBrokenError):
        ended(replace(back, state=PublicationState.ENDED), PublicationEnd.TERM, NOW)

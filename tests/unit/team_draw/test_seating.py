"""Seats after the draw: replayed change by change, and who can't take part by today's registers."""

from datetime import date, timedelta

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers import Absence
from coordinator.domain.team_draw import (
    Assignment,
    Days,
    FrozenTeams,
    How,
    SeatChange,
    Seating,
    Unfit,
    why_unfit,
)
from tests.builders import FIRE, an_expert, an_inspector
from tests.unit.team_draw.instances import KEYS, a_member, a_unit

UNITS = {"v1": a_unit("v1", 2), "v2": a_unit("v2", 2)}
SEATS = [
    Assignment("v1", 1, "*", "p1", How.PICK),
    Assignment("v1", 2, "*", "p2", How.PICK),
    Assignment("v2", 1, "*", "p3", How.PICK),
    Assignment("v2", 2, "*", "p1", How.PICK),
]
DAYS = Days(date(2026, 5, 4), date(2026, 5, 8))


def teams(*people: str) -> FrozenTeams:
    roster = [a_member(code, cap=2) for code in people]
    return FrozenTeams(roster, frozenset(), UNITS, SEATS, KEYS.repl)


def test_whoever_left_a_unit_never_comes_back_to_it() -> None:
    seating = Seating(teams("p1", "p2", "p3", "p4"))

    first = seating.replace("v1", "p2")
    second = seating.replace("v1", first.person_in)

    assert {first.person_in, second.person_in} == {"p3", "p4"}
    with pytest.raises(RuleBrokenError) as caught:
        seating.replace("v1", second.person_in)
    assert caught.value.rule is Rule.NO_REPLACEMENT_LEFT
    assert seating.holder["v1", 2] == second.person_in


def test_replaying_the_changes_gives_the_same_next_one() -> None:
    people = [f"p{n}" for n in range(1, 9)]
    once = Seating(teams(*people))
    first = once.replace("v1", "p2")

    again = Seating(teams(*people), [first])

    assert again.replace("v1", first.person_in) == once.replace("v1", first.person_in)


def test_the_leaving_persons_seat_no_longer_counts_in_the_loads() -> None:
    seating = Seating(teams("p1", "p2", "p3"))

    change = seating.replace("v2", "p1")

    assert change == SeatChange("v2", 2, "p1", "p2")


def test_a_change_that_does_not_fit_the_seats_is_refused() -> None:
    with pytest.raises(RuleBrokenError) as caught:
        Seating(teams("p1", "p2"), [SeatChange("v1", 1, "p9", "p2")])

    assert caught.value.rule is Rule.NOT_FOUND


def test_an_empty_seat_is_nobodys() -> None:
    seating = Seating(
        FrozenTeams(
            [a_member("p1")],
            frozenset(),
            UNITS,
            [Assignment("v1", 1, "*", "-", How.EMPTY)],
            KEYS.repl,
        )
    )

    with pytest.raises(RuleBrokenError):
        seating.replace("v1", "-")


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({}, None),
        ({"status": "off-duty"}, Unfit.OFF_DUTY),
        ({"certificate_to": date(2026, 5, 7)}, Unfit.CERTIFICATE),
        ({"certificate_to": date(2026, 5, 8)}, None),
        ({"absences": ((4, 8),)}, Unfit.LEAVE),
        ({"absences": ((4, 7),)}, None),
        ({"absences": ((1, 5), (6, 20))}, Unfit.LEAVE),
    ],
)
def test_an_officer_is_fit_when_certified_on_all_days_and_present_on_one(facts, why) -> None:
    absences = tuple(
        Absence(from_date=date(2026, 5, a), to_date=date(2026, 5, b), reason="轮训")
        for a, b in facts.pop("absences", ())
    )

    officer = an_inspector("p1", FIRE, absences=absences, **facts)

    assert why_unfit(officer, DAYS, is_barred=False) == why


def test_whoever_left_the_register_or_is_recused_is_unfit_experts_too() -> None:
    assert why_unfit(None, DAYS, is_barred=False) is Unfit.OFF_DUTY
    assert why_unfit(an_expert(), DAYS, is_barred=True) is Unfit.RECUSAL
    assert why_unfit(an_expert(), DAYS, is_barred=False) is None


def test_days_that_are_over_do_not_count_but_the_last_one_does() -> None:
    assert Days.left(DAYS.first, DAYS.last, DAYS.first + timedelta(days=2)).first == date(
        2026, 5, 6
    )
    assert Days.left(DAYS.first, DAYS.last, date(2026, 4, 1)) == DAYS
    assert Days.left(DAYS.first, DAYS.last, date(2026, 6, 1)) == Days(DAYS.last, DAYS.last)

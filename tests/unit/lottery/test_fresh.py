"""Whom a line's own organs found clean lately, and who therefore stays out of its draw."""

from collections.abc import Iterator
from datetime import date

import pytest

from coordinator.domain.lottery.fresh import OwnCheck, fresh_objects
from coordinator.domain.lottery.population import Exclusions, FrameLines, FrameSource, standing_of
from tests.builders import FIRE, HEALTH, MARKET, an_object

FIRST = date(2025, 4, 7)
LATE, LATER, OLD = date(2025, 9, 1), date(2026, 1, 5), date(2025, 4, 6)


def checks(*found: tuple[str, date, bool]) -> Iterator[OwnCheck]:
    return (OwnCheck("o1", department, day, clean) for department, day, clean in found)


@pytest.mark.parametrize(
    ("found", "since"),
    [
        ([(MARKET, LATE, True)], LATE),
        ([(MARKET, OLD, True)], None),
        ([(MARKET, FIRST, True)], FIRST),
        ([(MARKET, LATE, False)], None),
        ([(MARKET, LATE, False), (MARKET, LATER, True)], LATER),
        ([(MARKET, LATER, True), (MARKET, LATE, False)], LATER),
        ([(MARKET, LATE, True), (MARKET, LATE, False)], None),
        ([(HEALTH, LATE, True)], None),
        ([], None),
    ],
)
def test_only_a_clean_and_recent_last_check_by_the_own_organ_keeps_an_object_out(
    found: list[tuple[str, date, bool]], since: date | None
) -> None:
    fresh = fresh_objects(checks(*found), [MARKET], FIRST)

    assert fresh == ({} if since is None else {"o1": since})


def test_an_object_of_a_joint_line_stays_in_until_every_organ_has_checked_it() -> None:
    both = fresh_objects(checks((MARKET, LATER, True), (FIRE, LATE, True)), [MARKET, FIRE], FIRST)
    one = fresh_objects(checks((MARKET, LATER, True)), [MARKET, FIRE], FIRST)

    assert both == {"o1": LATE}
    assert one == {}


def test_whatever_excludes_stands_in_the_frame_with_its_code() -> None:
    things = [
        an_object(1),
        an_object(2, supervision_list="undisturbed"),
        an_object(3, supervision_list="undisturbed", status="closed"),
        an_object(4, kind="project", status="suspended"),
        an_object(5, status="suspended"),
    ]
    fresh = Exclusions(fresh={an_object(1).object_id: LATE})
    sources = [
        FrameSource(
            each.object_id, each.place, "-", standing_of(each, ["undisturbed"]), each.region
        )
        for each in things
    ]

    rows = [line.split("\t") for line in FrameLines(fresh).write(sources).decode().splitlines()]

    assert [row[4] for row in rows] == [
        "fresh:2025-09-01",
        "exempt-list",
        "closed",
        "project-suspended",
        "closed",
    ]


def test_a_frame_says_what_its_objects_weigh() -> None:
    lines = FrameLines(Exclusions())
    heavy = FrameSource("uscc:1", "uscc:1", "-", "active", "640221", 4)

    rows = [line.split("\t") for line in lines.write([heavy]).decode().splitlines()]

    assert rows[0][3] == "4"
    assert not lines.weighs_alike
    assert set(lines.kinds) == {("-", "-")}

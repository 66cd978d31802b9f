"""How operators see an agent: silence, self-checks and clocks alarm, maintenance does not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contracts.heartbeats import CheckName, SelfCheck
from coordinator.domain.agents import (
    AgentMute,
    AgentPulse,
    AgentState,
    Watched,
    WatchRules,
    standing_of,
)

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
RULES = WatchRules(silent_after_minutes=10, clock_offset_seconds=120, mute_hours_most=168)
PULSE = AgentPulse(agent="dept-fire", heard_at=NOW, heartbeat_at=NOW, sent_at=NOW, version="1")
MUTE = AgentMute(
    agent="dept-fire",
    until=NOW + timedelta(hours=1),
    reason="换服务器",
    muted_by="office1",
    muted_at=NOW,
)
FIRE = Watched(agent="dept-fire", code="fire", expected=True, pulse=PULSE)
DISK = SelfCheck(name=CheckName.DISK, passed=False, measured=3)


def seconds_ago(seconds: float) -> AgentPulse:
    at = NOW - timedelta(seconds=seconds)
    return replace(PULSE, heard_at=at, heartbeat_at=at, sent_at=at)


@pytest.mark.parametrize(
    ("watched", "state"),
    [
        (FIRE, AgentState.WELL),
        (replace(FIRE, pulse=seconds_ago(600)), AgentState.WELL),
        (replace(FIRE, pulse=seconds_ago(601)), AgentState.SILENT),
        (replace(FIRE, pulse=None), AgentState.SILENT),
        (replace(FIRE, pulse=None, expected=False), AgentState.UNWATCHED),
        (replace(FIRE, pulse=None, mute=MUTE), AgentState.MUTED),
        (replace(FIRE, pulse=replace(PULSE, checks=(DISK,))), AgentState.FAILING),
        (replace(FIRE, pulse=replace(PULSE, flaw="body: json_invalid")), AgentState.FAILING),
    ],
)
def test_an_agent_stands_as_it_was_last_heard(watched: Watched, state: AgentState) -> None:
    assert standing_of(watched, RULES, NOW).state is state


def test_another_message_breaks_the_silence_of_one_without_heartbeats() -> None:
    late = replace(seconds_ago(86_400), heard_at=NOW)

    assert standing_of(replace(FIRE, pulse=late), RULES, NOW).state is AgentState.WELL


@pytest.mark.parametrize(("seconds", "differs"), [(120, False), (121, True), (-121, True)])
def test_a_clock_that_differs_by_too_much_fails(seconds: int, differs: bool) -> None:
    pulse = replace(PULSE, sent_at=NOW - timedelta(seconds=seconds))

    standing = standing_of(replace(FIRE, pulse=pulse), RULES, NOW)

    assert standing.clock_differs is differs
    assert standing.alarms is differs


def test_a_mute_ends_by_itself_and_the_alarm_is_back() -> None:
    silent = replace(FIRE, pulse=None, mute=MUTE)

    before = standing_of(silent, RULES, MUTE.until - timedelta(seconds=1))
    after = standing_of(silent, RULES, MUTE.until)

    assert (before.alarms, before.mute) == (False, MUTE)
    assert (after.alarms, after.mute) == (True, None)

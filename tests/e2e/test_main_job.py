"""The main job, end to end: what its table says, against what every party has stored."""

import json
from datetime import date

import pytest

from deploy.local.installation import CREDIT_SYSTEM, DEPARTMENTS, run_command
from tests.e2e.local_run import FinishedRun, rows_of

TABLE = {
    *("plan_lines", "objects_in_frames", "checks", "separate_visits", "visits", "visits_saved"),
    *("teams", "dispatched", "accepted", "findings", "disclosed", "shared", "listed", "measures"),
    *("measure_feedback", "parked", "unroutable", "outbox_pending", "verify", "record"),
}
SECONDS = 120.0


def test_standard_output_holds_the_whole_table_and_nothing_else(finished_run: FinishedRun) -> None:
    table = json.loads(finished_run.run.stdout)

    assert set(table) >= TABLE
    assert table["verify"] == "ok"


def test_no_message_is_left_behind(finished_run: FinishedRun) -> None:
    result = finished_run.result

    assert (result["parked"], result["unroutable"], result["outbox_pending"]) == (0, 0, 0)
    states = "select distinct state from outbox left join outbox_state using (outbox_id)"
    assert finished_run.rows(states) == [("sent",)]
    assert finished_run.rows("select type, reason from dead_letter") == []
    assert finished_run.rows("select message_id, last_error from retry") == []


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_no_agent_keeps_a_message_back(finished_run: FinishedRun, department: str) -> None:
    def unsent() -> list[tuple[object, ...]]:
        return finished_run.agent_rows(department, "select * from outbox where state <> 'sent'")

    finished_run.run.wait_until(lambda: not unsent(), f"empty outbox of {department}", SECONDS)

    assert finished_run.agent_rows(department, "select type, reason from dead_letter") == []
    assert finished_run.agent_rows(department, "select type, error from retry") == []


def test_joint_visits_save_visits(finished_run: FinishedRun) -> None:
    result = finished_run.result
    separate = finished_run.count("select distinct object_id, department, line from visit_check")

    assert result["visits"] == finished_run.count("select * from visit") > 0
    assert result["separate_visits"] == separate > result["visits"]
    assert result["visits_saved"] == separate - result["visits"]


def test_every_task_is_dispatched_once_and_accepted(finished_run: FinishedRun) -> None:
    result = finished_run.result
    published = finished_run.count(
        "select * from department_task where published_at is not null and state <> 'withdrawn'"
    )
    parts = sum(len(departments) for departments in _departments_of_visits(finished_run))
    sent = finished_run.count("select * from outbox where type like 'TaskPublished%'")

    assert result["dispatched"] == result["accepted"] == published == parts == sent > 0


def test_every_check_has_one_finding_and_every_finding_is_disclosed(
    finished_run: FinishedRun,
) -> None:
    result = finished_run.result
    finding = "select distinct visit_id, object_id, item, department from"
    checks = set(finished_run.rows(f"{finding} visit_check"))

    assert set(finished_run.rows(f"{finding} result")) == checks
    assert set(finished_run.rows(f"{finding} disclosure")) == checks
    assert result["findings"] == result["disclosed"] == len(checks) > 0


def test_every_department_of_a_visit_gets_the_results_of_every_other(
    finished_run: FinishedRun,
) -> None:
    numbers = [len(departments) for departments in _departments_of_visits(finished_run)]

    assert finished_run.result["shared"] == sum(number * (number - 1) for number in numbers) > 0


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_an_agent_stores_what_the_coordinator_stores(
    finished_run: FinishedRun, department: str
) -> None:
    stores = (
        (
            "select visit_id from department_task where department = ? order by 1",
            "select visit_id from task where state = 'reported' order by 1",
        ),
        (
            "select order_id from measure_order where department = ? order by 1",
            "select order_id from measure where feedback is not null order by 1",
        ),
        (
            "select visit_id, from_department from share where to_department = ? order by 1, 2",
            "select visit_id, from_department from shared_result order by 1, 2",
        ),
    )

    for sent, stored in stores:
        rows = finished_run.rows(sent, department)
        assert rows != []
        assert finished_run.agent_rows(department, stored) == rows


def test_every_measure_is_answered(finished_run: FinishedRun) -> None:
    result = finished_run.result
    ordered = finished_run.count("select * from measure_order")
    answered = finished_run.count("select * from measure_order where answered_at is not null")

    assert result["measures"] == result["measure_feedback"] == ordered == answered > 0


def test_every_credit_event_is_acknowledged_by_the_credit_system(
    finished_run: FinishedRun,
) -> None:
    store = finished_run.run.folder / "credit" / "agent.sqlite"
    events = finished_run.rows("select number from credit_event order by number")

    def acknowledged() -> list[tuple[int]]:
        return finished_run.rows(
            "select number from credit_acknowledgement where system = ? order by number",
            CREDIT_SYSTEM,
        )

    finished_run.run.wait_until(
        lambda: acknowledged() == events, "acknowledgement of every credit event", SECONDS
    )

    assert events == [(number,) for number in range(1, len(events) + 1)] != []
    assert rows_of(store, "select number from credit_event order by number") == events


def test_a_listing_has_a_penalty_a_waited_out_notice_and_two_persons(
    finished_run: FinishedRun,
) -> None:
    listings = finished_run.rows(
        "select l.decision_number, l.decided_by, l.confirmed_by, l.objection_until, "
        "l.decision_date, c.decision_number, c.decided_date, l.penalty_decision "
        "from listing l join enforcement_case c using (case_id) where l.state = 'listed'"
    )

    assert len(listings) == finished_run.result["listed"] > 0
    for number, decided, confirmed, until, decision, penalty, penalty_date, named in listings:
        assert number
        assert len({decided, confirmed, None}) == 3
        assert date.fromisoformat(penalty_date) < date.fromisoformat(until)
        assert date.fromisoformat(until) < date.fromisoformat(decision)
        assert penalty in named


def test_the_round_is_disclosed_when_its_last_visit_is_finished_and_then_verified(
    finished_run: FinishedRun,
) -> None:
    [(state, verified, disclosed_at)] = finished_run.rows(
        "select state, verify_result, disclosed_at from round"
    )
    [(last,)] = finished_run.rows("select max(finished_at) from visit")

    assert (state, verified) == ("disclosed", "ok")
    assert disclosed_at >= last


def test_the_audit_chain_is_whole(finished_run: FinishedRun) -> None:
    installed = finished_run.installed

    said = run_command(["coordinator.commands.main", "audit", "verify"], installed.environment())

    assert said == f"ok: {finished_run.count('select * from audit_entry')}"  # noqa: S608 - no input


def test_relay_and_agent_were_killed_in_the_middle_and_started_again(
    finished_run: FinishedRun,
) -> None:
    interruption = finished_run.interruption
    ids = finished_run.run.process_ids

    assert 0 < interruption.accepted < interruption.dispatched == finished_run.result["dispatched"]
    for name, pid in interruption.killed.items():
        assert ids[name] != pid
        assert f"{name}: 意外退出" in finished_run.run.stderr


def _departments_of_visits(finished_run: FinishedRun) -> list[list[str]]:
    return [json.loads(text) for (text,) in finished_run.rows("select departments from visit")]

"""Duties done against the duty list 检查人员权责清单: what shows, of each duty, when it was done.

It is what a person on a team is asked for when somebody says it was not done (照单免责).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from coordinator.domain.archive import DutyDone, DutyEvidence, evidence_for
from coordinator.domain.lifecycle import ListState
from coordinator.domain.registers import Inspector
from coordinator.domain.registers.duties import DutyList
from coordinator.services.archive.sections import Contents
from coordinator.services.ports import Work

Row = Mapping[str, Any]


async def duties_done(work: Work, contents: Contents) -> tuple[DutyDone, ...]:
    """Give every duty of everybody on the team, with what shows it; "" where nothing does.

    Read by the lists in force on the day of the visit.
    """
    seats = [seat for seat in contents["team"] if not seat["expert"]]
    people = await work.inspectors.where(inspector_id={str(seat["person_id"]) for seat in seats})
    table = work.policies.duty_evidence()
    done: list[DutyDone] = []
    for person in sorted(people, key=lambda each: each.inspector_id):
        duty_list = await _in_force(work, person, _day(contents))
        if duty_list is not None:
            done += _of_person(contents, person, duty_list, table)
    return tuple(done)


def _of_person(
    contents: Contents, person: Inspector, duty_list: DutyList, table: Sequence[DutyEvidence]
) -> Iterator[DutyDone]:
    shown = evidence_of(contents, person.department)
    for duty in duty_list.duties:
        evidence = evidence_for(duty, table)
        done_at = shown.get(evidence.code, "") if evidence else ""
        yield DutyDone(
            department=person.department,
            person_id=person.inspector_id,
            post=duty_list.post,
            version=duty_list.version,
            duty=duty,
            evidence=evidence.code if evidence and done_at else "",
            done_at=done_at,
        )


def evidence_of(contents: Contents, department: str) -> dict[str, str]:
    """Give what a task shows to have been done by a department, by code, with the first time."""
    visit = contents["visits"][0]

    def own(name: str, field: str = "department") -> list[Row]:
        return [each for each in contents[name] if each.get(field) == department]

    times = {
        "approval": [visit.get("published_at")],
        "acceptance": [each.get("accepted_at") for each in own("tasks")],
        "on-site": [each.get("visited_date") for each in own("reports")],
        "report": [each.get("received_at") for each in own("reports")],
        "feedback": [each.get("feedback_at") for each in own("tasks")],
        "review": [each.get("reviewed_at") for each in own("tasks")],
        "disclosure": [each.get("disclosed_at") for each in own("disclosures")],
        "sample": [each.get("taken_date") for each in own("samples")],
        "rectification": [each.get("ordered_at") for each in own("rectifications")],
        "re-inspection": [each.get("closed_at") for each in own("rectifications")],
        "hazard": [each.get("registered_at") for each in own("hazards")],
        "case": [each.get("opened_at") for each in own("cases")],
        "transfer": [each.get("sent_at") for each in own("transfers")],
        "copy-notice": [each.get("sent_at") for each in own("copy_notices")],
    }
    return {code: min(at) for code, found in times.items() if (at := [t for t in found if t])}


async def _in_force(work: Work, person: Inspector, day: date) -> DutyList | None:
    lists = [
        each
        for each in await work.duty_lists.where(
            department=person.department, post=person.post, state=ListState.PUBLISHED
        )
        if each.effective_date is not None and each.effective_date <= day
    ]
    return max(lists, key=lambda each: each.version, default=None)


def _day(contents: Contents) -> date:
    dates = [each["visited_date"] for each in contents["reports"] if each.get("visited_date")]
    return date.fromisoformat(min(dates, default=contents["visits"][0]["date_to"]))

"""The acts of a round: plan, lottery, dispatch, inspections, review and disclosure."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from deploy.local.recorded_people.fieldwork import Findings
from deploy.local.recorded_people.stage import Cast, Stage, Step

if TYPE_CHECKING:
    from deploy.local.recorded_people.back_offices import BackOffice


class RoundActs(Stage):
    """Plays a round from its plan to the disclosure of its results."""

    def __init__(self, cast: Cast, plan: dict[str, Any], tell: Callable[[Step], None]) -> None:
        super().__init__(cast, int(plan["year"]), tell)
        self._plan = plan
        self._findings = Findings(
            self.script["problem_every"],
            self.script["problem"]["text"],
            tuple(self.script["problem"]["follow_up"]),
        )

    def play(self) -> None:
        """Play every act in order."""
        self.go_to("opening_date")
        self._adopt_plan()
        self._hold_lottery()
        self.go_to("publishing_date")
        self._dispatch()
        self._inspect()
        self._review_and_disclose()

    def _adopt_plan(self) -> None:
        plan_id = self._plan["plan_id"]
        self.say("计划 plan", 0, 3)
        self.office("office-a").act("/v1/plans", self._plan)
        self._answer_for(f"/v1/plans/{plan_id}/high-frequency", "warnings")
        self.office("office-a").act(f"/v1/plans/{plan_id}/submit")
        self.office("office-b").act(
            f"/v1/plans/{plan_id}/adopt", {"number": self.words("plan_number")}
        )
        self.say("计划 plan", 3, 3)

    def _answer_for(self, path: str, warned: str) -> None:
        """Say why places are visited often, where the profile warns of any."""
        if self.office("office-a").read(path)[warned]:
            self.office("office-a").act(path, {"reason": self.words("frequency_reason")})

    def _hold_lottery(self) -> None:
        lines = [line["code"] for line in self._plan["lines"] if line["mode"] == "announced"]
        order = {
            "round_id": self.round_id,
            "title": self.words("round_title"),
            "plan_id": self._plan["plan_id"],
            "lines": lines,
        }
        self.office("office-a").act("/v1/rounds", order)
        self._wait_for_contributors("承诺 commitments", "committed")
        self.on_round("office-a", "request-freeze")
        self.on_round("office-b", "freeze")
        self._wait_for_contributors("回执 receipts", "receipt")
        self._wait_for_contributors("揭示 reveals", "revealed")
        self.wait("待抽取 ready", lambda: self.round()["state"] == "ready")
        self.on_round("office-a", "request-draw")
        self.on_round("office-b", "draw")
        self.say("抽取 draw", 1, 1)

    def _dispatch(self) -> None:
        self._answer_for(f"/v1/rounds/{self.round_id}/high-frequency", "number")
        self.on_round("office-b", "publish")
        wanted = self.figures()["dispatched"]
        accepted: set[tuple[str, str]] = set()

        def accept_what_came() -> bool:
            for department, office in self.cast.offices.items():
                for visit_id, task in office.tasks().items():
                    if (department, visit_id) not in accepted:
                        office.accept(visit_id, _officers(task)[0])
                        accepted.add((department, visit_id))
            self.say("接受 accepted", self.figures()["accepted"], wanted)
            return len(accepted) >= wanted and bool(self.figures()["accepted"] >= wanted)

        self.wait("接受 accepted", accept_what_came)

    def _inspect(self) -> None:
        """Go through the days on which visits begin; every team hands in its findings."""
        by_day: dict[date, list[tuple[BackOffice, dict[str, Any]]]] = defaultdict(list)
        for office in self.cast.offices.values():
            for task in office.tasks().values():
                by_day[date.fromisoformat(task["date_from"])].append((office, task))
        pending, handed_in = set(self.case_departments()), 0
        for day in sorted(by_day):
            self.cast.calendar.go_to(day)
            for office, task in by_day[day]:
                must_have_problem = office.department in pending
                pending.discard(office.department)
                report = self._findings.report(task, day, 1, problem=must_have_problem)
                office.report(report)
            # The next day comes when all are in: a late report would need its reason.
            handed_in += len(by_day[day])
            self.wait_for("检查 findings", self._reported, handed_in)

    def _reported(self) -> int:
        states = [task["state"] for task in self.tasks()]
        return sum(state not in ("published", "accepted", "returned") for state in states)

    def _review_and_disclose(self) -> None:
        self.cast.calendar.go_to(self.cast.calendar.today() + timedelta(days=3))
        self._return_one()
        tasks = self.tasks()
        for number, task in enumerate(tasks, start=1):
            path = f"/v1/visits/{task['visit_id']}/departments/{task['department']}"
            self.person(task["department"], "chief").act(f"{path}/approve")
            self.person(task["department"], "clerk").act(f"{path}/disclose")
            self.say("审核公示 disclosed", number, len(tasks))

    def _return_one(self) -> None:
        """Send one report back; the department hands in its second version."""
        task = self.tasks()[0]
        office = self.cast.offices[task["department"]]
        self.person(task["department"], "chief").act(
            f"/v1/visits/{task['visit_id']}/departments/{task['department']}/return",
            {"reason": self.script["return_reason"]},
        )
        self.wait("退回 returned", lambda: task["visit_id"] in office.returned())
        told = office.tasks()[task["visit_id"]]
        day = date.fromisoformat(told["date_from"])
        first_case = self._problem_of(task)
        office.report(self._findings.report(told, day, 2, problem=first_case))
        total = self.figures()["dispatched"]
        self.wait_for("补正 corrected", self._reported, total)

    def _problem_of(self, task: dict[str, Any]) -> bool:
        results = self.office("auditor").read_all("/v1/results", visit_id=task["visit_id"])
        own = [each for each in results if each["department"] == task["department"]]
        return any(each["has_problem"] for each in own)

    def _wait_for_contributors(self, name: str, flag: str) -> None:
        wanted = len(self.round()["contributors"])
        self.wait_for(
            name, lambda: sum(each[flag] for each in self.round()["contributors"]), wanted
        )


def _officers(task: dict[str, Any]) -> list[str]:
    return [
        member["person_id"]
        for member in task["team"]
        if member["department"] == task["department"]
        and not (member["expert"] or member.get("liaison"))
    ]

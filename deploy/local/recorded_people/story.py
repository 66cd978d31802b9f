"""The story of a rehearsed round, act by act, as the people of a county would do it."""

import time
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from deploy.local.recorded_people.back_offices import BackOffice
from deploy.local.recorded_people.calendar import RehearsalCalendar
from deploy.local.recorded_people.client import Person
from deploy.local.recorded_people.fieldwork import Findings

_PATIENCE_SECONDS = 120.0
_POLL_SECONDS = 0.1
T = TypeVar("T")


@dataclass(frozen=True)
class Cast:
    """Who plays: persons by login, back offices by department, and the calendar."""

    people: Mapping[str, Person]
    offices: Mapping[str, BackOffice]
    calendar: RehearsalCalendar


@dataclass(frozen=True)
class Step:
    """One thing that is under way, for whoever shows progress."""

    name: str
    done: int
    of: int


class Story:
    """Plays one round from plan to feedback; `tell` hears of every step."""

    def __init__(self, cast: Cast, plan: dict[str, Any], tell: Callable[[Step], None]) -> None:
        self._cast = cast
        self._plan = plan
        self._tell = tell
        script = Path(__file__).with_name("script.toml").read_text(encoding="utf-8")
        self._script = tomllib.loads(script)
        self._year = int(plan["year"])
        self._findings = Findings(
            self._script["problem_every"],
            self._script["problem"]["text"],
            tuple(self._script["problem"]["follow_up"]),
        )

    @property
    def round_id(self) -> str:
        """The id of the round that is played."""
        return self._words("round_id")

    def play(self) -> None:
        """Play every act in order."""
        self._go_to("opening_date")
        self._adopt_plan()
        self._hold_lottery()
        self._go_to("publishing_date")
        self._dispatch()
        self._inspect()
        self._review_and_disclose()
        self._follow_up()

    def table(self, records: Path) -> dict[str, Any]:
        """Give the table of what happened, once nothing is on its way any more."""
        auditor = self._office("auditor")

        def quiet() -> bool:
            return bool(auditor.read("/v1/messages/counts")["outbox_pending"] == 0)

        self._wait("消息送完 outbox empty", quiet)
        figures = self._figures()
        return {
            **figures,
            **auditor.read("/v1/messages/counts"),
            "verify": self._round()["verify_result"],
            "record": str(records / self.round_id),
        }

    def _adopt_plan(self) -> None:
        plan_id = self._plan["plan_id"]
        self._say("计划 plan", 0, 3)
        self._office("office-a").act("/v1/plans", self._plan)
        self._office("office-a").act(f"/v1/plans/{plan_id}/submit")
        self._office("office-b").act(
            f"/v1/plans/{plan_id}/adopt", {"number": self._words("plan_number")}
        )
        self._say("计划 plan", 3, 3)

    def _hold_lottery(self) -> None:
        lines = [line["code"] for line in self._plan["lines"] if line["mode"] == "announced"]
        order = {
            "round_id": self.round_id,
            "title": self._words("round_title"),
            "plan_id": self._plan["plan_id"],
            "lines": lines,
        }
        self._office("office-a").act("/v1/rounds", order)
        self._wait_for_contributors("承诺 commitments", "committed")
        self._on_round("office-a", "request-freeze")
        self._on_round("office-b", "freeze")
        self._wait_for_contributors("回执 receipts", "receipt")
        self._wait_for_contributors("揭示 reveals", "revealed")
        self._wait("待抽取 ready", lambda: self._round()["state"] == "ready")
        self._on_round("office-a", "request-draw")
        self._on_round("office-b", "draw")
        self._say("抽取 draw", 1, 1)

    def _dispatch(self) -> None:
        self._on_round("office-b", "publish")
        wanted = self._figures()["dispatched"]
        accepted: set[tuple[str, str]] = set()

        def accept_what_came() -> bool:
            for department, office in self._cast.offices.items():
                for visit_id, task in office.tasks().items():
                    if (department, visit_id) not in accepted:
                        office.accept(visit_id, _officers(task)[0])
                        accepted.add((department, visit_id))
            self._say("接受 accepted", self._figures()["accepted"], wanted)
            return len(accepted) >= wanted and bool(self._figures()["accepted"] >= wanted)

        self._wait("接受 accepted", accept_what_came)

    def _inspect(self) -> None:
        """Go through the days on which visits begin; every team hands in its findings."""
        by_day: dict[date, list[tuple[BackOffice, dict[str, Any]]]] = defaultdict(list)
        for office in self._cast.offices.values():
            for task in office.tasks().values():
                by_day[date.fromisoformat(task["date_from"])].append((office, task))
        pending = set(self._case_departments())
        for day in sorted(by_day):
            self._cast.calendar.go_to(day)
            for office, task in by_day[day]:
                must_have_problem = office.department in pending
                pending.discard(office.department)
                report = self._findings.report(task, day, 1, problem=must_have_problem)
                office.report(report)
        total = self._figures()["dispatched"]
        self._wait_for("检查 findings", self._reported, total)

    def _case_departments(self) -> list[str]:
        """Name who takes a problem to a penalty: of those with a list, who has tasks in the round."""
        return [
            department
            for department in self._script["case_departments"]
            if self._cast.offices[department].tasks()
        ]

    def _reported(self) -> int:
        states = [task["state"] for task in self._tasks()]
        return sum(state not in ("published", "accepted", "returned") for state in states)

    def _review_and_disclose(self) -> None:
        self._cast.calendar.go_to(self._cast.calendar.today() + timedelta(days=3))
        self._return_one()
        tasks = self._tasks()
        for number, task in enumerate(tasks, start=1):
            path = f"/v1/visits/{task['visit_id']}/departments/{task['department']}"
            self._person(task["department"], "chief").act(f"{path}/approve")
            self._person(task["department"], "clerk").act(f"{path}/disclose")
            self._say("审核公示 disclosed", number, len(tasks))

    def _return_one(self) -> None:
        """Send one report back; the department hands in its second version."""
        task = self._tasks()[0]
        office = self._cast.offices[task["department"]]
        self._person(task["department"], "chief").act(
            f"/v1/visits/{task['visit_id']}/departments/{task['department']}/return",
            {"reason": self._script["return_reason"]},
        )
        self._wait("退回 returned", lambda: task["visit_id"] in office.returned())
        told = office.tasks()[task["visit_id"]]
        day = date.fromisoformat(told["date_from"])
        first_case = self._problem_of(task)
        office.report(self._findings.report(told, day, 2, problem=first_case))
        total = self._figures()["dispatched"]
        self._wait_for("补正 corrected", self._reported, total)

    def _problem_of(self, task: dict[str, Any]) -> bool:
        results = self._office("auditor").read_all("/v1/results", visit_id=task["visit_id"])
        own = [each for each in results if each["department"] == task["department"]]
        return any(each["has_problem"] for each in own)

    def _follow_up(self) -> None:
        results = self._office("auditor").read_all("/v1/results", round_id=self.round_id)
        problems = [each for each in results if each["has_problem"]]
        cases: list[str] = []
        for department in self._case_departments():
            own = next(each for each in problems if each["department"] == department)
            problems.remove(own)
            cases.append(self._punish(own, len(cases) + 1))
        for number, result in enumerate(problems, start=1):
            self._rectify(result)
            self._say("责令改正 rectified", number, len(problems))
        self._list(cases)
        self._execute_measures()

    def _rectify(self, result: dict[str, Any]) -> None:
        clerk = self._person(result["department"], "clerk")
        ordered = clerk.act(
            f"/v1/results/{result['result_id']}/rectification", {"article": result["legal_basis"]}
        )
        order = ordered["subject"]
        clerk.act(
            f"/v1/rectifications/{order}/report",
            {"evidence": self._script["problem"]["evidence"]},
        )
        self._person(result["department"], "chief").act(f"/v1/rectifications/{order}/close")

    def _punish(self, result: dict[str, Any], number: int) -> str:
        """Take a problem from clue to penalty decision; gives the case."""
        words = self._script["case"]
        department = result["department"]
        facts = {
            "problem": result["problem"],
            "basis": result["legal_basis"],
            "subject": result["object_name"],
            "short": self._script["short"][department],
            "year": self._year,
            "number": number,
        }
        clerk, chief = self._person(department, "clerk"), self._person(department, "chief")
        opened = clerk.act(
            f"/v1/results/{result['result_id']}/case", {"clue": words["clue"].format(**facts)}
        )
        case = str(opened["subject"])
        chief.act(
            f"/v1/cases/{case}/file",
            {"filed": True, "reason": words["filing_reason"].format(**facts)},
        )
        chief.act(
            f"/v1/cases/{case}/penalty",
            {
                "decision_number": words["decision_number"].format(**facts),
                "decided_date": self._cast.calendar.today().isoformat(),
                "penalty_kind": words["penalty_kind"],
                "facts": words["facts"].format(**facts),
                "basis": result["legal_basis"],
            },
        )
        clerk.act(f"/v1/cases/{case}/execute")
        return case

    def _list(self, cases: Iterable[str]) -> None:
        """Propose, notify, wait out the objection period, decide and confirm by two persons."""
        listings: list[dict[str, Any]] = []
        known = {each["case_id"]: each for each in self._office("auditor").read_all("/v1/cases")}
        for case in cases:
            department = known[case]["department"]
            clerk = self._person(department, "clerk")
            list_code = self._script["lists"][department]
            proposed = clerk.act(f"/v1/cases/{case}/listing", {"list_code": list_code})
            clerk.act(f"/v1/listings/{proposed['subject']}/notify")
            listings.append(self._listing(str(proposed["subject"])))
        last = max(date.fromisoformat(each["objection_until"]) for each in listings)
        self._cast.calendar.go_to(last + timedelta(days=1))
        for number, listing in enumerate(listings, start=1):
            words = {"short": self._script["short"][listing["organ"]], "year": self._year}
            decision = self._script["case"]["listing_number"].format(number=number, **words)
            path = f"/v1/listings/{listing['listing_id']}"
            self._person(listing["organ"], "chief").act(
                f"{path}/decide", {"decision_number": decision}
            )
            self._person(listing["organ"], "deputy").act(f"{path}/confirm")
            self._say("列入名单 listed", number, len(listings))

    def _execute_measures(self) -> None:
        wanted = self._figures()["measures"]
        answered: set[str] = set()

        def answer_what_came() -> bool:
            for office in self._cast.offices.values():
                for order_id in office.measures().keys() - answered:
                    office.answer(self._feedback(order_id, office.department))
                    answered.add(order_id)
            feedback = self._figures()["measure_feedback"]
            self._say("惩戒反馈 feedback", feedback, wanted)
            return bool(feedback >= wanted)

        self._wait("惩戒反馈 feedback", answer_what_came)

    def _feedback(self, order_id: str, department: str) -> dict[str, Any]:
        return {
            "order_id": order_id,
            "outcome": "applied",
            "reason": self._script["measure"]["reason"],
            "person": f"{department}-clerk",
            "done_at": self._cast.calendar.now().isoformat(),
        }

    def _tasks(self) -> list[dict[str, Any]]:
        return self._office("auditor").read_all("/v1/tasks", round_id=self.round_id)

    def _listing(self, listing_id: str) -> dict[str, Any]:
        listings = self._office("auditor").read_all("/v1/listings")
        return next(each for each in listings if each["listing_id"] == listing_id)

    def _round(self) -> dict[str, Any]:
        found: dict[str, Any] = self._office("auditor").read(f"/v1/rounds/{self.round_id}")
        return found

    def _figures(self) -> dict[str, Any]:
        found: dict[str, Any] = self._office("auditor").read(f"/v1/rounds/{self.round_id}/figures")
        return found

    def _on_round(self, login: str, act: str) -> None:
        self._office(login).act(f"/v1/rounds/{self.round_id}/{act}")

    def _wait_for_contributors(self, name: str, flag: str) -> None:
        wanted = len(self._round()["contributors"])
        self._wait_for(
            name, lambda: sum(each[flag] for each in self._round()["contributors"]), wanted
        )

    def _wait_for(self, name: str, count: Callable[[], int], wanted: int) -> None:
        def enough() -> bool:
            found = count()
            self._say(name, found, wanted)
            return found >= wanted

        self._wait(name, enough)

    def _wait(self, name: str, done: Callable[[], bool]) -> None:
        """Look again until it is done; after two minutes without end the run has failed."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not done():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{name}: not done after {_PATIENCE_SECONDS:.0f} s")
            time.sleep(_POLL_SECONDS)

    def _say(self, name: str, done: int, of: int) -> None:
        self._tell(Step(name, done, of))

    def _office(self, login: str) -> Person:
        return self._cast.people[login]

    def _person(self, department: str, post: str) -> Person:
        return self._cast.people[f"{department}-{post}"]

    def _words(self, name: str) -> str:
        return str(self._script[name]).format(year=self._year)

    def _go_to(self, name: str) -> None:
        self._cast.calendar.go_to(date.fromisoformat(self._words(name)))


def _officers(task: dict[str, Any]) -> list[str]:
    return [
        member["person_id"]
        for member in task["team"]
        if member["department"] == task["department"] and not member["expert"]
    ]

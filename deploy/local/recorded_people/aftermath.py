"""The acts after the findings: rectification, penalties, listings, measures and feedback."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from deploy.local.recorded_people.stage import Stage


class Aftermath(Stage):
    """Plays what follows from the problems that were found."""

    def play(self) -> None:
        """Follow up every problem: orders, cases, listings, measures and their feedback."""
        results = self.office("auditor").read_all("/v1/results", round_id=self.round_id)
        problems = [each for each in results if each["has_problem"]]
        cases: list[str] = []
        for department in self.case_departments():
            own = next(each for each in problems if each["department"] == department)
            problems.remove(own)
            cases.append(self._punish(own, len(cases) + 1))
        for number, result in enumerate(problems, start=1):
            self._rectify(result)
            self.say("责令改正 rectified", number, len(problems))
        self._list(cases)
        self._execute_measures()

    def _rectify(self, result: dict[str, Any]) -> None:
        clerk = self.person(result["department"], "clerk")
        ordered = clerk.act(
            f"/v1/results/{result['result_id']}/rectification", {"article": result["legal_basis"]}
        )
        order = ordered["subject"]
        clerk.act(
            f"/v1/rectifications/{order}/report",
            {"evidence": self.script["problem"]["evidence"]},
        )
        self.person(result["department"], "chief").act(f"/v1/rectifications/{order}/close")

    def _punish(self, result: dict[str, Any], number: int) -> str:
        """Take a problem from clue to penalty decision; gives the case."""
        words = self.script["case"]
        department = result["department"]
        facts = {
            "problem": result["problem"],
            "basis": result["legal_basis"],
            "subject": result["object_name"],
            "short": self.script["short"][department],
            "year": self.year,
            "number": number,
        }
        clerk, chief = self.person(department, "clerk"), self.person(department, "chief")
        opened = clerk.act(
            f"/v1/results/{result['result_id']}/case", {"clue": words["clue"].format(**facts)}
        )
        case = str(opened["subject"])
        chief.act(
            f"/v1/cases/{case}/file",
            {"filed": True, "reason": words["filing_reason"].format(**facts)},
        )
        today = self.cast.calendar.today()
        dated = today >= words["severity_since"]
        stated = {key: words[key] for key in ("severity", "publication_months") if dated}
        chief.act(
            f"/v1/cases/{case}/penalty",
            {
                "decision_number": words["decision_number"].format(**facts),
                "decided_date": today.isoformat(),
                "penalty_kind": words["penalty_kind"],
                "fine_yuan": words["fine_yuan"],
                "facts": words["facts"].format(**facts),
                "basis": result["legal_basis"],
                **stated,
            },
        )
        clerk.act(f"/v1/cases/{case}/execute")
        return case

    def _list(self, cases: Iterable[str]) -> None:
        """Propose, notify, wait out the objection period, decide and confirm by two persons."""
        listings: list[dict[str, Any]] = []
        known = {each["case_id"]: each for each in self.office("auditor").read_all("/v1/cases")}
        for case in cases:
            department = known[case]["department"]
            clerk = self.person(department, "clerk")
            list_code = self.script["lists"][department]
            proposed = clerk.act(f"/v1/cases/{case}/listing", {"list_code": list_code})
            clerk.act(f"/v1/listings/{proposed['subject']}/notify", {"notice_number": ""})
            clerk.act(
                f"/v1/listings/{proposed['subject']}/delivery",
                {"day": self.cast.calendar.today().isoformat(), "way": "direct"},
            )
            listings.append(self.listing(str(proposed["subject"])))
        last = max(date.fromisoformat(each["objection_until"]) for each in listings)
        self.cast.calendar.go_to(last + timedelta(days=1))
        for number, listing in enumerate(listings, start=1):
            words = {"short": self.script["short"][listing["organ"]], "year": self.year}
            decision = self.script["case"]["listing_number"].format(number=number, **words)
            path = f"/v1/listings/{listing['listing_id']}"
            self.person(listing["organ"], "chief").act(
                f"{path}/decide", {"decision_number": decision}
            )
            self.person(listing["organ"], "deputy").act(f"{path}/confirm")
            self.say("列入名单 listed", number, len(listings))

    def _execute_measures(self) -> None:
        wanted = self.figures()["measures"]
        answered: set[str] = set()

        def answer_what_came() -> bool:
            for office in self.cast.offices.values():
                for order_id in office.measures().keys() - answered:
                    office.answer(self._feedback(order_id, office.department))
                    answered.add(order_id)
            feedback = self.figures()["measure_feedback"]
            self.say("惩戒反馈 feedback", feedback, wanted)
            return bool(feedback >= wanted)

        self.wait("惩戒反馈 feedback", answer_what_came)

    def _feedback(self, order_id: str, department: str) -> dict[str, Any]:
        return {
            "order_id": order_id,
            "outcome": "applied",
            "reason": self.script["measure"]["reason"],
            "person": f"{department}-clerk",
            "done_at": self.cast.calendar.now().isoformat(),
        }

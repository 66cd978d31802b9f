"""A visit that checks no lot asked for get for themselves: number, code, officers, results (2.12).

Outside the random regime, but not outside the rules of an entry: at least so many officers with
valid certificates, a notice with a number and a code that the enterprise can check, and results in
the codes of the table.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from contracts.results import Finding
from contracts.vocabulary import Mode
from coordinator.domain.dispatch import TeamMember, Visit, VisitCheck
from coordinator.domain.due_checks import DueCheck
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.policy import Policy
from coordinator.domain.registers import CheckItem, Inspector
from coordinator.domain.result_intake import check_finding
from coordinator.domain.team_draw import Days, why_unfit


@dataclass(frozen=True, kw_only=True)
class OwnVisit:
    """A visit of one organ for its due checks at a place; the first officer leads.

    `entry_id` is its entry of the burden ledger.
    """

    entry_id: str
    department: str
    place: str
    place_name: str
    address: str
    region: str
    day: date
    task_number: str
    visit_code: str
    officers: tuple[str, ...]
    arranged_by: str
    arranged_at: datetime
    called_off_at: datetime | None = None

    def as_visit(self) -> Visit:
        """Give it as notice and code page read visits; it belongs to no round."""
        return Visit(
            visit_id=self.entry_id,
            round_id="",
            place=self.place,
            place_name=self.place_name,
            address=self.address,
            region=self.region,
            mode=Mode.ANNOUNCED,
            desk=False,
            date_from=self.day,
            date_to=self.day,
            departments=(self.department,),
            lead_department=self.department,
            state=VisitState.PUBLISHED,
            task_number=self.task_number,
            visit_code=self.visit_code,
            approved_by=self.arranged_by,
            published_at=self.arranged_at,
        )

    def as_team(self) -> list[TeamMember]:
        """Give its officers as notice and code page read teams."""
        return [
            TeamMember(
                member_id=f"{self.entry_id}.{number}",
                round_id="",
                visit_id=self.entry_id,
                department=self.department,
                slot=number,
                person_id=code,
                leader=number == 1,
                expert=False,
                how="named",
            )
            for number, code in enumerate(self.officers, start=1)
        ]


def checks_of(dues: Sequence[DueCheck], items: Mapping[str, CheckItem]) -> list[VisitCheck]:
    """Give the due checks of an own visit as notice and code page read checks."""
    return [
        VisitCheck(
            check_id=f"{due.entry_id}.@{due.due_id}",
            round_id="",
            visit_id=due.entry_id,
            line="",
            object_id=due.object_id,
            object_name=due.object_name,
            item=due.item,
            item_name=due.item_name,
            department=due.department,
            minutes=items[due.item].estimated_minutes if due.item in items else 0,
            method=items[due.item].methods[0] if due.item in items else "",
            due_check=due.due_id,
        )
        for due in dues
    ]


@dataclass(frozen=True, kw_only=True)
class Officers:
    """Who is to go on an own visit, as the directory knows them; None for an unknown code."""

    department: str
    named: Mapping[str, Inspector | None]
    barred: Collection[str]
    at_least: int

    def require_fit(self, day: date, items: Sequence[CheckItem]) -> tuple[Inspector, ...]:
        """Give the officers, or refuse them with what stands against the first who can't go.

        TOO_FEW_OFFICERS, OWN_VISIT_OFFICER_UNFIT (unknown or another organ's, no certificate,
        absent, recused), OWN_VISIT_WITHOUT_COMPETENCE for an item that nobody of them may check.
        """
        if len(self.named) < self.at_least:
            raise RuleBrokenError(
                Rule.TOO_FEW_OFFICERS,
                department=self.department,
                present=len(self.named),
                wanted=self.at_least,
            )
        found = tuple(self._fit(code, person, day) for code, person in self.named.items())
        able = {skill for person in found for skill in person.competences}
        for item in items:
            if lacking := sorted(set(item.competences) - able):
                raise RuleBrokenError(
                    Rule.OWN_VISIT_WITHOUT_COMPETENCE, item=item.code, competences=lacking
                )
        return found

    def _fit(self, code: str, person: Inspector | None, day: date) -> Inspector:
        own = person if person is not None and person.department == self.department else None
        why = why_unfit(own, Days(day, day), is_barred=code in self.barred)
        if own is None or why is not None:
            raise RuleBrokenError(
                Rule.OWN_VISIT_OFFICER_UNFIT,
                person=code,
                department=self.department,
                date=day.isoformat(),
                why=why.value if why and own else "unknown",
            )
        return own


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an own visit found for one check, in the codes of the table, with words beside them."""

    result_codes: tuple[str, ...]
    follow_up: tuple[str, ...]
    problem: str = ""
    legal_basis: str = ""
    note: str = ""


def require_outcome(outcome: Outcome, due: DueCheck, method: str, policy: Policy) -> bool:
    """Refuse codes that are unknown or contradict, and a problem without words or basis.

    Gives whether it is a problem, as for every finding (2.6).
    """
    finding = Finding(
        object_id=due.object_id,
        item=due.item,
        checked=True,
        method=method,
        result_codes=outcome.result_codes,
        problem=outcome.problem or None,
        legal_basis=outcome.legal_basis or None,
        follow_up=outcome.follow_up,
        answers=(),
    )
    check_finding(finding, policy)
    known = {each.code: each for each in policy.result_codes}
    return any(known[code].problem for code in outcome.result_codes)

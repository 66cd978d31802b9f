"""What any storage must do with plans: give back what was stored, with every field set."""

from datetime import date
from fractions import Fraction

from coordinator.domain.annual_plan import (
    Amendment,
    AmendmentState,
    ChangeKind,
    Conditions,
    DrawLevel,
    Execution,
    FieldDifference,
    LineChange,
    LineSource,
    ListPublicity,
    Plan,
    PlanFigures,
    PlanLine,
    Selection,
    Weighting,
    Window,
)
from coordinator.domain.lifecycle import PlanState
from coordinator.domain.policy import DrawWeight
from tests.builders import NOW, a_line
from tests.compliance.repositories import OpenWork
from tests.play import office


def a_full_line() -> PlanLine:
    return a_line(
        conditions=Conditions(
            gradings={"food-risk": ("D", "-")},
            events=("complaint",),
            event_months=6,
            key_unit=False,
        ),
        section="food",
        selection=Selection.FIXED,
        directed=False,
        items_drawn=1,
        items_always=("mr-1",),
        weighting=Weighting.OWN,
        weights=(DrawWeight(by="credit", value="D", weight=4),),
        weight_months=6,
        fresh_months=0,
        recognises=False,
        checked_afresh=("fr-1",),
        strata_by="food-risk",
        times_a_year=2,
        later_windows=(Window(from_date=date(2026, 9, 1), to_date=date(2026, 9, 9)),),
        draw_level=DrawLevel.CITY_COUNTY,
        list_publicity=ListPublicity.AFTER_ROUND,
        source=LineSource.TEMPORARY,
        reason="交办",
        execution=Execution.ELSEWHERE,
        report_days=1,
        cancelled_by=2,
        cancel_reason="并入省级专项",
    )


def a_plan() -> Plan:
    figures = PlanFigures(
        number_of_lines=3, joint_lines=2, visits=30, joint_visits=20, random_visits=10
    )
    return Plan(
        plan_id="p",
        year=2026,
        title="计划",
        state=PlanState.ADOPTED,
        policy="sample-county@2026-4",
        overrides={"plan.amendment_days": "7"},
        copied_from="plan-2025",
        version=3,
        figures=figures,
    )


def an_amendment() -> Amendment:
    return Amendment(
        amendment_id="p.1",
        plan_id="p",
        number=1,
        state=AmendmentState.PROPOSED,
        reason="汛期",
        changes=(
            LineChange(kind=ChangeKind.ADD, code="L1", line=a_full_line()),
            LineChange(kind=ChangeKind.CANCEL, code="L2"),
        ),
        difference=(FieldDifference(line="L1", field="name", before=None, after="任务"),),
        proposed_by="office-a",
        proposed_at=NOW,
    )


class PlanValuesCompliance:
    async def test_plans_lines_and_amendments_come_back_as_they_were_stored(
        self, open_work: OpenWork
    ) -> None:
        async with open_work(office()) as work:
            await work.plans.add([a_plan()])
            await work.plan_lines.add([a_full_line()])
            await work.plan_amendments.add([an_amendment()])

        async with open_work(office()) as work:
            assert await work.plans.get("p") == a_plan()
            assert await work.plan_lines.get("L1") == a_full_line()
            assert await work.plan_amendments.get("p.1") == an_amendment()

    def test_the_figures_of_a_plan_without_visits_have_no_share(self) -> None:
        empty = PlanFigures(
            number_of_lines=0, joint_lines=0, visits=0, joint_visits=0, random_visits=0
        )
        figures = a_plan().figures

        assert (empty.random_share, empty.joint_rate) == (None, None)
        assert figures is not None
        assert (figures.random_share, figures.joint_rate) == (Fraction(1, 3), Fraction(2, 3))

"""What every collection must do, in memory, on SQLite and on PostgreSQL.

A test module subclasses the suite and gives a fixture `open_work`: transactions on an empty store.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from contracts.results import Finding
from coordinator.domain.blacklist import ListingAcknowledgement
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.cancelling import Cancellation
from coordinator.domain.lottery.ceremony import Contributor, RecordFile
from coordinator.domain.lottery.silence import SilenceStatement, VoidAttempt, VoidCause
from coordinator.domain.lottery.sources import SourceReading
from coordinator.domain.overdue import Light, ToldClock
from coordinator.domain.registers import Absence, RiskClass
from coordinator.domain.result_intake import Report
from coordinator.domain.working_days import Basis
from coordinator.services.ports import Actor, Department, Query
from tests.builders import (
    NOW,
    a_check,
    a_department,
    a_finding,
    a_findings_message,
    a_line,
    a_member,
    a_visit,
    an_act,
    an_expert,
    an_inspector,
    an_item,
    an_object,
)
from tests.builders_follow_up import (
    a_full_order,
    a_full_sample,
    a_hazard,
    a_transfer,
    an_abnormal_entry,
    an_undone_case,
)
from tests.builders_review import a_decision, a_hearing, a_stored_file, a_whole_report
from tests.builders_sanctions import (
    a_case,
    a_correction,
    a_court_listing,
    a_listing,
    a_listing_event,
    a_measure_answer,
    a_punishment,
    a_repair,
    a_result,
)
from tests.play import fail_after, office

OpenWork = Callable[[Actor], AbstractAsyncContextManager[Any]]
MANY = 40_000


A_STATEMENT = SilenceStatement(
    round_id="R1",
    attempt=1,
    contributor="fire",
    statement="机房停电",
    at="2026-03-25T09:00:00Z",
    signature="a..b",
    received_at=NOW,
)
A_READING = SourceReading(
    round_id="R1",
    attempt=1,
    name="nist:2:1",
    value="ab" * 64,
    signature=None,
    entered_at=NOW,
    entered_by="office-a",
)


def a_void_attempt() -> VoidAttempt:
    return VoidAttempt(
        round_id="R1",
        attempt=1,
        cause=VoidCause.SILENCE,
        commit_hash="cd" * 32,
        silent=("fire",),
        revealed=("health", "office"),
        statements={"fire": "机房停电"},
        reason="fire: 机房停电 [2026-03-25T09:00:00Z a..b]",
        transcript_hash="ef" * 32,
        frozen_at=NOW,
        deadline_at=NOW,
        voided_at=NOW,
        voided_by="office-a",
    )


AN_ACKNOWLEDGEMENT = ListingAcknowledgement(
    acknowledgement_id="listing-1.1.health",
    event_id="listing-1.1",
    listing_id="listing-1",
    department="health",
    acknowledged_at=NOW,
)
A_TOLD_CLOCK = ToldClock(
    clock_id="delisting:listing-1:2026-04-08",
    kind="delisting",
    department="health",
    light=Light.YELLOW,
    number=1,
    told_at=NOW,
)
A_CANCELLATION = Cancellation(
    round_id="R1",
    reason="never-committed",
    note="",
    requested_by="office-a",
    requested_at=NOW,
    lines=("L1", "L2"),
    awaited=("fire",),
)


def a_file(attempt: int, name: str, **changes: Any) -> RecordFile:
    return replace(
        RecordFile(round_id="R1", attempt=attempt, name=name, body=b"\x00\xff"), **changes
    )


async def refused(attempt: Any) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as error:
        await attempt
    return error.value


class RepositoryCompliance:
    """Keys, filters, order, text and the exact values that were stored."""

    @pytest.mark.parametrize(
        ("collection", "value"),
        [
            ("departments", a_department(public_key='{"kty":"OKP"}')),
            ("items", an_item(valid_to=date(2027, 1, 1), competences=("a", "b"))),
            ("objects", an_object(risk_class=RiskClass.D, latitude=38.87, key_unit=True)),
            ("objects", an_object(risk_class=None)),
            (
                "inspectors",
                an_inspector(
                    absences=(
                        Absence(
                            from_date=date(2026, 4, 1), to_date=date(2026, 4, 2), reason="培训"
                        ),
                    )
                ),
            ),
            ("experts", an_expert()),
            ("imports", an_act("i", mapping={"columns": {"name": "B"}}, failure={"rule": "x"})),
            ("plan_lines", a_line(quotas={"health": 3}, number=4)),
            ("visits", a_visit(opened_at=NOW, withdrawn_reason="搬迁")),
            ("checks", a_check()),
            ("team", a_member("p1", expert=True)),
            ("results", a_result()),
            ("reports", a_whole_report()),
            ("review_decisions", a_decision()),
            ("hearings", a_hearing()),
            ("stored_evidence", a_stored_file()),
            ("cases", a_case()),
            ("cases", an_undone_case()),
            ("rectifications", a_full_order()),
            ("samples", a_full_sample()),
            ("transfers", a_transfer()),
            ("hazards", a_hazard()),
            ("abnormal_entries", an_abnormal_entry()),
            ("listings", a_listing(objection_provisional=True)),
            ("listings", a_court_listing()),
            ("listings", a_listing(delisting_requested_at=NOW, delisting_due=NOW.date())),
            ("corrections", a_correction()),
            ("listing_events", a_listing_event(asks_departments=True)),
            ("listing_acknowledgements", AN_ACKNOWLEDGEMENT),
            ("told_clocks", A_TOLD_CLOCK),
            ("repairs", a_repair(decision_basis=Basis(NOW.date(), 10))),
            ("punishments", a_punishment()),
            ("measure_answers", a_measure_answer()),
            ("record_files", a_file(1, "frames/L1.tsv", key="ab", number_of_records=7)),
            ("void_attempts", a_void_attempt()),
            ("cancellations", A_CANCELLATION),
            ("silence_statements", A_STATEMENT),
            ("source_readings", A_READING),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    async def test_a_value_comes_back_as_it_was_stored(
        self, open_work: OpenWork, collection: str, value: Any
    ) -> None:
        async with open_work(office()) as work:
            await getattr(work, collection).add([value])

        async with open_work(office()) as work:
            [found] = await getattr(work, collection).where()
        assert found == value
        assert type(found) is type(value)

    async def test_a_report_keeps_its_findings(self, open_work: OpenWork) -> None:
        from_message = a_findings_message([a_finding("mr-1")])
        report = _report(from_message.findings)

        async with open_work(office()) as work:
            await work.reports.add([report])
            assert (await work.reports.get("r1")).findings == from_message.findings

    async def test_an_instant_of_another_zone_is_the_same_instant(
        self, open_work: OpenWork
    ) -> None:
        local = NOW.astimezone(timezone(timedelta(hours=8)))

        async with open_work(office()) as work:
            await work.visits.add([a_visit(published_at=local)])
            found = await work.visits.get(a_visit().visit_id)

        assert found.published_at == NOW

    async def test_get_names_what_is_missing_and_find_gives_none(self, open_work: OpenWork) -> None:
        async with open_work(office()) as work:
            error = await refused(work.departments.get("gone"))

            assert (error.rule, error.facts["key"]) == (Rule.NOT_FOUND, "gone")
            assert await work.departments.find("gone") is None

    async def test_a_key_of_several_parts_tells_values_apart(self, open_work: OpenWork) -> None:
        files = [a_file(1, "b"), a_file(1, "a"), a_file(2, "a")]

        async with open_work(office()) as work:
            await work.record_files.add(files)
            await work.contributors.add([Contributor(round_id="R1", code="fire")])

            assert await work.record_files.get(("R1", 2, "a")) == files[2]
            assert await work.record_files.find(("R1", 2, "b")) is None
            assert await work.record_files.where() == [files[1], files[0], files[2]]
            assert (await work.contributors.get(("R1", "fire"))).head is None
            await work.record_files.remove(("R1", 1, "a"))
            assert await work.record_files.count() == 2

    async def test_a_taken_key_is_refused_and_nothing_of_the_batch_stays(
        self, open_work: OpenWork
    ) -> None:
        async with open_work(office()) as work:
            await work.departments.add([a_department("b")])

        with pytest.raises(RuleBrokenError) as error:
            async with open_work(office()) as work:
                await work.departments.add([a_department("a"), a_department("b")])

        assert error.value.rule is Rule.ALREADY_EXISTS
        async with open_work(office()) as work:
            assert [each.code for each in await work.departments.where()] == ["b"]

    async def test_save_adds_and_renews(self, open_work: OpenWork) -> None:
        async with open_work(office()) as work:
            await work.departments.save()
            await work.departments.save(a_department("a"), a_department("b"))
            await work.departments.save(a_department("a", name="新名"))

            found = await work.departments.where()
        assert [each.name for each in found] == ["新名", "b"]

    async def test_save_can_empty_a_field(self, open_work: OpenWork) -> None:
        async with open_work(office()) as work:
            await work.departments.save(a_department("a", public_key="k"))
            await work.departments.save(a_department("a"))

            assert (await work.departments.get("a")).public_key is None

    async def test_removing_what_is_not_there_is_no_error(self, open_work: OpenWork) -> None:
        async with open_work(office()) as work:
            await work.departments.add([a_department("a")])
            await work.departments.remove("gone")
            await work.departments.remove("a")

            assert await work.departments.count() == 0

    async def test_nothing_stays_of_a_transaction_that_fails(self, open_work: OpenWork) -> None:
        with pytest.raises(ZeroDivisionError):
            await fail_after(open_work, lambda work: work.departments.add([a_department("a")]))

        async with open_work(office()) as work:
            assert await work.departments.count() == 0

    @pytest.mark.parametrize(
        ("equals", "codes"),
        [
            ({}, "abcd"),
            ({"region": "1"}, "ab"),
            ({"region": ("1", "2")}, "abc"),
            ({"region": ["2"]}, "c"),
            pytest.param({"region": {"1", "9"}}, "ab", id="a-set-of-several"),
            ({"region": frozenset()}, ""),
            ({"region": ()}, ""),
            ({"public_key": None}, "acd"),
            ({"public_key": "k"}, "b"),
            ({"region": "1", "public_key": None}, "a"),
            ({"position": (1, 3)}, "ac"),
        ],
        ids=str,
    )
    async def test_filters_select_by_value_none_or_any_of_several(
        self, open_work: OpenWork, equals: dict[str, object], codes: str
    ) -> None:
        async with open_work(office()) as work:
            await work.departments.add(FOUR)

            found = "".join(each.code for each in await work.departments.where(**equals))
            number = await work.departments.count(**equals)
            page = await work.departments.page(Query(equals=equals))
        assert (found, number, page.total) == (codes, len(codes), len(codes))
        assert "".join(each.code for each in page.values) == codes

    async def test_a_filter_of_tens_of_thousands_of_values_works(self, open_work: OpenWork) -> None:
        wanted = {f"none-{number}" for number in range(MANY)} | {"b", "c"}

        async with open_work(office()) as work:
            await work.departments.add(FOUR)

            found = await work.departments.where(code=wanted)
            positions = await work.departments.count(position=set(range(2, MANY)))
        assert [each.code for each in found] == ["b", "c"]
        assert positions == 3

    @pytest.mark.parametrize(
        ("query", "codes"),
        [
            (Query(), "abcd"),
            (Query(descending=True), "dcba"),
            (Query(order="position"), "abcd"),
            (Query(order="position", descending=True), "dcba"),
            (Query(order="region"), "abcd"),
            (Query(order="region", descending=True), "dcab"),
            (Query(order="public_key"), "acdb"),
            (Query(order="public_key", descending=True), "bacd"),
            (Query(limit=2), "ab"),
            (Query(offset=1, limit=2), "bc"),
            (Query(offset=9), ""),
            (Query(order="name", offset=1, limit=2, equals={"region": ("1", "2")}), "bc"),
        ],
        ids=str,
    )
    async def test_pages_are_ordered_with_ties_by_key_and_nulls_lowest(
        self, open_work: OpenWork, query: Query, codes: str
    ) -> None:
        async with open_work(office()) as work:
            await work.departments.add(FOUR)

            page = await work.departments.page(query)
        assert "".join(each.code for each in page.values) == codes
        assert page.total == (3 if query.equals else 4)

    @pytest.mark.parametrize(
        ("text", "codes"),
        [
            ("", "12345"),
            ("餐饮", "1"),
            ("ABC", "2"),
            ("abc", "2"),
            ("%", "3"),
            ("50%", "3"),
            ("_", "4"),
            ("a_b", "4"),
            ("'s \\", "5"),
            ("nothing like it", ""),
        ],
    )
    async def test_text_is_looked_for_literally_and_without_case(
        self, open_work: OpenWork, text: str, codes: str
    ) -> None:
        names = ("平川餐饮", "xAbCx", "50% 折扣", "a_b", "it's \\ here")
        plain = {"name_en": "-", "short_name": "-", "region": "-"}
        async with open_work(office()) as work:
            await work.departments.add(
                a_department(str(n), name=name, **plain) for n, name in enumerate(names, 1)
            )

            page = await work.departments.page(Query(text=text))
        assert "".join(each.code for each in page.values) == codes


FOUR: tuple[Department, ...] = (
    a_department("a", region="1", position=1),
    a_department("b", region="1", position=2, public_key="k"),
    a_department("c", region="2", position=3),
    a_department("d", region="3", position=4),
)


def _report(findings: tuple[Finding, ...]) -> Report:
    return Report(
        report_id="r1",
        visit_id="v",
        department="health",
        version=1,
        entered_by="p1",
        visited_date=date(2026, 4, 8),
        present=("p1", "p2"),
        entity_opinion=None,
        findings=findings,
        received_at=datetime(2026, 4, 8, tzinfo=UTC),
    )

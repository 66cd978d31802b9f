"""A drawn object is replaced before its visit: evidence, two persons, the reserve, the team."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coordinator.domain.burden_ledger import Scope
from coordinator.domain.dispatch import Visit
from coordinator.domain.errors import Rule
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.object_replacing import ObjectReplacement, RequestState
from coordinator.domain.registers import Recusal
from coordinator.services import appraisal, burden_ledger, handlers, lottery, object_replacing
from coordinator.services.object_replacing import ReplacementOrder
from tests.integration.services.post_box import letters
from tests.integration.services.test_dispatch import refused
from tests.integration.services.test_record_and_silence import verified
from tests.play import AUDITOR, COVERT_ROUND, ROUND, Play, office
from tests.records import in_memory


@dataclass
class Case:
    """A drawn object, the visit it is in, and who is next of the reserve."""

    play: Play
    visit: Visit
    thing: str

    async def close(self) -> None:
        """Let the register say that the object has closed."""
        async with self.play.work(office()) as work:
            found = await work.objects.get(self.thing)
            await work.objects.save(found.model_copy(update={"status": "closed"}))

    async def request(self, reason: str = "closed", **about: str) -> str:
        order = ReplacementOrder(visit_id=self.visit.visit_id, reason=reason, **about)
        async with self.play.work(office("office-a")) as work:
            return (await object_replacing.request_replacement(work, order)).request_id

    async def confirm(self, request_id: str) -> Sequence[str]:
        async with self.play.work(office("office-b")) as work:
            return (await handlers.replace_object(work, request_id)).visits

    async def replace(self, reason: str = "closed", **about: str) -> Sequence[str]:
        return await self.confirm(await self.request(reason, **about))

    async def replacements(self) -> Sequence[ObjectReplacement]:
        async with self.play.work(AUDITOR) as work:
            found: Sequence[ObjectReplacement] = await work.object_replacements.where()
        return sorted(found, key=lambda each: each.replaced_at)

    async def visit_now(self, visit_id: str) -> Visit:
        async with self.play.work(AUDITOR) as work:
            found: Visit = await work.visits.get(visit_id)
        return found

    async def record(self, folder: Path) -> str:
        async with self.play.work(AUDITOR) as work:
            record = in_memory(await lottery.whole_record(work, self.visit.round_id))
        return verified(folder / self.visit.round_id, record, self.play)


async def a_case(play: Play, number: int = 0, round_id: str = ROUND, line: str = "L1") -> Case:
    """Take a visit with one object, of a line with a reserve."""
    async with play.work(AUDITOR) as work:
        found = []
        for visit in await work.visits.where(round_id=round_id, desk=False):
            checks = await work.checks.where(visit_id=visit.visit_id)
            if {check.line for check in checks} == {line}:
                found.append((visit, checks[0].object_id))
    visit, thing = found[number]
    return Case(play, visit, thing)


async def test_the_next_of_the_reserve_comes_and_the_record_verifies(
    drawn: Play, tmp_path: Path
) -> None:
    case = await a_case(drawn)
    await case.close()

    [new] = await case.replace()

    [row] = await case.replacements()
    assert (row.line, row.object_id, row.reason) == ("L1", case.thing, "closed")
    visit = await case.visit_now(new)
    assert (visit.place, visit.state) == (row.replacement, VisitState.DRAWN)
    assert (await case.visit_now(case.visit.visit_id)).state is VisitState.WITHDRAWN
    async with drawn.work(AUDITOR) as work:
        old = await work.checks.where(visit_id=case.visit.visit_id)
        checks = await work.checks.where(visit_id=new)
        record = in_memory(await lottery.whole_record(work, ROUND))
    assert sorted(c.item for c in checks) == sorted(c.item for c in old)
    assert {check.object_id for check in checks} == {row.replacement}
    assert f"L1\t{case.thing}\t{row.replacement}\tclosed\t".encode() in record["replaced.tsv"]
    assert (await case.record(tmp_path)).startswith("0 ok R1")


async def test_any_other_replacement_is_found_by_the_verifier(drawn: Play, tmp_path: Path) -> None:
    case = await a_case(drawn)
    await case.close()
    await case.replace()
    [row] = await case.replacements()
    async with drawn.work(AUDITOR) as work:
        record = in_memory(await lottery.whole_record(work, ROUND))
        others = [
            line.split(b"\t")[0].decode()
            for line in record["frames/L1.tsv"].splitlines()[1:]
            if line.split(b"\t")[0].decode() not in (row.replacement, case.thing)
        ]

    for other in others:
        body = record["replaced.tsv"].replace(row.replacement.encode(), other.encode())
        forged = {k: v for k, v in record.items() if not k.startswith("SHA256SUMS")}
        said = verified(tmp_path / other[-3:], {**forged, "replaced.tsv": body})
        assert not said.startswith("0 ")


async def test_two_replacements_follow_one_another_in_the_reserve(
    drawn: Play, tmp_path: Path
) -> None:
    first, second = await a_case(drawn, 0), await a_case(drawn, 1)
    for case in (first, second):
        await case.close()
        await case.replace()

    one, two = await first.replacements()

    assert one.replaced_at < two.replaced_at
    assert one.replacement != two.replacement
    assert (await first.record(tmp_path)).startswith("0 ok R1")


async def test_who_came_in_and_closed_too_is_passed_over_by_a_row_of_its_own(
    drawn: Play, tmp_path: Path
) -> None:
    case = await a_case(drawn)
    await case.close()
    request = await case.request()
    async with drawn.work(office()) as work:
        everybody = [t for t in await work.objects.where(status="active") if t.tags]
        reserve = {t.object_id for t in everybody} - {
            c.object_id for c in await work.checks.where(line="L1")
        }
    async with drawn.work(office("office-b")) as work:
        await handlers.replace_object(work, request)
        [row] = await work.object_replacements.where()
        await work.connection.rollback()
    assert row.replacement in reserve
    async with drawn.work(office()) as work:
        gone = await work.objects.get(row.replacement)
        await work.objects.save(gone.model_copy(update={"status": "closed"}))

    await case.confirm(request)

    one, two = await case.replacements()
    assert (one.replacement, two.object_id, two.reason) == (row.replacement,) * 2 + ("closed",)
    assert (await case.record(tmp_path)).startswith("0 ok R1")


async def test_the_withdrawn_visits_team_takes_the_new_one_over(drawn: Play) -> None:
    case = await a_case(drawn)
    await case.close()

    [new] = await case.replace()

    async with drawn.work(AUDITOR) as work:
        before = await work.team.where(visit_id=case.visit.visit_id)
        after = await work.team.where(visit_id=new)
        tasks = await work.tasks.where(visit_id=new)
    assert [(s.department, s.slot, s.person_id, s.leader) for s in after] == [
        (s.department, s.slot, s.person_id, s.leader) for s in before
    ]
    assert {seat.drawn_unit for seat in after} == {seat.drawn_unit for seat in before}
    assert sorted(task.department for task in tasks) == sorted(case.visit.departments)


async def test_whoever_is_recused_from_the_new_object_gives_the_seat_up_by_lot(
    drawn: Play, tmp_path: Path
) -> None:
    case = await a_case(drawn)
    await case.close()
    request = await case.request()
    async with drawn.work(office("office-b")) as work:
        await handlers.replace_object(work, request)
        [row] = await work.object_replacements.where()
        await work.connection.rollback()
    async with drawn.work(office()) as work:
        [seat, *_] = await work.team.where(visit_id=case.visit.visit_id, leader=False)
        await work.recusals.save(
            Recusal(
                person_id=seat.person_id,
                object_id=row.replacement,
                reason="近亲属",
                declared_by="本人",
            )
        )

    [new] = await case.confirm(request)

    async with drawn.work(AUDITOR) as work:
        team = await work.team.where(visit_id=new)
        [change] = await work.member_changes.where()
    assert seat.person_id not in {each.person_id for each in team}
    assert (change.person_out, change.reason) == (seat.person_id, "recusal")
    assert (await case.record(tmp_path)).startswith("0 ok R1")


async def test_whoever_was_on_the_last_visit_to_the_new_object_gives_the_seat_up_too(
    drawn: Play,
) -> None:
    case = await a_case(drawn)
    await case.close()
    request = await case.request()
    async with drawn.work(office("office-b")) as work:
        await handlers.replace_object(work, request)
        [row] = await work.object_replacements.where()
        await work.connection.rollback()
    async with drawn.work(office()) as work:
        [seat, *_] = await work.team.where(visit_id=case.visit.visit_id, leader=False)
        file = await work.record_files.get((ROUND, 1, f"bars/{seat.department}.tsv"))
        header, *lines = file.body.decode().splitlines()
        lines.append(f"{row.replacement}\t{seat.person_id}\tlast-visit")
        body = "".join(f"{line}\n" for line in (header, *sorted(lines)))
        await work.record_files.save(replace(file, body=body.encode()))

    [new] = await case.confirm(request)

    async with drawn.work(AUDITOR) as work:
        team = await work.team.where(visit_id=new, department=seat.department)
        [change] = await work.member_changes.where()
    assert seat.person_id not in {each.person_id for each in team}
    assert (change.person_out, change.reason) == (seat.person_id, "last-visit")


async def test_after_dispatch_the_organs_are_told_of_the_end_and_of_the_new_visit(
    drawn: Play,
) -> None:
    await drawn.publish(ROUND)
    case = await a_case(drawn)
    await case.close()

    [new] = await case.replace()

    told = [m.data for m in await letters(drawn, "TaskWithdrawn")]
    sent = [m.data for m in await letters(drawn, "TaskPublished") if m.data["visit_id"] == new]
    assert {(m["visit_id"], m["reason"]) for m in told} == {
        (case.visit.visit_id, "已停业、注销或吊销")
    }
    assert sorted(m["department"] for m in told) == sorted(case.visit.departments)
    assert sorted(m["department"] for m in sent) == sorted(case.visit.departments)
    assert (await case.visit_now(new)).state is VisitState.PUBLISHED


async def test_the_appraisal_counts_the_successor_and_not_whom_it_replaced(drawn: Play) -> None:
    case = await a_case(drawn)
    await case.close()
    async with drawn.work(AUDITOR) as work:
        before = await appraisal.indicators(work, ROUND), await appraisal.round_figures(work, ROUND)

    await case.replace()

    async with drawn.work(AUDITOR) as work:
        after = await appraisal.indicators(work, ROUND), await appraisal.round_figures(work, ROUND)
    assert after == before


async def test_the_ledger_follows_the_visit(drawn: Play) -> None:
    case = await a_case(drawn)
    await case.close()

    [new] = await case.replace()

    visit = await case.visit_now(new)
    async with drawn.work(AUDITOR) as work:
        counts = await work.burden_counts.where(scope=Scope.TOTAL)
    numbers = {count.place: count.number for count in counts}
    assert numbers[case.visit.place] == 0
    assert numbers[visit.place] == 1


async def test_a_full_place_is_passed_over_with_the_reason_cap(drawn: Play, tmp_path: Path) -> None:
    case = await a_case(drawn)
    await case.close()
    request = await case.request()
    async with drawn.work(office("office-b")) as work:
        await handlers.replace_object(work, request)
        [row] = await work.object_replacements.where()
        await work.connection.rollback()
    async with drawn.work(office()) as work:
        policy = await work.plans.get("plan-2026")
        await work.plans.save(
            replace(policy, overrides={**policy.overrides, "burden.visits_per_year": "1"})
        )
        [entry, *_] = await work.burden_entries.where()
        taken = replace(entry, entry_id="elsewhere", place=row.replacement, round_id="R0")
        await burden_ledger.put_down(work, [taken])

    await case.confirm(request)

    one, two = await case.replacements()
    assert (one.reason, two.reason) == ("closed", "cap")
    assert two.object_id == one.replacement
    assert (await case.record(tmp_path)).startswith("0 ok R1")


async def test_one_person_alone_replaces_nobody(drawn: Play) -> None:
    case = await a_case(drawn)
    await case.close()
    request = await case.request()

    async with drawn.work(office("office-a")) as work:
        await refused(Rule.TWO_PERSONS_NEEDED, handlers.replace_object(work, request))
    await refused(Rule.REPLACEMENT_PENDING, case.request())
    async with drawn.work(office("office-a")) as work:
        rejected = await object_replacing.reject_replacement(work, request)
    assert rejected.state is RequestState.REJECTED
    await refused(Rule.MOVE_NOT_ALLOWED, case.confirm(request))
    assert await case.replacements() == []


async def test_without_evidence_nothing_is_proposed_and_what_was_mended_is_not_done(
    drawn: Play,
) -> None:
    case = await a_case(drawn)

    await refused(Rule.REPLACEMENT_WITHOUT_EVIDENCE, case.request())
    await refused(Rule.CODE_UNKNOWN, case.request("tired"))
    await refused(Rule.OBJECT_NOT_IN_VISIT, case.request(object_id="uscc:none"))
    await case.close()
    request = await case.request()
    async with drawn.work(office()) as work:
        found = await work.objects.get(case.thing)
        await work.objects.save(found.model_copy(update={"status": "active"}))
    await refused(Rule.REPLACEMENT_WITHOUT_EVIDENCE, case.confirm(request))


async def test_a_document_proves_what_the_register_does_not_show(drawn: Play) -> None:
    case = await a_case(drawn)

    await case.replace("project-suspended", document="停工〔2026〕3号")

    [row] = await case.replacements()
    assert row.reason == "project-suspended"


async def test_once_the_visit_has_begun_the_object_stays(dispatched: Play) -> None:
    case = await a_case(dispatched)
    await case.close()

    error = await refused(Rule.REPLACEMENT_TOO_LATE, case.request())

    assert error.facts["visit"] == case.visit.visit_id


async def test_with_no_reserve_left_nothing_changes(adopted: Play) -> None:
    await adopted.drawn_round(ROUND, "L3")
    case = await a_case(adopted, line="L3")
    await case.close()
    request = await case.request()

    await refused(Rule.RESERVE_USED_UP, case.confirm(request))

    assert await case.replacements() == []
    assert (await case.visit_now(case.visit.visit_id)).state is VisitState.DRAWN


async def test_of_a_covert_visit_nobody_names_the_object(adopted: Play, tmp_path: Path) -> None:
    await adopted.drawn_round(COVERT_ROUND, "L9")
    case = await a_case(adopted, round_id=COVERT_ROUND, line="L9")
    await refused(Rule.COVERT_ROUND_OPEN, case.request(object_id=case.thing))
    await case.close()

    await case.replace()

    [row] = await case.replacements()
    async with adopted.work(AUDITOR) as work:
        entries = await work.audit_entries.where()
    said = " ".join(str(entry) for entry in entries if "replace" in entry.tag)
    assert said
    assert case.thing not in said
    assert row.replacement not in said
    assert (await case.record(tmp_path)).startswith("0 ok C1")


async def test_what_else_a_visit_held_goes_on_with_its_team(adopted: Play, tmp_path: Path) -> None:
    async with adopted.work(office()) as work:
        lines = [await work.plan_lines.get(code) for code in ("L1", "L2")]
        await work.plan_lines.save(replace(lines[1], conditions=lines[0].conditions, number=4))
    await adopted.drawn_round(ROUND, "L1", "L2")
    async with adopted.work(AUDITOR) as work:
        checks = await work.checks.where(round_id=ROUND)
    things = {c.object_id for c in checks if c.line == "L1"}
    both = things & {c.object_id for c in checks if c.line == "L2"}
    thing = sorted(both)[0]
    visits = {c.visit_id for c in checks if c.object_id == thing}
    case = Case(adopted, await _visit(adopted, sorted(visits)[0]), thing)
    await case.close()

    await case.replace(object_id=thing)

    rows = await case.replacements()
    assert {row.line for row in rows if row.object_id == thing} <= {"L1", "L2"}
    async with adopted.work(AUDITOR) as work:
        standing = await work.visits.where(round_id=ROUND)
        left = await work.checks.where(round_id=ROUND, object_id=thing)
    gone = {v.visit_id for v in standing if v.state is VisitState.WITHDRAWN}
    assert {check.visit_id for check in left} <= gone
    assert (await case.record(tmp_path)).startswith("0 ok R1")


async def test_a_line_without_reserve_defers_its_checks_while_another_goes_on(
    adopted: Play, tmp_path: Path
) -> None:
    async with adopted.work(office()) as work:
        lines = [await work.plan_lines.get(code) for code in ("L1", "L2")]
        await work.plan_lines.save(replace(lines[1], conditions=lines[0].conditions, number=9))
    await adopted.drawn_round(ROUND, "L1", "L2")
    async with adopted.work(AUDITOR) as work:
        [check, *_] = await work.checks.where(round_id=ROUND, line="L1")
    case = Case(adopted, await _visit(adopted, check.visit_id), check.object_id)
    await case.close()

    await case.replace(object_id=check.object_id)

    async with adopted.work(AUDITOR) as work:
        dropped = await work.dropped_checks.where()
        number = await object_replacing.deferred_count(work, ROUND)
    assert {each.line for each in dropped} == {"L2"}
    assert {(each.outcome, each.reference) for each in dropped} == {("deferred", "closed")}
    assert number == 1
    assert (await case.record(tmp_path)).startswith("0 ok R1")


async def _visit(play: Play, visit_id: str) -> Visit:
    async with play.work(AUDITOR) as work:
        found: Visit = await work.visits.get(visit_id)
    return found

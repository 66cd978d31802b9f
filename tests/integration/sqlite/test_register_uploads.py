"""Uploads in messages: any order, any repetition, one change of the register and one receipt."""

from collections.abc import Sequence
from datetime import date
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pydantic_core import to_jsonable_python

from contracts.amqp.disposition import Disposition
from contracts.register_rows import (
    AbsenceCard,
    Directory,
    InspectorRow,
    ObjectRow,
    RecusalRow,
    RegisterRow,
    columns_of,
)
from contracts.registers import RegisterChunkSubmitted, chunks_of
from coordinator.domain.errors import Rule
from coordinator.domain.registers import Absence, Recusal
from coordinator.domain.registers.acts import (
    ActState,
    Channel,
    ImportProblem,
    RegisterAct,
    RegisterKind,
    Severity,
)
from coordinator.services import registers
from coordinator.services.registers import Chunk, Source
from tests.builders import FIRE, MARKET, a_source, an_inspector, an_object
from tests.integration.services.post_box import letters
from tests.integration.sqlite.test_inbound import Intake
from tests.play import AUDITOR, Play, clerk, office
from tests.snapshots import Snapshot

UPLOAD = "upload-1"
NUMBERS = count(1)
DAY = date(2026, 12, 1)
KIND = RegisterKind.INSPECTORS
ALL = tuple(columns_of(Directory.INSPECTORS))


def a_row(row: int, **changes: Any) -> InspectorRow:
    values: dict[str, Any] = {
        "row": row,
        "inspector_id": f"fr-n{row}",
        "department": FIRE,
        "name": f"检查员{row}",
        "certificate_number": f"PC-{row}",
        "certificate_from": date(2025, 1, 1),
        "certificate_to": date(2030, 12, 31),
        "competences": ("water",),
    }
    return InspectorRow(**values | changes)


ROWS = (
    a_row(2),
    a_row(3, absences=(AbsenceCard(from_date=DAY, to_date=DAY, reason="培训；外地"),)),
    a_row(4, certificate_to=date(2024, 12, 31)),
    a_row(5, department="no such department"),
    a_row(6, department=MARKET),
    a_row(7, inspector_id="fr-n2"),  # the key of row 2 with other values
    a_row(2).model_copy(update={"row": 8}),
    a_row(9, name="13800000000"),
    a_row(10),
)


def an_upload(
    rows: Sequence[RegisterRow] = ROWS,
    directory: Directory = Directory.INSPECTORS,
    upload_id: str = UPLOAD,
    fields: Sequence[str] = (),
) -> tuple[RegisterChunkSubmitted, ...]:
    """Give chunks of two rows each."""
    return chunks_of(upload_id, directory, fields or tuple(columns_of(directory)), rows, 2)


async def send(play: Play, sender: str, *chunks: RegisterChunkSubmitted) -> list[Disposition]:
    """Hand messages to the inbox, each under an id of its own."""
    intake = Intake(play)
    return [await intake.take(play.letter(sender, chunk, next(NUMBERS))) for chunk in chunks]


async def acts(play: Play) -> list[RegisterAct]:
    async with play.work(AUDITOR) as work:
        return list(await work.imports.where(channel=Channel.MESSAGE))


async def receipts(play: Play) -> list[dict[str, Any]]:
    return [letter.data for letter in await letters(play, "RegisterImported")]


def refused_rows(receipt: dict[str, Any]) -> set[tuple[int, str]]:
    problems = [each for each in receipt["problems"] if each["severity"] == "refused"]
    return {(each["row"], each["rule"]) for each in problems}


async def outcome(play: Play) -> dict[str, Any]:
    """Give all that an upload leaves behind, without its id and times."""
    async with play.work(AUDITOR) as work:
        people = await work.inspectors.where()
        former = await work.register_versions.count()
        problems = await work.import_problems.where()
    return {
        "people": to_jsonable_python(people),
        "former": former,
        "problems": [(each.number, each.row, each.column, each.rule) for each in problems],
        "receipts": await receipts(play),
        "states": [act.state for act in await acts(play)],
    }


async def test_valid_rows_go_in_and_the_receipt_names_the_others(county: Play) -> None:
    await send(county, FIRE, *an_upload())

    [receipt] = await receipts(county)
    async with county.work(AUDITOR) as work:
        added = await work.inspectors.where(inspector_id=("fr-n2", "fr-n3", "fr-n10"))
    refused = [
        (each["row"], each["field"], each["value"], each["rule"])
        for each in receipt["problems"]
        if each["severity"] == "refused"
    ]
    assert (receipt["state"], receipt["complete"], receipt["reason"]) == ("applied", True, None)
    assert [receipt[f"number_{what}"] for what in ("of_rows", "accepted", "refused")] == [9, 3, 5]
    assert [receipt[f"number_{what}"] for what in ("added", "changed", "unchanged")] == [3, 0, 0]
    assert sorted(refused) == [
        (4, "certificate_to", "2024-12-31", "import-cell-invalid"),
        (5, "department", "no such department", "department-unknown"),
        (6, "department", MARKET, "not-your-department"),
        (7, "inspector_id", "fr-n2", "import-duplicate"),
        (9, "name", "13800000000", "import-phone-as-name"),
    ]
    assert len(added) == 3
    assert [each.absences for each in added if each.inspector_id == "fr-n3"] == [
        (Absence(from_date=DAY, to_date=DAY, reason="培训,外地"),)
    ]


async def test_the_receipt_goes_to_the_sender_and_rows_are_kept_no_longer(county: Play) -> None:
    await send(county, FIRE, *an_upload())

    [letter] = await letters(county, "RegisterImported")
    [act] = await acts(county)
    async with county.work(AUDITOR) as work:
        kept = await work.register_chunks.where(import_id=act.import_id)
        entry = await work.stage.present_act(act.kind, "fr-n2")
    assert letter.recipient.endswith(f"{FIRE}.events")
    assert (act.state, act.source, act.department) == (ActState.APPLIED, UPLOAD, FIRE)
    assert act.imported_by == f"dept-{FIRE}"
    assert [(chunk.number, chunk.rows) for chunk in kept] == [(n, ()) for n in range(1, 6)]
    assert entry == act.import_id


def arrivals(number: int) -> some.SearchStrategy[list[int]]:
    """Give orders in which all of `number` chunks come, some of them more than once."""
    each = some.sampled_from(range(number))
    return some.lists(each, max_size=4).flatmap(
        lambda again: some.permutations([*range(number), *again])
    )


async def left_behind(county: Snapshot, chunks: Sequence[RegisterChunkSubmitted]) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        play = county.resume(Path(folder))
        ends = await send(play, FIRE, *chunks)
        left = await outcome(play)
        await play.close()
    assert set(ends) == {Disposition.DONE}
    return left


@pytest.fixture(scope="module")
async def in_order(founded_file: Snapshot) -> dict[str, Any]:
    return await left_behind(founded_file, an_upload())


@given(order=arrivals(5))
@settings(max_examples=10, deadline=None)
async def test_order_and_repetition_of_chunks_change_nothing(
    founded_file: Snapshot, in_order: dict[str, Any], order: Sequence[int]
) -> None:
    chunks = an_upload()

    otherwise = await left_behind(founded_file, [chunks[index] for index in order])

    assert otherwise == in_order
    assert len(otherwise["receipts"]) == 1


async def test_two_uploads_at_once_do_not_mix(county: Play) -> None:
    first = an_upload([a_row(row) for row in range(1, 5)], upload_id="first")
    second = an_upload([a_row(row) for row in range(5, 9)], upload_id="second")
    of_others = [a_row(row, department=MARKET, inspector_id=f"mr-n{row}") for row in (1, 2, 3)]
    third = an_upload(of_others, upload_id="first")  # ids are a department's own

    await send(county, FIRE, first[0], second[1])
    await send(county, MARKET, third[1])
    await send(county, FIRE, second[0], first[1])
    await send(county, MARKET, third[0])

    told = [(each["upload_id"], each["number_added"]) for each in await receipts(county)]
    assert told == [("second", 4), ("first", 4), ("first", 3)]


async def test_the_same_list_again_changes_nothing_and_one_row_changes_one(county: Play) -> None:
    rows = [a_row(row) for row in range(1, 5)]
    await send(county, FIRE, *an_upload(rows, upload_id="first"))
    await send(county, FIRE, *an_upload(rows, upload_id="again"))
    rows[1] = a_row(2, post="科长")
    await send(county, FIRE, *an_upload(rows, upload_id="changed"))

    figures = [
        [each[f"number_{what}"] for what in ("added", "changed", "unchanged")]
        for each in await receipts(county)
    ]
    async with county.work(AUDITOR) as work:
        [version] = await work.register_versions.where()
    assert figures == [[4, 0, 0], [0, 0, 4], [0, 1, 3]]
    assert (version.key, version.value["post"]) == ("fr-n2", "")


async def test_a_field_that_is_not_brought_keeps_its_value(county: Play) -> None:
    known = an_inspector("fr-n2", FIRE, group="二组", post="科员")
    async with county.work(office()) as work:
        await registers.take_in(work, KIND, [known], a_source())
    brought = ("inspector_id", "name")

    await send(county, FIRE, *an_upload([a_row(2, group="", name="新名")], fields=brought))

    async with county.work(AUDITOR) as work:
        assert await work.inspectors.get("fr-n2") == known.model_copy(update={"name": "新名"})


async def test_objects_of_a_department_are_refused_with_the_first_chunk(county: Play) -> None:
    things = [
        ObjectRow(
            row=row,
            object_id=an_object(row).object_id,
            name="新名",
            kind="enterprise",
            region="640221",
            industry="H6110",
            address="某街 1 号",
            status="active",
        )
        for row in (1, 2, 3)
    ]
    chunks = an_upload(things, Directory.OBJECTS)

    ends = await send(county, FIRE, chunks[1], chunks[0], chunks[1])

    [receipt], [act] = await receipts(county), await acts(county)
    assert set(ends) == {Disposition.DONE}
    assert (receipt["state"], receipt["reason"]) == ("refused", "role-not-allowed")
    assert (receipt["complete"], receipt["number_accepted"]) == (False, 0)
    assert (act.state, act.department) == (ActState.FAILED, FIRE)
    async with county.work(AUDITOR) as work:
        assert await work.objects.count(name="新名") == 0


async def test_people_of_another_department_are_refused_row_by_row(county: Play) -> None:
    rows = [
        a_row(1, department=MARKET, inspector_id="mr-p1"),
        a_row(2, inspector_id="mr-p2"),  # says it is its own, but the register knows better
    ]
    before = await outcome(county)

    await send(county, FIRE, *an_upload(rows))

    [receipt], after = await receipts(county), await outcome(county)
    assert (receipt["state"], receipt["reason"]) == ("refused", "import-nothing-read")
    assert [(each["row"], each["rule"], each["value"]) for each in receipt["problems"]] == [
        (1, "not-your-department", MARKET),
        (2, "not-your-department", MARKET),
    ]
    assert after["people"] == before["people"]


async def test_recusals_of_own_people_go_in(county: Play) -> None:
    thing = an_object(1).object_id
    rows = [
        RecusalRow(row=1, person_id="fr-p1", object_id=thing, reason="亲属", declared_by="person"),
        RecusalRow(row=2, person_id="mr-p1", object_id=thing, reason="亲属", declared_by="person"),
        RecusalRow(row=3, person_id="fr-p2", object_id="uscc:1", reason="-", declared_by="person"),
    ]

    await send(county, FIRE, *an_upload(rows, Directory.RECUSALS))

    [receipt] = await receipts(county)
    async with county.work(AUDITOR) as work:
        kept = await work.recusals.where(object_id=thing)
    assert Recusal(person_id="fr-p1", object_id=thing, reason="亲属", declared_by="person") in kept
    assert refused_rows(receipt) == {
        (2, "not-your-department"),
        (3, "uscc-length"),
        (3, "import-cell-missing"),
    }


async def test_a_chunk_that_contradicts_what_came_before_is_parked(county: Play) -> None:
    chunks = an_upload()
    other = an_upload([a_row(100)])[0]
    fewer = an_upload(ROWS[:4])[1]
    of_other_fields = an_upload(fields=ALL[:4])[1]

    ends = await send(county, FIRE, chunks[0], fewer, of_other_fields)
    ends += await send(county, FIRE, other.model_copy(update={"number_of_chunks": 5}))
    reasons = await Intake(county).reasons()
    await send(county, FIRE, *chunks)

    assert ends == [Disposition.DONE, *[Disposition.PARK] * 3]
    assert all(reason.startswith("upload-contradicts") for reason in reasons)
    assert [
        what for what in ("number_of_chunks", "fields", "digest") if what in " ".join(reasons)
    ] == ["number_of_chunks", "fields", "digest"]
    assert [each["number_added"] for each in await receipts(county)] == [3]


async def test_a_chunk_whose_digest_is_not_its_content_is_parked(county: Play) -> None:
    letter = county.letter(FIRE, an_upload()[0])
    forged = letter.body.replace("检查员2".encode(), "检查员0".encode())
    intake = Intake(county)

    end = await intake.take(county.letter(FIRE, an_upload()[0], body=forged))

    assert end is Disposition.PARK
    assert await intake.reasons() == ["data: digest_differs"]


async def test_an_upload_that_stays_incomplete_can_be_cancelled_and_is_answered(
    county: Play,
) -> None:
    chunks = an_upload()
    await send(county, FIRE, *chunks[:2])
    async with county.work(office()) as work:
        await registers.forget_interrupted(work)  # as at every start of the pages

    [reading] = await acts(county)
    async with county.work(office()) as work:
        await registers.cancel_import(work, reading.import_id)
    await send(county, FIRE, *chunks)

    [receipt], [ended] = await receipts(county), await acts(county)
    assert (reading.state, reading.number_of_rows) == (ActState.READING, 4)
    assert (ended.state, receipt["state"]) == (ActState.CANCELLED, "cancelled")
    assert (receipt["complete"], receipt["number_of_rows"]) == (False, 4)
    async with county.work(AUDITOR) as work:
        assert await work.inspectors.count(inspector_id="fr-n2") == 0


async def test_problems_of_a_department_are_numbered_on_from_part_to_part(county: Play) -> None:
    """Readers number what they refuse, and do not know of the rows that are not its own."""
    people = [an_inspector(f"mr-n{number}", MARKET) for number in (1, 2)]

    async with county.work(clerk(FIRE)) as work:
        act = await registers.open_import(work, KIND, Source(name="a", channel=Channel.UPLOAD))
        for number, person in enumerate(people, 1):
            problem = ImportProblem(
                import_id=act.import_id,
                number=number,
                row=number * 2,
                column="name",
                value="",
                rule=Rule.IMPORT_CELL_MISSING,
                expected="",
                severity=Severity.REFUSED,
            )
            rows = [(number * 2 + 1, person)]
            part = Chunk(rows=rows, problems=[problem], number_of_rows=2, number_refused=1)
            act = await registers.take_chunk(work, act.import_id, part)
        kept = await work.import_problems.where(import_id=act.import_id)

    assert act.number_refused == 4
    assert [(each.number, each.row) for each in kept] == [(1, 2), (2, 3), (3, 4), (4, 5)]

"""The audit chain: any entry changed, cut out, put in or moved is found."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from coordinator.adapters.audit_chain import digest_of
from coordinator.services.ports import AuditEntry
from tests.audit_chains import first_break
from tests.play import AUDITOR, Play, fail_after, office
from tests.snapshots import Snapshot


@pytest.fixture(scope="module")
async def written(
    empty_file: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> tuple[AuditEntry, ...]:
    empty = empty_file.resume(tmp_path_factory.mktemp("chain"))
    for number in range(1, 5):
        empty.clock.pass_time(minutes=1)
        async with empty.work(office(f"office-{number}")) as work:
            await work.audit("a:b:c", f"thing-{number}", number=number, text="理由", nested=[1, {}])
    async with empty.work(AUDITOR) as work:
        entries = tuple(await work.audit_entries.where())
    await empty.close()
    return entries


@pytest.fixture
def entries(written: tuple[AuditEntry, ...]) -> list[AuditEntry]:
    return list(written)


def test_an_untouched_chain_is_whole(entries: list[AuditEntry]) -> None:
    assert len(entries) == 4
    assert first_break(entries) is None
    assert first_break([]) is None


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize(
    "change",
    [
        {"number": 9},
        {"at": timedelta(seconds=1)},
        {"actor": "somebody else"},
        {"tag": "a:b:d"},
        {"subject": "another"},
        {"facts": {"number": 0}},
        {"previous": "00"},
        {"digest": "00"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_changed_field_is_found_where_it_was_changed(
    entries: list[AuditEntry], place: int, change: dict[str, Any]
) -> None:
    value = entries[place].at + change["at"] if "at" in change else None
    entries[place] = replace(entries[place], **({"at": value} if value else change))

    assert first_break(entries) == place + 1


@pytest.mark.parametrize("place", range(4))
def test_a_forger_who_hashes_again_is_found_at_the_next_entry(
    entries: list[AuditEntry], place: int
) -> None:
    old = entries[place]
    content = {k: getattr(old, k) for k in ("number", "at", "tag", "subject", "facts")}
    forged = digest_of({**content, "actor": "forger"}, old.previous)
    entries[place] = replace(old, actor="forger", digest=forged)

    assert first_break(entries) == (place + 2 if place < 3 else None)


@pytest.mark.parametrize("place", range(3))
def test_an_entry_cut_out_or_moved_is_found(entries: list[AuditEntry], place: int) -> None:
    without = entries[:place] + entries[place + 1 :]
    swapped = list(entries)
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]

    assert first_break(without) == place + 1
    assert first_break(swapped) == place + 1


async def test_an_act_that_fails_leaves_no_entry_and_no_gap(empty: Play) -> None:
    async with empty.work(office()) as work:
        await work.audit("a:b:c", "first")
    with pytest.raises(ZeroDivisionError):
        await fail_after(empty.work, lambda work: work.audit("a:b:c", "lost"))
    async with empty.work(office()) as work:
        await work.audit("a:b:c", "second")

    async with empty.work(AUDITOR) as work:
        entries = list(await work.audit_entries.where())
    assert [entry.subject for entry in entries] == ["first", "second"]
    assert first_break(entries) is None

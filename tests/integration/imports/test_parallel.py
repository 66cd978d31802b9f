"""Large CSV files: blocks end where records end, and several processes read what one reads."""

import csv
import io
import os
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordinator.adapters.imports import parallel
from coordinator.adapters.imports.csv_text import csv_records, parse_records
from coordinator.adapters.imports.registers import Sources, load_sources, stream, stream_written
from coordinator.adapters.imports.repeats import SeenEntries
from coordinator.domain.errors import Rule, RuleBrokenError
from tests.unit.imports.files import write_rows
from tests.unit.imports.test_dirt import OBJECT

SOURCES = load_sources()
LIMITS = SOURCES.tables.limits
CELL = st.text(st.sampled_from('甲"\n\r, a1'), max_size=6)


def with_limits(**changes: int) -> Sources:
    limits = LIMITS.model_copy(update=changes)
    return replace(SOURCES, tables=SOURCES.tables.model_copy(update={"limits": limits}))


def write_number(width: int, row: int, value: Any) -> tuple[str, str]:
    return f"{row:0{width}d}", value.name


def end_the_process(_row: int, _value: Any) -> None:
    os._exit(9)


def ending_writer() -> Any:
    return end_the_process


def number_writer(width: int) -> Any:
    return partial(write_number, width)


def records_of(blocks: Iterator[parallel.Block], encoding: str) -> list[tuple[int, list[str]]]:
    return [
        record
        for block in blocks
        for record in parse_records(
            io.StringIO(block.data.decode(encoding), newline=""), "a", block.first_line, LIMITS
        )
    ]


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rows=st.lists(st.lists(CELL, min_size=1, max_size=4), max_size=8),
    block=st.integers(1, 40),
    quoted=st.booleans(),
    encoding=st.sampled_from(["utf-8", "gb18030"]),
)
def test_blocks_hold_the_records_and_line_numbers_of_the_whole_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rows: list[list[str]],
    block: int,
    quoted: bool,
    encoding: str,
) -> None:
    text = io.StringIO(newline="")
    style = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(text, quoting=style).writerows([["甲"], *rows])
    path = tmp_path / "a.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    monkeypatch.setattr(parallel, "_BLOCK", block)

    whole = list(csv_records(path, LIMITS))

    assert records_of(parallel.blocks(path, 1, LIMITS), encoding) == whole
    if len(whole) > 1:
        rest = parallel.blocks(path, whole[1][0], LIMITS)
        assert records_of(rest, encoding) == whole[1:]


def test_several_processes_read_what_one_reads_in_the_same_order(tmp_path: Path) -> None:
    rows = [
        OBJECT | {"统一社会信用代码": "", "注册号": f"{6402216000000 + number}00"}
        for number in range(3000)
    ]
    rows[1500:1500] = [OBJECT | {"名称": '两"行\n酒店'}, OBJECT | {"行业代码": "Z"}, rows[7]]
    path = write_rows(tmp_path / "o.csv", *rows, encoding="gb18030")

    one = list(stream("objects", path, with_limits(workers=1)))
    several = list(stream("objects", path, with_limits(workers=2, parallel_bytes=1)))

    assert several == one
    assert [outcome.rows for outcome in several if outcome.problems] == [(1504,)]
    passed_over = [o for o in several if o.value is None and not o.problems]
    assert [(o.rows, o.warnings[-1].rule) for o in passed_over] == [((1505,), Rule.IMPORT_REPEATED)]


def test_rows_are_written_where_they_are_read(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "o.csv", OBJECT)
    writer = partial(number_writer, 4)

    outcomes = list(stream_written("objects", path, with_limits(parallel_bytes=1), None, writer))

    assert [outcome.value for outcome in outcomes] == [("0002", "云溪大酒店")]


def test_a_broken_record_is_refused_with_the_line_that_one_process_names(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "o.csv", *[OBJECT] * 20)
    with path.open("a", encoding="utf-8") as text:
        text.write('a,"b\n' + "c,d\n" * 5)

    lines = []
    for sources in (with_limits(workers=1), with_limits(parallel_bytes=1)):
        with pytest.raises(RuleBrokenError) as caught:
            list(stream("objects", path, sources))
        lines.append((caught.value.rule, caught.value.facts["line"]))

    assert lines == [(Rule.IMPORT_FILE_UNREADABLE, 22)] * 2


def test_a_reading_process_that_ends_is_told(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "o.csv", OBJECT)
    rows = stream_written(
        "objects", path, with_limits(workers=2, parallel_bytes=1), None, ending_writer
    )

    with pytest.raises(RuleBrokenError) as caught:
        list(rows)

    assert (caught.value.rule, caught.value.facts["file"]) == (Rule.IMPORT_READER_DIED, "o.csv")


def test_seen_entries_tell_new_keys_repeats_and_other_contents() -> None:
    seen = SeenEntries()
    keys = [blake2b(str(number).encode(), digest_size=8).digest() for number in range(20_000)]
    digests = [key + b"content." for key in keys]

    first = [seen.first(digest, row) for row, digest in enumerate(digests, 2)]
    again = [seen.first(digest, 99_999) for digest in digests[::1000]]
    other = seen.first(digests[0][:8] + b"changed.", 99_999)

    assert first == [(row, True) for row in range(2, 20_002)]
    assert again == [(row, True) for row in range(2, 20_002, 1000)]
    assert other == (2, False)

"""A large file of checks is read by columns as it would be row by row."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordinator.commands import merge_files
from tests.thoroughness import some_of
from tests.unit.checklist_merge.test_merge_command import GOOD_ROWS, HEADER


def _read(path: Path) -> object:
    file = merge_files.CheckFile(path)
    try:
        return file.checks()
    except merge_files.InputRefusedError as error:
        return error.reasons


_CELLS = st.tuples(
    st.sampled_from(("o1", "o2", "高", " ", "", "NULL")),
    st.sampled_from(("l1", "l2")),
    st.just("fire"),
    st.sampled_from(("exits", "#N/A", '"a,b"', '"a\nb"', '"a"b')),
    st.sampled_from(("2026-03-01", "2026-03-05", "20260301")),
    st.sampled_from(("2026-03-10", "2026-03-04")),
    st.sampled_from(("30", "0", "-1", "٣")),
    st.sampled_from(("announced", "covert", "")),
    st.just("现场"),
)
_GOOD = st.just(tuple(GOOD_ROWS[0].split(",")))
_ENDS = st.sampled_from(("\n", "\r\n", "\r", "\n\n", ",\n", " \n"))


@settings(
    max_examples=some_of(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.tuples(_GOOD | _GOOD | _CELLS, _ENDS), max_size=4), st.sampled_from(("", "\ufeff"))
)
def test_columns_and_rows_read_the_same_and_refuse_in_the_same_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[tuple[Any, str]], mark: str
) -> None:
    path = tmp_path / "checks.csv"
    text = "".join(",".join(cells) + end for cells, end in rows)
    path.write_bytes(f"{mark}{HEADER}\n{text}".encode())

    found = []
    for large in (0, merge_files.LARGE):
        monkeypatch.setattr(merge_files, "LARGE", large)
        found.append(_read(path))

    assert found[0] == found[1]


@pytest.mark.parametrize(("large", "plain"), [(0, True), (merge_files.LARGE, False)])
def test_a_large_file_of_good_rows_is_read_by_columns(
    large: int, plain: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "checks.csv").write_text("\n".join((HEADER, *GOOD_ROWS)), "utf-8")
    monkeypatch.setattr(merge_files, "LARGE", large)
    file = merge_files.CheckFile(tmp_path / "checks.csv")

    checks = file.checks()

    assert [check.item for check in checks] == ["exits", "scales", "papers"]
    assert file.plain == plain

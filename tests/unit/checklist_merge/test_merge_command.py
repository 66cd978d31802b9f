"""`onevisit merge compute` reads plain CSV, refuses precisely and writes all or nothing."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coordinator.commands.merge import app

HEADER = "object,line,department,item,window_start,window_end,minutes,mode,method"
GOOD_ROWS = (
    "o1,l1,fire,exits,2026-03-01,2026-03-10,30,announced,现场",
    "o1,l2,market,scales,2026-03-05,2026-03-20,30,announced,现场",
    "o1,l2,market,papers,2026-03-05,2026-03-20,10,announced,书面",
)


@dataclass
class Desk:
    """A folder with the command's files."""

    folder: Path

    def write(self, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> "Desk":
        text = "\n".join((header, *rows)) + "\n"
        (self.folder / "checks.csv").write_bytes(text.encode(encoding))
        return self

    def run(self, policy: object = None) -> tuple[int, str]:
        known = {"max_minutes": 60, "desk_methods": ["书面"]}
        (self.folder / "policy.json").write_text(json.dumps(known if policy is None else policy))
        options = {"checks": "checks.csv", "policy": "policy.json", "out": "visits.csv"}
        arguments = ["compute", "--summary", str(self.folder / "summary.json")]
        for option, name in options.items():
            arguments += [f"--{option}", str(self.folder / name)]
        result = CliRunner().invoke(app, arguments)
        return result.exit_code, result.stderr

    def written(self) -> list[str]:
        return (self.folder / "visits.csv").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_visits_and_summary_are_written_with_and_without_byte_order_mark(
    desk: Desk, encoding: str
) -> None:
    exit_code, _ = desk.write(*GOOD_ROWS, encoding=encoding).run()

    assert exit_code == 0
    assert desk.written() == [
        "visit,object,line,item,date_from,date_to",
        "o1#1,o1,l1,exits,2026-03-05,2026-03-10",
        "o1#1,o1,l2,scales,2026-03-05,2026-03-10",
        "o1#2,o1,l2,papers,2026-03-05,2026-03-20",
    ]
    assert json.loads((desk.folder / "summary.json").read_text()) == {
        "checks": 3,
        "separate_visits": 2,
        "visits": 2,
        "desk_tasks": 1,
        "saved": 0,
        "per_object_maximum": 2,
    }


def test_two_objects_at_one_place_share_its_visits(desk: Desk) -> None:
    rows = (f"o{at},{GOOD_ROWS[0].removeprefix('o1,')},p1" for at in (2, 1))

    desk.write(*rows, header=f"{HEADER},place").run()

    assert [row.split(",")[:2] for row in desk.written()[1:]] == [["p1#1", "o1"], ["p1#1", "o2"]]


def test_every_bad_row_is_named_with_row_column_and_value_in_two_languages(desk: Desk) -> None:
    rows = (
        GOOD_ROWS[0],
        "o1,l1,fire,a,2026-3-1,2026-03-10,30,announced,现场",
        "o1,l1,fire,b,2026-03-01,2026-03-10,half,announced,现场",
        "o1,l1,fire",
    )

    exit_code, errors = desk.write(*rows).run()

    assert exit_code == 2
    assert "第 3 行 window_start 列" in errors
    assert "row 3, column window_start: expected yyyy-mm-dd, found '2026-3-1'" in errors
    assert "row 4, column minutes: expected integer ≥ 0, found 'half'" in errors
    assert "row 5: expected 9 columns, found 3" in errors


def test_rows_are_counted_as_in_the_file_even_after_a_cell_of_two_lines(desk: Desk) -> None:
    first = GOOD_ROWS[0].replace("exits", '"exits\nand stairs"')

    _, errors = desk.write(first, "", GOOD_ROWS[0], GOOD_ROWS[0]).run()

    assert "row 6, column item: expected each check only once" in errors
    assert "same as row 5" in errors


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (HEADER.replace("minutes,", ""), "missing columns: 'minutes'"),
        (f"{HEADER},note", "unknown columns: 'note'"),
        (f"{HEADER},item", "repeated columns: 'item'"),
    ],
)
def test_other_columns_are_refused_by_name(desk: Desk, header: str, message: str) -> None:
    exit_code, errors = desk.write(header=header).run()

    assert exit_code == 2
    assert message in errors


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ({"max_minutes": 60}, "policy: expected {desk_methods, max_minutes}"),
        ({"max_minutes": "60", "desk_methods": []}, "max_minutes: expected null | integer ≥ 1"),
        ({"max_minutes": True, "desk_methods": []}, "max_minutes: expected null | integer ≥ 1"),
        ({"max_minutes": 0, "desk_methods": []}, "max_minutes: expected null | integer ≥ 1"),
        ({"max_minutes": None, "desk_methods": "书面"}, "desk_methods: expected a list of texts"),
        ([], "policy: expected"),
    ],
)
def test_a_policy_of_another_shape_is_refused_by_key(desk: Desk, policy, message: str) -> None:
    exit_code, errors = desk.write(*GOOD_ROWS).run(policy)

    assert exit_code == 2
    assert message in errors


def test_bytes_that_are_not_utf_8_are_refused_with_their_place(desk: Desk) -> None:
    exit_code, errors = desk.write(*GOOD_ROWS, encoding="gb18030").run()

    assert exit_code == 2
    assert "not UTF-8 at byte" in errors


def test_a_missing_file_is_named(desk: Desk) -> None:
    exit_code, errors = desk.run()

    assert exit_code == 2
    assert "checks.csv: 文件无法读取" in errors


def test_a_refused_input_leaves_earlier_output_as_it_was_and_no_partial_file(desk: Desk) -> None:
    desk.write(*GOOD_ROWS).run()
    before = desk.written()

    desk.write("bad").run()

    assert desk.written() == before
    assert not list(desk.folder.glob(".*"))

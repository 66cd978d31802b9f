"""`onevisit merge compute` reads plain CSV, refuses precisely and writes all or nothing."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from coordinator.commands import merge_files
from coordinator.commands.merge import app
from coordinator.domain.checklist_merge import CHECK_FIELDS
from tests.thoroughness import some_of
from tests.unit.checklist_merge.oracles import chances, random_checks

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

    def run(self, policy: object = None, details: str = "details.json") -> tuple[int, str]:
        known = {"max_minutes": 60, "desk_methods": ["书面"]}
        (self.folder / "policy.json").write_text(json.dumps(known if policy is None else policy))
        options = {"checks": "checks.csv", "policy": "policy.json", "out": "visits.csv"}
        options |= {"summary": "summary.json", "details": details}
        arguments = ["compute"]
        for option, name in options.items():
            arguments += [f"--{option}", str(self.folder / name)]
        result = CliRunner().invoke(app, arguments)
        return result.exit_code, result.stderr

    def everything(self) -> dict[str, bytes]:
        names = ("visits.csv", "summary.json", "details.json")
        return {name: (self.folder / name).read_bytes() for name in names}

    def details(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "details.json").read_text("utf-8"))
        return found

    def written(self) -> list[str]:
        return (self.folder / "visits.csv").read_text(encoding="utf-8").splitlines()


@pytest.fixture(params=[0, merge_files.LARGE], ids=["by columns", "by rows"], autouse=True)
def large(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge_files, "LARGE", request.param)


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


def test_a_policy_may_say_more_than_the_merge_reads(desk: Desk) -> None:
    policy = {"max_minutes": 60, "desk_methods": ["书面"], "recognition_months": 12}

    exit_code, errors = desk.write(*GOOD_ROWS).run(policy)

    assert (exit_code, errors) == (0, "")


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


@settings(
    max_examples=some_of(15),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.integers(0, 2**32), st.integers(1, 40), st.randoms(use_true_random=False))
def test_every_file_is_the_same_to_the_byte_whatever_the_order_of_the_rows(
    desk: Desk, seed: int, size: int, chance: Any
) -> None:
    checks = random_checks(chances(seed), size)
    fields = [*CHECK_FIELDS, "place"]
    rows = [",".join(str(getattr(check, field)) for field in fields) for check in checks]

    header = ",".join(fields)
    desk.write(*rows, header=header).run()
    before = desk.everything()
    desk.write(*chance.sample(rows, size), header=header).run()

    assert desk.everything() == before


def test_columns_may_stand_in_any_order(desk: Desk) -> None:
    desk.write(*GOOD_ROWS).run()
    before = desk.everything()
    names = HEADER.split(",")

    rows = [",".join(reversed(row.split(","))) for row in GOOD_ROWS]
    desk.write(*rows, header=",".join(reversed(names))).run()

    assert desk.everything() == before


def test_details_tell_outcomes_and_savings_that_add_up(desk: Desk) -> None:
    desk.write(*GOOD_ROWS).run()

    details = desk.details()

    assert details["outcomes"] == {"visited": 2, "desk": 1, "recognised": 0, "deferred": 0}
    savings = details["savings"]
    assert set(savings) == {"all", "objects", "places", "departments", "lines"}
    assert savings["all"]["saved"] == 0
    assert savings["departments"]["fire"]["saved"] == 0.5
    assert savings["departments"]["market"]["saved"] == -0.5
    assert (details["at_most_above"], details["large_groups"]) == (0, [])


def test_details_say_of_each_large_group_how_far_it_may_be_above_the_minimum(desk: Desk) -> None:
    minutes = [20, 20, 30, 30, *[60] * 13]
    rows = [
        f"o1,l1,fire,i{n:02},2026-03-01,2026-03-10,{m},announced,现场"
        for n, m in enumerate(minutes)
    ]

    desk.write(*rows).run()

    assert desk.details()["large_groups"] == [
        {
            "place": "o1",
            "mode": "announced",
            "desk": False,
            "checks": 17,
            "visits": 15,
            "at_least": 15,
            "at_most_above": 0,
        }
    ]


def test_of_very_many_bad_rows_only_the_first_are_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merge_files, "_MOST_REASONS", 3)

    exit_code, errors = desk.write(*["bad"] * 10).run()

    assert exit_code == 2
    assert errors.count("expected 9 columns, found 1") == 3
    assert "not looked at after row 4" in errors


def test_the_first_bad_byte_is_counted_from_the_start_of_the_file(desk: Desk) -> None:
    desk.write(*GOOD_ROWS)
    good = (desk.folder / "checks.csv").read_bytes()
    (desk.folder / "checks.csv").write_bytes(good + b"\xff")

    _, errors = desk.run()

    assert f"not UTF-8 at byte {len(good) + 1}" in errors


def test_a_file_that_cannot_be_written_leaves_the_others_as_they_were(desk: Desk) -> None:
    desk.write(*GOOD_ROWS).run()
    before = desk.written()

    exit_code, errors = desk.write(GOOD_ROWS[0]).run(details="no-such-folder/details.json")

    assert exit_code == 2
    assert "can't be written" in errors
    assert desk.written() == before

"""`onevisit import`: exit statuses, all or the valid rows, dry runs, reports, mappings, status."""

import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.integration.imports.command import Console, a_row, new_console

GOOD = [a_row(n) for n in range(1, 4)]
BAD = a_row(9, 登记状态="不详")


@pytest.fixture
async def console(tmp_path: Path) -> Console:
    return await new_console(tmp_path)


def test_a_clean_file_goes_in_with_0_and_the_same_file_changes_nothing(console: Console) -> None:
    file = console.file(GOOD)

    first, again = console.run("objects", file), console.figures("objects", file)

    assert (first.exit_code, console.count("inspection_object")) == (0, 3)
    assert "已导入 / imported" in first.stdout
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 3)
    assert (console.count("register_version"), console.staged()) == (0, 0)


def test_one_changed_row_changes_one_row_and_its_history(console: Console) -> None:
    console.run("objects", console.file(GOOD))

    changed = [GOOD[0], a_row(2, 名称="新店名"), GOOD[2]]
    found = console.figures("objects", console.file(changed))

    assert (found["added"], found["changed"], found["unchanged"]) == (0, 1, 2)
    assert console.count("register_version") == 1


def test_a_file_with_fewer_columns_leaves_the_other_fields_alone(console: Console) -> None:
    rich = console.file(GOOD)
    lines = rich.read_text("utf-8").splitlines()
    richer = [lines[0] + ",联系电话", *(f"{line},10000000000" for line in lines[1:])]
    rich.write_text("\n".join(richer), "utf-8")
    console.run("objects", rich)

    found = console.figures("objects", console.file(GOOD))

    assert (found["changed"], found["unchanged"]) == (0, 3)


def test_a_refused_row_keeps_the_whole_file_out_and_says_how_to_take_the_others(
    console: Console,
) -> None:
    done = console.run("objects", console.file([*GOOD, BAD]))

    assert (done.exit_code, console.count("inspection_object")) == (1, 0)
    assert "--accept-valid" in done.stderr
    assert "不详" in done.stdout


def test_the_valid_rows_go_in_when_they_are_wanted(console: Console) -> None:
    done = console.run("objects", console.file([*GOOD, BAD]), "--accept-valid")

    assert (done.exit_code, console.count("inspection_object")) == (1, 3)


def test_what_was_held_back_can_be_applied_later(console: Console) -> None:
    held = console.figures("objects", console.file([*GOOD, BAD]))

    refused = console.run("apply", held["import_id"])
    done = console.run("apply", held["import_id"], "--accept-valid")

    assert (refused.exit_code, done.exit_code) == (2, 1)
    assert (console.count("inspection_object"), console.staged()) == (3, 0)


def test_what_was_held_back_can_be_cancelled(console: Console) -> None:
    held = console.figures("objects", console.file([*GOOD, BAD]))

    cancelled = console.run("cancel", held["import_id"])

    assert json.loads(cancelled.stdout)["state"] == "cancelled"
    assert console.staged() == 0
    assert console.run("cancel", held["import_id"]).exit_code == 2


def test_a_file_without_a_good_row_is_status_2(console: Console) -> None:
    done = console.run("objects", console.file([BAD]), "--accept-valid")

    assert (done.exit_code, console.count("inspection_object"), console.staged()) == (2, 0, 0)
    assert "没有一行可以接收" in done.stderr


def test_a_dry_run_tells_and_leaves_no_trace(console: Console) -> None:
    console.run("objects", console.file(GOOD))
    file = console.file([a_row(1, 名称="新店名"), a_row(2), a_row(7), BAD])

    found = console.figures("objects", file, "--dry-run")

    assert (found["added"], found["changed"], found["unchanged"]) == (1, 1, 1)
    assert (found["refused"], found["import_id"]) == (1, None)
    kinds = [(each["key"], bool(each["former"])) for each in found["differences"]]
    assert kinds == [("premises:640221-0000001", True), ("premises:640221-0000007", False)]
    assert (console.count("import_report"), console.count("import_problem")) == (1, 0)
    assert (console.count("inspection_object"), console.staged()) == (3, 0)


def test_the_report_has_every_problem_with_row_column_rule_and_hint(console: Console) -> None:
    report = console.folder / "report.xlsx"
    bad = [a_row(n, 登记状态="不详") for n in range(1, 2_501)]

    console.run("objects", console.file(bad), "--report", report)

    rows = CalamineWorkbook.from_path(report).get_sheet_by_index(0).to_python()
    assert len(rows) == 2_501
    row, column, value, rule, outcome, chinese, english, hint = rows[2_500]
    assert (row, column, value, rule) == (2_501, "登记状态", "不详", "import-word-unknown")
    assert (outcome, "存续" in hint) == ("拒收 refused", True)
    assert "不详" in chinese
    assert "不详" in english


@pytest.mark.parametrize("place", ["missing/report.xlsx", "."])
def test_a_report_that_cannot_be_written_stops_before_anything_is_imported(
    console: Console, place: str
) -> None:
    done = console.run("objects", console.file(GOOD), "--report", console.folder / place)

    assert done.exit_code == 2
    assert "结果不能写到" in done.stderr
    assert "Nothing was changed" in done.stderr
    assert (console.count("inspection_object"), console.count("import_report")) == (0, 0)


def test_a_place_for_a_report_is_left_alone_until_it_is_written(console: Console) -> None:
    report = console.folder / "report.xlsx"
    report.write_bytes(b"of last time")
    broken = console.folder / "objects.png"
    broken.write_bytes(b"x")
    mapping = console.folder / "m.json"
    mapping.write_text("{")

    done = console.run("objects", broken, "--mapping", mapping, "--report", report)

    assert done.exit_code == 2
    assert report.read_bytes() == b"of last time"


def test_several_files_are_imports_of_their_own_with_a_report_each(console: Console) -> None:
    report = console.folder / "report.xlsx"
    good, bad = console.file(GOOD, "good.csv"), console.file([a_row(7), BAD], "bad.csv")

    done = console.run("objects", bad, good, "--report", report)

    assert (done.exit_code, console.count("inspection_object")) == (1, 3)
    assert "2 files, each an import of its own: 1 without refused rows, 1 with" in done.stdout
    first, second = (
        CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        for path in (report, console.folder / "report-2.xlsx")
    )
    assert (len(first), len(second)) == (2, 1)


def test_a_list_refused_as_a_whole_still_tells_its_rows(console: Console) -> None:
    file = console.folder / "calendar.csv"
    file.write_text("日期,类型\n2027-01-01,放假\n2027-13-01,放假\n", "utf-8")

    done = console.run("calendar", file, "--accept-valid", "--json")

    [found] = json.loads(done.stdout)
    assert (done.exit_code, found["state"], found["refused"]) == (2, "failed", 1)
    assert [(each["row"], each["value"]) for each in found["problems"]] == [(3, "2027-13-01")]
    assert found["failure"]["rule"] == "calendar-incomplete"
    assert (console.count("calendar_day"), console.staged()) == (0, 0)


def test_a_mapping_reads_columns_by_other_names(console: Console) -> None:
    file = console.file(GOOD)
    text = file.read_text("utf-8").replace("登记状态", "当前情形")
    file.write_text(text, "utf-8")
    fields = ("object_id", "name", "kind", "region", "industry", "address", "status")
    letters = dict(zip(fields, "ABCDEFG", strict=True))
    mapping = console.folder / "m.json"
    mapping.write_text(json.dumps({"columns": letters}))

    without = console.run("objects", file)
    found = console.run("objects", file, "--mapping", mapping)

    assert (without.exit_code, found.exit_code) == (2, 0)


def test_a_broken_mapping_is_a_sentence(console: Console) -> None:
    mapping = console.folder / "m.json"
    mapping.write_text("{")

    done = console.run("objects", console.file(GOOD), "--mapping", mapping)

    assert done.exit_code == 2
    assert console.count("import_report") == 0


def test_status_shows_how_far_imports_are(console: Console) -> None:
    done = console.figures("objects", console.file(GOOD))

    [one] = json.loads(console.run("status", done["import_id"]).stdout)
    latest = json.loads(console.run("status").stdout)

    assert (one["state"], one["bytes_read"], one["rows"]) == ("applied", one["bytes_total"], 3)
    assert latest == [one]
    assert console.run("status", "none").exit_code == 2

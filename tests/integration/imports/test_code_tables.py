"""Calendar, regions and organisation by command: exit statuses, what goes in, what is refused."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from coordinator.commands.main import app
from coordinator.services.duties import DUTIES
from tests.integration.imports.command import Console, new_console

YEAR = [
    "日期,类型,节假日",
    "2027-01-01,休息,元旦",
    "2027-01-09,工作,",
]
ORGANISATION = """
[county]
code = "640221"
[[department]]
code = "market-city"
name_zh = "市市场监督管理局"
name_en = "City market regulation"
stripe = 0
region = "640200"
[[department]]
code = "market-regulation"
name_zh = "县市场监督管理局"
name_en = "Market regulation"
stripe = 1
superior = "market-city"
[[section]]
code = "mr-1"
department = "market-regulation"
name = "信用监管科"
duties = ["起草年度计划"]
supervises = { tags = ["hotel"] }
"""


@pytest.fixture
async def console(tmp_path: Path) -> Console:
    return await new_console(tmp_path)


def _file(tmp_path: Path, name: str, lines: list[str]) -> Path:
    file = tmp_path / name
    file.write_text("\n".join(lines), "utf-8")
    return file


def test_a_year_goes_in_whole_and_the_same_file_changes_nothing(
    console: Console, tmp_path: Path
) -> None:
    file = _file(tmp_path, "2027.csv", YEAR)

    first, again = console.run("calendar", file), console.figures("calendar", file)

    assert (first.exit_code, console.count("calendar_day")) == (0, 2)
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 2)


def test_a_year_with_a_row_that_is_not_understood_stays_out_even_for_its_valid_rows(
    console: Console, tmp_path: Path
) -> None:
    file = _file(tmp_path, "2027.csv", [*YEAR, "2027-02-05,对调,春节"])

    done = console.run("calendar", file, "--accept-valid")

    assert done.exit_code != 0
    assert console.count("calendar_day") == 0
    assert "整年才能替换" in done.stderr


def test_a_day_that_is_named_twice_differently_is_refused_with_its_row(
    console: Console, tmp_path: Path
) -> None:
    file = _file(tmp_path, "2027.csv", [*YEAR, "2027-01-01,工作,"])

    done = console.run("calendar", file)

    assert (done.exit_code, console.count("calendar_day")) == (1, 0)


def test_a_dry_run_on_regions_changes_nothing(console: Console, tmp_path: Path) -> None:
    file = _file(tmp_path, "regions.csv", ["代码,名称", "640221,平罗县"])

    tried = console.figures("regions", file, "--dry-run")

    assert (tried["added"], console.count("region")) == (1, 0)


def test_a_code_that_ends_without_a_successor_keeps_the_table_out(
    console: Console, tmp_path: Path
) -> None:
    rows = ["代码,名称,停用日期,接替代码", "640221,平罗县,,", "640222,陶乐县,2003-12-31,"]

    done = console.run("regions", _file(tmp_path, "regions.csv", rows))

    assert done.exit_code != 0
    assert console.count("region") == 0
    assert "640222" in done.stderr


def _command(console: Console, *argv: object) -> Result:
    return CliRunner().invoke(
        app, [str(each) for each in argv], env=console.environment, catch_exceptions=False
    )


def test_organs_and_sections_of_a_file_are_registered_and_then_left_alone(
    console: Console, tmp_path: Path
) -> None:
    file = _file(tmp_path, "organisation.toml", [ORGANISATION])

    first = json.loads(_command(console, "organisation", "departments", file).stdout)
    sections = json.loads(_command(console, "organisation", "sections", file).stdout)
    again = json.loads(_command(console, "organisation", "departments", file).stdout)

    assert (first["added"], sections["added"], again["unchanged"]) == (2, 1, 2)
    assert console.value("SELECT level FROM department WHERE code = 'market-city'") == "city"
    assert console.value("SELECT superior FROM department WHERE level = 'county'") == "market-city"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('superior = "market-city"', 'superior = "nobody"', "nobody"),
        ('superior = "market-city"', 'superior = "market-regulation"', "一个圈"),
        ("stripe = 1", 'stripe = 1\nlegal_capacity = "borrowed"', "legal_capacity"),
        ("stripe = 1", 'stripe = "first"', "stripe"),
        ("stripe = 1", 'stripe = 1\nlegal_capacity = "delegated"', "委托文书"),
        ("[county]", "[county", "读不出来"),
    ],
)
def test_an_organisation_file_that_is_not_sound_is_refused_whole(
    console: Console, tmp_path: Path, before: str, after: str, said: str
) -> None:
    file = _file(tmp_path, "organisation.toml", [ORGANISATION.replace(before, after)])

    done = _command(console, "organisation", "departments", file)

    assert done.exit_code == 2
    assert said in done.stderr
    assert console.count("department") == 0


def test_duties_run_does_what_is_open_today_once(console: Console) -> None:
    first = json.loads(_command(console, "duties", "run").stdout)
    again = json.loads(_command(console, "duties", "run").stdout)

    assert {each["duty"] for each in first["done"]} == set(DUTIES)
    assert again["done"] == []


def test_migrating_seeds_the_shipped_calendar_and_regions_once(console: Console) -> None:
    for _time in range(2):
        assert _command(console, "migrate").exit_code == 0

    assert console.count("calendar_year") == 3
    assert console.count("region") > 30
    assert console.value("SELECT max(import_number) FROM calendar_year") == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('{ tag = ["hotel"] }', "supervises.tag"),
        ('{ tags = "hotel" }', "supervises.tags"),
        ('"hotel"', "supervises"),
    ],
)
def test_what_a_section_supervises_is_said_in_the_words_of_conditions(
    console: Console, tmp_path: Path, words: str, said: str
) -> None:
    wrong = ORGANISATION.replace('{ tags = ["hotel"] }', words)
    file = _file(tmp_path, "organisation.toml", [wrong])
    _command(console, "organisation", "departments", file)

    done = _command(console, "organisation", "sections", file)

    assert done.exit_code == 2
    assert "mr-1" in done.stderr
    assert said in done.stderr
    assert console.count("section") == 0

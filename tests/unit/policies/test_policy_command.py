"""`onevisit policy`: what it prints, and the exit status of a flawed file."""

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from coordinator.commands.policies import app
from tests.unit.policies.test_policy_files import written


def onevisit_policy(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def test_every_profile_is_listed_with_its_version() -> None:
    listed = onevisit_policy("list").stdout

    assert "pingluo-2021@2026-4" in listed
    labels = [each["label"] for each in json.loads(onevisit_policy("list", "--json").stdout)]
    assert labels == sorted(labels)
    assert "sample-county@2026-4" in labels


def test_a_profile_is_shown_with_the_source_of_each_figure() -> None:
    shown = onevisit_policy("show", "pingluo-2021").stdout
    figures = json.loads(onevisit_policy("show", "pingluo-2021", "--json").stdout)

    assert "plan.amendment_days = 7    # 平罗 2021" in shown
    assert figures["plan.amendment_days"]["value"] == "7"


def test_two_profiles_or_files_are_compared(tmp_path: Path) -> None:
    own = written(tmp_path, "[team]\nquota = 3\n")

    assert (
        "disclosure.days: 20 → 10\n"
        in onevisit_policy("diff", "pingluo-2021", "shiyan-2016").stdout
    )
    differences = json.loads(onevisit_policy("diff", "sample-county", str(own), "--json").stdout)
    assert {"path": "team.quota", "before": "2", "after": "3"} in differences


def test_an_unknown_profile_ends_with_a_sentence() -> None:
    answer = onevisit_policy("show", "nowhere")

    assert answer.exit_code == 2
    assert "nowhere" in answer.stderr


def test_a_good_file_is_ok(tmp_path: Path) -> None:
    answer = onevisit_policy("check", str(written(tmp_path, "")))

    assert (answer.exit_code, answer.stdout) == (0, "ok: ours@1\n")


def test_a_flawed_file_is_refused_with_all_its_flaws(tmp_path: Path) -> None:
    path = written(tmp_path, '[team]\nquota = 0\n[overdue]\nred_days = "x"\n')

    answer = onevisit_policy("check", str(path))

    assert answer.exit_code == 1
    assert "ours.toml: team.quota: 应为 expected ≥ 1; 实为 found 0" in answer.stderr
    assert "ours.toml: overdue.red_days: 应为 expected integer; 实为 found x" in answer.stderr


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    answer = onevisit_policy("check", str(tmp_path / "ours.toml"))

    assert answer.exit_code == 1
    assert "ours.toml" in answer.stderr

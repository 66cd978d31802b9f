"""Profiles as files: what they extend, what they set themselves, and what is wrong with them."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from coordinator.adapters.policy_files import PolicyFolder, read_policy, read_policy_file
from coordinator.domain.errors import Rule, RuleBrokenError
from tests.builders import POLICIES

HEAD = 'profile = "ours"\nversion = "1"\nname = "我县"\nname_en = "Ours"\n'
NAMED = 'code = "a", name = "", name_en = ""'
RATIO = '{ scheme = "x", value = "D", ratio = "1/2" }'
PERIOD = f'[plan]\nkey_periods = [{{{{ {NAMED}, from_day = "{{}}", to_day = "{{}}" }}}}]\n'
SEVERITY = f"[credit_repair]\nseverities = [{{ {NAMED}, min_months = 3, max_months = 1 }}]\n"


def written(folder: Path, text: str, name: str = "ours", base: str = "national") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(f'extends = "{base}"\n{HEAD}{text}', "utf-8")
    return path


def refusal(path: Path) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as caught:
        read_policy_file(path, tables=POLICIES)
    assert caught.value.rule is Rule.POLICY_INVALID
    assert caught.value.facts["file"] == path.name
    return caught.value


def test_a_profile_sets_some_figures_and_takes_the_others_from_what_it_extends(
    tmp_path: Path,
) -> None:
    national = read_policy(POLICIES, "sample-county")

    own = read_policy_file(written(tmp_path, "[team]\nquota = 3\n"), tables=POLICIES)

    assert (own.label, own.team.quota) == ("ours@1", 3)
    assert own.team.experts_max == national.team.experts_max
    assert own.plan == national.plan
    assert own.result_codes == national.result_codes


def test_a_changed_figure_loses_the_source_of_the_one_it_replaces(tmp_path: Path) -> None:
    text = (
        '[team]\nquota = 3\n[dispatch]\nnotice_days = 2\n[sources]\n"dispatch.notice_days" = "县"'
    )

    own = read_policy_file(written(tmp_path, text), tables=POLICIES)

    assert "team.quota" not in own.sources
    assert own.sources["dispatch.notice_days"] == "县"
    assert (
        own.sources["team.quota_min"]
        == read_policy(POLICIES, "sample-county").sources["team.quota_min"]
    )


def test_a_base_beside_the_file_wins_over_a_shipped_one(tmp_path: Path) -> None:
    written(tmp_path, "[team]\nquota = 4\n", name="county")
    own = written(tmp_path, "", base="county")

    assert read_policy_file(own, tables=POLICIES).team.quota == 4


def test_files_that_extend_one_another_are_refused_with_the_way_round(tmp_path: Path) -> None:
    written(tmp_path, "", name="county", base="ours")
    own = written(tmp_path, "", base="county")

    with pytest.raises(RuleBrokenError) as caught:
        read_policy_file(own, tables=POLICIES)

    assert caught.value.facts["field"] == "extends"
    assert caught.value.facts["found"] == "ours → county → ours"


def test_a_base_that_is_not_there_is_named(tmp_path: Path) -> None:
    own = written(tmp_path, "", base="nowhere")

    with pytest.raises(RuleBrokenError) as caught:
        read_policy_file(own, tables=POLICIES)

    assert caught.value.facts["file"] == "nowhere.toml"


def test_a_profile_is_called_as_its_file(tmp_path: Path) -> None:
    facts = refusal(written(tmp_path, "", name="theirs")).facts

    assert (facts["field"], facts["expected"], facts["found"]) == ("profile", "theirs", "ours")


@pytest.mark.parametrize(
    ("text", "field", "expected", "found"),
    [
        ("[team]\nquotas = 2\n", "team.quotas", "one of: batch_visits", "2"),
        ("[teams]\nquota = 2\n", "teams", "one of: appraisal", "dict"),
        ("[team]\nquota = 0\n", "team.quota", "≥ 1", "0"),
        ('[team]\nquota = "two"\n', "team.quota", "integer", "two"),
        ("[team]\nquota = 1\n", "team.quota", "≥ 2", "1"),
        ("[team]\nexperts_min = 3\n", "team.experts_max", "≥ 3", "2"),
        ("[team]\nliaisons = 1\n", "team.liaison_post", "the post of the liaisons", ""),
        ("team = 3\n", "team", "table", "3"),
        ("sources = 3\n", "sources", "table", "3"),
        ('[plan]\nrandom_share_min = "13/10"\n', "plan.random_share_min", "0 … 1", "13/10"),
        ('[plan]\nrandom_share_min = "-1/10"\n', "plan.random_share_min", "0 … 1", "-1/10"),
        ('[plan]\nrandom_share_min = "a third"\n', "plan.random_share_min", "0 … 1", "a third"),
        ('[plan]\nrandom_share_min = "1/0"\n', "plan.random_share_min", "0 … 1", "1/0"),
        (
            '[plan]\nhalf_yearly_events = ["complain"]\n',
            "plan.half_yearly_events",
            "one of: accident",
            "complain",
        ),
        (
            '[plan]\nhigher_ratio_for = ["complaint", "complaint"]\n',
            "plan.higher_ratio_for",
            "each code once",
            "complaint",
        ),
        ('[plan]\nmethods = ["看"]\n', "plan.methods", "one of: ", "看"),
        (
            '[plan]\nweights = [{ by = "event", value = "flood", weight = 2 }]\n',
            "plan.weights",
            "one of: accident",
            "flood",
        ),
        (
            f"[plan]\nclass_ratios = [{RATIO}, {RATIO}]\n",
            "plan.class_ratios",
            "each code once",
            "x D",
        ),
        (
            PERIOD.format("06-30", "06-01"),
            "plan.key_periods.0.to_day",
            "≥ 06-30",
            "06-01",
        ),
        (
            PERIOD.format("02-30", "06-01"),
            "plan.key_periods.0.from_day",
            "MM-DD",
            "02-30",
        ),
        (
            '[plan]\nkey_periods = [{ code = "a" }]\n',
            "plan.key_periods.0.name",
            "text",
            "-",
        ),
        ('[burden]\nexemptions = ["holiday"]\n', "burden.exemptions", "one of: compl", "holiday"),
        ('[disclosure]\nunit = "moons"\n', "disclosure.unit", "'working'", "moons"),
        ("[overdue]\nred_days = 1\nyellow_days = 1\n", "overdue.red_days", "> 1", "1"),
        ('[dispatch]\ntask_number = "号"\n', "dispatch.task_number", "{serial}", "号"),
        (
            '[dispatch]\ntask_number = "{year}{number}"\n',
            "dispatch.task_number",
            "{serial}",
            "{year}{number}",
        ),
        (
            '[registers]\npublic_objects = ["phone"]\n',
            "registers.public_objects.0",
            "'object_id'",
            "phone",
        ),
        (
            SEVERITY,
            "credit_repair.severities.0.max_months",
            "≥ 3",
            "1",
        ),
        ('[appraisal]\nyear_report_day = "11-31"\n', "appraisal.year_report_day", "MM-DD", "11-31"),
        ('[sources]\n"plan.bound" = "x"\n', "sources.plan.bound", "one of: ", "bound"),
        ('[sources]\n"moon.phase" = "x"\n', "sources.moon.phase", "one of: ", "phase"),
    ],
)
def test_a_wrong_figure_is_named_with_what_was_expected_and_found(
    tmp_path: Path, text: str, field: str, expected: str, found: str
) -> None:
    facts = refusal(written(tmp_path, text)).facts

    assert facts["field"] == field
    assert str(expected) in str(facts["expected"])
    assert facts["found"] == found


def test_a_list_that_names_an_unknown_penalty_is_refused(tmp_path: Path) -> None:
    text = (
        '[[lists]]\ncode = "own"\nname = "x"\nname_en = "x"\nfounding_text = "x"\n'
        'competent_departments = ["health"]\npenalty_kinds = ["caning"]\n'
        "objection_working_days = 5\nterm_months = 36\nearliest_repair_months = 12\n"
    )
    no_measures = "measures = []\n"

    facts = refusal(written(tmp_path, no_measures + text)).facts

    assert (facts["field"], facts["found"]) == ("lists.own.penalty_kinds", "caning")


def test_every_flaw_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    flaws = refusal(written(tmp_path, '[team]\nquota = 0\n[overdue]\nred_days = "x"\n')).facts[
        "flaws"
    ]

    assert isinstance(flaws, list)
    assert [flaw["field"] for flaw in flaws] == ["team.quota", "overdue.red_days"]


@pytest.mark.parametrize("body", [b"[team\n", b"\xff\xfe", b"quota = 1\nquota = 2\n"])
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "ours.toml"
    path.write_bytes(body)

    assert refusal(path).facts["expected"] == "TOML"


def test_a_folder_names_its_profiles_and_knows_no_tables_bases_or_paths() -> None:
    folder = PolicyFolder(POLICIES)

    assert "dacheng-2019" in folder.names()
    assert not {"national", "measures", "kinds"} & set(folder.names())
    assert [folder.find(name) for name in ("national", "nowhere", "../policies/pingluo-2021")] == [
        None,
        None,
        None,
    ]


def test_a_profile_that_nobody_can_read_is_still_named_so_that_somebody_mends_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "ours.toml").write_text("[team\n", "utf-8")

    assert PolicyFolder(tmp_path).names() == ("ours",)


def test_a_profile_is_read_again_when_what_it_extends_has_changed(tmp_path: Path) -> None:
    shutil.copytree(POLICIES, tmp_path, dirs_exist_ok=True)
    folder = PolicyFolder(tmp_path)
    before = folder.find("pingluo-2021")
    assert folder.find("pingluo-2021") is before
    national = tmp_path / "national.toml"

    text = national.read_text("utf-8")
    national.write_text(text.replace("reveal_hours = 24", "reveal_hours = 48"), "utf-8")

    again = folder.find("pingluo-2021")
    assert again is not None
    assert again.lottery.reveal_hours == 48


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of the shipped profiles and tables."""
    shutil.copytree(POLICIES, tmp_path / "policies")
    return tmp_path / "policies"


LOCAL = """
valid_from = 2026-07-01
[[measure]]
code = "no-county-subsidy"
name = "限制申请本级财政性资金项目"
name_en = "No subsidies of the county"
lists = ["market-serious"]
departments = ["market-regulation"]
basis = "地方性法规"
feedback_working_days = 10
term_months = 12
"""


def test_the_local_supplement_joins_the_basic_list_from_its_own_day(folder: Path) -> None:
    (folder / "measures_local.toml").write_text(LOCAL, "utf-8")

    policy = read_policy(folder, "sample-county")

    before = {each.code: each for each in policy.measures_for("market-serious", date(2026, 6, 30))}
    after = {each.code: each for each in policy.measures_for("market-serious", date(2026, 7, 1))}
    assert after.keys() - before.keys() == {"no-county-subsidy"}
    assert after["no-county-subsidy"].scope == "local"
    assert {each.scope for each in before.values()} == {"basic"}


def test_two_versions_of_a_measure_are_never_in_force_on_one_day(folder: Path) -> None:
    later = LOCAL.replace("valid_from = 2026-07-01", "").replace(
        "term_months = 12", "term_months = 6\nvalid_from = 2026-08-01"
    )
    file = folder / "measures_local.toml"
    file.write_text(f"{LOCAL}valid_to = 2026-07-31\n{later}", "utf-8")

    policy = read_policy(folder, "sample-county")
    former = policy.measure("no-county-subsidy", date(2026, 7, 31))
    present = policy.measure("no-county-subsidy", date(2026, 8, 1))
    assert former is not None
    assert present is not None
    assert (former.term_months, present.term_months) == (12, 6)
    for valid_to in ("", "valid_to = 2026-08-01\n"):
        file.write_text(f"{LOCAL}{valid_to}{later}", "utf-8")
        with pytest.raises(RuleBrokenError) as caught:
            read_policy(folder, "sample-county")
        assert caught.value.rule is Rule.POLICY_INVALID

"""The pages and the API of policy profiles."""

from typing import Any

import pytest
from typing_extensions import override

from coordinator.adapters.policy_files import PolicyFolder
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import PolicyVersion, content_of, digest_of
from tests.integration.web.builders import AT
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store
from tests.integration.web.county_registers import put
from tests.integration.web.fake_work import POLICIES, POLICY, FakeStore, FakeWork

HTML = {"Accept": "text/html"}
SAMPLE = POLICY.label


@pytest.fixture
def store() -> FakeStore:
    store = a_store()
    former = POLICY.model_copy(update={"version": "2025-1", "name": "旧规则"})
    for policy in (POLICY, former):
        content = content_of(policy)
        version = PolicyVersion(
            label=policy.label,
            digest=digest_of(content),
            content=content,
            stored_at=AT,
            stored_by="office1",
        )
        put(store, "policy_versions", version)
    return store


def page(store: FakeStore, path: str, **query: str) -> str:
    answer = a_client(store, "office1").get(path, params=query, headers=HTML)
    assert answer.status_code == 200
    return str(answer.text)


def test_every_profile_is_listed_with_the_plans_that_use_it(store: FakeStore) -> None:
    shown = page(store, "/console/policies")

    assert "大城县应急管理 2019" in shown
    assert 'href="/console/policies/dacheng-2019@2026-4"' in shown
    assert "旧规则" in shown
    assert 'href="/console/plans/plan-2026"' in shown


def test_a_profile_shows_its_figures_with_names_units_and_sources(store: FakeStore) -> None:
    shown = page(store, "/console/policies/dacheng-2019")

    assert "随机抽查占计划检查的比例不低于" in shown
    assert "30 %" in shown
    assert "大城 2019：双随机检查不低于年度检查计划的 30%" in shown
    assert "本办公室确定" in shown
    assert "汛期高温" in shown


def test_a_profile_speaks_english(store: FakeStore) -> None:
    shown = page(store, "/console/policies/dacheng-2019", lang="en")

    assert "Random visits of all planned visits, at least" in shown
    assert "Floods and heat of summer" in shown
    assert "calendar days" in shown


def test_a_figure_that_nothing_acts_on_says_so(store: FakeStore) -> None:
    shown = page(store, "/console/policies/shiyan-2016")

    row = shown[shown.index('id="registers.legal_bases_min"') :]
    assert "仅记录" in row[: row.index("</tr>")]


def test_two_profiles_are_compared(store: FakeStore) -> None:
    shown = page(store, "/console/policies/dacheng-2019", against="pingluo-2021@2026-4")

    assert "与“平罗县市场监督管理局 2021”的差别" in shown
    assert "公示：公示期限起算" in shown


def test_profiles_that_do_not_differ_say_so(store: FakeStore) -> None:
    shown = page(store, f"/console/policies/{SAMPLE}", against="sample-county@2025-1")

    assert "两份规则没有差别。" in shown


def test_a_profile_that_is_not_there_is_a_page_that_says_so(store: FakeStore) -> None:
    answer = a_client(store, "office1").get("/console/policies/nowhere", headers=HTML)

    assert answer.status_code == 404


def test_a_flawed_file_is_shown_with_its_flaw_among_the_others(
    store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OneFlawed(PolicyFolder):
        @override
        def names(self) -> tuple[str, ...]:
            return ("ours", "sample-county")

        @override
        def find(self, profile: str) -> Any:
            if profile != "ours":
                return POLICY
            facts = {"field": "team.quota", "expected": "≥ 1", "found": "0"}
            raise RuleBrokenError(Rule.POLICY_INVALID, file="ours.toml", **facts)

    monkeypatch.setattr(FakeWork, "policies", OneFlawed(POLICIES))

    shown = page(store, "/console/policies")
    labels = [each["label"] for each in a_client(store, "office1").get("/v1/policies").json()]

    assert labels == [SAMPLE]
    assert "ours.toml" in shown
    assert "team.quota" in shown
    assert POLICY.name in shown


def test_the_api_lists_shows_and_compares(store: FakeStore) -> None:
    client = a_client(store, "office1")

    labels = [each["label"] for each in client.get("/v1/policies").json()]
    shown = client.get("/v1/policies/pingluo-2021").json()
    compared = client.get("/v1/policies/pingluo-2021/differences/shiyan-2016").json()

    assert SAMPLE in labels
    figures = {each["path"]: each for each in shown["figures"]}
    assert figures["plan.amendment_days"]["value"] == "7"
    assert figures["plan.amendment_days"]["source"].startswith("平罗 2021")
    assert {"path": "disclosure.days", "before": "20", "after": "10"} in compared
    assert client.get("/v1/policies/nowhere").status_code == 404

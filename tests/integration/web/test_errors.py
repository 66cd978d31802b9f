"""Every rule has its words, and every answer says what happened, where and what to do."""

import string

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.web.errors import problem_details, sentence
from coordinator.web.rule_texts import RULE_TEXTS
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store


def test_every_rule_has_a_status_and_a_sentence_in_both_languages() -> None:
    assert set(RULE_TEXTS) == set(Rule)
    for rule, text in RULE_TEXTS.items():
        assert 400 <= text.status <= 500 or text.status == 503, rule
        assert text.zh.endswith(("。", "？")), rule
        assert text.en.endswith((".", "?")), rule


@pytest.mark.parametrize("rule", list(Rule))
def test_both_languages_of_a_rule_use_the_same_facts(rule: Rule) -> None:
    fields = [
        {name for _text, name, *_rest in string.Formatter().parse(text) if name}
        for text in (RULE_TEXTS[rule].zh, RULE_TEXTS[rule].en)
    ]

    assert fields[0] == fields[1]


def test_a_fact_that_is_missing_shows_as_a_dash_instead_of_failing() -> None:
    assert "—" in sentence(Rule.USCC_LENGTH, {"value": "9113"})


def test_states_and_roles_in_facts_are_worded() -> None:
    facts = {"of": "2026-Q2", "now": "drawn", "wanted": "frozen", "allowed": ["dispatched"]}

    said = sentence(Rule.MOVE_NOT_ALLOWED, facts)

    assert "已抽取，待下达" in said
    assert "frozen" not in said


def test_each_breach_of_a_plan_gets_its_own_sentence() -> None:
    breach = {"rule": Rule.JOINT_LINE_ALONE, "line": "L7", "facts": {"lead": "health"}}
    error = RuleBrokenError(Rule.PLAN_BREACHES, breaches=[breach])

    body = problem_details(error, "/v1/plans/p/submit")

    assert "1 处" in body["detail"]
    assert "计划任务 L7" in body["breaches"][0]["detail"]


def test_the_api_answers_a_broken_rule_as_problem_details_with_facts() -> None:
    client = a_client(a_store(), "office1")

    answer = client.get("/v1/rounds/none")

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["type"] == "urn:onevisit:rule:not-found"
    assert answer.json()["key"] == "none"


def test_a_request_that_does_not_fit_names_each_field() -> None:
    client = a_client(a_store(), "office1")

    answer = client.post("/v1/rounds", json={"round_id": "a b", "title": "", "lines": []})

    assert answer.status_code == 422
    fields = {problem["field"] for problem in answer.json()["problems"]}
    assert fields == {"round_id", "title", "plan_id", "lines"}


def test_english_is_answered_in_english() -> None:
    client = a_client(a_store(), "office1")

    answer = client.get("/v1/rounds/none?lang=en")

    assert answer.json()["detail"].startswith("none was not found")


def test_a_person_gets_a_page_instead_of_json() -> None:
    client = a_client(a_store(), "office1")

    answer = client.get("/console/rounds/none", headers={"Accept": "text/html"})

    assert answer.status_code == 404
    assert "没有找到 none" in answer.text
    assert 'role="alert"' in answer.text


def test_an_unknown_address_is_said_to_be_unknown_in_both_shapes() -> None:
    client = a_client(a_store())

    assert client.get("/nowhere", headers={"Accept": "text/html"}).status_code == 404
    assert client.get("/v1/nowhere").json()["type"] == "urn:onevisit:rule:not-found"

"""Appraisal and overdue pages: figures that lead to their rows, lights, files, no covert target."""

import csv
import io
import re
from datetime import timedelta

from coordinator.domain.appraisal import RULES, Subject
from tests.integration.web.client import a_client
from tests.integration.web.county import COVERT_TARGET, a_store

HTML = {"Accept": "text/html"}
PAGES = (
    "/console/appraisal",
    "/console/appraisal?half=first",
    "/console/overdue",
    "/console/overdue?light=running",
    "/console/overdue/red",
    "/console/reports",
    "/console/reports/2026.half-year",
)


def _page(login: str, path: str) -> str:
    answer = a_client(a_store(), login).get(path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_every_figure_stands_over_its_formula_and_leads_to_the_rows_it_counts() -> None:
    html = _page("office1", "/console/appraisal?year=2026")

    links = set(re.findall(r'href="(/console/appraisal/rows/[^"]+)"', html))
    assert html.count('class="indicator"') == len(RULES)
    assert html.count("÷") > len(RULES)
    for href in links:
        _page("office1", href.replace("&amp;", "&"))


def test_every_organ_stands_in_the_order_of_the_register_whatever_its_figures() -> None:
    client = a_client(a_store(), "office1")

    answer = client.get("/console/appraisal?year=2026&format=csv")

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]
    organs = list(dict.fromkeys(row[0] for row in rows))
    own = sum(rule.of is Subject.ORGANS for rule in RULES)
    assert organs[0] == "合计"
    assert len(organs) > 3
    assert {sum(row[0] == organ for row in rows) for organ in organs[1:]} == {own}


def test_no_page_offers_to_rank_organs_by_what_they_found() -> None:
    assert "sort=" not in _page("office1", "/console/appraisal?year=2026")


def test_a_department_reads_all_figures_but_lists_only_its_own_rows() -> None:
    client = a_client(a_store(), "market1")

    figures = client.get("/console/appraisal?year=2026", headers=HTML)
    rows = client.get(
        "/console/appraisal/rows/results-checked?year=2026&department=fire-rescue&format=csv"
    )

    assert figures.status_code == 200
    assert "消防救援大队日常监督检查" not in rows.content.decode("utf-8-sig")


def test_nothing_of_a_covert_round_shows_on_any_of_the_pages() -> None:
    for login in ("office1", "market1", "auditor1"):
        for path in PAGES:
            assert COVERT_TARGET not in _page(login, path), (login, path)


def test_what_is_overdue_is_alarming_on_the_first_page_too() -> None:
    store = a_store()
    store.at += timedelta(days=60)
    client = a_client(store, "office1")

    first = client.get("/console", headers=HTML).text
    listed = client.get("/console/overdue", headers=HTML).text

    assert 'href="/console/overdue"' in first
    assert re.search(r"逾期 \d+ 件", first)
    assert "红灯" in listed


def test_the_api_gives_the_same_indicators_and_clocks() -> None:
    client = a_client(a_store(), "office1")

    found = client.get("/v1/appraisal?year=2026").json()
    clocks = client.get("/v1/overdue?light=running").json()

    assert [each["code"] for each in found["whole"]] == [rule.code for rule in RULES]
    assert "health" in found["organs"]
    assert all(each["light"] == "running" for each in clocks["values"])


def test_an_impossible_year_is_refused_by_name() -> None:
    answer = a_client(a_store(), "office1").get("/v1/appraisal?year=99999")

    assert answer.status_code == 422

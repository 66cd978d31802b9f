"""A browser clicks through the finished run: office, department and auditor at the console."""

import csv
import io
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from deploy.local.installation import DEPARTMENTS
from tests.e2e.browser import CHINESE, LogIn, Visitor, sheet_of
from tests.e2e.local_run import ROOT, FinishedRun

OVERSEERS_ONLY = ("checks", "teams", "archive", "messages", "audit")


@pytest.fixture
def visitor(browser: Browser, finished_run: FinishedRun) -> Iterator[Visitor]:
    with Visitor(browser, finished_run.installed.web) as somebody:
        yield somebody


def test_the_dashboard_shows_the_round_and_its_figures(
    logged_in: LogIn, finished_run: FinishedRun
) -> None:
    page = logged_in("office-a").page
    result = finished_run.result

    figures = page.locator(".figures").inner_text()
    assert f"{result['accepted']} / {result['dispatched']}" in figures
    assert f"{result['measure_feedback']} / {result['measures']}" in figures
    expect(page.locator("[role=note]")).to_contain_text("演练 rehearsal")
    expect(page.locator(".steps li")).to_have_count(7)


def test_a_wrong_password_is_refused_and_says_so(
    visitor: Visitor, finished_run: FinishedRun
) -> None:
    page = visitor.log_in("office-a", finished_run.passwords["office-b"])

    expect(page.get_by_role("alert")).to_contain_text("登录名或密码不对")
    expect(page.locator("input[name=login]")).to_have_value("office-a")
    expect(page.locator("input[name=password]")).to_have_value("")


def test_logging_out_closes_the_console(logged_in: LogIn) -> None:
    visitor = logged_in("auditor")

    visitor.page.get_by_role("button", name="退出").click()

    visitor.arrive("/login")
    visitor.page.goto("/console/visits")
    visitor.arrive("/login")


def test_the_plan_shows_its_lines(logged_in: LogIn, finished_run: FinishedRun) -> None:
    visitor = logged_in("office-a")
    [(plan_id, number), *_] = finished_run.rows("select plan_id, number from plan order by year")

    visitor.follow("/console/plans")
    page = visitor.follow(f"/console/plans/{plan_id}")

    expect(page.locator("main")).to_contain_text(number)
    expect(page.locator("main tbody tr")).to_have_count(
        finished_run.count("select * from plan_line where plan_id = ?", plan_id)
    )


def test_the_round_shows_who_took_part_and_the_hash_they_committed_to(
    logged_in: LogIn, finished_run: FinishedRun
) -> None:
    visitor = logged_in("office-b")
    [(round_id, commit_hash)] = finished_run.rows("select round_id, commit_hash from round")

    visitor.follow("/console/rounds")
    page = visitor.follow(f"/console/rounds/{round_id}")

    expect(page.locator(".cards .card")).to_have_count(len(DEPARTMENTS) + 1)
    shown = page.locator(".hash").first.inner_text()
    assert "".join(shown.split()) == commit_hash


def test_the_draw_record_is_verified_and_downloads_whole(
    logged_in: LogIn, finished_run: FinishedRun, tmp_path: Path
) -> None:
    visitor = logged_in("auditor")
    round_id = finished_run.record.name

    visitor.follow("/console/draws")
    page = visitor.follow(f"/console/draws/{round_id}")

    expect(page.locator("main")).to_contain_text("核验一致")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载记录").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(tmp_path)
    verifier = ROOT / "contracts" / "verify_draw.py"
    subprocess.run(
        ["/usr/bin/python3", "-I", str(verifier), str(tmp_path / round_id)],
        check=True,
        capture_output=True,
    )


def test_visits_are_listed_by_page_filtered_by_url_and_exported(
    logged_in: LogIn, finished_run: FinishedRun
) -> None:
    visitor = logged_in("office-a")
    total = finished_run.result["visits"]
    led = finished_run.count("select * from visit where lead_department = 'market-regulation'")
    page = visitor.follow("/console/visits")

    page.locator("a[rel=next]").click()
    page.wait_for_url(re.compile(r"[?&]page=2\b"))
    expect(page.locator("main tbody tr")).to_have_count(min(total - 50, 50))
    visitor.open("/console/visits?lead_department=market-regulation")
    expect(page.locator(".count")).to_contain_text(f"{led} 条")
    table = visitor.content_of(page.get_by_role("link", name="CSV"))
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    sheet = sheet_of(visitor.content_of(page.get_by_role("link", name="Excel")))

    assert rows[0] == sheet[0] == ["被检查对象", "部门", "方式", "检查时间", "状态"]
    assert len(rows) == len(sheet) == led + 1


def test_choosing_a_filter_changes_the_address(logged_in: LogIn) -> None:
    page = logged_in("office-a").follow("/console/results")

    page.locator("select[name=has_problem]").select_option(label="发现问题")

    page.wait_for_url(re.compile(r"[?&]has_problem=true\b"))
    for text in page.locator("main tbody tr").all_inner_texts():
        assert "发现问题" in text


def test_a_visit_shows_everything_that_happened(
    logged_in: LogIn, finished_run: FinishedRun
) -> None:
    visitor = logged_in("office-a")
    [(visit_id, number, count)] = finished_run.rows(
        "select visit_id, task_number, json_array_length(departments) from visit "
        "order by 3 desc, 1 limit 1"
    )

    visitor.open("/console/visits?q=" + number)
    page = visitor.follow(f"/console/visits/{visit_id}")

    timeline = page.locator("aside .log").inner_text()
    assert timeline.count("部门接收任务") == count
    page.locator("main details summary").first.click()
    messages = page.locator("main details").first.inner_text()
    assert messages.count("报送检查结果") >= count
    assert messages.count("检查任务") >= count
    assert number in page.locator("main").inner_text()
    assert visitor.content_of(page.locator("a[href$='notice.pdf']").first).startswith(b"%PDF")


def test_a_listing_shows_its_decision_document_and_answered_measures(
    logged_in: LogIn, finished_run: FinishedRun
) -> None:
    visitor = logged_in("auditor")
    [(listing_id, number)] = finished_run.rows(
        "select listing_id, decision_number from listing order by listed_at limit 1"
    )
    orders = finished_run.count("select * from measure_order where listing_id = ?", listing_id)

    visitor.follow("/console/listings")
    page = visitor.follow(f"/console/listings/{listing_id}")

    expect(page.locator("main")).to_contain_text(number)
    for paper in ("notice", "decision"):
        link = page.locator(f'a[href$="/{paper}.pdf"]')
        assert visitor.content_of(link).startswith(b"%PDF")
    measures = page.locator("main table", has_text="执行部门").locator("tbody tr")
    expect(measures).to_have_count(orders)
    for text in measures.all_inner_texts():
        assert "已采取" in text


def test_no_message_waits(logged_in: LogIn) -> None:
    page = logged_in("office-a").follow("/console/messages")

    assert page.locator(".figures b").all_inner_texts() == ["0", "0", "0"]


def test_the_console_speaks_english(logged_in: LogIn) -> None:
    page = logged_in("office-a").page

    page.locator("a[lang=en]").first.click()

    expect(page.locator("html")).to_have_attribute("lang", "en")
    entries = page.locator("nav a.stage, .who button").all_inner_texts()
    assert len(entries) > 10
    assert [text for text in entries if CHINESE.search(text)] == []


def test_a_department_sees_its_own_matters_only(
    logged_in: LogIn, finished_run: FinishedRun
) -> None:
    visitor = logged_in("health-clerk")
    own = finished_run.count("select * from department_task where department = 'health'")
    results = finished_run.count("select * from result where department = 'health'")
    [(foreign,)] = finished_run.rows(
        "select result_id from result where department = 'fire-rescue' limit 1"
    )

    page = visitor.follow("/console/visits")
    expect(page.locator(".count")).to_contain_text(f"{own} 条")
    page = visitor.follow("/console/results")
    expect(page.locator(".count")).to_contain_text(f"{results} 条")

    assert visitor.status_of(f"/console/results/{foreign}") == 403
    for name in OVERSEERS_ONLY:
        assert page.locator(f"nav a[href='/console/{name}']").count() == 0
        assert visitor.status_of(f"/console/{name}") == 403, name
    assert visitor.status_of("/console/acts/open-round") == 403


def test_an_auditor_reads_everything_and_may_do_nothing(
    logged_in: LogIn, finished_run: FinishedRun
) -> None:
    visitor = logged_in("auditor")
    [(listing_id,)] = finished_run.rows("select listing_id from listing limit 1")
    [(result_id,)] = finished_run.rows("select result_id from result where has_problem limit 1")
    paths = ("/console/rounds", f"/console/listings/{listing_id}", f"/console/results/{result_id}")

    for path in (*paths, *(f"/console/{name}" for name in OVERSEERS_ONLY)):
        page = visitor.open(path)
        assert page.locator("a[href^='/console/acts/']").count() == 0, path

    assert visitor.status_of("/console/acts/open-round") == 403

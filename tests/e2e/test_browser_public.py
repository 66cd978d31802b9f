"""A browser without a login: the public site; and a department's desk."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser import CHINESE, Visitor
from tests.e2e.local_run import FinishedRun

DESK = "fire-rescue"


@pytest.fixture
def officer(browser: Browser, finished_run: FinishedRun) -> Iterator[Visitor]:
    with Visitor(browser, finished_run.installed.desk(DESK)) as somebody:
        yield somebody


def test_a_firm_is_found_by_its_name_and_its_result_read_as_a_sentence(
    citizen: Visitor, finished_run: FinishedRun
) -> None:
    [(disclosure_id, name, date)] = finished_run.rows(
        "select disclosure_id, object_name, visited_date from disclosure "
        "where has_problem order by 1 limit 1"
    )
    page = citizen.open("/")

    page.locator("main input[name=q]").fill(name)
    page.get_by_role("button", name="查询").click()
    expect(page.locator(".hit", has_text=f"{date} 由").first).to_be_visible()
    page = citizen.follow(f"/results/{disclosure_id}")

    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("main")).to_contain_text(f"{date} 由")
    expect(page.locator("main")).to_contain_text("发现问题")


def test_a_firm_that_was_not_drawn_has_no_result(citizen: Visitor) -> None:
    page = citizen.open("/?q=没有这家企业")

    expect(page.locator("main")).to_contain_text("没有找到公示结果")


def test_anybody_sees_how_the_round_was_drawn(citizen: Visitor, finished_run: FinishedRun) -> None:
    [(round_id, commit_hash)] = finished_run.rows("select round_id, commit_hash from round")

    citizen.open("/")
    citizen.follow("/rounds")
    page = citizen.follow(f"/rounds/{round_id}")

    shown = ["".join(text.split()) for text in page.locator(".hash").all_inner_texts()]
    assert commit_hash in shown
    expect(page.locator("main")).to_contain_text("核验一致")
    packed = citizen.content_of(page.locator(f"a[href='/rounds/{round_id}/record.zip']"))
    assert packed.startswith(b"PK")


def test_anybody_sees_who_is_listed_and_why(citizen: Visitor, finished_run: FinishedRun) -> None:
    listed = finished_run.rows(
        "select listing_id, subject_name, decision_number from listing where state = 'listed'"
    )

    citizen.open("/")
    page = citizen.follow("/listings")
    expect(page.locator(".hit")).to_have_count(len(listed))
    listing_id, name, number = listed[0]
    page = citizen.follow(f"/listings/{listing_id}")

    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.locator("main")).to_contain_text(number)


def test_the_public_site_speaks_english(citizen: Visitor) -> None:
    page = citizen.open("/")

    page.locator("a[lang=en]").first.click()

    expect(page.locator("html")).to_have_attribute("lang", "en")
    entries = page.locator("nav a, main h1, main button").all_inner_texts()
    assert [text for text in entries if CHINESE.search(text)] == []


@pytest.mark.parametrize("path", ["/console", "/console/visits", "/console/messages"])
def test_without_a_login_the_console_asks_for_one(citizen: Visitor, path: str) -> None:
    page = citizen.open(path)

    citizen.arrive("/login")
    expect(page.locator("input[name=password]")).to_be_visible()


def test_a_department_sees_tasks_and_measures_at_its_desk(
    officer: Visitor, finished_run: FinishedRun
) -> None:
    token = (finished_run.installed.agent(DESK) / "desk.token").read_text().strip()
    tasks = finished_run.count("select * from department_task where department = ?", DESK)
    orders = finished_run.count("select * from measure_order where department = ?", DESK)

    page = officer.open("/login")
    page.locator("input[name=token]").fill(token)
    page.locator("main form button").click()
    expect(page.locator("main tbody tr")).to_have_count(tasks)
    page = officer.follow("/measures")

    expect(page.locator("main section")).to_have_count(orders)
    assert page.locator("main section", has_text="已执行").count() == orders


def test_the_desk_asks_for_its_token(officer: Visitor) -> None:
    page = officer.open("/measures")

    officer.arrive("/login")
    page.locator("input[name=token]").fill("guessed")
    page.locator("main form button").click()
    expect(page.get_by_role("alert")).to_contain_text("口令不对")

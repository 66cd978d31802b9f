"""A browser plans the next year: copied, counted while typing, refused, mended, adopted."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser import LogIn, Visitor, sheet_of

RESTAURANTS, COVERT = "餐饮服务单位跨部门联合抽查", "危险化学品单位应急预案暗查"
NUMBER = "平联办〔2027〕1号"
CHECKED = 120_000  # milliseconds within which a busy machine has checked a whole plan


def copied_plan(office: Visitor) -> str:
    """Draft next year's plan from this year's, as the form suggests it; gives its page."""
    office.follow("/console/plans")
    page = office.follow("/console/plans/new")
    path = "/console/plans/" + page.locator("input[name=plan_id]").input_value()
    page.get_by_role("button", name="起草计划").click()
    office.arrive(path)
    return path


def open_line(page: Page, name: str) -> None:
    """Open the form of a line from its plan, with the draw counted."""
    page.locator(".lines").get_by_role("link", name=name).click()
    page.wait_for_url(re.compile("/lines/"))
    expect(tally(page, "eligible")).to_have_text(re.compile("[0-9]+"))


def tally(page: Page, figure: str) -> Locator:
    """Find a figure of the live count."""
    return page.locator(f"#tally [data-of={figure}]")


def save_share_of_class_d(page: Page, ratio: str) -> None:
    """Write another ratio for the worst class and save the line."""
    page.locator("tr", has=page.locator("input[name=stratum][value=D]")).locator(
        "input[name=ratio]"
    ).fill(ratio)
    page.get_by_role("button", name="保存任务").click()
    expect(page.locator("main .done-note")).to_contain_text("已保存")


def test_the_draw_is_counted_while_a_line_is_described(logged_in: LogIn) -> None:
    office = logged_in("office-a")
    path = copied_plan(office)
    open_line(office.page, RESTAURANTS)
    page, code = office.page, office.page.url.rpartition("/")[2]
    every, drawn = (tally(page, each).inner_text() for each in ("eligible", "expected_draw"))

    page.locator("input[name=tags]").press("End")
    page.locator("input[name=tags]").press_sequentially(" retail")
    page.locator("input[name=industries]").fill("")
    expect(tally(page, "eligible")).not_to_have_text(every)
    more = int(tally(page, "eligible").inner_text())
    page.locator("input[name=number]").press_sequentially("3")
    expect(tally(page, "expected_draw")).to_have_text("3")

    assert more > int(every) > int(drawn) > 0
    expect(office.open(f"{path}/lines/{code}").locator("input[name=tags]")).to_have_value(
        "restaurant"
    )


def test_a_plan_with_a_breach_is_refused_until_it_is_mended_and_adopted_by_another(
    logged_in: LogIn, citizen: Visitor
) -> None:
    office, other = logged_in("office-a"), logged_in("office-b")
    path = copied_plan(office)
    public = path.removeprefix("/console")

    open_line(office.page, RESTAURANTS)
    save_share_of_class_d(office.page, "50%")
    expect(office.page.locator(".line-problems")).to_contain_text("50 %")
    submit(office, path)
    refusal = office.page.get_by_role("alert")
    expect(refusal).to_contain_text("计划有 1 处不符合规定")
    expect(refusal).to_contain_text("高于一般事项上限 10 %（mr-001、")
    expect(refusal).to_contain_text("请把比例降到 1/10 以内")
    mend_by_the_remedy(office, path)
    submit(office, path)
    office.arrive(path)

    expect(office.page.get_by_role("link", name="发布计划")).to_have_count(0)
    assert citizen.status_of(public) == 404
    adopt(other, path)
    citizen.open("/plans")
    page = citizen.follow(public)
    expect(page.locator("main")).to_contain_text(NUMBER)
    assert citizen.content_of(page.get_by_role("link", name="PDF")).startswith(b"%PDF")
    rows = sheet_of(citizen.content_of(page.get_by_role("link", name="Excel")))
    assert any(RESTAURANTS in each for each in rows)
    assert not any(COVERT in each for each in rows)


def submit(office: Visitor, path: str) -> None:
    """Press the button on the plan's page and the one that follows."""
    office.open(path).get_by_role("link", name="提交计划").click()
    office.page.get_by_role("button", name="提交计划").click()


def mend_by_the_remedy(office: Visitor, path: str) -> None:
    """Follow what the check offers to the field, write what is allowed, and check again."""
    page = office.open(f"{path}/check")
    page.get_by_role("link", name="降低比例").first.click()
    page.wait_for_url(re.compile("/lines/.*#field-strata$"))
    save_share_of_class_d(page, "10%")
    expect(page.locator(".line-problems")).to_have_count(0)
    office.open(path)
    expect(page.locator("#check")).to_contain_text("没有不符合规定之处", timeout=CHECKED)


def adopt(other: Visitor, path: str) -> None:
    """Publish a submitted plan under its number."""
    page = other.open(path)
    page.get_by_role("link", name="发布计划").click()
    page.locator("input[name=number]").fill(NUMBER)
    page.get_by_role("button", name="发布计划").click()
    other.arrive(path)

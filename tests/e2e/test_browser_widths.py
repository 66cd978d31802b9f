"""Every main page at the width of a desk and of a phone: all of it fits, none of it fails."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import Browser

from tests.e2e.browser import DESK_WIDTH, PHONE_WIDTH, Visitor
from tests.e2e.local_run import FinishedRun

CONSOLE = {
    "dashboard": "/console",
    "registers": "/console/registers",
    "objects": "/console/registers/objects",
    "inspectors": "/console/registers/inspectors",
    "experts": "/console/registers/experts",
    "recusals": "/console/registers/recusals",
    "imports": "/console/registers/imports",
    "upload": "/console/registers/imports/new",
    "import": "/console/registers/imports/{import}",
    "object": "/console/registers/objects/{object}",
    "inspector": "/console/registers/inspectors/{inspector}",
    "expert": "/console/registers/experts/{expert}",
    "items": "/console/registers/items",
    "item": "/console/registers/items/{item}",
    "item-lists": "/console/registers/item-lists",
    "item-list": "/console/registers/item-lists/1",
    "item-proposals": "/console/registers/item-proposals",
    "item-merge": "/console/registers/item-merge",
    "joint-list": "/console/registers/joint-list",
    "duties": "/console/registers/duties",
    "policies": "/console/policies",
    "policy": "/console/policies/{policy}",
    "plans": "/console/plans",
    "new-plan": "/console/plans/new",
    "plan": "/console/plans/{plan}",
    "plan-check": "/console/plans/{plan}/check",
    "plan-forecast": "/console/plans/{plan}/forecast",
    "plan-burden": "/console/plans/{plan}/burden",
    "plan-changes": "/console/plans/{plan}/changes",
    "plan-policy": "/console/plans/{plan}/policy",
    "line": "/console/plans/{plan}/lines/{line}",
    "new-line": "/console/plans/{plan}/lines/new",
    "rounds": "/console/rounds",
    "round": "/console/rounds/{round}",
    "screen": "/console/rounds/{round}/screen",
    "draw": "/console/draws/{round}",
    "checks": "/console/checks",
    "teams": "/console/teams",
    "visits": "/console/visits",
    "visit": "/console/visits/{visit}",
    "results": "/console/results",
    "result": "/console/results/{result}",
    "disclosures": "/console/disclosures",
    "rectifications": "/console/rectifications",
    "cases": "/console/cases",
    "listing": "/console/listings/{listing}",
    "measures": "/console/measures",
    "appraisal": "/console/appraisal",
    "archive": "/console/archive",
    "messages": "/console/messages",
    "departments": "/console/departments",
    "organ": "/console/departments/market-regulation",
    "regions": "/console/regions",
    "calendar": "/console/calendar",
    "audit": "/console/audit",
    "form": "/console/acts/open-round",
    "object-form": "/console/acts/edit-object/{object}",
}
PUBLIC = {
    "login": "/login",
    "public-search": "/?q=平川",
    "public-result": "/results/{disclosure}",
    "public-items": "/items",
    "public-item": "/items/{item}",
    "public-item-lists": "/item-lists",
    "public-item-list": "/item-lists/1",
    "public-duties": "/duties",
    "public-inspectors": "/inspectors",
    "public-objects": "/objects",
    "public-plans": "/plans",
    "public-plan": "/plans/{plan}",
    "public-rounds": "/rounds",
    "public-round": "/rounds/{round}",
    "public-how-to-verify": "/how-to-verify",
    "public-self-audit": "/self-audit",
    "public-listings": "/listings",
    "public-visit-code": "/v",
}
DESK = {"desk": "/", "desk-visit": "/visits/{desk_visit}", "desk-measures": "/measures"}


@pytest.fixture(scope="module")
def keys(finished_run: FinishedRun) -> dict[str, str]:
    """Give one key of every kind of page."""
    queries = {
        "import": "select import_id from import_report where kind = 'objects'",
        "object": "select object_id from visit_check",
        "inspector": "select inspector_id from inspector",
        "expert": "select expert_id from expert",
        "item": "select item from visit_check",
        "policy": "select policy from plan order by year",
        "plan": "select plan_id from plan order by year",
        "line": "select line from visit_check",
        "round": "select round_id from round",
        "visit": "select visit_id from visit order by json_array_length(departments) desc",
        "result": "select result_id from result where has_problem",
        "disclosure": "select disclosure_id from disclosure where has_problem",
        "listing": "select listing_id from listing",
        "desk_visit": "select visit_id from department_task where department = 'fire-rescue'",
    }
    return {name: finished_run.rows(sql)[0][0] for name, sql in queries.items()}


def test_the_console_fits(
    browser: Browser, finished_run: FinishedRun, keys: Mapping[str, str]
) -> None:
    with Visitor(browser, finished_run.installed.web) as visitor:
        visitor.log_in("office-a", finished_run.passwords["office-a"])
        visitor.arrive("/console")

        assert too_wide(visitor, CONSOLE, keys) == {}


def test_the_public_site_fits(
    browser: Browser, finished_run: FinishedRun, keys: Mapping[str, str]
) -> None:
    with Visitor(browser, finished_run.installed.web) as visitor:
        assert too_wide(visitor, PUBLIC, keys) == {}


def test_a_desk_fits(browser: Browser, finished_run: FinishedRun, keys: Mapping[str, str]) -> None:
    token = (finished_run.installed.agent("fire-rescue") / "desk.token").read_text().strip()
    with Visitor(browser, finished_run.installed.desk("fire-rescue")) as visitor:
        page = visitor.open("/login")
        page.locator("input[name=token]").fill(token)
        page.locator("main form button").click()
        visitor.arrive("/")

        assert too_wide(visitor, DESK, keys) == {}


def too_wide(visitor: Visitor, pages: Mapping[str, str], keys: Mapping[str, str]) -> dict[str, int]:
    """Open every page, look at it in both widths; gives the too wide ones with the excess."""
    excess = {}
    for name, path in pages.items():
        visitor.open(path.format(**keys))
        for width in (DESK_WIDTH, PHONE_WIDTH):
            visitor.widen(width)
            if (pixels := visitor.overflow()) > 0:
                excess[f"{name}-{width}"] = pixels
                visitor.photograph(f"{name}-{width}")
    return excess

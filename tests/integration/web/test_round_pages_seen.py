"""Pages of rounds that did not go straight on, as a browser shows them: short of people, given up,
closed to the public.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from coordinator.adapters.record_shelf import FolderShelf
from coordinator.services import lottery
from coordinator.services.ports import Credential, Role
from tests.builders import FIRE, HEALTH
from tests.county import found_county
from tests.e2e.browser import CHINESE, DESK_WIDTH, PHONE_WIDTH, Visitor, chromium
from tests.integration.services.ceremony import pass_deadline
from tests.integration.web.county_registers import _HASH, PASSWORD
from tests.integration.web.played_rounds import CLOSED_ROUND, _play_closed_round
from tests.play import PLAN, Play, office, secret_of, start
from tests.served import served
from tests.snapshots import Snapshot, migrated_file, snapshot, sqlite_url

SHORT, GIVEN_UP, WAITING = "S1", "X1", "W1"
SUPPLEMENT = f"{SHORT}.T1"
AUDITOR_LOGIN, OFFICE_LOGIN = "seen-auditor", "seen-office"


async def _play(folder: Path) -> Snapshot:
    file = await migrated_file(folder / "county.db")
    play = start(sqlite_url(file), folder, shelf=FolderShelf(folder / "records"))
    await found_county(play)
    await _logins(play)
    await _play_closed_round(play)
    await _run_short(play)
    await _give_up(play)
    return await snapshot(play, file)


async def _logins(play: Play) -> None:
    async with play.work(office()) as work:
        await work.credentials.add(
            Credential(
                login=login, name=name, password=_HASH, role=role, department=None, approver=True
            )
            for login, name, role in (
                (OFFICE_LOGIN, "陈主任", Role.OFFICE),
                (AUDITOR_LOGIN, "孙审计", Role.AUDITOR),
            )
        )


async def _run_short(play: Play) -> None:
    """L1 with one officer of fire rescue, and the supplement that its office has opened."""
    async with play.work(office()) as work:
        for person in await work.inspectors.where(department=FIRE):
            if person.inspector_id != "fr-p1":
                await work.inspectors.remove(person.inspector_id)
    await play.drawn_round(SHORT, "L1")
    async with play.work(office()) as work:
        await lottery.open_supplement(work, SHORT)
    await play.draw_frozen(await play.freeze(SUPPLEMENT))


async def _give_up(play: Play) -> None:
    """L2 frozen once and given up with a reason; L9 waits for a department past its deadline."""
    await play.open_round(GIVEN_UP, "L2")
    frozen = await play.freeze(GIVEN_UP)
    await play.sign(frozen, (HEALTH,))
    async with play.work(office("office-a")) as work:
        await lottery.request_cancellation(
            work, GIVEN_UP, "plan-changed", "住宿业任务并入第三季度，经办公会议研究决定"
        )
    async with play.work(office("office-b")) as work:
        await lottery.cancel_round(work, GIVEN_UP)
    async with play.work(office()) as work:
        order = lottery.RoundOrder(round_id=WAITING, title="等待批次", plan_id=PLAN, lines=("L2",))
        await lottery.open_round(work, order)
    assert secret_of(HEALTH, WAITING)
    pass_deadline(play)
    async with play.work(office()) as work:
        await lottery.note_silence(work, WAITING)
    pass_deadline(play)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    kept = asyncio.run(_play(tmp_path_factory.mktemp("seen")))
    with served(lambda: kept.resume(tmp_path_factory.mktemp("served"))) as found:
        yield found


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    """Start a browser; its loop runs in this thread from then on, so that the play comes first."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def clerk(browser: Browser, address: str) -> Iterator[Visitor]:
    """Somebody of the office, logged in once for all pages."""
    with Visitor(browser, address) as somebody:
        somebody.log_in(OFFICE_LOGIN, PASSWORD)
        yield somebody


@pytest.fixture(scope="module")
def citizen(browser: Browser, address: str) -> Iterator[Visitor]:
    with Visitor(browser, address) as somebody:
        yield somebody


CONSOLE = {
    "short": f"/console/rounds/{SHORT}",
    "supplement": f"/console/rounds/{SUPPLEMENT}",
    "supplement-screen": f"/console/rounds/{SUPPLEMENT}/screen",
    "given-up": f"/console/rounds/{GIVEN_UP}",
    "waiting": f"/console/rounds/{WAITING}",
    "cancel-form": f"/console/acts/request-cancellation/{WAITING}",
    "record-closed": f"/console/draws/{CLOSED_ROUND}",
    "record-short": f"/console/draws/{SHORT}",
}
PUBLIC = {
    "public-short": f"/rounds/{SHORT}",
    "public-supplement": f"/rounds/{SUPPLEMENT}",
    "public-given-up": f"/rounds/{GIVEN_UP}",
    "public-waiting": f"/rounds/{WAITING}",
    "public-closed": f"/rounds/{CLOSED_ROUND}",
    "public-self-audit": "/self-audit",
    "public-how-to": "/how-to-verify",
}


@pytest.mark.parametrize("name", CONSOLE)
def test_every_page_of_the_console_fits_both_widths_in_both_languages(
    clerk: Visitor, name: str
) -> None:
    fits(clerk, name, CONSOLE[name])


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_page_fits_both_widths_in_both_languages(citizen: Visitor, name: str) -> None:
    fits(citizen, name, PUBLIC[name])


def fits(somebody: Visitor, name: str, path: str) -> None:
    for language in ("en", "zh"):
        somebody.open(f"{path}?lang={language}")
        for width in (PHONE_WIDTH, DESK_WIDTH):
            somebody.widen(width)
            somebody.photograph(f"{name}-{language}-{width}")
            assert somebody.overflow() <= 0, (name, language, width)
    assert somebody.problems == []


def test_the_shortage_is_said_in_sentences_with_its_remedies(clerk: Visitor) -> None:
    page = clerk.open(f"/console/rounds/{SHORT}?lang=zh")

    expect(page.locator("main")).to_contain_text("无法组成检查组")
    expect(page.locator("main")).to_contain_text("8 个岗位")
    expect(page.locator("main")).to_contain_text("增加 1 名执法人员")


def test_a_record_page_tells_how_large_each_file_is(browser: Browser, address: str) -> None:
    with Visitor(browser, address) as somebody:
        somebody.log_in(AUDITOR_LOGIN, PASSWORD)
        page = somebody.open(f"/console/draws/{CLOSED_ROUND}")

        row = page.locator("tr", has_text="frames/")
        assert int(row.locator("td").nth(2).inner_text()) > 0


def test_a_given_up_round_speaks_english_too(citizen: Visitor) -> None:
    page = citizen.open(f"/rounds/{GIVEN_UP}?lang=en")

    expect(page.locator("main")).to_contain_text("cancelled before its draw")
    headings = page.locator("main h2, main th, main dt").all_inner_texts()
    assert [text for text in headings if CHINESE.search(text)] == []

"""The public pages of a draw as a browser shows them, and what their script recomputes."""

import asyncio
import io
import os
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from coordinator.domain.dispatch import Visit
from tests.e2e.browser import CHINESE, DESK_WIDTH, PHONE_WIDTH, Visitor, chromium
from tests.integration.web.played_rounds import (
    CLOSED_ROUND,
    COVERT_ROUND,
    LISTED_ROUND,
    ROUND,
    PlayedRounds,
    play_rounds,
)
from tests.play import Play
from tests.served import served
from tests.unit.lottery.small_round import write_small_record

VERIFIER = "verify_draw.py"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> PlayedRounds:
    return asyncio.run(play_rounds(tmp_path_factory.mktemp("rounds")))


@pytest.fixture(scope="module")
def address(played: PlayedRounds, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    def resume() -> Play:
        return played.kept.resume(tmp_path_factory.mktemp("served"))

    with served(resume) as found:
        yield found


@pytest.fixture(scope="module")
def browser(played: PlayedRounds) -> Iterator[Browser]:
    """Start a browser; its loop runs in this thread from then on, so that the play comes first."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def somebody(browser: Browser, address: str) -> Iterator[Visitor]:
    with Visitor(browser, address) as found:
        yield found


@pytest.fixture
def citizen(somebody: Visitor) -> Iterator[Visitor]:
    """Give the one browser window, as if it had just been opened; nothing may go wrong in it."""
    somebody._context.clear_cookies()
    somebody.widen(DESK_WIDTH)
    yield somebody
    somebody.page.unroute_all()
    assert somebody.problems == []


@pytest.fixture(scope="module")
def record(browser: Browser, address: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the whole record of the open round, downloaded and unpacked."""
    folder = tmp_path_factory.mktemp("record")
    with Visitor(browser, address) as somebody:
        page = somebody.open(f"/rounds/{ROUND}")
        packed = somebody.content_of(page.locator(f"a[href='/rounds/{ROUND}/record.zip']"))
    zipfile.ZipFile(io.BytesIO(packed)).extractall(folder)
    return folder / ROUND


PAGES = {
    "rounds": "/rounds",
    "round-open": f"/rounds/{ROUND}",
    "round-closed": f"/rounds/{CLOSED_ROUND}",
    "round-listed": f"/rounds/{LISTED_ROUND}",
    "round-covert": f"/rounds/{COVERT_ROUND}",
    "how-to-verify": "/how-to-verify",
    "self-audit": "/self-audit",
    "record-chain": "/record-chain",
    "visit-code": "/v/{code}",
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_fits_both_widths_and_speaks_both_languages(
    citizen: Visitor, played: PlayedRounds, name: str
) -> None:
    path = PAGES[name].format(code=played.visit.visit_code)

    for language in ("zh", "en"):
        page = citizen.open(f"{path}?lang={language}")
        for width in (DESK_WIDTH, PHONE_WIDTH):
            citizen.widen(width)
            citizen.photograph(f"{name}-{language}-{width}")
            assert citizen.overflow() <= 0, (name, language, width)
    headings = page.locator("main h1, main h2:not(:has(a)), main th, main .button")
    if name in ("rounds", "how-to-verify", "self-audit", "record-chain"):
        assert [text for text in headings.all_inner_texts() if CHINESE.search(text)] == []


def test_the_browser_recomputes_the_open_round(citizen: Visitor) -> None:
    page = citizen.open(f"/rounds/{ROUND}")

    page.get_by_role("button", name="现在重新计算").click()

    expect(page.locator("#recompute")).to_have_attribute("data-verdict", "equal")
    expect(page.locator("#recompute [role=status]")).to_contain_text("全部重算一致")
    said = page.locator("#recompute ol li").all_inner_texts()
    assert len([line for line in said if line.startswith("✓")]) == 5  # four checks and one line
    assert any("L1" in line for line in said)
    assert len([line for line in said if "这里没有检查" in line]) == 3
    citizen.photograph("recomputed")


def test_a_record_with_another_list_is_called_unequal(citizen: Visitor, record: Path) -> None:
    packed = io.BytesIO()
    body = (record / "drawn" / "L1.tsv").read_bytes()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(record.rglob("*")):
            if file.is_file():
                name = file.relative_to(record.parent).as_posix()
                content = body.replace(b"\t1\t", b"\t2\t", 1) if file.name == "L1.tsv" else None
                keep = content is not None and "/drawn/" in name
                archive.writestr(name, content if keep else file.read_bytes())
    page = citizen.page
    page.route("**/record.zip", lambda route: route.fulfill(body=packed.getvalue()))
    citizen.open(f"/rounds/{ROUND}")

    page.get_by_role("button", name="现在重新计算").click()

    expect(page.locator("#recompute")).to_have_attribute("data-verdict", "stopped")
    expect(page.locator("#recompute ol")).to_contain_text("drawn/L1.tsv")


@pytest.fixture(scope="module")
def rich_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a record with strata, weights, a fixed number, drawn items and shared places."""
    folder = tmp_path_factory.mktemp("rich") / "2026-Q3"
    folder.mkdir()
    write_small_record(folder)
    return folder


def test_the_browser_recomputes_weights_strata_numbers_and_items(
    citizen: Visitor, rich_record: Path
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(each for each in rich_record.rglob("*") if each.is_file()):
            archive.write(file, file.relative_to(rich_record.parent))
    page = citizen.page
    page.route("**/record.zip", lambda route: route.fulfill(body=packed.getvalue()))
    citizen.open(f"/rounds/{ROUND}")

    page.get_by_role("button", name="现在重新计算").click()

    expect(page.locator("#recompute")).to_have_attribute("data-verdict", "equal")
    said = "".join(page.locator("#recompute ol li").all_inner_texts())
    assert all(line in said for line in ("clean-pools", "joint-food", "safe-exits"))


@pytest.mark.parametrize(
    ("line", "last"), [("clean-pools", "ok 7"), ("joint-food", "ok 7"), ("safe-exits", "-- 7")]
)
def test_the_commands_verify_any_line_of_a_record(
    citizen: Visitor, rich_record: Path, line: str, last: str
) -> None:
    said = run_script(citizen, rich_record, LINE=line)

    assert said.splitlines()[-1].startswith(last)
    assert f"ok 6 tickets of {line}" in said


def test_a_closed_round_offers_no_recomputation_but_an_auditor(citizen: Visitor) -> None:
    page = citizen.open(f"/rounds/{CLOSED_ROUND}")

    expect(page.locator("#recompute")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("审计人员的核验")
    expect(page.locator("main")).to_contain_text("全部一致")
    statement = citizen.content_of(page.get_by_role("link", name="声明"))
    assert b'"round":"R2"' in statement


def test_the_commands_say_where_the_check_of_a_closed_round_ends(
    citizen: Visitor, tmp_path: Path
) -> None:
    page = citizen.open(f"/rounds/{CLOSED_ROUND}")
    packed = citizen.content_of(page.locator(f"a[href='/rounds/{CLOSED_ROUND}/record.zip']"))
    zipfile.ZipFile(io.BytesIO(packed)).extractall(tmp_path)

    said = run_script(citizen, tmp_path / CLOSED_ROUND).splitlines()

    assert [line[:6] for line in said if not line.startswith("commitment")] == [
        "ok 1 f",
        "ok 2 h",
        "sealed",
    ]


def test_who_was_silent_is_named_with_the_attempt(citizen: Visitor) -> None:
    page = citizen.open(f"/rounds/{ROUND}")

    row = page.locator("tr", has_text="作废")
    expect(row).to_contain_text("health")
    expect(row).to_contain_text("没有说明，记为有争议")


def test_a_covert_round_shows_counts_and_no_target(citizen: Visitor, played: PlayedRounds) -> None:
    page = citizen.open(f"/rounds/{COVERT_ROUND}")

    expect(page.locator("main")).to_contain_text("已公开 0 家，共 1 家")
    assert played.secret.place_name not in page.content()


def test_the_inspected_sees_and_checks_its_own_proof(
    citizen: Visitor, played: PlayedRounds, tmp_path: Path
) -> None:
    page = citizen.open(f"/v/{played.visit.visit_code}")

    image = page.locator(".proofs img").first
    expect(image).to_be_visible()
    assert image.evaluate("image => image.naturalWidth") > 0
    proof = tmp_path / "opening.json"
    proof.write_bytes(citizen.content_of(page.locator(".proofs a").first))
    verifier = tmp_path / VERIFIER
    verifier.write_bytes(citizen._context.request.get(f"/{VERIFIER}").body())
    said = run(["/usr/bin/python3", "-I", str(verifier), "opening", str(proof)], tmp_path)
    assert said.startswith("ok opening")


def test_a_guessed_code_gives_no_proof(citizen: Visitor, played: PlayedRounds) -> None:
    assert citizen.status_of("/v/GUESSED/openings/1.json") == 404
    assert citizen.status_of(f"/v/{played.visit.visit_code}/openings/99.json") == 404
    assert citizen.status_of(f"/v/{played.secret.visit_code}/openings/1.json") == 404


def test_the_commands_of_the_page_verify_a_real_record(citizen: Visitor, record: Path) -> None:
    keys = citizen._context.request.get("/v1/keys").json()["keys"]
    [office] = [key["x"] for key in keys if key["kid"] == "office"]

    said = run_script(citizen, record, OFFICE_KEY=office)

    assert [line[:4] for line in said.splitlines() if line.startswith("ok")] == [
        f"ok {number}" for number in range(1, 8)
    ]


@pytest.mark.parametrize("name", ["commit.json.jws", "drawn/L1.tsv", "reveals.json"])
def test_the_commands_find_a_change(citizen: Visitor, record: Path, name: str) -> None:
    keys = citizen._context.request.get("/v1/keys").json()["keys"]
    [office] = [key["x"] for key in keys if key["kid"] == "office"]
    file = record / name
    before, sums = file.read_bytes(), (record / "SHA256SUMS").read_bytes()
    changed = bytearray(before)
    changed[-20] = changed[-20] ^ 1
    file.write_bytes(changed)
    (record / "SHA256SUMS").write_bytes(summed(record))
    try:
        said = run_script(citizen, record, fails=True, OFFICE_KEY=office)
    finally:
        file.write_bytes(before)
        (record / "SHA256SUMS").write_bytes(sums)

    assert "ok 7" not in said


def summed(record: Path) -> bytes:
    lines = (record / "SHA256SUMS").read_text().splitlines()
    names = [line[66:] for line in lines]
    done = subprocess.run(["sha256sum", *names], cwd=record, capture_output=True, check=True)
    return done.stdout


def run_script(citizen: Visitor, record: Path, *, fails: bool = False, **given: str) -> str:
    page = citizen.open("/how-to-verify")
    script = citizen.content_of(page.locator("a[href='/verify-with-other-tools.sh']"))
    shown = "\n".join(page.locator("pre.hash").all_inner_texts())
    assert "sha256sum --check" in shown
    file = record.parent / "verify.sh"
    file.write_bytes(script)
    return run(["bash", str(file)], record, fails=fails, **given)


def run(command: list[str], folder: Path, *, fails: bool = False, **given: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={"PATH": os.environ["PATH"], **given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stdout


def test_the_drawn_list_of_a_line_comes_as_a_file(citizen: Visitor, played: PlayedRounds) -> None:
    page = citizen.open(f"/rounds/{LISTED_ROUND}")

    listed = citizen.content_of(page.get_by_role("link", name="下载名单")).decode("utf-8-sig")

    assert listed.startswith("object,name")
    assert _name_of(played.visit) in listed
    assert citizen.status_of(f"/rounds/{COVERT_ROUND}/lists/L9.csv") == 404


def _name_of(visit: Visit) -> str:
    return visit.place_name

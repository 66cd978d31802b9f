"""Two web processes on one PostgreSQL: one session, each act once, and one may die under load."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from httpx2 import HTTPError, Response

from tests import side_by_side
from tests.audit_chains import first_break
from tests.builders import MARKET, NOW
from tests.play import AUDITOR, ROUND, Play, start
from tests.two_webs import TwoWebs, credentials, log_in

pytestmark = pytest.mark.needs_postgres
_LEADS = 40


@pytest.fixture(scope="module")
async def url(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Give a database in which a round is ready to be drawn, and two people may log in."""
    async with side_by_side.database(postgres_url, "two_webs") as made:
        folder = tmp_path_factory.mktemp("founding")
        await side_by_side.prepare(made, folder)
        play = start(made, folder)
        await credentials(play, "office-a", "office-b")
        await play.close()
        yield made


@pytest.fixture(scope="module")
async def two(url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TwoWebs]:
    async with TwoWebs(url, tmp_path_factory.mktemp("webs")) as running:
        yield running


@pytest.fixture
async def play(url: str, tmp_path: Path) -> AsyncIterator[Play]:
    opened = start(url, tmp_path)
    yield opened
    await opened.close()


async def test_who_logged_in_at_one_acts_at_the_other_and_is_logged_out_at_both(
    two: TwoWebs,
) -> None:
    here, there = two.webs
    await log_in(here, "office-a", there)

    known = await there.client.get("/v1/me")
    await there.client.post("/v1/logout")
    after = await here.client.get("/v1/me")

    assert known.json()["login"] == "office-a"
    assert after.status_code == 401


async def test_a_round_drawn_at_both_at_the_same_moment_is_drawn_once(
    two: TwoWebs, play: Play
) -> None:
    await log_in(two.webs[0], "office-b", two.webs[1])

    answers = await asyncio.gather(
        *(web.client.post(f"/v1/rounds/{ROUND}/draw") for web in two.webs)
    )

    said = {answer.status_code: answer.json() for answer in answers}
    assert sorted(said) == [200, 409], said
    assert said[409]["type"] == "urn:onevisit:rule:move-not-allowed"
    async with play.work(AUDITOR) as work:
        drawn = await work.audit_entries.where(tag="object-draw:objects:drawn", subject=ROUND)
    assert len(drawn) == 1


async def test_what_was_answered_before_one_of_them_was_killed_stands_once(
    two: TwoWebs, play: Play
) -> None:
    await log_in(two.webs[0], "office-a", two.webs[1])
    async with play.work(AUDITOR) as work:
        thing = (await work.objects.where())[0].object_id
    answered: list[str] = []

    async def register(number: int) -> Response:
        body = _lead(thing, f"L{number}")
        answer = await two.webs[number % 2].client.post("/v1/leads", json=body)
        assert answer.status_code == 200, answer.text
        answered.append(f"L{number}")
        if len(answered) == _LEADS // 4:
            two.webs[0].process.kill()
        return answer

    ends = await asyncio.gather(*map(register, range(_LEADS)), return_exceptions=True)

    async with play.work(AUDITOR) as work:
        kept = Counter(lead.reference for lead in await work.leads.where())
        entries = await work.audit_entries.where()
    assert set(answered) <= set(kept)
    assert set(kept.values()) == {1}
    assert {f"L{number}" for number in range(1, _LEADS, 2)} <= set(answered)
    assert any(isinstance(end, HTTPError) for end in ends)
    assert first_break(sorted(entries, key=lambda entry: entry.number)) is None


def _lead(thing: str, reference: str) -> dict[str, Any]:
    return {
        "object_id": thing,
        "department": MARKET,
        "kind": "complaint",
        "source": "12345热线",
        "reference": reference,
        "items": ["mr-1"],
        "matter": "无照经营",
        "received_date": NOW.date().isoformat(),
    }

"""How often the relay looks at SQLite's file: often after a commit, less when nothing comes."""

import asyncio

import pytest

from coordinator.adapters.db.outbox_news import news_of
from tests.builders import MARKET, a_department
from tests.play import Play, office

BUSY, IDLE = 0.02, 0.1


async def test_looks_are_far_between_when_nothing_came_and_close_again_after_a_commit(
    empty: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    news, pauses = news_of(empty.around.engine), list[float]()
    sleep = asyncio.sleep

    async def pass_at_once(seconds: float) -> None:
        pauses.append(round(seconds, 6))
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", pass_at_once)
    await news.wait(1)  # the first look is news
    await news.wait(1)
    first = list(pauses)
    await news.wait(0.3)
    later = pauses[len(first) :]
    async with empty.work(office()) as work:
        await work.departments.save(a_department(MARKET))
    pauses.clear()
    await news.wait(1)
    at_once = list(pauses)
    await news.wait(0.1)
    await news.close()

    assert first[:25] == [BUSY] * 25
    assert set(first[26:-1]) == {IDLE}
    assert sum(first) == pytest.approx(1)
    assert sum(later) == pytest.approx(0.3)
    assert len(later) <= 4
    assert at_once == []
    assert set(pauses) == {BUSY}

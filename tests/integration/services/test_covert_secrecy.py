"""A covert round whispers nothing: everything the system emits is searched for its target.

Registers are public and name every firm; so pages are compared with what the same person got at
the same address before the draw: nobody may be told more of a target than before. Every address is
looked at but for the pages of single enterprises, premises and policies, which one template makes
for all: those of the target, its owner and the policy in force, and of two others of each.
"""

import io
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import structlog
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient

from coordinator.adapters.metrics import exposition
from coordinator.adapters.policy_files import PolicyFolder
from coordinator.domain.dispatch import Visit
from coordinator.domain.errors import RuleBrokenError
from coordinator.domain.scheduling import FeedScope
from coordinator.services import dispatch, duties
from coordinator.services.ports import Actor, Credential, Role
from coordinator.services.watching import watch_figures
from tests.builders import HEALTH, MARKET, POLICIES, POLICY
from tests.crawling import Crawl, crawl
from tests.integration.services.post_box import Letter, letters
from tests.integration.web.county_registers import _HASH, PASSWORD
from tests.play import AUDITOR, COVERT_ROUND, PLAN, Play, clerk, office
from tests.served import app_of
from tests.snapshots import Snapshot, snapshot

LINE = "L9"
NUMBER_OF_OTHERS = 2
PEOPLE = {
    "public": None,
    "office": ("office-a", Role.OFFICE, None),
    "auditor": ("auditor-a", Role.AUDITOR, None),
    "market": ("market-a", Role.DEPARTMENT, MARKET),
    "health": ("health-a", Role.DEPARTMENT, HEALTH),
}


@dataclass(frozen=True)
class Told:
    """What everybody got at one moment, by person."""

    crawls: Mapping[str, Crawl]

    def mentions(self, words: list[str]) -> dict[tuple[str, str, str], int]:
        return {
            (person, path, word): number
            for person, found in self.crawls.items()
            for (path, word), number in found.mentions(words).items()
        }


@dataclass(frozen=True)
class Looks:
    """Where people look: the pages, but only `of` these enterprises, premises and policies."""

    app: FastAPI
    of: frozenset[str]

    async def tell(self, visit: Visit | None = None, *people: str) -> Told:
        """Let people, all of them where none is named, look at everything they can reach."""
        known = {
            "round_id": COVERT_ROUND,
            "plan_id": PLAN,
            "code": LINE,
            "line": LINE,
            "department": MARKET,
            "scope": "department",
            "subject": MARKET,
            "visit_id": visit.visit_id if visit else "none",
        }
        crawls = {}
        for person in people or PEOPLE:
            entry = PEOPLE[person]
            login = (entry[0], PASSWORD) if entry else None
            crawls[person] = await crawl(self.app, login, known, self.of)
        return Told(crawls)


@dataclass(frozen=True)
class Story:
    """What was emitted from the last moment before a covert draw until its embargo is over.

    `words` betray the target, `secrets` let anybody compute it; `emitted` is everything but pages
    from the draw until the day of the visit, `told` the messages of that day.
    """

    visit: Visit
    words: list[str]
    secrets: list[str]
    pages: Mapping[str, Told]
    emitted: Mapping[str, list[str]]
    told: list[Letter]

    def more(self, moment: str) -> list[tuple[str, str, str]]:
        """Name who is told more of the target where than before the draw."""
        known = self.pages["ready"].mentions(self.words)
        found = self.pages[moment].mentions(self.words)
        return [key for key, number in found.items() if number > known.get(key, 0)]


@pytest.fixture(scope="module")
async def story(
    county_adopted: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Story]:
    """Play a covert round, and let everybody look at everything at each moment."""
    folder = tmp_path_factory.mktemp("ready")
    play = county_adopted.resume(folder)
    await _ready(play)
    ready = await snapshot(play, folder / "county.db")
    of = await _touched(ready.resume(tmp_path_factory.mktemp("drawn-before")))
    play = ready.resume(tmp_path_factory.mktemp("covert"))
    with logged() as log:
        told = await _story(play, Looks(app_of(play), of), log)
    assert told.visit.place in of
    yield told
    await play.close()


async def _touched(play: Play) -> frozenset[str]:
    """Draw a copy to learn whose pages to look at: those of the target, and of two others."""
    await play.draw(COVERT_ROUND)
    visit, _words = await target_of(play)
    async with play.work(AUDITOR) as work:
        checks = await work.checks.where(visit_id=visit.visit_id)
        objects = {each.object_id: each for each in await work.objects.where()}
    policies = [each for each in PolicyFolder(POLICIES).names() if each != POLICY.profile]
    await play.close()
    drawn = {visit.place, *(check.object_id for check in checks)}
    drawn |= {objects[each].credit_subject for each in drawn if each in objects}
    others = sorted(objects.keys() - drawn)
    named = [POLICY.profile, *policies[:NUMBER_OF_OTHERS]]
    return frozenset({*drawn, *others[:NUMBER_OF_OTHERS], *named})


async def _story(play: Play, looks: Looks, log: io.StringIO) -> Story:
    tell = looks.tell
    pages, sent = {"ready": await tell()}, len(await letters(play))
    await play.draw(COVERT_ROUND)
    await _schedule(play)
    pages["drawn"] = await tell(None, "public", "office", "health")
    await play.publish(COVERT_ROUND)
    for task in await play.tasks(COVERT_ROUND):
        await play.accept(task)
    visit, words = await target_of(play)
    pages["dispatched"] = await tell(visit)
    answers = await refusals(play, looks.app, visit)
    posted = (await letters(play))[sent:]
    emitted = {
        "messages": [letter.body.decode() + str(letter.headers) for letter in posted],
        "answers": answers,
        "acts": await _acts(play),
        "metrics": [await _metrics(play)],
        "log": [log.getvalue()],
    }
    await _open(play, visit)
    pages["opened"] = await tell(visit, "public", "office", "health")
    told = (await letters(play))[sent + len(posted) :]
    secrets = await secrets_of(play)
    await _pass_the_embargo(play)
    pages["disclosed"] = await tell(visit, "public", "health")
    return Story(visit, words, secrets, pages, emitted, told)


async def _schedule(play: Play) -> None:
    async with play.work(office()) as work:
        await dispatch.propose_schedule(work, COVERT_ROUND)
        await dispatch.accept_schedule(work, COVERT_ROUND)
        await dispatch.make_feed(work, FeedScope.DEPARTMENT, MARKET)


async def _ready(play: Play) -> None:
    """Give everybody a login, and bring a covert round to the moment before its draw."""
    people = [
        Credential(
            login=login,
            name=f"姓名{login}",
            password=_HASH,
            role=role,
            department=department,
            approver=True,
        )
        for login, role, department in filter(None, PEOPLE.values())
    ]
    async with play.work(office()) as work:
        await work.credentials.add(people)
    await play.open_round(COVERT_ROUND, LINE)
    frozen = await play.freeze(COVERT_ROUND)
    await play.sign(frozen)
    await play.reveal(frozen)


async def _open(play: Play, visit: Visit) -> None:
    play.clock.go_to(visit.date_from)
    async with play.work(office()) as work:
        await dispatch.open_covert(work, visit.visit_id)


async def _pass_the_embargo(play: Play) -> None:
    async with play.work(AUDITOR) as work:
        drawn = await work.rounds.get(COVERT_ROUND)
    play.clock.go_to(drawn.embargo_date + timedelta(days=1))
    async with play.work(Actor(name="daily-duties", role=Role.OFFICE)) as work:
        await duties.do_duty(work, "open-embargoed-records")


async def _metrics(play: Play) -> str:
    """Give what Prometheus is told."""
    async with play.work(AUDITOR) as work:
        return exposition(await watch_figures(work)).decode()


async def _acts(play: Play) -> list[str]:
    async with play.work(AUDITOR) as work:
        return [str(entry) for entry in await work.audit_entries.where()]


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Keep what is logged, as the processes log it, and what is printed."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # the test's own client
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(kept))
    try:
        with redirect_stdout(kept), redirect_stderr(kept):
            yield kept
    finally:
        structlog.reset_defaults()
        root.setLevel(level)
        root.removeHandler(handler)


async def target_of(play: Play) -> tuple[Visit, list[str]]:
    """Give the one visit of the covert round, and the words that betray where it goes."""
    async with play.work(AUDITOR) as work:
        [visit] = await work.visits.where(round_id=COVERT_ROUND)
    return visit, [visit.place.removeprefix("uscc:"), visit.place_name, visit.address]


async def secrets_of(play: Play) -> list[str]:
    """Give the values that anybody could compute the target from."""
    async with play.work(AUDITOR) as work:
        contributors = await work.contributors.where(round_id=COVERT_ROUND)
        files = await work.record_files.where(round_id=COVERT_ROUND)
        chain = await work.office_chains.get(COVERT_ROUND)
    values = [each.value for each in contributors if each.value]
    return [*values, *(file.key for file in files if file.key), chain.secret]


async def refusals(play: Play, app: FastAPI, visit: Visit) -> list[str]:
    """Do what is refused, as anybody might try, and give what was answered."""
    said = []
    transport = ASGITransport(app=app)
    for entry in filter(None, PEOPLE.values()):
        async with AsyncClient(transport=transport, base_url="http://county") as client:
            login = {"login": entry[0], "password": PASSWORD}
            token = (await client.post("/v1/login", json=login)).json()["csrf"]
            client.headers["X-CSRF-Token"] = token
            for path, body in _attempts(visit):
                answer = await client.post(path, json=body)
                assert answer.status_code >= 400, (entry, path)
                said.append(answer.text)
            pages = (f"/v/{visit.visit_code}", f"/v/{visit.visit_code}/openings/1.json")
            said += [(await client.get(path)).text for path in pages]
    with pytest.raises(RuleBrokenError) as refused:
        async with play.work(clerk(HEALTH)) as work:
            await dispatch.open_covert(work, visit.visit_id)
    return [*said, str(refused.value), repr(refused.value)]


def _attempts(visit: Visit) -> list[tuple[str, Any]]:
    return [
        (f"/v1/visits/{visit.visit_id}/open", None),
        (f"/v1/visits/{visit.visit_id}/precheck", None),
        (f"/v1/rounds/{COVERT_ROUND}/publish", None),
        (f"/v1/rounds/{COVERT_ROUND}/draw", None),
        (
            f"/v1/rounds/{COVERT_ROUND}/verifications",
            {"sums_hash": "0" * 64, "words": "ok"},
        ),
    ]


def test_everybody_looked_at_much(story: Story) -> None:
    for told in story.pages.values():
        assert min(len(found.texts) for found in told.crawls.values()) > 40


@pytest.mark.parametrize("moment", ["drawn", "dispatched", "opened"])
def test_no_page_or_download_names_a_target_before_its_time(story: Story, moment: str) -> None:
    assert story.more(moment) == []


@pytest.mark.parametrize("moment", ["ready", "drawn", "dispatched", "opened"])
def test_no_page_or_download_holds_what_the_target_could_be_computed_from(
    story: Story, moment: str
) -> None:
    code = str(story.visit.visit_code)

    assert story.pages[moment].mentions([*story.secrets, code]) == {}


def test_no_message_answer_act_or_log_names_it_before_the_day(story: Story) -> None:
    assert all(story.emitted[kind] for kind in ("messages", "answers", "acts"))
    assert "onevisit_" in story.emitted["metrics"][0]
    assert [
        (kind, word, text[:200])
        for kind, texts in story.emitted.items()
        for text in texts
        for word in (*story.words, *story.secrets)
        if word in text
    ] == []


def test_on_the_day_its_own_departments_are_told_and_nobody_else(story: Story) -> None:
    told = [
        letter for letter in story.told if any(word in letter.body.decode() for word in story.words)
    ]

    assert {letter.type for letter in told} == {"TaskOpened.v1"}
    assert len(told) == len(story.visit.departments)
    assert all(any(d in letter.recipient for d in story.visit.departments) for letter in told)
    assert HEALTH not in story.visit.departments


def test_after_the_embargo_everybody_may_read_it(story: Story) -> None:
    """The search above finds what is there to be found."""
    assert {person for person, _path, _word in story.more("disclosed")} == {"public", "health"}

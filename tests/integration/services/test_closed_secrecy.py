"""A closed round betrays no class: all that the public can get of it is searched, opened or not.

A stratum is opaque in public, but ratios by class are in the plan: whoever could place an object in
a stratum would know its class, and the revealed values would let anybody compute every ticket.
"""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from contracts.draw_record import Transcript
from coordinator.domain.annual_plan import ListPublicity, StratumRule
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.registers import RiskClass
from coordinator.services import duties, lottery
from coordinator.services.lottery.drawn_files import drawn_rows
from coordinator.services.ports import Actor, Role
from tests.crawling import Crawl, crawl
from tests.play import AUDITOR, PLAN, ROUND, Play, office
from tests.served import app_of
from tests.snapshots import Snapshot

_ROW = re.compile(r"<tr.*?</tr>|<li.*?</li>|<p.*?</p>", re.DOTALL)
_STRATUM = re.compile(r"\bs-[0-9a-f]{12}\b")
_STRATA = 3


@dataclass(frozen=True)
class Story:
    """What anybody got of a closed round before and after its record opened.

    `drawn` are the objects of its first line in the order of the record, which goes by stratum.
    """

    drawn: list[tuple[str, str]]
    tickets: list[str]
    values: list[str]
    listed: Crawl
    opened: Crawl

    def crawls(self) -> dict[str, Crawl]:
        return {"listed": self.listed, "opened": self.opened}


@pytest.fixture(scope="module")
async def story(
    county_adopted: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Story]:
    """Draw L1 by class with its list open at the draw, and L2 of one class only; then open both."""
    play = county_adopted.resume(tmp_path_factory.mktemp("closed"))
    await _grade(play)
    await play.drawn_round(ROUND, "L1", "L2")
    app = app_of(play)
    known = {"round_id": ROUND, "plan_id": PLAN, "line": "L1", "code": "L1"}
    listed = await crawl(app, None, known)
    async with play.work(AUDITOR) as work:
        drawn = await work.rounds.get(ROUND)
        rows = [row for line in drawn.lines for row in await drawn_rows(work, drawn, line)]
        names = {each.object_id: each.name for each in await work.objects.where()}
        files = await work.record_files.where(round_id=ROUND)
        contributors = await work.contributors.where(round_id=ROUND)
    play.clock.go_to(drawn.embargo_date + timedelta(days=1))
    async with play.work(Actor(name="daily-duties", role=Role.OFFICE)) as work:
        await duties.do_duty(work, "open-embargoed-records")
    await play.examine()
    async with play.work(AUDITOR) as work:
        assert (await work.rounds.get(ROUND)).state is RoundState.DISCLOSED
    values = [each.value for each in contributors if each.value]
    yield Story(
        drawn=[(row.object, names[row.object]) for row in rows],
        tickets=[row.ticket for row in rows],
        values=[*values, *(file.key for file in files if file.key)],
        listed=listed,
        opened=await crawl(app, None, known),
    )
    await play.close()


async def _grade(play: Play) -> None:
    shares = {
        "D": StratumRule(numerator=1, denominator=1),
        "*": StratumRule(numerator=1, denominator=2),
    }
    async with play.work(office()) as work:
        for number, thing in enumerate(await work.objects.where(industry="H6210")):
            grade = RiskClass.D if number % 2 else RiskClass.A
            await work.objects.save(thing.model_copy(update={"risk_class": grade}))
        for thing in await work.objects.where(industry="H6110"):
            await work.objects.save(thing.model_copy(update={"risk_class": RiskClass.D}))
        for code in ("L1", "L2"):
            line = replace(await work.plan_lines.get(code), strata=shares, number=None)
            line = replace(line, list_publicity=ListPublicity.ON_DRAW)
            await work.plan_lines.save(line)


@pytest.mark.parametrize("moment", ["listed", "opened"])
def test_no_value_or_salt_is_public(story: Story, moment: str) -> None:
    assert story.values
    assert story.crawls()[moment].mentions(story.values) == {}


def test_no_ticket_is_public_but_the_thresholds_of_the_opened_round(story: Story) -> None:
    shown = {word for _path, word in story.opened.mentions(story.tickets)}

    assert story.listed.mentions(story.tickets) == {}
    assert {path for path, _word in story.opened.mentions(story.tickets)} <= {f"/rounds/{ROUND}"}
    assert len(shown) <= _STRATA < len(story.tickets)  # the largest of each names nobody (3.3)


@pytest.mark.parametrize("moment", ["listed", "opened"])
def test_no_stratum_stands_next_to_an_object(story: Story, moment: str) -> None:
    words = [word for thing in story.drawn for word in thing]
    together = [
        (path, passage[:200])
        for path, text in story.crawls()[moment].texts.items()
        for passage in (_ROW.findall(text) if "<html" in text else [text])
        if _STRATUM.search(passage) and any(word in passage for word in words)
    ]

    assert together == []


@pytest.mark.parametrize("moment", ["listed", "opened"])
def test_the_record_for_everybody_has_no_file_of_objects(story: Story, moment: str) -> None:
    packed = story.crawls()[moment].texts[f"/rounds/{ROUND}/record.zip"]

    assert f"{ROUND}/transcript.json" in packed
    assert f"{ROUND}/rules.json" in packed
    for name in ("drawn/", "items/", "frames/", "salts.json", "reveals.json"):
        assert f"{ROUND}/{name}" not in packed


def test_a_list_is_names_in_an_order_that_tells_nothing(story: Story) -> None:
    listed = story.opened.texts[f"/rounds/{ROUND}/lists/L1.csv"]
    known = dict(story.drawn)
    shown = [line.split(",")[0] for line in listed.splitlines() if ":" in line.split(",")[0]]
    found = [code for code in shown if code in known]

    assert found == sorted(found)
    assert found != [code for code, _name in story.drawn if code in found]


def test_a_list_of_one_class_only_names_nobody(story: Story) -> None:
    page = story.opened.texts[f"/rounds/{ROUND}"]

    assert "这份名单会透露分类，不公开" in page
    assert f"/rounds/{ROUND}/lists/L2.csv" not in story.opened.texts


def test_the_self_audit_speaks_of_lines(story: Story) -> None:
    page = story.opened.texts["/self-audit"]

    assert "各层合计" in page
    assert _STRATUM.search(page) is None


async def test_whoever_oversees_still_gets_and_verifies_everything(adopted: Play) -> None:
    await _grade(adopted)
    await adopted.drawn_round(ROUND, "L1")

    async with adopted.work(AUDITOR) as work:
        record = await lottery.whole_record(work, ROUND)

    body = record["transcript.json"]
    assert isinstance(body, bytes)
    counts = Transcript.model_validate_json(body).counts["L1"]
    assert len(counts) == 2
    assert {"drawn/L1.tsv", "frames/L1.tsv", "reveals.json", "salts.json"} <= set(record)
    salts = record["salts.json"]
    assert isinstance(salts, bytes)
    assert "frames/L1.tsv" in json.loads(salts)

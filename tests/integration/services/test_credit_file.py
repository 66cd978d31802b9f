"""The yearly credit file: entries that point to records, versions, and whose class counts."""

from datetime import date, timedelta
from typing import Any

import pytest

from coordinator.domain.credit_file import CreditFile, FilePart
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.values import RiskClass
from coordinator.services import credit_file, disclosure, duties, handlers
from tests.builders import FIRE, MARKET
from tests.integration.services.page_clients import page, people
from tests.integration.services.test_follow_up import CHIEF, CLERK
from tests.integration.services.test_penalty_publication import (
    publication,
    published_anew,
    punished,
    taken_back,
)
from tests.play import AUDITOR, Play, clerk, office


async def made(play: Play, subject: str, year: int = 2026) -> CreditFile:
    async with play.work(office()) as work:
        return await handlers.make_credit_file(work, subject, year)


async def thing(play: Play, code: str) -> Any:
    async with play.work(AUDITOR) as work:
        return await work.objects.get(code)


async def test_a_file_holds_what_is_on_record_and_the_register_takes_the_local_class(
    dispatched: Play,
) -> None:
    case_id = await punished(dispatched)
    shown = await publication(dispatched, case_id)
    async with dispatched.work(CLERK) as work:
        order = await handlers.order_rectification(work, shown.result_id, "条款")
        await handlers.report_rectification(work, order.rectification_id, "已清理")
    async with dispatched.work(CHIEF) as work:
        await handlers.close_rectification(work, order.rectification_id)

    first = await made(dispatched, shown.subject)
    again = await made(dispatched, shown.subject)
    dispatched.clock.go_to(dispatched.clock.today() + timedelta(days=20))
    later = await made(dispatched, shown.subject)

    found = {part: {each.kind for each in first.of_part(part)} for part in FilePart}
    assert found[FilePart.DUTY] == {"order-in-time"}
    assert found[FilePart.VIOLATION] == {"penalty-ordinary"}
    assert found[FilePart.SELF_DISCIPLINE] == {"rectified-early"}
    assert "problem" in found[FilePart.INSPECTION]
    assert ("case", case_id) in {(each.source, each.source_id) for each in first.entries}
    assert again == first
    assert (later.version, "penalty-late" in {e.kind for e in later.entries}) == (2, True)
    graded = (await thing(dispatched, shown.subject)).gradings
    assert [(each.scheme, each.value) for each in graded if each.source == "2026.2"] == [
        ("credit-file", later.local_class)
    ]


async def test_what_was_withdrawn_from_publication_is_not_called_public(dispatched: Play) -> None:
    shown = await publication(dispatched, await punished(dispatched))
    before = await made(dispatched, shown.subject)
    async with dispatched.work(AUDITOR) as work:
        [standing] = await work.disclosures.where(result_id=shown.result_id, withdrawn_at=None)
    async with dispatched.work(CLERK) as work:
        await disclosure.request_withdrawal(work, standing.disclosure_id, "repeated")
    async with dispatched.work(CHIEF) as work:
        await disclosure.confirm_withdrawal(work, standing.disclosure_id)

    after = await made(dispatched, shown.subject)

    public = [
        {each.source_id: each.public for each in file.entries}[shown.result_id]
        for file in (before, after)
    ]
    assert public == [True, False]


async def test_a_file_made_before_tells_other_organs_what_is_public_when_they_read_it(
    dispatched: Play,
) -> None:
    shown = await publication(dispatched, await punished(dispatched))
    file = await made(dispatched, shown.subject)
    fire, market = await people(dispatched, ("f", FIRE), ("m", MARKET))
    path = f"/console/credit-files/{file.file_id}"
    before = await page(fire, path)
    result = await taken_back(dispatched, shown)

    away = [await page(fire, path), (await fire.get("/v1/credit-files")).text]
    own = await page(market, path)
    await published_anew(dispatched, result)
    back = await page(fire, path)

    number, item = shown.decision_number, result.item_name
    texts = (before, *away, own, back)
    assert [number in text for text in texts] == [True, False, False, True, True]
    assert [item in text for text in texts] == [True, False, False, True, True]


async def test_a_penalty_whose_period_has_passed_is_public_in_no_file_made_before(
    dispatched: Play,
) -> None:
    case_id = await punished(dispatched)
    shown = await publication(dispatched, case_id)
    file = await made(dispatched, shown.subject)
    dispatched.clock.go_to(shown.shown_until + timedelta(days=1))

    async with dispatched.work(AUDITOR) as work:
        [now] = await credit_file.as_public_now(work, [file])

    public = [{each.source_id for each in of.entries if each.public} for of in (file, now)]
    assert [case_id in ids for ids in public] == [True, False]
    assert [shown.result_id in ids for ids in public] == [True, True]


async def test_an_official_class_wins_and_leaves_no_local_one_in_the_register(
    dispatched: Play,
) -> None:
    shown = await publication(dispatched, await punished(dispatched))
    await made(dispatched, shown.subject)
    async with dispatched.work(office()) as work:
        one = await work.objects.get(shown.subject)
        await work.objects.save(one.model_copy(update={"risk_class": RiskClass.A}))

    found = await made(dispatched, shown.subject)

    assert (found.official_class, found.credit_class) == ("A", "A")
    assert found.local_class is not None
    assert not (await thing(dispatched, shown.subject)).gradings


async def test_the_duty_makes_last_years_files_once_and_only_the_office_makes_any(
    dispatched: Play,
) -> None:
    shown = await publication(dispatched, await punished(dispatched))
    with pytest.raises(RuleBrokenError) as refused:
        async with dispatched.work(clerk(MARKET)) as work:
            await handlers.make_credit_file(work, shown.subject, 2026)
    with pytest.raises(RuleBrokenError) as unknown:
        await made(dispatched, shown.subject, 2025)

    done = []
    for day in (date(2027, 1, 4), date(2027, 1, 5)):
        dispatched.clock.go_to(day)
        async with dispatched.work(office()) as work:
            run = await duties.do_duty(work, "make-credit-files")
        assert run is not None
        done.append(run.outcome)

    async with dispatched.work(AUDITOR) as work:
        files = await work.credit_files.where(year=2026)
    assert refused.value.rule is Rule.ROLE_NOT_ALLOWED
    assert unknown.value.rule is Rule.CREDIT_FILE_YEAR
    assert shown.subject in {each.subject for each in files}
    assert done[0]["made"] == len(files)
    assert (done[1]["made"], done[1]["looked_at"]) == (0, done[0]["looked_at"])

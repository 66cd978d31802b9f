"""Lists, measures and repair as people and the public meet them: over HTTP, nothing too much."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from contracts.vocabulary import DelistingReason
from coordinator.domain.lifecycle import ListingState, RepairState
from coordinator.services.ports import Actor, Role
from coordinator.services.shut_outs import SHUT_OUT, participant_tag
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store
from tests.integration.web.fake_work import FakeStore

HTML = {"Accept": "text/html"}
APPLICATION = {
    "number": "平市监列（2026）1号",
    "applicant": "平川县第7食品有限公司",
    "statement": "已改正并缴清罚款",
    "evidence": "缴款书、整改照片",
}
REPAIRABLE = datetime(2027, 5, 14, 2, 0, tzinfo=UTC)


@pytest.fixture
def later_store() -> FakeStore:
    """Give the county on a day when a listing of 2026 may be repaired."""
    store = a_store()
    store.at = REPAIRABLE
    return store


def test_the_party_applies_itself_with_the_number_of_its_decision(later_store: FakeStore) -> None:
    client = a_client(later_store)

    page = client.get("/listings/l0007", headers=HTML).text
    answer = client.post("/listings/l0007/repair", data=APPLICATION, headers=HTML)
    after = client.get(answer.headers["location"], headers=HTML).text

    asked = [
        each
        for each in later_store.collections["repairs"].values.values()
        if each.listing_id == "l0007"
    ]
    assert 'action="/listings/l0007/repair"' in page
    assert answer.status_code == 303
    assert [(each.state, each.channel.value) for each in asked] == [(RepairState.APPLIED, "public")]
    assert "修复申请已收到" in after
    assert 'action="/listings/l0007/repair"' not in after


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"number": "平市监列（2026）9号"}, 404, "申请没有提交"),
        ({"statement": " "}, 409, "申请没有提交"),
    ],
)
def test_who_knows_no_number_or_says_nothing_applies_for_nothing(
    later_store: FakeStore, changes: dict[str, str], status: int, said: str
) -> None:
    before = dict(later_store.collections["repairs"].values)

    answer = a_client(later_store).post(
        "/listings/l0007/repair", data=APPLICATION | changes, headers=HTML
    )

    assert answer.status_code == status
    assert said in answer.text
    assert later_store.collections["repairs"].values == before


def test_nobody_applies_before_the_first_day_or_for_another_site() -> None:
    store = a_store()
    store.at = REPAIRABLE - timedelta(days=2)
    client = a_client(store)

    early = client.post("/listings/l0007/repair", data=APPLICATION, headers=HTML)
    foreign = client.post(
        "/listings/l0007/repair", data=APPLICATION, headers={"Origin": "https://evil.example"}
    )

    assert "最早 2027-05-13" in early.text
    assert early.status_code == 409
    assert foreign.status_code == 403


def test_the_public_sees_for_some_days_that_somebody_left_and_never_why_they_were_there() -> None:
    store = a_store()
    [left] = [
        each for each in store.collections["listings"].values.values() if each.listing_id == "l0009"
    ]
    assert left.delisted_at is not None
    store.at = left.delisted_at + timedelta(days=29)
    shown = a_client(store).get("/listings/l0009", headers=HTML)
    list_page = a_client(store).get("/listings", headers=HTML).text
    store.at = left.delisted_at + timedelta(days=31)
    gone = a_client(store).get("/listings/l0009", headers=HTML)
    later_list = a_client(store).get("/listings", headers=HTML).text

    assert shown.status_code == 200
    assert left.facts not in shown.text
    assert left.penalty_decision not in shown.text
    assert "近期移出" in list_page
    assert gone.status_code == 404
    assert left.subject_name not in later_list
    assert "平川县第7食品有限公司" in later_list


def test_the_page_of_a_listing_tells_who_has_taken_in_what() -> None:
    page = a_client(a_store(), "market2").get("/console/listings/l0007", headers=HTML).text
    overview = a_client(a_store(), "office1").get("/console/listings", headers=HTML).text

    assert "逾期未确认" in page
    assert "逾期未确认的变动" in overview
    assert "原记载的货值有误" in page
    assert 'href="/console/punishments/l0007"' in page


async def test_the_pages_tell_who_was_shut_out_and_who_is_listed_past_the_term() -> None:
    store = a_store()
    listings, events = (store.collections[kind].values for kind in ("listings", "listing_events"))
    over = store.at.date() - timedelta(days=1)
    listings[("l0007",)] = replace(listings[("l0007",)], term_until=over)
    [system] = events[("l0007.1",)].systems
    async with store.open_work(Actor(name="office1", role=Role.OFFICE)) as work:
        await work.audit(participant_tag(SHUT_OUT), system, kind="credit-system")

    page = a_client(store, "market2").get("/console/listings/l0007", headers=HTML).text
    overview = a_client(store, "office1").get("/console/listings", headers=HTML).text

    assert "已停止接入" in page
    assert "逾期未确认的变动" not in overview
    assert '期限已满、尚未移出：<a href="/console/listings/l0007">' in overview


def test_a_requested_delisting_shows_its_day_and_its_light_and_who_has_not_heard_of_a_change() -> (
    None
):
    store = a_store()
    listings, events = (store.collections[kind].values for kind in ("listings", "listing_events"))
    due = store.at.date() - timedelta(days=3)
    listings[("l0007",)] = replace(
        listings[("l0007",)],
        state=ListingState.REVOKED,
        delisting_reason=DelistingReason.REVOKED,
        delisting_number="平市监撤（2026）1号",
        delisting_requested_by="market2",
        delisting_due=due,
        delisting_provisional=True,
    )
    events[("l0007.1",)] = replace(events[("l0007.1",)], asks_departments=True)

    page = a_client(store, "market3").get("/console/listings/l0007", headers=HTML).text
    case = a_client(store, "office1").get("/console/punishments/l0007", headers=HTML).text
    lights = a_client(store, "market3").get("/console/overdue?kind=delisting", headers=HTML).text

    assert f"确认或者退回的期限 {due}。" in page
    assert "（节假日安排未公布，暂定）" in page
    assert "红灯" in page
    assert (
        page.count("逾期未确认</span>") == 2
    )  # the credit system, and the department that was told
    assert f"确认或者退回的期限 {due}。" in case
    assert "/console/listings/l0007" in lights
    assert "确认或者退回移出" in lights


def test_a_case_shows_rules_orders_and_answers() -> None:
    page = a_client(a_store(), "fire1").get("/console/punishments/l0007", headers=HTML).text

    assert "联合惩戒（2026）0001号" in page
    assert "国家基础清单" in page
    assert "只限于" in page or "在日常监管范围内" in page
    assert "李队" in page


def test_what_the_party_said_is_for_its_organ_and_overseers_and_not_for_every_department() -> None:
    store = a_store()
    heard = {
        "objection": "数量不实，请复核",
        "hearing_wanted": True,
        "hearing_date": date(2026, 5, 10),
        "hearing_note": "听证笔录第7号",
        "objection_answer": "维持原议",
    }
    listings, repairs = (store.collections[kind].values for kind in ("listings", "repairs"))
    listings[("l0007",)] = replace(listings[("l0007",)], **heard)
    [repair] = repairs.values()
    repairs[(repair.repair_id,)] = replace(repair, listing_id="l0007", applicant="申请人某某")
    private = ("数量不实，请复核", "听证笔录第7号", "申请人某某")

    pages = {
        login: a_client(store, login).get("/console/listings/l0007", headers=HTML).text
        for login in ("market3", "office1", "auditor1", "fire1")
    }
    listed = {
        login: a_client(store, login).get("/v1/listings?q=l0007").text
        + a_client(store, login).get("/v1/listings").text
        for login in ("market3", "fire1")
    }
    searched = a_client(store, "fire1").get("/v1/listings?q=数量不实").json()["total"]
    paper = a_client(store, "fire1").get("/console/listings/l0007/decision.pdf", headers=HTML)

    for login in ("market3", "office1", "auditor1"):
        assert all(words in pages[login] for words in private), login
    assert not any(words in pages["fire1"] for words in private)
    assert "平川县第7食品有限公司" in pages["fire1"]
    assert "数量不实，请复核" in listed["market3"]
    assert not any(words in listed["fire1"] for words in private)
    assert searched == 0
    assert paper.status_code == 403


def test_a_case_of_what_is_undecided_is_the_organs_own() -> None:
    own = a_client(a_store(), "market3").get("/console/punishments/l0008", headers=HTML)
    other = a_client(a_store(), "fire1").get("/console/punishments/l0008", headers=HTML)
    open_one = a_client(a_store(), "fire1").get("/console/punishments/l0007", headers=HTML)

    assert (own.status_code, other.status_code, open_one.status_code) == (200, 403, 200)
    assert "平川县尚未决定有限公司" not in other.text


def test_a_persons_code_is_neither_shown_nor_found_in_public() -> None:
    store = a_store()
    listings = store.collections["listings"].values
    code = "other:person:640221199001010011"
    listings[("l0007",)] = replace(listings[("l0007",)], subject=code, subject_name="王某某")
    client = a_client(store)

    page = client.get("/listings/l0007", headers=HTML).text
    found = client.get("/listings?q=640221199001010011", headers=HTML).text
    by_name = client.get("/listings?q=王某", headers=HTML).text
    of_firm = a_client(a_store()).get("/listings?q=911309990000000007", headers=HTML).text

    assert "640221" not in page + by_name
    assert "王某某" in page
    assert "王某某" in by_name
    assert "王某某" not in found
    assert "平川县第7食品有限公司" in of_firm


def test_a_strangers_application_leaves_the_form_open_to_the_party(later_store: FakeStore) -> None:
    client = a_client(later_store)

    client.post("/listings/l0007/repair", data=APPLICATION | {"applicant": "某人"}, headers=HTML)
    page = client.get("/listings/l0007", headers=HTML).text
    organ = a_client(later_store, "market3").get("/console/listings/l0007", headers=HTML).text
    answers = [
        client.post("/listings/l0007/repair", data=APPLICATION, headers=HTML).status_code
        for _ in range(3)
    ]

    assert 'action="/listings/l0007/repair"' in page
    assert "/console/acts/apply-for-repair/l0007" in organ
    assert answers == [303, 303, 429]


def test_measures_whose_answer_is_late_are_found_in_one_click() -> None:
    store = a_store()
    store.at = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
    client = a_client(store, "office1")

    page = client.get("/console/measures", headers=HTML).text
    late = client.get("/console/measures?overdue=1", headers=HTML).text

    assert "1 项逾期未答复" in page
    assert late.count("待反馈</span>") == 1


def test_a_second_person_is_offered_the_confirmation_and_the_first_is_not() -> None:
    store = a_store()
    listings = store.collections["listings"].values
    waiting = listings[("l0008",)]
    listings[("l0008",)] = replace(
        waiting, state="decided", decided_by="market2", decision_number="平市监列（2026）8号"
    )

    first = a_client(store, "market2").get("/console/listings/l0008", headers=HTML).text
    second = a_client(store, "market1").get("/console/listings/l0008", headers=HTML).text

    assert "/console/acts/confirm-listing/l0008" not in first
    assert "/console/acts/confirm-listing/l0008" in second


def test_a_listing_is_made_repaired_and_proven_over_http() -> None:
    store = a_store()
    store.at = datetime(2026, 5, 13, 2, 0, tzinfo=UTC)
    clerk, chief, deputy = (a_client(store, f"market{n}") for n in (3, 1, 2))

    proposed = clerk.post("/v1/cases/c0001/listing", json={"list_code": "market-serious"}).json()
    at = f"/v1/listings/{proposed['subject']}"
    steps = [
        clerk.post(f"{at}/notify", json={"notice_number": "平市监列告〔2026〕9号"}),
        clerk.post(f"{at}/delivery", json={"day": "2026-05-13", "way": "direct"}),
        chief.post(f"{at}/decide", json={"decision_number": "平市监列〔2026〕9号"}),
    ]
    store.at += timedelta(days=12)
    steps += [
        chief.post(f"{at}/decide", json={"decision_number": "平市监列〔2026〕9号"}),
        chief.post(f"{at}/confirm"),
        deputy.post(f"{at}/confirm"),
    ]
    marked = store.collections["objects"].values[("uscc:911309990000000001",)].serious_list
    store.at += timedelta(days=366)
    asked = clerk.post(
        f"{at}/repair",
        json={"applicant": "企业", "statement": "已改正", "evidence": "照片"},
    ).json()
    at_repair = f"/v1/repairs/{asked['subject']}"
    steps += [
        chief.post(f"{at_repair}/verify", json={"findings": "现场核实"}),
        chief.post(
            f"{at_repair}/decide",
            json={"granted": True, "number": "平市监修〔2027〕1号", "reason": "符合条件"},
        ),
        deputy.post(
            f"{at_repair}/decide",
            json={"granted": True, "number": "平市监修〔2027〕1号", "reason": "符合条件"},
        ),
    ]
    unproven = deputy.get(f"/console/repairs/{asked['subject']}/proof.pdf", headers=HTML)

    assert [each.status_code for each in steps] == [200, 200, 409, 200, 409, 200, 200, 409, 200]
    assert [steps[n].json()["title"] for n in (2, 4, 7)] == [
        "objection-period-runs",
        "two-persons-needed",
        "two-persons-needed",
    ]
    assert marked
    assert not store.collections["objects"].values[("uscc:911309990000000001",)].serious_list
    assert unproven.status_code == 409
    assert "没有确认收到" in unproven.text


def test_a_long_public_list_is_shown_to_its_end_page_by_page() -> None:
    store = a_store()
    listings = store.collections["listings"].values
    listed = next(each for each in listings.values() if each.state is ListingState.LISTED)
    for n in range(40):
        older = listed.listed_at - timedelta(days=n + 1)
        more = replace(listed, listing_id=f"m{n}", subject_name=f"企业{n:02}号", listed_at=older)
        listings[(more.listing_id,)] = more
    client = a_client(store)

    first = client.get("/listings", headers=HTML).text
    second = client.get("/listings?page=2", headers=HTML).text

    on_pages = [(f"企业{n:02}号" in first, f"企业{n:02}号" in second) for n in range(40)]
    assert all(one != other for one, other in on_pages)
    assert 'rel="next" href="?q=&amp;page=2"' in first
    assert 'rel="prev"' in second

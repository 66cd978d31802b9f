"""Credit files on the console and behind the visit code: four parts, records, whose class."""

from dataclasses import replace
from datetime import date

from coordinator.adapters.documents.follow_up_fields import CreditFilePaper
from coordinator.domain.credit_file import CreditFile, FileEntry, FilePart
from coordinator.domain.lifecycle import VisitState
from tests.integration.web.builders import AT, EARLY_TARGET
from tests.integration.web.client import FakeDocuments, a_client
from tests.integration.web.county import a_store
from tests.integration.web.county_registers import put
from tests.integration.web.fake_work import FakeStore

HTML = {"Accept": "text/html"}
PAGE = "/console/credit-files/cf0001"
SUBJECT = "uscc:911309990000000001"


def a_county(**changes: object) -> FakeStore:
    """Give a store with a file: a penalty that is public, and a result that is not."""
    penalty = FileEntry(
        kind="penalty-ordinary",
        part=FilePart.VIOLATION,
        day=date(2026, 4, 28),
        department="market-regulation",
        text="平市监罚（2026）12号",
        source="case",
        source_id="c0001",
        public=True,
    )
    result = replace(
        penalty,
        kind="problem",
        part=FilePart.INSPECTION,
        text="三层东侧安全出口堆放布草车",
        source="result",
        source_id="r0003",
        public=False,
    )
    file = CreditFile(
        file_id="cf0001",
        subject=SUBJECT,
        subject_name=EARLY_TARGET,
        year=2026,
        version=1,
        made_at=AT,
        made_by="office1",
        table_label="credit-file@2026-01-01",
        entries=(penalty, result),
        official_class=None,
        score=86,
        local_class="B",
    )
    store = a_store()
    put(store, "credit_files", replace(file, **changes))  # type: ignore[arg-type] # fields by name
    return store


def test_the_page_shows_four_parts_their_records_and_whose_class_it_is() -> None:
    page = a_client(a_county(), "office1").get(PAGE, headers=HTML).text

    for said in ("履行义务", "没有数据，不计分", "/console/cases/c0001", "B（本地评分）", "-12"):
        assert said in page
    assert "make-credit-file" in page


def test_an_official_class_is_shown_instead_and_the_local_one_as_not_used() -> None:
    page = a_client(a_county(official_class="A"), "office1").get(PAGE, headers=HTML).text

    assert "A（官方分类）" in page
    assert "本地评分为 B，不使用" in page


def test_a_department_sees_public_entries_and_its_own_and_how_many_more_there_are() -> None:
    store = a_county()

    other = a_client(store, "fire1").get(PAGE, headers=HTML).text
    own = a_client(store, "market1").get(PAGE, headers=HTML).text

    assert "三层东侧安全出口" not in other
    assert "另有 1 条" in other
    assert "三层东侧安全出口" in own


def test_the_file_is_taken_along_as_a_paper_that_holds_what_its_form_asks_for() -> None:
    asked = FakeDocuments()
    client = a_client(a_county(), "office1", documents=asked)

    paper = client.get(PAGE, params={"format": "pdf"}, headers=HTML)
    sheet = client.get(PAGE, params={"format": "xlsx"}, headers=HTML)

    form, data = asked.asked[0]
    made = CreditFilePaper(**data)
    assert (paper.status_code, sheet.status_code, form) == (200, 200, "credit-file")
    assert [len(each.rows) for each in made.parts] == [0, 1, 1, 0]
    assert ("分类", "B（本地评分）") in made.facts


def test_without_a_valid_visit_code_nobody_sees_a_file() -> None:
    page = a_client(a_county()).get("/v/NOT-A-CODE/credit-file", headers=HTML)

    assert page.status_code == 404


def test_the_enterprise_sees_its_own_file_behind_its_code_and_no_class() -> None:
    page = behind_the_code(a_county())

    assert "平市监罚（2026）12号" in page
    assert "三层东侧安全出口" in page
    assert "本地评分" not in page
    assert "本地得分" not in page


def test_whoever_shares_a_visit_code_sees_of_its_neighbour_what_is_public() -> None:
    store = a_county()
    checks = store.collections["checks"].values
    key, own = next((k, each) for k, each in checks.items() if each.object_id == SUBJECT)
    things = store.collections["objects"].values
    other = next(t for t in things.values() if t.credit_subject != SUBJECT)
    checks[(*key, "neighbour")] = replace(own, object_id=other.object_id)

    page = behind_the_code(store)

    assert "平市监罚（2026）12号" in page
    assert "三层东侧安全出口" not in page


def behind_the_code(store: FakeStore) -> str:
    """Give the page of the files behind the code of a visit to the subject."""
    visits = store.collections["visits"].values
    checks = store.collections["checks"].values.values()
    visit_id = next(each.visit_id for each in checks if each.object_id == SUBJECT)
    today = store.at.date()
    visits[(visit_id,)] = replace(
        visits[(visit_id,)],
        visit_code="OWNCODE1",
        state=VisitState.RUNNING,
        date_from=today,
        date_to=today,
    )

    page = a_client(store).get("/v/OWNCODE1/credit-file", headers=HTML)
    assert page.status_code == 200
    return page.text

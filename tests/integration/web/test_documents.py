"""Forms and spreadsheets."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.results import Dispute
from contracts.vocabulary import DisputeState
from coordinator.adapters.documents import TypstDocuments
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.web.console.problem_notes import ProblemNotes, dispute_words
from tests.integration.web.client import FakeDocuments, a_client
from tests.integration.web.county import a_store

FONTS = Path("/usr/share/fonts/opentype/noto")


@pytest.fixture(scope="module")
def documents() -> TypstDocuments:
    return TypstDocuments(FONTS)


def _data(path: str) -> tuple[str, dict[str, Any]]:
    asked = FakeDocuments()
    answer = a_client(a_store(), "office1", documents=asked).get(path)
    assert answer.headers["content-type"] == "application/pdf"
    return asked.asked[-1]


@pytest.mark.parametrize(
    "path",
    [
        "/console/visits/v0002/notice.pdf",
        "/console/listings/l0007/decision.pdf",
        "/console/listings/l0007/notice.pdf",
        "/console/listings/l0009/delisting.pdf",
        "/console/corrections/co0001/decision.pdf",
        "/console/repairs/rp0001/decision.pdf",
        "/console/repairs/rp0001/proof.pdf",
    ],
)
def test_a_form_is_set_from_the_data_of_its_page(path: str, documents: TypstDocuments) -> None:
    form, data = _data(path)

    first = documents.pdf(form, data)

    assert first.startswith(b"%PDF")
    assert first == documents.pdf(form, data)


def test_what_is_entered_never_becomes_markup_of_a_form(documents: TypstDocuments) -> None:
    form, data = _data("/console/visits/v0002/notice.pdf")

    made = documents.pdf(form, {**data, "place_name": "#panic() $x *_"})

    assert made.startswith(b"%PDF")


def test_a_notice_names_team_items_and_no_phone() -> None:
    _form, data = _data("/console/visits/v0002/notice.pdf")

    assert data["task_number"] == "平联抽查（2026）0002号"
    assert [each["part"] for each in data["team"]][:1] == ["组员"]
    assert "13900000000" not in str(data)


def test_a_notice_carries_the_proof_of_the_draw() -> None:
    _form, data = _data("/console/visits/v0002/notice.pdf")

    [proof] = data["openings"]
    assert (proof["line"], proof["object"]) == ("旅馆业联合检查", "平川县第2商贸有限公司")
    assert '"root":' in proof["document"]


def test_a_covert_visit_has_no_notice() -> None:
    answer = a_client(a_store(), "office1").get("/console/visits/v0900/notice.pdf")

    assert answer.status_code == 404


def test_an_unknown_form_is_refused(documents: TypstDocuments) -> None:
    with pytest.raises(RuleBrokenError) as caught:
        documents.pdf("no-such-form", {})

    assert caught.value.rule is Rule.NOT_FOUND


def test_a_workbook_keeps_codes_as_text_and_holds_no_formula(documents: TypstDocuments) -> None:
    rows = [["=1+1", "0012", 5], ["@x", None, 1.5]]

    body = documents.workbook("标题/一[二]", ["甲", "乙", "丙"], rows)

    with zipfile.ZipFile(io.BytesIO(body)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "0012" in sheet
    assert "<v>5</v>" in sheet


def test_the_code_of_a_notice_leads_to_the_public_address() -> None:
    asked = FakeDocuments()
    client = a_client(
        a_store(), "office1", documents=asked, public_address="https://county.example/"
    )

    client.get("/console/visits/v0002/notice.pdf")

    assert asked.asked[-1][1]["verify_url"] == "https://county.example/v/CODE0002"


def test_a_dispute_told_in_utc_is_noted_at_the_time_here() -> None:
    at = datetime(2026, 4, 7, 23, 30, tzinfo=UTC)
    dispute = Dispute(state=DisputeState.SETTLED, handled_by="p1", handled_at=at)

    words = dispute_words(ProblemNotes(dispute, (), asked=False), {}, "Asia/Shanghai")

    assert "2026-04-08 07:30" in words

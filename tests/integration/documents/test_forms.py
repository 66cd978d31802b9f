"""Forms as PDF: what they say, what they refuse, equal bytes for equal data."""

import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from coordinator.adapters.documents import TypstDocuments
from coordinator.adapters.documents.form_fields import FORMS
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.settings import Settings
from tests.integration.documents import follow_up_data
from tests.integration.documents.appraisal_data import appraisal_report_data
from tests.integration.documents.data import (
    COMPANY,
    TASK_NUMBER,
    annex_data,
    correction_data,
    delisting_data,
    listing_data,
    notice_data,
    notice_of_listing_data,
    repair_data,
    repair_proof_data,
)
from tests.integration.documents.report_data import report_data

DATA = {
    "notice": notice_data,
    "listing-notice": notice_of_listing_data,
    "listing-decision": listing_data,
    "correction-decision": correction_data,
    "repair-decision": repair_data,
    "repair-proof": repair_proof_data,
    "appraisal-report": appraisal_report_data,
    "delisting-decision": delisting_data,
    "rectification-order": follow_up_data.order_data,
    "transfer-letter": follow_up_data.transfer_data,
    "copy-notice": follow_up_data.copy_data,
    "stop-order": follow_up_data.stop_data,
    "hazard-listing": follow_up_data.listing_data,
    "resume-consent": follow_up_data.consent_data,
    "case-file": follow_up_data.case_data,
    "enterprise-file": follow_up_data.enterprise_data,
    "credit-file": follow_up_data.credit_file_data,
    "annex": annex_data,
    "inspection-report": report_data,
    "inspection-record": report_data,
    "result-sheet": report_data,
    "problem-summary": report_data,
    "receipt": report_data,
}


FONTS = Settings.model_fields["fonts"].default


@pytest.fixture(scope="module")
def documents() -> TypstDocuments:
    return TypstDocuments(FONTS)


@cache
def filled(form: str) -> bytes:
    """Give a form with its sample data; it is set once for all tests."""
    return TypstDocuments(FONTS).pdf(form, DATA[form]())


def _text(body: bytes) -> str:
    """Read a PDF with poppler's pdftotext; without blanks, since lines break anywhere."""
    made = subprocess.run(
        ["pdftotext", "-", "-"],  # from Debian's poppler-utils
        input=body,
        capture_output=True,
        check=True,
    )
    return "".join(made.stdout.decode().split())


def test_every_form_has_sample_data_here() -> None:
    assert DATA.keys() == FORMS.keys()


@pytest.mark.parametrize("form", DATA)
def test_equal_data_give_equal_bytes(documents: TypstDocuments, form: str) -> None:
    assert documents.pdf(form, DATA[form]()) == filled(form)


@pytest.mark.parametrize("form", DATA)
def test_a_form_declares_itself_pdf_a_and_accessible(form: str) -> None:
    assert b"<pdfaid:part>2</pdfaid:part>" in filled(form)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in filled(form)


@pytest.mark.parametrize("form", DATA)
def test_only_a_rehearsal_bears_the_mark(documents: TypstDocuments, form: str) -> None:
    rehearsed = documents.pdf(form, DATA[form]() | {"rehearsal": True})

    assert "演练" not in _text(filled(form))
    assert "演练文书，不具有法律效力" in _text(rehearsed)


def test_a_notice_says_who_comes_when_for_what_and_with_which_code() -> None:
    data = notice_data()

    text = _text(filled("notice"))

    assert TASK_NUMBER in text
    assert "2026年11月24日至2026年11月27日" in text
    assert data["visit_code"] in text
    for member in data["team"]:
        assert member["name"] in text
        assert member["certificate"] in text
    for check in data["checks"]:
        assert check["item"] in text
    for right in ("有权申请其回避", "有权拒绝检查", "对检查结果有异议的"):
        assert right in text


def test_a_notice_asks_for_the_documents_it_is_given(documents: TypstDocuments) -> None:
    data = notice_data() | {"documents": ["消防设施年度检测报告"], "contact": "电话 0000-0000"}

    text = _text(documents.pdf("notice", data))

    assert "消防设施年度检测报告。同一材料只需提供一次" in text
    assert "电话0000-0000" in text
    assert "营业执照" not in text


def test_a_notice_of_several_objects_says_which_item_is_for_which(
    documents: TypstDocuments,
) -> None:
    data = notice_data()
    data["checks"][0] = data["checks"][0] | {"object": "云溪大酒店特种设备"}

    assert _text(documents.pdf("notice", data)).count("云溪大酒店特种设备") == 2


def test_a_notice_over_many_pages_keeps_every_item(documents: TypstDocuments) -> None:
    data = notice_data()
    data["checks"] = [
        data["checks"][0] | {"item": f"第{number}号事项的检查"} for number in range(120)
    ]

    text = _text(documents.pdf("notice", data))

    assert all(f"第{number}号事项的检查" in text for number in range(120))


def test_a_check_of_a_department_that_is_not_announced_is_still_printed(
    documents: TypstDocuments,
) -> None:
    data = notice_data() | {"departments": ["市场监管局"]}

    assert data["checks"][-1]["item"] in _text(documents.pdf("notice", data))


def test_a_long_name_wraps_and_is_kept_whole(documents: TypstDocuments) -> None:
    data = {**notice_data(), "openings": []}

    assert _text(documents.pdf("notice", data)).count(COMPANY) == 2


def test_what_the_code_opens_changes_the_picture(documents: TypstDocuments) -> None:
    bare = documents.pdf("notice", notice_data() | {"verify_url": None})

    assert filled("notice") != bare


def test_entered_text_is_never_markup(documents: TypstDocuments) -> None:
    facts = '#panic("x") *粗* $x$ \\ "引" <标> = 题'

    text = _text(documents.pdf("listing-decision", listing_data() | {"facts": facts}))

    assert "".join(facts.split()) in text


def test_a_listing_decision_states_subject_grounds_term_and_remedies() -> None:
    data = listing_data()

    text = _text(filled("listing-decision"))

    for name in ("decision_number", "subject_name", "list_name", "penalty_decision", "basis"):
        assert data[name] in text
    assert "统一社会信用代码91640221MA0000000X" in text
    assert "自2026年11月21日至2029年11月21日" in text
    for right in ("信用修复", "行政复议", "行政诉讼", "没有提出异议", "另一名审批负责人"):
        assert right in text


def test_a_listing_decision_answers_the_objection(documents: TypstDocuments) -> None:
    data = listing_data() | {"objection": "已停产整改", "objection_answer": "不影响事实认定"}

    text = _text(documents.pdf("listing-decision", data))

    assert "你方提出异议：已停产整改" in text
    assert "不影响事实认定" in text
    assert "没有提出异议" not in text


@pytest.mark.parametrize(
    ("reason", "ground"),
    [("repaired", "信用修复"), ("expired", "列入期限届满"), ("revoked", "列入决定撤销")],
)
def test_a_delisting_decision_states_its_ground(
    documents: TypstDocuments, reason: str, ground: str
) -> None:
    text = _text(documents.pdf("delisting-decision", delisting_data() | {"reason": reason}))

    assert f"移出事由{ground}" in text
    assert delisting_data()["delisting_number"] in text
    assert delisting_data()["decision_number"] in text


@pytest.mark.parametrize(
    ("form", "field", "value"),
    [
        ("notice", "task_number", ""),
        ("notice", "date_to", "明天"),
        ("notice", "checks", []),
        ("listing-decision", "facts", "  "),
        ("delisting-decision", "reason", "forgotten"),
    ],
)
def test_a_field_that_does_not_fit_is_named(
    documents: TypstDocuments, form: str, field: str, value: object
) -> None:
    _expect_missing(documents, form, DATA[form]() | {field: value}, field)


@pytest.mark.parametrize("form", DATA)
def test_every_required_field_is_missed_by_name(documents: TypstDocuments, form: str) -> None:
    required = [name for name, field in FORMS[form].model_fields.items() if field.is_required()]

    for name in required:
        data = {key: value for key, value in DATA[form]().items() if key != name}
        _expect_missing(documents, form, data, name)


def test_a_field_inside_a_list_is_named_with_its_place(documents: TypstDocuments) -> None:
    data = notice_data()
    del data["team"][1]["certificate"]

    _expect_missing(documents, "notice", data, "team.1.certificate")


def test_an_unknown_form_is_not_found(documents: TypstDocuments) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        documents.pdf("../paper", {})

    assert refused.value.rule is Rule.NOT_FOUND
    assert refused.value.facts == {"kind": "form", "key": "../paper"}


def test_without_chinese_type_forms_are_refused_and_sheets_are_made(tmp_path: Path) -> None:
    documents = TypstDocuments(tmp_path)

    with pytest.raises(RuleBrokenError) as refused:
        documents.pdf("notice", notice_data())

    assert refused.value.rule is Rule.FONTS_MISSING
    assert documents.workbook("t", ["a"], [["1"]])[:2] == b"PK"


def _expect_missing(documents: TypstDocuments, form: str, data: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        documents.pdf(form, data)

    assert refused.value.rule is Rule.DOCUMENT_FIELD_MISSING
    assert refused.value.facts == {"form": form, "field": field}


def test_a_notice_carries_the_proof_of_every_line(documents: TypstDocuments) -> None:
    with_proofs = _text(filled("notice"))
    without = _text(documents.pdf("notice", {**notice_data(), "openings": []}))

    assert "附：抽签凭证" in with_proofs
    assert "特种设备安全联合检查" in with_proofs
    assert "抽签凭证" not in without


def test_a_qr_holds_the_opening_of_the_largest_list(documents: TypstDocuments) -> None:
    [*_, longest] = notice_data()["openings"]

    drawing = documents.qr(longest["document"] + "x" * (2953 - len(longest["document"])))

    assert drawing.startswith(b"<svg")
    assert b"http://www.w3.org/2000/svg" in drawing


def test_a_notice_of_listing_says_what_is_meant_and_which_rights_there_are() -> None:
    text = _text(filled("listing-notice"))

    for said in ("拟将你方列入", "5个工作日内", "听证", "不作出列入决定", "2026年11月2日"):
        assert said in text


def test_a_correction_says_what_stood_and_what_stands() -> None:
    text = _text(filled("correction-decision"))

    assert "原记载“不合格产品100件”，更正为“不合格产品10件”" in text
    assert "2028-11-21" in text


def test_a_refused_repair_says_so_and_promises_nothing(documents: TypstDocuments) -> None:
    refused = _text(documents.pdf("repair-decision", repair_data() | {"granted": False}))

    assert "不予信用修复决定书" in refused
    assert "条件具备后，你方可以再次申请" in refused
    assert "移出" not in refused


def test_a_proof_of_repair_names_everybody_who_confirmed() -> None:
    text = _text(filled("repair-proof"))

    for receipt in repair_proof_data()["receipts"]:
        assert receipt["receiver"] in text


def test_a_proof_of_repair_says_who_was_shut_out_and_confirmed_nothing(
    documents: TypstDocuments,
) -> None:
    gone = {"receiver": "市信用平台", "at": "2027-12-01"}

    text = _text(documents.pdf("repair-proof", repair_proof_data() | {"shut_out": [gone]}))

    assert "市信用平台：2027年12月1日已停止接入" in text


def test_who_left_because_the_term_ended_was_taken_off_by_the_listing_decision(
    documents: TypstDocuments,
) -> None:
    expired = delisting_data() | {"reason": "expired", "automatic": True}

    assert "依原决定移出，不另行审批" in _text(documents.pdf("delisting-decision", expired))


def test_a_half_year_report_has_each_figure_with_its_formula_and_each_organs_text() -> None:
    text = _text(filled("appraisal-report"))

    for words in ("83.3%5/6", "已完成的任务÷应完成的任务。", "两户企业已搬离", "2026年5月18日"):
        assert words in text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("inspection-report", ("消防设施完好，疏散管理不到位", "责令三十日内改正", "甲、乙、丙")),
        ("inspection-record", ("安全出口是否畅通", "5feceb66ffc86f38", "拒绝签字")),
        ("result-sheet", ("未发现问题", "顾行之")),
        ("problem-summary", ("第二十八条", "责令改正")),
        ("receipt", ("陈述、申辩", "第2版，已审核")),
    ],
)
def test_a_paper_of_a_report_says_what_it_is_for(form: str, said: tuple[str, ...]) -> None:
    text = _text(filled(form))

    for words in said:
        assert words in text


def test_a_report_that_nobody_approved_says_so(documents: TypstDocuments) -> None:
    data = {k: v for k, v in report_data().items() if not k.startswith("approved")}

    text = _text(documents.pdf("inspection-report", data | {"standing": "第 2 版，未审核"}))

    assert "尚未审核，不得对外提供" in text

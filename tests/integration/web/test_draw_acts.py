"""An auditor's act, and archives that are packed while they are sent."""

import io
import zipfile
from collections.abc import Iterator

import pytest

from coordinator.domain.lifecycle import RoundState
from coordinator.web.archives import packed
from tests.integration.web.builders import a_round
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store
from tests.integration.web.county_registers import put

HTML = {"Accept": "text/html"}
ACT = "/v1/rounds/2026-Q2/verifications"
FOUND = {"sums_hash": "0" * 64, "words": "ok 2026-Q2"}


def test_an_auditor_finds_the_act_at_an_opened_record() -> None:
    store = a_store()
    put(store, "rounds", a_round(state=RoundState.DISCLOSED, verify_result="ok"))

    page = a_client(store, "auditor1").get("/console/draws/2026-Q2", headers=HTML).text
    form = a_client(store, "auditor1").get("/console/acts/sign-verification/2026-Q2", headers=HTML)

    assert "sign-verification" in page
    assert "还没有审计人员签署核验结果" in page
    assert form.status_code == 200
    assert "SHA256SUMS 的指纹" in form.text


def test_nobody_else_and_nobody_before_disclosure_may_sign() -> None:
    store = a_store()

    assert (
        "sign-verification"
        not in a_client(store, "auditor1").get("/console/draws/2026-Q2", headers=HTML).text
    )
    assert a_client(store, "auditor1").post(ACT, json=FOUND).status_code == 409
    for login in ("office1", "market1"):
        assert a_client(store, login).post(ACT, json=FOUND).status_code == 403


@pytest.mark.parametrize("changed", [{"sums_hash": "xyz"}, {"words": ""}, {"more": "1"}])
def test_what_does_not_fit_the_form_is_refused(changed: dict[str, str]) -> None:
    answer = a_client(a_store(), "auditor1").post(ACT, json=FOUND | changed)

    assert answer.status_code == 422


def test_an_archive_is_packed_while_its_files_are_read() -> None:
    read: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(8):
            read.append(number)
            yield bytes([number]) * (1 << 16)

    sending = packed("R1", [("frames/L1.tsv", pieces()), ("commit.json", [b"{}"])])
    first = next(sending)
    assert len(read) == 1
    whole = b"".join([first, *sending])

    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["R1/frames/L1.tsv", "R1/commit.json"]
        assert len(archive.read("R1/frames/L1.tsv")) == 8 << 16
    assert whole == b"".join(packed("R1", [("frames/L1.tsv", pieces()), ("commit.json", [b"{}"])]))

"""The file of one case 一案一卷: a cover as PDF, and everything in it as one archive."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic_core import to_jsonable_python

from coordinator.services.follow_up import CaseFile, case_file
from coordinator.services.ports import Work
from coordinator.web.console.follow_up.cases import yuan
from coordinator.web.console.follow_up.paper_data import (
    Paper,
    copy_paper,
    hazard_papers,
    head,
    order_paper,
    transfer_paper,
)
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.console.notices import pdf
from coordinator.web.language import CHINESE, _, speaking
from coordinator.web.names import load_names
from coordinator.web.reach import require_own
from coordinator.web.words import act_word, state

router = APIRouter()
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest a zip knows: equal files give equal bytes


@dataclass(frozen=True)
class Piece:
    """One piece of a case's file: name inside the archive, what it is, its day, its bytes."""

    name: str
    title: str
    day: str
    body: bytes

    @property
    def sha256(self) -> str:
        """The hash of its bytes."""
        return hashlib.sha256(self.body).hexdigest()


@router.get("/console/cases/{case_id}/file.pdf")
async def cover(case_id: str, console: InConsole) -> Response:
    """Give the cover of a case's file: facts, course, and the list of what is in it."""
    async with console.reading() as work:
        found = await case_file(work, case_id)
        require_own(console.actor, found.case.department)
        with speaking(CHINESE):
            pieces = await _pieces(console, work, found)
            data = await _cover(console, work, found, pieces)
    return pdf(console.parts.documents.pdf("case-file", data), f"case-{case_id}")


@router.get("/console/cases/{case_id}/file.zip")
async def archive(case_id: str, console: InConsole) -> Response:
    """Give everything of a case in order, with its cover and the hashes of all pieces."""
    async with console.reading() as work:
        found = await case_file(work, case_id)
        require_own(console.actor, found.case.department)
        with speaking(CHINESE):
            pieces = await _pieces(console, work, found)
            data = await _cover(console, work, found, pieces)
            title = _("案卷封面与目录")
    front = Piece("00-cover.pdf", title, "", console.parts.documents.pdf("case-file", data))
    headers = {"Content-Disposition": f'attachment; filename="case-{case_id}.zip"'}
    return Response(_zipped([front, *pieces]), media_type="application/zip", headers=headers)


class _Binder:
    """Puts pieces in order; each has its number in its name."""

    def __init__(self, console: Console, work: Work) -> None:
        self._console, self._work = console, work
        self._zone = ZoneInfo(console.parts.zone)
        self.pieces: list[Piece] = []

    def record(self, kind: str, title: str, day: Any, value: Any) -> None:
        """Put in what is on record, as JSON."""
        text = json.dumps(to_jsonable_python(value), ensure_ascii=False, indent=1, sort_keys=True)
        self._put(f"{kind}.json", title, day, (text + "\n").encode())

    def paper(self, title: str, day: Any, paper: Paper) -> None:
        """Put in a paper, as PDF."""
        self._put(f"{paper.form}.pdf", title, day, paper.made(self._console))

    def _put(self, name: str, title: str, day: Any, body: bytes) -> None:
        number = len(self.pieces) + 1
        self.pieces.append(Piece(f"{number:02d}-{name}", title, _day(day, self._zone), body))

    def findings(self, found: CaseFile) -> None:
        """Put in what was found, with samples and their reports."""
        for report in found.reports:
            title = _("检查报告（第 %(n)s 版）") % {"n": report.version}
            self.record("report", title, report.visited_date, report)
        if found.result is not None:
            self.record("result", _("检查结果"), found.result.visited_date, found.result)
        for sample in found.samples:
            self.record("sample", _("样品与检验报告"), sample.taken_date, sample)

    async def orders(self, found: CaseFile) -> None:
        """Put in what was ordered: hazards and rectifications."""
        for hazard in found.hazards:
            self.record("hazard", _("重大隐患"), hazard.registered_at, hazard)
            for form, paper in (await hazard_papers(self._console, self._work, hazard)).items():
                self.paper(_PAPERS[form](), paper.data["issued_date"], paper)
        for order in found.orders:
            self.record("rectification", _("责令改正及改正情况"), order.ordered_at, order)
            paper = await order_paper(self._console, self._work, order)
            self.paper(_("责令限期改正通知书"), order.ordered_at, paper)

    async def letters(self, found: CaseFile) -> None:
        """Put in what was sent to others, with their answers."""
        for sent in found.transfers:
            self.record("transfer", _("移送及回执"), sent.sent_at, sent)
            paper = await transfer_paper(self._console, self._work, sent)
            self.paper(_("案件移送书"), sent.sent_at, paper)
        for notice in found.copy_notices:
            self.record("copy-notice", _("抄告及反馈"), notice.sent_at, notice)
            paper = await copy_paper(self._console, self._work, notice)
            self.paper(_("抄告函"), notice.sent_at, paper)


async def _pieces(console: Console, work: Work, found: CaseFile) -> list[Piece]:
    """Make every piece of a file: what was found, what was ordered and sent, what was decided."""
    binder = _Binder(console, work)
    binder.findings(found)
    await binder.orders(found)
    binder.record("case", _("立案、决定和执行"), found.case.opened_at, found.case)
    await binder.letters(found)
    for listing in found.listings:
        binder.record("listing", _("失信名单"), listing.proposed_at, listing)
    binder.record("history", _("办理经过（审计链）"), None, list(found.history))
    return binder.pieces


_PAPERS = {
    "stop-order": lambda: _("责令停止通知书"),
    "hazard-listing": lambda: _("挂牌督办通知"),
    "resume-consent": lambda: _("恢复生产审查意见"),
}


def _day(value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return value.astimezone(zone).date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value or "")


async def _cover(
    console: Console, work: Work, found: CaseFile, pieces: Iterable[Piece]
) -> dict[str, Any]:
    case, names = found.case, await load_names(work)
    zone = ZoneInfo(console.parts.zone)
    kind = names.penalty(case.penalty_kind) if case.penalty_kind else ""
    return {
        **await head(console, work, case.department),
        "case_number": case.case_number or "",
        "subject": case.subject,
        "subject_name": case.subject_name,
        "state": state("case", case.state).word,
        "facts": [
            (_("线索"), case.clue),
            (_("立案"), case.filing_reason or ""),
            (_("违法事实"), case.facts or ""),
            (_("决定书文号"), case.decision_number or ""),
            (_("处罚种类"), kind),
            (_("罚款金额"), yuan(case.fine_fen)),
            (_("吊销的证件"), case.certificate_number or ""),
            (_("处罚依据"), case.basis or ""),
        ],
        "course": [
            (each.at.astimezone(zone).strftime("%Y-%m-%d %H:%M"), act_word(each.tag))
            for each in found.history
        ],
        "pieces": [
            {"number": number, "title": each.title, "dated": each.day, "sha256": each.sha256}
            for number, each in enumerate(pieces, start=1)
        ],
        "printed_at": work.now().astimezone(zone),
    }


def _zipped(pieces: Iterable[Piece]) -> bytes:
    body = io.BytesIO()
    kept = list(pieces)
    sums = "".join(f"{each.sha256}  {each.name}\n" for each in kept)
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, content in [
            *((each.name, each.body) for each in kept),
            ("SHA256SUMS", sums.encode()),
        ]:
            folder.writestr(zipfile.ZipInfo(name, _ZIP_DAY), content)
    return body.getvalue()

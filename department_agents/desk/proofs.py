"""What the phone form asks beside findings: files, late entry, full-process record, signature.

Names of fields: `c<check>.files`, `.taken_time`, `.taken_by`, `.place_note` for new files of a
check, `c<check>.kept` for files that lie here already, as JSON.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from pydantic import JsonValue
from starlette.datastructures import FormData, UploadFile

from contracts.results import Evidence, FindingsSubmitted
from department_agents.clock import LEGAL_TIME
from department_agents.evidence_files import EvidenceFiles, StoredFile, kind_of
from department_agents.refusals import Flaw, refuse

_PICTURES = "application/octet-stream"


class Fields(Protocol):
    """Submitted form fields, of which some come several times."""

    def get(self, key: str, default: str = "") -> str:
        """Give the last value of a field."""
        ...

    def getlist(self, key: str) -> Sequence[str]:
        """Give all values of a field."""
        ...


def with_files_kept(fields: FormData, files: EvidenceFiles) -> FormData:
    """Keep what was attached and give the form with its hashes; raises AnswerRefusedError."""
    entered: list[tuple[str, str | UploadFile]] = []
    for name, value in fields.multi_items():
        if not isinstance(value, UploadFile):
            entered.append((name, value))
        elif value.filename:
            check = name.partition(".")[0]
            stored = files.keep(value.file)
            if stored is None:
                raise refuse(name, Flaw.FILE_TOO_LARGE, str(files.megabytes), value.filename)
            entered.append((f"{check}.kept", _described(fields, check, value, stored)))
    return FormData(entered)


def evidence_in(prefix: str, fields: Fields) -> list[JsonValue]:
    """Give the evidence of one check of the form, each file once; what is damaged is refused."""
    damaged = [text for text in fields.getlist(f"{prefix}.kept") if _file_in(text) is None]
    return [*kept_in(prefix, fields), *damaged]


def kept_in(prefix: str, fields: Fields) -> list[JsonValue]:
    """Give the files of one check that lie here; a time that was missing is the one entered now."""
    kept: dict[str, JsonValue] = {}
    for text in fields.getlist(f"{prefix}.kept"):
        found = _file_in(text)
        if found is not None:
            now = local_moment(
                fields.get("visited_date", ""), fields.get(f"{prefix}.taken_time", "")
            )
            kept[str(found["sha256"])] = {**found, "taken_at": found["taken_at"] or now}
    return list(kept.values())


def _file_in(text: str) -> dict[str, JsonValue] | None:
    """Read a field that names a file; None where it is damaged."""
    try:
        read = json.loads(text)
        moment = read["taken_at"]
        if moment:
            datetime.fromisoformat(moment)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return read if isinstance(read.get("sha256"), str) else None


def evidence_fields(prefix: str, evidence: Sequence[Evidence]) -> Iterator[tuple[str, str]]:
    """Give the fields that make this evidence again."""
    for each in evidence:
        yield f"{prefix}.kept", each.model_dump_json()


def beside_findings(fields: Fields) -> dict[str, JsonValue]:
    """Give what a report says beside its findings; what was left empty is left out."""
    late = fields.get("late_reason", "")
    said: dict[str, JsonValue] = {
        "late_reason": fields.get("late_words", "").strip() if late == "other" else late,
        "supplement_reason": fields.get("supplement_reason", "").strip(),
        "evaluation": fields.get("evaluation", "").strip(),
        "opinion": fields.get("opinion", "").strip(),
        "process_records": _records(fields),
        "signature": _signature(fields),
    }
    return {name: value for name, value in said.items() if value}


def fields_beside(report: FindingsSubmitted) -> Iterator[tuple[str, str]]:
    """Give the fields that say the same again; reasons belong to one version only."""
    yield "evaluation", report.evaluation or ""
    yield "opinion", report.opinion or ""
    for record in report.process_records[:1]:
        yield "record_device", record.device
        yield "record_from", local_time(record.began_at)
        yield "record_to", local_time(record.ended_at)
        yield "record_sha256", record.sha256
        yield "record_kept_by", record.kept_by or ""
    for record in report.process_records[1:]:
        yield "record_kept", record.model_dump_json()
    if report.signature is not None:
        yield "signature", "refused" if report.signature.refused else "signed"
        yield "signature_name", report.signature.name or ""
        yield "signature_note", report.signature.note or ""
        for person in report.signature.witnesses:
            yield "witnesses", person


def _described(fields: FormData, check: str, file: UploadFile, stored: StoredFile) -> str:
    text = {name: str(fields.get(name, "")) for name in ("visited_date", "entered_by")}
    time, taker = (
        str(fields.get(f"{check}.taken_time", "")),
        str(fields.get(f"{check}.taken_by", "")),
    )
    media = file.content_type or _PICTURES
    return json.dumps(
        {
            "sha256": stored.sha256,
            "kind": kind_of(media).value,
            "media_type": media,
            "size": stored.size,
            "taken_at": local_moment(text["visited_date"], time),
            "taken_by": taker or text["entered_by"],
            "place_note": str(fields.get(f"{check}.place_note", "")).strip() or None,
            "name": file.filename,
        },
        ensure_ascii=False,
    )


def _records(fields: Fields) -> list[JsonValue]:
    """Give the record that was entered, and those that a returned report had besides."""
    besides = [_as_json(text) for text in fields.getlist("record_kept")]
    names = ("record_device", "record_from", "record_to", "record_sha256", "record_kept_by")
    device, begun, ended, digest, keeper = (fields.get(name, "").strip() for name in names)
    if not any((device, begun, ended, digest)):
        return besides
    day = fields.get("visited_date", "")
    return [
        {
            "device": device,
            "began_at": local_moment(day, begun),
            "ended_at": local_moment(day, ended),
            "sha256": digest.lower(),
            "kept_by": keeper or None,
        },
        *besides,
    ]


def _as_json(text: str) -> JsonValue:
    """Read a field as JSON; what is damaged stays text, which no report takes."""
    try:
        read: JsonValue = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return text
    return read


def _signature(fields: Fields) -> JsonValue:
    said = fields.get("signature", "")
    if not said:
        return None
    return {
        "refused": said == "refused",
        "name": fields.get("signature_name", "").strip() or None,
        "witnesses": list(fields.getlist("witnesses")),
        "note": fields.get("signature_note", "").strip() or None,
    }


def local_moment(day: str, time: str) -> str:
    """Give a local moment of the visit's day; what was not entered stays wrong, and is refused."""
    return f"{day}T{time}:00+08:00" if day and time else ""


def local_time(moment: datetime) -> str:
    """Give the time of day of a moment as the form asks for it, whatever zone it was told in."""
    return f"{moment.astimezone(LEGAL_TIME):%H:%M}"

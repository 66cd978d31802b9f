"""The statement by which a named auditor answers for a record that the public can't recompute."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.draw_files import SPEC
from contracts.draw_proof import canonical_json
from coordinator.domain.errors import Rule, RuleBrokenError


class Verdict(StrEnum):
    """What `verify_draw.py` said of the whole record."""

    AGREES = "agrees"
    DIFFERS = "differs"


@dataclass(frozen=True, kw_only=True)
class Verification:
    """An auditor's statement about one record: the bytes of `statement` are what was signed."""

    verification_id: str
    round_id: str
    auditor: str
    verdict: Verdict
    words: str
    statement: str
    signature: str
    signed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Examined:
    """What an auditor examined: hash of the record's SHA256SUMS, and what the verifier printed."""

    sums_hash: str
    words: str

    @property
    def verdict(self) -> Verdict:
        """What the words say: the verifier begins with `ok` where everything agrees."""
        return Verdict.AGREES if self.words.startswith("ok ") else Verdict.DIFFERS


def statement_of(
    examined: Examined, record: dict[str, str | int | None], auditor: str, at: datetime
) -> str:
    """Return the RFC 8785 text that is signed; `record` names round, attempt and transcript."""
    return canonical_json(
        {
            **record,
            "spec": SPEC,
            "auditor": auditor,
            "sums_hash": examined.sums_hash,
            "verdict": examined.verdict.value,
            "words": examined.words,
            "at": at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        }
    ).decode()


def require_this_record(examined: Examined, sums_hash: str, round_id: str) -> None:
    """Refuse a statement about other files than the record's."""
    if examined.sums_hash != sums_hash:
        raise RuleBrokenError(Rule.OTHER_RECORD, round=round_id, given=examined.sums_hash)

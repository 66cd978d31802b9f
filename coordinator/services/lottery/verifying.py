"""An auditor downloads the whole record, verifies it elsewhere and answers for the result.

The office's key signs the statement, not one of the auditor's own: auditors are persons with a
login, of whom no registered key exists, and the session, the audit chain and the public statement
name them. The hash of SHA256SUMS shows which files were examined; only who has them knows it.
"""

from contracts.draw_proof import hash_of
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.transcript import sums_in
from coordinator.domain.lottery.verification import (
    Examined,
    Verification,
    require_this_record,
    statement_of,
)
from coordinator.services.access import require_auditor
from coordinator.services.lottery.record import whole_record
from coordinator.services.ports import Work


async def sign_verification(work: Work, round_id: str, examined: Examined) -> Verification:
    """Sign and publish what an auditor found in the opened record of a round."""
    auditor = require_auditor(work)
    drawn = await work.rounds.get(round_id)
    if drawn.state is not RoundState.DISCLOSED:
        raise RuleBrokenError(Rule.RECORD_CLOSED, round=round_id, state=drawn.state.value)
    record = await whole_record(work, round_id)
    require_this_record(examined, hash_of(sums_in(record)), round_id)
    person = await work.credentials.find(auditor.name)
    facts: dict[str, str | int | None] = {
        "round": round_id,
        "attempt": drawn.attempt,
        "transcript_hash": drawn.transcript_hash,
        "rehearsal": 1 if work.rehearsal else 0,
    }
    name = person.name if person is not None else auditor.name
    statement = statement_of(examined, facts, name, work.now())
    verification = Verification(
        verification_id=work.new_id(),
        round_id=round_id,
        auditor=name,
        verdict=examined.verdict,
        words=examined.words,
        statement=statement,
        signature=work.signer.sign(statement.encode()),
        signed_at=work.now(),
    )
    await work.verifications.add([verification])
    await work.audit("lottery:record:verified", round_id, verdict=examined.verdict.value)
    return verification

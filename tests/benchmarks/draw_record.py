"""The record of a benchmark's round around one large frame: one organ, one line, one attempt."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256

from contracts.draw_proof import chain_head, hash_of, preimage
from contracts.draw_record import (
    AttemptReveals,
    Commit,
    Commitment,
    Fallback,
    Receipts,
    Reveals,
    Rules,
    document_bytes,
    receipt_payload,
)
from contracts.draw_tables import BARS, MEMBERS, REPLACED, ROSTERS, UNITS, RosterRow, UnitRow
from contracts.draws import Receipt
from contracts.signing import SigningKey, sign
from contracts.vocabulary import OFFICE
from coordinator.domain.checklist_merge import Check, MergePolicy, merge_checks
from coordinator.domain.draw_computation import DrawInputs
from coordinator.domain.lottery.frames import Content
from coordinator.domain.lottery.freezing import commit_roots, freeze, freeze_each
from coordinator.domain.lottery.transcript import sums_in
from coordinator.domain.merge_record import merge_files, visit_id

ROUND, LINE, DEPARTMENT = "BENCH", "L1", "market"
FRAME = f"frames/{LINE}.tsv"
KEY = sha256(b"the key S of the benchmark's frame").digest()
_CONTRIBUTORS = (DEPARTMENT, OFFICE)
_WINDOW = ("2026-04-07", "2026-12-15")
_OFFICERS = 2_000


def before_the_draw(count: int, root: str, ratio: int) -> dict[str, bytes]:
    """Return what exists when all have revealed, but for the frame (count, root) itself."""
    files = {"rules.json": document_bytes(_rules(ratio))}
    files |= freeze_each(ROSTERS, ROUND, {DEPARTMENT: [_officer(n) for n in range(_OFFICERS)]})
    files |= freeze_each(BARS, ROUND, {DEPARTMENT: []})
    salts = salts_of(files)
    commit = Commit(
        round=ROUND,
        attempt=1,
        previous="",
        rules_hash=hash_of(files["rules.json"]),
        frames={LINE: Commitment(count=count, root=root)},
        rosters=commit_roots(files, salts, "rosters"),
        bars=commit_roots(files, salts, "bars"),
        heads={code: chain_head(_secret(code)).hex() for code in _CONTRIBUTORS},
        sources=(),
        deadline="2026-03-20T08:00:00Z",
        embargo="2026-12-31",
        fallback=Fallback(voids=2),
        published_at="2026-03-18T08:00:00Z",
    )
    content = document_bytes(commit)
    values = {code: preimage(_secret(code), 1).hex() for code in _CONTRIBUTORS}
    done = AttemptReveals(attempt=1, outcome="done", reason=None, values=values)
    return files | {
        "commit.json": content,
        "commit.json.jws": sign(content, _signing_key(OFFICE)).encode(),
        "receipts.json": document_bytes(
            Receipts(tuple(_receipt(code, hash_of(content)) for code in _CONTRIBUTORS))
        ),
        "reveals.json": document_bytes(Reveals(attempts=(done,), sources=())),
    }


def after_the_draw(inputs: DrawInputs, places: Mapping[str, str]) -> dict[str, bytes]:
    """Return checks, visits and units of the drawn objects, whose places are given."""
    checks = [_check(row.object, places[row.object]) for row in inputs.drawn[LINE]]
    merge = merge_checks(checks, MergePolicy(None, frozenset()))
    units = [
        UnitRow(
            visit_id(inputs.keys, ROUND, visit),
            DEPARTMENT,
            2,
            (),
            False,
            tuple(sorted({check.object for check in visit.checks})),
        )
        for visit in merge.visits
    ]
    return merge_files(inputs.keys, ROUND, merge) | {
        UNITS.path(): freeze(UNITS, ROUND, units),
        REPLACED.path(): freeze(REPLACED, ROUND, []),
        MEMBERS.path(): freeze(MEMBERS, ROUND, []),
    }


def signed(record: Mapping[str, Content]) -> dict[str, Content]:
    """Add the office's signature over the sums."""
    signature = sign(sums_in(record), _signing_key(OFFICE)).encode()
    return {**record, "SHA256SUMS.jws": signature}


def salts_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a key S for each salted file."""
    folders = ("rosters/", "bars/", "drawn/", "teams/")
    return {path: _secret(path) for path in files if path.startswith(folders)}


def _rules(ratio: int) -> Rules:
    return Rules.model_validate(
        {
            "round": ROUND,
            "policy": "benchmark@1",
            "rehearsal": 1,
            "departments": {DEPARTMENT: {"lead_lines": [LINE]}},
            "lines": {
                LINE: {
                    "departments": [DEPARTMENT],
                    "weighted": 0,
                    "number": None,
                    "strata": {"*": {"ratio": [1, ratio], "minimum": 2}},
                    "items": None,
                    "window": _WINDOW,
                    "mode": "announced",
                }
            },
        }
    )


def _officer(number: int) -> RosterRow:
    return RosterRow(f"m-{number:04d}", (), False, 0, 1_000, "-")


def _check(thing: str, place: str) -> Check:
    start, end = (date.fromisoformat(day) for day in _WINDOW)
    return Check(
        object=thing,
        place=place,
        line=LINE,
        department=DEPARTMENT,
        item="market.licence",
        window_start=start,
        window_end=end,
        minutes=30,
        mode="announced",
        method="现场",
    )


def _receipt(code: str, commit_hash: str) -> Receipt:
    at = "2026-03-19T08:00:00Z"
    signature = sign(receipt_payload(code, commit_hash, at), _signing_key(code))
    return Receipt(contributor=code, commit_hash=commit_hash, at=at, signature=signature)


def _signing_key(code: str) -> SigningKey:
    return SigningKey.from_seed(code, _secret(f"key {code}"))


def _secret(text: str) -> bytes:
    return sha256(f"benchmark {text}".encode()).digest()

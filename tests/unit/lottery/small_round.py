"""A complete small draw record, produced by the code that a live round uses.

Three lines (equal chances with drawn items, weighted, fixed number), three departments and experts,
places of several objects, exclusions, bars, and a voided first attempt kept whole in attempts/1.
"""

from datetime import date
from hashlib import sha256
from pathlib import Path

from contracts.draw_proof import chain_head, hash_of, preimage
from contracts.draw_record import (
    AttemptReveals,
    Commit,
    Fallback,
    Receipts,
    Reveals,
    Rules,
    Source,
    SourceValue,
    document_bytes,
    receipt_payload,
)
from contracts.draw_tables import (
    BARS,
    FRAMES,
    MEMBERS,
    REPLACED,
    ROSTERS,
    UNITS,
    UnitRow,
)
from contracts.draws import Receipt
from contracts.signing import SigningKey, export_jwks, sign
from contracts.vocabulary import OFFICE, DrawOutcome
from coordinator.domain.checklist_merge import Check, Merge, MergePolicy, merge_checks
from coordinator.domain.draw_computation import (
    compute_objects,
    compute_team,
    departments_of,
    done,
    object_files,
    read_inputs,
    team_files,
)
from coordinator.domain.lottery.freezing import commit_roots, freeze, freeze_each
from coordinator.domain.lottery.keys import StageKeys
from coordinator.domain.lottery.transcript import (
    Ending,
    build_transcript,
    full_record,
    with_sums,
)
from coordinator.domain.merge_record import merge_files, visit_id
from coordinator.domain.object_draw import LineDraw
from tests.unit.lottery.small_county import (
    DEPARTMENTS,
    EXPERTS,
    FIXED_ITEMS,
    ROUND,
    RULES,
    bars,
    frames,
    roster,
)

SOFTWARE = "onevisit 0.1.0"
CONTRIBUTORS = ("fire", "health", "market", OFFICE)
PULSE = "drand:52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971:657413"
PULSE_VALUE = "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587"


def write_small_record(folder: Path, seed: int = 1) -> None:
    """Write the record of a small round as one folder."""
    for path, content in small_record(seed).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def small_key_set(seed: int = 1) -> dict[str, list[dict[str, str]]]:
    """Return the JWKS with which the record's signatures verify."""
    keys = {code: signing_key(seed, code) for code in CONTRIBUTORS}
    return export_jwks({code: key.private.public_key() for code, key in keys.items()})


def small_record(seed: int = 1) -> dict[str, bytes]:
    """Return the files of a small record by path: attempt 1 void, attempt 2 done."""
    return _signed(seed, _drawn(seed, revealed_files(seed)))


def revealed_files(seed: int = 1) -> dict[str, bytes]:
    """Return what exists when all have revealed and nothing is drawn yet."""
    frozen = _frozen_files(seed)
    first = _void_attempt(seed, frozen)
    files = frozen | _ceremony(seed, frozen, 2, hash_of(first["transcript.json"]))
    files |= _revealed(seed, [_values(seed, 1), _values(seed, 2)])
    return files | {f"attempts/1/{path}": content for path, content in first.items()}


def drawn_files(seed: int = 1) -> dict[str, bytes]:
    """Return the drawn/, items/, checks, visits and units files of the round."""
    inputs = read_inputs(revealed_files(seed))
    draws = compute_objects(inputs)
    return object_files(ROUND, draws) | _merged(seed, inputs.keys, draws)


def drawn_digest(seed: int = 1) -> str:
    """Return one hash over everything that drawn_files returns."""
    files = drawn_files(seed)
    return sha256(b"".join(path.encode() + files[path] for path in sorted(files))).hexdigest()


def signing_key(seed: int, code: str) -> SigningKey:
    """Return a contributor's key, the same for the same seed."""
    return SigningKey.from_seed(code, _bytes(seed, f"key {code}"))


def _frozen_files(seed: int) -> dict[str, bytes]:
    codes = (*DEPARTMENTS, EXPERTS)
    files = {"rules.json": document_bytes(Rules.model_validate(RULES))}
    files |= freeze_each(FRAMES, ROUND, frames(seed))
    files |= freeze_each(ROSTERS, ROUND, {code: roster(code) for code in codes})
    return files | freeze_each(BARS, ROUND, {code: bars(seed, code) for code in codes})


def _ceremony(seed: int, frozen: dict[str, bytes], attempt: int, previous: str) -> dict[str, bytes]:
    salts = _salts(seed, frozen)
    commit = Commit(
        round=ROUND,
        attempt=attempt,
        previous=previous,
        rules_hash=hash_of(frozen["rules.json"]),
        frames=commit_roots(frozen, salts, "frames"),
        rosters=commit_roots(frozen, salts, "rosters"),
        bars=commit_roots(frozen, salts, "bars"),
        heads={code: chain_head(_secret(seed, code)).hex() for code in CONTRIBUTORS},
        sources=(Source(name=PULSE, at="2026-06-25T08:00:00Z"),),
        deadline=f"2026-06-2{attempt + 5}T08:00:00Z",
        embargo="2026-12-31",
        fallback=Fallback(voids=2),
        published_at=f"2026-06-2{attempt}T08:00:00Z",
    )
    content = document_bytes(commit)
    receipts = [_receipt(seed, code, hash_of(content), attempt) for code in CONTRIBUTORS]
    return {
        "commit.json": content,
        "commit.json.jws": sign(content, signing_key(seed, OFFICE)).encode(),
        "receipts.json": document_bytes(Receipts(tuple(receipts))),
    }


def _receipt(seed: int, code: str, commit_hash: str, attempt: int) -> Receipt:
    at = f"2026-06-2{attempt}T09:00:00Z"
    signature = sign(receipt_payload(code, commit_hash, at), signing_key(seed, code))
    return Receipt(contributor=code, commit_hash=commit_hash, at=at, signature=signature)


def _values(seed: int, attempt: int) -> AttemptReveals:
    values = {code: preimage(_secret(seed, code), attempt).hex() for code in CONTRIBUTORS}
    if attempt == 1:
        del values["health"]
    void = attempt == 1
    return AttemptReveals(
        attempt=attempt,
        outcome="void" if void else "done",
        reason="health:disputed" if void else None,
        values=values,
    )


def _revealed(seed: int, attempts: list[AttemptReveals]) -> dict[str, bytes]:
    source = SourceValue(name=PULSE, value=PULSE_VALUE)
    return {
        "reveals.json": document_bytes(Reveals(attempts=tuple(attempts), sources=(source,))),
    }


def _void_attempt(seed: int, frozen: dict[str, bytes]) -> dict[str, bytes]:
    files = frozen | _ceremony(seed, frozen, 1, "") | _revealed(seed, [_values(seed, 1)])
    salts = _salts(seed, files)
    ending = Ending(DrawOutcome.VOID, reason="health:disputed")
    transcript = build_transcript(files, salts, ending, SOFTWARE)
    return _signed(seed, full_record(files, salts, transcript))


def _drawn(seed: int, files: dict[str, bytes]) -> dict[str, bytes]:
    inputs = read_inputs(files)
    draws = compute_objects(inputs)
    files = files | object_files(ROUND, draws) | _merged(seed, inputs.keys, draws)
    inputs = read_inputs(files)
    teams = {code: compute_team(inputs, code) for code in departments_of(inputs.units)}
    files |= team_files(ROUND, teams)
    salts = _salts(seed, files)
    transcript = build_transcript(files, salts, done(draws, teams), SOFTWARE)
    return full_record(files, salts, transcript)


def _merged(seed: int, keys: StageKeys, draws: dict[str, LineDraw]) -> dict[str, bytes]:
    merge = merge_checks(_checks(seed, draws), MergePolicy(None, frozenset()))
    return merge_files(keys, ROUND, merge) | {
        UNITS.path(): freeze(UNITS, ROUND, _units(keys, merge)),
        REPLACED.path(): freeze(REPLACED, ROUND, []),
        MEMBERS.path(): freeze(MEMBERS, ROUND, []),
    }


def _checks(seed: int, draws: dict[str, LineDraw]) -> list[Check]:
    places = {row.object: row.place for rows in frames(seed).values() for row in rows}
    return [
        _check(line, code, places[code], item)
        for line, draw in draws.items()
        for code, item in _items_to_check(line, draw)
    ]


def _items_to_check(line: str, draw: LineDraw) -> list[tuple[str, str]]:
    if draw.items is not None:
        return [(row.object, row.item) for row in draw.items]
    return [(row.object, item) for row in draw.drawn for item in FIXED_ITEMS[line]]


def _check(line: str, code: str, place: str, item: str) -> Check:
    start, end = Rules.model_validate(RULES).lines[line].window
    return Check(
        object=code,
        place=place,
        line=line,
        department=item.partition(".")[0],
        item=item,
        window_start=date.fromisoformat(start),
        window_end=date.fromisoformat(end),
        minutes=30,
        mode="announced",
        method="现场",
    )


def _units(keys: StageKeys, merge: Merge) -> list[UnitRow]:
    rows = []
    for visit in merge.visits:
        unit = visit_id(keys, ROUND, visit)
        north = int(visit.place.partition("-")[2]) % 2
        objects = {check.object for check in visit.checks} | ({"area:north"} if north else set())
        wanted = tuple(sorted(objects))
        departments = sorted({check.department for check in visit.checks})
        for number, department in enumerate(departments):
            tags = ("gas", "lab") if number == 0 else ()
            rows.append(UnitRow(unit, department, 2, tags, number == 0, wanted))
        if "market" in departments:
            rows.append(UnitRow(unit, EXPERTS, 1, (), False, wanted))
    return rows


def _signed(seed: int, record: dict[str, bytes]) -> dict[str, bytes]:
    record = with_sums(record)
    return record | {
        "SHA256SUMS.jws": sign(record["SHA256SUMS"], signing_key(seed, OFFICE)).encode()
    }


def _salts(seed: int, files: dict[str, bytes]) -> dict[str, bytes]:
    folders = ("frames/", "rosters/", "bars/", "drawn/", "items/", "teams/")
    return {path: _bytes(seed, f"salt {path}") for path in files if path.startswith(folders)}


def _secret(seed: int, code: str) -> bytes:
    return _bytes(seed, f"secret {code}")


def _bytes(seed: int, text: str) -> bytes:
    return sha256(f"small round {seed} {text}".encode()).digest()

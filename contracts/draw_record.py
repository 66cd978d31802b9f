"""The JSON documents of a draw record, from rules to transcript (3-draw.md 3.7).

Every document is its RFC 8785 bytes without trailing newline: text, integers and null only.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Literal, Self, TypeVar

from pydantic import Field, RootModel, StringConstraints, ValidationError, model_validator

from contracts.draw_files import FILE_CODE, ROUND, SPEC, MalformedRecordError
from contracts.draw_proof import canonical_json, leaves, merkle_root
from contracts.draw_tables import CODE
from contracts.draws import Receipt
from contracts.vocabulary import DrawOutcome, Mode, Wire

SUMS_FILES = frozenset({"SHA256SUMS", "SHA256SUMS.jws"})
LAST_ATTEMPT: Final = 99  # what a folder attempts/<a>/ has room for

LineCode = Annotated[str, StringConstraints(pattern=f"^{FILE_CODE}$")]
DepartmentCode = LineCode
ContributorCode = Annotated[str, StringConstraints(pattern=f"^{CODE}$")]
RoundCode = Annotated[str, StringConstraints(pattern=f"^{ROUND}$")]
Hash = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Hex = Annotated[str, StringConstraints(pattern="^(?:[0-9a-f]{2})+$")]
Day = Annotated[str, StringConstraints(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Count = Annotated[int, Field(ge=0, strict=True)]
Positive = Annotated[int, Field(ge=1, strict=True)]
Flag = Literal[0, 1]
Spec = Literal["joint-draw/v1"]


class StratumRule(Wire):
    """n = min(N, max(minimum, ceil(N·num/den))) for the N objects of a stratum."""

    ratio: tuple[Count, Positive]
    minimum: Count


class ItemRule(Wire):
    """Items checked at every drawn object, and those of which `choose` are drawn."""

    always: tuple[str, ...]
    candidates: tuple[str, ...] = Field(alias="from")
    choose: Count

    @model_validator(mode="after")
    def _lists_are_disjoint_and_long_enough(self) -> Self:
        items = self.always + self.candidates
        if len(set(items)) != len(items):
            raise ValueError("an item is listed twice")
        if self.choose > len(self.candidates):
            raise ValueError("more items to choose than there are")
        return self


class DrawRule(Wire):
    """What the draw needs to know of a line; a stratum `*` stands for any that is not named."""

    weighted: Flag
    number: Count | None
    strata: Mapping[str, StratumRule]
    items: ItemRule | None


class LineRule(DrawRule):
    """One plan line in a round."""

    departments: tuple[DepartmentCode, ...] = Field(min_length=1)
    window: tuple[Day, Day]
    mode: Mode


class DepartmentRule(Wire):
    """The lines that a department leads."""

    lead_lines: tuple[LineCode, ...]


class RoundRules(Wire):
    """What the draw needs to know of a round."""

    round: RoundCode
    lines: Mapping[LineCode, DrawRule]


class Rules(RoundRules):
    """rules.json: what the draw of a round depends on besides the frozen files."""

    spec: Spec = SPEC
    lines: Mapping[LineCode, LineRule]
    departments: dict[DepartmentCode, DepartmentRule]
    policy: str
    rehearsal: Flag


class Commitment(Wire):
    """Record count of a file and hex root of its salted tree."""

    count: Count
    root: Hash


class Source(Wire):
    """An external source of chance named in advance, and the time of its value."""

    name: str
    at: str


class Fallback(Wire):
    """After how many silent attempts a contributor may be left out of the next heads."""

    voids: Positive


class Commit(Wire):
    """commit.json: what is fixed, signed and receipted before anybody reveals."""

    spec: Spec = SPEC
    round: RoundCode
    attempt: Annotated[int, Field(ge=1, le=LAST_ATTEMPT, strict=True)]
    previous: Hash | Literal[""]
    rules_hash: Hash
    frames: dict[LineCode, Commitment]
    rosters: dict[DepartmentCode, Commitment]
    bars: dict[DepartmentCode, Commitment]
    heads: dict[ContributorCode, Hash]
    sources: tuple[Source, ...]
    deadline: str
    embargo: str
    fallback: Fallback
    published_at: str


class Receipts(RootModel[tuple[Receipt, ...]]):
    """receipts.json: one signed receipt per contributor, sorted by code."""


class AttemptReveals(Wire):
    """The values revealed in one attempt, hex by contributor; `reason` is null when none."""

    attempt: Positive
    outcome: Literal["done", "void"]
    reason: str | None
    values: dict[ContributorCode, Hex]


class SourceValue(Wire):
    """The value (hex) of an external source, with its publisher's signature where it has one."""

    name: str
    value: Hex
    signature: Hex | None = Field(default=None, exclude_if=lambda signature: signature is None)


class Reveals(Wire):
    """reveals.json: all values of all attempts and sources."""

    attempts: tuple[AttemptReveals, ...] = Field(min_length=1)
    sources: tuple[SourceValue, ...]


class Salts(RootModel[dict[str, Hash]]):
    """salts.json: the key S of each committed file, hex by file name."""


class StratumCounts(Wire):
    """Objects of a stratum in the frame, excluded by code, and drawn."""

    frame: Count
    excluded: dict[str, Positive]
    drawn: Count


class Transcript(Wire):
    """transcript.json: how an attempt ended, without any disclosed value."""

    spec: Spec = SPEC
    round: RoundCode
    attempt: Positive
    commit_hash: Hash
    previous: Hash | Literal[""]
    outcome: DrawOutcome
    reason: str | None
    receipts_hash: Hash
    units_hash: Hash | None
    counts: dict[LineCode, dict[str, StratumCounts]]
    roots: dict[str, Commitment]
    repairs: dict[DepartmentCode, Count]
    repatterns: dict[DepartmentCode, Count]
    witnesses: tuple[DepartmentCode, ...]
    software: str


Document = Rules | Commit | Receipts | Reveals | Salts | Transcript
DocumentT = TypeVar("DocumentT", Rules, Commit, Receipts, Reveals, Salts, Transcript)


def document_bytes(document: Document) -> bytes:
    """Return the RFC 8785 bytes of a document, which are also what its hash is taken over."""
    return canonical_json(document.model_dump(mode="json", by_alias=True))


def read_document(kind: type[DocumentT], content: bytes, file: str) -> DocumentT:
    """Read a document; raise MalformedRecordError naming the file and the member that is wrong."""
    try:
        document = kind.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        member = ".".join(str(step) for step in first["loc"]) or "document"
        raise MalformedRecordError(file, 1, member, first["msg"]) from None
    if document_bytes(document) != content:
        raise MalformedRecordError(file, 1, "document", "not-in-canonical-form")
    return document


def commitment(lines: Sequence[bytes], key: bytes) -> Commitment:
    """Return count and root of a file's record lines (no header, no LF) under its key S."""
    return Commitment(count=len(lines), root=merkle_root(leaves(lines, key)).hex())


def receipt_payload(contributor: str, commit_hash: str, at: str) -> bytes:
    """Return the bytes that a contributor signs as the receipt of a commit."""
    return canonical_json({"at": at, "commit_hash": commit_hash, "contributor": contributor})


def statement_payload(
    round_id: str, attempt: int, contributor: str, said: tuple[str, str]
) -> bytes:
    """Return the bytes that a silent contributor signs; `said` is the time and its statement."""
    at, statement = said
    return canonical_json(
        {
            "at": at,
            "attempt": attempt,
            "contributor": contributor,
            "round": round_id,
            "statement": statement,
        }
    )


def sums(digests: Mapping[str, str]) -> bytes:
    """Return SHA256SUMS: `<hex>  <path>` lines by path, itself and its signature left out."""
    named = sorted((path.encode(), digests[path]) for path in digests.keys() - SUMS_FILES)
    return b"".join(digest.encode("ascii") + b"  " + path + b"\n" for path, digest in named)

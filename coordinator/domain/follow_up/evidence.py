"""Evidence by hash: photos and papers stay with the department, their names and digests here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from coordinator.domain.errors import Rule, RuleBrokenError

# As `sha256sum` prints it: the digest, two signs of which the second tells the mode, the name.
_LINE = re.compile(r"([0-9a-fA-F]{64})[ \t]+\*?(\S.*)")


@dataclass(frozen=True)
class EvidenceFile:
    """One file of evidence: its name, and its SHA-256 in lower-case hexadecimal."""

    name: str
    sha256: str


def evidence_files(lines: Iterable[str]) -> tuple[EvidenceFile, ...]:
    """Read lines as `sha256sum` prints them; EVIDENCE_HASH_INVALID names the first that is not."""
    found = []
    for number, line in enumerate((each.strip() for each in lines), start=1):
        parts = _LINE.fullmatch(line)
        if parts is None:
            raise RuleBrokenError(Rule.EVIDENCE_HASH_INVALID, line=number, value=line[:80])
        found.append(EvidenceFile(parts[2].strip(), parts[1].lower()))
    return tuple(found)

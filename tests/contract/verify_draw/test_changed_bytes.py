"""Any single changed byte in a record is found: by the sums or, if these were renewed, deeper."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.verify_draw.records import Folder, verdict_on
from tests.thoroughness import some

# Only the office's signature over the sums binds these: what they say follows from nothing else.
BOUND_BY_SIGNATURE = {"checks.tsv", "transcript.json"}
POSITIONS = (0.0, 0.6, 1.0)


def damaged(content: bytes, share: float) -> Iterator[bytes]:
    """Flip, insert and delete one byte at a position given as a share of the length."""
    at = int(share * (len(content) - 1))
    yield content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    yield content[:at] + b"7" + content[at:]
    yield content[:at] + content[at + 1 :]


def all_damages(content: bytes, shares: tuple[float, ...] = POSITIONS) -> list[bytes]:
    variants = [variant for share in shares for variant in damaged(content, share)]
    return [variant for variant in variants if variant != content]


def one_damage_at_each_position(content: bytes) -> list[bytes]:
    """Flip the first byte, insert one behind the middle, delete the last."""
    variants = [[*damaged(content, share)][kind] for kind, share in enumerate(POSITIONS)]
    return [variant for variant in variants if variant != content]


def positions_in(name: str) -> tuple[float, ...]:
    """Fewer positions where the same kind of file was damaged before."""
    return (0.6,) if name.startswith("attempts/") or is_signature(name) else POSITIONS


def is_signature(name: str) -> bool:
    return name.endswith(".jws")


def test_every_changed_byte_is_found_in_every_file(record: Folder, key_file: Path) -> None:
    missed = []

    for turn, name in enumerate(record.files()):
        for content in some(all_damages(record.read(name), positions_in(name)), turn):
            keys = ("--keys", key_file) if name == "SHA256SUMS.jws" else ()
            with record.changed(name, content, with_sums=False):
                verdict = verdict_on(record.path, *keys)
            if verdict.code != 1:
                missed.append((name, verdict))

    assert missed == []


def test_with_renewed_sums_the_deeper_layers_find_it_and_name_a_file(record: Folder) -> None:
    missed: set[str] = set()

    for turn, name in enumerate(record.files()):
        for content in some(one_damage_at_each_position(record.read(name)), turn):
            with record.changed(name, content, with_sums=True):
                verdict = verdict_on(record.path)
            if verdict.code == 1:
                assert verdict.text.startswith("差异 difference: "), verdict.text
            else:
                missed.add(name)

    assert {name for name in missed if not is_signature(name)} <= BOUND_BY_SIGNATURE


@pytest.mark.parametrize(
    "name", ["checks.tsv", "transcript.json", "commit.json.jws", "receipts.json", "visits.tsv"]
)
def test_with_the_keys_renewed_sums_do_not_help(record: Folder, key_file: Path, name: str) -> None:
    for content in all_damages(record.read(name), (0.5,)):
        with record.changed(name, content, with_sums=True):
            verdict = verdict_on(record.path, "--keys", key_file)

        assert verdict.code == 1
        assert "SHA256SUMS.jws" in verdict.text


def test_a_signature_has_only_one_canonical_form(record: Folder) -> None:
    token = record.read("commit.json.jws")
    last = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = token[:-1] + bytes([last[last.index(token[-1]) ^ 1]])  # differs in unused bits only

    for content in (twin, token + b"\n", token + b"==", b" " + token):
        with record.changed("commit.json.jws", content, with_sums=True):
            verdict = verdict_on(record.path)

        assert verdict.code == 1
        assert "commit.json.jws" in verdict.text


@pytest.mark.parametrize(
    "member", ["counts", "roots", "repairs", "repatterns", "witnesses", "outcome", "units_hash",
               "commit_hash", "receipts_hash", "previous", "round", "attempt", "reason"]
)  # fmt: skip
def test_a_false_figure_in_the_transcript_is_found(record: Folder, member: str) -> None:
    transcript = json.loads(record.read("transcript.json"))
    transcript[member] = falsified(transcript[member])
    content = json.dumps(transcript, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    with record.changed("transcript.json", content.encode(), with_sums=True):
        verdict = verdict_on(record.path)

    assert verdict.code == 1
    assert "canonical" not in verdict.text


def falsified(value: object) -> object:
    """Return another value of the same type."""
    if isinstance(value, dict):
        name = min(value, default="fire")
        return value | {name: falsified(value.get(name, 0))}
    if isinstance(value, list):
        return [*value, "fire"]
    if isinstance(value, int):
        return value + 1
    return "void" if value == "done" else f"{value or ''}0"


@pytest.mark.parametrize(
    ("column", "other"),
    [(0, "uscc:1"), (1, "premises:x"), (2, "clean-pools"), (3, "fire"), (4, "x"),
     (5, "2026-07-02"), (6, "2026-09-29"), (8, "covert")],
)  # fmt: skip
def test_a_check_with_another_value_is_found(record: Folder, column: int, other: str) -> None:
    header, first, *rest = record.read("checks.tsv").decode().splitlines()
    fields = first.split("\t")
    fields[column] = other
    content = "\n".join([header, *sorted(["\t".join(fields), *rest]), ""])

    with record.changed("checks.tsv", content.encode(), with_sums=True):
        verdict = verdict_on(record.path)

    assert verdict.code == 1
    assert "tsv" in verdict.text


@pytest.mark.parametrize("name", ["teams/market.tsv", "drawn/safe-exits.tsv", "units.tsv"])
def test_a_removed_row_is_found(record: Folder, name: str) -> None:
    lines = record.read(name).splitlines(keepends=True)

    with record.changed(name, b"".join(lines[:-1]), with_sums=True):
        verdict = verdict_on(record.path)

    assert verdict.code == 1

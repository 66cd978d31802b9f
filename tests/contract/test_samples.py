"""Golden samples: every version of every message that was ever sent can be read for ever."""

import json
from pathlib import Path

import pytest

from contracts.catalogue import CATALOGUE, Entry, entry_of_type
from contracts.draw_proof import hash_of, opens_head
from contracts.draw_record import Commit, read_document
from contracts.envelope import Envelope, SchemaVersion, decode, encode
from contracts.publication import sample_path
from contracts.vocabulary import Wire
from coordinator.domain.registers import uscc_check_digit
from tests.contract.history import CHECKOUT, earlier_states

FOLDER = CHECKOUT / "contracts"
SAMPLES = sorted((FOLDER / "samples").glob("*.json"))


def version_of(path: Path) -> SchemaVersion:
    name, _, version = path.stem.partition(".v")
    return SchemaVersion.parse(f"{name};{version}")


def entry_for(path: Path) -> Entry:
    entry = entry_of_type(version_of(path).type)
    assert entry is not None, f"{path.name} is a sample of no message"
    return entry


def read(path: Path) -> Envelope[Wire]:
    entry = entry_for(path)
    known = SchemaVersion(entry.name, entry.major, entry.minor)
    return decode(path.read_bytes(), entry.model, version_of(path), known)


def data_of(name: str) -> Wire:
    return read(FOLDER / sample_path(CATALOGUE[name])).data


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_read_and_written_again_with_the_same_value(path: Path) -> None:
    envelope = read(path)

    assert type(envelope.data) is entry_for(path).model
    assert json.loads(encode(envelope)) == json.loads(path.read_bytes())


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE)
def test_every_message_of_the_catalogue_has_a_sample_of_its_version(entry: Entry) -> None:
    path = FOLDER / sample_path(entry)

    assert path in SAMPLES
    assert read(path).dataschema == entry.schema_id


def test_a_sample_once_committed_is_never_edited_or_removed() -> None:
    now = {path.name: path.read_bytes() for path in SAMPLES}

    changed = {
        name
        for state in earlier_states("contracts/samples")
        for name, content in state.items()
        if now.get(name) != content
    }

    assert changed == set()


def test_credit_codes_in_samples_have_right_check_digits() -> None:
    codes = {
        word.removeprefix("uscc:")
        for path in SAMPLES
        for word in path.read_text("utf-8").split('"')
        if word.startswith("uscc:")
    }

    assert codes
    assert all(uscc_check_digit(code[:17]) == code[17] for code in codes)


def test_the_ceremony_of_the_samples_opens() -> None:
    frozen = data_of("RoundFrozen").model_dump()
    revealed = data_of("EntropyRevealed").model_dump()
    head = data_of("EntropyCommitted").model_dump()["head"]

    commit = read_document(Commit, frozen["commit"].encode(), "commit.json")

    assert revealed["commit_hash"] == hash_of(frozen["commit"].encode())
    assert head in commit.heads.values()
    assert opens_head(bytes.fromhex(revealed["value"]), revealed["attempt"], bytes.fromhex(head))

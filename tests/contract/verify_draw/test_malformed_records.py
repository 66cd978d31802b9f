"""Whatever is wrong with a record is a difference in Chinese and English, never a traceback."""

import json
import shutil
from pathlib import Path

from tests.contract.verify_draw.records import Folder, verdict_on
from tests.thoroughness import some

RUBBISH = [
    b"",
    b"\n",
    b"\xff\xfe\x00",
    b"[]",
    b"{}",
    b"null",
    b"1e400",
    b'{"a":NaN}',
    b"[" * 100_000,
    b'{"spec":"\\ud800"}',
    b"#joint-draw/v1\tchecks\t2026-Q3\t-\n\t\t\n",
    b"9" * 5000,
]


def test_rubbish_in_any_file_is_a_difference(record: Folder) -> None:
    for index, name in some([*enumerate(record.files())]):
        for content in (RUBBISH[index % len(RUBBISH)], RUBBISH[(index + 5) % len(RUBBISH)]):
            with record.changed(name, content, with_sums=True):
                verdict = verdict_on(record.path)

            is_unbound = name == "SHA256SUMS"  # renewing the sums repairs it
            assert verdict.code == 1 or is_unbound, (name, content[:20], verdict)


def says_the_same(member: str, other: object) -> bool:
    """Whether a member is free text, or the other value only leaves out departments with none."""
    return member == "software" or (member in ("repairs", "repatterns") and other == {})


def test_any_member_of_a_wrong_type_is_a_difference(record: Folder) -> None:
    for name in ("rules.json", "commit.json", "reveals.json", "transcript.json"):
        document = json.loads(record.read(name))
        for turn, member in enumerate(document):
            for other in some((None, "x", {}, {"x": [None]}), turn):
                if other == document[member] or says_the_same(member, other):
                    continue
                content = json.dumps(
                    document | {member: other},
                    ensure_ascii=False, sort_keys=True, separators=(",", ":"),
                )  # fmt: skip
                with record.changed(name, content.encode(), with_sums=True):
                    verdict = verdict_on(record.path)

                assert verdict.code == 1, (name, member, other)


def test_a_missing_file_is_named(record: Folder) -> None:
    for name in some(record.files(), 3):
        with record.changed(name, None, with_sums=name != "SHA256SUMS"):
            verdict = verdict_on(record.path)

        if name == "reveals.json":  # nothing revealed: only commitments can be checked
            assert verdict.code == 1 or verdict.text.startswith("sealed")
        elif name.startswith("attempts/1/") and not name.endswith(("commit.json", "t.json")):
            assert "Traceback" not in verdict.text
        else:
            assert verdict.code == 1, name


def test_a_file_the_specification_does_not_know_is_named(record: Folder) -> None:
    for name in ("notes.txt", "frames/x.csv", "attempts/1/attempts.txt"):
        with record.changed(name, b"", with_sums=True):
            verdict = verdict_on(record.path)

        assert verdict.code == 1
        assert name in verdict.text
        assert "不属于规范" in verdict.text


def test_a_difference_names_file_row_field_expected_and_found(record: Folder) -> None:
    name = "drawn/safe-exits.tsv"
    header, first, *rest = record.read(name).decode().splitlines(keepends=True)
    thing, rank, ticket, certain, stratum = first.split("\t")
    changed = "\t".join((thing, rank, "00" * 32, certain, stratum))

    with record.changed(name, "".join([header, changed, *rest]).encode(), with_sums=False):
        by_sums = verdict_on(record.path)
    broken = changed.replace("\t1\t", "\tone\t", 1)
    with record.changed(name, "".join([header, broken, *rest]).encode(), with_sums=True):
        by_form = verdict_on(record.path)

    assert "SHA256SUMS" in by_sums.text
    assert f"{name} 第 2 行 row 2 字段 field rank" in by_form.text
    assert "应为 expected" in by_form.text
    assert "实为 found: one" in by_form.text
    assert ticket != "00" * 32


def test_without_a_record_there_is_nothing_to_read(tmp_path: Path, record: Folder) -> None:
    (tmp_path / "keys.json").write_text("{}", encoding="utf-8")

    assert verdict_on(tmp_path / "nowhere").code == 2
    assert verdict_on(tmp_path).code == 2
    assert verdict_on(record.path, "--keys", tmp_path / "none.json").code == 2
    assert verdict_on(record.path, "--keys", tmp_path / "keys.json").code == 2
    assert verdict_on("opening", tmp_path / "none.json").code == 2


def test_before_disclosure_the_commitments_verify(
    tmp_path: Path, record: Folder, key_file: Path
) -> None:
    sealed = Folder(tmp_path / "sealed")
    kept = ("rules.json", "commit.json", "commit.json.jws", "receipts.json", "transcript.json")
    for prefix in ("", "attempts/1/"):
        (sealed.path / prefix).mkdir(parents=True, exist_ok=True)
        for name in kept:
            shutil.copy(record.path / prefix / name, sealed.path / prefix / name)
    sealed.sum_again("attempts/1/commit.json")

    verdict = verdict_on(sealed.path)
    with sealed.changed("rules.json", b"{}", with_sums=True):
        changed = verdict_on(sealed.path)

    assert verdict.code == 0
    assert verdict.text.startswith("sealed: commitments verify")
    assert changed.code == 1
    assert verdict_on(sealed.path, "--keys", key_file).code == 1  # unsigned sums

"""The parts of the verifier agree with the vectors of the standards and of the specification."""

import ast
import hashlib
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from contracts import verify_draw as v

ALLOWED = {
    "argparse", "base64", "collections", "functools", "hashlib", "heapq", "hmac", "json",
    "pathlib", "re", "sys",
}  # fmt: skip
RFC_8032 = [  # 7.1: public key, message, the two halves of the signature
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155",
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da",
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac",
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
VECTORS = [
    (bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(first + second))
    for key, message, first, second in RFC_8032
]


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_signatures_of_rfc_8032_verify(key: bytes, message: bytes, signature: bytes) -> None:
    assert v.is_signed(key, message, signature)


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_a_signature_over_other_bytes_or_by_other_bits_does_not_verify(
    key: bytes, message: bytes, signature: bytes
) -> None:
    scalar = int.from_bytes(signature[32:], "little") + v.ORDER
    beyond_order = signature[:32] + scalar.to_bytes(32, "little")

    assert not v.is_signed(key, message + b"\0", signature)
    assert not v.is_signed(key, message, bytes([signature[0] ^ 1]) + signature[1:])
    assert not v.is_signed(key, message, beyond_order)
    assert not v.is_signed(b"\xff" * 32, message, signature)
    assert not v.is_signed(key, message, signature[:-1])


def test_the_key_function_gives_the_known_answer_of_the_specification() -> None:
    name = "drand:52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971:657413"
    value = bytes.fromhex("fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587")
    otc = v.digest(v.digest(b"secret"))
    message = v.sized(v.digest(b"example-commit")) + v.sized(name.encode()) + v.sized(value)

    secret = v.hmac.new(otc, message, hashlib.sha256).digest()
    keys = v.Keys(secret)

    assert secret.hex() == "bcdbd1f2f2ce21be1108af81c692804a91ac152fb0038bcae0dbd2687455ea1e"
    assert (
        keys.key("object|plan-2026-001")
        == b"23fda9763343124064c36d6ca8f686c92295df532c3d78dd8a51e41565996f49"
    )
    ticket = keys.ticket("object|plan-2026-001")
    order = sorted((f"91320000000000000{n}" for n in range(8)), key=ticket)
    assert [name[-2:] for name in order[:4]] == ["05", "02", "07", "03"]


def test_the_secret_of_a_round_takes_contributors_by_code_and_sources_in_commit_order() -> None:
    values = {"b": b"2", "a": b"1"}
    commit_hash = v.digest(b"commit")
    otc = v.digest(v.sized(b"a"), v.sized(b"1"), v.sized(b"b"), v.sized(b"2"))
    message = b"".join(v.sized(part) for part in (commit_hash, b"z", b"9", b"y", b"8"))

    secret = v.round_secret(values, commit_hash, [("z", b"9"), ("y", b"8")])

    assert secret == v.hmac.new(otc, message, hashlib.sha256).digest()


def _rfc_6962(leaves: list[bytes]) -> bytes:
    if len(leaves) <= 1:
        return leaves[0] if leaves else v.digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return v.digest(b"\1", _rfc_6962(leaves[:split]), _rfc_6962(leaves[split:]))


@pytest.mark.parametrize("count", [*range(18), 100])
def test_the_streamed_tree_is_the_recursive_tree_of_rfc_6962(count: int) -> None:
    key, lines = b"k" * 32, [f"line {n}".encode() for n in range(count)]
    tree = v.Tree(key)

    for line in lines:
        tree.add([line])

    salted = [(v.hmac.new(key, line, hashlib.sha256).digest(), line) for line in lines]
    assert tree.root() == _rfc_6962([v.digest(b"\0", salt, line) for salt, line in salted]).hex()


def test_canonical_json_sorts_by_utf_16_and_escapes_as_rfc_8785_does() -> None:
    value = {"\u20ac": "Euro Sign", "\r": "Carriage Return", "\U0001f600": "Smiley",
             "\ufb33": "Hebrew", "1": "\u0000\u000f\b\"\\/é"}  # fmt: skip

    text = v.canonical(value)

    assert text == (
        '{"\\r":"Carriage Return","1":"\\u0000\\u000f\\b\\"\\\\/é",'
        '"€":"Euro Sign","😀":"Smiley","\ufb33":"Hebrew"}'
    )


def test_below_rejects_the_words_beyond_the_last_whole_multiple() -> None:
    stream = v.Stream(b"", "")
    limit = 3
    stream.words = [7, 2**64 - 1]  # popped from the end: the largest word is beyond 3·(2^64 // 3)

    assert stream.below(limit) == 7 % limit
    assert stream.words == []


def test_the_order_of_a_weighted_stratum_is_that_of_exact_fractions() -> None:
    entries = [v.Entry(v.digest(bytes([n])), f"o:{n:02}", "p:1", 1 + n % 5) for n in range(30)]
    entries.append(v.Entry(v.digest(b"big"), "o:99", "p:1", 1000))

    certain, others = v.ordered(entries, v.certain_of(Counter(e.weight for e in entries), 6))

    total = sum(entry.weight for entry in entries) - 1000
    key = {}
    for entry in entries[:-1]:
        u = Fraction(2 * int.from_bytes(entry.ticket[:8], "big") + 1, 2**65)
        chance = Fraction(5 * entry.weight, total)
        key[entry.object] = u / (1 - u) * (1 - chance) / chance
    assert [entry.object for entry in certain] == ["o:99"]
    assert [entry.object for entry in others] == sorted(key, key=key.__getitem__)


def test_partitions_of_a_tag_set_are_as_many_as_the_stirling_numbers_say() -> None:
    assert [len(list(v.partitions(("a", "b", "c", "d"), most))) for most in (1, 2, 3, 4)] == [
        1, 8, 14, 15,
    ]  # fmt: skip


def test_the_nth_bit_of_a_mask_is_its_nth_person() -> None:
    mask = 0b1011000000000000000000000000000000000000000000000000000000000000101001

    assert [v.nth_bit(mask, n) for n in range(v.number_of(mask))] == list(v.bits(mask))


def test_the_verifier_imports_only_the_modules_the_specification_lists() -> None:
    tree = ast.parse(Path(v.__file__).read_text(encoding="utf-8"), feature_version=(3, 9))

    found = {alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
    found |= {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}

    assert {name.partition(".")[0] for name in found} <= ALLOWED <= set(sys.stdlib_module_names)

"""The vectors that 3-draw.md 3.5 asks for, and those of the standards the record is built on."""

from hashlib import sha256

import pytest

from contracts.draw_proof import (
    canonical_json,
    chain_head,
    leaf,
    merkle_path,
    merkle_root,
    opens_head,
    preimage,
    root_of_path,
    salt,
)
from coordinator.domain.lottery.keys import StageKeys, pseudo_random_key
from coordinator.domain.lottery.stream import Stream
from coordinator.domain.lottery.tickets import ticketer

PULSE = "drand:52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971:657413"
PULSE_VALUE = "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587"
KEY = "23fda9763343124064c36d6ca8f686c92295df532c3d78dd8a51e41565996f49"
# Certificate Transparency's reference tree: the RFC 6962 roots of the first 0…8 of these leaves.
CT_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def _keys() -> StageKeys:
    otc = sha256(sha256(b"secret").digest()).digest()
    commit_hash = sha256(b"example-commit").digest()
    return StageKeys(pseudo_random_key(otc, commit_hash, [(PULSE, bytes.fromhex(PULSE_VALUE))]))


def test_the_key_function_gives_the_known_answer() -> None:
    keys = _keys()

    assert keys.prk.hex() == "bcdbd1f2f2ce21be1108af81c692804a91ac152fb0038bcae0dbd2687455ea1e"
    assert keys.key("object|plan-2026-001") == KEY


def test_the_key_orders_eight_objects_as_published() -> None:
    ids = [str(913200000000000000 + number) for number in range(8)]

    ordered = sorted(ids, key=ticketer(KEY))

    assert [code[-2:] for code in ordered[:4]] == ["05", "02", "07", "03"]


def test_a_copied_midstate_gives_the_plain_hash() -> None:
    assert ticketer(KEY)("编号") == sha256(KEY.encode() + "编号".encode()).digest()


@pytest.mark.parametrize("size", range(9))
def test_the_tree_has_the_roots_of_certificate_transparency(size: int) -> None:
    hashes = [leaf(b"", entry) for entry in CT_LEAVES[:size]]

    assert merkle_root(hashes).hex() == CT_ROOTS[size]


@pytest.mark.parametrize("size", range(1, 20))
def test_every_path_proves_its_leaf_and_no_other(size: int) -> None:
    hashes = [leaf(b"", bytes([number])) for number in range(size)]
    root = merkle_root(hashes)

    for index, own in enumerate(hashes):
        path = merkle_path(hashes, index)
        assert root_of_path(own, index, size, path) == root
        assert root_of_path(leaf(b"", b"other"), index, size, path) != root
        with pytest.raises(ValueError, match=r"longer|shorter"):
            root_of_path(own, index, size, [*path, own])


def test_a_path_matches_the_published_audit_path() -> None:
    hashes = [leaf(b"", entry) for entry in CT_LEAVES]

    path = [each.hex() for each in merkle_path(hashes, 5)]

    assert path == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_the_salt_is_the_hmac_of_rfc_4231() -> None:
    expected = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"

    assert salt(b"\x0b" * 20, b"Hi There").hex() == expected


def test_canonical_json_sorts_and_escapes_as_rfc_8785_shows() -> None:
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }

    written = canonical_json(value).decode()

    assert written == (
        '{"\\r":"Carriage Return","1":"One","\u0080":"Control",'
        '"\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign",'
        '"\U0001f600":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}'
    )


@pytest.mark.parametrize("value", [1.0, True, [{"a": 0.5}], b"x"])
def test_canonical_json_refuses_what_a_record_never_holds(value: object) -> None:
    with pytest.raises(TypeError, match=r"no .* values"):
        canonical_json(value)


def test_the_preimage_of_each_attempt_opens_the_head_of_that_attempt_only() -> None:
    secret = bytes(range(32))
    head = chain_head(secret)

    for attempt in range(1, 17):
        value = preimage(secret, attempt)
        others = set(range(1, 17)) - {attempt}
        assert opens_head(value, attempt, head)
        assert not any(opens_head(value, other, head) for other in others)
    with pytest.raises(ValueError, match="1 to 16"):
        preimage(secret, 17)


def test_attempts_count_from_one_and_the_seventeenth_begins_a_new_chain() -> None:
    first = preimage(bytes(32), 1)

    assert opens_head(first, 17, chain_head(bytes(32)))
    with pytest.raises(ValueError, match="count from 1"):
        opens_head(first, 0, chain_head(bytes(32)))


def test_a_stream_reads_the_words_of_its_digests_in_order() -> None:
    digests = [sha256(KEY.encode() + b"V1|1" + bytes(7) + bytes([n])).digest() for n in (0, 1)]
    words = [int.from_bytes(b"".join(digests)[at : at + 8], "big") for at in range(0, 64, 8)]
    stream = Stream(KEY, "V1|1")

    drawn = [stream.below(m) for m in (1, 5, 7, 1000, 2, 3)]

    expected = [word % m for word, m in zip(words, (1, 5, 7, 1000, 2, 3), strict=False)]
    assert drawn == expected


def test_a_stream_rejects_words_that_would_favour_small_numbers() -> None:
    m = (1 << 63) + 1  # nearly half of all words lie at or above the limit
    digests = [sha256(KEY.encode() + b"x" + n.to_bytes(8, "big")).digest() for n in range(10)]
    words = [int.from_bytes(b"".join(digests)[at : at + 8], "big") for at in range(0, 320, 8)]
    kept = [word for word in words if word < m]
    stream = Stream(KEY, "x")

    drawn = [stream.below(m) for _ in range(5)]

    assert drawn == kept[:5]
    assert words[:5] != kept[:5]

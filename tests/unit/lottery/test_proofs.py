"""Openings of lists of any length lead to the root of the list."""

import hmac
import json
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from contracts.draw_record import commitment
from coordinator.domain.lottery.proofs import open_row

KEY = bytes(range(32))


def a_row(number: int) -> bytes:
    return f"o:{number}\t{number + 1}\t{number:064x}\t0\t-".encode()


@given(st.integers(1, 70), st.data())
def test_every_row_leads_to_the_published_root(count: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, count - 1))
    rows = [a_row(number) for number in range(count)]

    opening = open_row("L1", rows, index, KEY, "c" * 64)

    said = json.loads(opening.document)
    node = sha256(b"\0" + hmac.digest(KEY, rows[index], "sha256") + rows[index]).digest()
    for side, sibling in said["path"]:
        other = bytes.fromhex(sibling)
        pair = other + node if side == "left" else node + other
        node = sha256(b"\1" + pair).digest()
    assert node.hex() == said["root"] == commitment(rows, KEY).root
    assert (opening.object, said["ticket"]) == (f"o:{index}", f"{index:064x}")
    assert len(said["path"]) <= count.bit_length()

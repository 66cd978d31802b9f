"""Keys that departments and office sign with: registered by two, replaced, revoked, published."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.signing import SigningKey, import_jwks, sign, thumbprint, verify
from coordinator.adapters.signer import OfficeSigner
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.signing_keys import KeyState
from coordinator.services import signing_keys
from coordinator.services.public_keys import Disbelief, KeyFlaw, disbelief, published_keys
from coordinator.services.signing_keys import KeyOffer
from tests.builders import MARKET
from tests.play import AUDITOR, Play, key_of, office

NEW = SigningKey.from_seed(MARKET, bytes(range(7, 39)))
BODY = b"report"


def offered(key: SigningKey = NEW, **changes: Any) -> KeyOffer:
    return KeyOffer(json.dumps(key.public_jwk()), **changes)


async def replaced(play: Play, days: int) -> str:
    """Let two persons register a new key of the market department beside the old one."""
    async with play.work(office("office-a")) as work:
        until = work.now() + timedelta(days=days) if days else None
        key = await signing_keys.propose_key(work, MARKET, offered(old_until=until))
    async with play.work(office("office-b")) as work:
        return (await signing_keys.confirm_key(work, key.key_id)).key_id


async def doubt(play: Play, key: SigningKey) -> Disbelief | None:
    async with play.work(AUDITOR) as work:
        return await disbelief(work, MARKET, BODY, sign(BODY, key))


async def flaw(play: Play, key: SigningKey) -> KeyFlaw | None:
    found = await doubt(play, key)
    return found.flaw if found else None


async def test_both_keys_count_until_the_overlap_is_over(adopted: Play) -> None:
    old = key_of(MARKET)
    assert await flaw(adopted, old) is None
    assert await flaw(adopted, NEW) is KeyFlaw.DOES_NOT_FIT

    await replaced(adopted, days=3)

    assert await flaw(adopted, old) is None
    assert await flaw(adopted, NEW) is None
    until = adopted.clock.now() + timedelta(days=3)
    adopted.clock.pass_time(days=4)
    assert await doubt(adopted, old) == Disbelief(KeyFlaw.EXPIRED, until)
    assert await flaw(adopted, NEW) is None


async def test_whoever_proposed_a_key_cannot_register_it(adopted: Play) -> None:
    async with adopted.work(office("office-a")) as work:
        key = await signing_keys.propose_key(work, MARKET, offered())

    with pytest.raises(RuleBrokenError) as refused:
        async with adopted.work(office("office-a")) as work:
            await signing_keys.confirm_key(work, key.key_id)

    assert refused.value.rule is Rule.TWO_PERSONS_NEEDED
    assert await flaw(adopted, NEW) is KeyFlaw.DOES_NOT_FIT


async def test_a_revoked_key_is_disbelieved_at_once_and_never_comes_back(adopted: Play) -> None:
    await replaced(adopted, days=0)
    key_id = thumbprint(NEW.public_jwk())

    async with adopted.work(office()) as work:
        await signing_keys.revoke_key(work, MARKET, key_id, "代理主机被盗")

    assert await doubt(adopted, NEW) == Disbelief(KeyFlaw.REVOKED, adopted.clock.now())
    with pytest.raises(RuleBrokenError) as refused:
        async with adopted.work(office()) as work:
            await signing_keys.propose_key(work, MARKET, offered())
    assert refused.value.rule is Rule.KEY_KNOWN
    async with adopted.work(AUDITOR) as work:
        assert (await work.departments.get(MARKET)).public_key is None


async def test_a_key_from_before_keys_had_rows_can_be_revoked(adopted: Play) -> None:
    key_id = thumbprint(key_of(MARKET).public_jwk())

    async with adopted.work(office()) as work:
        await signing_keys.revoke_key(work, MARKET, key_id, "遗失")

    assert await flaw(adopted, key_of(MARKET)) is KeyFlaw.REVOKED


async def test_a_rejected_key_may_be_proposed_again(adopted: Play) -> None:
    async with adopted.work(office()) as work:
        key = await signing_keys.propose_key(work, MARKET, offered())
        await signing_keys.reject_key(work, key.key_id, "编号没有核对")

    async with adopted.work(office()) as work:
        again = await signing_keys.propose_key(work, MARKET, offered())

    assert again.state is KeyState.PROPOSED


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("not json", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("{}", "not a public Ed25519 key"),
        (json.dumps({**NEW.public_jwk(), "d": "secret"}), "a private key"),
        (json.dumps({**NEW.public_jwk(), "kid": "health"}), "kid 'health'"),
        (json.dumps({**NEW.public_jwk(), "x": "AAAA"}), "not 32 bytes"),
    ],
)
async def test_what_is_no_public_key_of_the_department_is_refused(
    adopted: Play, text: str, why: str
) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        async with adopted.work(office()) as work:
            await signing_keys.propose_key(work, MARKET, KeyOffer(text))

    assert refused.value.rule is Rule.KEY_INVALID
    assert why in str(refused.value.facts["why"])


async def test_the_key_set_has_former_keys_with_their_ends(adopted: Play) -> None:
    await replaced(adopted, days=3)

    async with adopted.work(AUDITOR) as work:
        document = await published_keys(work)

    now = adopted.clock.now()
    ever, later = import_jwks(document), import_jwks(document, now + timedelta(days=4))
    assert (len(import_jwks(document, now)[MARKET]), len(later[MARKET])) == (2, 1)
    assert verify(BODY, sign(BODY, key_of(MARKET)), ever) == MARKET


async def test_the_office_signs_with_its_new_key_only_when_its_time_has_come(
    adopted: Play,
) -> None:
    signer, now = adopted.around.signer, adopted.clock.now()
    before = signer.sign(BODY)
    first = signer.signing_key()
    async with adopted.work(office()) as work:
        fresh = await signing_keys.rotate_office_key(
            work, now + timedelta(hours=2), now + timedelta(days=9)
        )
    assert signer.signing_key() == first
    with pytest.raises(RuleBrokenError) as refused:
        async with adopted.work(office()) as work:
            await signing_keys.revoke_office_key(work, first, "演练")
    assert refused.value.rule is Rule.KEY_STILL_SIGNS

    adopted.clock.pass_time(hours=3)

    after, document = signer.sign(BODY), dict(signer.published_keys())
    assert signer.signing_key() == fresh
    for signature in (before, after):
        assert verify(BODY, signature, import_jwks(document, adopted.clock.now())) == "office"
    adopted.clock.pass_time(days=10)
    counting = import_jwks(document, adopted.clock.now())
    assert verify(BODY, after, counting) == "office"
    with pytest.raises(ValueError, match="was not signed"):
        verify(BODY, before, counting)


async def test_a_key_whose_transaction_failed_signs_all_the_same_and_comes_on_record(
    adopted: Play,
) -> None:
    signer, now = adopted.around.signer, adopted.clock.now()
    first, before = signer.signing_key(), signer.sign(BODY)
    left = ""

    async def rotated_and_lost() -> None:
        nonlocal left
        async with adopted.work(office()) as work:
            left = await signing_keys.rotate_office_key(
                work, now + timedelta(hours=2), now + timedelta(days=9)
            )
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await rotated_and_lost()

    assert signer.signing_key() == first
    assert verify(BODY, before, import_jwks(dict(signer.published_keys()), now)) == "office"
    adopted.clock.pass_time(hours=3)
    after, now = signer.sign(BODY), adopted.clock.now()
    assert signer.signing_key() == left
    assert verify(BODY, after, import_jwks(dict(signer.published_keys()), now)) == "office"
    async with adopted.work(office()) as work:
        fresh = await signing_keys.rotate_office_key(
            work, now + timedelta(hours=2), now + timedelta(days=9)
        )
        made = await work.audit_entries.where(tag="organisation:office:key-made")
    assert [each.subject for each in made] == [left, fresh]
    assert made[0].facts["left_over"] is True


async def test_a_revocation_that_is_tried_again_keeps_its_first_time(
    adopted: Play, tmp_path: Path
) -> None:
    now = [adopted.clock.now()]
    signer = OfficeSigner(tmp_path / "again.key", lambda: now[0])
    first = signer.signing_key()
    signer.rotate(now[0], now[0] + timedelta(days=1))
    signer.revoke(first)
    revoked = [jwk.get("revoked") for jwk in signer.published_keys()["keys"]]

    now[0] += timedelta(hours=1)
    signer.revoke(first)

    assert [jwk.get("revoked") for jwk in signer.published_keys()["keys"]] == revoked


async def test_another_process_signs_with_the_new_key_without_a_restart(
    adopted: Play, tmp_path: Path
) -> None:
    signer, now = adopted.around.signer, adopted.clock.now()
    beside = OfficeSigner(tmp_path / "office.key", adopted.clock.now)
    assert beside.signing_key() == signer.signing_key()

    fresh = signer.rotate(now, now + timedelta(days=1))

    assert beside.signing_key() == fresh


async def test_no_secret_of_a_revoked_office_key_is_left(adopted: Play) -> None:
    signer, now = adopted.around.signer, adopted.clock.now()
    first = signer.signing_key()
    signer.rotate(now, now + timedelta(days=1))

    async with adopted.work(office()) as work:
        await signing_keys.revoke_office_key(work, first, "备份外泄")

    document = dict(signer.published_keys())
    assert [("revoked" in jwk) for jwk in document["keys"]] == [True, False]
    assert len(import_jwks(document, now)["office"]) == 1
    with pytest.raises(RuleBrokenError) as refused:
        signer.revoke("nobody")
    assert refused.value.rule is Rule.NOT_FOUND

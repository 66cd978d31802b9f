"""What is asked of a delivery before anybody reads its body, the same in both directions."""

import hashlib
from dataclasses import replace

from contracts.amqp.ports import Delivery, PermanentFailure
from contracts.envelope import CONTENT_TYPE

UNREADABLE_HEADER = "x-unreadable"
_SHOWN = 100


def without_large_body(delivery: Delivery, most_bytes: int) -> Delivery:
    """Give a delivery whose body is larger a note of size and hash in its place: nothing keeps it.

    What the header says then is why it will be parked.
    """
    size = len(delivery.body)
    if size <= most_bytes:
        return delivery
    note = f"{size} bytes, sha256 {hashlib.sha256(delivery.body).hexdigest()}".encode()
    why = f"body of {size} bytes, at most {most_bytes} are taken in"
    return replace(delivery, body=note, headers={**delivery.headers, UNREADABLE_HEADER: why})


def identified(delivery: Delivery) -> Delivery:
    """Give a message that came without an id one made from its body, so that it is kept once."""
    if delivery.message_id:
        return delivery
    return replace(delivery, message_id=f"sha256:{hashlib.sha256(delivery.body).hexdigest()}")


def require_readable(delivery: Delivery) -> None:
    """Refuse what has no id, can't be read, or is of another content type.

    Raises PermanentFailure with the reason; the body is not looked into.
    """
    if not delivery.message_id:
        raise PermanentFailure("message without message_id")
    if UNREADABLE_HEADER in delivery.headers:
        raise PermanentFailure(f"unreadable: {delivery.headers[UNREADABLE_HEADER][:_SHOWN]}")
    if delivery.content_type.partition(";")[0].strip().lower() != CONTENT_TYPE:
        shown = delivery.content_type[:_SHOWN]
        raise PermanentFailure(f"content type is {shown!r}, expected {CONTENT_TYPE!r}")

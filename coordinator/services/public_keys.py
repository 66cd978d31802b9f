"""The public keys of the office and of every registered department."""

import json
from typing import Any

from coordinator.services.ports import Work


async def published_keys(work: Work) -> dict[str, Any]:
    """Give the keys that verify commits, receipts, records and messages, as JWKS."""
    departments = await work.departments.where()
    registered = [json.loads(each.public_key) for each in departments if each.public_key]
    return {"keys": [*work.signer.published_keys()["keys"], *registered]}

"""The serious-violation list: proposal, notice, hearing, two persons, correction, delisting."""

from coordinator.services.blacklist.acknowledging import (
    Receipt,
    note_silence,
    receipts_of,
    receive_acknowledgement,
    silent_events,
    unacknowledged,
)
from coordinator.services.blacklist.correcting import (
    CorrectionDraft,
    confirm_correction,
    propose_correction,
    reject_correction,
)
from coordinator.services.blacklist.deciding import (
    confirm_listing,
    decide_listing,
    remember_marks,
)
from coordinator.services.blacklist.ending import (
    LostGround,
    confirm_delisting,
    delist_repaired,
    expire_listing,
    expired_listings,
    lose_ground,
    reject_delisting,
    request_delisting,
)
from coordinator.services.blacklist.hearing import (
    Delivery,
    answer_objection,
    notify_party,
    receive_objection,
    record_delivery,
    record_hearing,
)
from coordinator.services.blacklist.proposing import (
    Consent,
    CourtDocument,
    propose_by_court,
    propose_listing,
    record_consent,
    reject_listing,
    withdraw_proposal,
)

__all__ = [
    "Consent",
    "CorrectionDraft",
    "CourtDocument",
    "Delivery",
    "LostGround",
    "Receipt",
    "answer_objection",
    "confirm_correction",
    "confirm_delisting",
    "confirm_listing",
    "decide_listing",
    "delist_repaired",
    "expire_listing",
    "expired_listings",
    "lose_ground",
    "note_silence",
    "notify_party",
    "propose_by_court",
    "propose_correction",
    "propose_listing",
    "receipts_of",
    "receive_acknowledgement",
    "receive_objection",
    "record_consent",
    "record_delivery",
    "record_hearing",
    "reject_correction",
    "reject_delisting",
    "reject_listing",
    "remember_marks",
    "request_delisting",
    "silent_events",
    "unacknowledged",
    "withdraw_proposal",
]

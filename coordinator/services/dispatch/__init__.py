"""Dispatch: visits get day, number and code, every organ its task, and hears of every change."""

from coordinator.services.dispatch.amending import announce_changes
from coordinator.services.dispatch.answering import receive_acceptance, receive_decline
from coordinator.services.dispatch.appointments import accepted_appointment
from coordinator.services.dispatch.choosing import Choice, Offer, choose_slot, offer_of_code
from coordinator.services.dispatch.feeds import (
    CalendarEntry,
    MadeFeed,
    calendar_entries,
    feed_of_token,
    make_feed,
    require_subject,
    revoke_feed,
)
from coordinator.services.dispatch.frequency import (
    answer_for_round,
    frequency_of_round,
    require_round_answered,
)
from coordinator.services.dispatch.lapsing import tell_lapsed
from coordinator.services.dispatch.leaving_out import LeftOut, leave_out_lapsed
from coordinator.services.dispatch.publishing import (
    open_covert,
    publish_further,
    publish_visits,
    withdraw_visit,
)
from coordinator.services.dispatch.replanning import (
    Absentee,
    Moved,
    Outlook,
    Replan,
    broken_now,
    replan_outlook,
    replan_round,
)
from coordinator.services.dispatch.scheduling import (
    Move,
    accept_schedule,
    move_visit,
    propose_schedule,
    schedule_shortages,
)
from coordinator.services.dispatch.training import (
    TRAINED_IN,
    OrganTraining,
    TrainingHeld,
    confirm_training,
    demands_training,
    require_trained,
    trainings_of,
)

__all__ = [
    "TRAINED_IN",
    "Absentee",
    "CalendarEntry",
    "Choice",
    "LeftOut",
    "MadeFeed",
    "Move",
    "Moved",
    "Offer",
    "OrganTraining",
    "Outlook",
    "Replan",
    "TrainingHeld",
    "accept_schedule",
    "accepted_appointment",
    "announce_changes",
    "answer_for_round",
    "broken_now",
    "calendar_entries",
    "choose_slot",
    "confirm_training",
    "demands_training",
    "feed_of_token",
    "frequency_of_round",
    "leave_out_lapsed",
    "make_feed",
    "move_visit",
    "offer_of_code",
    "open_covert",
    "propose_schedule",
    "publish_further",
    "publish_visits",
    "receive_acceptance",
    "receive_decline",
    "replan_outlook",
    "replan_round",
    "require_round_answered",
    "require_subject",
    "require_trained",
    "revoke_feed",
    "schedule_shortages",
    "tell_lapsed",
    "trainings_of",
    "withdraw_visit",
]

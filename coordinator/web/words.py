"""Words for states, roles and acts: Chinese text, tone and icon, translated where shown."""

from coordinator.web.appraisal_words import (
    APPRAISAL_ACTS,
    APPRAISAL_BY_ITSELF,
    APPRAISAL_STATES,
    REPORT_ACTS,
)
from coordinator.web.archive_words import ARCHIVE_ACTS, ARCHIVE_STATES, RESPONSIBILITIES
from coordinator.web.complaint_words import COMPLAINT_ACTS, COMPLAINT_STATES, UNLISTED_STATES
from coordinator.web.disclosure_words import (
    DISCLOSURE_ACTS,
    DISCLOSURE_BY_ITSELF,
    DISCLOSURE_STATES,
)
from coordinator.web.draw_words import DRAW_ACTS, DRAW_STATES, DRAWN_HOW
from coordinator.web.follow_up_words import FOLLOW_UP_ACTS, FOLLOW_UP_STATES
from coordinator.web.item_words import ITEM_ACTS, ITEM_STATES
from coordinator.web.language import _, later
from coordinator.web.lead_words import LEAD_ACTS, LEAD_STATES
from coordinator.web.message_words import (
    AGENT_STATES,
    FLOW_STATES,
    LETTER_ACTS,
    LETTER_STATES,
    MESSAGES,
)
from coordinator.web.organisation_words import ORGANISATION_ACTS, ORGANISATION_STATES
from coordinator.web.participant_words import PARTICIPANT_ACTS, PARTICIPANT_STATES
from coordinator.web.plan_words import PLAN_ACTS, PLAN_STATES
from coordinator.web.register_words import REGISTER_ACTS, REGISTER_STATES
from coordinator.web.review_words import REVIEW_ACTS, REVIEW_STATES
from coordinator.web.sanction_words import SANCTION_ACTS, SANCTION_STATES
from coordinator.web.schedule_words import SCHEDULE_ACTS, SCHEDULE_STATES
from coordinator.web.visit_words import VISIT_ACTS, VISIT_STATES
from coordinator.web.wording import State

_STATES: dict[tuple[str, str], State] = (
    REGISTER_STATES
    | APPRAISAL_STATES
    | ARCHIVE_STATES
    | RESPONSIBILITIES
    | REVIEW_STATES
    | COMPLAINT_STATES
    | UNLISTED_STATES
    | DISCLOSURE_STATES
    | FOLLOW_UP_STATES
    | LEAD_STATES
    | LETTER_STATES
    | AGENT_STATES
    | FLOW_STATES
    | PARTICIPANT_STATES
    | SANCTION_STATES
    | SCHEDULE_STATES
    | ITEM_STATES
    | PLAN_STATES
    | DRAW_STATES
    | VISIT_STATES
    | ORGANISATION_STATES
)

ROLES = {
    "office": later("联席会议办公室"),
    "department": later("部门"),
    "auditor": later("审计监督"),
    "discipline": later("纪检"),
}

ACTS = (
    ITEM_ACTS
    | FOLLOW_UP_ACTS
    | APPRAISAL_ACTS
    | REPORT_ACTS
    | ARCHIVE_ACTS
    | REVIEW_ACTS
    | COMPLAINT_ACTS
    | DISCLOSURE_ACTS
    | LEAD_ACTS
    | LETTER_ACTS
    | PARTICIPANT_ACTS
    | SANCTION_ACTS
    | SCHEDULE_ACTS
    | REGISTER_ACTS
    | PLAN_ACTS
    | DRAW_ACTS
    | VISIT_ACTS
    | ORGANISATION_ACTS
)

# What follows by itself when the last message or act that it waited for has come: nobody's own act.
SYSTEM_ACTS = (
    DISCLOSURE_BY_ITSELF
    | APPRAISAL_BY_ITSELF
    | frozenset(
        {
            "lottery:reveals:requested",
            "lottery:reveals:held",
            "lottery:round:ready",
            "lottery:record:disclosed",
            "result-intake:visit:finished",
            "leads:lead:handled",
            "leads:re-inspection:due",
            "checklist-merge:due-check:joined",
            "checklist-merge:due-check:waiting",
            "checklist-merge:due-check:ended",
            "archive:task:archived",
            "registers:directory:stale",
            "registers:calendar:seeded",
            "registers:deadline:recomputed",
        }
    )
)


def state(kind: str, value: object) -> State:
    """Give word, tone and icon of a state; an unknown one shows as its code."""
    found = _STATES.get((kind, str(value)))
    if found is None:
        return State(str(value))
    return State(_(found.word), found.tone, found.icon)


def period(first: object, last: object) -> str:
    """Word a period of days, both included."""
    return _("%(first)s 至 %(last)s") % {"first": first, "last": last}


def states_of(kind: str) -> list[tuple[str, str]]:
    """Give (code, word) of every state of a kind, for filters."""
    return [(code, _(entry.word)) for (of, code), entry in _STATES.items() if of == kind]


def role_word(role: str) -> str:
    """Give the name of a role."""
    return _(ROLES[role]) if role in ROLES else role


def act_word(tag: str) -> str:
    """Give the words for an audit tag; an unknown one shows as it is stored."""
    if tag in ACTS:
        return _(ACTS[tag])
    imported = tag.startswith("registers:") and tag.endswith(":imported")
    return _("导入登记库") if imported else tag


def message_word(type_name: str) -> str:
    """Give the words for a message by its type, e.g. `TaskPublished.v1`; others show it."""
    name = type_name.rpartition(".v")[0]
    return _(MESSAGES[name]) if name in MESSAGES else type_name


def how_word(how: str) -> str:
    """Say how somebody came into a team."""
    return _(DRAWN_HOW[how]) if how in DRAWN_HOW else how

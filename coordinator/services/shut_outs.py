"""Which departments and credit systems take part no longer, as the audit chain says."""

from collections.abc import Mapping
from datetime import datetime

from coordinator.services.ports import Participant, ParticipantKind, Work


def participant_tag(what: str) -> str:
    """Give the tag under which an act on a participant's access stands in the audit chain."""
    return f"messages:participant:{what}"


SHUT_OUT, PROVISIONED = "shut-out", "provisioned"


async def shut_outs(work: Work) -> Mapping[Participant, datetime]:
    """Give who is shut out, and since when; who was provisioned again takes part again."""
    provisioned = participant_tag(PROVISIONED)
    entries = await work.audit_entries.where(tag=(participant_tag(SHUT_OUT), provisioned))
    since: dict[Participant, datetime] = {}
    for each in sorted(entries, key=lambda entry: entry.number):
        who = Participant(ParticipantKind(each.facts["kind"]), each.subject)
        if each.tag == provisioned:
            since.pop(who, None)
        else:
            since.setdefault(who, each.at)
    return since

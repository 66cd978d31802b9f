"""The appointment of one visit on its page and in its notice, with who may move it."""

from contracts.vocabulary import Mode
from coordinator.domain.dispatch import Visit
from coordinator.domain.scheduling import Appointment
from coordinator.services import dispatch
from coordinator.services.ports import Actor, Role, Work
from coordinator.web.language import _


async def seen_appointment(
    work: Work, actor: Actor, visit: Visit, *, is_open: bool
) -> Appointment | None:
    """Give when a visit takes place; of a covert one to the office and auditors only."""
    if actor.role is Role.DEPARTMENT and not is_open:
        return None
    return await dispatch.accepted_appointment(work, visit)


def may_move(actor: Actor, visit: Visit, appointment: Appointment | None) -> bool:
    """Whether somebody may move a visit: the office, or the lead department an announced one."""
    if appointment is None:
        return False
    own = actor.department == visit.lead_department and visit.mode is Mode.ANNOUNCED
    return actor.role is Role.OFFICE or own


async def appointment_words(work: Work, visit: Visit) -> dict[str, str]:
    """Word the appointment for the notice, and until when the enterprise may choose another."""
    found = await dispatch.accepted_appointment(work, visit)
    if found is None:
        return {}
    words = {
        "appointment": f"{found.day.isoformat()} {found.from_time}"
        + _("至")
        + found.to_time
        + (_("（节假日安排未公布，暂定）") if found.provisional else "")
    }
    if found.choose_until is not None:
        words["choice"] = _("%(date)s 以前可凭检查码另选时段") % {
            "date": found.choose_until.isoformat()
        }
    return words

"""Fire and rescue: officers fill in the phone form of the desk.

Queues onevisit.dept.fire-rescue.tasks and .events; a locality may choose the other
system with ONEVISIT_AGENT_SYSTEM, and run the desk beside any system with ONEVISIT_AGENT_DESK_PORT.
"""

from department_agents.profile import Profile
from department_agents.settings import SystemKind

PROFILE = Profile(
    code="fire-rescue",
    name_zh="消防救援大队",
    name_en="Fire and Rescue Brigade",
    system=SystemKind.MANUAL_DESK,
)

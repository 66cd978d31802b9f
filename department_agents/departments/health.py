"""Health: officers fill in the phone form of the desk.

Queues onevisit.dept.health.tasks and .events; a locality may choose the other
system with ONEVISIT_AGENT_SYSTEM, and run the desk beside any system with ONEVISIT_AGENT_DESK_PORT.
"""

from department_agents.profile import Profile
from department_agents.settings import SystemKind

PROFILE = Profile(
    code="health",
    name_zh="卫生健康局",
    name_en="Health Bureau",
    system=SystemKind.MANUAL_DESK,
)
